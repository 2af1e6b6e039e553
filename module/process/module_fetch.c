#include "module/process/module_fetch.h"

static bool start(void *ctx, const struct fwd_transfer_request *request)
{
    struct fwd_module_fetch *f = ctx;
    struct fwd_transfer_request r = *request;

    r.ca_file = f->ca_file;
    f->running = fwd_transfer_start(f->transfer, &r, NULL) == FWD_FAIL_NONE;
    return f->running;
}

static void cancel(void *ctx)
{
    struct fwd_module_fetch *f = ctx;

    if (f->running)
        fwd_transfer_cancel(f->transfer);
    f->running = false;
}

static void hang_up(void *ctx)
{
    struct fwd_module_fetch *f = ctx;

    fwd_transfer_hang_up(f->transfer);
}

enum fwd_fail fwd_module_fetch_open(
    struct fwd_module_fetch *fetch, const char *ca_file, struct fwd_error *err)
{
    fetch->ca_file = ca_file;
    fetch->running = false;
    fetch->fetcher = (struct fwd_modem_fetcher){fetch, start, cancel, hang_up};
    return fwd_transfer_new(&fetch->transfer, err);
}

void fwd_module_fetch_close(struct fwd_module_fetch *fetch)
{
    fwd_transfer_free(fetch->transfer);
    fetch->transfer = NULL;
}

size_t fwd_module_fetch_watch(
    struct fwd_module_fetch *fetch, struct pollfd *fds, size_t room, int *wait)
{
    return fetch->running ? fwd_transfer_fds(fetch->transfer, fds, room, wait) : 0;
}

void fwd_module_fetch_perform(struct fwd_module_fetch *fetch)
{
    if (!fetch->running)
        return;
    fwd_transfer_perform(fetch->transfer);
    struct fwd_transfer_report report = fwd_transfer_report(fetch->transfer);
    if (report.state == FWD_TRANSFER_RUNNING) {
        fwd_modem_fetching(fetch->modem, report.total);
        return;
    }
    fetch->running = false;
    fwd_modem_fetched(fetch->modem, &report);
}
