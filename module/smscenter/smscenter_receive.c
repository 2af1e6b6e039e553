/* What the server says to each message of a module. */
#include "module/smscenter/smscenter_internal.h"

#include <stdio.h>
#include <string.h>

/* ---- registration ---------------------------------------------------------------------------- */

/* One SIM is in one module: whoever had it before has none that is known (R200). */
static void take_sim_from_others(struct fwd_smscenter *c, const char *imei, const char *imsi)
{
    const char *other;
    json_t *module;

    json_object_foreach (json_object_get(c->root, "modules"), other, module) {
        if (strcmp(other, imei) == 0 || strcmp(fwd_smscenter_text(module, "imsi"), imsi) != 0)
            continue;
        fwd_smscenter_set(module, "imsi", "");
        fwd_smscenter_set(module, "number", "");
        fwd_smscenter_say(c, "%s: its SIM %s is now in %s", other, imsi, imei);
    }
}

static void take_data(json_t *module, const struct fwd_telit_message *message)
{
    fwd_smscenter_set(module, "model", fwd_telit_message_get(message, "model", ""));
    fwd_smscenter_set(module, "plmn", fwd_telit_message_get(message, "plmn", ""));
    fwd_smscenter_set(module, "sw", fwd_telit_message_get(message, "sw", ""));
}

static void registration(struct fwd_smscenter *c, const char *from, const char *imei,
    const struct fwd_telit_message *message)
{
    const char *imsi = fwd_telit_message_get(message, "imsi", "");
    json_t *module = fwd_smscenter_module(c, imei);
    struct fwd_telit_message ack;

    if (imsi[0] == '\0')
        return;
    if (module == NULL) {
        module = json_object();
        (void)json_object_set_new(json_object_get(c->root, "modules"), imei, module);
    }
    take_sim_from_others(c, imei, imsi);
    fwd_smscenter_set(module, "imsi", imsi);
    fwd_smscenter_set(
        module, "number", from != NULL ? from : fwd_telit_message_get(message, "num", ""));
    take_data(module, message);
    fwd_smscenter_save(c);
    fwd_smscenter_say(c, "%s: registered, %s, %s, SIM %s", imei,
        fwd_smscenter_text(module, "model"), fwd_smscenter_text(module, "sw"), imsi);
    fwd_telit_message_begin(&ack, FWD_TELIT_REG_ACK, message->id);
    (void)fwd_telit_message_set(&ack, "sms", fwd_smscenter_number(c));
    fwd_smscenter_send(c, from, &ack);
}

/* ---- an update ------------------------------------------------------------------------------- */

/* By TCP: where the package is. */
static void send_progress(struct fwd_smscenter *c, json_t *job)
{
    struct fwd_telit_message message;
    static const char *const names[] = {"host", "path", "user", "pass"};
    char port[8];

    fwd_telit_message_begin(&message, FWD_TELIT_PROG, fwd_smscenter_u32(job, "id"));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        (void)fwd_telit_message_set(&message, names[i], fwd_smscenter_text(job, names[i]));
    (void)snprintf(port, sizeof port, "%u", (unsigned)fwd_smscenter_u32(job, "port"));
    (void)fwd_telit_message_set(&message, "port", port);
    fwd_smscenter_send(c, NULL, &message);
}

static void state(struct fwd_smscenter *c, json_t *module, const char *imei, const char *text)
{
    fwd_smscenter_set(json_object_get(module, "job"), "state", text);
    fwd_smscenter_save(c);
    fwd_smscenter_say(c, "%s: %s", imei, text);
}

/* A module that was not told anything asks by itself (R196); one that has a job hears of it once.
 */
static void hello(struct fwd_smscenter *c, json_t *module, const char *imei, const char *purpose)
{
    json_t *job = json_object_get(module, "job");

    if (strcmp(purpose, "update") != 0 || strcmp(fwd_smscenter_text(job, "protocol"), "tcp") != 0 ||
        strcmp(fwd_smscenter_text(job, "state"), "waiting") != 0)
        return;
    state(c, module, imei, "asked");
    send_progress(c, job);
}

static void acknowledged(
    struct fwd_smscenter *c, const char *from, json_t *module, const char *imei, const char *answer)
{
    json_t *job = json_object_get(module, "job");

    if (strcmp(answer, "accepted") != 0) {
        fwd_smscenter_say(c, "%s: not updated: %s", imei, answer);
        (void)json_object_del(module, "job");
        fwd_smscenter_save(c);
        return;
    }
    state(c, module, imei, "accepted");
    if (from == NULL)
        send_progress(c, job);
}

static void final(struct fwd_smscenter *c, json_t *module, const char *imei,
    const struct fwd_telit_message *message)
{
    uint32_t result = fwd_telit_message_number(message, "result", 129);

    (void)json_object_set_new(module, "result", json_integer(result));
    fwd_smscenter_set(module, "sw", fwd_telit_message_get(message, "sw", ""));
    (void)json_object_del(module, "job");
    fwd_smscenter_save(c);
    fwd_smscenter_say(
        c, "%s: ended with %u, runs %s", imei, (unsigned)result, fwd_smscenter_text(module, "sw"));
}

/* ---- each message ---------------------------------------------------------------------------- */

/* A message about a job is about the one that is known. */
static bool about_job(const json_t *module, const struct fwd_telit_message *message)
{
    const json_t *job = json_object_get(module, "job");

    return job != NULL && fwd_smscenter_u32(job, "id") == message->id;
}

static void dispatch(struct fwd_smscenter *c, const char *from, json_t *module, const char *imei,
    const struct fwd_telit_message *message)
{
    if (message->type == FWD_TELIT_HELLO && from == NULL) {
        hello(c, module, imei, fwd_telit_message_get(message, "for", ""));
    } else if (message->type == FWD_TELIT_PROV_ACK) {
        fwd_smscenter_say(c, "%s: provisioned", imei);
    } else if (message->type == FWD_TELIT_INFO) {
        take_data(module, message);
        fwd_smscenter_save(c);
        fwd_smscenter_say(c, "%s: answers, %s, %s, SIM %s", imei,
            fwd_smscenter_text(module, "model"), fwd_smscenter_text(module, "sw"),
            fwd_telit_message_get(message, "imsi", ""));
    } else if (!about_job(module, message)) {
        return;
    } else if (message->type == FWD_TELIT_CMD_ACK) {
        acknowledged(c, from, module, imei, fwd_telit_message_get(message, "answer", ""));
    } else if (message->type == FWD_TELIT_PROG || message->type == FWD_TELIT_PROG_ACK) {
        state(c, module, imei, "downloaded");
    } else if (message->type == FWD_TELIT_FINAL) {
        final(c, module, imei, message);
    }
}

void fwd_smscenter_receive(struct fwd_smscenter *c, const char *from, const char *line)
{
    struct fwd_telit_message message;

    if (fwd_telit_message_parse(&message, line, strlen(line)) != FWD_TELIT_FINE)
        return;
    const char *imei = fwd_telit_message_get(&message, "imei", "");
    json_t *module = fwd_smscenter_module(c, imei);
    if (strlen(imei) != 15 || strspn(imei, "0123456789") != 15)
        return;
    if (message.type == FWD_TELIT_REG)
        registration(c, from, imei, &message);
    else if (module != NULL)
        dispatch(c, from, module, imei, &message);
}
