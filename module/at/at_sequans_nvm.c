/* RYZ014: +SQNSNVW and +SQNSNVR, certificates and private keys by number, as +SQNFOTACFG's
 * <certificateID> names them. They survive updates and factory resets; nothing here uses them:
 * HTTPS trusts what the module was started with. The document shows the command's name alone; the
 * rest is what Sequans's own manuals have. */
#include "module/at/at_command.h"
#include "module/modem/user_files.h"

#include <stdio.h>
#include <string.h>

#define TAG       "CERT"
#define KEPT_MAX  8192u
#define INDEX_MAX 255

static const char *const kinds[] = {"certificate", "privatekey", "strongbox"};

/* "certificate-11" */
static bool name_of(const struct fwd_at_call *call, char *name, size_t room)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (fwd_at_is(fwd_at_param(call, 0), kinds[i])) {
            (void)snprintf(name, room, "%s-%d", kinds[i], (int)fwd_at_param(call, 1)->value);
            return true;
        }
    }
    return false;
}

static int keep(struct fwd_modem *m, enum fwd_port port)
{
    struct fwd_modem_raw *raw = &m->raw[port];

    return fwd_user_files_write(m->machine->folder, TAG, raw->name, raw->bytes, raw->size)
               ? FWD_AT_OK
               : FWD_AT_MEMORY;
}

/* A size of 0 removes what is there. */
static enum fwd_at_answer write_one(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    char *name = m->raw[port].name;
    size_t size = (size_t)fwd_at_param(call, 2)->value;

    if (!name_of(call, name, sizeof m->raw[port].name))
        return FWD_AT_PARAMETERS;
    if (size > 0)
        return fwd_at_download_ask(m, port, size, false, keep);
    return fwd_user_files_delete(m->machine->folder, TAG, name) ? FWD_AT_OK : FWD_AT_NOT_ALLOWED;
}

/* Only certificates: a key does not come out again. */
static enum fwd_at_answer read_one(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    struct fwd_bytes bytes = {NULL, 0};
    char name[32];

    if (!name_of(call, name, sizeof name))
        return FWD_AT_PARAMETERS;
    if (!fwd_at_is(fwd_at_param(call, 0), kinds[0]) ||
        !fwd_user_files_read(m->machine->folder, TAG, name, &bytes))
        return FWD_AT_NOT_ALLOWED;
    fwd_modem_linef(m, port, "+SQNSNVR: \"%s\",%d,%u", kinds[0], (int)fwd_at_param(call, 1)->value,
        (unsigned)bytes.size);
    fwd_modem_bytes(m, port, bytes.data, bytes.size);
    fwd_bytes_free(&bytes);
    return FWD_AT_OK;
}

#define KIND                                                                                       \
    {                                                                                              \
        FWD_AT_TEXT, 0, 0, 16                                                                      \
    }
#define INDEX                                                                                      \
    {                                                                                              \
        FWD_AT_NUMBER, 0, INDEX_MAX, 0                                                             \
    }

static const struct fwd_at_command commands[] = {
    {"+SQNSNVW", FWD_FAMILY_RYZ, FWD_AT_SET | FWD_AT_TEST,
        {KIND, INDEX, {FWD_AT_NUMBER, 0, KEPT_MAX, 0}},
        "(\"certificate\",\"privatekey\",\"strongbox\"),(0-255),(0-8192)", write_one},
    {"+SQNSNVR", FWD_FAMILY_RYZ, FWD_AT_SET | FWD_AT_TEST, {KIND, INDEX},
        "(\"certificate\"),(0-255)", read_one},
};

const struct fwd_at_table fwd_at_sequans_nvm = {commands, sizeof commands / sizeof *commands};
