/* Whole numbers as adaptive bits (FWD.md): an exponential Golomb code. */
#ifndef FWD_VERIFY_REFDELTA_ENTROPY_EXP_GOLOMB_H
#define FWD_VERIFY_REFDELTA_ENTROPY_EXP_GOLOMB_H

#include "verify/refdelta/entropy/model.h"

/* Values are 0..2^30 - 2. */
#define FWD_EXP_GOLOMB_BITS 30u
/* Contexts for the length, then seven for each length up to 15 or more. */
#define FWD_EXP_GOLOMB_LENGTHS 24u
#define FWD_EXP_GOLOMB_SET     (FWD_EXP_GOLOMB_LENGTHS + 7u * 15u)

/* Codes a value with the set of FWD_EXP_GOLOMB_SET direct contexts at `set`. */
uint32_t fwd_exp_golomb_code(struct fwd_model *model, uint32_t value, uint32_t set);

/* The same; each bit of the length is mixed from three contexts: of the set, of a row of
 * FWD_EXP_GOLOMB_LENGTHS contexts at `first`, and of one at `second`. row: of weights; the
 * refinement rows of the model must begin with FWD_EXP_GOLOMB_LENGTHS rows for this. */
struct fwd_exp_golomb_mix {
    uint32_t set, first, second, row;
};
uint32_t fwd_exp_golomb_mixed(
    struct fwd_model *model, uint32_t value, const struct fwd_exp_golomb_mix *mix);

/* A value without contexts: Elias gamma. */
uint32_t fwd_exp_golomb_plain(struct fwd_model *model, uint32_t value);

/* The low `count` bits of value, highest first, without contexts. */
uint32_t fwd_exp_golomb_bits(struct fwd_model *model, uint32_t value, uint32_t count);

/* Bits of a number: 0 for 0, else 1 + floor(log2(value)). */
uint32_t fwd_exp_golomb_length(uint32_t value);

#endif
