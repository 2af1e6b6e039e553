#include "module/modem/operator_profile.h"

#include "format/manifest.h"
#include "module/modem/user_files.h"
#include "verify/flash/version.h"
#include "verify/trust/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TAG       "MNO"
#define READ_SIZE 4096u

static void copy(struct fwd_text text, char *out, size_t room)
{
    size_t size = text.size < room ? text.size : room - 1;

    if (size > 0)
        memcpy(out, text.bytes, size);
    out[size] = '\0';
}

/* ---- checking one ---------------------------------------------------------------------------- */

static enum fwd_reason read_bytes(void *ctx, uint32_t offset, void *buf, uint32_t size)
{
    const struct fwd_bytes *bytes = ctx;

    memcpy(buf, bytes->data + offset, size);
    return FWD_OK;
}

static enum fwd_reason policy(const struct fwd_modem *m, const struct fwd_trusted *trusted)
{
    const struct fwd_device *device = &m->machine->device;
    struct fwd_plan plan;

    if (trusted->manifest.component_count != 1 ||
        trusted->manifest.components[0].role != FWD_ROLE_CARRIER_PROFILE)
        return FWD_E_ROLE;
    fwd_plan_make(device, trusted, m->update.active, &plan);
    enum fwd_reason reason = fwd_plan_policy(device, trusted, &plan, FWD_COMMAND_FULL);
    return reason != FWD_OK
               ? reason
               : fwd_authenticate_authority(trusted, &trusted->manifest.components[0], false);
}

static enum fwd_reason check(const struct fwd_modem *m, struct fwd_bytes *bytes, uint8_t *room)
{
    const struct fwd_device *device = &m->machine->device;
    const struct fwd_input input = {bytes, read_bytes, (uint32_t)bytes->size};
    struct fwd_unverified unverified;
    struct fwd_trusted trusted;
    uint8_t piece[READ_SIZE];

    enum fwd_reason reason =
        fwd_parse(&input, 0, FWD_COMMAND_FULL, room, device->sigblock_max, &unverified);
    if (reason == FWD_OK)
        reason = fwd_authenticate(&unverified, device->ports, device->policy.threshold, &trusted);
    if (reason == FWD_OK)
        reason = fwd_authenticate_payload(&trusted, &input, device->ports, piece, sizeof piece);
    if (reason == FWD_OK)
        reason = fwd_plan_structure(&trusted, device->codecs, device->codec_count);
    return reason == FWD_OK ? policy(m, &trusted) : reason;
}

enum fwd_reason fwd_operator_profile_check(
    const struct fwd_modem *m, const uint8_t *bytes, size_t size)
{
    uint8_t *room = malloc(FWD_SIGNED_MAX + m->machine->device.sigblock_max);
    uint8_t *whole = malloc(size);
    struct fwd_bytes package = {whole, size};
    enum fwd_reason reason = FWD_E_INTERNAL;

    if (room != NULL && whole != NULL && m->update_ready) {
        memcpy(whole, bytes, size);
        reason = check(m, &package, room);
    }
    free(room);
    free(whole);
    return reason;
}

/* ---- those that are there -------------------------------------------------------------------- */

/* The number in mno-<number>; -1: it has none. */
static int number_of(const char *name)
{
    char *end;

    if (strncmp(name, "mno-", 4) != 0 || name[4] < '0' || name[4] > '9')
        return -1;
    long number = strtol(name + 4, &end, 10);
    return *end == '\0' && number <= 999 ? (int)number : -1;
}

struct look {
    struct fwd_modem *m;
    int number; /* -1: those without one */
    char name[FWD_NAME_MAX + 1], version[FWD_VERSION_MAX + 1];
    bool found;
    void (*fn)(struct fwd_modem *m, void *ctx, const char *name, const char *version);
    void *ctx;
};

static void look_at(struct look *l, const struct fwd_component *component)
{
    char name[FWD_NAME_MAX + 1];

    copy(component->name, name, sizeof name);
    if (component->role != FWD_ROLE_CARRIER_PROFILE || number_of(name) != l->number)
        return;
    memcpy(l->name, name, sizeof name);
    copy(component->target.version, l->version, sizeof l->version);
    l->found = true;
    if (l->fn != NULL)
        l->fn(l->m, l->ctx, l->name, l->version);
}

/* What lies there was checked when it came; a file of another kind is passed over. */
static void look_into(void *ctx, const char *file, uint64_t size)
{
    struct look *l = ctx;
    struct fwd_bytes bytes = {NULL, 0};
    struct fwd_manifest manifest;

    (void)size;
    if (!fwd_user_files_read(l->m->machine->folder, TAG, file, &bytes))
        return;
    if (fwd_modem_peek_manifest(bytes.data, bytes.size, &manifest) && manifest.component_count == 1)
        look_at(l, &manifest.components[0]);
    fwd_bytes_free(&bytes);
}

bool fwd_operator_profile_version(
    const struct fwd_modem *m, unsigned number, char text[FWD_VERSION_MAX + 1])
{
    struct look l = {.m = (struct fwd_modem *)(uintptr_t)m, .number = (int)number};

    fwd_user_files_list(m->machine->folder, TAG, look_into, &l);
    if (l.found)
        memcpy(text, l.version, sizeof l.version);
    return l.found;
}

/* Also what the device itself has: updates bring profiles, too (R2, R3). */
void fwd_operator_profile_others(struct fwd_modem *m,
    void (*fn)(struct fwd_modem *m, void *ctx, const char *name, const char *version), void *ctx)
{
    struct look l = {.m = m, .number = -1, .fn = fn, .ctx = ctx};
    const struct fwd_device *device = &m->machine->device;
    struct fwd_version_table versions;
    char version[FWD_VERSION_MAX + 1];

    fwd_user_files_list(m->machine->folder, TAG, look_into, &l);
    if (!m->update_ready)
        return;
    fwd_version_load(&m->update, &versions);
    for (uint8_t i = 0; i < device->place_count; i++) {
        const struct fwd_version_entry *entry = fwd_version_find(&versions, device->places[i].name);
        if (device->places[i].role != FWD_ROLE_CARRIER_PROFILE || entry == NULL)
            continue;
        copy(entry->version, version, sizeof version);
        fn(m, ctx, device->places[i].name, version);
    }
}
