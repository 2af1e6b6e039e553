/* Downloads of a running module by libcurl, in its poll loop. */
#ifndef FWD_MODULE_PROCESS_MODULE_FETCH_H
#define FWD_MODULE_PROCESS_MODULE_FETCH_H

#include "module/modem/modem.h"

struct fwd_module_fetch {
    struct fwd_modem *modem; /* is told what comes */
    struct fwd_transfer *transfer;
    const char *ca_file;
    bool running;
    struct fwd_modem_fetcher fetcher; /* for the module */
};

enum fwd_fail fwd_module_fetch_open(
    struct fwd_module_fetch *fetch, const char *ca_file, struct fwd_error *err);
void fwd_module_fetch_close(struct fwd_module_fetch *fetch);

/* Adds what is to be watched; lowers *wait (real milliseconds, -1: for ever). Gives how many. */
size_t fwd_module_fetch_watch(
    struct fwd_module_fetch *fetch, struct pollfd *fds, size_t room, int *wait);
/* Does what is due. */
void fwd_module_fetch_perform(struct fwd_module_fetch *fetch);

#endif
