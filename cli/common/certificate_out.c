#include "cli/common/certificate_out.h"

#include "cli/common/json_out.h"

#include <inttypes.h>
#include <stdio.h>

void fwd_certificate_out_text(
    const struct fwd_certificate *certificate, char text[FWD_CERTIFICATE_TEXT])
{
    const struct fwd_certificate *c = certificate;
    snprintf(text, FWD_CERTIFICATE_TEXT,
        "%" PRIu32 " bytes staged, %" PRIu32 " erases (at most %" PRIu32 " of a block), %" PRIu64
        " bytes programmed, %" PRIu32 ".%03" PRIu32 " s",
        c->staged_bytes, c->erases, c->erases_max, c->programmed, c->milliseconds / 1000,
        c->milliseconds % 1000);
}

json_t *fwd_certificate_out_json(const struct fwd_certificate *certificate)
{
    const struct fwd_certificate *c = certificate;
    return json_pack("{s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "geometry",
        fwd_json_out_hex(c->geometry, FWD_GEOMETRY_SIZE), "staging_room",
        (json_int_t)c->staging_room, "staged_bytes", (json_int_t)c->staged_bytes, "least_staging",
        (json_int_t)c->staging_least, "signature_block_size", (json_int_t)c->sigblock_size,
        "scratch_copies", (json_int_t)c->scratch_copies, "erases", (json_int_t)c->erases,
        "most_erases_of_a_block", (json_int_t)c->erases_max, "milliseconds",
        (json_int_t)c->milliseconds, "bytes_programmed", (json_int_t)c->programmed,
        "decode_again_milliseconds", (json_int_t)c->decode_again_ms);
}
