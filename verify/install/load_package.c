#include "verify/install/load_package.h"

#include <string.h>

#include "format/record/step.h"
#include "verify/flash/area.h"
#include "format/sigblock.h"
#include "format/header.h"
#include "verify/trust/plan.h"
#include "verify/trust/authenticate.h"
#include "verify/trust/parse.h"

static enum fwd_reason read_package(void *ctx, uint32_t offset, void *buf, uint32_t size)
{
    return fwd_flash_read(ctx, offset, buf, size);
}

static enum fwd_reason make_plan(struct fwd_update *update, struct fwd_version_table *versions)
{
    const struct fwd_device *device = update->device;
    enum fwd_reason reason =
        fwd_plan_structure(&update->trusted, device->codecs, device->codec_count);

    if (reason != FWD_OK)
        return reason;
    fwd_version_load(update, versions);
    fwd_plan_make(device, &update->trusted, versions, &update->plan);
    return FWD_OK;
}

enum fwd_reason fwd_load_package(struct fwd_update *update, enum fwd_command command,
    uint32_t stored, uint32_t padding, struct fwd_version_table *versions)
{
    const struct fwd_device *device = update->device;
    struct fwd_flash_access flash = {device->ports, &device->package, FWD_E_PACKAGE_UNREADABLE};
    struct fwd_input input = {&flash, read_package, stored};
    struct fwd_unverified package;
    enum fwd_reason reason = fwd_parse(
        &input, padding, command, update->work.signed_bytes, device->sigblock_max, &package);

    if (reason == FWD_OK)
        reason =
            fwd_authenticate(&package, device->ports, device->policy.threshold, &update->trusted);
    if (reason == FWD_OK)
        reason = fwd_authenticate_payload(
            &update->trusted, &input, device->ports, update->work.io, update->work.io_size);
    return reason == FWD_OK ? make_plan(update, versions) : reason;
}

/* The staged copy without its payload, in the shape that fwd_parse gives. */
static enum fwd_reason read_copy(
    struct fwd_update *update, const uint8_t *session, struct fwd_unverified *package)
{
    const struct fwd_device *device = update->device;
    const struct fwd_flash_access flash = {device->ports, &device->staging, FWD_E_STAGING_IO};
    uint8_t *buf = update->work.signed_bytes;
    uint8_t bytes[FWD_STAGING_HEAD_SIZE];
    struct fwd_staging_head head;
    enum fwd_reason reason = fwd_flash_read(&flash, 0, bytes, sizeof bytes);

    if (reason != FWD_OK)
        return reason;
    if (!fwd_staging_head_decode(bytes, &head) || head.sigblock_size > device->sigblock_max ||
        (session && memcmp(head.session, session, FWD_SESSION_SIZE) != 0))
        return FWD_E_STAGING_CORRUPT;
    reason =
        fwd_flash_read(&flash, FWD_STAGING_HEAD_SIZE, buf, head.signed_size + head.sigblock_size);
    if (reason != FWD_OK)
        return reason;
    package->signed_bytes = buf;
    package->signed_size = head.signed_size;
    package->payload_offset = head.signed_size + head.sigblock_size;
    if (fwd_header_decode(buf, head.signed_size, &package->header) != FWD_OK ||
        head.signed_size != FWD_HEADER_SIZE + (uint32_t)package->header.manifest_size ||
        fwd_sigblock_decode(buf + head.signed_size, head.sigblock_size, &package->sigblock) !=
            FWD_OK)
        return FWD_E_STAGING_CORRUPT;
    return FWD_OK;
}

enum fwd_reason fwd_load_package_staged(
    struct fwd_update *update, const uint8_t *session, struct fwd_version_table *versions)
{
    const struct fwd_device *device = update->device;
    struct fwd_unverified package;
    enum fwd_reason reason = read_copy(update, session, &package);

    if (reason == FWD_OK)
        reason =
            fwd_authenticate(&package, device->ports, device->policy.threshold, &update->trusted);
    /* The copy was accepted before it was staged: it is the flash that has changed. */
    if (reason == FWD_E_BAD_SIGNATURE)
        return FWD_E_STAGING_CORRUPT;
    if (reason == FWD_OK && session &&
        memcmp(update->trusted.session, session, FWD_SESSION_SIZE) != 0)
        reason = FWD_E_STAGING_CORRUPT;
    return reason == FWD_OK ? make_plan(update, versions) : reason;
}
