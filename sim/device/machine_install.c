/* How a package that was downloaded is installed: by whoever runs, or by application and boot
 * loader. */
#include "sim/device/machine.h"

enum fwd_reason fwd_machine_rehearse(
    struct fwd_update *update, enum fwd_command command, uint32_t slice)
{
    enum fwd_reason reason;
    bool more;

    do {
        reason = fwd_update_rehearse_slice(update, command, slice, &more);
    } while (more);
    return reason;
}

static enum fwd_reason act(struct fwd_machine *machine, struct fwd_update *update)
{
    const struct fwd_cost cost = update->cost;
    uint64_t decoded = update->decoded;

    fwd_machine_run_boot_loader(machine);
    enum fwd_reason reason = fwd_update_init(update, &machine->device);
    if (reason == FWD_OK)
        reason = fwd_update_resume(update);
    update->decoded += decoded;
    update->cost.staged_bytes += cost.staged_bytes;
    return reason;
}

enum fwd_reason fwd_machine_install(struct fwd_machine *machine, struct fwd_update *update,
    enum fwd_command command, void (*resets)(void *ctx), void *ctx)
{
    uint32_t slice = machine->description->rehearse_slice;
    struct fwd_status status;

    if (slice == 0 || machine->device.slices == NULL)
        return fwd_update_install(update, command);
    enum fwd_reason reason = fwd_machine_rehearse(update, command, slice);
    fwd_update_status(update, &status);
    if (reason != FWD_OK || status.state != FWD_STATUS_STAGED)
        return reason;
    if (resets != NULL)
        resets(ctx);
    return act(machine, update);
}
