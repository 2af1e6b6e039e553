#include "gen/isa/isa_host.h"

static void embed(const struct fwd_ref *ref, uint32_t value, uint8_t *bytes)
{
    uint32_t w = fwd_word_at(bytes);

    switch (ref->type) {
    case FWD_REF_POINTER:
        fwd_word_put(bytes, value);
        break; /* the upper half says that it is one */
    case FWD_REF_CALL:
    case FWD_REF_JUMP:
        fwd_word_put(bytes, (w & 0xFC000000u) | (value >> 2 & 0x3FFFFFF));
        break;
    case FWD_REF_COND:
    case FWD_REF_TEST:
        break; /* short distances say more as they are */
    case FWD_REF_HIGH:
        fwd_word_put(
            bytes, (w & 0x9F00001Fu) | (value >> 12 & 3) << 29 | (value >> 14 & 0x7FFFF) << 5);
        break;
    case FWD_REF_LOW:
        fwd_word_put(bytes, (w & 0xFFC003FFu) | ((value & 0xFFF) >> ref->unit) << 10);
        break;
    default:
        fwd_host_embed_word(ref, value, bytes);
    }
}

static bool call(const uint8_t bytes[4], uint32_t at, uint32_t *target)
{
    uint32_t w = fwd_word_at(bytes);

    *target = at + 4 * (uint32_t)fwd_ref_signed(w, 26);
    return at % 4 == 0 && w >> 26 == 0x25;
}

static const struct fwd_ref_text texts[FWD_REF_TYPES] = {FWD_HOST_OTHER_TEXTS,
    [FWD_REF_DATA] = {"values", "numbers in tables that shift from build to build"},
    [FWD_REF_CALL] = {"BL", "calls"}, [FWD_REF_JUMP] = {"A64-B", "A64 jumps"},
    [FWD_REF_COND] = {"A64-B19", "A64 conditional branches, loads of literals"},
    [FWD_REF_TEST] = {"A64-B14", "A64 test-and-branch"},
    [FWD_REF_HIGH] = {"ADRP", "A64 pages of addresses"},
    [FWD_REF_LOW] = {"LO12", "A64 rest of addresses"}};

static bool scan_a64(const uint8_t *b, uint32_t at, uint32_t *target)
{
    uint32_t w = fwd_word_at(b);

    *target = at + 4 * (uint32_t)fwd_ref_signed(w, 26);
    return w >> 26 == 0x25;
}

const struct fwd_isa_host fwd_host_a64 = {.isa = &fwd_isa_a64,
    .name = "a64",
    .title = "A64",
    .embed = embed,
    .call = call,
    .scan = {scan_a64, 4, 4, false, 0xFC000000, 0x94000000},
    .texts = texts};
