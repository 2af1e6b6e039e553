/* Constant tables of the codec `fwd` (FWD.md). Probabilities are mixed in the logistic
 * domain: x = ln(p / (1 - p)) * 256. */
#ifndef FWD_VERIFY_REFDELTA_ENTROPY_MODEL_TABLES_H
#define FWD_VERIFY_REFDELTA_ENTROPY_MODEL_TABLES_H

#include <stdint.h>

extern const uint16_t fwd_squash_knots[129];
extern const int16_t fwd_stretch_lower[480];

static inline uint32_t fwd_squash_positive(uint32_t x)
{
    const uint16_t *knot = &fwd_squash_knots[x >> 4];
    uint32_t part = x & 15u;

    return (knot[0] * (16 - part) + knot[1] * part) >> 4;
}

/* x in -2047..2047 to a probability in 1/65536, 16..65520. */
static inline uint32_t fwd_squash(int32_t x)
{
    uint32_t half = fwd_squash_positive((uint32_t)(x < 0 ? -x : x));

    return x < 0 ? 65536 - half : half;
}

/* A probability in 1/4096 to x in -2047..2047. Without branches: nothing foresees them. */
static inline int32_t fwd_stretch(uint32_t p)
{
    uint32_t upper = 0u - (p >> 11), half = (p ^ upper) & 2047u, coarse = half > 255;
    int32_t x = fwd_stretch_lower[(half >> coarse * 3) + coarse * 224], flip = (int32_t)upper;

    return (x ^ flip) - flip;
}

/* By how much a hashed context that was seen n times moves to the next bit, in 1/65536. */
extern const uint16_t fwd_slot_rates[16];

#endif
