#include "cli/report/opaque_out.h"

#include <inttypes.h>
#include <stdio.h>

enum fwd_fail fwd_opaque_out_find(
    const struct fwd_pair *pair, struct fwd_opaque_parts *parts, struct fwd_error *err)
{
    *parts = (struct fwd_opaque_parts){.count = 0};
    if (!fwd_opaque_find(pair, parts->list, &parts->count))
        return fwd_error_memory(err, "the search for compressed parts");
    for (size_t i = 0; i < parts->count; i++)
        parts->fresh += parts->list[i].fresh;
    return FWD_FAIL_NONE;
}

json_t *fwd_opaque_out_json(const struct fwd_opaque_parts *parts)
{
    json_t *list = json_array();
    for (size_t i = 0; i < parts->count; i++) {
        const struct fwd_opaque *part = &parts->list[i];
        json_array_append_new(
            list, json_pack("{s:I, s:I, s:o, s:I}", "offset", (json_int_t)part->at, "size",
                      (json_int_t)part->size, "format",
                      part->format != NULL ? json_string(part->format) : json_null(), "new_bytes",
                      (json_int_t)part->fresh));
    }
    return list;
}

static const char *format_of(const struct fwd_opaque *part)
{
    return part->format != NULL ? part->format : "no known format";
}

void fwd_opaque_out_text(const struct fwd_opaque *part, char text[FWD_OPAQUE_ADVICE_SIZE])
{
    snprintf(text, FWD_OPAQUE_ADVICE_SIZE,
        "%" PRIu32 " bytes at 0x%08" PRIX32 ": %s, %" PRIu32 " of them new", part->size, part->at,
        format_of(part), part->fresh);
}

void fwd_opaque_out_advice(const struct fwd_opaque_parts *parts, char text[FWD_OPAQUE_ADVICE_SIZE])
{
    const struct fwd_opaque *worst = &parts->list[0];
    for (size_t i = 1; i < parts->count; i++)
        if (parts->list[i].fresh > worst->fresh)
            worst = &parts->list[i];
    snprintf(text, FWD_OPAQUE_ADVICE_SIZE,
        "The new image has %" PRIu32 " new bytes that are compressed or encrypted, most of them at "
        "0x%08" PRIX32 " (%s): a byte that changes inside changes all after it. %s.",
        parts->fresh, worst->at, format_of(worst),
        worst->format != NULL
            ? "Keep that part uncompressed in the image: the package compresses it"
            : "Give gen what is inside: the package compresses it, and the device can encrypt");
}
