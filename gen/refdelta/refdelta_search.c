#include "gen/refdelta/refdelta_search.h"

#include "gen/jobs.h"
#include "gen/locate/locate.h"
#include "gen/locate/pool_words.h"
#include "gen/refdelta/normalise.h"
#include "verify/refdelta/refdelta_decoder.h"

#include <stdlib.h>
#include <string.h>

#define LARGE_IMAGE      0x400000u /* less thorough, so that it ends */
#define SMALL_IMAGE      0x40000u
#define PIECES_LEAST     65536u
#define PIECE_BYTES      40u /* bytes of the target for each piece, when memory is bounded */
#define PAGES_USUAL      8u
#define CORRECTIONS_HOST 65536u

/* One instruction set, tried. */
struct track {
    const struct fwd_pair *pair;
    const struct fwd_refdelta_search_options *options;
    const struct fwd_isa *isa;
    uint32_t memory;
    bool large, fine; /* fine: a copy may begin within a unit of the instruction set */
    struct fwd_located located;
    uint8_t *pools[2];  /* of source and target */
    uint8_t *images[2]; /* normalised */
    struct fwd_copymap map;
    uint8_t *map_memory;
    struct fwd_correction_cache data;
    uint8_t *data_memory;
    struct fwd_found best;
    enum fwd_fail fail;
    struct fwd_error err;
};

const struct fwd_isa *fwd_refdelta_search_isa(uint8_t id)
{
    const struct fwd_isa_host *host = fwd_isa_host_find(id);

    return host != NULL ? host->isa : NULL;
}

void fwd_found_free(struct fwd_found *found)
{
    fwd_runs_found_free(&found->runs);
    fwd_bytes_free(&found->section);
    *found = (struct fwd_found){0};
}

static enum fwd_fail out_of_memory(struct track *t)
{
    return fwd_error_memory(&t->err, "the delta");
}

/* ---- candidates ------------------------------------------------------------------------------ */

/* Codes the runs and keeps the result when it is the smallest so far; takes the runs over. */
static enum fwd_fail try_runs(struct track *t, struct fwd_runs_found *runs)
{
    struct fwd_found found = {.runs = *runs, .located = t->located};
    const struct fwd_refdelta_encode_job job = {.pair = *t->pair,
        .isa = t->isa,
        .frames = t->located.frames,
        .runs = {runs->list, runs->count},
        .limit = t->options->limit};

    *runs = (struct fwd_runs_found){0};
    enum fwd_fail fail =
        fwd_refdelta_fit_params(&job, t->memory, PAGES_USUAL, &found.params, &t->err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_refdelta_encode_section(&job, &found.params, &found.section, &t->err);
    if (fail == FWD_FAIL_NONE && found.section.data != NULL &&
        (t->best.section.data == NULL || found.section.size < t->best.section.size)) {
        struct fwd_found worse = t->best;
        t->best = found;
        fwd_located_attach(&t->best.located);
        found = worse;
    }
    fwd_found_free(&found);
    return fail;
}

static struct fwd_parse_options parse_options(const struct track *t)
{
    struct fwd_parse_options options = {.costs = fwd_parse_usual,
        .match_least = 4,
        .step = 1,
        .nearby = true,
        .skip = true,
        .stride = t->options->bounds.stride};

    if (t->options->bounds.bounded)
        options.pieces_most = (size_t)fwd_refdelta_search_pieces(t->pair);
    if (t->options->costs != NULL)
        options.costs = *t->options->costs;
    if (t->large) {
        options.match_least = 8;
        options.nearby = false;
        options.costs.far += 256;
    }
    return options;
}

/* Between the images as they are. */
static enum fwd_fail parse_raw(struct track *t, struct fwd_runs_found *runs)
{
    struct fwd_parse_options options = parse_options(t);

    options.order = t->options->order;
    return fwd_raw_runs_get(
        t->options->costs == NULL ? t->options->raw : NULL, t->pair, &options, runs, &t->err);
}

/* Between the images as they were rewritten. Of large ones the first runs only teach the map. */
static enum fwd_fail parse(struct track *t, bool first, struct fwd_runs_found *runs)
{
    const struct fwd_pair pair = {.source = t->images[0],
        .target = t->images[1],
        .source_size = t->pair->source_size,
        .target_size = t->pair->target_size};
    struct fwd_parse_options options = parse_options(t);

    if (!t->fine)
        options.step = t->large && first ? 2 * t->isa->unit : t->isa->unit;
    return fwd_parse_make(&pair, &options, runs, &t->err);
}

static void normalise(struct track *t, bool masked)
{
    const struct fwd_frames target = {.from = t->located.frames.to,
        .to = t->located.frames.to,
        .data = {t->located.frames.data[0], t->located.frames.data[1], t->located.frames.data[2],
            t->located.frames.data[3]},
        .data_count = t->located.frames.data_count,
        .values = t->located.target_values,
        .tables = t->located.frames.tables};
    struct fwd_normalise how = {.host = fwd_isa_host_find(t->isa->id),
        .frames = &t->located.frames,
        .pool = t->pools[0],
        .masked = masked,
        .map = &t->map,
        .data = &t->data};

    fwd_normalise_image(&how, t->pair->source, t->pair->source_size, t->images[0]);
    how.frames = &target;
    how.pool = t->pools[1];
    how.map = NULL;
    how.data = NULL;
    fwd_normalise_image(&how, t->pair->target, t->pair->target_size, t->images[1]);
}

/* ---- what the runs teach --------------------------------------------------------------------- */

static bool rebuild_map(struct track *t, const struct fwd_runs_found *runs)
{
    const struct fwd_run_list list = {runs->list, runs->count};

    free(t->map_memory);
    return fwd_refdelta_encode_map(&list, &t->map, &t->map_memory);
}

static void learn_word(struct track *t, uint32_t from_at, uint32_t to_at)
{
    struct fwd_ref from, to;
    uint32_t known;
    const struct fwd_frames target = {.from = t->located.frames.to,
        .data = {t->located.frames.data[0], t->located.frames.data[1], t->located.frames.data[2],
            t->located.frames.data[3]},
        .data_count = t->located.frames.data_count};

    if (!fwd_ref_word_find(&t->located.frames, fwd_word_at(t->pair->source + from_at), &from) ||
        from.type != FWD_REF_DATA ||
        !fwd_ref_word_find(&target, fwd_word_at(t->pair->target + to_at), &to) ||
        to.type != FWD_REF_DATA || !fwd_pool_word(t->pools[0], from_at))
        return;
    if (!fwd_correction_cache_find(&t->data, from.target, &known) ||
        known != to.target - from.target)
        fwd_correction_cache_put(&t->data, from.target, to.target - from.target);
}

/* The same for a value that shifts. */
static void learn_value(struct track *t, uint32_t from_at, uint32_t to_at)
{
    const struct fwd_frame_part *part = &t->located.frames.values;
    uint32_t from = fwd_word_at(t->pair->source + from_at), known;
    uint32_t to = fwd_word_at(t->pair->target + to_at);

    if (from_at - part->begin >= part->end - part->begin || from == 0 || to == 0 ||
        from >= FWD_REF_VALUE_END || to >= FWD_REF_VALUE_END)
        return;
    if (!fwd_correction_cache_find(&t->data, from, &known) || known != to - from)
        fwd_correction_cache_put(&t->data, from, to - from);
}

/* How data moved, from words in runs. */
static void learn_data(struct track *t, const struct fwd_runs_found *runs)
{
    bool values = t->isa->values;

    t->data.count = 0;
    if (t->isa->wide && t->located.frames.values.end == 0)
        return;
    for (size_t i = 0; i < runs->count; i++) {
        const struct fwd_run *r = &runs->list[i];
        if ((r->from - r->to) & 3)
            continue;
        for (uint32_t done = (0u - r->to) & 3u; done + 4 <= r->size; done += 4)
            (values ? learn_value : learn_word)(t, r->from + done, r->to + done);
    }
}

static enum fwd_fail learn(struct track *t, const struct fwd_runs_found *runs)
{
    if (!rebuild_map(t, runs))
        return out_of_memory(t);
    learn_data(t, runs);
    return FWD_FAIL_NONE;
}

/* Images that have two addresses are known by pointers that moved with the code. */
static void find_second(struct track *t, const struct fwd_runs_found *runs)
{
    if (t->isa->id != FWD_ISA_A32 && t->isa->id != FWD_ISA_ARM)
        return;
    uint32_t base =
        fwd_locate_second(t->pair, &t->located.frames, runs->list, runs->count, &t->map);
    t->located.frames.from.alias = t->located.frames.to.alias = base;
}

/* ---- a track --------------------------------------------------------------------------------- */

/* Segments that are given, or one for each image by its address. */
static bool locate(struct track *t)
{
    const struct fwd_hints *h = t->options->hints;
    const struct fwd_segments *given[2] = {h ? h->segments[0] : NULL, h ? h->segments[1] : NULL};
    struct fwd_segments whole[2] = {{.count = 1}, {.count = 1}};
    bool base = h && h->has_base && t->isa->find;

    if (base && !((h->source_base | h->target_base) & 1)) {
        whole[0].list[0] = (struct fwd_segment){0, t->pair->source_size, h->source_base};
        whole[1].list[0] = (struct fwd_segment){0, t->pair->target_size, h->target_base};
        given[0] = &whole[0];
        given[1] = &whole[1];
    }
    if (!fwd_locate_frames(t->isa, t->pair, given, &t->located))
        return false;
    if (base && given[0] != &whole[0]) {
        fwd_located_whole(&t->located, 0, h->source_base);
        fwd_located_whole(&t->located, 1, h->target_base);
    }
    return true;
}

static bool allocate(struct track *t)
{
    t->pools[0] = fwd_pool_words(t->isa, t->pair->source, t->pair->source_size);
    t->pools[1] = fwd_pool_words(t->isa, t->pair->target, t->pair->target_size);
    t->data_memory = malloc(CORRECTIONS_HOST * FWD_CORRECTION_CACHE_ENTRY);
    t->data = fwd_correction_cache_over(t->data_memory, CORRECTIONS_HOST);
    return t->pools[0] != NULL && t->pools[1] != NULL && t->data_memory != NULL && locate(t);
}

static void free_images(struct track *t)
{
    free(t->images[0]);
    free(t->images[1]);
    t->images[0] = t->images[1] = NULL;
}

static void release(struct track *t)
{
    free(t->pools[0]);
    free(t->pools[1]);
    free_images(t);
    free(t->map_memory);
    free(t->data_memory);
}

/* A third round gains a few thousandths; on small images it costs nothing. */
static unsigned rounds_of(const struct track *t)
{
    if (t->options->effort == FWD_EFFORT_FAST)
        return 1;
    return t->options->effort == FWD_EFFORT_BEST || t->pair->target_size <= SMALL_IMAGE ? 3 : 2;
}

/* The images are freed before anything is coded: that takes as much memory. */
static enum fwd_fail parse_normalised(struct track *t, bool masked, struct fwd_runs_found *runs)
{
    t->images[0] = malloc(t->pair->source_size);
    t->images[1] = malloc(t->pair->target_size);
    if (t->images[0] == NULL || t->images[1] == NULL)
        return out_of_memory(t);
    normalise(t, masked);
    enum fwd_fail fail = parse(t, masked, runs);
    free_images(t);
    return fail;
}

/* Matches with references masked, or for some sets as they are, then once or twice with references
 * as the map of the runs before has them. */
static enum fwd_fail try_normalised(struct track *t)
{
    bool plain = t->options->bounds.plain;
    unsigned rounds = plain ? 1 : rounds_of(t);
    bool raw = plain || (fwd_isa_host_find(t->isa->id)->raw_first && rounds > 1);
    struct fwd_runs_found runs = {0};
    enum fwd_fail fail = FWD_FAIL_NONE;

    for (unsigned round = 0; fail == FWD_FAIL_NONE && round < rounds; round++) {
        fail = round == 0 && raw ? parse_raw(t, &runs) : parse_normalised(t, round == 0, &runs);
        if (fail == FWD_FAIL_NONE)
            fail = learn(t, &runs);
        if (fail == FWD_FAIL_NONE && round == 0)
            find_second(t, &runs);
        if (fail == FWD_FAIL_NONE &&
            (round + 1 == rounds || round > 0 || t->options->effort != FWD_EFFORT_DEFAULT))
            fail = try_runs(t, &runs);
        fwd_runs_found_free(&runs);
    }
    return fail;
}

static enum fwd_fail try_raw(struct track *t)
{
    struct fwd_runs_found runs = {0};
    enum fwd_fail fail = parse_raw(t, &runs);

    if (fail == FWD_FAIL_NONE)
        fail = try_runs(t, &runs);
    fwd_runs_found_free(&runs);
    return fail;
}

static void run_track(void *ctx, size_t index)
{
    struct track *t = (struct track *)ctx + index;

    if (!allocate(t)) {
        t->fail = out_of_memory(t);
    } else {
        bool raw = t->isa->find == NULL || t->options->effort == FWD_EFFORT_BEST;
        t->fail = raw ? try_raw(t) : FWD_FAIL_NONE;
        if (t->fail == FWD_FAIL_NONE && t->isa->find != NULL)
            t->fail = try_normalised(t);
        /* sometimes larger: so both are tried */
        t->fine = t->options->effort == FWD_EFFORT_BEST && !t->large;
        if (t->fail == FWD_FAIL_NONE && t->isa->find != NULL && t->fine)
            t->fail = try_normalised(t);
    }
    release(t);
}

bool fwd_refdelta_search_nearby(const struct fwd_pair *pair)
{
    return pair->source_size <= LARGE_IMAGE && pair->target_size <= LARGE_IMAGE;
}

uint64_t fwd_refdelta_search_pieces(const struct fwd_pair *pair)
{
    return PIECES_LEAST + pair->target_size / PIECE_BYTES;
}

/* ---- the search ------------------------------------------------------------------------------ */

bool fwd_refdelta_search_isas(const struct fwd_pair *pair, const struct fwd_hints *hints,
    uint8_t ids[FWD_REFDELTA_ISAS_MAX], size_t *count)
{
    *count = 0;
    if (hints != NULL && hints->has_isa)
        ids[(*count)++] = hints->isa;
    else if (!fwd_locate_isas(pair->target, pair->target_size, ids, count))
        return false;
    else
        ids[(*count)++] = FWD_ISA_NONE;
    return true;
}

static enum fwd_fail check(const struct fwd_pair *pair, struct fwd_error *err)
{
    if (pair->source_size == 0 || pair->source_size > FWD_DELTA_IMAGE_MAX ||
        pair->target_size == 0 || pair->target_size > FWD_DELTA_IMAGE_MAX)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "codec fwd takes images of 1 byte to 1 GiB - 2; use codec bsdiff-xz for others");
    return FWD_FAIL_NONE;
}

static enum fwd_fail take_best(
    struct track *tracks, size_t count, struct fwd_found *found, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;

    for (size_t i = 0; i < count && fail == FWD_FAIL_NONE; i++) {
        fail = tracks[i].fail;
        if (fail != FWD_FAIL_NONE) {
            *err = tracks[i].err;
        } else if (tracks[i].best.section.data != NULL &&
                   (found->section.data == NULL ||
                       tracks[i].best.section.size < found->section.size)) {
            fwd_found_free(found);
            *found = tracks[i].best;
            fwd_located_attach(&found->located);
            tracks[i].best = (struct fwd_found){0};
        }
    }
    for (size_t i = 0; i < count; i++)
        fwd_found_free(&tracks[i].best);
    if (fail != FWD_FAIL_NONE)
        fwd_found_free(found);
    return fail;
}

enum fwd_fail fwd_refdelta_search_make(const struct fwd_pair *pair,
    const struct fwd_refdelta_search_options *options, struct fwd_found *found,
    struct fwd_error *err)
{
    uint8_t ids[FWD_REFDELTA_ISAS_MAX];
    size_t count;

    *found = (struct fwd_found){0};
    enum fwd_fail fail = check(pair, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    struct track *tracks = calloc(FWD_REFDELTA_ISAS_MAX, sizeof *tracks);
    if (tracks == NULL || !fwd_refdelta_search_isas(pair, options->hints, ids, &count)) {
        free(tracks);
        return fwd_error_memory(err, "the delta");
    }
    for (size_t i = 0; i < count; i++) {
        tracks[i].pair = pair;
        tracks[i].options = options;
        tracks[i].isa = fwd_refdelta_search_isa(ids[i]);
        tracks[i].memory = options->memory ? options->memory : fwd_refdelta_fit_usual(pair);
        tracks[i].large = !fwd_refdelta_search_nearby(pair);
    }
    fwd_jobs_run(
        options->bounds.bounded ? 1 : options->jobs, count, run_track, tracks, options->progress);
    fail = take_best(tracks, count, found, err);
    free(tracks);
    return fail;
}
