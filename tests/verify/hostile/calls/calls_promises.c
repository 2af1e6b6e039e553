/* What must hold after any call. */
#include "tests/verify/hostile/calls/calls_rig.h"

#include <string.h>

static const struct lab_image *image_of(
    const struct calls *calls, enum calls_release release, uint8_t place)
{
    const struct lab_image *images[CALLS_RELEASES] = {
        calls->lab->old[place], calls->lab->new[place], &calls->last[place]};

    return images[release];
}

bool calls_runs(const struct calls *calls, enum calls_release release)
{
    for (uint8_t i = 0; i < calls->lab->device.place_count; i++) {
        if (!lab_runs(calls->lab, i, image_of(calls, release, i)))
            return false;
    }
    return true;
}

/* The place runs an image that may run: a release of which nobody has the right counter is none. */
static bool may_run(const struct calls *calls, uint8_t place)
{
    for (int r = 0; r < CALLS_RELEASES; r++) {
        if (calls->counters[r] >= calls->lab->counters[place] &&
            lab_runs(calls->lab, place, image_of(calls, (enum calls_release)r, place)))
            return true;
    }
    return false;
}

void calls_check_choice(struct calls *calls)
{
    const struct lab *lab = calls->lab;

    if (lab->choice.action != FWD_BOOT_RUN)
        return;
    for (uint8_t i = 0; i < lab->device.place_count; i++) {
        if (!may_run(calls, i))
            calls_broken(calls, "RUN, of what nobody signed or what is below the counter");
    }
    bool one = calls_runs(calls, CALLS_OLD) || calls_runs(calls, CALLS_NEW) ||
               calls_runs(calls, CALLS_LAST);
    if (calls->forgery == CALLS_NOTHING_FORGED && !one)
        calls_broken(calls, "RUN, of places of two releases");
}

/* With two journal blocks a slot that was in flight twice in a row may be tried once more: the
 * flash refuses that, and the next one is taken. */
static bool misused(const struct calls *calls)
{
    static const char tried[] = "program of area 3,"; /* LAB_AREA_JOURNAL */
    const struct fwd_nor *nor = calls->lab->nor;
    bool excused = calls->shape.journal_blocks == 2 &&
                   strncmp(fwd_nor_violation_text(nor), tried, sizeof tried - 1) == 0;

    return fwd_nor_violations(nor) > 0 && !excused;
}

static void check_status(struct calls *calls)
{
    struct fwd_status status;

    fwd_update_status(&calls->lab->update, &status);
    if (strcmp(fwd_status_name(status.state), "unknown") == 0 || status.percent > 100)
        calls_broken(calls, "a status that is not documented");
}

void calls_check(struct calls *calls)
{
    const struct lab *lab = calls->lab;

    if (lab->update.held > FWD_CONFIG_SIGNED + lab->device.sigblock_max)
        calls_broken(calls, "a download that is held leaves its buffer");
    if (calls->forgery == CALLS_NOTHING_FORGED && misused(calls))
        calls_broken(calls, fwd_nor_violation_text(lab->nor));
    check_status(calls);
}
