/* Constant tables of the codec `fwd` (FWD.md). Probabilities are mixed in the logistic
 * domain: x = ln(p / (1 - p)) * 256. */
#ifndef FWD_VERIFY_MODEL_TABLES_H
#define FWD_VERIFY_MODEL_TABLES_H

#include <stdint.h>

extern const uint16_t fwd_squash_knots[129];
extern const int16_t fwd_stretch_fine[256], fwd_stretch_coarse[224];

static inline uint32_t fwd_squash_positive(uint32_t x)
{
    const uint16_t *knot = &fwd_squash_knots[x >> 4];
    uint32_t part = x & 15u;

    return (knot[0] * (16 - part) + knot[1] * part) >> 4;
}

/* x in -2047..2047 to a probability in 1/65536, 16..65520. */
static inline uint32_t fwd_squash(int32_t x)
{
    return x >= 0 ? fwd_squash_positive((uint32_t)x) : 65536 - fwd_squash_positive((uint32_t)-x);
}

static inline int32_t fwd_stretch_half(uint32_t p)
{
    return p < 256 ? fwd_stretch_fine[p] : fwd_stretch_coarse[(p >> 3) - 32];
}

/* A probability in 1/4096 to x in -2047..2047. */
static inline int32_t fwd_stretch(uint32_t p)
{
    return p < 2048 ? fwd_stretch_half(p) : -fwd_stretch_half(4095 - p);
}

/* By how much a hashed context that was seen n times moves to the next bit, in 1/65536. */
extern const uint16_t fwd_slot_rates[16];

#endif
