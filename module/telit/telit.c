#include "module/telit/telit_internal.h"

#include <stdio.h>
#include <string.h>

bool fwd_telit_is(const struct fwd_modem *m)
{
    return m->traits->family == FWD_FAMILY_TELIT;
}

/* ---- what it remembers ----------------------------------------------------------------------- */

/* Written by commands, or by whoever edits module.json: nothing is taken for granted. */

static json_t *root_of(struct fwd_modem *m)
{
    if (!json_is_object(m->store.telit)) {
        json_decref(m->store.telit);
        m->store.telit = json_object();
    }
    return m->store.telit;
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text != NULL ? text : "";
}

static int64_t number_of(const json_t *object, const char *name, int64_t fallback)
{
    const json_t *value = json_object_get(object, name);

    return json_is_integer(value) ? json_integer_value(value) : fallback;
}

const char *fwd_telit_text(const struct fwd_modem *m, const char *name)
{
    return text_of(m->store.telit, name);
}

int64_t fwd_telit_number(const struct fwd_modem *m, const char *name, int64_t fallback)
{
    return number_of(m->store.telit, name, fallback);
}

void fwd_telit_set_text(struct fwd_modem *m, const char *name, const char *value)
{
    (void)json_object_set_new(root_of(m), name, json_string(value));
}

void fwd_telit_set_number(struct fwd_modem *m, const char *name, int64_t value)
{
    (void)json_object_set_new(root_of(m), name, json_integer(value));
}

json_t *fwd_telit_job(const struct fwd_modem *m)
{
    json_t *job = json_object_get(m->store.telit, "update");

    return json_is_object(job) ? job : NULL;
}

const char *fwd_telit_job_text(const struct fwd_modem *m, const char *name)
{
    return text_of(fwd_telit_job(m), name);
}

int64_t fwd_telit_job_number(const struct fwd_modem *m, const char *name, int64_t fallback)
{
    return number_of(fwd_telit_job(m), name, fallback);
}

void fwd_telit_job_end(struct fwd_modem *m)
{
    (void)json_object_del(m->store.telit, "update");
    fwd_modem_save(m);
}

/* ---- events ---------------------------------------------------------------------------------- */

void fwd_telit_say(struct fwd_modem *m, const char *event)
{
    if (fwd_telit_number(m, "mode", 2) != 0) {
        fwd_modem_urc(m, "#OTAEV: %s", event);
        return;
    }
    /* R202: held back, the oldest is forgotten first */
    if (m->telit.held_count == FWD_TELIT_EVENTS) {
        m->telit.held_count--;
        memmove(m->telit.held, m->telit.held + 1, m->telit.held_count * sizeof *m->telit.held);
    }
    m->telit.held[m->telit.held_count++] = event;
}

void fwd_telit_events(struct fwd_modem *m, unsigned mode, bool clear)
{
    size_t count = m->telit.held_count;

    fwd_telit_set_number(m, "mode", mode);
    fwd_modem_save(m);
    if (mode == 0 && !clear)
        return;
    m->telit.held_count = 0;
    for (size_t i = 0; i < count && !clear; i++)
        fwd_telit_say(m, m->telit.held[i]);
}

/* ---- what makes room for an update ----------------------------------------------------------- */

void fwd_telit_close_all(struct fwd_modem *m)
{
    if (m->call[0] != '\0' || m->telit.sockets != 0)
        fwd_modem_urc(m, "NO CARRIER");
    m->call[0] = '\0';
    m->telit.sockets = m->telit.contexts = 0;
    m->telit.ftp = m->telit.gprs = false;
}

void fwd_telit_halt_script(struct fwd_modem *m)
{
    if (m->telit.script)
        fwd_modem_log_script(m, "halted");
    m->telit.script = false;
}

bool fwd_telit_busy(const struct fwd_modem *m)
{
    return m->telit.step >= FWD_TELIT_STEP_BEGIN && m->telit.step <= FWD_TELIT_STEP_DOWNLOAD;
}

bool fwd_telit_inhibits(const struct fwd_modem *m)
{
    return m->telit.step == FWD_TELIT_STEP_ASK || m->telit.step == FWD_TELIT_STEP_DOWNLOAD;
}

/* ---- the module's life ----------------------------------------------------------------------- */

/* #STARTMODESCR=1: the script of #ESCRIPT runs from the start on. */
static void start_script(struct fwd_modem *m)
{
    const char *mode = fwd_modem_store_get(&m->store, "#STARTMODESCR", "0");

    m->telit.script = mode[0] == '1' && fwd_modem_store_get(&m->store, "#ESCRIPT", NULL) != NULL;
    if (m->telit.script)
        fwd_modem_log_script(m, "running");
}

void fwd_telit_awake(struct fwd_modem *m)
{
    int64_t result = fwd_telit_job_number(m, "result", 0);

    start_script(m);
    if (fwd_telit_job(m) == NULL || fwd_telit_job_number(m, "told", 0) != 0)
        return;
    if (result == 0) { /* power was lost in the download: what came is not all */
        fwd_telit_fail(m, 180);
        return;
    }
    fwd_telit_say(
        m, result == FWD_TELIT_OK ? "Module Upgraded To New FW" : "OTA FW Upgrade Failed");
    (void)json_object_set_new(fwd_telit_job(m), "told", json_integer(1));
    fwd_modem_save(m);
}

void fwd_telit_installing(struct fwd_modem *m)
{
    m->telit.toggles_ms = 0;
    fwd_telit_halt_script(m);
}

void fwd_telit_installed(struct fwd_modem *m)
{
    json_t *job = fwd_telit_job(m);

    if (job != NULL && fwd_telit_job_number(m, "result", 0) == 0)
        (void)json_object_set_new(
            job, "result", json_integer(fwd_profile_code(m->profile, m->reason, false)));
}

void fwd_telit_network(struct fwd_modem *m, bool online)
{
    if (m->config.ota != NULL)
        m->config.ota->attach(m->config.ota->ctx, m->store.imsi, m->store.number, online);
    if (online) {
        if (fwd_telit_job_number(m, "result", 0) != 0)
            fwd_telit_report(m);
        else
            fwd_telit_register_again(m);
        return;
    }
    fwd_telit_close_all(m);
    enum fwd_telit_step step = m->telit.step;
    fwd_telit_hang_up(m);
    if (step == FWD_TELIT_STEP_ASK || step == FWD_TELIT_STEP_DOWNLOAD)
        fwd_telit_fail(m, 129);
    else if (step == FWD_TELIT_STEP_REGISTER || step == FWD_TELIT_STEP_REPORT)
        m->telit.step = FWD_TELIT_STEP_NONE; /* again once the network is there again */
}

void fwd_telit_resetting(struct fwd_modem *m)
{
    if (m->config.ota != NULL && m->attached)
        m->config.ota->attach(m->config.ota->ctx, m->store.imsi, m->store.number, false);
    fwd_telit_hang_up(m);
    fwd_telit_halt_script(m);
    if (m->telit.step == FWD_TELIT_STEP_QUESTION || m->telit.step == FWD_TELIT_STEP_BEGIN)
        fwd_telit_job_end(m); /* nobody has begun with it */
    m->telit = (struct fwd_modem_telit){.step = FWD_TELIT_STEP_NONE};
}

void fwd_telit_step_due(struct fwd_modem *m)
{
    if (m->telit.step == FWD_TELIT_STEP_BEGIN) {
        fwd_telit_begin_soon(m);
        return;
    }
    if (m->telit.step == FWD_TELIT_STEP_ASK) { /* the server has nothing to say */
        fwd_telit_hang_up(m);
        fwd_telit_fail(m, 129);
        return;
    }
    if (m->telit.step == FWD_TELIT_STEP_NONE && fwd_modem_online(m) &&
        fwd_telit_job_number(m, "result", 0) != 0)
        fwd_telit_report(m);
}
