/* References in runs, predicted from the source (FWD.md). */
#ifndef FWD_VERIFY_REFDELTA_GUESS_H
#define FWD_VERIFY_REFDELTA_GUESS_H

#include "verify/refdelta/delta.h"

/* A reference, predicted. */
struct fwd_guess {
    struct fwd_ref ref;
    uint8_t old[FWD_REF_SIZE_MAX];
    uint8_t bytes[FWD_REF_SIZE_MAX];
    uint32_t target; /* predicted, corrections included */
    uint32_t mapped; /* without them */
    uint32_t confidence;
    bool corrected; /* the table of moved offsets knew it */
    bool possible;  /* the prediction can be written */
    bool changed;   /* it differs from the source */
    bool in_pool;
};

/* Is there a reference at the source offset of the next byte, wholly inside the `left` bytes of the
 * run? */
bool fwd_guess_reference(
    struct fwd_delta *delta, uint32_t from, uint32_t left, struct fwd_guess *guess);

/* Is its outcome part of the numbers of units as predicted? References out of the run are wrong
 * more often: they decide for themselves. */
bool fwd_guess_counted(const struct fwd_guess *guess);

/* What the written reference teaches. bytes: as written, at `at`; hit: they are as predicted. */
void fwd_guess_learn(struct fwd_delta *delta, const struct fwd_guess *guess, const uint8_t *bytes,
    uint32_t at, bool hit);

#endif
