/* Bits, fields and numbers of `lite` (LITE.md chapter 2), with code_bit(), raw() and code_field()
 * of a reader or a writer. */
#ifndef FWD_VERIFY_LITE_LITE_BITS_H
#define FWD_VERIFY_LITE_LITE_BITS_H

#include "verify/lite/lite_context.h"

#define NUMBER_MAX 29u

/* What the second of two contexts counts, in 1/256, by how often it was seen. */
static const uint8_t second_weights[16] = {
    30, 60, 80, 90, 100, 110, 115, 120, 125, 128, 128, 128, 128, 128, 128, 128};

static bool flag(struct fwd_lite *z, bool bit, uint16_t *context)
{
    uint32_t was = *context;

    bit = code_bit(z, bit, was & ~COUNT);
    *context = (uint16_t)learned(was, bit);
    return bit;
}

/* A bit from two contexts. */
static bool flag_two(struct fwd_lite *z, bool bit, uint16_t *first, uint16_t *second)
{
    uint32_t a = *first, b = *second;
    int32_t p = (int32_t)(a & ~COUNT);

    p += (((int32_t)(b & ~COUNT) - p) * second_weights[b & COUNT]) >> 8;
    bit = code_bit(z, bit, (uint32_t)p);
    *first = (uint16_t)learned(a, bit);
    *second = (uint16_t)learned(b, bit);
    return bit;
}

/* A number without contexts. */
static uint32_t plain(struct fwd_lite *z, uint32_t value)
{
    uint32_t length = least(raw(z, length_of(value), 6), 32);

    return length < 2 ? length : 1u << (length - 1) | raw(z, value, length - 1);
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
