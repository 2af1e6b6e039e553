#include "manage/campaign/rehearse/campaign_crew.h"

#include "hostio/host_signal.h"
#include "manage/campaign/rehearse/campaign_virtual.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define IMAGES_MAX 8u
#define WAIT_MS    10     /* at most: so often it is looked at whether the server keeps up */
#define ROUND_US   5000u  /* a round that takes longer is this computer's fault: see keep_time() */
#define AHEAD_US   20000u /* so far time passes while the server has something to do */
#define PAUSE_US   500    /* what comes meanwhile is dealt with in one go */

static const char other_version[] = "0.0.0,other"; /* of a module that runs something else */

struct crew {
    const struct fwd_campaign_crew_plan *plan;
    struct fwd_campaign_crew shared;
    struct fwd_vclock clock;
    struct fwd_campaign_virtual *modules; /* owned */
    size_t count;
    struct pollfd *fds; /* owned; FWD_CAMPAIGN_VIRTUAL_FDS for each */
    uint64_t waited_us; /* in this round, for something to do */
    uint64_t ahead_us;  /* so much time may pass until the server has caught up */
    uint32_t caught_up; /* when it was looked at last */
};

/* ---- devices --------------------------------------------------------------------------------- */

static enum fwd_fail make_device(const struct fwd_campaign_crew_plan *plan, const char *folder,
    const struct fwd_campaign_fate *fate, struct fwd_error *err)
{
    struct fwd_machine_recipe recipe = *plan->recipe;
    struct fwd_machine_image images[IMAGES_MAX];

    if (recipe.image_count > IMAGES_MAX)
        return fwd_error_fail(err, FWD_FAIL_USAGE, "--image: at most %u images", IMAGES_MAX);
    if (recipe.image_count > 0)
        memcpy(images, recipe.images, recipe.image_count * sizeof *images);
    if (fate->fault == FWD_CAMPAIGN_FAULT_WRONG && recipe.image_count > 0)
        images[0].version = other_version;
    recipe.images = images;
    return fwd_machine_create(folder, &recipe, err);
}

static enum fwd_fail make_module(struct crew *c, size_t index, struct fwd_error *err)
{
    const struct fwd_campaign_crew_plan *plan = c->plan;
    const struct fwd_campaign_device *device = &plan->campaign->devices[index];
    struct fwd_campaign_fate fate =
        fwd_campaign_fault_draw(&plan->shares, plan->seed, index, device->test, plan->package_size);
    char folder[256];

    if (snprintf(folder, sizeof folder, "%s/%s", plan->folder, device->imei) >= (int)sizeof folder)
        return fwd_error_fail(err, FWD_FAIL_USAGE, "%s: the path is too long", plan->folder);
    enum fwd_fail fail = make_device(plan, folder, &fate, err);
    if (fail == FWD_FAIL_NONE)
        fwd_campaign_virtual_init(&c->modules[c->count++], &c->shared, device, &fate, folder);
    return fail;
}

static enum fwd_fail make_modules(struct crew *c, struct fwd_error *err)
{
    size_t all = c->plan->campaign->device_count;
    size_t most = all / c->plan->crews + 1;
    enum fwd_fail fail = FWD_FAIL_NONE;

    c->modules = calloc(most, sizeof *c->modules);
    c->fds = calloc(most * FWD_CAMPAIGN_VIRTUAL_FDS, sizeof *c->fds);
    if (c->modules == NULL || c->fds == NULL)
        return fwd_error_memory(err, "the virtual modules");
    for (size_t i = c->plan->crew; i < all && fail == FWD_FAIL_NONE && !fwd_signal_seen();
         i += c->plan->crews)
        fail = make_module(c, i, err);
    return fail;
}

/* ---- running --------------------------------------------------------------------------------- */

/* So much real time was not the modules'. */
static void stand_still(struct crew *c, uint64_t real_us)
{
    c->clock.start += real_us * 1000u;
}

static uint64_t real_us(const struct crew *c)
{
    return fwd_vclock_now_us(&c->clock) / c->clock.scale;
}

/* The time that this computer takes to start the server again does not pass for the modules. */
static void sit_out(struct crew *c)
{
    uint64_t before = real_us(c);

    if (*c->plan->pause == 0)
        return;
    while (*c->plan->pause != 0 && !fwd_signal_seen())
        (void)usleep(PAUSE_US);
    stand_still(c, real_us(c) - before);
}

/* How much of the time that has passed counts: not what this computer needed for the modules, nor
 * what it left the server waiting. */
static uint64_t allowed_us(struct crew *c, uint64_t passed)
{
    uint64_t most = ROUND_US + c->waited_us;
    uint32_t caught_up = *c->plan->caught_up;

    if (caught_up != c->caught_up)
        c->ahead_us = AHEAD_US;
    c->caught_up = caught_up;
    most = most < c->ahead_us ? most : c->ahead_us;
    passed = passed < most ? passed : most;
    c->ahead_us -= passed;
    return passed;
}

/* Many installations at once, or a computer that has other things to do: then the modules' time
 * passes more slowly, and with it that of the campaign. What happens to a module must not depend on
 * how fast this computer is. */
static void keep_time(struct crew *c, uint64_t *last_us)
{
    uint64_t passed = real_us(c) - *last_us, allowed = allowed_us(c, passed);

    stand_still(c, passed - allowed);
    *last_us += allowed;
    *c->plan->now_ms = fwd_vclock_now(&c->clock);
}

/* Waits for something to do, which is nobody's fault. */
static void wait_for(struct crew *c)
{
    int wait = WAIT_MS;
    size_t count = 0;

    for (size_t i = 0; i < c->count; i++)
        count += fwd_campaign_virtual_watch(
            &c->modules[i], c->fds + count, FWD_CAMPAIGN_VIRTUAL_FDS, &wait);
    uint64_t before = real_us(c);
    int ready = poll(c->fds, (nfds_t)count, wait);
    uint64_t waited = real_us(c) - before;
    c->waited_us = waited < (uint64_t)wait * 1000u ? waited : (uint64_t)wait * 1000u;
    if (ready > 0)
        (void)usleep(PAUSE_US);
}

static void run(struct crew *c)
{
    uint64_t last_us = 0;

    while (!fwd_signal_seen()) {
        sit_out(c);
        wait_for(c);
        sit_out(c);
        for (size_t i = 0; i < c->count; i++)
            fwd_campaign_virtual_perform(&c->modules[i]);
        keep_time(c, &last_us);
    }
}

/* ---- in the end ------------------------------------------------------------------------------ */

void fwd_campaign_crew_result(const char *folder, unsigned crew, char path[FWD_CAMPAIGN_PATH])
{
    (void)snprintf(path, FWD_CAMPAIGN_PATH, "%s/crew-%u.json", folder, crew);
}

static json_t *module_json(struct fwd_campaign_virtual *v)
{
    char version[2 * FWD_CAMPAIGN_VERSION];

    fwd_campaign_virtual_version(v, version);
    uint32_t line = v->result_line > 0 ? v->result_line : v->lines;
    return json_pack("{s:s, s:s, s:s, s:i, s:s, s:I, s:i, s:s}", "imei", v->device->imei, "fault",
        fwd_campaign_fault_name(v->fate.fault), "version", version, "code", (int)v->code, "reason",
        v->reason, "line", (json_int_t)line, "cuts", (int)v->cuts, "trouble", v->trouble.text);
}

/* Its folder is the rehearsal's own, so nobody reads half of it. */
static bool write_result(struct crew *c)
{
    json_t *list = json_array();
    char path[FWD_CAMPAIGN_PATH];

    for (size_t i = 0; i < c->count; i++)
        json_array_append_new(list, module_json(&c->modules[i]));
    fwd_campaign_crew_result(c->plan->folder, c->plan->crew, path);
    bool fine = json_dump_file(list, path, 0) == 0;
    json_decref(list);
    return fine;
}

int fwd_campaign_crew_run(const struct fwd_campaign_crew_plan *plan, int ready)
{
    struct crew c = {.plan = plan};
    struct fwd_error err = {""};

    fwd_signal_hold();
    c.shared = (struct fwd_campaign_crew){&c.clock, plan->profile, plan->codecs, plan->codec_count,
        plan->server, plan->ca_file, plan->logs};
    enum fwd_fail fail = make_modules(&c, &err);
    if (fail == FWD_FAIL_NONE && write(ready, "+", 1) == 1) {
        fwd_vclock_start(&c.clock, plan->scale);
        run(&c);
        if (!write_result(&c))
            fail = FWD_FAIL_ENVIRONMENT;
    } else {
        *plan->trouble = err;
    }
    for (size_t i = 0; i < c.count; i++)
        fwd_campaign_virtual_cut(&c.modules[i]);
    free(c.modules);
    free(c.fds);
    return (int)fail;
}
