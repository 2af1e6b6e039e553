/* +USECMNG: certificates and private keys of the user, so that a host sees that an update keeps
 * them (R78, R83). They are bytes with a name; nothing here uses them. */
#include "module/at/at_command.h"
#include "module/modem/user_files.h"

#include <stdio.h>
#include <string.h>

#define TAG      "CERT"
#define KEPT_MAX 8192u

enum operation { IMPORT = 0, REMOVE = 2, LIST = 3, DIGEST = 4 };

static const char *const kinds[] = {"CA", "CC", "PK"};
#define KINDS 3

static bool name_of(const struct fwd_at_call *call, char name[FWD_STORE_NAME_MAX])
{
    int64_t kind = fwd_at_param(call, 1)->value;

    if (fwd_at_param(call, 1)->kind != FWD_AT_NUMBER || fwd_at_param(call, 2)->kind != FWD_AT_TEXT)
        return false;
    (void)snprintf(name, FWD_STORE_NAME_MAX, "%s-", kinds[kind]);
    return fwd_at_copy(fwd_at_param(call, 2), name + 3, FWD_STORE_NAME_MAX - 3) &&
           fwd_user_files_name(name);
}

static void say_digest(struct fwd_modem *m, enum fwd_port port, int operation, const char *name,
    const uint8_t *bytes, size_t size)
{
    struct fwd_md5 *md5 = fwd_md5_new(NULL);
    char digest[FWD_MD5_TEXT] = "";
    int kind = 0;

    while (kind < KINDS - 1 && strncmp(name, kinds[kind], 2) != 0)
        kind++;
    if (md5 != NULL && fwd_md5_add(md5, bytes, size))
        (void)fwd_md5_text(md5, digest);
    fwd_md5_free(md5);
    fwd_modem_linef(m, port, "+USECMNG: %d,%d,\"%s\",\"%s\"", operation, kind, name + 3, digest);
}

static int keep(struct fwd_modem *m, enum fwd_port port)
{
    struct fwd_modem_raw *raw = &m->raw[port];

    if (!fwd_user_files_write(m->machine->folder, TAG, raw->name, raw->bytes, raw->size))
        return FWD_AT_MEMORY;
    say_digest(m, port, IMPORT, raw->name, raw->bytes, raw->size);
    return FWD_AT_OK;
}

static enum fwd_at_answer import(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    int64_t size = fwd_at_param(call, 3)->value;

    if (!name_of(call, m->raw[port].name) || size < 1 || size > KEPT_MAX)
        return FWD_AT_PARAMETERS;
    return fwd_at_download_ask(m, port, (size_t)size, false, keep);
}

struct listing {
    struct fwd_modem *m;
    enum fwd_port port;
    const char *kind; /* NULL: all */
};

static void list_one(void *ctx, const char *name, uint64_t size)
{
    const struct listing *l = ctx;

    (void)size;
    if (strlen(name) > 3 && (l->kind == NULL || strncmp(name, l->kind, 2) == 0))
        fwd_modem_linef(l->m, l->port, "\"%.2s\",\"%s\"", name, name + 3);
}

static enum fwd_at_answer list(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    const struct fwd_at_param *kind = fwd_at_param(call, 1);
    struct listing l = {m, port, kind->kind == FWD_AT_NUMBER ? kinds[kind->value] : NULL};

    fwd_user_files_list(m->machine->folder, TAG, list_one, &l);
    return FWD_AT_OK;
}

static enum fwd_at_answer show_digest(struct fwd_modem *m, enum fwd_port port, const char *name)
{
    struct fwd_bytes bytes = {NULL, 0};

    if (!fwd_user_files_read(m->machine->folder, TAG, name, &bytes))
        return FWD_AT_NOT_ALLOWED;
    say_digest(m, port, DIGEST, name, bytes.data, bytes.size);
    fwd_bytes_free(&bytes);
    return FWD_AT_OK;
}

static enum fwd_at_answer manage(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    char name[FWD_STORE_NAME_MAX];

    switch (fwd_at_param(call, 0)->value) {
    case IMPORT:
        return import(m, port, call);
    case LIST:
        return list(m, port, call);
    case REMOVE:
        if (!name_of(call, name))
            return FWD_AT_PARAMETERS;
        return fwd_user_files_delete(m->machine->folder, TAG, name) ? FWD_AT_OK
                                                                    : FWD_AT_NOT_ALLOWED;
    case DIGEST:
        return name_of(call, name) ? show_digest(m, port, name) : FWD_AT_PARAMETERS;
    default:
        return FWD_AT_PARAMETERS;
    }
}

#define OPTION (FWD_AT_NUMBER | FWD_AT_EMPTY)

static const struct fwd_at_command commands[] = {
    {"+USECMNG", FWD_FAMILY_ALL, FWD_AT_SET | FWD_AT_TEST,
        {{FWD_AT_NUMBER, 0, 4, 0}, {OPTION, 0, KINDS - 1, 0},
            {FWD_AT_TEXT | FWD_AT_EMPTY, 0, 0, 200}, {OPTION, 1, KEPT_MAX, 0}},
        "(0,2,3,4),(0-2)", manage},
};

const struct fwd_at_table fwd_at_security = {commands, sizeof commands / sizeof *commands};
