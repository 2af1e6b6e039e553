/* Looks up a text in a suffix array from its begin to its end, several offsets at a time. */
#ifndef FWD_GEN_BSDIFF_SUFFIX_AHEAD_H
#define FWD_GEN_BSDIFF_SUFFIX_AHEAD_H

#include "gen/bsdiff/suffix.h"

struct fwd_suffix_ahead {
    const struct fwd_suffix *suffix; /* not owned, as is the text */
    const uint8_t *text;
    uint32_t size, step;
    uint32_t first; /* the offset of places[0] */
    uint32_t count; /* of the places that are known */
    uint32_t used;  /* of these, that were asked for */
    uint32_t places[FWD_SUFFIX_BATCH];
};

/* step: between two offsets that will be asked for one after the other. The caller sets `suffix`
 * after it. */
void fwd_suffix_ahead_open(
    struct fwd_suffix_ahead *ahead, const uint8_t *text, uint32_t size, uint32_t step);

/* fwd_suffix_around() at an offset of the text, which is not below the last one. */
unsigned fwd_suffix_ahead_around(
    struct fwd_suffix_ahead *ahead, uint32_t at, struct fwd_match matches[FWD_SUFFIX_AROUND]);

#endif
