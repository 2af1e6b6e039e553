/* Codec `lite`: what is coded is decoded, in the memory that the formula says; and bytes that no
 * builder made are refused ([L1] to [L10]) without a step outside the buffers (the sanitizers
 * watch). */
#include "gen/memory_input.h"
#include "gen/package/section.h"
#include "hostio/host_file.h"
#include "verify/codec.h"
#include "verify/lite/lite.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MUTANTS 1500u

/* A section, ready to be decoded. */
struct rig {
    struct fwd_bytes source, target;
    struct fwd_section section;
    struct fwd_component component;
    struct fwd_decode_job job;
};

static void read_image(const char *name, struct fwd_bytes *bytes)
{
    char path[256];
    struct fwd_error err;

    snprintf(path, sizeof path, FWD_SOURCE_DIR "/samples/images/%s", name);
    ck_assert_int_eq(fwd_file_read(path, SIZE_MAX, bytes, &err), FWD_FAIL_NONE);
}

static void set_section(struct rig *r, const uint8_t *bytes, uint32_t size)
{
    r->component.section_size = size;
    r->job.section = fwd_memory_input(bytes, size);
}

static void set_up(struct rig *r, uint8_t isa, uint32_t memory)
{
    const struct fwd_hints hints = {.has_isa = true, .isa = isa};
    const struct fwd_section_options options = {.jobs = 1, .arena_max = memory, .hints = &hints};
    struct fwd_tuples runs = {0};
    struct fwd_error err;

    memset(r, 0, sizeof *r);
    read_image("boot-1.bin", &r->source);
    read_image("boot-2.bin", &r->target);
    const struct fwd_pair pair = {
        r->source.data, r->target.data, (uint32_t)r->source.size, (uint32_t)r->target.size};
    ck_assert_int_eq(fwd_section_lite(&pair, &options, &r->section, &runs, &err), FWD_FAIL_NONE);
    fwd_tuples_free(&runs);
    r->component = (struct fwd_component){.flags = FWD_COMPONENT_HAS_SOURCE,
        .codec = FWD_CODEC_LITE,
        .codec_params = r->section.params,
        .codec_params_size = r->section.params_size,
        .source = {.size = pair.source_size},
        .target = {.size = pair.target_size}};
    r->job.component = &r->component;
    r->job.source = fwd_memory_input(r->source.data, pair.source_size);
    set_section(r, r->section.bytes.data, (uint32_t)r->section.bytes.size);
    ck_assert_int_eq(fwd_codec_lite.arena(&r->component, &r->component.arena_size), FWD_OK);
    ck_assert_uint_eq(r->component.arena_size, r->section.arena_size);
    r->job.arena = malloc(r->component.arena_size);
    r->job.arena_size = r->component.arena_size;
    ck_assert_ptr_nonnull(r->job.arena);
}

static void tear_down(struct rig *r)
{
    free(r->job.arena);
    fwd_section_free(&r->section);
    fwd_bytes_free(&r->source);
    fwd_bytes_free(&r->target);
}

/* The reason; *same: the target came out as far as it came. */
static enum fwd_reason decode(const struct rig *r, bool *same)
{
    struct fwd_chunk chunk = {.size = 1};
    uint32_t given = 0;
    void *state = NULL;
    enum fwd_reason reason = fwd_codec_lite.open(&r->job, &state);

    *same = true;
    while (reason == FWD_OK && chunk.size > 0) {
        reason = fwd_codec_lite.next(state, &chunk);
        if (reason != FWD_OK)
            break;
        ck_assert_uint_le(chunk.size, r->component.target.size - given);
        if (chunk.has_source)
            ck_assert_uint_le((uint64_t)chunk.source_offset + chunk.size, r->source.size);
        if (memcmp(chunk.bytes, r->target.data + given, chunk.size) != 0)
            *same = false;
        given += chunk.size;
    }
    if (reason == FWD_OK)
        ck_assert_uint_eq(given, r->component.target.size);
    return reason;
}

static const struct {
    uint8_t isa;
    uint32_t memory;
} shapes[] = {{FWD_ISA_NONE, 16384}, {FWD_ISA_THUMB, 8192}, {FWD_ISA_THUMB, 16384},
    {FWD_ISA_THUMB, 65536}, {FWD_ISA_A32, 8192}, {FWD_ISA_A64, 8192}, {FWD_ISA_ARM, 8192},
    {FWD_ISA_RV32, 8192}, {FWD_ISA_RV64, 8192}, {FWD_ISA_XTENSA, 8192}, {FWD_ISA_X86_64, 8192},
    {FWD_ISA_X86_32, 8192}, {FWD_ISA_AVR, 8192}, {FWD_ISA_MIPS, 8192}, {FWD_ISA_MIPS_BIG, 8192},
    {FWD_ISA_PPC, 8192}, {FWD_ISA_THUMB, 7000}};
#define SHAPES ((int)(sizeof shapes / sizeof shapes[0]))

START_TEST(what_is_coded_is_decoded_in_the_memory_that_was_allowed)
{
    struct rig r;
    bool same;

    set_up(&r, shapes[_i].isa, shapes[_i].memory);
    ck_assert_uint_le(r.component.arena_size, shapes[_i].memory);
    ck_assert_int_eq(decode(&r, &same), FWD_OK);
    ck_assert(same);
    /* and again, in the same memory */
    ck_assert_int_eq(decode(&r, &same), FWD_OK);
    ck_assert(same);
    tear_down(&r);
}
END_TEST

START_TEST(less_memory_than_the_formula_is_refused)
{
    struct rig r;
    bool same;

    set_up(&r, FWD_ISA_THUMB, 8192);
    r.job.arena_size -= 16;
    ck_assert_int_eq(decode(&r, &same), FWD_E_DECODER_MEMORY);
    tear_down(&r);
}
END_TEST

/* [L1], [L2]: a byte of the parameters, and what it must not be. */
static const struct {
    uint8_t at, value;
    enum fwd_reason reason;
} wrong_params[] = {{0, 2, FWD_E_UNKNOWN_CODEC}, {1, 99, FWD_E_UNKNOWN_CODEC},
    {2, 7, FWD_E_SECTION_CONTENT}, {2, 15, FWD_E_SECTION_CONTENT}, {3, 5, FWD_E_SECTION_CONTENT},
    {3, 13, FWD_E_SECTION_CONTENT}, {4, 1, FWD_E_SECTION_CONTENT}, {4, 65, FWD_E_SECTION_CONTENT},
    {8, 1, FWD_E_SECTION_CONTENT}, {8, 129, FWD_E_SECTION_CONTENT}};

START_TEST(parameters_outside_their_limits_are_refused)
{
    struct rig r;
    uint32_t arena = 1;

    set_up(&r, FWD_ISA_THUMB, 8192);
    r.section.params[wrong_params[_i].at] = wrong_params[_i].value;
    ck_assert_int_eq(fwd_codec_lite.arena(&r.component, &arena), wrong_params[_i].reason);
    ck_assert_uint_eq(arena, 0);
    tear_down(&r);
}
END_TEST

/* [L2], [L3] */
START_TEST(sizes_outside_their_limits_are_refused)
{
    struct rig r;
    uint32_t arena;

    set_up(&r, FWD_ISA_THUMB, 8192);
    r.component.codec_params_size--;
    ck_assert_int_eq(fwd_codec_lite.arena(&r.component, &arena), FWD_E_SECTION_CONTENT);
    r.component.codec_params_size++;
    r.component.target.size = FWD_LITE_IMAGE_MAX + 1;
    ck_assert_int_eq(fwd_codec_lite.arena(&r.component, &arena), FWD_E_SECTION_CONTENT);
    r.component.target.size = 0;
    ck_assert_int_eq(fwd_codec_lite.arena(&r.component, &arena), FWD_E_SECTION_CONTENT);
    r.component.target.size = 1;
    r.component.section_size = FWD_LITE_HEAD;
    ck_assert_int_eq(fwd_codec_lite.arena(&r.component, &arena), FWD_E_SECTION_CONTENT);
    r.component.section_size++;
    r.component.flags = 0;
    ck_assert_int_eq(fwd_codec_lite.arena(&r.component, &arena), FWD_E_SECTION_CONTENT);
    tear_down(&r);
}
END_TEST

START_TEST(an_instruction_set_that_is_not_linked_is_unknown)
{
    struct rig r;
    uint32_t arena;

    set_up(&r, FWD_ISA_RV32, 8192);
    ck_assert_int_eq(fwd_codec_lite_thumb.arena(&r.component, &arena), FWD_E_UNKNOWN_CODEC);
    tear_down(&r);
}
END_TEST

/* [L5]: nothing may be missing or left, and [L6]: no stream is empty. */
START_TEST(a_section_that_was_cut_or_prolonged_is_refused)
{
    struct rig r;
    bool same;

    set_up(&r, FWD_ISA_THUMB, 8192);
    uint32_t size = r.component.section_size;
    uint8_t *longer = calloc(1, size + 8);
    ck_assert_ptr_nonnull(longer);
    memcpy(longer, r.section.bytes.data, size);
    for (uint32_t cut = FWD_LITE_HEAD + 1; cut < size; cut++) {
        set_section(&r, longer, cut);
        ck_assert(decode(&r, &same) != FWD_OK || !same);
    }
    set_section(&r, longer, size + 8);
    ck_assert_int_eq(decode(&r, &same), FWD_E_STREAM_INVALID);
    longer[0] = longer[1] = longer[2] = 0;
    set_section(&r, longer, size);
    ck_assert_int_eq(decode(&r, &same), FWD_E_STREAM_INVALID);
    longer[2] = 0xFF;
    ck_assert_int_eq(decode(&r, &same), FWD_E_STREAM_INVALID);
    free(longer);
    tear_down(&r);
}
END_TEST

/* [L8]: with no room for the map. */
START_TEST(a_map_that_is_too_small_is_refused)
{
    struct rig r;
    bool same;

    set_up(&r, FWD_ISA_THUMB, 8192);
    r.section.params[6] = r.section.params[7] = 0;
    ck_assert_int_eq(decode(&r, &same), FWD_E_STREAM_INVALID);
    tear_down(&r);
}
END_TEST

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* [L4], [L7], [L9], [L10]: whatever the bytes say, the decoder stays inside and ends. */
START_TEST(mutated_sections_never_leave_the_buffers)
{
    struct rig r;
    uint32_t random = 1 + (uint32_t)_i;
    bool same;

    set_up(&r, shapes[_i].isa, shapes[_i].memory);
    uint32_t size = r.component.section_size;
    uint8_t *mutant = malloc(size);
    ck_assert_ptr_nonnull(mutant);
    for (uint32_t i = 0; i < MUTANTS; i++) {
        memcpy(mutant, r.section.bytes.data, size);
        for (uint32_t k = next_random(&random) % 4; k < 4; k++)
            mutant[next_random(&random) % size] ^= (uint8_t)(1u << next_random(&random) % 8);
        set_section(&r, mutant, size);
        enum fwd_reason reason = decode(&r, &same);
        ck_assert(reason == FWD_OK || reason == FWD_E_STREAM_INVALID);
    }
    free(mutant);
    tear_down(&r);
}
END_TEST

/* Fails from the read number `left` on. */
struct failing {
    struct fwd_input inner;
    uint32_t left;
};

static enum fwd_reason read_failing(void *ctx, uint32_t offset, void *buf, uint32_t size)
{
    struct failing *f = ctx;

    if (f->left == 0)
        return FWD_E_SOURCE_READ;
    f->left--;
    return f->inner.read(f->inner.ctx, offset, buf, size);
}

START_TEST(the_reason_of_a_failed_read_is_given)
{
    struct rig r;
    bool same;

    set_up(&r, FWD_ISA_THUMB, 8192);
    const struct fwd_input inputs[2] = {r.job.section, r.job.source};
    struct failing failing = {.inner = inputs[_i % 2]};
    struct fwd_input *input = _i % 2 ? &r.job.source : &r.job.section;
    *input = (struct fwd_input){&failing, read_failing, input->size};
    for (uint32_t left = 0; left < 12; left++) {
        failing.left = left;
        ck_assert_int_eq(decode(&r, &same), FWD_E_SOURCE_READ);
    }
    tear_down(&r);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("lite");
    TCase *tcase = tcase_create("lite");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, what_is_coded_is_decoded_in_the_memory_that_was_allowed, 0, SHAPES);
    tcase_add_test(tcase, less_memory_than_the_formula_is_refused);
    tcase_add_loop_test(tcase, parameters_outside_their_limits_are_refused, 0,
        (int)(sizeof wrong_params / sizeof wrong_params[0]));
    tcase_add_test(tcase, sizes_outside_their_limits_are_refused);
    tcase_add_test(tcase, an_instruction_set_that_is_not_linked_is_unknown);
    tcase_add_test(tcase, a_section_that_was_cut_or_prolonged_is_refused);
    tcase_add_test(tcase, a_map_that_is_too_small_is_refused);
    tcase_add_loop_test(tcase, mutated_sections_never_leave_the_buffers, 0, SHAPES);
    tcase_add_loop_test(tcase, the_reason_of_a_failed_read_is_given, 0, 2);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
