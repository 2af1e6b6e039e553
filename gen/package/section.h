/* A component's section of the payload, coded (SPEC.md section 6). */
#ifndef FWD_GEN_PACKAGE_SECTION_H
#define FWD_GEN_PACKAGE_SECTION_H

#include "format/limits.h"
#include "gen/bsdiff/tuples.h"
#include "gen/job_progress.h"
#include "gen/refdelta/refdelta_search.h"
#include "hostio/host_file.h"

struct fwd_section {
    uint16_t codec; /* FWD_CODEC_* */
    uint8_t params[FWD_CODEC_PARAMS_MAX];
    uint8_t params_size;
    uint8_t isa;         /* of codec fwd: FWD_ISA_* */
    uint32_t arena_size; /* decoder memory by the codec's formula */
    struct fwd_bytes bytes;
    bool stopped; /* it would be larger than the limit: there are no bytes */
};

struct fwd_section_options {
    uint32_t arena_max;    /* the decoder's memory on the device, bytes */
    unsigned jobs;         /* threads */
    uint32_t delta_memory; /* of codec fwd: 0: fwd_refdelta_fit_usual() */
    enum fwd_effort effort;
    const struct fwd_hints *hints;            /* NULL: none */
    const struct fwd_progress_sink *progress; /* NULL: nobody watches */
    const struct fwd_size_limit *limit;       /* of the section's bytes; NULL: none */
    struct fwd_suffix_shared *order;          /* of the source; NULL: not shared */
    struct fwd_raw_runs *raw;                 /* of the pair; NULL: not shared */
    struct fwd_search_bounds bounds;          /* of what searches copies */
};

/* Each gives a section that the caller frees. FWD_FAIL_REFUSED: not even the smallest dictionary
 * fits arena_max, or the section would not fit 32 bits. FWD_FAIL_ENVIRONMENT: no memory. */
enum fwd_fail fwd_section_stored(const struct fwd_pair *pair,
    const struct fwd_section_options *options, struct fwd_section *section, struct fwd_error *err);
enum fwd_fail fwd_section_xz(const struct fwd_pair *pair, const struct fwd_section_options *options,
    struct fwd_section *section, struct fwd_error *err);
/* *runs: which bytes of the target come from the source, a canonical list that the caller frees. */
enum fwd_fail fwd_section_fwd(const struct fwd_pair *pair,
    const struct fwd_section_options *options, struct fwd_section *section, struct fwd_tuples *runs,
    struct fwd_error *err);
/* The same by the small class of the codec; it is not stopped. */
enum fwd_fail fwd_section_lite(const struct fwd_pair *pair,
    const struct fwd_section_options *options, struct fwd_section *section, struct fwd_tuples *runs,
    struct fwd_error *err);
/* tuples: a canonical list that is valid for the pair. */
enum fwd_fail fwd_section_bsdiff_xz(const struct fwd_pair *pair, const struct fwd_tuples *tuples,
    const struct fwd_section_options *options, struct fwd_section *section, struct fwd_error *err);

/* FWD_FAIL_REFUSED: no list of matches fits arena_max, so that none needs to be looked for. */
enum fwd_fail fwd_section_bsdiff_xz_room(
    const struct fwd_section_options *options, struct fwd_error *err);

/* NULL-safe for a zeroed struct. */
void fwd_section_free(struct fwd_section *section);

#endif
