/* What comes in is kept in a file of the device folder until it is complete; only then does it
 * become the package, or a file of the user. So nothing half done is ever taken for a package, and
 * a download that may be resumed has a place. */
#include "keys/md5.h"
#include "module/modem/modem_internal.h"
#include "sim/device/machine_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE 65536u

static bool path_of(const struct fwd_modem *m, char path[FWD_MACHINE_PATH])
{
    return fwd_machine_path(m->machine->folder, "incoming.part", path);
}

bool fwd_modem_inbox_open(struct fwd_modem *m, uint64_t offset)
{
    char path[FWD_MACHINE_PATH];

    if (!path_of(m, path))
        return false;
    m->inbox = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    m->stored = offset;
    return m->inbox >= 0 && ftruncate(m->inbox, (off_t)offset) == 0 &&
           lseek(m->inbox, (off_t)offset, SEEK_SET) == (off_t)offset;
}

bool fwd_modem_inbox_write(struct fwd_modem *m, const uint8_t *bytes, size_t size)
{
    m->stored += size;
    while (size > 0) {
        ssize_t n = write(m->inbox, bytes, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes += n;
        size -= (size_t)n;
    }
    return true;
}

void fwd_modem_inbox_close(struct fwd_modem *m, bool keep)
{
    char path[FWD_MACHINE_PATH];

    if (m->inbox >= 0)
        (void)close(m->inbox);
    m->inbox = -1;
    if (!keep && path_of(m, path))
        (void)unlink(path);
}

uint64_t fwd_modem_inbox_size(const struct fwd_modem *m)
{
    char path[FWD_MACHINE_PATH];
    struct stat status;

    return path_of(m, path) && stat(path, &status) == 0 && status.st_size > 0
               ? (uint64_t)status.st_size
               : 0;
}

/* Reads at an offset; 0: the end, or it cannot be read. */
static size_t read_at(const struct fwd_modem *m, uint64_t offset, uint8_t *bytes, size_t size)
{
    ssize_t n;

    do
        n = pread(m->inbox, bytes, size, (off_t)offset);
    while (n < 0 && errno == EINTR);
    return n > 0 ? (size_t)n : 0;
}

bool fwd_modem_inbox_md5(struct fwd_modem *m, char text[FWD_MD5_TEXT])
{
    struct fwd_md5 *md5 = fwd_md5_new(NULL);
    uint8_t *piece = malloc(PIECE);
    bool fine = md5 != NULL && piece != NULL;
    uint64_t at = 0;

    while (fine && at < m->stored) {
        size_t n = read_at(m, at, piece, PIECE);
        fine = n > 0 && fwd_md5_add(md5, piece, n);
        at += n;
    }
    fine = fine && fwd_md5_text(md5, text);
    free(piece);
    fwd_md5_free(md5);
    return fine;
}

/* ---- it becomes the package ------------------------------------------------------------------ */

struct commit {
    struct fwd_modem *m;
    uint8_t *piece;
    uint32_t padding;
    enum fwd_reason reason;
};

/* Runs on the device. */
static void store_package(void *arg)
{
    struct commit *c = arg;
    struct fwd_update *update = &c->m->update;
    uint64_t at = 0;

    c->reason = fwd_download_begin(update, c->padding);
    while (c->reason == FWD_OK && at < c->m->stored) {
        size_t n = read_at(c->m, at, c->piece, PIECE);
        c->reason = n == 0 ? FWD_E_PACKAGE_IO : fwd_download_write(update, c->piece, (uint32_t)n);
        at += n;
    }
    if (c->reason == FWD_OK)
        c->reason = fwd_download_end(update);
}

enum fwd_reason fwd_modem_inbox_commit(
    struct fwd_modem *m, enum fwd_method method, uint32_t padding)
{
    struct commit c = {m, malloc(PIECE), padding, FWD_E_INTERNAL};

    m->store.package = FWD_METHOD_NONE;
    fwd_modem_save(m);
    if (c.piece == NULL || !m->update_ready) {
        free(c.piece);
        return FWD_E_INTERNAL;
    }
    /* a module stores what comes while it comes */
    m->flash_ago = fwd_modem_now(m) - m->begun;
    bool whole = fwd_modem_on_device(m, store_package, &c);
    m->flash_ago = 0;
    free(c.piece);
    if (!whole || c.reason != FWD_OK)
        return c.reason;
    m->store.package = method;
    m->store.installable =
        method != FWD_METHOD_SERVER || m->store.ufota.mode == FWD_UFOTA_DOWNLOAD_ONLY;
    m->hooks->stored(m, method);
    m->store.resume_name[0] = '\0';
    fwd_modem_save(m);
    return FWD_OK;
}

uint64_t fwd_modem_package_room(const struct fwd_modem *m)
{
    uint32_t area = m->machine->device.package.size;
    uint32_t policy = m->machine->device.policy.package_max;

    return policy > 0 && policy < area ? policy : area;
}

bool fwd_modem_has_package(const struct fwd_modem *m)
{
    struct fwd_status status;

    fwd_update_status(&m->update, &status);
    return m->store.package != FWD_METHOD_NONE && m->update_ready &&
           status.state == FWD_STATUS_READY;
}

/* ---- one at a time --------------------------------------------------------------------------- */

void fwd_modem_begin(struct fwd_modem *m, enum fwd_method method, enum fwd_port port)
{
    m->running = method;
    m->running_port = port;
    m->stored = 0;
    m->begun = fwd_modem_now(m);
    m->total = 0;
    m->told = 0;
    if (method != FWD_METHOD_FTP)
        m->store.resume_name[0] = '\0'; /* what could have been resumed is overwritten */
}

void fwd_modem_end(struct fwd_modem *m, const char *state)
{
    fwd_modem_log_transfer(m, state);
    m->running = FWD_METHOD_NONE;
    fwd_modem_psm_active(m);
}
