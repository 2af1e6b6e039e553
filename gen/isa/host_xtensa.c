/* Xtensa, little-endian. */
#include "gen/isa/isa_host.h"

static uint32_t code_at(const uint8_t *b)
{
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16;
}

static void embed(const struct fwd_ref *ref, uint32_t value, uint8_t *bytes)
{
    uint32_t w;

    switch (ref->type) {
    case FWD_REF_LOAD:
        bytes[1] = (uint8_t)value;
        bytes[2] = (uint8_t)(value >> 8);
        break;
    case FWD_REF_CALL:
    case FWD_REF_JUMP:
        w = (code_at(bytes) & 0x3F) | value >> (ref->type == FWD_REF_CALL ? 2 : 0) << 6;
        fwd_half_put(bytes, w);
        bytes[2] = (uint8_t)(w >> 16);
        break;
    case FWD_REF_FAR:
    case FWD_REF_NEAR:
    case FWD_REF_COND:
    case FWD_REF_TEST:
        break; /* short distances say more as they are */
    default:
        fwd_host_embed_word(ref, value, bytes);
    }
}

static uint32_t length(const uint8_t *bytes, uint32_t left)
{
    uint32_t size = fwd_xtensa_length(bytes[0]);

    return size < left ? size : left;
}

static bool call(const uint8_t bytes[4], uint32_t at, uint32_t *target)
{
    uint32_t w = code_at(bytes);

    *target = (at & ~3u) + 4 + 4 * (uint32_t)fwd_ref_signed(w >> 6, 18);
    return (w & 15) == 5;
}

/* ENTRY, with which functions of the windowed convention begin. */
static bool begins(const uint8_t bytes[4], uint32_t at)
{
    return at % 4 == 0 && bytes[0] == 0x36 && (bytes[1] & 15) == 1;
}

static bool pointer(uint32_t word)
{
    return word >= 0x10000;
}

static const struct fwd_ref_text texts[FWD_REF_TYPES] = {
    FWD_HOST_WORD_TEXTS, [FWD_REF_CALL] = {"CALL", "calls"}, [FWD_REF_JUMP] = {"J", "jumps"},
    [FWD_REF_LOAD] = {"L32R", "loads of literals"},
    [FWD_REF_FAR] = {"BEQZ", "conditional branches, 12 bits"},
    [FWD_REF_COND] = {"branches", "conditional branches, 8 bits"},
    [FWD_REF_NEAR] = {"LOOP", "loops"},
    [FWD_REF_TEST] = {"BEQZ.N", "conditional branches, 6 bits"}};

/* CALL0, CALL4, CALL8, CALL12. */
static bool scan_xtensa(const uint8_t *b, uint32_t at, uint32_t *target)
{
    uint32_t w = fwd_word_at(b) & 0xFFFFFF;

    *target = (at & ~3u) + 4 + 4 * (uint32_t)fwd_ref_signed(w >> 6, 18);
    return (w & 15) == 5;
}

const struct fwd_isa_host fwd_host_xtensa = {.isa = &fwd_isa_xtensa,
    .name = "xtensa",
    .title = "Xtensa",
    .embed = embed,
    .length = length,
    .call = call,
    .begins = begins,
    .pointer = pointer,
    .strings = true,
    .scan = {scan_xtensa, 1, 4, false, 0x0000000F, 0x00000005},
    .texts = texts};
