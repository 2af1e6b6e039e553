/* +UDWNFILE: a prompt, then exactly so many bytes (R111..R113). The tag says what they are: FOAT a
 * package, PROFILE an operator profile that installs by itself (R17), anything else a file. */
#include "module/at/at_command.h"
#include "module/modem/operator_profile.h"
#include "module/modem/user_files.h"

#include <stdlib.h>
#include <string.h>

#define CTRL_Z 0x1A
#define ESCAPE 0x1B

/* "updatePackage.bin", whatever the host calls it; a name may even be missing. */
static bool read_name(struct fwd_modem_raw *raw, const struct fwd_at_call *call)
{
    const struct fwd_at_param *param = fwd_at_param(call, 0);

    if (param->kind == FWD_AT_EMPTY)
        memcpy(raw->name, "unnamed", sizeof "unnamed");
    else if (!fwd_at_copy(param, raw->name, sizeof raw->name))
        return false;
    return fwd_user_files_name(raw->name);
}

static bool read_tag(struct fwd_modem_raw *raw, const struct fwd_at_call *call)
{
    const struct fwd_at_param *param = fwd_at_param(call, 2);

    if (param->kind == FWD_AT_EMPTY)
        memcpy(raw->tag, "USER", sizeof "USER");
    else if (!fwd_at_copy(param, raw->tag, sizeof raw->tag))
        return false;
    return fwd_user_files_tag(raw->tag);
}

static enum fwd_at_answer ask(struct fwd_modem *m, enum fwd_port port, uint64_t size, uint32_t ms)
{
    m->raw[port].left = size;
    m->ports[port].mode = FWD_PORT_MODE_BUSY;
    fwd_modem_after(m, FWD_TIMER_PROMPT + port, ms);
    return FWD_AT_LATER;
}

enum fwd_at_answer fwd_at_download_ask(struct fwd_modem *m, enum fwd_port port, size_t size,
    bool text, int (*keep)(struct fwd_modem *m, enum fwd_port port))
{
    struct fwd_modem_raw *raw = &m->raw[port];

    raw->package = false;
    raw->text = text;
    raw->keep = keep;
    return ask(m, port, size, 0);
}

static enum fwd_at_answer download_file(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    struct fwd_modem_raw *raw = &m->raw[port];
    bool package = fwd_at_is(fwd_at_param(call, 2), "FOAT");
    uint64_t size = (uint64_t)fwd_at_param(call, 1)->value;

    if (fwd_at_refused(m, package ? FWD_USE_RAW : FWD_USE_FILE))
        return FWD_AT_IN_USE;
    if (!read_name(raw, call) || !read_tag(raw, call))
        return FWD_AT_PARAMETERS;
    if (size > (package ? fwd_modem_package_room(m) : FWD_USER_FILE_MAX))
        return FWD_AT_MEMORY;
    if (package) {
        fwd_modem_begin(m, FWD_METHOD_RAW, port);
        m->total = size;
    }
    raw->package = package;
    return ask(m, port, size, m->traits->prompt_ms);
}

void fwd_at_download_drop(struct fwd_modem *m, enum fwd_port port)
{
    struct fwd_modem_raw *raw = &m->raw[port];

    free(raw->bytes);
    raw->bytes = NULL;
    raw->size = 0;
    raw->left = 0;
    raw->text = false;
    raw->keep = NULL;
}

static void finish(struct fwd_modem *m, enum fwd_port port, enum fwd_at_answer answer)
{
    fwd_modem_stop(m, FWD_TIMER_IDLE + port);
    fwd_at_download_drop(m, port);
    fwd_modem_log_data(m, port);
    if (m->raw[port].package) {
        fwd_modem_inbox_close(m, false);
        fwd_modem_end(m, answer == FWD_AT_OK ? "complete" : "failed");
    }
    fwd_at_finish(m, port, answer);
}

static bool make_room(struct fwd_modem *m, struct fwd_modem_raw *raw)
{
    if (raw->package)
        return fwd_modem_inbox_open(m, 0);
    raw->bytes = malloc((size_t)raw->left);
    return raw->bytes != NULL;
}

void fwd_at_download_ready(struct fwd_modem *m, enum fwd_port port)
{
    if (!make_room(m, &m->raw[port])) {
        finish(m, port, FWD_AT_MEMORY);
        return;
    }
    if (m->raw[port].package) {
        m->begun = fwd_modem_now(m);
        fwd_modem_log_transfer(m, "begin");
    }
    fwd_modem_log_line(m, "out", port, ">", 1);
    fwd_modem_bytes(m, port, "\r\n>", 3);
    m->ports[port].mode = FWD_PORT_MODE_RAW;
    fwd_modem_after(m, FWD_TIMER_IDLE + port, fwd_modem_peer(m, FWD_IDLE_MS));
}

static bool take(struct fwd_modem *m, struct fwd_modem_raw *raw, const uint8_t *bytes, size_t size)
{
    if (raw->package)
        return fwd_modem_inbox_write(m, bytes, size);
    memcpy(raw->bytes + raw->size, bytes, size);
    raw->size += size;
    return true;
}

static enum fwd_at_answer store(struct fwd_modem *m, enum fwd_port port)
{
    const struct fwd_modem_raw *raw = &m->raw[port];
    const char *tag = strcmp(raw->tag, "PROFILE") == 0 ? "MNO" : raw->tag;

    if (raw->keep != NULL)
        return (enum fwd_at_answer)raw->keep(m, port);
    if (raw->package)
        return fwd_modem_inbox_commit(m, FWD_METHOD_RAW, 0) == FWD_OK ? FWD_AT_OK : FWD_AT_MEMORY;
    if (strcmp(raw->tag, "PROFILE") == 0 &&
        fwd_operator_profile_check(m, raw->bytes, raw->size) != FWD_OK)
        return FWD_AT_NOT_ALLOWED; /* R17: it would install by itself */
    return fwd_user_files_write(m->machine->folder, tag, raw->name, raw->bytes, raw->size)
               ? FWD_AT_OK
               : FWD_AT_MEMORY;
}

/* One character of a text; those that are too many are lost. */
static void feed_text(struct fwd_modem *m, enum fwd_port port, uint8_t c)
{
    struct fwd_modem_raw *raw = &m->raw[port];

    if (c == ESCAPE) {
        finish(m, port, FWD_AT_OK);
    } else if (c == CTRL_Z) {
        finish(m, port, store(m, port));
    } else if (raw->left > 0 && c >= ' ' && c <= '~') {
        raw->bytes[raw->size++] = c;
        raw->left--;
    }
}

size_t fwd_at_download_feed(
    struct fwd_modem *m, enum fwd_port port, const uint8_t *bytes, size_t size)
{
    struct fwd_modem_raw *raw = &m->raw[port];
    size_t piece = size < raw->left ? size : (size_t)raw->left;

    fwd_modem_after(m, FWD_TIMER_IDLE + port, fwd_modem_peer(m, FWD_IDLE_MS));
    m->ports[port].raw += raw->text ? 1 : piece;
    if (raw->text) {
        feed_text(m, port, bytes[0]);
        return 1;
    }
    if (!take(m, raw, bytes, piece)) {
        finish(m, port, FWD_AT_MEMORY);
        return size;
    }
    raw->left -= piece;
    if (raw->left == 0) {
        enum fwd_at_answer answer = store(m, port);
        if (m->power == FWD_MODEM_ON)
            finish(m, port, answer);
    }
    return piece;
}

/* R112: SARA-R4 says CCC. */
void fwd_at_download_timeout(struct fwd_modem *m, enum fwd_port port)
{
    if (m->traits->says_ccc)
        fwd_modem_line(m, port, "CCC");
    finish(m, port, FWD_AT_ERROR);
}

static const struct fwd_at_command commands[] = {
    {"+UDWNFILE", FWD_FAMILY_ALL, FWD_AT_SET | FWD_AT_TEST,
        {{FWD_AT_TEXT | FWD_AT_WORD | FWD_AT_NUMBER | FWD_AT_EMPTY, 0, 0, FWD_USER_NAME_MAX},
            {FWD_AT_NUMBER, 1, 999999999, 0}, {FWD_AT_TEXT | FWD_AT_EMPTY, 0, 0, 31}},
        NULL, download_file},
};

const struct fwd_at_table fwd_at_download = {commands, sizeof commands / sizeof *commands};
