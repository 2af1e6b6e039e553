#include "manage/campaign/flow/campaign_flow_internal.h"
#include "manage/coap/coap.h"
#include "manage/lwm2m/format/lwm2m_format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SWEEP_AT_ONCE 64u /* devices that are asked in one go */
#define AT_ONCE                                                                                    \
    1000u /* devices that a phase speaks to by itself at the same time: each costs a descriptor */
#define SWEEP_S 15 /* of the campaign's clock, between walks over all devices */

/* ---- walks over the devices ------------------------------------------------------------------ */

static void count_open(struct fwd_campaign_flow *f)
{
    f->open[0] = f->open[1] = 0;
    for (size_t i = 0; i < f->config.campaign->device_count; i++) {
        bool open = fwd_campaign_state_unit(f->config.state, i)->step != FWD_CAMPAIGN_ENDED;
        f->open[0] += open ? 1 : 0;
        f->open[1] += open && f->config.campaign->devices[i].test ? 1 : 0;
    }
}

static void begin_sweep(struct fwd_campaign_flow *f, int64_t now)
{
    f->sweeping = true;
    f->sweep = 0;
    f->swept = now;
}

/* The device is there, on no session that is kept. */
static void reach(struct fwd_campaign_flow *f, struct fwd_campaign_contact *c)
{
    c->link = fwd_coap_server_reach(f->coap, c->address);
    c->observed = false;
    f->links += c->link != NULL ? 1 : 0;
}

/* Asks those that are there and whose turn it is: all at the beginning of a phase, later those that
 * could not be asked. */
static void sweep(struct fwd_campaign_flow *f, int64_t now)
{
    size_t asked = 0, count = f->config.campaign->device_count;

    for (; f->sweep < count && asked < SWEEP_AT_ONCE; f->sweep++) {
        struct fwd_campaign_contact *c = &f->contacts[f->sweep];
        fwd_campaign_flow_expire(f, f->sweep, now);
        bool due = c->again != 0 ? c->again <= now : !c->observed;
        if (!due || !fwd_campaign_flow_takes_part(f, f->sweep))
            continue;
        if (c->link == NULL && c->address[0] != '\0' && f->links < AT_ONCE)
            reach(f, c);
        if (c->link == NULL)
            continue;
        fwd_campaign_flow_contact(f, f->sweep);
        asked++;
    }
    f->sweeping = f->sweep < count;
}

/* ---- phases ---------------------------------------------------------------------------------- */

/* What a device has begun to fetch is taken back. What is being installed cannot be stopped. */
static void stop(struct fwd_campaign_flow *f, size_t index)
{
    enum fwd_campaign_step step = fwd_campaign_state_unit(f->config.state, index)->step;
    struct fwd_campaign_contact *c = &f->contacts[index];

    if (step == FWD_CAMPAIGN_WRITING || step == FWD_CAMPAIGN_FETCHING) {
        if (c->link == NULL && c->address[0] != '\0')
            reach(f, c);
        (void)fwd_campaign_flow_send(f, index, FWD_CAMPAIGN_CLEAR_URI, "");
    }
    fwd_campaign_flow_end(f, index, FWD_CAMPAIGN_STOPPED);
}

static void stop_all(struct fwd_campaign_flow *f)
{
    for (size_t i = 0; i < f->config.campaign->device_count; i++)
        stop(f, i);
}

static void stop_row(void *ctx, const char *imei, const char *b, const char *c, int64_t n)
{
    struct fwd_campaign_flow *f = ctx;
    size_t index = fwd_campaign_find(f->config.campaign, imei);

    (void)b, (void)c, (void)n;
    if (index < f->config.campaign->device_count)
        stop(f, index);
}

/* The time is over: who has not ended was not reached. */
static void close_phase(struct fwd_campaign_flow *f, int64_t now)
{
    for (size_t i = 0; i < f->config.campaign->device_count; i++) {
        if (fwd_campaign_flow_takes_part(f, i))
            fwd_campaign_flow_end(f, i, FWD_CAMPAIGN_NOT_REACHED);
    }
    (void)now;
}

static int64_t phase_end(const struct fwd_campaign_flow *f)
{
    int64_t since = fwd_campaign_state_since(f->config.state);

    return (since > f->start ? since : f->start) + f->config.campaign->duration_s;
}

static void follow_phase(struct fwd_campaign_flow *f, int64_t now)
{
    struct fwd_error err;
    size_t open = f->open[f->phase == FWD_CAMPAIGN_TESTING ? 1 : 0];

    if (!fwd_campaign_phase_runs(f->phase) || (open > 0 && now < phase_end(f)))
        return;
    if (open > 0)
        close_phase(f, now);
    (void)fwd_campaign_state_move(f->config.state, FWD_CAMPAIGN_REPORT, "the server", now, &err);
    f->phase = fwd_campaign_state_phase(f->config.state);
}

static void look_at_phase(struct fwd_campaign_flow *f, int64_t now)
{
    enum fwd_campaign_phase phase;

    if (fwd_campaign_state_refresh(f->config.state) || !f->looked)
        fwd_campaign_state_rows(f->config.state, "withdrawn", stop_row, f);
    f->looked = true;
    phase = fwd_campaign_state_phase(f->config.state);
    if (phase != f->phase) {
        f->phase = phase;
        if (phase == FWD_CAMPAIGN_CANCELLED)
            stop_all(f);
        begin_sweep(f, now);
    }
    follow_phase(f, now);
}

/* ---- life ------------------------------------------------------------------------------------ */

static bool make_uris(struct fwd_campaign_flow *f)
{
    const struct fwd_campaign_check *check = f->config.check;

    f->uris = calloc(check->package_count + 1, sizeof *f->uris);
    for (size_t i = 0; f->uris != NULL && i < check->package_count; i++) {
        int at = snprintf(
            f->uris[i], sizeof f->uris[i], "%.*s/", (int)FWD_CAMPAIGN_TEXT, f->config.content);
        for (int k = 0; k < 8; k++)
            (void)snprintf(f->uris[i] + at + 2 * k, 3, "%02x", check->packages[i].digest[k]);
    }
    return f->uris != NULL;
}

enum fwd_fail fwd_campaign_flow_new(const struct fwd_campaign_flow_config *config,
    struct fwd_campaign_flow **out, struct fwd_error *err)
{
    struct fwd_campaign_flow *f = calloc(1, sizeof *f);
    struct fwd_coap_server_handlers handlers = {f, fwd_campaign_flow_serve,
        fwd_campaign_flow_response, fwd_campaign_flow_failed, fwd_campaign_flow_key,
        fwd_campaign_flow_stranger, fwd_campaign_flow_closed};
    enum fwd_fail fail = FWD_FAIL_NONE;
    unsigned seed = (unsigned)getpid();

    *out = NULL;
    if (f == NULL)
        return fwd_error_memory(err, "the campaign");
    f->config = *config;
    if (!fwd_campaign_time(config->campaign->start, &f->start))
        f->start = INT64_MAX / 2; /* rule C5 is broken: it never begins */
    f->contacts = calloc(config->campaign->device_count + 1, sizeof *f->contacts);
    f->list = calloc(1, sizeof *f->list);
    if (f->contacts == NULL || f->list == NULL || !fwd_lwm2m_list_init(f->list) || !make_uris(f))
        fail = fwd_error_memory(err, "the campaign");
    if (fail == FWD_FAIL_NONE)
        fail = fwd_coap_server_new(&handlers, &f->coap, err);
    if (fail != FWD_FAIL_NONE) {
        fwd_campaign_flow_free(f);
        return fail;
    }
    for (size_t i = 0; i < config->campaign->device_count; i++)
        f->contacts[i].account = FWD_CAMPAIGN_NO_ACCOUNT;
    /* numbers of an earlier process must not be taken for ours */
    for (size_t i = 0; i < config->campaign->device_count; i++)
        f->contacts[i].generation = (uint8_t)(rand_r(&seed) & 0xFF);
    fwd_campaign_flow_recall(f);
    count_open(f); /* the phase is looked at later, as if it had just begun */
    *out = f;
    return FWD_FAIL_NONE;
}

void fwd_campaign_flow_free(struct fwd_campaign_flow *f)
{
    if (f == NULL)
        return;
    for (size_t i = 0; f->contacts != NULL && i < f->config.campaign->device_count; i++) {
        fwd_campaign_flow_bootstrap_end(f, i);
        fwd_campaign_flow_drop(f, i);
    }
    fwd_coap_server_free(f->coap);
    if (f->list != NULL)
        fwd_lwm2m_list_free(f->list);
    free(f->list);
    free(f->contacts);
    free(f->uris);
    free(f);
}

enum fwd_fail fwd_campaign_flow_listen(
    struct fwd_campaign_flow *f, const char *uri, uint16_t *port, struct fwd_error *err)
{
    return fwd_coap_server_listen(f->coap, uri, port, err);
}

bool fwd_campaign_flow_lead_to(struct fwd_campaign_flow *f, const char *server)
{
    bool secure;

    (void)snprintf(f->server, sizeof f->server, "%.*s", (int)sizeof f->server - 1, server);
    return strlen(server) < sizeof f->server && fwd_coap_uri(server, &secure);
}

size_t fwd_campaign_flow_watch(
    struct fwd_campaign_flow *f, struct pollfd *fds, size_t room, int *wait_ms)
{
    if (f->sweeping)
        *wait_ms = 0;
    return fwd_coap_server_watch(f->coap, fds, room, wait_ms);
}

void fwd_campaign_flow_perform(struct fwd_campaign_flow *f)
{
    fwd_coap_server_perform(f->coap);
    int64_t now = f->config.now(f->config.ctx);
    look_at_phase(f, now);
    if (!f->sweeping && fwd_campaign_phase_runs(f->phase) && now - f->swept >= SWEEP_S)
        begin_sweep(f, now);
    if (f->sweeping)
        sweep(f, now);
}

/* "/DIGEST/IMEI.upd" */
static bool is_withdrawn(const struct fwd_campaign_flow *f, const char *name)
{
    char imei[FWD_CAMPAIGN_IMEI] = "";
    const struct fwd_campaign *c = f->config.campaign;

    (void)snprintf(imei, sizeof imei, "%.*s", (int)strcspn(name, "."), name);
    size_t index = fwd_campaign_find(c, imei);
    return f->phase == FWD_CAMPAIGN_CANCELLED ||
           (index < c->device_count &&
               fwd_campaign_state_unit(f->config.state, index)->outcome == FWD_CAMPAIGN_STOPPED);
}

const struct fwd_campaign_package *fwd_campaign_flow_package(
    const struct fwd_campaign_flow *f, const char *path, bool *withdrawn)
{
    size_t base = strlen(f->config.content);

    for (size_t i = 0; i < f->config.check->package_count; i++) {
        const char *own = f->uris[i] + (base < FWD_CAMPAIGN_TEXT ? base : FWD_CAMPAIGN_TEXT);
        size_t size = strlen(own);
        if (strncmp(path, own, size) == 0 && path[size] == '/') {
            *withdrawn = is_withdrawn(f, path + size + 1);
            return &f->config.check->packages[i];
        }
    }
    return NULL;
}

size_t fwd_campaign_flow_registered(const struct fwd_campaign_flow *f)
{
    return f->registered;
}
