#include "cli/common/certificate_out.h"

#include "cli/common/json_out.h"

#include <inttypes.h>
#include <stdio.h>

void fwd_certificate_out_text(
    const struct fwd_certificate *certificate, char text[FWD_CERTIFICATE_TEXT])
{
    const struct fwd_certificate *c = certificate;
    int at = snprintf(text, FWD_CERTIFICATE_TEXT,
        "%" PRIu32 " bytes staged, %" PRIu32 " erases (at most %" PRIu32 " of a block), %" PRIu32
        " bytes programmed, %" PRIu32 " bytes of memory, %" PRIu32 ".%03" PRIu32
        " s, rehearsal %" PRIu32 ".%03" PRIu32 " s, action %" PRIu32 ".%03" PRIu32 " s",
        c->staged_bytes, c->erases, c->erases_max, c->programmed, c->memory, c->milliseconds / 1000,
        c->milliseconds % 1000, c->rehearsal_ms / 1000, c->rehearsal_ms % 1000, c->action_ms / 1000,
        c->action_ms % 1000);
    if (c->has_kept && c->kept_bytes > 0)
        snprintf(text + at, FWD_CERTIFICATE_TEXT - (size_t)at,
            ", %" PRIu32 " bytes kept to go back", c->kept_bytes);
    else if (c->has_kept)
        snprintf(text + at, FWD_CERTIFICATE_TEXT - (size_t)at, ", no way back in place");
}

void fwd_certificate_out_start(
    const struct fwd_certificate *certificate, char text[FWD_CERTIFICATE_TEXT])
{
    const struct fwd_certificate *c = certificate;
    int at = snprintf(text, FWD_CERTIFICATE_TEXT,
        "%" PRIu32 " signature%s checked, %" PRIu32 " bytes hashed", c->start_signatures,
        c->start_signatures == 1 ? "" : "s", c->start_hashed);
    if (c->start_ms > 0)
        at += snprintf(text + at, FWD_CERTIFICATE_TEXT - (size_t)at,
            ", %" PRIu32 ".%03" PRIu32 " s", c->start_ms / 1000, c->start_ms % 1000);
    if (c->start_kilo_cycles > 0)
        snprintf(text + at, FWD_CERTIFICATE_TEXT - (size_t)at,
            ", about %" PRIu32 ".%" PRIu32 " million instructions", c->start_kilo_cycles / 1000,
            c->start_kilo_cycles % 1000 / 100);
}

json_t *fwd_certificate_out_json(const struct fwd_certificate *certificate)
{
    const struct fwd_certificate *c = certificate;
    json_t *start = json_pack("{s:I, s:I, s:o, s:o}", "signatures", (json_int_t)c->start_signatures,
        "bytes_hashed", (json_int_t)c->start_hashed, "milliseconds",
        c->start_ms > 0 ? json_integer(c->start_ms) : json_null(), "kilo_instructions",
        c->start_kilo_cycles > 0 ? json_integer(c->start_kilo_cycles) : json_null());
    json_t *json = json_pack("{s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o}",
        "geometry", fwd_json_out_hex(c->geometry, FWD_GEOMETRY_SIZE), "staging_room",
        (json_int_t)c->staging_room, "staged_bytes", (json_int_t)c->staged_bytes, "least_staging",
        (json_int_t)c->staging_least, "signature_block_size", (json_int_t)c->sigblock_size,
        "scratch_copies", (json_int_t)c->scratch_copies, "erases", (json_int_t)c->erases,
        "most_erases_of_a_block", (json_int_t)c->erases_max, "milliseconds",
        (json_int_t)c->milliseconds, "bytes_programmed", (json_int_t)c->programmed,
        "decode_again_milliseconds", (json_int_t)c->decode_again_ms, "start", start, "bytes_kept",
        c->has_kept ? json_integer(c->kept_bytes) : json_null());
    json_object_set_new(json, "memory", json_integer(c->memory));
    json_object_set_new(json, "rehearsal_milliseconds", json_integer(c->rehearsal_ms));
    json_object_set_new(json, "action_milliseconds", json_integer(c->action_ms));
    return json;
}
