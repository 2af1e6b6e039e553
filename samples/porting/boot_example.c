/* The boot loader: carries out an update that the application has rehearsed, goes on with one that
 * a power cut interrupted, takes a package when the firmware is incomplete, starts the firmware. */
#include "device_example.h"

/* More than policy.max_attempts: then something outside the update is wrong. */
#define RESUMES_MAX 4u

/* The firmware is incomplete. Takes and installs one package; what came of it is the next decision.
 */
static void recover(struct fwd_update *update, enum fwd_reason outcome)
{
    product_tell(fwd_reason_code(outcome));
    product_wait_for_package();
    if (example_take_package(update) == FWD_OK) {
        enum fwd_reason reason = fwd_update_install(update, FWD_COMMAND_ANY);
        (void)reason; /* the journal knows it */
    }
}

_Noreturn void boot_main(void)
{
    static struct fwd_update update;
    struct fwd_boot_choice choice;
    unsigned resumes = 0;

    if (fwd_update_init(&update, &example_device) != FWD_OK)
        chip_reset();
    for (;;) {
        enum fwd_reason reason = fwd_boot_decide(&update, &choice);
        if (reason != FWD_OK || choice.action == FWD_BOOT_RECOVERY) {
            recover(&update, reason != FWD_OK ? reason : choice.outcome);
        } else if (choice.action == FWD_BOOT_RESUME) {
            if (resumes++ == RESUMES_MAX)
                chip_reset();
            reason = fwd_update_resume(&update);
        } else {
            product_start(example_device.places[0].slots[choice.slot[0]].address);
        }
        (void)reason; /* the journal knows it; the next decision follows from that */
    }
}
