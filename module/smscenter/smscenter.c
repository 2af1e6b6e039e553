#include "hostio/host_file.h"
#include "module/smscenter/smscenter_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STATE_MAX 16777216u

/* ---- the state ------------------------------------------------------------------------------- */

static json_t *part(const struct fwd_smscenter *c, const char *name)
{
    return json_object_get(c->root, name);
}

/* Is it what this program has written? Members of modules are looked at where they are used. */
static bool is_state(const json_t *root)
{
    return json_is_string(json_object_get(root, "number")) &&
           json_is_integer(json_object_get(root, "next")) &&
           json_is_object(json_object_get(root, "modules")) &&
           json_is_array(json_object_get(root, "messages"));
}

static enum fwd_fail read_state(struct fwd_smscenter *c, struct fwd_error *err)
{
    struct fwd_bytes bytes = {NULL, 0};
    enum fwd_fail fail = fwd_file_read(c->path, STATE_MAX, &bytes, err);

    if (fail != FWD_FAIL_NONE)
        return fail;
    c->root = json_loadb((const char *)bytes.data, bytes.size, 0, NULL);
    fwd_bytes_free(&bytes);
    if (is_state(c->root))
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: expected the state of 'fwdelta module sms-center', found something else", c->path);
}

enum fwd_fail fwd_smscenter_open(
    struct fwd_smscenter *c, const char *path, const char *number, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;

    if (snprintf(c->path, sizeof c->path, "%s", path) >= (int)sizeof c->path)
        return fwd_error_fail(err, FWD_FAIL_USAGE, "%.60s...: the name is too long", path);
    if (access(path, F_OK) == 0)
        fail = read_state(c, err);
    else
        c->root = json_pack("{s:s, s:i, s:{}, s:[]}", "number", FWD_SMSCENTER_NUMBER, "next", 1,
            "modules", "messages");
    if (fail == FWD_FAIL_NONE && c->root == NULL)
        return fwd_error_memory(err, path);
    if (fail == FWD_FAIL_NONE && number != NULL)
        fwd_smscenter_set(c->root, "number", number);
    return fail;
}

void fwd_smscenter_close(struct fwd_smscenter *c)
{
    json_decref(c->root);
    c->root = NULL;
}

enum fwd_fail fwd_smscenter_write(const struct fwd_smscenter *c, struct fwd_error *err)
{
    char *text = json_dumps(c->root, JSON_INDENT(2) | JSON_SORT_KEYS);
    enum fwd_fail fail = text != NULL
                             ? fwd_file_write_atomic(c->path, text, strlen(text), 0600, true, err)
                             : fwd_error_memory(err, c->path);

    free(text);
    return fail;
}

void fwd_smscenter_save(struct fwd_smscenter *c)
{
    struct fwd_error err = {""};

    if (fwd_smscenter_write(c, &err) != FWD_FAIL_NONE)
        fwd_smscenter_say(c, "the state could not be written: %s", err.text);
}

const char *fwd_smscenter_number(const struct fwd_smscenter *c)
{
    return fwd_smscenter_text(c->root, "number");
}

json_t *fwd_smscenter_module(const struct fwd_smscenter *c, const char *imei)
{
    json_t *module = json_object_get(part(c, "modules"), imei);

    return json_is_object(module) ? module : NULL;
}

const char *fwd_smscenter_text(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text != NULL ? text : "";
}

uint32_t fwd_smscenter_u32(const json_t *object, const char *name)
{
    return (uint32_t)json_integer_value(json_object_get(object, name));
}

void fwd_smscenter_set(json_t *object, const char *name, const char *value)
{
    json_t *text = json_string(value);

    if (text != NULL) /* else it is not UTF-8 */
        (void)json_object_set_new(object, name, text);
}

uint32_t fwd_smscenter_id(struct fwd_smscenter *c)
{
    uint32_t id = fwd_smscenter_u32(c->root, "next") % 999999999u;

    (void)json_object_set_new(c->root, "next", json_integer((json_int_t)id + 1));
    return id > 0 ? id : 1;
}

void fwd_smscenter_say(struct fwd_smscenter *c, const char *format, ...)
{
    char text[1024];
    va_list list;

    va_start(list, format);
    (void)vsnprintf(text, sizeof text, format, list);
    va_end(list);
    c->say(c->ctx, text);
}

/* ---- short messages -------------------------------------------------------------------------- */

const json_t *fwd_smscenter_messages(const struct fwd_smscenter *c)
{
    return part(c, "messages");
}

void fwd_smscenter_submit(
    struct fwd_smscenter *c, const char *from, const char *to, const char *coding, const char *text)
{
    if (strcmp(to, fwd_smscenter_number(c)) == 0) {
        fwd_smscenter_receive(c, from, text);
        return;
    }
    json_t *message = json_pack("{s:I, s:s, s:s, s:s, s:s}", "id", (json_int_t)fwd_smscenter_id(c),
        "to", to, "from", from, "coding", coding, "text", text);
    if (message == NULL)
        return; /* not UTF-8 */
    (void)json_array_append_new(part(c, "messages"), message);
    fwd_smscenter_save(c);
    c->deliver(c->ctx);
}

void fwd_smscenter_delivered(struct fwd_smscenter *c, uint32_t id)
{
    json_t *messages = part(c, "messages"), *message;
    size_t index;

    json_array_foreach (messages, index, message) {
        if (fwd_smscenter_u32(message, "id") != id)
            continue;
        (void)json_array_remove(messages, index);
        fwd_smscenter_save(c);
        return;
    }
}

void fwd_smscenter_send(
    struct fwd_smscenter *c, const char *number, const struct fwd_telit_message *message)
{
    char line[FWD_TELIT_LINE_MAX + 1];

    if (!fwd_telit_message_print(
            message, line, number != NULL ? FWD_TELIT_SMS_MAX + 1 : sizeof line)) {
        fwd_smscenter_say(c, "a message is too long: %s has at most %u characters",
            number != NULL ? "an SMS" : "a line",
            number != NULL ? FWD_TELIT_SMS_MAX : FWD_TELIT_LINE_MAX);
        return;
    }
    if (number != NULL)
        fwd_smscenter_submit(c, fwd_smscenter_number(c), number, "7", line);
    else
        c->reply(c->ctx, line);
}
