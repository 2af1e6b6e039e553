#include "manage/campaign/server/campaign_server.h"

#include "hostio/host_signal.h"
#include "manage/campaign/content/campaign_content.h"
#include "manage/campaign/flow/campaign_flow.h"
#include "manage/campaign/report/campaign_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TICK_MS   50 /* how often the phase is looked at, and the clock */
#define REPORT_MS 10 /* how often it is reported that nothing waits */
#define REFRESH_S 5u

struct server {
    const struct fwd_campaign_server_options *options;
    struct fwd_campaign_flow *flow;
    struct fwd_campaign_content *content, *page;
    char lwm2m[FWD_CAMPAIGN_TEXT + 16];
    char bootstrap[FWD_CAMPAIGN_TEXT + 16];
};

static int64_t now(void *ctx)
{
    const struct fwd_campaign_server_options *o = ((const struct server *)ctx)->options;

    return o->clock != NULL ? o->clock(o->clock_ctx)
                            : fwd_campaign_state_now(o->state, o->scale, o->first);
}

static void say(void *ctx, const char *line)
{
    (void)ctx;
    puts(line);
    (void)fflush(stdout);
}

/* ---- what is served -------------------------------------------------------------------------- */

static void get_package(void *ctx, const char *path, struct fwd_campaign_served *out)
{
    const struct server *s = ctx;
    bool withdrawn;
    const struct fwd_campaign_package *p = fwd_campaign_flow_package(s->flow, path, &withdrawn);

    if (p == NULL)
        *out = (struct fwd_campaign_served){.status = 404};
    else if (withdrawn)
        *out = (struct fwd_campaign_served){.status = 410};
    else
        *out = (struct fwd_campaign_served){.status = 200,
            .type = "application/octet-stream",
            .bytes = p->bytes.data,
            .size = p->bytes.size};
}

static void get_page(void *ctx, const char *path, struct fwd_campaign_served *out)
{
    struct server *s = ctx;
    const struct fwd_campaign_server_options *o = s->options;
    char *text = NULL;
    size_t size = 0;
    FILE *file = strcmp(path, "/") == 0 ? open_memstream(&text, &size) : NULL;

    struct fwd_campaign_page page = {
        fwd_campaign_flow_registered(s->flow), now(s), REFRESH_S, NULL, NULL};

    *out = (struct fwd_campaign_served){.status = 404};
    if (file == NULL)
        return;
    fwd_campaign_report_html(file, o->campaign, o->state, &page);
    if (fclose(file) != 0) {
        free(text);
        *out = (struct fwd_campaign_served){.status = 503};
        return;
    }
    *out = (struct fwd_campaign_served){
        200, "text/html; charset=utf-8", (const uint8_t *)text, size, true};
}

/* ---- opening --------------------------------------------------------------------------------- */

/* Says in the sentence of a failure which of the addresses is meant. */
static enum fwd_fail of_address(const char *name, enum fwd_fail fail, struct fwd_error *err)
{
    struct fwd_error cause = *err;

    return fail == FWD_FAIL_NONE ? fail : fwd_error_fail(err, fail, "%s: %.480s", name, cause.text);
}

static enum fwd_fail open_content(struct server *s, struct fwd_error *err)
{
    const struct fwd_campaign_server_options *o = s->options;
    struct fwd_campaign_content_config packages = {
        s, get_package, o->content, o->campaign->certificate, o->campaign->key};
    struct fwd_campaign_content_config page = {s, get_page, o->page, NULL, NULL};

    if (o->announce != NULL && !fwd_campaign_content_is_uri(o->announce))
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "--public: '%s' is not a place for content; expected http://HOST:PORT or "
            "https://HOST:PORT",
            o->announce);
    enum fwd_fail fail =
        of_address("content", fwd_campaign_content_open(&packages, &s->content, err), err);
    if (fail == FWD_FAIL_NONE && o->page != NULL)
        fail = of_address("--page", fwd_campaign_content_open(&page, &s->page, err), err);
    return fail;
}

/* Listens at uri, which the user knows by this name; out, size bytes: the same with the port that
 * it has. */
static enum fwd_fail listen_lwm2m(struct server *s, const char *name, const char *uri, char *out,
    size_t size, struct fwd_error *err)
{
    const char *end = strrchr(uri, ':');
    uint16_t port = 0;
    enum fwd_fail fail = of_address(name, fwd_campaign_flow_listen(s->flow, uri, &port, err), err);

    if (fail != FWD_FAIL_NONE)
        return fail;
    bool given = end != NULL && end[1] != '/' && strchr(end, ']') == NULL;
    (void)snprintf(
        out, size, "%.*s:%u", given ? (int)(end - uri) : (int)strlen(uri), uri, (unsigned)port);
    return FWD_FAIL_NONE;
}

static enum fwd_fail open_flow(struct server *s, struct fwd_error *err)
{
    const struct fwd_campaign_server_options *o = s->options;
    struct fwd_campaign_flow_config config = {.campaign = o->campaign,
        .check = o->check,
        .state = o->state,
        .content = o->announce != NULL ? o->announce : fwd_campaign_content_uri(s->content),
        .ctx = s,
        .now = now,
        .say = say};

    enum fwd_fail fail = fwd_campaign_flow_new(&config, &s->flow, err);
    if (fail == FWD_FAIL_NONE)
        fail = listen_lwm2m(s, "lwm2m", o->lwm2m, s->lwm2m, sizeof s->lwm2m, err);
    if (fail == FWD_FAIL_NONE) {
        const char *to = o->announce_lwm2m != NULL ? o->announce_lwm2m : s->lwm2m;
        bool leads = o->bootstrap != NULL || o->announce_lwm2m != NULL;
        if (leads && !fwd_campaign_flow_lead_to(s->flow, to))
            fail = fwd_error_fail(err, FWD_FAIL_USAGE,
                "--public-lwm2m: '%s' is not a server that devices can register with; expected "
                "coap://HOST:PORT or coaps://HOST:PORT",
                to);
    }
    if (fail == FWD_FAIL_NONE && o->bootstrap != NULL)
        fail = listen_lwm2m(s, "--bootstrap", o->bootstrap, s->bootstrap, sizeof s->bootstrap, err);
    return fail;
}

/* ---- running --------------------------------------------------------------------------------- */

static bool is_over(const struct fwd_campaign_server_options *o)
{
    enum fwd_campaign_phase phase = fwd_campaign_state_phase(o->state);

    return o->until_reported &&
           (phase == FWD_CAMPAIGN_FINAL_REPORTED || phase == FWD_CAMPAIGN_CANCELLED);
}

static void wait_for(
    const struct fwd_campaign_server_options *o, struct pollfd *fds, size_t count, int wait)
{
    if (o->caught_up == NULL) {
        (void)poll(fds, (nfds_t)count, wait);
    } else if (poll(fds, (nfds_t)count, 0) == 0 && wait != 0) {
        o->caught_up(o->clock_ctx);
        (void)poll(fds, (nfds_t)count, wait < 0 || wait > REPORT_MS ? REPORT_MS : wait);
    }
}

static enum fwd_fail serve(struct server *s, struct fwd_error *err)
{
    struct pollfd fds[3];
    enum fwd_fail fail = FWD_FAIL_NONE;

    while (fail == FWD_FAIL_NONE && !fwd_signal_seen() && !is_over(s->options)) {
        int wait = TICK_MS;
        size_t count = fwd_campaign_flow_watch(s->flow, fds, 3, &wait);
        count += fwd_campaign_content_watch(s->content, fds + count, 3 - count, &wait);
        if (s->page != NULL)
            count += fwd_campaign_content_watch(s->page, fds + count, 3 - count, &wait);
        wait_for(s->options, fds, count, wait);
        fwd_campaign_flow_perform(s->flow);
        fwd_campaign_content_perform(s->content);
        if (s->page != NULL)
            fwd_campaign_content_perform(s->page);
        fail = fwd_campaign_state_commit(s->options->state, err);
    }
    return fail;
}

enum fwd_fail fwd_campaign_server_run(const struct fwd_campaign_server_options *options,
    void (*ready)(const struct fwd_campaign_server_places *places), struct fwd_error *err)
{
    struct server s = {.options = options};

    fwd_signal_hold();
    enum fwd_fail fail = fwd_campaign_state_lock(options->state, err);
    if (fail == FWD_FAIL_NONE)
        fail = open_content(&s, err);
    if (fail == FWD_FAIL_NONE)
        fail = open_flow(&s, err);
    if (fail == FWD_FAIL_NONE) {
        ready(&(struct fwd_campaign_server_places){s.lwm2m, fwd_campaign_content_uri(s.content),
            s.page != NULL ? fwd_campaign_content_uri(s.page) : NULL,
            options->bootstrap != NULL ? s.bootstrap : NULL});
        fail = serve(&s, err);
    }
    fwd_campaign_content_close(s.page);
    fwd_campaign_content_close(s.content);
    fwd_campaign_flow_free(s.flow);
    return fail;
}
