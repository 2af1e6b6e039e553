#include "format/certificate.h"
#include "format/cursor.h"

size_t fwd_certificate_encode(
    const struct fwd_certificate *certificate, uint8_t out[FWD_CERTIFICATE_MAX])
{
    struct fwd_writer w = fwd_writer_over(out, FWD_CERTIFICATE_MAX);

    fwd_write_bytes(&w, certificate->geometry, FWD_GEOMETRY_SIZE);
    fwd_write_varint(&w, certificate->staging_room);
    fwd_write_varint(&w, certificate->staged_bytes);
    fwd_write_varint(&w, certificate->staging_least);
    fwd_write_varint(&w, certificate->sigblock_size);
    fwd_write_varint(&w, certificate->scratch_copies);
    fwd_write_varint(&w, certificate->erases);
    fwd_write_varint(&w, certificate->erases_max);
    fwd_write_varint(&w, certificate->milliseconds);
    fwd_write_varint(&w, certificate->programmed);
    fwd_write_varint(&w, certificate->decode_again_ms);
    fwd_write_varint(&w, certificate->memory);
    fwd_write_varint(&w, certificate->rehearsal_ms);
    fwd_write_varint(&w, certificate->action_ms);
    fwd_write_varint(&w, certificate->start_signatures);
    fwd_write_varint(&w, certificate->start_hashed);
    fwd_write_varint(&w, certificate->start_ms);
    fwd_write_varint(&w, certificate->start_kilo_cycles);
    if (certificate->has_kept)
        fwd_write_varint(&w, certificate->kept_bytes);
    return w.at;
}
