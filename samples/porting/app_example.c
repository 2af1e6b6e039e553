/* The application's part: tells what came of the last update, stores a package, asks the boot
 * loader to install it. */
#include "device_example.h"

static void tell_outcome(struct fwd_update *update)
{
    struct fwd_boot_choice choice;

    if (fwd_boot_decide(update, &choice) != FWD_OK || !choice.outcome_pending)
        return;
    product_tell(fwd_reason_code(choice.outcome));
    if (fwd_update_reported(update) != FWD_OK)
        chip_reset(); /* told again after the next start */
}

_Noreturn void app_main(void)
{
    static struct fwd_update update;

    if (fwd_update_init(&update, &example_device) == FWD_OK) {
        tell_outcome(&update);
        if (product_package_waits()) {
            enum fwd_reason reason = example_take_package(&update);
            if (reason == FWD_OK) {
                chip_ask_for_installation();
                chip_reset();
            }
            product_tell(fwd_reason_code(reason));
        }
    }
    product_work();
}
