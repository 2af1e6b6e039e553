/* Contexts of `lite` (LITE.md chapter 2). A context is a probability in 1/4096 and, in its low four
 * bits, how often it was seen. */
#ifndef FWD_VERIFY_LITE_LITE_CONTEXT_H
#define FWD_VERIFY_LITE_LITE_CONTEXT_H

#include "verify/lite/lite.h"

#define COUNT 15u
#define EMPTY (2048u << 4)
/* Times the bits of a field that are known: what its hash has besides. */
#define FWD_LITE_PREFIX 0x9E3779B1u

/* floor(65535 / (1.3 + 0.7 n)) */
static const uint16_t rates[16] = {50411, 32767, 24272, 19275, 15984, 13653, 11915, 10570, 9497,
    8623, 7895, 7281, 6756, 6301, 5904, 5553};

/* The context after a bit. */
FWD_LITE_HOT uint32_t learned(uint32_t context, bool bit)
{
    uint32_t seen = context & COUNT;
    int32_t distance = (bit ? 4095 : 0) - (int32_t)(context >> 4);
    int32_t step = (distance * (int32_t)rates[seen] + 32768) >> 16;

    return context + ((uint32_t)step << 4) + (seen < COUNT);
}

FWD_LITE_HOT uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Bits of a number: 0 for 0. */
FWD_LITE_HOT uint32_t length_of(uint32_t value)
{
    return value == 0 ? 0 : 32u - (uint32_t)__builtin_clz(value);
}

/* ---- hashed contexts ------------------------------------------------------------------------- */

FWD_LITE_HOT uint32_t mixed(uint32_t a, uint32_t b)
{
    a = (a * 0x9E3779B1u) ^ b;
    a *= 0x85EBCA6Bu;
    return a ^ a >> 15;
}

/* Of two places the less used one is given to another context. */
static __attribute__((noinline)) uint32_t claim(struct fwd_lite *z, uint32_t at, uint8_t check)
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

#endif
