/* The encoder of the codec `fwd`: finds instruction set, addresses and runs, tries candidates,
 * keeps the smallest. */
#ifndef FWD_GEN_REFDELTA_REFDELTA_SEARCH_H
#define FWD_GEN_REFDELTA_REFDELTA_SEARCH_H

#include "gen/isa/isa_host.h"
#include "gen/locate/locate.h"
#include "gen/refdelta/parse_runs.h"
#include "gen/refdelta/raw_runs.h"
#include "gen/refdelta/refdelta_fit.h"

/* How much time a delta may take. */
enum fwd_effort { FWD_EFFORT_DEFAULT, FWD_EFFORT_FAST, FWD_EFFORT_BEST };

/* What the user knows better than the image tells. */
struct fwd_hints {
    bool has_isa;
    uint8_t isa; /* FWD_ISA_* */
    bool has_base;
    uint64_t source_base, target_base; /* addresses of the images' first bytes */
    /* Of source and target, where the base is not given; NULL or empty: not known. */
    const struct fwd_segments *segments[2];
};

/* Less memory, and larger deltas. Zeroed: as much memory as is best. */
struct fwd_search_bounds {
    bool bounded;    /* one track at a time, and no more than fwd_refdelta_search_pieces() */
    uint32_t stride; /* 0: suffix arrays; else see sparse_index.h */
    bool plain;      /* copies are searched in the images as they are */
};

struct fwd_refdelta_search_options {
    uint32_t memory; /* the decoder's; 0: fwd_refdelta_fit_usual() */
    enum fwd_effort effort;
    unsigned jobs;                       /* threads; the result does not depend on it */
    const struct fwd_hints *hints;       /* NULL: none */
    const struct fwd_parse_costs *costs; /* of copies; NULL: fwd_parse_usual */
    const struct fwd_size_limit *limit;  /* NULL: none */
    const struct fwd_progress_sink *progress;
    struct fwd_suffix_shared *order; /* of the source; NULL: not shared */
    struct fwd_raw_runs *raw;        /* of the pair; NULL: not shared */
    struct fwd_search_bounds bounds;
};

/* The best delta found. */
struct fwd_found {
    struct fwd_delta_params params;
    struct fwd_located located; /* fwd_located_attach() after a copy */
    struct fwd_runs_found runs; /* owned */
    struct fwd_bytes section;   /* owned */
};

/* NULL-safe for a zeroed struct. */
void fwd_found_free(struct fwd_found *found);

/* Of all instruction sets that come into question. A delta that would be larger than the limit has
 * no section. FWD_FAIL_REFUSED: the images or the memory do not suit the codec.
 * FWD_FAIL_ENVIRONMENT: no memory. */
enum fwd_fail fwd_refdelta_search_make(const struct fwd_pair *pair,
    const struct fwd_refdelta_search_options *options, struct fwd_found *found,
    struct fwd_error *err);

/* The instruction sets that are worth trying, the likeliest first, FWD_ISA_NONE last: only the one
 * that the hints name, if they do. False: no memory. */
#define FWD_REFDELTA_ISAS_MAX (FWD_LOCATE_ISAS_MAX + 1u)
bool fwd_refdelta_search_isas(const struct fwd_pair *pair, const struct fwd_hints *hints,
    uint8_t ids[FWD_REFDELTA_ISAS_MAX], size_t *count);

/* What a search takes besides its index, for memory_plan.h: pieces of ways that a bounded search
 * may have, bytes of each with the runs that become of them, and whether short matches are looked
 * for. */
#define FWD_SEARCH_PIECE 28u
uint64_t fwd_refdelta_search_pieces(const struct fwd_pair *pair);
bool fwd_refdelta_search_nearby(const struct fwd_pair *pair);

/* The rules of an instruction set by its number; NULL: no such. */
const struct fwd_isa *fwd_refdelta_search_isa(uint8_t id);

#endif
