/* The probability model of the codec `fwd` (FWD.md): adaptive bits, mixed.
 *
 * The same functions code in both directions. `fwd_bit_port` decides: a range decoder returns the
 * bit that the stream has, an encoder writes the bit it is given. Whoever decodes passes any bit.
 */
#ifndef FWD_VERIFY_REFDELTA_ENTROPY_MODEL_H
#define FWD_VERIFY_REFDELTA_ENTROPY_MODEL_H

#include "format/reason.h"

/* Codes one bit. one: the probability of a 1 in 1/65536, 16..65520. Returns the bit. */
struct fwd_bit_port {
    void *ctx;
    bool (*code)(void *ctx, bool bit, uint32_t one);
};

/* Most predictions that one bit is mixed from. */
#define FWD_MODEL_INPUTS 6u
/* Probabilities of a refinement row: for mixed values -2048, -1536, ..., 2048. */
#define FWD_MODEL_KNOTS 9u
/* For fwd_model_code: no second weights, no refinement. */
#define FWD_MODEL_NONE 0xFFFFu

struct fwd_model {
    const struct fwd_bit_port *port;
    uint16_t *direct;    /* probability of a 1 in 1/65536, one per context */
    uint16_t *slots;     /* hashed: probability in 1/4096 in bits 15..4, times seen in bits 3..0 */
    uint32_t *checks;    /* per slot a byte of the context that owns it, four in a word */
    uint32_t slot_count; /* a multiple of 4; 0: the model has no hashed contexts */
    int16_t *weights;    /* rows of FWD_MODEL_INPUTS; 16384 is 1.0 */
    int16_t *second;     /* rows chosen by how often the hashed contexts were seen */
    uint16_t *sse;       /* rows of FWD_MODEL_KNOTS, in 1/65536 */
    uint8_t direct_count, hashed_count; /* inputs of the next bit so far */
    uint8_t category;                   /* what is being coded, for statistics; not used here */
    bool training; /* bits are given: only hashed contexts learn, nothing is coded */
    uint16_t *inputs[FWD_MODEL_INPUTS]; /* the direct ones, then the hashed ones */
};

/* Numbers of rows and contexts, so that the caller can provide memory. */
struct fwd_model_shape {
    uint32_t directs;
    uint32_t weights;
    uint32_t seconds;
    uint32_t sse_rows;
    uint32_t slots;
};

/* Sets every probability and weight to its start. start: 4 bits per direct context (probability
 * value * 4096 + 2048), two in a byte, low half first; NULL: all 1/2. */
void fwd_model_reset(
    struct fwd_model *model, const struct fwd_model_shape *shape, const uint8_t *start);

/* Adds an input to the next bit: a context with its own place, or, after all of those, one that is
 * hashed from two numbers. */
void fwd_model_direct(struct fwd_model *model, uint32_t index);
void fwd_model_hashed(struct fwd_model *model, uint32_t a, uint32_t b);

/* The hash of two numbers. */
uint32_t fwd_model_hash(uint32_t a, uint32_t b);

/* Codes a bit with the inputs that were added, which are then forgotten. row: of weights; second:
 * first row of a group of 81 second weights, or FWD_MODEL_NONE; refine: row, or FWD_MODEL_NONE. */
bool fwd_model_code(struct fwd_model *model, bool bit, uint32_t row, uint32_t second, uint32_t sse);

/* Codes a bit with one direct context alone. */
bool fwd_model_flag(struct fwd_model *model, bool bit, uint32_t index);

/* Codes a bit whose probability is 1/2. */
bool fwd_model_raw(struct fwd_model *model, bool bit);

#endif
