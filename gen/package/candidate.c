#include "gen/package/candidate.h"

#include "format/cursor.h"
#include "gen/jobs.h"
#include "gen/package/encoder.h"

#include <stdlib.h>
#include <string.h>

#define LARGE_IMAGE 0x400000u /* not everything is tried */

/* One coding that is tried. */
struct attempt {
    const struct fwd_encoder *encoder;
    uint8_t isa;
    size_t extra; /* bytes of the manifest that belong to it */
    bool skipped;
    struct fwd_encoding encoding;
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
    struct fwd_suffix_shared order; /* of the source */
    struct fwd_raw_runs raw;        /* of the pair */
};

/* A delta costs the manifest a source: size, half a digest, version. */
static size_t source_size(const struct fwd_build_component *component)
{
    const char *version = component->source_version;
    struct fwd_writer size = fwd_writer_over(NULL, 5);

    fwd_write_varint(&size, component->pair.source_size);
    return size.at + FWD_SOURCE_DIGEST_SIZE + 1 + (version != NULL ? strlen(version) : 0);
}

static void add(struct contest *c, const struct fwd_encoder *encoder, uint8_t isa)
{
    atomic_init(&c->sizes[c->count], FWD_SIZE_UNKNOWN);
    c->list[c->count++] = (struct attempt){.encoder = encoder,
        .isa = isa,
        .extra = encoder->params_size + (encoder->takes_source ? source_size(c->component) : 0)};
}

/* ---- one attempt ----------------------------------------------------------------------------- */

/* Less memory than is best has room for no other search beside a delta that is so large. */
static bool no_room(
    const struct contest *c, const struct attempt *a, const struct fwd_size_limit *limit)
{
    const struct fwd_search_bounds *bounds = &c->options->bounds;
    uint32_t least = fwd_size_limit_of(limit);

    return a->encoder->takes_source && (bounds->stride > 0 || bounds->plain) &&
           least != FWD_SIZE_UNKNOWN && least > c->component->pair.target_size / 2;
}

/* Those before it may stop it: which of them are complete decides when, not whether. */
static void run_attempt(void *ctx, size_t index)
{
    struct contest *c = ctx;
    size_t number = c->first + index;
    struct attempt *a = &c->list[number];
    const struct fwd_size_limit limit = {c->sizes, number, (uint32_t)a->extra};
    struct fwd_section_options options = *c->options;

    a->skipped |= no_room(c, a, &limit);
    if (a->skipped)
        return;
    options.limit = &limit;
    options.arena_max = a->encoder->takes_source ? c->limits->delta_arena : c->limits->full_arena;
    options.progress = NULL;
    options.order = &c->order;
    options.raw = &c->raw;
    a->fail = a->encoder->encode(c->component, &options, a->isa, &a->encoding, &a->err);
    if (a->fail == FWD_FAIL_NONE && !a->encoding.section.stopped)
        atomic_store(&c->sizes[number], (uint32_t)(a->encoding.section.bytes.size + a->extra));
}

/* ---- what is tried --------------------------------------------------------------------------- */

static bool decoded(const struct contest *c, const struct fwd_encoder *encoder)
{
    uint32_t codecs = encoder->takes_source ? c->limits->delta_codecs : c->limits->full_codecs;

    return (codecs >> encoder->decoder->id & 1) != 0;
}

static bool wanted(const struct contest *c, const struct fwd_encoder *encoder)
{
    uint16_t codec = c->component->codec;

    return codec == FWD_BUILD_AUTO || codec == encoder->decoder->id;
}

/* A list of matches that was given is coded by what codes matches, whatever was asked for. */
static bool list_deltas(struct contest *c)
{
    bool given = c->component->tuples != NULL;
    uint8_t ids[FWD_REFDELTA_ISAS_MAX];

    for (size_t i = 0; i < fwd_encoder_count; i++) {
        const struct fwd_encoder *encoder = &fwd_encoders[i];
        size_t count = 0;

        if (!encoder->takes_source || !decoded(c, encoder) ||
            (given ? encoder->by_isa : !wanted(c, encoder)))
            continue;
        if (!encoder->by_isa)
            add(c, encoder, FWD_ISA_NONE);
        else if (!fwd_refdelta_search_isas(&c->component->pair, c->options->hints, ids, &count))
            return false;
        for (size_t k = 0; k < count; k++)
            add(c, encoder, ids[k]);
    }
    return true;
}

static void list_full(struct contest *c, bool whatever_is_wanted)
{
    for (size_t i = 0; i < fwd_encoder_count; i++)
        if (!fwd_encoders[i].takes_source && decoded(c, &fwd_encoders[i]) &&
            (whatever_is_wanted || wanted(c, &fwd_encoders[i])))
            add(c, &fwd_encoders[i], FWD_ISA_NONE);
}

static bool list_attempts(struct contest *c, bool full)
{
    const struct fwd_build_component *component = c->component;
    const struct fwd_encoder *asked = fwd_encoder_find(component->codec);
    bool delta = !full && component->pair.source_size > 0 && (asked == NULL || asked->takes_source);

    if (delta && !list_deltas(c))
        return false;
    if (!delta || !(component->force_delta || asked != NULL))
        list_full(c, false);
    /* a codec that was asked for by name and takes a source, in a full package */
    if (c->count == 0)
        list_full(c, true);
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
        *out = (struct fwd_build_attempt){
            .codec = a->encoder->decoder->id, .isa = a->isa, .size = size};
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
    bool delta = c->list[0].encoder->takes_source;

    for (size_t i = 0; i < c->count; i++)
        if (c->list[i].fail == FWD_FAIL_ENVIRONMENT || (best == c->count && i == 0)) {
            *err = c->list[i].err;
            return c->list[i].fail;
        }
    report(c, best, candidate);
    candidate->section = c->list[best].encoding.section;
    candidate->has_source = c->list[best].encoder->takes_source;
    candidate->descending = c->list[best].encoding.descending;
    candidate->replaced = delta && !candidate->has_source;
    c->list[best].encoding.section = (struct fwd_section){0};
    return FWD_FAIL_NONE;
}

/* Where memory is bounded one follows the other, and bsdiff has no suffix array. */
static void run(struct contest *c, size_t count)
{
    bool bounded = c->options->bounds.bounded;

    if (bounded && c->options->bounds.stride > 0)
        for (size_t i = c->first; i < c->first + count; i++)
            c->list[i].skipped |= c->list[i].encoder->takes_source && !c->list[i].encoder->by_isa;
    fwd_jobs_run(bounded ? 1 : c->options->jobs, count, run_attempt, c, c->options->progress);
    c->first += count;
}

/* Of large images only what follows references; others when that came to little. */
static void run_large(struct contest *c)
{
    size_t deltas = 0;

    while (deltas < c->count && c->list[deltas].encoder->by_isa &&
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
    fwd_suffix_shared_open(&c->order);
    fwd_raw_runs_open(&c->raw);
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
        fwd_section_free(&c->list[i].encoding.section);
    fwd_suffix_shared_close(&c->order);
    fwd_raw_runs_close(&c->raw);
    free(c);
    return fail;
}
