#include "gen/lite/lite_encode.h"
#include "gen/lite/lite_fit.h"
#include "gen/package/section.h"

#include <string.h>

/* The runs as the rest of the builder sees a delta. */
static bool make_tuples(
    const struct fwd_pair *pair, const struct fwd_runs_found *runs, struct fwd_tuples *tuples)
{
    struct fwd_weaver weaver = {.tuples = tuples};
    uint32_t at = 0;

    for (size_t i = 0; i < runs->count; i++) {
        fwd_weaver_extra(&weaver, runs->list[i].to - at);
        fwd_weaver_diff(&weaver, runs->list[i].from, runs->list[i].size);
        at = runs->list[i].to + runs->list[i].size;
    }
    fwd_weaver_extra(&weaver, pair->target_size - at);
    return fwd_weaver_end(&weaver);
}

static uint32_t memory_of(const struct fwd_pair *pair, const struct fwd_section_options *options)
{
    uint32_t memory = options->delta_memory ? options->delta_memory : fwd_refdelta_fit_usual(pair);

    return options->arena_max && options->arena_max < memory ? options->arena_max : memory;
}

enum fwd_fail fwd_section_fwd(const struct fwd_pair *pair,
    const struct fwd_section_options *options, struct fwd_section *section, struct fwd_tuples *runs,
    struct fwd_error *err)
{
    const struct fwd_refdelta_search_options search = {.memory = memory_of(pair, options),
        .effort = options->effort,
        .jobs = options->jobs,
        .hints = options->hints,
        .progress = options->progress,
        .limit = options->limit,
        .order = options->order,
        .raw = options->raw,
        .bounds = options->bounds};
    struct fwd_delta_layout layout;
    struct fwd_found found;

    *section = (struct fwd_section){.codec = FWD_CODEC_FWD, .params_size = FWD_DELTA_PARAMS_SIZE};
    enum fwd_fail fail = fwd_refdelta_search_make(pair, &search, &found, err);
    section->stopped = fail == FWD_FAIL_NONE && found.section.data == NULL;
    if (fail != FWD_FAIL_NONE || section->stopped)
        return fail;
    section->isa = found.params.isa;
    fwd_refdelta_encode_params(&found.params, section->params);
    if (fwd_delta_layout(&found.params, &layout) == FWD_OK)
        section->arena_size = layout.end;
    section->bytes = found.section;
    found.section = (struct fwd_bytes){0};
    if (!make_tuples(pair, &found.runs, runs)) {
        fwd_section_free(section);
        fail = fwd_error_memory(err, "the delta");
    }
    fwd_found_free(&found);
    return fail;
}

enum fwd_fail fwd_section_lite(const struct fwd_pair *pair,
    const struct fwd_section_options *options, struct fwd_section *section, struct fwd_tuples *runs,
    struct fwd_error *err)
{
    uint32_t memory = options->delta_memory ? options->delta_memory : FWD_LITE_MEMORY;
    const struct fwd_refdelta_search_options search = {.effort = options->effort,
        .jobs = options->jobs,
        .hints = options->hints,
        .costs = &fwd_lite_fit_costs,
        .progress = options->progress,
        .order = options->order,
        .raw = options->raw,
        .bounds = options->bounds};
    struct fwd_lite_params params;
    struct fwd_found found;

    if (options->arena_max && options->arena_max < memory)
        memory = options->arena_max;
    *section = (struct fwd_section){.codec = FWD_CODEC_LITE, .params_size = FWD_LITE_PARAMS_SIZE};
    enum fwd_fail fail = fwd_refdelta_search_make(pair, &search, &found, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    const struct fwd_refdelta_encode_job job = {.pair = *pair,
        .isa = fwd_refdelta_search_isa(found.params.isa),
        .frames = found.located.frames,
        .runs = {found.runs.list, found.runs.count}};
    fail = fwd_lite_encode(&job, memory, &params, &section->bytes, err);
    if (fail == FWD_FAIL_NONE) {
        section->isa = params.isa;
        section->arena_size = fwd_lite_fit_arena(&params);
        fwd_lite_encode_params(&params, section->params);
        if (!make_tuples(pair, &found.runs, runs)) {
            fwd_section_free(section);
            fail = fwd_error_memory(err, "the delta");
        }
    }
    fwd_found_free(&found);
    return fail;
}
