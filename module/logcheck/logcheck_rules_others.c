/* The rules for modules of Telit and Renesas (Sequans). */
#include "module/logcheck/logcheck_rules_internal.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Set commands that set nothing which lasts. */
static const char *const passing[] = {"+CPIN", "+CFUN", "+CGATT", "+CGACT", "#SGACT", "#GPRS",
    "#OTASNAP", "#OTASUAN", "#OTASNAPIP", "#OTASNAPIPCFG", "#OTAIPCFG", "#OTAIPUPD"};

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcasecmp(name, names[i]) == 0)
            return true;
    }
    return false;
}

/* The family's own list (R86). */
static bool is_kept(const char *name)
{
    const struct fwd_profile *telit = fwd_profile_find("telit-pfm");
    size_t count = 0;

    while (telit->retention->kept[count] != NULL)
        count++;
    return is_one_of(name, telit->retention->kept, count);
}

/* Name of a command that sets something which an update loses; false: it is none. */
static bool lost_setting(const struct fwd_logcheck_state *s, char name[FWD_HOST_NAME])
{
    const char *text = s->done.text;
    const char *end;

    if (text == NULL || !s->ok || strncasecmp(text, "AT", 2) != 0)
        return false;
    end = strchr(text, '=');
    if (end == NULL || end[1] == '?' || end - text - 2 >= (long)FWD_HOST_NAME)
        return false;
    (void)snprintf(name, FWD_HOST_NAME, "%.*s", (int)(end - text - 2), text + 2);
    return !is_kept(name) && !is_one_of(name, passing, sizeof passing / sizeof *passing);
}

static void note_setting(struct fwd_logcheck_check *c)
{
    char name[FWD_HOST_NAME];

    if (!lost_setting(&c->state, name))
        return;
    for (size_t i = 0; i < c->settings_count; i++) {
        if (strcasecmp(c->settings[i], name) == 0) {
            c->settings_due[i] = false;
            return;
        }
    }
    if (c->settings_count < FWD_HOST_NAMES)
        memcpy(c->settings[c->settings_count++], name, sizeof name);
}

static void note_line(struct fwd_logcheck_check *c)
{
    const char *text = c->state.done.text;
    const char *rest;

    if (strcmp(c->state.event->text, "+CPIN: SIM PIN") == 0)
        c->pin_used = true;
    if (text == NULL || !c->state.ok)
        return;
    if (fwd_logcheck_is(text, "+IPR", &rest) && fwd_logcheck_number(rest, 0) >= 0)
        c->ipr_fixed = fwd_logcheck_number(rest, 0) > 0;
    if (fwd_logcheck_is(text, "+CPIN", &rest) && rest[0] == '=') {
        c->pin_used = true;
        c->pin_due = false;
    }
}

void fwd_logcheck_h17(struct fwd_logcheck_check *c)
{
    note_line(c);
    note_setting(c);
    if (fwd_logcheck_entered(c, FWD_HOST_DOWNLOADING)) {
        fwd_logcheck_occasion(c, FWD_HOST_H17);
        if (!c->ipr_fixed)
            fwd_logcheck_break(c, FWD_HOST_H17, c->state.event->line,
                "a download begins, and the line speed was not fixed before (AT+IPR=<speed>): with "
                "autobauding the lines after the restart may be lost");
    }
    if (!c->updated)
        return;
    c->pin_due = c->pin_used;
    for (size_t i = 0; i < c->settings_count; i++)
        c->settings_due[i] = true;
}

void fwd_logcheck_h17_end(struct fwd_logcheck_check *c)
{
    if (c->pin_due)
        fwd_logcheck_break(c, FWD_HOST_H17, c->state.update_line,
            "after the update that ends here the PIN was not entered (AT+CPIN)");
    for (size_t i = 0; i < c->settings_count; i++) {
        if (c->settings_due[i])
            fwd_logcheck_break(c, FWD_HOST_H17, c->state.update_line,
                "after the update that ends here AT%s was not sent again: the update loses it",
                c->settings[i]);
    }
}

void fwd_logcheck_h18(struct fwd_logcheck_check *c)
{
    const struct fwd_logcheck_state *s = &c->state;
    bool power =
        s->event->kind == FWD_HOST_POWER && (s->restarted || strcmp(s->event->text, "on") != 0);

    if (s->stage == FWD_LOGCHECK_NOTHING)
        return;
    fwd_logcheck_occasion(c, FWD_HOST_H18);
    if (power)
        fwd_logcheck_break(c, FWD_HOST_H18, s->event->line,
            "power went off while an update (from line %u) runs", s->stage_line);
    if (s->event->kind == FWD_HOST_IN && fwd_logcheck_restarts(s->event->text))
        fwd_logcheck_break(c, FWD_HOST_H18, s->event->line,
            "'%.80s' while an update (from line %u) runs", s->event->text, s->stage_line);
}
