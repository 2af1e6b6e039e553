#include "verify/trust/expiry.h"

static enum fwd_reason check(const struct fwd_update *update)
{
    const struct fwd_clock_port *clock = update->device->ports->clock;
    uint64_t now = 0;

    if (!update->trusted.manifest.expires)
        return FWD_OK;
    if (clock == NULL || !clock->now(clock->ctx, &now))
        return update->device->policy.refuse_without_clock ? FWD_E_NO_CLOCK : FWD_OK;
    return now > update->trusted.manifest.not_after ? FWD_E_EXPIRED : FWD_OK;
}

const struct fwd_expiry fwd_expiry = {check};
