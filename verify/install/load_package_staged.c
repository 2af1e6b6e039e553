/* The copy at the head of the staging area: for a library that updates in place. */
#include "format/record/step.h"
#include "verify/flash/area.h"
#include "verify/install/load_package_internal.h"

#include <string.h>

/* The staged copy without its payload, in the shape that fwd_parse gives. */
static enum fwd_reason read_copy(
    struct fwd_update *update, const uint8_t *session, struct fwd_unverified *package)
{
    const struct fwd_device *device = update->device;
    const struct fwd_flash_access flash = {device->ports, &device->staging, FWD_E_STAGING_IO};
    uint8_t *buf = update->work.signed_bytes;
    uint8_t bytes[FWD_STAGING_HEAD_SIZE];
    struct fwd_staging_head head;
    uint32_t begin = update->journal.record.staging_begin;
    enum fwd_reason reason = fwd_flash_read(&flash, begin, bytes, sizeof bytes);

    if (reason != FWD_OK)
        return reason;
    if (!fwd_staging_head_decode(bytes, &head) || head.sigblock_size > device->sigblock_max ||
        (session != NULL && memcmp(head.session, session, FWD_SESSION_SIZE) != 0))
        return FWD_E_STAGING_CORRUPT;
    reason = fwd_flash_read(
        &flash, begin + FWD_STAGING_HEAD_SIZE, buf, head.signed_size + head.sigblock_size);
    if (reason != FWD_OK)
        return reason;
    return fwd_parse_stored(buf, head.signed_size, head.sigblock_size, package) == FWD_OK
               ? FWD_OK
               : FWD_E_STAGING_CORRUPT;
}

enum fwd_reason fwd_load_package_staged(
    struct fwd_update *update, const uint8_t *session, struct fwd_version_table *versions)
{
    struct fwd_unverified package;
    enum fwd_reason reason = read_copy(update, session, &package);

    if (reason == FWD_OK)
        reason = fwd_load_package_trust(
            update, &package, session == NULL || fwd_load_package_past_staged(update));
    /* The copy was accepted before it was staged: it is the flash that has changed. */
    if (reason == FWD_E_BAD_SIGNATURE)
        return FWD_E_STAGING_CORRUPT;
    if (reason == FWD_OK && session != NULL &&
        memcmp(update->trusted.session, session, FWD_SESSION_SIZE) != 0)
        reason = FWD_E_STAGING_CORRUPT;
    return reason == FWD_OK ? fwd_load_package_plan(update, versions) : reason;
}
