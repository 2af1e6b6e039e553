#include "format/certificate.h"

#include <string.h>

#include "format/cursor.h"

bool fwd_certificate_decode(const uint8_t *bytes, size_t size, struct fwd_certificate *certificate)
{
    struct fwd_reader r = fwd_reader_over(bytes, size);

    if (size != FWD_CERTIFICATE_SIZE)
        return false;
    memcpy(certificate->geometry, fwd_read_bytes(&r, FWD_GEOMETRY_SIZE), FWD_GEOMETRY_SIZE);
    certificate->staging_room = fwd_read_le32(&r);
    certificate->staged_bytes = fwd_read_le32(&r);
    certificate->staging_least = fwd_read_le32(&r);
    certificate->sigblock_size = fwd_read_le32(&r);
    certificate->scratch_copies = fwd_read_le32(&r);
    certificate->erases = fwd_read_le32(&r);
    certificate->erases_max = fwd_read_le32(&r);
    certificate->milliseconds = fwd_read_le32(&r);
    certificate->programmed = fwd_read_le64(&r);
    certificate->decode_again_ms = fwd_read_le32(&r);
    return true;
}

bool fwd_certificate_next(
    const uint8_t *manifest, size_t size, size_t *at, struct fwd_certificate *certificate)
{
    struct fwd_entry entry;

    while (fwd_manifest_walk(manifest, size, at, &entry)) {
        if (entry.type == FWD_ENTRY_CERTIFICATE &&
            fwd_certificate_decode(entry.value, entry.size, certificate))
            return true;
    }
    return false;
}
