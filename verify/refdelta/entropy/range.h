/* The range decoder of the codec `fwd` (FWD.md): carry-less, 32 bits, binary. */
#ifndef FWD_VERIFY_REFDELTA_ENTROPY_RANGE_H
#define FWD_VERIFY_REFDELTA_ENTROPY_RANGE_H

#include "verify/codec.h"
#include "verify/refdelta/entropy/model.h"

#define FWD_RANGE_BUFFER 64u
/* Zero bytes that stand after the last byte of a stream. */
#define FWD_RANGE_ZEROS 4u

struct fwd_range {
    const struct fwd_input *input;
    uint32_t at, end; /* what of the input was not yet read */
    uint32_t zeros;   /* that were taken after the end */
    uint32_t low, high, code;
    enum fwd_reason failed; /* sticky; bits are 0 from then on */
    uint8_t used, filled;   /* of the buffer */
    uint8_t buffer[FWD_RANGE_BUFFER];
};

/* Begins with bytes [offset, offset + size) of input, which must stay valid. */
void fwd_range_open(
    struct fwd_range *range, const struct fwd_input *input, uint32_t offset, uint32_t size);

/* A bit port that decodes; ctx: the struct fwd_range. */
bool fwd_range_code(void *ctx, bool bit, uint32_t one);

/* FWD_OK when all was right and every byte of the stream was needed. */
FWD_MUST_USE enum fwd_reason fwd_range_finish(const struct fwd_range *range);

/* Where the interval [low, high] is divided for a bit that is 1 with probability one / 65536. */
uint32_t fwd_range_middle(uint32_t low, uint32_t high, uint32_t one);

#endif
