/* The decoder of codec `fwd`, or of another one (FUZZED, with PARAMS bytes of parameters), against
 * any section. An input: the parameters (nine bytes), two of the source's size, two of the
 * target's, the source, the section. */
#include "gen/memory_input.h"
#include "verify/codec.h"
#include "verify/refdelta/reference/window.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#ifndef FUZZED
#define FUZZED fwd_codec_fwd
#endif
#ifndef PARAMS
#define PARAMS 9u
#endif
#define HEAD      (PARAMS + 4u)
#define ARENA_MAX 4194304u

static void require(bool what)
{
    if (!what)
        abort();
}

static void decode(const struct fwd_decode_job *job)
{
    uint32_t given = 0, target = job->component->target.size;
    struct fwd_chunk chunk = {.size = 1};
    void *state = NULL;
    enum fwd_reason reason = FUZZED.open(job, &state);

    while (reason == FWD_OK && chunk.size > 0) {
        reason = FUZZED.next(state, &chunk);
        if (reason != FWD_OK)
            break;
        require(chunk.size <= target - given);
        if (chunk.has_source)
            require((uint64_t)chunk.source_offset + chunk.size <= job->source.size);
        given += chunk.size;
    }
    require(reason != FWD_OK || given == target);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < HEAD)
        return 0;
    uint32_t source = fwd_half_at(data + PARAMS), left = (uint32_t)size - HEAD;
    if (source > left || left > 65536)
        return 0;
    struct fwd_component component = {.codec = (uint8_t)FUZZED.id,
        .flags = FUZZED.needs_source ? FWD_COMPONENT_HAS_SOURCE : 0,
        .codec_params = data,
        .codec_params_size = PARAMS,
        .section_size = left - source,
        .source = {.size = source},
        .target = {.size = fwd_half_at(data + PARAMS + 2)}};
    if (FUZZED.arena(&component, &component.arena_size) != FWD_OK ||
        component.arena_size > ARENA_MAX)
        return 0;
    struct fwd_decode_job job = {.component = &component,
        .section = fwd_memory_input(data + HEAD + source, component.section_size),
        .source = fwd_memory_input(data + HEAD, source),
        .arena = malloc(component.arena_size),
        .arena_size = component.arena_size};
    require(job.arena != NULL);
    decode(&job);
    free(job.arena);
    return 0;
}
