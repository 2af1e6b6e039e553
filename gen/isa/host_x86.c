/* x86, 64-bit and 32-bit code. */
#include "gen/isa/isa_host.h"
#include "verify/refdelta/reference/x86_shape.h"

static void embed(const struct fwd_ref *ref, uint32_t value, uint8_t *bytes)
{
    if (ref->type == FWD_REF_NEAR || ref->type == FWD_REF_COND)
        return; /* short distances say more as they are */
    fwd_word_put(bytes + (fwd_ref_is_word(ref->type) ? 0 : ref->part), value);
}

static uint32_t length_of(const uint8_t *bytes, uint32_t left, bool wide)
{
    struct fwd_x86_shape shape;

    return fwd_x86_shape(bytes, left, wide, &shape) && shape.size <= left ? shape.size : 1;
}

static uint32_t length_64(const uint8_t *bytes, uint32_t left)
{
    return length_of(bytes, left, true);
}

static uint32_t length_32(const uint8_t *bytes, uint32_t left)
{
    return length_of(bytes, left, false);
}

/* Four bytes tell enough of a distance below 8 MiB. */
static bool call(const uint8_t bytes[4], uint32_t at, uint32_t *target)
{
    *target = at + 5 + (uint32_t)fwd_ref_signed(fwd_word_at(bytes) >> 8, 24);
    return bytes[0] == 0xE8;
}

static uint32_t address_of(const uint8_t *bytes, uint32_t left, bool wide)
{
    struct fwd_x86_shape s;

    if (!fwd_x86_shape(bytes, left, wide, &s) || s.size > left || s.far || s.near)
        return 0;
    if (s.value)
        return fwd_word_at(bytes + s.value);
    return s.disp && !s.relative ? fwd_word_at(bytes + s.disp) : 0;
}

static uint32_t address_64(const uint8_t *bytes, uint32_t left)
{
    return address_of(bytes, left, true);
}

static uint32_t address_32(const uint8_t *bytes, uint32_t left)
{
    return address_of(bytes, left, false);
}

static bool pointer(uint32_t word)
{
    return word >= 0x10000;
}

static const struct fwd_ref_text texts[FWD_REF_TYPES] = {
    FWD_HOST_WORD_TEXTS, [FWD_REF_CALL] = {"CALL", "calls"}, [FWD_REF_JUMP] = {"JMP", "jumps"},
    [FWD_REF_FAR] = {"Jcc", "conditional jumps"}, [FWD_REF_NEAR] = {"JMP-short", "near jumps"},
    [FWD_REF_COND] = {"Jcc-short", "near conditional jumps"},
    [FWD_REF_ADR] = {"RIP-relative", "what is addressed by distance"},
    [FWD_REF_HIGH] = {"addresses", "addresses in instructions"}};

static bool scan_x86(const uint8_t *b, uint32_t at, uint32_t *target)
{
    *target = at + 5 + fwd_word_at(b + 1);
    return b[0] == 0xE8;
}

const struct fwd_isa_host fwd_host_x86_64 = {.isa = &fwd_isa_x86_64,
    .name = "x86-64",
    .title = "x86-64",
    .embed = embed,
    .length = length_64,
    .makes_addresses = true,
    .strings = true,
    .call = call,
    .address = address_64,
    .pointer = pointer,
    .scan = {scan_x86, 1, 1, false, 0x000000FF, 0x000000E8},
    .texts = texts};

const struct fwd_isa_host fwd_host_x86_32 = {.isa = &fwd_isa_x86_32,
    .name = "x86-32",
    .title = "x86, 32 bits",
    .embed = embed,
    .length = length_32,
    .makes_addresses = true,
    .strings = true,
    .call = call,
    .address = address_32,
    .pointer = pointer,
    .texts = texts};
