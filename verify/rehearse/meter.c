#include "verify/rehearse/meter.h"

static void tell(struct fwd_update *update, uint32_t percent)
{
    const struct fwd_host_port *host = update->device->ports->host;
    struct fwd_meter *meter = &update->meter;

    if (meter->told != UINT32_MAX && percent <= meter->told)
        return;
    meter->told = percent;
    if (host && host->progress)
        host->progress(host->ctx, meter->phase, percent);
}

void fwd_meter_begin(struct fwd_update *update, enum fwd_progress phase, uint64_t total)
{
    update->meter =
        (struct fwd_meter){.phase = phase, .done = 0, .total = total, .told = UINT32_MAX};
    tell(update, phase == FWD_PROGRESS_VALIDATION ? 0 : 1);
}

void fwd_meter_add(struct fwd_update *update, uint32_t bytes)
{
    struct fwd_meter *meter = &update->meter;

    meter->done += bytes;
    if (meter->done < meter->total)
        tell(update, (uint32_t)(meter->done * 99 / meter->total));
}

void fwd_meter_end(struct fwd_update *update)
{
    tell(update, 100);
}
