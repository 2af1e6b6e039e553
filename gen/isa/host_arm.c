/* Thumb, A32, and both in one image. */
#include "gen/isa/isa_host.h"

#define IS_WIDE(half) ((half) >> 11 >= 0x1D)

/* A load of a constant is replaced by what it loads: value is a hash of that. */
static void embed_load(const struct fwd_ref *ref, uint32_t value, uint8_t *bytes)
{
    if (ref->size == 2) {
        bytes[0] = (uint8_t)value;
        return;
    }
    fwd_half_put(bytes, fwd_half_at(bytes) | 0x80);
    fwd_half_put(bytes + 2, (fwd_half_at(bytes + 2) & 0xF000) | (value & 0xFFF));
}

static void embed_thumb(const struct fwd_ref *ref, uint32_t value, uint8_t *bytes)
{
    uint32_t h = fwd_half_at(bytes), k = ref->size == 4 ? fwd_half_at(bytes + 2) : 0;

    switch (ref->type) {
    case FWD_REF_CALL:
    case FWD_REF_JUMP:
        fwd_thumb_far_put(&h, &k, value >> 1);
        fwd_half_put(bytes, h);
        fwd_half_put(bytes + 2, k);
        break;
    case FWD_REF_FAR:
        fwd_half_put(bytes, (h & 0xFBC0) | (value >> 12 & 0x3F));
        fwd_half_put(bytes + 2, (k & 0xD000) | (value >> 1 & 0x7FF));
        break;
    case FWD_REF_LOAD:
    case FWD_REF_LOAD_FAR:
        embed_load(ref, value, bytes);
        break;
    case FWD_REF_ADR:
        bytes[0] = 0;
        break;
    case FWD_REF_NEAR:
    case FWD_REF_COND:
    case FWD_REF_TEST:
        break; /* short distances say more as they are */
    default:
        fwd_host_embed_word(ref, value, bytes);
    }
}

static void embed_a32(const struct fwd_ref *ref, uint32_t value, uint8_t *bytes)
{
    uint32_t w = fwd_word_at(bytes);

    if (ref->type == FWD_REF_A32_B)
        fwd_word_put(bytes, (w & 0xFF000000u) | (value >> 2 & 0xFFFFFF));
    else if (ref->type == FWD_REF_A32_LDR)
        fwd_word_put(bytes, (w & 0xFF7FF000u) | (value & 0xFFF));
    else
        fwd_host_embed_word(ref, value, bytes);
}

static void embed_arm(const struct fwd_ref *ref, uint32_t value, uint8_t *bytes)
{
    bool a32 = ref->type == FWD_REF_A32_B || ref->type == FWD_REF_A32_LDR;

    (a32 ? embed_a32 : embed_thumb)(ref, value, bytes);
}

static uint32_t thumb_length(const uint8_t *bytes, uint32_t left)
{
    return IS_WIDE(fwd_half_at(bytes)) && left >= 4 ? 4 : 2;
}

static bool thumb_call(const uint8_t bytes[4], uint32_t at, uint32_t *target)
{
    uint32_t h = fwd_half_at(bytes), k = fwd_half_at(bytes + 2);

    *target = at + 4 + 2 * (uint32_t)fwd_ref_signed(fwd_thumb_far(h, k), 24);
    return (h & 0xF800) == 0xF000 && (k & 0xD000) == 0xD000;
}

static bool a32_call(const uint8_t bytes[4], uint32_t at, uint32_t *target)
{
    uint32_t w = fwd_word_at(bytes);

    *target = at + 8 + 4 * (uint32_t)fwd_ref_signed(w, 24);
    return at % 4 == 0 && w >> 24 == 0xEB;
}

static bool arm_call(const uint8_t bytes[4], uint32_t at, uint32_t *target)
{
    return a32_call(bytes, at, target) || thumb_call(bytes, at, target);
}

/* PUSH {..., lr}: how most functions start. */
static bool thumb_begins(const uint8_t bytes[4], uint32_t at)
{
    uint32_t half = fwd_half_at(bytes);

    (void)at;
    return (half & 0xFF00) == 0xB500 || half == 0xE92D;
}

static bool a32_begins(const uint8_t bytes[4], uint32_t at)
{
    return at % 4 == 0 && fwd_half_at(bytes + 2) == 0xE92D;
}

static bool arm_begins(const uint8_t bytes[4], uint32_t at)
{
    return a32_begins(bytes, at) || thumb_begins(bytes, at);
}

static bool thumb_pointer(uint32_t word)
{
    return word & 1u;
}

static bool a32_pointer(uint32_t word)
{
    return word % 4 == 0 && word >> 28 != 14;
}

#define THUMB_TEXTS                                                                                \
    [FWD_REF_CALL] = {"BL", "calls"}, [FWD_REF_JUMP] = {"B.W", "far jumps"},                       \
    [FWD_REF_FAR] = {"Bcc.W", "far conditional branches"},                                         \
    [FWD_REF_LOAD] = {"LDR", "loads of literals, 16 bits"},                                        \
    [FWD_REF_LOAD_FAR] = {"LDR.W", "loads of literals, 32 bits"},                                  \
    [FWD_REF_ADR] = {"ADR", "addresses of nearby constants"},                                      \
    [FWD_REF_NEAR] = {"B", "near jumps"}, [FWD_REF_COND] = {"Bcc", "near conditional branches"},   \
    [FWD_REF_TEST] = {"CBZ", "compare-and-branch"}
#define A32_TEXTS                                                                                  \
    [FWD_REF_A32_B] = {"A32-B", "A32 calls and jumps"}, [FWD_REF_A32_LDR] = {                      \
                                                            "A32-LDR", "A32 loads of literals"}

static const struct fwd_ref_text thumb_texts[FWD_REF_TYPES] = {FWD_HOST_WORD_TEXTS, THUMB_TEXTS};
static const struct fwd_ref_text a32_texts[FWD_REF_TYPES] = {FWD_HOST_WORD_TEXTS, A32_TEXTS};
static const struct fwd_ref_text arm_texts[FWD_REF_TYPES] = {
    FWD_HOST_WORD_TEXTS, THUMB_TEXTS, A32_TEXTS};

static bool scan_thumb(const uint8_t *b, uint32_t at, uint32_t *target)
{
    uint32_t h = fwd_half_at(b), k = fwd_half_at(b + 2);

    *target = at + 4 + 2 * (uint32_t)fwd_ref_signed(fwd_thumb_far(h, k), 24);
    return (h & 0xF800) == 0xF000 && (k & 0xD000) == 0xD000;
}

static bool scan_a32(const uint8_t *b, uint32_t at, uint32_t *target)
{
    uint32_t w = fwd_word_at(b);

    *target = at + 8 + 4 * (uint32_t)fwd_ref_signed(w, 24);
    return w >> 24 == 0xEB;
}

const struct fwd_isa_host fwd_host_thumb = {.isa = &fwd_isa_thumb,
    .name = "thumb",
    .title = "Thumb and Thumb-2",
    .embed = embed_thumb,
    .length = thumb_length,
    .call = thumb_call,
    .begins = thumb_begins,
    .pointer = thumb_pointer,
    .raw_first = true,
    .scan = {scan_thumb, 2, 2, false, 0xD000F800, 0xD000F000},
    .texts = thumb_texts};

const struct fwd_isa_host fwd_host_a32 = {.isa = &fwd_isa_a32,
    .name = "a32",
    .title = "A32",
    .embed = embed_a32,
    .call = a32_call,
    .begins = a32_begins,
    .pointer = a32_pointer,
    .raw_first = true,
    .scan = {scan_a32, 4, 4, false, 0xFF000000, 0xEB000000},
    .texts = a32_texts};

const struct fwd_isa_host fwd_host_arm = {.isa = &fwd_isa_arm,
    .name = "arm",
    .title = "A32 with Thumb in between",
    .raw_first = true,
    .embed = embed_arm,
    .length = thumb_length,
    .call = arm_call,
    .begins = arm_begins,
    .pointer = a32_pointer,
    .texts = arm_texts};
