/* Vectors of components and their sections: codecs, streams, tuples, sizes. */
#include "tests/vectors/vector_cases.h"

#define FIRMWARE 0

/* ---- components ------------------------------------------------------------------------------ */

void vector_delta(struct vector_draft *draft)
{
    vector_add_delta(draft, NULL, 0, 0);
}
static void compressed(struct vector_draft *draft)
{
    vector_add_compressed(draft);
}
void vector_full(struct vector_draft *draft)
{
    vector_add_stored(draft, "firmware", FWD_ROLE_FIRMWARE, VECTOR_FIRMWARE_2);
    draft->header.kind = FWD_KIND_FULL;
}
static void full_xz(struct vector_draft *draft)
{
    vector_add_xz(draft);
    draft->header.kind = FWD_KIND_FULL;
}
static void two(struct vector_draft *draft)
{
    vector_delta(draft);
    vector_add_stored(draft, "profile", FWD_ROLE_CARRIER_PROFILE, VECTOR_PROFILE_2);
}
void vector_two_full(struct vector_draft *draft)
{
    vector_full(draft);
    vector_add_stored(draft, "profile", FWD_ROLE_CARRIER_PROFILE, VECTOR_PROFILE_2);
}

/* Control streams that are wrong: tuples of diff length, extra length, seek. */
static void source_range(struct vector_draft *draft)
{
    static const uint8_t control[] = {100, 8, 42, 80, 0, 0}; /* 80 bytes from 121 of 200 on */
    vector_add_delta(draft, control, sizeof control, 0);
}
static void seek_range(struct vector_draft *draft)
{
    static const uint8_t control[] = {100, 8, 40, 80, 0, 2}; /* ends at 201 of 200 */
    vector_add_delta(draft, control, sizeof control, 0);
}
static void empty_tuple(struct vector_draft *draft)
{
    static const uint8_t control[] = {0, 0, 0, 100, 8, 40, 80, 0, 0};
    vector_add_delta(draft, control, sizeof control, 0);
}
static void long_varint(struct vector_draft *draft)
{
    static const uint8_t control[] = {100, 0x88, 0x00, 40, 80, 0, 0}; /* 8 in two bytes */
    vector_add_delta(draft, control, sizeof control, 0);
}
static void unused_extra(struct vector_draft *draft)
{
    vector_add_delta(draft, NULL, 0, 1);
}

/* ---- values, before the manifest is encoded -------------------------------------------------- */

static void descending(struct vector_draft *draft)
{
    draft->manifest.components[FIRMWARE].flags |= FWD_COMPONENT_DESCENDING;
}
static void codec(struct vector_draft *draft)
{
    draft->manifest.components[FIRMWARE].codec = FWD_CODEC_FWD;
}

/* The last section takes what is left, so these say too much or leave nothing. */
static void overlap(struct vector_draft *draft)
{
    draft->manifest.components[FIRMWARE].section_size = draft->payload_size + 1;
}
static void all_taken(struct vector_draft *draft)
{
    draft->manifest.components[FIRMWARE].section_size = draft->payload_size;
}
static void range_wraps(struct vector_draft *draft)
{
    draft->manifest.components[FIRMWARE].section_size = UINT32_MAX;
}
static void empty_section(struct vector_draft *draft)
{
    draft->manifest.components[FIRMWARE].section_size = 0;
}
static void no_payload(struct vector_draft *draft)
{
    draft->payload_size = 0;
}
static void longer_payload(struct vector_draft *draft)
{
    draft->payload_size++;
}
static void dictionary(struct vector_draft *draft)
{
    draft->params[8] = 41;
}
static void stored_size(struct vector_draft *draft)
{
    draft->manifest.components[FIRMWARE].target.size--;
}
static void xz_magic(struct vector_draft *draft)
{
    draft->payload[0] ^= 1;
}
static void xz_index(struct vector_draft *draft)
{
    draft->payload[draft->payload_size - 13] ^= 1; /* the CRC-32 before the footer of 12 bytes */
}
static void target_digest(struct vector_draft *draft)
{
    draft->manifest.components[FIRMWARE].target.digest = vector_image(VECTOR_PROFILE_2)->digest;
}

/* ---- the vectors ----------------------------------------------------------------------------- */

const struct vector_case vector_payload_cases[] = {
    {"good-delta", vector_delta, NULL, NULL, NULL, NULL},
    {"good-compressed-delta", compressed, NULL, NULL, NULL, NULL},
    {"good-full-stored", vector_full, NULL, NULL, NULL, NULL},
    {"good-full-xz", full_xz, NULL, NULL, NULL, NULL},
    {"good-two-components", two, NULL, NULL, NULL, NULL},
    {"good-descending", vector_delta, descending, NULL, NULL, NULL},
    {"unsupported-codec", vector_full, codec, NULL, NULL, NULL},
    {"bad-section-overlap", vector_two_full, overlap, NULL, NULL, NULL},
    {"bad-section-none-left", vector_two_full, all_taken, NULL, NULL, NULL},
    {"bad-section-empty", vector_two_full, empty_section, NULL, NULL, NULL},
    {"bad-section-wraps", vector_two_full, range_wraps, NULL, NULL, NULL},
    {"bad-no-payload", vector_full, no_payload, NULL, NULL, NULL},
    {"bad-longer-payload", vector_full, longer_payload, NULL, NULL, NULL},
    {"bad-section-content", vector_full, stored_size, NULL, NULL, NULL},
    {"bad-dictionary", vector_delta, dictionary, NULL, NULL, NULL},
    {"bad-stream-magic", vector_delta, xz_magic, NULL, NULL, NULL},
    {"bad-stream-index", full_xz, xz_index, NULL, NULL, NULL},
    {"bad-stream-unused", unused_extra, NULL, NULL, NULL, NULL},
    {"bad-tuple-empty", empty_tuple, NULL, NULL, NULL, NULL},
    {"bad-tuple-varint", long_varint, NULL, NULL, NULL, NULL},
    {"bad-tuple-source", source_range, NULL, NULL, NULL, NULL},
    {"bad-tuple-seek", seek_range, NULL, NULL, NULL, NULL},
    {"bad-target-digest", vector_full, target_digest, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL, NULL},
};
