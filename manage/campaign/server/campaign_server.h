/* The server of a campaign as a process: LwM2M, content, a page, the clock. */
#ifndef FWD_MANAGE_CAMPAIGN_SERVER_CAMPAIGN_SERVER_H
#define FWD_MANAGE_CAMPAIGN_SERVER_CAMPAIGN_SERVER_H

#include "manage/campaign/check/campaign_check.h"
#include "manage/campaign/state/campaign_state.h"

struct fwd_campaign_server_options {
    const struct fwd_campaign *campaign;
    const struct fwd_campaign_check *check;
    struct fwd_campaign_state *state;
    const char *lwm2m;           /* where to listen: coap://HOST:PORT or coaps://... */
    const char *content;         /* http://HOST:PORT or https://... */
    const char *announce;        /* where devices find the content; NULL: at `content` */
    const char *bootstrap;       /* another address for devices without a server; NULL: none */
    const char *announce_lwm2m;  /* where devices are told to register; NULL: at `lwm2m` */
    const char *page;            /* http://HOST:PORT; NULL: no page */
    uint32_t scale;              /* of time */
    int64_t first;               /* when the clock begins at its first start; 0: the real time */
    int64_t (*clock)(void *ctx); /* another clock than that: seconds since 1970; NULL: none */
    void *clock_ctx;
    /* Called when nothing waits to be read, at least each 10 ms while it is so; with clock_ctx.
     * NULL: nobody wants to know, and the server sleeps longer. */
    void (*caught_up)(void *ctx);
    bool until_reported; /* ends by itself when there is nothing left to do */
};

/* Where it listens, with the ports that it has. NULL: there is no such thing. */
struct fwd_campaign_server_places {
    const char *lwm2m, *content, *page, *bootstrap;
};

/* With a bootstrap or announce_lwm2m it is a bootstrap server, too, at all its LwM2M addresses.
 * Serves until SIGINT, SIGTERM or SIGHUP. Lines for people go to standard output.
 * ready: called once. */
enum fwd_fail fwd_campaign_server_run(const struct fwd_campaign_server_options *options,
    void (*ready)(const struct fwd_campaign_server_places *places), struct fwd_error *err);

#endif
