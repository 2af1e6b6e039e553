/* The range encoder of the codec `fwd` (FWD.md), and a measure that writes nothing. */
#ifndef FWD_GEN_REFDELTA_RANGE_ENCODE_H
#define FWD_GEN_REFDELTA_RANGE_ENCODE_H

#include "hostio/host_file.h"
#include "verify/refdelta/entropy/model.h"

/* Begin with {.high = UINT32_MAX}. */
struct fwd_range_encode {
    struct fwd_bytes bytes; /* owned by the caller */
    size_t room;
    uint32_t low, high;
    bool failed; /* no memory */
};

/* A bit port; ctx: the struct fwd_range_encode. */
bool fwd_range_encode_bit(void *ctx, bool bit, uint32_t one);

/* Ends the stream with as few bytes as tell it apart. False: no memory, now or before. */
bool fwd_range_encode_end(struct fwd_range_encode *range);

/* A bit port that only adds up what bits cost, by category. Begin with the model whose category
 * counts. Costs are in 1/65536 bit. */
struct fwd_bit_meter {
    const struct fwd_model *model;
    uint64_t *costs;     /* per category */
    uint32_t *decisions; /* per category; NULL: not counted */
    uint32_t *ones;      /* bits that were 1, per category; NULL: not counted */
};
bool fwd_bit_meter_bit(void *ctx, bool bit, uint32_t one);

#endif
