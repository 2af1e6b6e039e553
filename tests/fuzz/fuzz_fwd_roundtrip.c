/* Codec `fwd` there and back. An input: a byte of settings (instruction set in bits 2..0, effort in
 * bits 4..3, a small memory in bit 5), two of the source's size, the source, the target. */
#include "gen/memory_input.h"
#include "gen/package/section.h"
#include "verify/codec.h"
#include "verify/refdelta/reference/window.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HEAD      3u
#define INPUT_MAX 20000u

static void require(bool what)
{
    if (!what)
        abort();
}

static void decode(const struct fwd_pair *pair, const struct fwd_section *section)
{
    const struct fwd_component component = {.codec = FWD_CODEC_FWD,
        .flags = FWD_COMPONENT_HAS_SOURCE,
        .codec_params = section->params,
        .codec_params_size = section->params_size,
        .section_size = (uint32_t)section->bytes.size,
        .arena_size = section->arena_size,
        .source = {.size = pair->source_size},
        .target = {.size = pair->target_size}};
    const struct fwd_decode_job job = {.component = &component,
        .section = fwd_memory_input(section->bytes.data, component.section_size),
        .source = fwd_memory_input(pair->source, pair->source_size),
        .arena = malloc(section->arena_size),
        .arena_size = section->arena_size};
    struct fwd_chunk chunk = {.size = 1};
    uint32_t given = 0;
    void *state;

    require(job.arena != NULL && fwd_codec_fwd.open(&job, &state) == FWD_OK);
    while (chunk.size > 0) {
        require(fwd_codec_fwd.next(state, &chunk) == FWD_OK);
        require(chunk.size <= pair->target_size - given);
        require(memcmp(chunk.bytes, pair->target + given, chunk.size) == 0);
        given += chunk.size;
    }
    require(given == pair->target_size);
    free(job.arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size <= HEAD || size > INPUT_MAX)
        return 0;
    uint32_t source = fwd_half_at(data + 1), left = (uint32_t)size - HEAD;
    if (source == 0 || source >= left)
        return 0;
    const struct fwd_pair pair = {data + HEAD, data + HEAD + source, source, left - source};
    const struct fwd_hints hints = {.has_isa = (data[0] & 7) < 5, .isa = data[0] & 7};
    const struct fwd_section_options options = {.jobs = 1,
        .delta_memory = data[0] & 32 ? 32768 : 0,
        .effort = (enum fwd_effort)((data[0] >> 3 & 3) % 3),
        .hints = &hints};
    struct fwd_section section;
    struct fwd_tuples runs = {0};
    struct fwd_error err = {0};
    require(fwd_section_fwd(&pair, &options, &section, &runs, &err) == FWD_FAIL_NONE);
    decode(&pair, &section);
    fwd_section_free(&section);
    fwd_tuples_free(&runs);
    return 0;
}
