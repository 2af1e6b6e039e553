/* What the server asks for, and what the host says to it (R193, R197..R199, R203). */
#include "module/telit/telit_internal.h"

#include <stdio.h>
#include <string.h>

/* ---- which protocols a software version has (R199) ------------------------------------------- */

/* 10.00.xx3: of versions that begin so, from that last digit on. */
static const struct {
    const char *begin;
    char combined, tcp; /* the digits */
} versions[] = {
    {"10.00.", '3', '4'}, {"13.00.", '2', '2'}, {"12.00.", '2', '2'},
    {"16.00.", 0, 0}, /* not in the table: by SMS only */
};

static bool has_protocol(struct fwd_modem *m, bool combined)
{
    char version[FWD_VERSION_MAX + 1];

    fwd_modem_version(m, version);
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
        size_t size = strlen(versions[i].begin);
        if (strncmp(version, versions[i].begin, size) != 0)
            continue;
        char least = combined ? versions[i].combined : versions[i].tcp;
        return least != 0 && version[strlen(version) - 1] >= least;
    }
    return true; /* a version of another form says nothing */
}

/* ---- provisioning ---------------------------------------------------------------------------- */

void fwd_telit_provisioned(
    struct fwd_modem *m, const char *from, const struct fwd_telit_message *message)
{
    struct fwd_telit_message ack;

    fwd_telit_set_text(m, "apn", fwd_telit_message_get(message, "apn", ""));
    fwd_telit_set_text(m, "user", fwd_telit_message_get(message, "user", ""));
    fwd_telit_set_text(m, "password", fwd_telit_message_get(message, "pass", ""));
    fwd_telit_set_text(m, "csd", fwd_telit_message_get(message, "csd", ""));
    fwd_modem_save(m);
    fwd_telit_begin_message(m, &ack, FWD_TELIT_PROV_ACK, message->id);
    if (from != NULL)
        (void)fwd_telit_send_sms(m, from, &ack);
    else
        fwd_telit_send(m, &ack);
}

/* ---- commands -------------------------------------------------------------------------------- */

static void acknowledge(struct fwd_modem *m, const char *from, uint32_t id, const char *answer)
{
    struct fwd_telit_message ack;

    fwd_telit_begin_message(m, &ack, FWD_TELIT_CMD_ACK, id);
    (void)fwd_telit_message_set(&ack, "answer", answer);
    (void)fwd_telit_send_sms(m, from, &ack);
}

/* R198 */
static void answer_query(
    struct fwd_modem *m, const char *from, const struct fwd_telit_message *message)
{
    struct fwd_telit_message info;

    fwd_telit_begin_message(m, &info, FWD_TELIT_INFO, message->id);
    fwd_telit_describe(m, &info);
    (void)fwd_telit_send_sms(m, from, &info);
    fwd_telit_say(m, "Notified");
}

/* Texts of the message that the job keeps, by their names there. */
static void keep_text(json_t *job, const char *name, const char *value)
{
    (void)json_object_set_new(job, name, json_string(value));
}

static void keep_job(struct fwd_modem *m, const char *from, const struct fwd_telit_message *message)
{
    bool tcp = strcmp(fwd_telit_message_get(message, "via", "sms"), "tcp") == 0;
    json_t *job = json_pack("{s:I, s:b}", "id", (json_int_t)message->id, "tcp", tcp ? 1 : 0);

    keep_text(job, "op", fwd_telit_message_get(message, "op", ""));
    keep_text(job, "from", from);
    keep_text(job, tcp ? "server" : "host", fwd_telit_message_get(message, "host", ""));
    (void)json_object_set_new(job, tcp ? "serverport" : "port",
        json_integer(fwd_telit_message_number(message, "port", 0)));
    keep_text(job, "path", fwd_telit_message_get(message, "path", ""));
    keep_text(job, "user", fwd_telit_message_get(message, "user", ""));
    keep_text(job, "pass", fwd_telit_message_get(message, "pass", ""));
    fwd_telit_set_number(m, "reserved", 0); /* the object is there */
    (void)json_object_del(m->store.telit, "reserved");
    (void)json_object_set_new(m->store.telit, "update", job);
    fwd_modem_save(m);
}

/* By SMS now; by TCP it is the first message of the connection. */
static void accept(struct fwd_modem *m)
{
    if (!json_is_true(json_object_get(fwd_telit_job(m), "tcp")))
        acknowledge(m, fwd_telit_job_text(m, "from"), (uint32_t)fwd_telit_job_number(m, "id", 0),
            "accepted");
    fwd_telit_begin_soon(m);
}

static void ask(struct fwd_modem *m)
{
    m->telit.step = FWD_TELIT_STEP_QUESTION;
    fwd_modem_after(m, FWD_TIMER_OTA_ANSWER, FWD_TELIT_ANSWER_MS);
    fwd_telit_say(m, "Do you want to upgrade the firmware?");
}

static void start_job(
    struct fwd_modem *m, const char *from, const struct fwd_telit_message *message)
{
    bool test = strcmp(fwd_telit_message_get(message, "op", ""), "test") == 0;
    bool tcp = strcmp(fwd_telit_message_get(message, "via", "sms"), "tcp") == 0;

    if (m->telit.step != FWD_TELIT_STEP_NONE || fwd_telit_job(m) != NULL) {
        acknowledge(m, from, message->id, "busy");
        return;
    }
    if (tcp && !has_protocol(m, true)) {
        acknowledge(m, from, message->id, "unsupported");
        return;
    }
    keep_job(m, from, message);
    if (test) {
        accept(m);
    } else if (strcmp(fwd_telit_message_get(message, "mode", "manual"), "auto") == 0) {
        fwd_telit_say(m, "Automatic Fw Upgrade Requested");
        accept(m);
    } else {
        ask(m);
    }
}

void fwd_telit_commanded(
    struct fwd_modem *m, const char *from, const struct fwd_telit_message *message)
{
    const char *op = fwd_telit_message_get(message, "op", "");

    if (strcmp(op, "query") == 0)
        answer_query(m, from, message);
    else if (strcmp(op, "register") == 0)
        fwd_telit_register_forced(m, from);
    else if (strcmp(op, "update") == 0 || strcmp(op, "test") == 0)
        start_job(m, from, message);
    else
        acknowledge(m, from, message->id, "unsupported");
}

/* ---- the host's answer ----------------------------------------------------------------------- */

static void drop(struct fwd_modem *m, const char *why)
{
    fwd_modem_stop(m, FWD_TIMER_OTA_ANSWER);
    m->telit.step = FWD_TELIT_STEP_NONE;
    acknowledge(m, fwd_telit_job_text(m, "from"), (uint32_t)fwd_telit_job_number(m, "id", 0), why);
    fwd_telit_job_end(m);
}

bool fwd_telit_answer(struct fwd_modem *m, bool yes)
{
    if (m->telit.step != FWD_TELIT_STEP_QUESTION)
        return false;
    if (!yes) {
        drop(m, "rejected");
        return true;
    }
    fwd_modem_stop(m, FWD_TIMER_OTA_ANSWER);
    accept(m);
    return true;
}

void fwd_telit_answer_due(struct fwd_modem *m)
{
    if (m->telit.step == FWD_TELIT_STEP_QUESTION)
        drop(m, "timeout");
}

/* The host itself begins: R196. */
bool fwd_telit_update(struct fwd_modem *m)
{
    if (m->telit.step != FWD_TELIT_STEP_NONE || fwd_telit_job(m) != NULL ||
        !has_protocol(m, false) || !fwd_modem_online(m) || fwd_telit_text(m, "host")[0] == '\0')
        return false;
    (void)json_object_set_new(
        m->store.telit, "update", json_pack("{s:i, s:b, s:s}", "id", 0, "tcp", 1, "op", "update"));
    fwd_modem_save(m);
    fwd_telit_begin_soon(m);
    return true;
}
