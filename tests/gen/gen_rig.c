#include "tests/gen/gen_rig.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

const struct rig_case rig_cases[] = {
    {"one byte each", RIG_RANDOM, 1, 1, false},
    {"two bytes from one", RIG_RANDOM, 1, 2, false},
    {"a tiny source", RIG_FIRMWARE, 3, 5000, false},
    {"a tiny target", RIG_FIRMWARE, 5000, 3, false},
    {"all zero", RIG_ZEROS, 70000, 70001, false},
    {"identical", RIG_FIRMWARE, 40000, 40000, true},
    {"unrelated random", RIG_RANDOM, 30001, 29999, false},
    {"a release", RIG_FIRMWARE, 60000, 60400, true},
    {"a cropped release of odd size", RIG_FIRMWARE, 65537, 40961, true},
    {"a release filled up", RIG_FIRMWARE, 30000, 50001, true},
};
const int rig_case_count = sizeof rig_cases / sizeof rig_cases[0];

static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* Instructions of few kinds with changing operands, and every 16th word a pointer. */
static void fill_firmware(uint8_t *out, size_t size, uint32_t *state)
{
    static const uint8_t kinds[] = {0x46, 0x68, 0xF7, 0xFF, 0xB5, 0xBD, 0x20, 0x47};
    uint32_t function = 0x08010000;

    for (size_t i = 0; i < size; i += 4) {
        uint32_t r = next_random(state);
        uint8_t word[4] = {
            (uint8_t)(r % 24), kinds[r >> 8 & 7], (uint8_t)(r >> 16 & 15), kinds[r >> 24 & 7]};
        if (i / 4 % 16 == 15) {
            function += 4 * (r % 64);
            memcpy(word, &function, 4);
        }
        memcpy(out + i, word, size - i < 4 ? size - i : 4);
    }
}

struct fwd_bytes rig_image(enum rig_content content, size_t size, uint32_t seed)
{
    struct fwd_bytes image = {calloc(1, size), size};
    uint32_t state = seed * 2654435761u + 1;

    ck_assert_ptr_nonnull(image.data);
    if (content == RIG_FIRMWARE)
        fill_firmware(image.data, size, &state);
    for (size_t i = 0; content == RIG_RANDOM && i < size; i++)
        image.data[i] = (uint8_t)(next_random(&state) >> 11);
    return image;
}

struct fwd_bytes rig_release(const struct fwd_bytes *image, size_t size, uint32_t seed)
{
    struct fwd_bytes out = rig_image(RIG_FIRMWARE, size, seed + 77);
    uint32_t state = seed + 99;
    size_t cut = image->size / 3, shift = 20 + seed % 64;

    if (size == image->size) {
        memcpy(out.data, image->data, size);
        return out;
    }
    for (size_t i = 0; i < size && i < image->size; i++) {
        if (i < cut)
            out.data[i] = image->data[i];
        else if (i >= cut + shift)
            out.data[i] = image->data[i - shift];
    }
    for (size_t i = 15; i < size; i += 256 + next_random(&state) % 512)
        out.data[i] = (uint8_t)(out.data[i] + 20);
    return out;
}

struct fwd_pair rig_pair(const struct fwd_bytes *source, const struct fwd_bytes *target)
{
    return (struct fwd_pair){
        source->data, target->data, (uint32_t)source->size, (uint32_t)target->size};
}

struct fwd_bytes rig_case_source(const struct rig_case *c)
{
    return rig_image(c->content, c->source_size, 1);
}

struct fwd_bytes rig_case_target(const struct rig_case *c, const struct fwd_bytes *source)
{
    if (c->related)
        return rig_release(source, c->target_size, 2);
    return rig_image(c->content, c->target_size, 3);
}

struct fwd_component rig_component(const struct fwd_section *section, const struct fwd_pair *pair)
{
    return (struct fwd_component){.codec = (uint8_t)section->codec,
        .flags = section->codec == FWD_CODEC_BSDIFF_XZ || section->codec == FWD_CODEC_FWD
                     ? FWD_COMPONENT_HAS_SOURCE
                     : 0,
        .codec_params = section->params,
        .codec_params_size = section->params_size,
        .section_size = (uint32_t)section->bytes.size,
        .arena_size = section->arena_size,
        .source = {.size = pair->source_size},
        .target = {.size = pair->target_size}};
}

struct reader {
    const uint8_t *bytes;
    enum fwd_reason fails;
    uint32_t fails_from;
};

static enum fwd_reason read_bytes(void *ctx, uint32_t offset, void *buf, uint32_t size)
{
    const struct reader *reader = ctx;

    if (reader->fails != FWD_OK && offset + size > reader->fails_from)
        return reader->fails;
    memcpy(buf, reader->bytes + offset, size);
    return FWD_OK;
}

static uint8_t *exact(const void *bytes, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);

    ck_assert_ptr_nonnull(copy);
    if (size > 0)
        memcpy(copy, bytes, size);
    return copy;
}

static enum fwd_reason pull(
    const struct rig_run *run, const struct fwd_decode_job *job, struct fwd_bytes *out)
{
    struct fwd_chunk chunk = {0};
    void *state = NULL;
    enum fwd_reason reason = run->codec->open(job, &state);

    while (reason == FWD_OK) {
        reason = run->codec->next(state, &chunk);
        if (reason != FWD_OK || chunk.size == 0)
            break;
        ck_assert_uint_le(chunk.size, 4096);
        ck_assert_uint_le(out->size + chunk.size, run->pair->target_size);
        if (chunk.has_source)
            ck_assert_uint_le((uint64_t)chunk.source_offset + chunk.size, job->source.size);
        memcpy(out->data + out->size, chunk.bytes, chunk.size);
        out->size += chunk.size;
    }
    if (run->codec->close != NULL)
        run->codec->close(state);
    return reason;
}

enum fwd_reason rig_decode(const struct rig_run *run, struct fwd_bytes *out)
{
    struct reader section = {
        exact(run->section->data, run->section->size), run->section_fails, run->fails_from};
    struct reader source = {
        exact(run->pair->source, run->pair->source_size), run->source_fails, run->fails_from};
    uint8_t *arena = malloc(run->arena_size ? run->arena_size : 1);

    ck_assert_ptr_nonnull(arena);
    const struct fwd_decode_job job = {.component = run->component,
        .section = {&section, read_bytes, (uint32_t)run->section->size},
        .source = {&source, read_bytes, run->pair->source_size},
        .arena = arena,
        .arena_size = run->arena_size};
    *out = (struct fwd_bytes){malloc(run->pair->target_size), 0};
    enum fwd_reason reason = pull(run, &job, out);
    free(arena);
    free((uint8_t *)(uintptr_t)section.bytes);
    free((uint8_t *)(uintptr_t)source.bytes);
    return reason;
}
