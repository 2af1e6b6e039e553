/* The file system: +ULSTFILE, +URDFILE, +UDELFILE (R114). The package is listed under its own tag,
 * always with the same name, and cannot be read. */
#include "module/at/at_command.h"
#include "module/modem/user_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PACKAGE_TAG  "FOAT"
#define PACKAGE_NAME "updatePackage.bin"
#define ANSWER_MAX   3000u

/* The tag, USER without one. */
static bool tag_of(const struct fwd_at_call *call, size_t index, char tag[32])
{
    if (fwd_at_param(call, index)->kind == FWD_AT_EMPTY) {
        memcpy(tag, "USER", sizeof "USER");
        return true;
    }
    return fwd_at_copy(fwd_at_param(call, index), tag, 32) && fwd_user_files_tag(tag);
}

struct listing {
    char text[ANSWER_MAX];
    const char *wanted; /* NULL: all */
    size_t count;
    uint64_t size; /* of the wanted one */
};

static void list_one(void *ctx, const char *name, uint64_t size)
{
    struct listing *l = ctx;
    size_t at = strlen(l->text);

    if (l->wanted != NULL && strcmp(l->wanted, name) != 0)
        return;
    l->size = size;
    l->count++;
    if (at + strlen(name) + 4 < sizeof l->text) /* what does not fit into a line is left out */
        snprintf(l->text + at, sizeof l->text - at, "%s\"%s\"", at > 0 ? "," : "", name);
}

static void list(struct fwd_modem *m, const char *tag, struct listing *l)
{
    struct fwd_status status;

    fwd_update_status(&m->update, &status);
    if (strcmp(tag, PACKAGE_TAG) != 0)
        fwd_user_files_list(m->machine->folder, tag, list_one, l);
    else if (fwd_modem_has_package(m))
        list_one(l, PACKAGE_NAME, status.stored);
}

static enum fwd_at_answer list_files(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    struct listing l = {.wanted = NULL};
    char tag[32], name[FWD_STORE_NAME_MAX];
    int64_t what = fwd_at_param(call, 0)->value;

    if (what == 2 && !fwd_at_copy(fwd_at_param(call, 1), name, sizeof name))
        return FWD_AT_PARAMETERS;
    if (!tag_of(call, what == 2 ? 2 : 1, tag))
        return FWD_AT_PARAMETERS;
    l.wanted = what == 2 ? name : NULL;
    list(m, tag, &l);
    if (what == 0)
        fwd_modem_linef(m, port, "+ULSTFILE:%s%s", l.count > 0 ? " " : "", l.text);
    else if (what == 1)
        fwd_modem_linef(m, port, "+ULSTFILE: %u", (unsigned)FWD_USER_FILE_MAX);
    else if (l.count == 0)
        return FWD_AT_NOT_ALLOWED;
    else
        fwd_modem_linef(m, port, "+ULSTFILE: %llu", (unsigned long long)l.size);
    return FWD_AT_OK;
}

/* One line, whatever the bytes are. */
static bool show_file(
    struct fwd_modem *m, enum fwd_port port, const char *name, const struct fwd_bytes *bytes)
{
    char head[FWD_STORE_NAME_MAX + 40];
    int length = snprintf(head, sizeof head, "\r\n+URDFILE: \"%s\",%zu,\"", name, bytes->size);
    size_t size = (size_t)length + bytes->size + 3;
    char *line = malloc(size);

    if (line == NULL)
        return false;
    memcpy(line, head, (size_t)length);
    memcpy(line + length, bytes->data, bytes->size);
    memcpy(line + length + bytes->size, "\"\r\n", 3);
    fwd_modem_log_line(m, "out", port, line + 2, size - 4);
    fwd_modem_bytes(m, port, line, size);
    free(line);
    return true;
}

static enum fwd_at_answer read_file(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    struct fwd_bytes bytes = {NULL, 0};
    char tag[32], name[FWD_STORE_NAME_MAX];

    if (fwd_at_refused(m, FWD_USE_READ))
        return FWD_AT_IN_USE;
    if (!tag_of(call, 1, tag) || !fwd_at_copy(fwd_at_param(call, 0), name, sizeof name))
        return FWD_AT_PARAMETERS;
    if (!fwd_user_files_read(m->machine->folder, tag, name, &bytes))
        return FWD_AT_NOT_ALLOWED;
    bool shown = show_file(m, port, name, &bytes);
    fwd_bytes_free(&bytes);
    return shown ? FWD_AT_OK : FWD_AT_MEMORY;
}

static enum fwd_at_answer delete_file(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    char tag[32], name[FWD_STORE_NAME_MAX];

    (void)port;
    if (!tag_of(call, 1, tag) || !fwd_at_copy(fwd_at_param(call, 0), name, sizeof name))
        return FWD_AT_PARAMETERS;
    if (strcmp(tag, PACKAGE_TAG) != 0)
        return fwd_user_files_delete(m->machine->folder, tag, name) ? FWD_AT_OK
                                                                    : FWD_AT_NOT_ALLOWED;
    if (m->running != FWD_METHOD_NONE)
        return FWD_AT_IN_USE;
    if (!fwd_modem_has_package(m) || strcmp(name, PACKAGE_NAME) != 0)
        return FWD_AT_NOT_ALLOWED;
    m->store.package = FWD_METHOD_NONE;
    m->hooks->stored(m, FWD_METHOD_NONE);
    fwd_modem_save(m);
    return FWD_AT_OK;
}

#define NAME                                                                                       \
    {                                                                                              \
        FWD_AT_TEXT | FWD_AT_WORD | FWD_AT_NUMBER, 0, 0, FWD_USER_NAME_MAX                         \
    }
#define TAG                                                                                        \
    {                                                                                              \
        FWD_AT_TEXT | FWD_AT_EMPTY, 0, 0, 31                                                       \
    }

static const struct fwd_at_command commands[] = {
    {"+ULSTFILE", FWD_FAMILY_ALL, FWD_AT_SET | FWD_AT_TEST,
        {{FWD_AT_NUMBER, 0, 2, 0}, {FWD_AT_TEXT | FWD_AT_EMPTY, 0, 0, 0}, TAG}, "(0-2)",
        list_files},
    {"+URDFILE", FWD_FAMILY_ALL, FWD_AT_SET | FWD_AT_TEST, {NAME, TAG}, NULL, read_file},
    {"+UDELFILE", FWD_FAMILY_ALL, FWD_AT_SET | FWD_AT_TEST, {NAME, TAG}, NULL, delete_file},
};

const struct fwd_at_table fwd_at_files = {commands, sizeof commands / sizeof *commands};
