/* Which coding of a component is the smallest: they are made and measured. */
#ifndef FWD_GEN_PACKAGE_CANDIDATE_H
#define FWD_GEN_PACKAGE_CANDIDATE_H

#include "gen/package/builder.h"

struct fwd_candidate {
    struct fwd_section section; /* owned */
    bool has_source;            /* it is a delta */
    bool descending;
    bool replaced; /* a delta was possible, but was not smaller */
    struct fwd_build_attempt attempts[FWD_BUILD_ATTEMPTS_MAX];
    size_t attempt_count;
};

/* What the devices let a decoder have, of deltas and of full images. */
struct fwd_candidate_limits {
    uint32_t delta_codecs, full_codecs; /* bit n: codec n */
    uint32_t delta_arena, full_arena;
};

/* full: the package may not have a source. The sentence on failure does not name the component. */
enum fwd_fail fwd_candidate_choose(const struct fwd_build_component *component, bool full,
    const struct fwd_candidate_limits *limits, const struct fwd_section_options *options,
    struct fwd_candidate *candidate, struct fwd_error *err);

#endif
