/* The LwM2M side of a campaign's server: devices register, are asked what they run, are told where
 * their package is, told to install it, and asked again. Strangers are refused and noted.
 *
 * A device is spoken to when it checks in, or when a phase begins and it is still there. What is to
 * be done is in the state before it is done, and what became of it is read from the device: a
 * server that was killed goes on where it was. */
#ifndef FWD_MANAGE_CAMPAIGN_FLOW_CAMPAIGN_FLOW_H
#define FWD_MANAGE_CAMPAIGN_FLOW_CAMPAIGN_FLOW_H

#include "manage/campaign/check/campaign_check.h"
#include "manage/campaign/state/campaign_state.h"
#include "manage/coap/coap_server.h"

struct fwd_campaign_flow_config {
    const struct fwd_campaign *campaign;
    const struct fwd_campaign_check *check; /* its packages */
    struct fwd_campaign_state *state;
    const char *content; /* where packages are: http://HOST:PORT */
    void *ctx;
    int64_t (*now)(void *ctx); /* seconds of the campaign's clock */
    /* A line for people: somebody was refused. */
    void (*say)(void *ctx, const char *line);
};

struct fwd_campaign_flow;

/* config: copied; what it points to outlives the flow. */
enum fwd_fail fwd_campaign_flow_new(const struct fwd_campaign_flow_config *config,
    struct fwd_campaign_flow **out, struct fwd_error *err);
void fwd_campaign_flow_free(struct fwd_campaign_flow *flow); /* NULL-safe */
enum fwd_fail fwd_campaign_flow_listen(
    struct fwd_campaign_flow *flow, const char *uri, uint16_t *port, struct fwd_error *err);

/* From now on devices may ask for a bootstrap (POST /bs), and are told to register there. False: no
 * device can, it is not coap://HOST:PORT or coaps://HOST:PORT. */
bool fwd_campaign_flow_lead_to(struct fwd_campaign_flow *flow, const char *server);

size_t fwd_campaign_flow_watch(
    struct fwd_campaign_flow *flow, struct pollfd *fds, size_t room, int *wait_ms);
/* Does what came and what is due. */
void fwd_campaign_flow_perform(struct fwd_campaign_flow *flow);

/* The package that a path of the content server means; NULL: none. *withdrawn: from this device, or
 * with the campaign. */
const struct fwd_campaign_package *fwd_campaign_flow_package(
    const struct fwd_campaign_flow *flow, const char *path, bool *withdrawn);
size_t fwd_campaign_flow_registered(const struct fwd_campaign_flow *flow);

#endif
