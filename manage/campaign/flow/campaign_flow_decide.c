/* What follows from what a device says: campaigns as the modules' documents have them. */
#include "manage/campaign/flow/campaign_flow_internal.h"

#include <stdio.h>
#include <string.h>

/* Values of /5/0/3 and /5/0/5. */
enum { IDLE = 0, DOWNLOADING = 1, DOWNLOADED = 2, UPDATING = 3 };
enum { SUCCESS = 1 };

#define AGAIN_S 30
#define DOUBTS  3u

static int64_t now(const struct fwd_campaign_flow *f)
{
    return f->config.now(f->config.ctx);
}

static struct fwd_campaign_unit *unit(const struct fwd_campaign_flow *f, size_t index)
{
    return fwd_campaign_state_unit(f->config.state, index);
}

/* In the file before anything is sent that depends on it. */
static bool step(struct fwd_campaign_flow *f, size_t index, enum fwd_campaign_step next)
{
    struct fwd_error err;

    unit(f, index)->step = next;
    fwd_campaign_state_save(f->config.state, index, now(f));
    return fwd_campaign_state_commit(f->config.state, &err) == FWD_FAIL_NONE;
}

bool fwd_campaign_flow_takes_part(const struct fwd_campaign_flow *f, size_t index)
{
    return (f->phase == FWD_CAMPAIGN_FINAL ||
               (f->phase == FWD_CAMPAIGN_TESTING && f->config.campaign->devices[index].test)) &&
           unit(f, index)->step != FWD_CAMPAIGN_ENDED && now(f) >= f->start;
}

void fwd_campaign_flow_end(
    struct fwd_campaign_flow *f, size_t index, enum fwd_campaign_outcome outcome)
{
    struct fwd_campaign_unit *u = unit(f, index);

    if (u->step == FWD_CAMPAIGN_ENDED)
        return;
    u->outcome = outcome;
    u->ended = now(f);
    u->step = FWD_CAMPAIGN_ENDED;
    fwd_campaign_state_save(f->config.state, index, u->ended);
    if (f->contacts[index].address[0] != '\0') /* it is not needed any more */
        fwd_campaign_flow_attach(f, index, NULL, false);
    f->open[0]--;
    f->open[1] -= f->config.campaign->devices[index].test ? 1 : 0;
}

/* ---- what is next ---------------------------------------------------------------------------- */

/* The package for a version; package_count: none. */
static size_t package_for(const struct fwd_campaign_flow *f, const char *version)
{
    size_t i = 0;

    while (i < f->config.check->package_count &&
           strcmp(f->config.check->packages[i].from, version) != 0)
        i++;
    return i;
}

static bool has_arrived(const struct fwd_campaign_flow *f, const char *version)
{
    char last[2 * FWD_CAMPAIGN_VERSION];

    fwd_campaign_version_text(&f->config.campaign->to, last);
    return strcmp(version, last) == 0;
}

static void write_uri(struct fwd_campaign_flow *f, size_t index, size_t package)
{
    char uri[FWD_CAMPAIGN_TEXT + 96];

    (void)snprintf(
        uri, sizeof uri, "%s/%s.upd", f->uris[package], f->config.campaign->devices[index].imei);
    (void)fwd_campaign_flow_send(f, index, FWD_CAMPAIGN_WRITE_URI, uri);
}

/* Nothing is under way. */
static void begin(struct fwd_campaign_flow *f, size_t index)
{
    struct fwd_campaign_unit *u = unit(f, index);
    size_t package = package_for(f, u->after);

    if (has_arrived(f, u->after)) {
        fwd_campaign_flow_end(f, index, u->hops > 0 ? FWD_CAMPAIGN_UPDATED : FWD_CAMPAIGN_ALREADY);
    } else if (package == f->config.check->package_count) {
        fwd_campaign_flow_end(f, index, FWD_CAMPAIGN_WRONG_VERSION);
    } else if (f->contacts[index].state == UPDATING) {
        f->contacts[index].again = now(f) + AGAIN_S;
    } else if (f->contacts[index].state != IDLE) { /* something else, from before */
        (void)fwd_campaign_flow_send(f, index, FWD_CAMPAIGN_CLEAR_URI, "");
    } else if (u->hop_attempts >= f->config.campaign->attempts) {
        fwd_campaign_flow_end(f, index, FWD_CAMPAIGN_FAILED);
    } else {
        u->attempts++;
        u->hop_attempts++;
        u->begun = u->begun != 0 ? u->begun : now(f);
        if (step(f, index, FWD_CAMPAIGN_WRITING))
            write_uri(f, index, package);
    }
}

/* An attempt has ended without the new version. */
static void fail(struct fwd_campaign_flow *f, size_t index, uint32_t result)
{
    struct fwd_campaign_unit *u = unit(f, index);

    u->result = result;
    if (u->hop_attempts >= f->config.campaign->attempts) {
        fwd_campaign_flow_end(f, index, FWD_CAMPAIGN_FAILED);
    } else if (step(f, index, FWD_CAMPAIGN_WAITING)) {
        begin(f, index);
    }
}

/* An answer about the time before must not be taken for the end of the installation. */
static void execute(struct fwd_campaign_flow *f, size_t index)
{
    f->contacts[index].numbers[FWD_CAMPAIGN_GET_STATE] = 0;
    if (step(f, index, FWD_CAMPAIGN_EXECUTING))
        (void)fwd_campaign_flow_send(f, index, FWD_CAMPAIGN_EXECUTE, NULL);
}

/* The package of this hop, wherever in the chain the device began; NULL: none. */
static const struct fwd_campaign_package *of_this_hop(
    const struct fwd_campaign_flow *f, size_t index)
{
    const struct fwd_campaign_unit *u = unit(f, index);
    size_t package = package_for(f, u->before) + u->hops;

    return package < f->config.check->package_count ? &f->config.check->packages[package] : NULL;
}

static void count_bytes(struct fwd_campaign_flow *f, size_t index)
{
    const struct fwd_campaign_package *p = of_this_hop(f, index);

    unit(f, index)->bytes += p != NULL ? p->bytes.size : 0;
}

static void fetched(struct fwd_campaign_flow *f, size_t index)
{
    count_bytes(f, index);
    execute(f, index);
}

/* Another version than before the attempt: that is what counts, whatever the result says. */
static bool has_moved_on(const struct fwd_campaign_flow *f, size_t index)
{
    const struct fwd_campaign_unit *u = unit(f, index);
    const struct fwd_campaign_package *p = of_this_hop(f, index);

    return has_arrived(f, u->after) || (p != NULL && strcmp(p->to, u->after) == 0);
}

static void hop_done(struct fwd_campaign_flow *f, size_t index)
{
    struct fwd_campaign_unit *u = unit(f, index);

    u->hops++;
    u->hop_attempts = 0;
    u->result = SUCCESS;
    if (step(f, index, FWD_CAMPAIGN_WAITING))
        begin(f, index);
}

/* It has installed before it was told to: a host may reset a module that waits for that too long.
 */
static void went_ahead(struct fwd_campaign_flow *f, size_t index)
{
    count_bytes(f, index);
    hop_done(f, index);
}

/* What was told before says nothing about what follows. */
static void ask_again(struct fwd_campaign_flow *f, size_t index)
{
    f->contacts[index].known &= (uint8_t) ~(FWD_CAMPAIGN_KNOWS_STATE | FWD_CAMPAIGN_KNOWS_RESULT);
    (void)fwd_campaign_flow_send(f, index, FWD_CAMPAIGN_GET_STATE, NULL);
    (void)fwd_campaign_flow_send(f, index, FWD_CAMPAIGN_GET_RESULT, NULL);
}

/* ---- by step --------------------------------------------------------------------------------- */

/* The URI was sent, by this server or by one that was killed then. */
static void decide_writing(struct fwd_campaign_flow *f, size_t index)
{
    const struct fwd_campaign_contact *c = &f->contacts[index];
    size_t package = package_for(f, unit(f, index)->after);

    if (c->numbers[FWD_CAMPAIGN_WRITE_URI] != 0)
        return; /* its answer comes */
    if (c->state == IDLE && has_moved_on(f, index))
        went_ahead(f, index);
    else if (c->state == IDLE && package < f->config.check->package_count)
        write_uri(f, index, package); /* it did not get there */
    else if (c->state == DOWNLOADING)
        (void)step(f, index, FWD_CAMPAIGN_FETCHING);
    else if (c->state == DOWNLOADED)
        fetched(f, index);
}

static void decide_fetching(struct fwd_campaign_flow *f, size_t index)
{
    struct fwd_campaign_contact *c = &f->contacts[index];

    if (c->state == DOWNLOADED)
        fetched(f, index);
    else if (c->state == IDLE && has_moved_on(f, index))
        went_ahead(f, index);
    else if (c->state == IDLE && (c->result > SUCCESS || c->doubts >= DOUBTS))
        fail(f, index, c->result);
    else if (c->state == IDLE) { /* its reason, or its version, may be under way */
        c->doubts++;
        c->again = now(f) + AGAIN_S;
    }
}

static void decide_installing(struct fwd_campaign_flow *f, size_t index)
{
    const struct fwd_campaign_contact *c = &f->contacts[index];

    if (c->state == IDLE && has_moved_on(f, index))
        hop_done(f, index);
    else if (c->state == IDLE)
        fail(f, index, c->result);
    else if (c->state == DOWNLOADED && c->numbers[FWD_CAMPAIGN_EXECUTE] == 0)
        execute(f, index); /* it did not get there */
}

void fwd_campaign_flow_decide(struct fwd_campaign_flow *f, size_t index)
{
    static void (*const deciders[FWD_CAMPAIGN_STEPS])(struct fwd_campaign_flow *, size_t) = {
        [FWD_CAMPAIGN_WAITING] = begin,
        [FWD_CAMPAIGN_WRITING] = decide_writing,
        [FWD_CAMPAIGN_FETCHING] = decide_fetching,
        [FWD_CAMPAIGN_EXECUTING] = decide_installing,
        [FWD_CAMPAIGN_INSTALLING] = decide_installing,
    };

    if (fwd_campaign_flow_takes_part(f, index))
        deciders[unit(f, index)->step](f, index);
}

void fwd_campaign_flow_told(
    struct fwd_campaign_flow *f, size_t index, enum fwd_campaign_question question, uint8_t code)
{
    struct fwd_campaign_contact *c = &f->contacts[index];
    bool done = code == FWD_COAP_CHANGED;

    if (!fwd_campaign_flow_takes_part(f, index))
        return;
    if (!done) { /* not now: a moment later */
        c->again = now(f) + AGAIN_S;
        return;
    }
    if (question == FWD_CAMPAIGN_EXECUTE) {
        (void)step(f, index, FWD_CAMPAIGN_INSTALLING);
        return;
    }
    if (question == FWD_CAMPAIGN_WRITE_URI && !step(f, index, FWD_CAMPAIGN_FETCHING))
        return;
    c->doubts = 0;
    ask_again(f, index);
}
