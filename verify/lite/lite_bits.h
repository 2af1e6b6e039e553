/* Bits, fields and numbers of `lite` (LITE.md chapter 2). A context is a probability in 1/4096 and,
 * in its low four bits, how often it was seen. */
#ifndef FWD_VERIFY_LITE_LITE_BITS_H
#define FWD_VERIFY_LITE_LITE_BITS_H

#include "verify/lite/lite.h"

#define COUNT      15u
#define EMPTY      (2048u << 4)
#define NUMBER_MAX 29u

/* floor(65535 / (1.3 + 0.7 n)) */
static const uint16_t rates[16] = {50411, 32767, 24272, 19275, 15984, 13653, 11915, 10570, 9497,
    8623, 7895, 7281, 6756, 6301, 5904, 5553};
/* What the second of two contexts counts, in 1/256, by how often it was seen. */
static const uint8_t second_weights[16] = {
    30, 60, 80, 90, 100, 110, 115, 120, 125, 128, 128, 128, 128, 128, 128, 128};

FWD_LITE_HOT uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Bits of a number: 0 for 0. */
FWD_LITE_HOT uint32_t length_of(uint32_t value)
{
    return value == 0 ? 0 : 32u - (uint32_t)__builtin_clz(value);
}

/* The context after a bit. */
FWD_LITE_HOT uint16_t learned(uint32_t context, bool bit)
{
    int32_t p = (int32_t)(context >> 4);
    uint32_t seen = context & COUNT;

    p += (((bit ? 4095 : 0) - p) * (int32_t)rates[seen] + 32768) >> 16;
    return (uint16_t)((uint32_t)p << 4 | (seen + (seen < COUNT)));
}

FWD_LITE_HOT bool flag_here(struct fwd_lite *z, bool bit, uint16_t *context)
{
    uint32_t was = *context;

    bit = code_bit(z, bit, was & ~COUNT);
    *context = learned(was, bit);
    return bit;
}

static bool flag(struct fwd_lite *z, bool bit, uint16_t *context)
{
    return flag_here(z, bit, context);
}

/* A bit from two contexts. */
static bool flag_two(struct fwd_lite *z, bool bit, uint16_t *first, uint16_t *second)
{
    uint32_t a = *first, b = *second;
    int32_t p = (int32_t)(a & ~COUNT);

    p += (((int32_t)(b & ~COUNT) - p) * second_weights[b & COUNT]) >> 8;
    bit = code_bit(z, bit, (uint32_t)p);
    *first = learned(a, bit);
    *second = learned(b, bit);
    return bit;
}

/* The low `count` bits of value, highest first. */
static uint32_t raw(struct fwd_lite *z, uint32_t value, uint32_t count)
{
    uint32_t known = 0;

    while (count-- > 0)
        known = known << 1 | code_bit(z, value >> count & 1u, 32768);
    return known;
}

/* A number without contexts. */
static uint32_t plain(struct fwd_lite *z, uint32_t value)
{
    uint32_t length = least(raw(z, length_of(value), 6), 32);

    return length < 2 ? length : 1u << (length - 1) | raw(z, value, length - 1);
}

/* ---- hashed contexts ------------------------------------------------------------------------- */

FWD_LITE_HOT uint32_t mixed(uint32_t a, uint32_t b)
{
    a = (a * 0x9E3779B1u) ^ b;
    a *= 0x85EBCA6Bu;
    return a ^ a >> 15;
}

/* Of two places the less used one is given to another context. */
static uint32_t claim(struct fwd_lite *z, uint32_t at, uint8_t check)
{
    uint16_t *s = z->slots;
    uint32_t other = at ^ 1u;

    if (z->checks[other] == check)
        return other;
    if ((s[other] & COUNT) < (s[at] & COUNT)) {
        at = other;
        other ^= 1u;
    }
    if ((s[other] & COUNT) > 1)
        s[other]--;
    z->checks[at] = check;
    s[at] = EMPTY;
    return at;
}

FWD_LITE_HOT uint16_t *hashed(struct fwd_lite *z, uint32_t hash, uint32_t shift)
{
    uint32_t at = hash >> shift;
    uint8_t check = (uint8_t)(hash >> 4);

    if (z->checks[at] != check)
        at = claim(z, at, check);
    return z->slots + at;
}

/* A field of `width` bits, from the highest down: each has the context of `base` and the bits
 * before it. */
static uint32_t code_field(struct fwd_lite *z, uint32_t value, uint32_t width, uint32_t base)
{
    uint32_t prefix = 1, end = 1u << width, shift = 32u - z->params.slots_log;

    while (prefix < end) {
        uint16_t *context = hashed(z, base + prefix * 0x9E3779B1u, shift);
        width--;
        prefix = prefix << 1 | flag_here(z, value >> width & 1u, context);
    }
    return prefix - end;
}

/* ---- numbers --------------------------------------------------------------------------------- */

/* The bits of value + 1 below its highest; low: contexts of the first of them. */
static uint32_t bits_below(struct fwd_lite *z, uint32_t value, uint32_t bits, uint16_t *low)
{
    uint32_t known = 1, wanted = value + 1;

    if (bits == 0)
        return 0;
    known = known << 1 | flag(z, wanted >> (bits - 1) & 1u, low + least(bits, FWD_LITE_LOWS) - 1);
    known = known << (bits - 1) | raw(z, wanted, bits - 1);
    return known - 1;
}

/* The length of value + 1 has the contexts `first` and, unless NULL, `second`. */
static uint32_t number_two(
    struct fwd_lite *z, uint32_t value, uint16_t *low, uint16_t *first, uint16_t *second)
{
    uint32_t wanted = length_of(value + 1) - 1, bits = 0;

    for (; bits < NUMBER_MAX; bits++) {
        uint32_t at = least(bits, FWD_LITE_LENGTHS - 1);
        bool more = bits < wanted;
        more =
            second != NULL ? flag_two(z, more, first + at, second + at) : flag(z, more, first + at);
        if (!more)
            break;
    }
    return bits_below(z, value, bits, low);
}

static uint32_t number(struct fwd_lite *z, uint32_t value, uint32_t set)
{
    uint16_t *c = z->body + FWD_LITE_NUMBERS + set * FWD_LITE_NUMBER;

    return number_two(z, value, c + FWD_LITE_LENGTHS, c, NULL);
}

#endif
