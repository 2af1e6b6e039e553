#include "verify/rehearse/progress.h"

static void tell(struct fwd_update *update, uint32_t percent)
{
    const struct fwd_host_port *host = update->device->ports->host;
    struct fwd_progress_state *progress = &update->progress;

    if (progress->told != UINT32_MAX && percent <= progress->told)
        return;
    progress->told = percent;
    if (host != NULL && host->progress != NULL)
        host->progress(host->ctx, progress->phase, percent);
}

/* 99 parts of done / total, done < total; without a division of 64 bits, which is code that a small
 * processor has for nothing else. */
static uint32_t percent_of(uint64_t done, uint64_t total)
{
    for (; total >> 25 != 0; total >>= 1)
        done >>= 1;
    return (uint32_t)done * 99 / (uint32_t)total;
}

void fwd_progress_begin(struct fwd_update *update, enum fwd_progress phase, uint64_t total)
{
    update->progress =
        (struct fwd_progress_state){.phase = phase, .done = 0, .total = total, .told = UINT32_MAX};
    tell(update, phase == FWD_PROGRESS_VALIDATION ? 0 : 1);
}

void fwd_progress_add(struct fwd_update *update, uint32_t bytes)
{
    struct fwd_progress_state *progress = &update->progress;

    progress->done += bytes;
    if (progress->done < progress->total)
        tell(update, percent_of(progress->done, progress->total));
}

void fwd_progress_end(struct fwd_update *update)
{
    tell(update, 100);
}
