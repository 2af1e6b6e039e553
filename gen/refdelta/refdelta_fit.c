#include "gen/refdelta/refdelta_fit.h"

#include "gen/refdelta/choose_map.h"

#define USUAL_MEMORY       65536u
#define LARGE_MEMORY       1572864u
#define LARGE_IMAGE        0x400000u
#define CORRECTIONS        256u
#define CORRECTIONS_VALUES 2048u /* values that shift do so in many steps */
#define CORRECTIONS_LEAST  16u
#define PAGES_MAX          255u
#define INTERVALS_MAX      0xFFFFFFu

uint32_t fwd_refdelta_fit_usual(const struct fwd_pair *pair)
{
    bool large = pair->source_size > LARGE_IMAGE || pair->target_size > LARGE_IMAGE;

    return large ? LARGE_MEMORY : USUAL_MEMORY;
}

static uint8_t class_of(uint32_t memory)
{
    uint32_t size;

    for (uint8_t class = FWD_RAM_64K; class <= FWD_RAM_256K; class ++)
        if (fwd_delta_class_size(class, &size) && memory <= size)
            return class;
    return FWD_RAM_FREE;
}

static bool fits(const struct fwd_delta_params *params, uint32_t memory)
{
    struct fwd_delta_layout layout;

    return fwd_delta_layout(params, &layout) == FWD_OK && layout.end <= memory;
}

/* The stated class is the smallest that holds what is needed. */
static void settle_class(struct fwd_delta_params *params)
{
    struct fwd_delta_layout layout;

    params->ram_class = FWD_RAM_FREE;
    if (fwd_delta_layout(params, &layout) == FWD_OK)
        params->ram_class = class_of(layout.end);
}

/* The most intervals that fit beside the rest. */
static uint32_t room_for_map(struct fwd_delta_params params, uint32_t memory)
{
    uint32_t low = 0, high = INTERVALS_MAX;

    while (low < high) {
        params.intervals = low + (high - low + 1) / 2;
        if (fits(&params, memory))
            low = params.intervals;
        else
            high = params.intervals - 1;
    }
    return low;
}

static enum fwd_fail fit_map(const struct fwd_refdelta_encode_job *job, uint32_t memory,
    struct fwd_delta_params *params, struct fwd_error *err)
{
    uint32_t room = room_for_map(*params, memory);

    for (size_t i = 0; i < job->runs.count; i++)
        job->runs.list[i].mapped = true;
    bool ok = fwd_refdelta_encode_intervals(&job->runs, &params->intervals);
    if (ok && params->intervals > room)
        ok = fwd_choose_map(job, room) &&
             fwd_refdelta_encode_intervals(&job->runs, &params->intervals);
    return ok ? FWD_FAIL_NONE : fwd_error_memory(err, "the map");
}

/* params: the smallest ones. */
static enum fwd_fail refuse_memory(
    const struct fwd_delta_params *params, uint32_t memory, struct fwd_error *err)
{
    struct fwd_delta_layout layout;

    if (fwd_delta_layout(params, &layout) != FWD_OK)
        return fwd_error_fail(err, FWD_FAIL_REFUSED, "codec fwd cannot decode this delta");
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "codec fwd needs at least %u bytes of decoder memory, %u are allowed: allow more, take "
        "codec "
        "lite, which needs about 6 KiB (--codec lite), or make "
        "a "
        "full package that needs 4096 (--full --codec stored)",
        (unsigned)layout.end, (unsigned)memory);
}

enum fwd_fail fwd_refdelta_fit_params(const struct fwd_refdelta_encode_job *job, uint32_t memory,
    uint32_t pages, struct fwd_delta_params *params, struct fwd_error *err)
{
    *params = (struct fwd_delta_params){.isa = job->isa->id,
        .ram_class = FWD_RAM_FREE,
        .pages = (uint8_t)pages,
        .caches = job->frames.values.end > 0 ? CORRECTIONS_VALUES : CORRECTIONS,
        .segments = (uint8_t)(job->frames.from.count + job->frames.to.count)};
    while (params->pages > 1 && !fits(params, memory))
        params->pages--;
    while (params->caches > CORRECTIONS_LEAST && !fits(params, memory))
        params->caches /= 2;
    if (!fits(params, memory))
        return refuse_memory(params, memory, err);
    enum fwd_fail fail = fit_map(job, memory, params, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    struct fwd_delta_params more = *params;
    while (more.pages < PAGES_MAX) {
        more.pages++;
        if (!fits(&more, memory))
            break;
        *params = more;
    }
    settle_class(params);
    return FWD_FAIL_NONE;
}
