/* The rules about updates that a server starts. */
#include "module/logcheck/logcheck_rules_internal.h"

#include <string.h>

static bool server_begins(const struct fwd_logcheck_check *c)
{
    return fwd_logcheck_entered(c, FWD_HOST_DOWNLOADING) && c->state.method == FWD_METHOD_SERVER;
}

static bool is_r4(const struct fwd_logcheck_check *c)
{
    return c->state.family == FWD_FAMILY_R4;
}

static void note_switches(struct fwd_logcheck_check *c)
{
    const char *text = c->state.done.text;
    const char *rest;

    if (text == NULL || !c->state.ok)
        return;
    if (fwd_logcheck_is(text, "+ULWM2MSTAT", &rest) && fwd_logcheck_number(rest, 0) >= 0)
        c->on.lwm2m = fwd_logcheck_number(rest, 0) > 0;
    if (fwd_logcheck_is(text, "+UFOTASTAT", &rest) && fwd_logcheck_number(rest, 0) >= 0)
        c->on.fota = fwd_logcheck_number(rest, 0) > 0;
    if (fwd_logcheck_is(text, "+UFWINSTALL", &rest) && fwd_logcheck_number(rest, 3) == 1)
        c->on.install = true;
}

/* What is missing, in words; NULL: nothing. */
static const char *missing(const struct fwd_logcheck_urcs *on, bool install)
{
    if (!on->lwm2m)
        return "AT+ULWM2MSTAT=1";
    if (!on->fota)
        return "AT+UFOTASTAT=1";
    return install && !on->install ? "AT+UFWINSTALL with its fourth parameter 1" : NULL;
}

void fwd_logcheck_h1(struct fwd_logcheck_check *c)
{
    const char *what = NULL;

    note_switches(c);
    if (!server_begins(c))
        return;
    fwd_logcheck_occasion(c, FWD_HOST_H1);
    if (is_r4(c) || c->state.family == 0)
        what = c->on.lwm2m || c->on.fota ? NULL : "AT+ULWM2MSTAT=1";
    else
        what = missing(&c->on, true);
    if (what != NULL)
        fwd_logcheck_break(c, FWD_HOST_H1, c->state.event->line,
            "a server's download begins, and %s was not answered with OK before", what);
}

static void expect_again(struct fwd_logcheck_check *c)
{
    const char *what = !c->again.lwm2m ? NULL : !c->on.lwm2m ? "AT+ULWM2MSTAT=1" : NULL;

    if (what == NULL && c->again.fota && !c->on.fota)
        what = "AT+UFOTASTAT=1";
    if (what != NULL)
        fwd_logcheck_break(c, FWD_HOST_H2, c->state.update_line,
            "after the update that ends here, %s was not sent again: the switch is off then", what);
    c->again = (struct fwd_logcheck_urcs){false, false, false};
}

void fwd_logcheck_h2(struct fwd_logcheck_check *c)
{
    if (server_begins(c))
        expect_again(c);
    if (!c->updated)
        return;
    if (c->on.lwm2m || c->on.fota)
        fwd_logcheck_occasion(c, FWD_HOST_H2);
    c->again = c->on;
    c->on = (struct fwd_logcheck_urcs){false, false, false};
}

void fwd_logcheck_h2_end(struct fwd_logcheck_check *c)
{
    expect_again(c);
}

void fwd_logcheck_h3(struct fwd_logcheck_check *c)
{
    if (!fwd_logcheck_entered(c, FWD_HOST_DOWNLOADED) || c->state.method != FWD_METHOD_SERVER)
        return;
    fwd_logcheck_occasion(c, FWD_HOST_H3);
    for (unsigned i = 0; i < FWD_HOST_SOCKETS; i++) {
        if (c->state.sockets[i])
            fwd_logcheck_break(c, FWD_HOST_H3, c->state.event->line,
                "the server's package is complete, and socket %u is still open", i);
    }
}

void fwd_logcheck_h5(struct fwd_logcheck_check *c)
{
    const struct fwd_logcheck_state *s = &c->state;

    if (s->event->kind != FWD_HOST_IN || (!fwd_logcheck_is_set(s->event->text, "+UFOTA", 0) &&
                                             !fwd_logcheck_is_set(s->event->text, "+ULWM2M", 0)))
        return;
    fwd_logcheck_occasion(c, FWD_HOST_H5);
    if (fwd_logcheck_in_window(c))
        fwd_logcheck_break(c, FWD_HOST_H5, s->event->line,
            "a cancel after the package was complete (line %u): it is too late then",
            s->stage_line);
}

/* ---- H13: the operator's own server ---------------------------------------------------------- */

#define REGISTER_EVERY_MS 30000
#define REGISTER_LATE_MS  5000 /* a host's timer may be late */

static void note_verizon(struct fwd_logcheck_check *c)
{
    const char *text = c->state.event->text;
    long profile;

    if (c->state.done.text != NULL && c->state.ok &&
        fwd_logcheck_is_set(c->state.done.text, "+UMNOPROF", 3))
        c->verizon = true;
    if (c->state.event->kind == FWD_HOST_OUT &&
        fwd_logcheck_line(text, "+UMNOPROF", &profile, 1) == 1 &&
        strchr(text + 10, ' ') == strrchr(text, ' '))
        c->verizon = profile == 3;
}

static void note_address(struct fwd_logcheck_check *c)
{
    const char *text = c->state.event->text;

    if (c->state.event->kind != FWD_HOST_OUT || strncmp(text, "+ULWM2MREAD:", 12) != 0 ||
        strstr(text, "/5/0/1") == NULL)
        return;
    c->uri_read = true;
    c->uri_elsewhere = strstr(text, "services.u-blox") == NULL;
}

/* Registrations go on until the module starts anew: was the last one too long ago? */
static bool is_late(const struct fwd_logcheck_check *c, bool timed, int64_t ms)
{
    return c->registrations > 0 && timed &&
           ms - c->registered_ms > REGISTER_EVERY_MS + REGISTER_LATE_MS;
}

static void break_late(struct fwd_logcheck_check *c, unsigned line, int64_t ms)
{
    fwd_logcheck_break(c, FWD_HOST_H13, line,
        "%lld s since the last AT+ULWM2MREG: it is to be sent every 30 s until the module starts "
        "anew",
        (long long)(ms - c->registered_ms) / 1000);
}

static void register_again(struct fwd_logcheck_check *c)
{
    const struct fwd_logcheck_state *s = &c->state;

    if (c->server_failed)
        fwd_logcheck_break(c, FWD_HOST_H13, s->event->line,
            "AT+ULWM2MREG after the download has failed: stop then");
    else if (is_late(c, s->event->timed, s->event->ms))
        break_late(c, s->event->line, s->event->ms);
    c->registrations++;
    c->registered_ms = s->event->ms;
}

/* line, ms: where the module starts anew, or the log ends. */
static void expect_registrations(
    struct fwd_logcheck_check *c, unsigned line, bool timed, int64_t ms)
{
    if (!c->uri_read)
        fwd_logcheck_break(c, FWD_HOST_H13, c->state.stage_line,
            "the package's address was not read (AT+ULWM2MREAD=\"/5/0/1/\")");
    else if (c->uri_elsewhere && c->registrations == 0)
        fwd_logcheck_break(c, FWD_HOST_H13, c->state.stage_line,
            "the package comes from the operator's server, and AT+ULWM2MREG=102 was not sent");
    else if (c->uri_elsewhere && !c->server_failed && is_late(c, timed, ms))
        break_late(c, line, ms);
}

void fwd_logcheck_h13(struct fwd_logcheck_check *c)
{
    note_verizon(c);
    if (!c->verizon)
        return;
    if (server_begins(c)) {
        fwd_logcheck_occasion(c, FWD_HOST_H13);
        c->uri_read = false;
        c->uri_elsewhere = false;
        c->server_failed = false;
        c->registrations = 0;
    }
    note_address(c);
    if (c->state.before == FWD_HOST_DOWNLOADING && c->state.cancelled)
        c->server_failed = true;
    if (c->state.event->kind == FWD_HOST_IN &&
        fwd_logcheck_is_set(c->state.event->text, "+ULWM2MREG", 102))
        register_again(c);
    if (fwd_logcheck_entered(c, FWD_HOST_INSTALLING) && c->state.method == FWD_METHOD_SERVER)
        expect_registrations(c, c->state.event->line, c->state.event->timed, c->state.event->ms);
}

void fwd_logcheck_h13_end(struct fwd_logcheck_check *c)
{
    if (c->verizon && c->state.method == FWD_METHOD_SERVER && c->state.stage == FWD_HOST_DOWNLOADED)
        expect_registrations(c, c->last_line, c->last_timed, c->last_ms);
}

void fwd_logcheck_h15(struct fwd_logcheck_check *c)
{
    const struct fwd_logcheck_state *s = &c->state;
    const char *rest;

    if (s->done.text != NULL && s->ok && fwd_logcheck_use(s->done.text) == FWD_USE_FTP) {
        (void)fwd_logcheck_is(s->done.text, "+UFTPC", &rest);
        c->ftp_cancelled = fwd_logcheck_number(rest, 2) == 0;
    }
    if (s->cancelled || c->ftp_cancelled)
        fwd_logcheck_occasion(c, FWD_HOST_H15);
    if (s->event->kind != FWD_HOST_IN)
        return;
    if (s->cancelled && fwd_logcheck_is_set(s->event->text, "+UFOTA", 2))
        fwd_logcheck_break(c, FWD_HOST_H15, s->event->line,
            "a cancelled download cannot be resumed: a new campaign is needed");
    if (c->ftp_cancelled && fwd_logcheck_is(s->event->text, "+UFTPC", &rest) &&
        fwd_logcheck_number(rest, 0) == 100 && fwd_logcheck_number(rest, 2) == 1)
        fwd_logcheck_break(c, FWD_HOST_H15, s->event->line,
            "a cancelled FTP session cannot be resumed: start it without the third parameter");
}
