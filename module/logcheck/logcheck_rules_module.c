/* The rules about the module itself: what it must be spared, and what it must be asked. */
#include "module/logcheck/logcheck_rules_internal.h"

#include <string.h>

#define R4_PATIENCE_MS 180000
#define NOON_MS        43200000

static bool is_command(const struct fwd_logcheck_check *c)
{
    return c->state.event->kind == FWD_HOST_IN;
}

/* Telit's list; in all forms that set. */
static bool telit_forbids(const char *text)
{
    static const char *const names[] = {"#GPRS", "#SGACT", "+CGATT", "+CGACT", "+CGCLASS"};
    const char *rest;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (fwd_logcheck_is(text, names[i], &rest) && rest[0] == '=' && rest[1] != '?')
            return true;
    }
    return strncmp(text, "ATD", 3) == 0 || fwd_logcheck_is_set(text, "+COPS", 2) ||
           fwd_logcheck_is_set(text, "+CFUN", 4);
}

static bool is_cancel(const char *text)
{
    const char *rest;

    return fwd_logcheck_is(text, "+UFTPC", &rest) && fwd_logcheck_number(rest, 0) == 100 &&
           fwd_logcheck_number(rest, 2) == 0;
}

static bool forbidden(const struct fwd_logcheck_state *s, const char *text)
{
    enum fwd_use use = (enum fwd_use)fwd_logcheck_use(text);

    if (s->family == (unsigned)FWD_FAMILY_TELIT)
        return telit_forbids(text);
    if (s->family == (unsigned)FWD_FAMILY_RYZ || (s->method == FWD_METHOD_FTP && is_cancel(text)))
        return false;
    return s->profile != NULL ? fwd_exclusion_refuses(s->profile, s->method, use)
                              : fwd_exclusion_refused_by_all(s->method, use);
}

void fwd_logcheck_h4(struct fwd_logcheck_check *c)
{
    const struct fwd_logcheck_state *s = &c->state;
    bool telit_update = s->family == (unsigned)FWD_FAMILY_TELIT && s->stage == FWD_HOST_INSTALLING;

    if (s->stage != FWD_HOST_DOWNLOADING && !telit_update)
        return;
    fwd_logcheck_occasion(c, FWD_HOST_H4);
    if (is_command(c) && s->before == s->stage && forbidden(s, s->event->text))
        fwd_logcheck_break(c, FWD_HOST_H4, s->event->line,
            "'%.80s' while a download (%s, from line %u) runs", s->event->text,
            fwd_method_name(s->method), s->stage_line);
}

/* SARA-R4: a server that never says so leaves it to the host after 180 s. */
static bool may_restart(const struct fwd_logcheck_check *c)
{
    const struct fwd_logcheck_state *s = &c->state;
    int64_t elapsed = s->stage_timed && s->event->timed ? s->event->ms - s->stage_ms : -1;

    if (elapsed >= 0 && fwd_logcheck_limit(c) > 0 && elapsed >= fwd_logcheck_limit(c))
        return true;
    return s->family == FWD_FAMILY_R4 && s->stage == FWD_HOST_DOWNLOADED &&
           elapsed >= R4_PATIENCE_MS;
}

void fwd_logcheck_h6(struct fwd_logcheck_check *c)
{
    const struct fwd_logcheck_state *s = &c->state;
    bool power =
        s->event->kind == FWD_HOST_POWER && (s->restarted || strcmp(s->event->text, "on") != 0);

    if (!fwd_logcheck_in_window(c))
        return;
    fwd_logcheck_occasion(c, FWD_HOST_H6);
    if (may_restart(c))
        return;
    if (is_command(c) && fwd_logcheck_restarts(s->event->text))
        fwd_logcheck_break(c, FWD_HOST_H6, s->event->line,
            "'%.80s' between the complete package (line %u) and the end of its installation",
            s->event->text, s->stage_line);
    if (power)
        fwd_logcheck_break(c, FWD_HOST_H6, s->event->line,
            "power went off between the complete package (line %u) and the end of its "
            "installation",
            s->stage_line);
}

void fwd_logcheck_h8(struct fwd_logcheck_check *c)
{
    bool began = fwd_logcheck_in_window(c) && c->state.stage != c->state.before;

    if (began) {
        fwd_logcheck_occasion(c, FWD_HOST_H8);
        c->polled_since = c->state.event->line;
    } else if (is_command(c)) {
        c->polled_since = 0;
    }
}

void fwd_logcheck_h8_end(struct fwd_logcheck_check *c)
{
    if (c->polled_since != 0)
        fwd_logcheck_break(c, FWD_HOST_H8, c->polled_since,
            "an update begins here, and not one command follows: poll with AT until it is "
            "answered, or watch a pin and then ask");
}

static bool starts_another(const char *text)
{
    const char *rest;
    unsigned use = fwd_logcheck_use(text);

    return use == FWD_USE_FTP || use == FWD_USE_HTTP || use == FWD_USE_XMODEM ||
           use == FWD_USE_RAW ||
           (fwd_logcheck_is(text, "+UFWINSTALL", &rest) && fwd_logcheck_number(rest, 3) < 0);
}

void fwd_logcheck_h9(struct fwd_logcheck_check *c)
{
    const struct fwd_logcheck_state *s = &c->state;
    int64_t elapsed = s->stage_timed && s->event->timed ? s->event->ms - s->stage_ms : -1;

    if (s->stage != FWD_HOST_INSTALLING)
        return;
    fwd_logcheck_occasion(c, FWD_HOST_H9);
    if (is_command(c) && s->before == s->stage && starts_another(s->event->text) && elapsed >= 0 &&
        elapsed < fwd_logcheck_limit(c))
        fwd_logcheck_break(c, FWD_HOST_H9, s->event->line,
            "'%.80s' %lld s after the installation began (line %u): it may take %lld minutes",
            s->event->text, (long long)elapsed / 1000, s->stage_line,
            (long long)fwd_logcheck_limit(c) / 60000);
}

void fwd_logcheck_h9_end(struct fwd_logcheck_check *c)
{
    int64_t elapsed = fwd_logcheck_elapsed(c);

    if (c->state.stage == FWD_HOST_INSTALLING && elapsed >= 0 && elapsed < fwd_logcheck_limit(c))
        fwd_logcheck_break(c, FWD_HOST_H9, c->last_line,
            "the log ends %lld s after the installation began (line %u), without its end: it may "
            "take %lld minutes",
            (long long)elapsed / 1000, c->state.stage_line,
            (long long)fwd_logcheck_limit(c) / 60000);
}

static bool asks_version(const struct fwd_logcheck_command *done)
{
    return done->text != NULL &&
           (fwd_logcheck_is(done->text, "I", NULL) || fwd_logcheck_is(done->text, "I9", NULL) ||
               fwd_logcheck_is(done->text, "I0", NULL) ||
               fwd_logcheck_is(done->text, "+CGMR", NULL));
}

void fwd_logcheck_h10(struct fwd_logcheck_check *c)
{
    if (c->updated) {
        fwd_logcheck_occasion(c, FWD_HOST_H10);
        c->version_due = true;
    }
    if (asks_version(&c->state.done) && c->state.ok)
        c->version_due = false;
}

void fwd_logcheck_h10_end(struct fwd_logcheck_check *c)
{
    if (c->version_due)
        fwd_logcheck_break(c, FWD_HOST_H10, c->state.update_line,
            "after the update that ends here, neither ATI nor AT+CGMR is sent: the version is the "
            "only sign of success");
}

static bool sets(const struct fwd_logcheck_state *s, const char *name)
{
    const char *rest;

    return s->done.text != NULL && s->ok && fwd_logcheck_is(s->done.text, name, &rest) &&
           rest[0] == '=' && rest[1] != '?';
}

void fwd_logcheck_h11(struct fwd_logcheck_check *c)
{
    if (c->updated) {
        fwd_logcheck_occasion(c, FWD_HOST_H11);
        c->apn_due = true;
        c->edrx_due = true;
    }
    if (sets(&c->state, "+CGDCONT"))
        c->apn_due = false;
    if (sets(&c->state, "+CEDRXS"))
        c->edrx_due = false;
}

void fwd_logcheck_h11_end(struct fwd_logcheck_check *c)
{
    if (c->apn_due || c->edrx_due)
        fwd_logcheck_break(c, FWD_HOST_H11, c->state.update_line,
            "after the update that ends here was not set again: %s%s%s",
            c->apn_due ? "the APN (AT+CGDCONT)" : "", c->apn_due && c->edrx_due ? " and " : "",
            c->edrx_due ? "eDRX (AT+CEDRXS)" : "");
}

static bool over_the_air(enum fwd_method method)
{
    return method == FWD_METHOD_SERVER || method == FWD_METHOD_FTP || method == FWD_METHOD_HTTP;
}

void fwd_logcheck_h12(struct fwd_logcheck_check *c)
{
    const struct fwd_logcheck_state *s = &c->state;
    const char *rest;

    if (sets(s, "+CEDRXS")) {
        (void)fwd_logcheck_is(s->done.text, "+CEDRXS", &rest);
        c->edrx_off = fwd_logcheck_number(rest, 0) == 0 || fwd_logcheck_number(rest, 0) == 3;
        if (!c->edrx_off && s->stage != FWD_LOGCHECK_NOTHING && over_the_air(s->method))
            fwd_logcheck_break(c, FWD_HOST_H12, s->done.line,
                "eDRX is switched on while an update (from line %u) runs", s->stage_line);
    }
    if (!fwd_logcheck_entered(c, FWD_HOST_DOWNLOADING) || !over_the_air(s->method))
        return;
    fwd_logcheck_occasion(c, FWD_HOST_H12);
    if (!c->edrx_off)
        fwd_logcheck_break(c, FWD_HOST_H12, s->event->line,
            "a download begins, and eDRX was not switched off before (AT+CEDRXS=0)");
}

void fwd_logcheck_h14(struct fwd_logcheck_check *c)
{
    const struct fwd_logcheck_event *event = c->state.event;
    bool midnight = c->last_ms - event->ms > NOON_MS;

    fwd_logcheck_occasion(c, FWD_HOST_H14);
    if (c->report->verdicts[FWD_HOST_H14].breaks > 0)
        return;
    if (!event->timed)
        fwd_logcheck_break(c, FWD_HOST_H14, event->line, "this line has no time stamp");
    else if (c->last_timed && event->ms < c->last_ms && !midnight && event->kind != FWD_HOST_POWER)
        fwd_logcheck_break(
            c, FWD_HOST_H14, event->line, "this line is older than the one before it");
}

void fwd_logcheck_h16(struct fwd_logcheck_check *c)
{
    const struct fwd_logcheck_state *s = &c->state;
    long n[2];

    if (s->done.text != NULL && s->ok && is_cancel(s->done.text)) {
        fwd_logcheck_occasion(c, FWD_HOST_H16);
        c->ftp_cancelling = true;
    }
    if (s->event->kind == FWD_HOST_POWER ||
        (s->event->kind == FWD_HOST_OUT &&
            fwd_logcheck_line(s->event->text, "+UUFTPCR", n, 2) == 2 && n[0] == 100 && n[1] == 0))
        c->ftp_cancelling = false;
    if (c->ftp_cancelling && is_command(c) && fwd_logcheck_is(s->event->text, "+UFTPC", NULL))
        fwd_logcheck_break(c, FWD_HOST_H16, s->event->line,
            "'%.80s' before +UUFTPCR: 100,0 has come", s->event->text);
}
