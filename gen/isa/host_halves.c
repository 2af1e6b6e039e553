/* MIPS, PowerPC and AVR. */
#include "gen/isa/isa_host.h"
#include "verify/refdelta/reference/ref_halves.h"

static void embed(
    const struct fwd_halves_set *set, const struct fwd_ref *ref, uint32_t value, uint8_t *bytes)
{
    uint32_t w = fwd_halves_word(set, bytes);

    switch (ref->type) {
    case FWD_REF_CALL:
    case FWD_REF_JUMP:
        w = (w & 0xFC000003u) | (value & 0x3FFFFFC);
        break;
    case FWD_REF_COND:
        return; /* short distances say more as they are */
    case FWD_REF_HIGH:
        w = (w & 0xFFFF0000u) | value >> 16;
        break;
    case FWD_REF_LOW:
        w = (w & 0xFFFF0000u) | (value & 0xFFFF);
        break;
    default:
        w = value;
    }
    fwd_halves_put(set, bytes, w);
}

static void embed_mips(const struct fwd_ref *ref, uint32_t value, uint8_t *bytes)
{
    embed(&fwd_halves_mips, ref, value, bytes);
}

static void embed_mips_big(const struct fwd_ref *ref, uint32_t value, uint8_t *bytes)
{
    embed(&fwd_halves_mips_big, ref, value, bytes);
}

static void embed_ppc(const struct fwd_ref *ref, uint32_t value, uint8_t *bytes)
{
    embed(&fwd_halves_ppc, ref, value, bytes);
}

static uint32_t length(const uint8_t *bytes, uint32_t left)
{
    (void)bytes;
    return left < 4 ? left : 4;
}

/* ADDIU sp, sp, less than 0: functions begin so. */
static bool mips_begins(const uint8_t bytes[4], uint32_t at)
{
    return at % 4 == 0 && (fwd_word_at(bytes) & 0xFFFF8000u) == 0x27BD8000u;
}

static bool mips_big_begins(const uint8_t bytes[4], uint32_t at)
{
    return at % 4 == 0 &&
           (fwd_halves_word(&fwd_halves_mips_big, bytes) & 0xFFFF8000u) == 0x27BD8000u;
}

static bool ppc_call(const uint8_t bytes[4], uint32_t at, uint32_t *target)
{
    uint32_t w = fwd_halves_word(&fwd_halves_ppc, bytes);

    *target = at + (uint32_t)fwd_ref_signed(w & 0x3FFFFFC, 26);
    return (w & 0xFC000003u) == 0x48000001u;
}

/* The address that an upper half and the next instruction or the one after make. */
static uint32_t made(const struct fwd_halves_set *set, const uint8_t *bytes, uint32_t left)
{
    uint32_t w = left < 4 ? 0 : fwd_halves_word(set, bytes), low;
    struct fwd_halves_op op, next;

    set->decode(w, &op);
    for (uint32_t at = 4; op.kind == FWD_HALVES_UPPER && at <= 8 && left >= at + 4; at += 4) {
        low = fwd_halves_word(set, bytes + at);
        set->decode(low, &next);
        if (next.kind == FWD_HALVES_LOW && next.base == op.changes[0])
            return (w << 16) + (uint32_t)fwd_ref_signed(low, 16);
    }
    return 0;
}

/* JAL has only 28 bits of where it leads: the segment that is cached, unmapped is taken. */
static uint32_t mips_address(const uint8_t *bytes, uint32_t left)
{
    uint32_t w = left < 4 ? 0 : fwd_word_at(bytes), address = made(&fwd_halves_mips, bytes, left);

    return w >> 26 == 3 ? 0x80000000u | (w & 0x3FFFFFF) << 2
                        : (address & 0x0FFFFFFF) | (address != 0 ? 0x80000000u : 0);
}

static uint32_t mips_big_address(const uint8_t *bytes, uint32_t left)
{
    uint32_t w = left < 4 ? 0 : fwd_halves_word(&fwd_halves_mips_big, bytes);
    uint32_t address = made(&fwd_halves_mips_big, bytes, left);

    return w >> 26 == 3 ? 0x80000000u | (w & 0x3FFFFFF) << 2
                        : (address & 0x0FFFFFFF) | (address != 0 ? 0x80000000u : 0);
}

static uint32_t ppc_address(const uint8_t *bytes, uint32_t left)
{
    return made(&fwd_halves_ppc, bytes, left);
}

static uint32_t place(
    const struct fwd_halves_set *set, const uint8_t *bytes, uint32_t size, uint32_t base)
{
    uint32_t most = 0, votes[16] = {0};

    for (uint32_t at = 0; size - at >= 12; at += 4) {
        uint32_t address = made(set, bytes + at, 12);
        if (address != 0 && (address & 0x0FFFFFFF) - (base & 0x0FFFFFFF) < size)
            votes[address >> 28]++;
    }
    for (uint32_t i = 1; i < 16; i++)
        most = votes[i] > votes[most] ? i : most;
    return votes[most] > 0 ? (base & 0x0FFFFFFF) | most << 28 : base;
}

static uint32_t mips_place(const uint8_t *bytes, uint32_t size, uint32_t base)
{
    return place(&fwd_halves_mips, bytes, size, base);
}

static uint32_t mips_big_place(const uint8_t *bytes, uint32_t size, uint32_t base)
{
    return place(&fwd_halves_mips_big, bytes, size, base);
}

static bool pointer(uint32_t word)
{
    return word >= 0x10000;
}

static const struct fwd_ref_text texts[FWD_REF_TYPES] = {
    FWD_HOST_WORD_TEXTS, [FWD_REF_CALL] = {"calls", "calls"}, [FWD_REF_JUMP] = {"jumps", "jumps"},
    [FWD_REF_COND] = {"branches", "conditional branches"},
    [FWD_REF_HIGH] = {"upper-halves", "upper halves of addresses"},
    [FWD_REF_LOW] = {"lower-halves", "lower halves of addresses"}};

static bool mips_word(uint32_t w, uint32_t *target)
{
    *target = (w & 0x3FFFFFF) << 2;
    return w >> 26 == 3; /* JAL */
}

static bool scan_mips(const uint8_t *b, uint32_t at, uint32_t *target)
{
    (void)at;
    return mips_word(fwd_word_at(b), target);
}

static bool scan_mips_be(const uint8_t *b, uint32_t at, uint32_t *target)
{
    (void)at;
    return mips_word(fwd_halves_word(&fwd_halves_mips_big, b), target);
}

/* BL. */
static bool scan_ppc(const uint8_t *b, uint32_t at, uint32_t *target)
{
    uint32_t w = fwd_halves_word(&fwd_halves_ppc, b);

    *target = at + (uint32_t)fwd_ref_signed(w & 0x3FFFFFC, 26);
    return (w & 0xFC000003) == 0x48000001;
}

const struct fwd_isa_host fwd_host_mips = {.isa = &fwd_isa_mips,
    .name = "mips",
    .title = "MIPS, little-endian",
    .embed = embed_mips,
    .length = length,
    .makes_addresses = true,
    .strings = true,
    .begins = mips_begins,
    .address = mips_address,
    .place = mips_place,
    .pointer = pointer,
    .scan = {scan_mips, 4, 4, true, 0xFC000000, 0x0C000000},
    .texts = texts};

const struct fwd_isa_host fwd_host_mips_big = {.isa = &fwd_isa_mips_big,
    .name = "mips-be",
    .title = "MIPS, big-endian",
    .embed = embed_mips_big,
    .length = length,
    .makes_addresses = true,
    .strings = true,
    .begins = mips_big_begins,
    .address = mips_big_address,
    .place = mips_big_place,
    .pointer = pointer,
    .scan = {scan_mips_be, 4, 4, true, 0x000000FC, 0x0000000C},
    .texts = texts};

const struct fwd_isa_host fwd_host_ppc = {.isa = &fwd_isa_ppc,
    .name = "powerpc",
    .title = "PowerPC",
    .embed = embed_ppc,
    .length = length,
    .makes_addresses = true,
    .strings = true,
    .call = ppc_call,
    .address = ppc_address,
    .pointer = pointer,
    .scan = {scan_ppc, 4, 4, false, 0x030000FC, 0x01000048},
    .texts = texts};

/* ---- AVR ------------------------------------------------------------------------------------- */

static void embed_avr(const struct fwd_ref *ref, uint32_t value, uint8_t *bytes)
{
    uint32_t h = fwd_half_at(bytes);

    switch (ref->type) {
    case FWD_REF_CALL:
    case FWD_REF_JUMP:
    case FWD_REF_ADR:
        fwd_half_put(bytes + 2, value >> (ref->type == FWD_REF_ADR ? 0 : 1));
        break;
    case FWD_REF_FAR:
        fwd_half_put(bytes, (h & 0xF000) | (value >> 1 & 0xFFF));
        break;
    default:
        break; /* short distances say more as they are */
    }
}

static uint32_t avr_length(const uint8_t *bytes, uint32_t left)
{
    uint32_t h = left < 2 ? 0 : fwd_half_at(bytes);
    bool two = (h & 0xFE0C) == 0x940C || (h & 0xFC0F) == 0x9000;

    return two && left >= 4 ? 4 : 2;
}

static const struct fwd_ref_text avr_texts[FWD_REF_TYPES] = {
    FWD_HOST_WORD_TEXTS, [FWD_REF_CALL] = {"CALL", "calls"}, [FWD_REF_JUMP] = {"JMP", "jumps"},
    [FWD_REF_FAR] = {"RCALL", "near calls"}, [FWD_REF_NEAR] = {"RJMP", "near jumps"},
    [FWD_REF_COND] = {"branches", "conditional branches"},
    [FWD_REF_ADR] = {"LDS-STS", "variables by their address"}};

static bool scan_avr(const uint8_t *b, uint32_t at, uint32_t *target)
{
    uint32_t h = fwd_half_at(b);

    if (h >> 12 == 13) { /* RCALL */
        *target = at + 2 + 2 * (uint32_t)fwd_ref_signed(h, 12);
        return true;
    }
    *target = 2 * ((h >> 4 & 31) << 17 | (h & 1) << 16 | fwd_half_at(b + 2));
    return (h & 0xFE0E) == 0x940E; /* CALL */
}

const struct fwd_isa_host fwd_host_avr = {.isa = &fwd_isa_avr,
    .name = "avr",
    .title = "AVR",
    .embed = embed_avr,
    .length = avr_length,
    .makes_addresses = true,
    .strings = true,
    .scan = {scan_avr, 2, 2, false, 0x0000B000, 0x00009000},
    .texts = avr_texts};
