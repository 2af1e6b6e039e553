/* The application's part: tells what came of the last update, stores a package, does the slow part
 * of its installation while it works, and leaves the rest to the boot loader. */
#include "device_example.h"

/* Bytes of work between two turns of the product: at most so long does it wait. */
#define SLICE 4096u

static void tell_outcome(struct fwd_update *update)
{
    struct fwd_boot_choice choice;

    if (fwd_boot_decide(update, &choice) != FWD_OK || !choice.outcome_pending)
        return;
    product_tell(fwd_reason_code(choice.outcome));
    if (fwd_update_reported(update) != FWD_OK)
        chip_reset(); /* told again after the next start */
}

/* When the power fails meanwhile the old firmware starts, and this goes on. */
static enum fwd_reason rehearse(struct fwd_update *update)
{
    enum fwd_reason reason;
    bool more;

    do {
        reason = fwd_update_rehearse_slice(update, FWD_COMMAND_ANY, SLICE, &more);
        product_turn();
    } while (more);
    return reason;
}

static bool staged(const struct fwd_update *update)
{
    struct fwd_status status;

    fwd_update_status(update, &status);
    return status.state == FWD_STATUS_STAGED;
}

static void update_product(struct fwd_update *update)
{
    struct fwd_status status;
    enum fwd_reason reason = FWD_OK;

    fwd_update_status(update, &status);
    if (status.state != FWD_STATUS_REHEARSING) {
        if (!product_package_waits())
            return;
        reason = example_take_package(update);
    }
    if (reason == FWD_OK)
        reason = rehearse(update);
    if (reason == FWD_OK && staged(update))
        chip_reset(); /* when it suits: the boot loader carries it out */
    product_tell(fwd_reason_code(reason));
    if (fwd_update_reported(update) != FWD_OK)
        chip_reset();
}

_Noreturn void app_main(void)
{
    static struct fwd_update update;
    static struct fwd_device device;

    device = example_device;
    device.slices = &fwd_slices;
    if (fwd_update_init(&update, &device) == FWD_OK) {
        tell_outcome(&update);
        update_product(&update);
    }
    product_work();
}
