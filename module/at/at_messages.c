/* Short messages that the module stores: +CMGW, +CMGL, +CMGR, +CMGD, in text mode. They are there
 * so that a host sees what an update keeps and what it erases (R74..R83); none is sent. A Telit
 * module receives them, too. */
#include "module/at/at_command.h"
#include "module/modem/user_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TAG          "SMS"
#define MESSAGES_MAX 23u /* as +CPMS says */
#define TEXT_MAX     160u
#define NUMBER_MAX   20u
#define RECEIVED     '<' /* before the number of one that came */

struct message {
    char number[NUMBER_MAX + 2];
    char text[TEXT_MAX + 1];
};

static void name_of(unsigned index, char name[16])
{
    (void)snprintf(name, 16, "%02u", index);
}

/* A file: the number, a line feed, the text. */
static bool load(const struct fwd_modem *m, unsigned index, struct message *message)
{
    struct fwd_bytes bytes = {NULL, 0};
    char name[16];

    name_of(index, name);
    if (!fwd_user_files_read(m->machine->folder, TAG, name, &bytes))
        return false;
    const char *text = (const char *)bytes.data;
    const char *end = bytes.size > 0 ? memchr(text, '\n', bytes.size) : NULL;
    size_t number = end != NULL ? (size_t)(end - text) : 0;
    size_t rest = end != NULL ? bytes.size - number - 1 : bytes.size;
    bool fine = number <= NUMBER_MAX + 1 && rest <= TEXT_MAX;
    if (fine) {
        memcpy(message->number, text, number);
        message->number[number] = '\0';
        memcpy(message->text, text + bytes.size - rest, rest);
        message->text[rest] = '\0';
    }
    fwd_bytes_free(&bytes);
    return fine;
}

static void show(struct fwd_modem *m, enum fwd_port port, const char *head, const struct message *s)
{
    bool received = s->number[0] == RECEIVED;

    fwd_modem_linef(m, port, "%s\"%s\",\"%s\",,", head, received ? "REC READ" : "STO UNSENT",
        s->number + (received ? 1 : 0));
    fwd_modem_line(m, port, s->text);
}

/* ---- writing --------------------------------------------------------------------------------- */

/* At the first free place; 0: there is none. */
static unsigned store(struct fwd_modem *m, const char *number, const char *text, size_t size)
{
    char bytes[NUMBER_MAX + TEXT_MAX + 3], name[16];
    struct message other;
    unsigned index = 1;

    while (index <= MESSAGES_MAX && load(m, index, &other))
        index++;
    int length = snprintf(bytes, sizeof bytes, "%s\n%.*s", number, (int)size, text);
    name_of(index, name);
    bool fits = index <= MESSAGES_MAX && length > 0 && (size_t)length < sizeof bytes;
    return fits && fwd_user_files_write(
                       m->machine->folder, TAG, name, (const uint8_t *)bytes, (size_t)length)
               ? index
               : 0;
}

static int keep(struct fwd_modem *m, enum fwd_port port)
{
    struct fwd_modem_raw *raw = &m->raw[port];
    unsigned index = store(m, raw->name, (const char *)raw->bytes, raw->size);

    if (index == 0)
        return FWD_AT_MEMORY;
    fwd_modem_linef(m, port, "+CMGW: %u", index);
    return FWD_AT_OK;
}

void fwd_at_message_came(struct fwd_modem *m, const char *from, const char *text)
{
    char number[NUMBER_MAX + 2];

    (void)snprintf(number, sizeof number, "%c%.*s", RECEIVED, (int)NUMBER_MAX, from);
    unsigned index = store(m, number, text, strlen(text) < TEXT_MAX ? strlen(text) : TEXT_MAX);
    if (index > 0)
        fwd_modem_urc(m, "+CMTI: \"SM\",%u", index);
}

static enum fwd_at_answer write_message(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    struct fwd_modem_raw *raw = &m->raw[port];

    if (m->store.needs_cpms)
        return FWD_AT_NOT_ALLOWED;
    if (fwd_at_param(call, 0)->kind == FWD_AT_EMPTY)
        raw->name[0] = '\0';
    else if (!fwd_at_copy(fwd_at_param(call, 0), raw->name, NUMBER_MAX + 1))
        return FWD_AT_PARAMETERS;
    if (strspn(raw->name, "+0123456789*#") != strlen(raw->name))
        return FWD_AT_PARAMETERS;
    return fwd_at_download_ask(m, port, TEXT_MAX, true, keep);
}

/* ---- reading --------------------------------------------------------------------------------- */

static enum fwd_at_answer list_messages(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    struct message message;
    char head[32];

    (void)call;
    for (unsigned i = 1; i <= MESSAGES_MAX; i++) {
        (void)snprintf(head, sizeof head, "+CMGL: %u,", i);
        if (load(m, i, &message))
            show(m, port, head, &message);
    }
    return FWD_AT_OK;
}

static enum fwd_at_answer read_message(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    struct message message;

    if (!load(m, (unsigned)fwd_at_param(call, 0)->value, &message))
        return FWD_AT_NOT_ALLOWED;
    show(m, port, "+CMGR: ", &message);
    return FWD_AT_OK;
}

/* A second parameter above 0 means more than the one. */
static enum fwd_at_answer delete_message(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    const struct fwd_at_param *more = fwd_at_param(call, 1);
    char name[16];

    (void)port;
    if (more->kind == FWD_AT_NUMBER && more->value > 0)
        fwd_user_files_erase(m->machine->folder, TAG);
    name_of((unsigned)fwd_at_param(call, 0)->value, name);
    (void)fwd_user_files_delete(m->machine->folder, TAG, name);
    return FWD_AT_OK;
}

/* ---- the commands ---------------------------------------------------------------------------- */

#define INDEX                                                                                      \
    {                                                                                              \
        FWD_AT_NUMBER, 1, MESSAGES_MAX, 0                                                          \
    }
#define SET_TEST (FWD_AT_SET | FWD_AT_TEST)
#define FAMILIES (FWD_FAMILY_ALL | FWD_FAMILY_TELIT)

static const struct fwd_at_command commands[] = {
    {"+CMGW", FAMILIES, FWD_AT_RUN | SET_TEST,
        {{FWD_AT_TEXT | FWD_AT_EMPTY, 0, 0, NUMBER_MAX}, {FWD_AT_NUMBER | FWD_AT_EMPTY, 0, 255, 0}},
        NULL, write_message},
    {"+CMGL", FAMILIES, FWD_AT_RUN | SET_TEST,
        {{FWD_AT_TEXT | FWD_AT_NUMBER | FWD_AT_EMPTY, 0, 4, 0}}, "(\"ALL\")", list_messages},
    {"+CMGR", FAMILIES, SET_TEST, {INDEX}, NULL, read_message},
    {"+CMGD", FAMILIES, SET_TEST, {INDEX, {FWD_AT_NUMBER | FWD_AT_EMPTY, 0, 4, 0}}, "(1-23),(0-4)",
        delete_message},
};

const struct fwd_at_table fwd_at_messages = {commands, sizeof commands / sizeof *commands};
