#include "gen/package/candidate.h"

#include "format/cursor.h"
#include "gen/bsdiff/bsdiff.h"
#include "gen/jobs.h"
#include "gen/package/step_order.h"

#include <stdlib.h>
#include <string.h>

#define LARGE_IMAGE 0x400000u /* not everything is tried */

/* One coding that is tried. */
struct attempt {
    uint16_t codec;
    uint8_t isa;
    bool has_source;
    size_t extra; /* bytes of the manifest that belong to it */
    bool skipped;
    struct fwd_section section;
    bool descending;
    enum fwd_fail fail;
    struct fwd_error err;
};

struct contest {
    const struct fwd_build_component *component;
    const struct fwd_candidate_limits *limits;
    const struct fwd_section_options *options;
    struct attempt list[FWD_BUILD_ATTEMPTS_MAX];
    _Atomic uint32_t sizes[FWD_BUILD_ATTEMPTS_MAX]; /* with extra; FWD_SIZE_UNKNOWN: not complete */
    size_t count, first;
};

/* A delta costs the manifest a source: size, half a digest, version. */
static size_t source_size(const struct fwd_build_component *component)
{
    const char *version = component->source_version;
    struct fwd_writer size = fwd_writer_over(NULL, 5);

    fwd_write_varint(&size, component->pair.source_size);
    return size.at + FWD_SOURCE_DIGEST_SIZE + 1 + (version != NULL ? strlen(version) : 0);
}

static size_t params_size(uint16_t codec)
{
    switch (codec) {
    case FWD_CODEC_FWD:
        return FWD_DELTA_PARAMS_SIZE;
    case FWD_CODEC_BSDIFF_XZ:
        return 11;
    default:
        return codec == FWD_CODEC_XZ;
    }
}

static bool takes_source(uint16_t codec)
{
    return codec == FWD_CODEC_FWD || codec == FWD_CODEC_BSDIFF_XZ;
}

static void add(struct contest *c, uint16_t codec, uint8_t isa)
{
    bool delta = takes_source(codec);

    atomic_init(&c->sizes[c->count], FWD_SIZE_UNKNOWN);
    c->list[c->count++] = (struct attempt){.codec = codec,
        .isa = isa,
        .has_source = delta,
        .extra = params_size(codec) + (delta ? source_size(c->component) : 0)};
}

/* ---- one attempt ----------------------------------------------------------------------------- */

static void try_bsdiff(
    const struct contest *c, const struct fwd_section_options *options, struct attempt *a)
{
    const struct fwd_pair *pair = &c->component->pair;
    struct fwd_tuples made = {0};
    const struct fwd_tuples *tuples = c->component->tuples;

    if (tuples == NULL) {
        a->fail = fwd_bsdiff_make(pair, options->progress, &made, &a->err);
        tuples = &made;
    }
    if (a->fail == FWD_FAIL_NONE)
        a->fail = fwd_section_bsdiff_xz(pair, tuples, options, &a->section, &a->err);
    if (a->fail == FWD_FAIL_NONE)
        a->descending = fwd_step_order_descending(pair, tuples);
    fwd_tuples_free(&made);
}

static void try_fwd(
    const struct contest *c, const struct fwd_section_options *options, struct attempt *a)
{
    const struct fwd_pair *pair = &c->component->pair;
    struct fwd_hints hints = options->hints != NULL ? *options->hints : (struct fwd_hints){0};
    struct fwd_section_options with_isa = *options;
    struct fwd_tuples runs = {0};

    hints.has_isa = true;
    hints.isa = a->isa;
    for (unsigned i = 0; i < 2; i++)
        if (c->component->segments[i] != NULL)
            hints.segments[i] = c->component->segments[i];
    with_isa.hints = &hints;
    a->fail = fwd_section_fwd(pair, &with_isa, &a->section, &runs, &a->err);
    if (a->fail == FWD_FAIL_NONE && !a->section.stopped)
        a->descending = fwd_step_order_descending(pair, &runs);
    fwd_tuples_free(&runs);
}

/* Those before it may stop it: which of them are complete decides when, not whether. */
static void run_attempt(void *ctx, size_t index)
{
    struct contest *c = ctx;
    size_t number = c->first + index;
    struct attempt *a = &c->list[number];
    const struct fwd_size_limit limit = {c->sizes, number, (uint32_t)a->extra};
    struct fwd_section_options options = *c->options;

    options.limit = &limit;
    options.arena_max = a->has_source ? c->limits->delta_arena : c->limits->full_arena;
    options.progress = NULL;
    if (a->codec == FWD_CODEC_FWD)
        try_fwd(c, &options, a);
    else if (a->codec == FWD_CODEC_BSDIFF_XZ)
        try_bsdiff(c, &options, a);
    else if (a->codec == FWD_CODEC_XZ)
        a->fail = fwd_section_xz(&c->component->pair, &options, &a->section, &a->err);
    else
        a->fail = fwd_section_stored(&c->component->pair, &options, &a->section, &a->err);
    if (a->fail == FWD_FAIL_NONE && !a->section.stopped)
        atomic_store(&c->sizes[number], (uint32_t)(a->section.bytes.size + a->extra));
}

/* ---- what is tried --------------------------------------------------------------------------- */

static bool decoded(const struct contest *c, uint16_t codec)
{
    uint32_t codecs = takes_source(codec) ? c->limits->delta_codecs : c->limits->full_codecs;

    return (codecs >> codec & 1) != 0;
}

static bool allows(const struct contest *c, uint16_t codec)
{
    uint16_t wanted = c->component->codec;

    return (wanted == FWD_BUILD_AUTO || wanted == codec) && decoded(c, codec);
}

static bool list_deltas(struct contest *c)
{
    uint8_t ids[FWD_REFDELTA_ISAS_MAX];
    size_t count = 0;
    bool made = c->component->tuples != NULL;

    if (!made && allows(c, FWD_CODEC_FWD) &&
        !fwd_refdelta_search_isas(&c->component->pair, c->options->hints, ids, &count))
        return false;
    for (size_t i = 0; i < count; i++)
        add(c, FWD_CODEC_FWD, ids[i]);
    if (made ? decoded(c, FWD_CODEC_BSDIFF_XZ) : allows(c, FWD_CODEC_BSDIFF_XZ))
        add(c, FWD_CODEC_BSDIFF_XZ, FWD_ISA_NONE);
    return true;
}

static void list_full(struct contest *c)
{
    if (allows(c, FWD_CODEC_XZ))
        add(c, FWD_CODEC_XZ, FWD_ISA_NONE);
    if (allows(c, FWD_CODEC_STORED))
        add(c, FWD_CODEC_STORED, FWD_ISA_NONE);
}

static bool list_attempts(struct contest *c, bool full)
{
    const struct fwd_build_component *component = c->component;
    bool asked = component->codec == FWD_CODEC_BSDIFF_XZ || component->codec == FWD_CODEC_FWD;
    bool delta = !full && component->pair.source_size > 0 && component->codec != FWD_CODEC_XZ &&
                 component->codec != FWD_CODEC_STORED;

    if (delta && !list_deltas(c))
        return false;
    if (!delta || !(component->force_delta || asked))
        list_full(c);
    /* a codec that was asked for by name and takes a source, in a full package */
    if (c->count == 0) {
        if (decoded(c, FWD_CODEC_XZ))
            add(c, FWD_CODEC_XZ, FWD_ISA_NONE);
        if (decoded(c, FWD_CODEC_STORED))
            add(c, FWD_CODEC_STORED, FWD_ISA_NONE);
    }
    return true;
}

/* ---- the contest ----------------------------------------------------------------------------- */

static size_t winner(const struct contest *c)
{
    size_t best = c->count;

    for (size_t i = 0; i < c->count; i++)
        if (c->sizes[i] != FWD_SIZE_UNKNOWN && (best == c->count || c->sizes[i] < c->sizes[best]))
            best = i;
    return best;
}

static void report(const struct contest *c, size_t best, struct fwd_candidate *candidate)
{
    uint32_t least = FWD_SIZE_UNKNOWN;

    candidate->attempt_count = c->count;
    for (size_t i = 0; i < c->count; i++) {
        const struct attempt *a = &c->list[i];
        struct fwd_build_attempt *out = &candidate->attempts[i];
        uint32_t size = c->sizes[i];
        *out = (struct fwd_build_attempt){.codec = a->codec, .isa = a->isa, .size = size};
        if (i == best)
            out->end = FWD_ATTEMPT_CHOSEN;
        else if (a->skipped)
            out->end = FWD_ATTEMPT_SKIPPED;
        else if (a->fail != FWD_FAIL_NONE)
            out->end = FWD_ATTEMPT_REFUSED;
        else
            out->end = size > least ? FWD_ATTEMPT_STOPPED : FWD_ATTEMPT_LARGER;
        /* one thread would have stopped there; so others' figures are not told either */
        if (out->end == FWD_ATTEMPT_STOPPED)
            out->size = least;
        least = size < least ? size : least;
    }
}

static enum fwd_fail settle(
    struct contest *c, struct fwd_candidate *candidate, struct fwd_error *err)
{
    size_t best = winner(c);
    bool delta = c->list[0].has_source;

    for (size_t i = 0; i < c->count; i++)
        if (c->list[i].fail == FWD_FAIL_ENVIRONMENT || (best == c->count && i == 0)) {
            *err = c->list[i].err;
            return c->list[i].fail;
        }
    report(c, best, candidate);
    candidate->section = c->list[best].section;
    candidate->has_source = c->list[best].has_source;
    candidate->descending = c->list[best].descending;
    candidate->replaced = delta && !candidate->has_source;
    c->list[best].section = (struct fwd_section){0};
    return FWD_FAIL_NONE;
}

static void run(struct contest *c, size_t count)
{
    fwd_jobs_run(c->options->jobs, count, run_attempt, c, c->options->progress);
    c->first += count;
}

/* Of large images only what follows references; others when that came to little. */
static void run_large(struct contest *c)
{
    size_t deltas = 0;

    while (deltas < c->count && c->list[deltas].codec == FWD_CODEC_FWD &&
           (deltas == 0 || c->list[deltas].isa != FWD_ISA_NONE))
        deltas++;
    run(c, deltas > 0 ? deltas : c->count);
    size_t best = winner(c);
    if (best < c->count && c->sizes[best] < c->component->pair.target_size / 2)
        for (size_t i = c->first; i < c->count; i++)
            c->list[i].skipped = true;
    else
        run(c, c->count - c->first);
}

enum fwd_fail fwd_candidate_choose(const struct fwd_build_component *component, bool full,
    const struct fwd_candidate_limits *limits, const struct fwd_section_options *options,
    struct fwd_candidate *candidate, struct fwd_error *err)
{
    struct contest *c = calloc(1, sizeof *c);
    const struct fwd_pair *pair = &component->pair;
    bool large = pair->source_size > LARGE_IMAGE || pair->target_size > LARGE_IMAGE;

    *candidate = (struct fwd_candidate){0};
    if (c == NULL)
        return fwd_error_memory(err, "the package");
    c->component = component;
    c->limits = limits;
    c->options = options;
    enum fwd_fail fail =
        list_attempts(c, full) ? FWD_FAIL_NONE : fwd_error_memory(err, "the package");
    if (fail == FWD_FAIL_NONE && c->count == 0)
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "none of the codecs that the devices decode can code it%s",
            full || pair->source_size == 0 ? ": it is a full image, which takes xz or stored" : "");
    if (fail == FWD_FAIL_NONE) {
        if (large && options->effort != FWD_EFFORT_BEST)
            run_large(c);
        else
            run(c, c->count);
        fail = settle(c, candidate, err);
    }
    for (size_t i = 0; i < c->count; i++)
        fwd_section_free(&c->list[i].section);
    free(c);
    return fail;
}
