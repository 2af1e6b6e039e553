/* Where the bytes of a `fwd` delta went: by what they say, and by place in the target. */
#ifndef FWD_GEN_REFDELTA_DELTA_COSTS_H
#define FWD_GEN_REFDELTA_DELTA_COSTS_H

#include "gen/refdelta/refdelta_encode.h"

/* What bits say. A kind of reference: FWD_COST_REF + FWD_REF_*. */
enum fwd_cost_kind {
    FWD_COST_HEAD,            /* where the images lie */
    FWD_COST_RUNS,            /* which parts of the target are copies, and of what */
    FWD_COST_LITERAL,         /* new bytes */
    FWD_COST_UNIT_FLAG,       /* is a copied unit that is no reference as it was? */
    FWD_COST_UNIT_MISPREDICT, /* what it is otherwise */
    FWD_COST_REF,
    FWD_COST_KINDS = FWD_COST_REF + FWD_REF_TYPES
};

struct fwd_cost_row {
    uint8_t kind;
    uint32_t decisions; /* bits of the stream's models */
    bool has_outcomes;
    uint32_t hits, mispredicts; /* predicted rightly and wrongly */
    uint64_t cost;              /* 1/65536 bit */
};

/* A part of the target. */
struct fwd_cost_region {
    uint32_t at, size;
    bool copied;
    bool changed;  /* of a copy: its bytes are not those of the source */
    uint32_t from; /* of a copy: its place in the source */
    uint64_t cost; /* 1/65536 bit */
};

/* A name for people: "literals", "BL", ...; isa: FWD_ISA_*, whose references they are. */
const char *fwd_cost_name(uint8_t isa, uint8_t kind);
/* The same in a few words: "new bytes of the target". */
const char *fwd_cost_meaning(uint8_t isa, uint8_t kind);

/* Rows of what occurs, the largest cost first. Returns how many. */
size_t fwd_cost_rows(
    const struct fwd_refdelta_encode_tally *tally, struct fwd_cost_row rows[FWD_COST_KINDS]);

/* The sum of all costs. */
uint64_t fwd_cost_total(const struct fwd_refdelta_encode_tally *tally);

/* The most expensive regions, the first of them first, at most `room`. places: of
 * fwd_refdelta_encode_measure(). Returns how many. */
size_t fwd_cost_regions(const struct fwd_refdelta_encode_job *job, const uint64_t *places,
    struct fwd_cost_region *regions, size_t room);

/* 1/65536 bit in tenths of bytes, rounded. */
uint64_t fwd_cost_tenths(uint64_t cost);

#endif
