/* From bytes on the device to update->trusted and update->plan: out of the package area, or out of
 * the copy at the head of the staging area. */
#ifndef FWD_VERIFY_INSTALL_LOAD_PACKAGE_H
#define FWD_VERIFY_INSTALL_LOAD_PACKAGE_H

#include "verify/flash/version.h"
#include "verify/verify.h"

/* V1..V6 on the package area, then the plan. stored, padding: the length at hand.
 * FWD_OK, or the first reason in the order of the checks. */
FWD_MUST_USE enum fwd_reason fwd_load_package(struct fwd_update *update, enum fwd_command command,
    uint32_t stored, uint32_t padding, struct fwd_version_table *versions);

/* Its parts: up to the signatures; then the rest, all of it or from the payload's digest on. */
FWD_MUST_USE enum fwd_reason fwd_load_package_rest(
    struct fwd_update *update, struct fwd_version_table *versions);
FWD_MUST_USE enum fwd_reason fwd_load_package_signed(
    struct fwd_update *update, enum fwd_command command, uint32_t stored, uint32_t padding);
FWD_MUST_USE enum fwd_reason fwd_load_package_payload(struct fwd_update *update,
    const uint8_t digest[FWD_DIGEST_SIZE], struct fwd_version_table *versions);

/* Signatures of the staged copy, then the plan. session: the copy's must be this one (NULL: any).
 * FWD_OK, FWD_E_STAGING_IO, FWD_E_STAGING_CORRUPT, or what the signatures give. */
FWD_MUST_USE enum fwd_reason fwd_load_package_staged(
    struct fwd_update *update, const uint8_t *session, struct fwd_version_table *versions);

/* Header, manifest and signatures of whatever begins the package area, without its payload: as
 * proof of what is in the slots. FWD_OK or the first reason. */
FWD_MUST_USE enum fwd_reason fwd_load_package_head(
    struct fwd_update *update, struct fwd_version_table *versions);

/* A package of which `size` bytes are in work->signed_bytes: header, manifest and signature block
 * at least. FWD_OK, or the first reason up to the signatures, then the plan. */
FWD_MUST_USE enum fwd_reason fwd_load_package_held(
    struct fwd_update *update, uint32_t size, struct fwd_version_table *versions);

#endif
