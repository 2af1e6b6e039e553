#include "format/cursor.h"
#include "format/header.h"
#include "verify/flash/area.h"
#include "verify/flash/states.h"
#include "verify/install/load_package_internal.h"
#include "verify/trust/authenticate.h"
#include "verify/trust/parse.h"
#include "verify/trust/plan.h"

#include <string.h>

static enum fwd_reason read_package(void *ctx, uint32_t offset, void *buf, uint32_t size)
{
    return fwd_flash_read(ctx, offset, buf, size);
}

enum fwd_reason fwd_load_package_plan(struct fwd_update *update, struct fwd_version_table *versions)
{
    const struct fwd_device *device = update->device;
    enum fwd_reason reason =
        fwd_plan_structure(&update->trusted, device->codecs, device->codec_count);

    if (reason != FWD_OK)
        return reason;
    fwd_version_load(update, versions);
    fwd_plan_make(device, &update->trusted, update->active, &update->plan);
    return FWD_OK;
}

bool fwd_load_package_past_staged(const struct fwd_update *update)
{
    uint8_t state = update->journal.record.state;

    return fwd_states_in_progress(state) && state != FWD_STATE_REHEARSING &&
           state != FWD_STATE_STAGED;
}

enum fwd_reason fwd_load_package_trust(
    struct fwd_update *update, const struct fwd_unverified *package, bool started)
{
    const struct fwd_device *device = update->device;
    enum fwd_reason reason = started ? fwd_authenticate_started(package, device, &update->trusted)
                                     : fwd_authenticate(package, device->ports,
                                           device->policy.threshold, &update->trusted);

    /* Which keys count may be known at the next start. */
    update->waits = update->waits || reason == FWD_E_COUNTER;
    return reason;
}

static struct fwd_flash_access package_of(const struct fwd_update *update)
{
    return (struct fwd_flash_access){
        update->device->ports, &update->device->package, FWD_E_PACKAGE_UNREADABLE};
}

enum fwd_reason fwd_load_package_signed(
    struct fwd_update *update, enum fwd_command command, uint32_t stored, uint32_t padding)
{
    struct fwd_flash_access flash = package_of(update);
    struct fwd_input input = {&flash, read_package, stored};
    struct fwd_unverified package;
    enum fwd_reason reason = fwd_parse(&input, padding, command, update->work.signed_bytes,
        update->device->sigblock_max, &package);

    if (reason != FWD_OK)
        return reason;
    return fwd_load_package_trust(update, &package, fwd_load_package_past_staged(update));
}

enum fwd_reason fwd_load_package_payload(struct fwd_update *update,
    const uint8_t digest[FWD_DIGEST_SIZE], struct fwd_version_table *versions)
{
    return fwd_digest_equal(digest, update->trusted.payload_digest, FWD_DIGEST_SIZE)
               ? fwd_load_package_plan(update, versions)
               : FWD_E_PAYLOAD_DIGEST;
}

enum fwd_reason fwd_load_package_rest(struct fwd_update *update, struct fwd_version_table *versions)
{
    const struct fwd_flash_access flash = package_of(update);
    const struct fwd_trusted *trusted = &update->trusted;
    uint8_t digest[FWD_DIGEST_SIZE];
    enum fwd_reason reason = fwd_flash_digest(&flash, trusted->payload_offset,
        trusted->payload_size, FWD_HASH_PAYLOAD, update->work.io, update->work.io_size, digest);

    return reason == FWD_OK ? fwd_load_package_payload(update, digest, versions) : reason;
}

enum fwd_reason fwd_load_package(struct fwd_update *update, enum fwd_command command,
    uint32_t stored, uint32_t padding, struct fwd_version_table *versions)
{
    enum fwd_reason reason = fwd_load_package_signed(update, command, stored, padding);

    return reason == FWD_OK ? fwd_load_package_rest(update, versions) : reason;
}

enum fwd_reason fwd_load_package_head(struct fwd_update *update, struct fwd_version_table *versions)
{
    const struct fwd_device *device = update->device;
    struct fwd_flash_access flash = {device->ports, &device->package, FWD_E_PACKAGE_UNREADABLE};
    struct fwd_input input = {&flash, read_package, device->package.size};
    struct fwd_unverified package;
    enum fwd_reason reason = fwd_parse_head(
        &input, FWD_COMMAND_ANY, update->work.signed_bytes, device->sigblock_max, &package);

    if (reason == FWD_OK)
        reason = fwd_load_package_trust(update, &package, true);
    return reason == FWD_OK ? fwd_load_package_plan(update, versions) : reason;
}

enum fwd_reason fwd_load_package_held(
    struct fwd_update *update, uint32_t size, struct fwd_version_table *versions)
{
    const uint8_t *buf = update->work.signed_bytes;
    struct fwd_unverified package;
    struct fwd_header header;
    enum fwd_reason reason = fwd_header_decode(buf, size, &header);
    uint32_t signed_size = FWD_HEADER_SIZE + (uint32_t)header.manifest_size, block_size = 0;

    if (reason == FWD_OK && size < signed_size + FWD_SIGBLOCK_HEAD)
        reason = FWD_E_TOO_SHORT;
    if (reason == FWD_OK)
        reason = fwd_sigblock_head(buf + signed_size, FWD_SIGBLOCK_HEAD, &block_size);
    if (reason == FWD_OK && block_size > size - signed_size)
        reason = FWD_E_SIGBLOCK_SIZE;
    if (reason == FWD_OK)
        reason = fwd_parse_stored(buf, signed_size, block_size, &package);
    if (reason == FWD_OK)
        reason = fwd_load_package_trust(update, &package, false);
    return reason == FWD_OK ? fwd_load_package_plan(update, versions) : reason;
}
