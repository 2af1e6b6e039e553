#include "module/logcheck/logcheck_rules.h"

#include "module/logcheck/logcheck_rules_internal.h"
#include "sim/family/profiles.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define R4     ((unsigned)FWD_FAMILY_R4)
#define LARA   ((unsigned)FWD_FAMILY_LARA)
#define R5     ((unsigned)FWD_FAMILY_R5)
#define ANY    (FWD_HOST_UBLOX | (unsigned)FWD_FAMILY_TELIT | (unsigned)FWD_FAMILY_RYZ)
#define MINUTE 60000

static const struct {
    const char *id, *title;
    unsigned families;
    void (*take)(struct fwd_logcheck_check *c);
    void (*end)(struct fwd_logcheck_check *c);
} rules[FWD_LOGCHECK_RULES] = {
    {"H1", "switch the lines about server updates on before one begins", FWD_HOST_UBLOX,
        fwd_logcheck_h1, NULL},
    {"H2", "switch them on again after the update", LARA | R5, fwd_logcheck_h2,
        fwd_logcheck_h2_end},
    {"H3", "have all sockets closed when the server's package is complete", FWD_HOST_UBLOX,
        fwd_logcheck_h3, NULL},
    {"H4", "send no command that is forbidden while a download runs", ANY, fwd_logcheck_h4, NULL},
    {"H5", "cancel only while the download runs, never afterwards", FWD_HOST_UBLOX, fwd_logcheck_h5,
        NULL},
    {"H6", "no reset and no power-off until the installation has ended", FWD_HOST_UBLOX,
        fwd_logcheck_h6, NULL},
    {"H7", "remember in non-volatile memory that a package is downloaded", R4, NULL, NULL},
    {"H8", "poll with AT during the installation, or watch a pin", FWD_HOST_UBLOX, fwd_logcheck_h8,
        fwd_logcheck_h8_end},
    {"H9", "wait for the documented time before calling it a failure", FWD_HOST_UBLOX,
        fwd_logcheck_h9, fwd_logcheck_h9_end},
    {"H10", "ask for the version after the update", R4, fwd_logcheck_h10, fwd_logcheck_h10_end},
    {"H11", "set APN and eDRX again after the update", LARA, fwd_logcheck_h11,
        fwd_logcheck_h11_end},
    {"H12", "have eDRX off before and during a download", R4 | LARA, fwd_logcheck_h12, NULL},
    {"H13", "Verizon: read the package's address, and keep registering", R5, fwd_logcheck_h13,
        fwd_logcheck_h13_end},
    {"H14", "keep an AT log with time stamps", LARA | R5, fwd_logcheck_h14, NULL},
    {"H15", "start anew after a cancel, do not resume", FWD_HOST_UBLOX, fwd_logcheck_h15, NULL},
    {"H16", "after an FTP cancel wait for +UUFTPCR: 100,0", R4 | LARA, fwd_logcheck_h16, NULL},
    {"H17", "fix the line speed; after the update enter the PIN and restore settings",
        (unsigned)FWD_FAMILY_TELIT, fwd_logcheck_h17, fwd_logcheck_h17_end},
    {"H18", "no power-off while a download or an update runs",
        (unsigned)FWD_FAMILY_TELIT | (unsigned)FWD_FAMILY_RYZ, fwd_logcheck_h18, NULL},
};

const char *fwd_logcheck_rule_id(size_t index)
{
    return rules[index].id;
}

const char *fwd_logcheck_rule_title(size_t index)
{
    return rules[index].title;
}

/* ---- for the rules --------------------------------------------------------------------------- */

/* A module of an unknown family is only held to what is asked of all. */
static bool applies(const struct fwd_logcheck_check *c, size_t rule)
{
    unsigned family = c->state.family;

    return family != 0 ? (rules[rule].families & family) != 0
                       : (rules[rule].families & FWD_HOST_UBLOX) == FWD_HOST_UBLOX;
}

void fwd_logcheck_occasion(struct fwd_logcheck_check *c, enum fwd_logcheck_rule rule)
{
    struct fwd_logcheck_verdict *verdict = &c->report->verdicts[rule];

    if (verdict->status == FWD_HOST_NO_OCCASION)
        verdict->status = FWD_LOGCHECK_KEPT;
}

void fwd_logcheck_break(struct fwd_logcheck_check *c, enum fwd_logcheck_rule rule, unsigned line,
    const char *format, ...)
{
    struct fwd_logcheck_verdict *verdict = &c->report->verdicts[rule];
    va_list args;

    if (verdict->breaks < FWD_LOGCHECK_BREAKS_MAX) {
        struct fwd_logcheck_break *b = &verdict->first[verdict->breaks];

        b->line = line;
        va_start(args, format);
        (void)vsnprintf(b->text, sizeof b->text, format, args);
        va_end(args);
    }
    verdict->breaks++;
    if (verdict->status != FWD_LOGCHECK_BROKEN)
        c->report->broken++;
    verdict->status = FWD_LOGCHECK_BROKEN;
}

bool fwd_logcheck_entered(const struct fwd_logcheck_check *c, enum fwd_logcheck_stage stage)
{
    return c->state.stage == stage && c->state.before != stage;
}

bool fwd_logcheck_in_window(const struct fwd_logcheck_check *c)
{
    const struct fwd_logcheck_state *s = &c->state;

    return s->stage == FWD_HOST_INSTALLING ||
           (s->stage == FWD_HOST_DOWNLOADED && s->method == FWD_METHOD_SERVER);
}

int64_t fwd_logcheck_elapsed(const struct fwd_logcheck_check *c)
{
    const struct fwd_logcheck_state *s = &c->state;

    return s->stage_timed && c->last_timed ? c->last_ms - s->stage_ms : -1;
}

int64_t fwd_logcheck_limit(const struct fwd_logcheck_check *c)
{
    const struct fwd_profile *profile = c->state.profile;
    bool full = c->state.full && c->state.method == FWD_METHOD_XMODEM;

    if (!c->state.exact)
        return (full ? 65 : 25) * MINUTE;
    return (int64_t)(full ? profile->update_minutes : profile->install_minutes) * MINUTE;
}

/* ---- which module it is ---------------------------------------------------------------------- */

static bool has_mark(const struct fwd_profile *profile, const char *text)
{
    for (size_t i = 0; i < sizeof profile->marks / sizeof *profile->marks; i++) {
        if (profile->marks[i] != NULL && strstr(text, profile->marks[i]) != NULL)
            return true;
    }
    return false;
}

/* One of the family that the first line with a mark shows; NULL: none has one. */
static const struct fwd_profile *profile_of_log(const struct fwd_logcheck_log *log)
{
    const struct fwd_profile *profile;

    for (size_t i = 0; i < log->count; i++) {
        for (size_t p = 0; (profile = fwd_profile_at(p)) != NULL; p++) {
            if (log->events[i].kind == FWD_HOST_OUT && has_mark(profile, log->events[i].text))
                return profile;
        }
    }
    return NULL;
}

/* ---- the check ------------------------------------------------------------------------------- */

/* exact: the product version is known, too. */
static void begin(struct fwd_logcheck_check *c, const struct fwd_profile *profile, bool exact)
{
    fwd_logcheck_state_begin(&c->state, profile, exact);
    c->on.lwm2m = c->state.family == R4; /* by the factory */
    c->report->family = profile != NULL ? profile->title : "unknown";
    for (size_t i = 0; i < FWD_LOGCHECK_RULES; i++)
        c->report->verdicts[i].status = !applies(c, i)          ? FWD_HOST_OTHER_FAMILY
                                        : rules[i].take == NULL ? FWD_LOGCHECK_NOT_VISIBLE
                                                                : FWD_HOST_NO_OCCASION;
}

static void take(struct fwd_logcheck_check *c, const struct fwd_logcheck_event *event)
{
    fwd_logcheck_state_take(&c->state, event);
    c->updated = c->state.updates > c->updates_seen;
    c->updates_seen = c->state.updates;
    for (size_t i = 0; i < FWD_LOGCHECK_RULES; i++) {
        if (rules[i].take != NULL && applies(c, i))
            rules[i].take(c);
    }
    c->last_line = event->line;
    c->last_timed = event->timed;
    c->last_ms = event->ms;
}

enum fwd_fail fwd_logcheck_check(const struct fwd_logcheck_log *log, const char *profile,
    struct fwd_logcheck_report *report, struct fwd_error *err)
{
    const char *name = profile != NULL ? profile : log->profile;
    const struct fwd_profile *found = name[0] != 0 ? fwd_profile_find(name) : profile_of_log(log);
    char names[256];

    memset(report, 0, sizeof *report);
    if (name[0] != 0 && found == NULL) {
        fwd_profile_names(false, names, sizeof names);
        return fwd_error_fail(
            err, FWD_FAIL_USAGE, "'%s' is not a module family; there are %s", name, names);
    }
    struct fwd_logcheck_check *c = calloc(1, sizeof *c);
    if (c == NULL)
        return fwd_error_memory(err, "the rules");
    c->report = report;
    begin(c, found, name[0] != 0);
    for (size_t i = 0; i < log->count; i++)
        take(c, &log->events[i]);
    for (size_t i = 0; i < FWD_LOGCHECK_RULES; i++) {
        if (rules[i].end != NULL && applies(c, i))
            rules[i].end(c);
    }
    free(c);
    return FWD_FAIL_NONE;
}
