#include "format/certificate.h"

#include "format/cursor.h"

#include <string.h>

bool fwd_certificate_decode(const uint8_t *bytes, size_t size, struct fwd_certificate *certificate)
{
    struct fwd_reader r = fwd_reader_over(bytes, size);
    const uint8_t *geometry = fwd_read_bytes(&r, FWD_GEOMETRY_SIZE);

    if (geometry == NULL)
        return false;
    memcpy(certificate->geometry, geometry, FWD_GEOMETRY_SIZE);
    certificate->staging_room = fwd_read_varint(&r);
    certificate->staged_bytes = fwd_read_varint(&r);
    certificate->staging_least = fwd_read_varint(&r);
    certificate->sigblock_size = fwd_read_varint(&r);
    certificate->scratch_copies = fwd_read_varint(&r);
    certificate->erases = fwd_read_varint(&r);
    certificate->erases_max = fwd_read_varint(&r);
    certificate->milliseconds = fwd_read_varint(&r);
    certificate->programmed = fwd_read_varint(&r);
    certificate->decode_again_ms = fwd_read_varint(&r);
    certificate->memory = fwd_read_varint(&r);
    certificate->rehearsal_ms = fwd_read_varint(&r);
    certificate->action_ms = fwd_read_varint(&r);
    certificate->start_signatures = fwd_read_varint(&r);
    certificate->start_hashed = fwd_read_varint(&r);
    certificate->start_ms = fwd_read_varint(&r);
    certificate->start_kilo_cycles = fwd_read_varint(&r);
    certificate->has_kept = fwd_reader_left(&r) > 0;
    certificate->kept_bytes = certificate->has_kept ? fwd_read_varint(&r) : 0;
    return !r.failed && fwd_reader_left(&r) == 0;
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
