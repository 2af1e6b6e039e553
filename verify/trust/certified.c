#include "verify/trust/certified.h"

#include "format/header.h"
#include "verify/trust/geometry.h"

#include <string.h>

/* The statement is for a signature block of one size, and the copy that is staged grows with it. */
static bool has_room(const struct fwd_update *update, const struct fwd_certificate *certificate)
{
    uint64_t need = (uint64_t)certificate->staging_least + update->trusted.sigblock_size;
    uint64_t room = (uint64_t)update->device->staging.size + certificate->sigblock_size;

    return certificate->staging_least == 0 || need <= room;
}

static enum fwd_reason fits(const struct fwd_update *update)
{
    const uint8_t *manifest = update->work.signed_bytes + FWD_HEADER_SIZE;
    uint32_t size = update->trusted.signed_size - FWD_HEADER_SIZE;
    uint8_t geometry[FWD_GEOMETRY_SIZE];
    struct fwd_certificate certificate;
    bool known = false;

    for (size_t at = 0; fwd_certificate_next(manifest, size, &at, &certificate);) {
        if (!known && !fwd_geometry_id(update->device, update->device->ports->crypto, geometry))
            return FWD_E_INTERNAL;
        known = true;
        if (memcmp(certificate.geometry, geometry, sizeof geometry) == 0 &&
            !has_room(update, &certificate))
            return FWD_E_STAGING_TOO_SMALL;
    }
    return FWD_OK;
}

const struct fwd_certified fwd_certified = {fits};
