/* Which base explains most pairs of a word that may be an address and a start of a function. */
#ifndef FWD_GEN_LOCATE_BASE_VOTES_H
#define FWD_GEN_LOCATE_BASE_VOTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Values that differ, ascending. */
struct fwd_base_values {
    uint32_t *list;
    size_t count, room;
};

struct fwd_base_lists {
    struct fwd_base_values starts; /* offsets of functions */
    struct fwd_base_values words;  /* that may point to them */
    uint32_t high;                 /* of 64-bit sets: the upper half of most addresses */
    uint32_t size;                 /* of the image */
};

struct fwd_base_vote {
    uint32_t base;
    uint32_t count; /* of pairs; beyond those of chance where grain is a page */
};

/* The base with most votes; bits of grain (3 or 0xFFF) are 0 in it. False: no memory. */
bool fwd_base_votes_count(
    const struct fwd_base_lists *lists, uint32_t grain, struct fwd_base_vote *vote);

/* How many words are starts at this base. */
uint32_t fwd_base_votes_for(const struct fwd_base_lists *lists, uint32_t base);

#endif
