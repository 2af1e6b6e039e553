#include "format/certificate.h"

#include "format/cursor.h"

void fwd_certificate_encode(
    const struct fwd_certificate *certificate, uint8_t out[FWD_CERTIFICATE_SIZE])
{
    struct fwd_writer w = fwd_writer_over(out, FWD_CERTIFICATE_SIZE);

    fwd_write_bytes(&w, certificate->geometry, FWD_GEOMETRY_SIZE);
    fwd_write_le32(&w, certificate->staging_room);
    fwd_write_le32(&w, certificate->staged_bytes);
    fwd_write_le32(&w, certificate->staging_least);
    fwd_write_le32(&w, certificate->sigblock_size);
    fwd_write_le32(&w, certificate->scratch_copies);
    fwd_write_le32(&w, certificate->erases);
    fwd_write_le32(&w, certificate->erases_max);
    fwd_write_le32(&w, certificate->milliseconds);
    fwd_write_le64(&w, certificate->programmed);
    fwd_write_le32(&w, certificate->decode_again_ms);
}
