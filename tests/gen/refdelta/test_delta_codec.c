/* Whole sections of codec `fwd`: the target comes back, for all kinds of images, efforts,
 * instruction sets and memories; the same bytes with one thread and two. */
#include "tests/gen/refdelta/delta_rig.h"
#include "verify/refdelta/refdelta_decoder.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NO_ISA 99

struct setting {
    const char *name;
    enum fwd_effort effort;
    uint32_t memory;
    uint8_t isa; /* NO_ISA: found by itself */
    uint64_t source_base, target_base;
};

static const struct setting settings[] = {
    {"default", FWD_EFFORT_DEFAULT, 0, NO_ISA, 0, 0},
    {"fast", FWD_EFFORT_FAST, 0, NO_ISA, 0, 0},
    {"best", FWD_EFFORT_BEST, 0, NO_ISA, 0, 0},
    {"32 KiB", FWD_EFFORT_FAST, 32768, NO_ISA, 0, 0},
    {"64 KiB", FWD_EFFORT_FAST, 65536, NO_ISA, 0, 0},
    {"256 KiB", FWD_EFFORT_FAST, 262144, NO_ISA, 0, 0},
    {"no instruction set", FWD_EFFORT_FAST, 0, FWD_ISA_NONE, 0, 0},
    {"Thumb", FWD_EFFORT_FAST, 0, FWD_ISA_THUMB, 0x08000000, 0x08000000},
    {"A32", FWD_EFFORT_FAST, 0, FWD_ISA_A32, 0x08000000, 0x08010000},
    {"A64", FWD_EFFORT_FAST, 0, FWD_ISA_A64, 0xFFFF000008000000, 0xFFFF000008080000},
    {"A32 with Thumb", FWD_EFFORT_FAST, 0, FWD_ISA_ARM, 0, 0},
    {"RV32", FWD_EFFORT_FAST, 0, FWD_ISA_RV32, 0x42000000, 0x42000000},
    {"RV64", FWD_EFFORT_FAST, 0, FWD_ISA_RV64, 0x80200000, 0x80200000},
    {"Xtensa", FWD_EFFORT_FAST, 0, FWD_ISA_XTENSA, 0x400D0000, 0x400D0000},
    {"x86-64", FWD_EFFORT_FAST, 0, FWD_ISA_X86_64, 0xFFFFFFFF81000000, 0xFFFFFFFF81000000},
    {"AVR", FWD_EFFORT_FAST, 0, FWD_ISA_AVR, 0, 0},
    {"MIPS", FWD_EFFORT_FAST, 0, FWD_ISA_MIPS, 0x80000000, 0x80000000},
    {"MIPS, big-endian", FWD_EFFORT_FAST, 0, FWD_ISA_MIPS_BIG, 0xBFC00000, 0xBFC00000},
    {"PowerPC", FWD_EFFORT_FAST, 0, FWD_ISA_PPC, 0x00F00000, 0x00F10000},
    {"x86-32", FWD_EFFORT_FAST, 0, FWD_ISA_X86_32, 0x00100000, 0x00110000},
};
#define SETTINGS ((int)(sizeof settings / sizeof settings[0]))

static struct fwd_section encode(
    const struct fwd_pair *pair, const struct setting *s, unsigned jobs)
{
    const struct fwd_hints hints = {.has_isa = s->isa != NO_ISA,
        .isa = s->isa,
        .has_base = s->source_base != 0,
        .source_base = s->source_base,
        .target_base = s->target_base};
    const struct fwd_section_options options = {
        .jobs = jobs, .delta_memory = s->memory, .effort = s->effort, .hints = &hints};
    struct fwd_section section = {0};
    struct fwd_tuples runs = {0};
    struct fwd_error err = {0};

    ck_assert_msg(
        fwd_section_fwd(pair, &options, &section, &runs, &err) == FWD_FAIL_NONE, "%s", s->name);
    fwd_tuples_free(&runs);
    return section;
}

static void expect_target(
    const struct fwd_pair *pair, const struct fwd_section *section, const char *name)
{
    struct fwd_component component = rig_component(section, pair);
    struct rig_run run = {.codec = &fwd_codec_fwd,
        .component = &component,
        .section = &section->bytes,
        .pair = pair,
        .arena_size = section->arena_size};
    struct fwd_bytes out;
    uint32_t arena = 0;

    ck_assert_int_eq(fwd_codec_fwd.arena(&component, &arena), FWD_OK);
    ck_assert_uint_eq(arena, section->arena_size);
    ck_assert_msg(rig_decode(&run, &out) == FWD_OK, "%s", name);
    ck_assert_msg(out.size == pair->target_size, "%s", name);
    ck_assert_msg(memcmp(out.data, pair->target, out.size) == 0, "%s", name);
    fwd_bytes_free(&out);
    run.arena_size--;
    ck_assert_int_eq(rig_decode(&run, &out), FWD_E_DECODER_MEMORY);
    fwd_bytes_free(&out);
}

static void round_trip(const struct fwd_pair *pair, const struct setting *s)
{
    struct fwd_section one = encode(pair, s, 1), two = encode(pair, s, 2);

    ck_assert_uint_eq(one.bytes.size, two.bytes.size);
    ck_assert_mem_eq(one.bytes.data, two.bytes.data, one.bytes.size);
    ck_assert_mem_eq(one.params, two.params, sizeof one.params);
    ck_assert_uint_le(one.arena_size, s->memory ? s->memory : 65536);
    expect_target(pair, &one, s->name);
    fwd_section_free(&one);
    fwd_section_free(&two);
}

/* Each kind of image with every third setting, another third for the next; with FWD_LONG=1 all. */
#define EVERY 3

START_TEST(every_kind_of_image_comes_back)
{
    if (_i % EVERY != 0 && getenv("FWD_LONG") == NULL)
        return;
    const struct rig_case *c = &rig_cases[_i / SETTINGS];
    struct fwd_bytes source = rig_case_source(c), target = rig_case_target(c, &source);
    const struct fwd_pair pair = rig_pair(&source, &target);

    round_trip(&pair, &settings[_i % SETTINGS]);
    fwd_bytes_free(&source);
    fwd_bytes_free(&target);
}
END_TEST

/* The sample firmware, whole, cropped to an odd size, mutated, and back from the later release. */
enum change { WHOLE, CROPPED, MUTATED, BACK, ITSELF, CHANGES };

static struct fwd_bytes load(const char *name)
{
    char path[512];
    struct fwd_bytes bytes = {0};

    (void)snprintf(path, sizeof path, "%s/samples/images/%s", FWD_SOURCE_DIR, name);
    ck_assert_int_eq(fwd_file_read(path, 1 << 20, &bytes, NULL), FWD_FAIL_NONE);
    return bytes;
}

START_TEST(sample_firmware_comes_back)
{
    struct fwd_bytes source = load("demo-1.0.0.bin");
    struct fwd_bytes target = load(_i == ITSELF ? "demo-1.0.0.bin" : "demo-1.1.0.bin");
    struct fwd_pair pair = rig_pair(&source, &target);
    uint32_t state = 7;

    if (_i == CROPPED)
        pair.target_size = 40961;
    for (uint32_t i = 0; _i == MUTATED && i < 3000; i++)
        target.data[delta_random(&state) % target.size] ^= (uint8_t)(1u << i % 8);
    if (_i == BACK)
        pair = rig_pair(&target, &source);
    struct fwd_section section = encode(&pair, &settings[0], 1);
    /* there is nothing to follow where nothing moved */
    ck_assert_uint_eq(
        section.params[1], _i == ITSELF || _i == MUTATED ? FWD_ISA_NONE : FWD_ISA_THUMB);
    ck_assert_uint_lt(section.bytes.size, _i == ITSELF ? 64 : pair.target_size / 4);
    expect_target(&pair, &section, "sample");
    const struct fwd_component component = rig_component(&section, &pair);
    uint32_t arena;
    ck_assert_int_eq(fwd_codec_fwd_thumb.arena(&component, &arena), FWD_OK);
    fwd_section_free(&section);
    fwd_bytes_free(&source);
    fwd_bytes_free(&target);
}
END_TEST

START_TEST(what_cannot_be_coded_is_refused)
{
    static const uint8_t byte = 1;
    static const struct fwd_pair pairs[] = {
        {&byte, &byte, 0, 1}, {&byte, &byte, 1, 0}, {&byte, &byte, 1, 1}};
    const struct fwd_section_options options = {.jobs = 1, .delta_memory = _i == 2 ? 20000 : 0};
    struct fwd_section section;
    struct fwd_tuples runs = {0};
    struct fwd_error err = {0};

    ck_assert_int_eq(
        fwd_section_fwd(&pairs[_i], &options, &section, &runs, &err), FWD_FAIL_REFUSED);
    ck_assert_ptr_null(section.bytes.data);
}
END_TEST

/* ---- parameters ------------------------------------------------------------------------------ */

struct parameters {
    const char *name;
    uint8_t bytes[10];
    uint8_t size;
    enum fwd_reason reason;
};

#define CONTENT FWD_E_SECTION_CONTENT
static const struct parameters parameters[] = {
    {"as they are", {1, 1, 0, 8, 200, 0, 0, 16, 2}, 9, FWD_OK},
    {"none", {0}, 0, CONTENT},
    {"one too few", {1, 1, 0, 8, 200, 0, 0, 16}, 8, CONTENT},
    {"one too many", {1, 1, 0, 8, 200, 0, 0, 16, 2, 0}, 10, CONTENT},
    {"version 0", {0, 1, 0, 8, 200, 0, 0, 16, 2}, 9, FWD_E_UNKNOWN_CODEC},
    {"version 2 with another size", {2, 1, 0}, 3, FWD_E_UNKNOWN_CODEC},
    {"an instruction set of the future", {1, 99, 0, 8, 200, 0, 0, 16, 2}, 9, FWD_E_UNKNOWN_CODEC},
    {"A64", {1, 3, 0, 8, 200, 0, 0, 16, 2}, 9, FWD_OK},
    {"no page", {1, 1, 0, 0, 200, 0, 0, 16, 2}, 9, CONTENT},
    {"an unknown class", {1, 1, 2, 8, 200, 0, 0, 16, 2}, 9, CONTENT},
    {"class 64 KiB too small for the pages", {1, 1, 0, 20, 200, 0, 0, 16, 2}, 9, CONTENT},
    {"class 256 KiB holds them", {1, 1, 1, 20, 200, 0, 0, 16, 2}, 9, FWD_OK},
    {"class 64 KiB too small for the map", {1, 1, 0, 8, 0, 64, 0, 16, 2}, 9, CONTENT},
    {"class 64 KiB too small for corrections", {1, 1, 0, 8, 200, 0, 0, 255, 2}, 9, CONTENT},
    {"all at most in a class of its own", {1, 1, 255, 255, 255, 255, 255, 255, 128}, 9, FWD_OK},
    {"all at least", {1, 0, 0, 1, 0, 0, 0, 0, 2}, 9, FWD_OK},
    {"too few segments", {1, 0, 0, 1, 0, 0, 0, 0, 1}, 9, CONTENT},
    {"too many segments", {1, 0, 0, 1, 0, 0, 0, 0, 129}, 9, CONTENT},
};

START_TEST(parameters_give_the_arena_or_are_refused)
{
    const struct parameters *p = &parameters[_i];
    const struct fwd_component component = {.codec = FWD_CODEC_FWD,
        .flags = FWD_COMPONENT_HAS_SOURCE,
        .codec_params = p->bytes,
        .codec_params_size = p->size,
        .section_size = 100,
        .source = {.size = 100},
        .target = {.size = 100}};
    uint32_t arena = 7;
    enum fwd_reason reason = fwd_codec_fwd.arena(&component, &arena);

    ck_assert_msg(reason == p->reason, "%s", p->name);
    ck_assert_msg((arena > 0) == (reason == FWD_OK) && arena % 16 == 0, "%s", p->name);
}
END_TEST

#define PAIRS 4000u
#define SHIFT 40u

/* LUI a0 and ADDI a0, a0 of an address in the image, and C.LI a1; some ADDI stay as they were in
 * what moved. An ADDI forgets what it completes: looked for twice it would be another unit. */
static void fill_made_addresses(uint8_t *bytes, uint32_t shift)
{
    uint32_t state = 1, next = 40;

    memset(bytes, 0, shift);
    for (uint32_t i = 0; i < PAIRS; i++) {
        uint8_t *at = bytes + shift + (size_t)i * 10;
        uint32_t address = 0x42000000 + shift + delta_random(&state) % (PAIRS * 10);
        bool here = i == next;
        next += here ? 11 + delta_random(&state) % 8 : 0;
        fwd_word_put(at, ((address + 0x800) & 0xFFFFF000u) | 0x537);
        fwd_word_put(at + 4, (address - (here ? shift : 0)) << 20 | 0x50513);
        fwd_half_put(at + 8, 0x4595);
    }
}

START_TEST(addresses_in_two_parts_are_looked_for_once)
{
    static const struct setting rv32 = {
        "RV32", FWD_EFFORT_FAST, 0, FWD_ISA_RV32, 0x42000000, 0x42000000};
    struct fwd_bytes source = {malloc(PAIRS * 10), PAIRS * 10};
    struct fwd_bytes target = {malloc(SHIFT + PAIRS * 10), SHIFT + PAIRS * 10};

    fill_made_addresses(source.data, 0);
    fill_made_addresses(target.data, SHIFT);
    const struct fwd_pair pair = rig_pair(&source, &target);
    struct fwd_section section = encode(&pair, &rv32, 1);
    expect_target(&pair, &section, "RV32");
    fwd_section_free(&section);
    fwd_bytes_free(&source);
    fwd_bytes_free(&target);
}
END_TEST

START_TEST(parameters_come_back)
{
    const struct fwd_delta_params params = {2, FWD_RAM_FREE, 255, 0xABCDEF, 0x120, 7};
    struct fwd_delta_params again;
    uint8_t bytes[FWD_DELTA_PARAMS_SIZE];

    fwd_refdelta_encode_params(&params, bytes);
    ck_assert_int_eq(fwd_delta_params_decode(bytes, sizeof bytes, &again), FWD_OK);
    ck_assert(again.isa == 2 && again.ram_class == FWD_RAM_FREE && again.pages == 255);
    ck_assert(again.intervals == 0xABCDEF && again.caches == 0x120 && again.segments == 7);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("delta codec");
    TCase *tcase = tcase_create("delta codec");
    SRunner *runner = srunner_create(suite);

    suite_add_tcase(suite, tcase);
    tcase_set_timeout(tcase, 240);
    tcase_add_loop_test(tcase, every_kind_of_image_comes_back, 0, rig_case_count * SETTINGS);
    tcase_add_loop_test(tcase, sample_firmware_comes_back, 0, CHANGES);
    tcase_add_loop_test(tcase, what_cannot_be_coded_is_refused, 0, 3);
    tcase_add_loop_test(tcase, parameters_give_the_arena_or_are_refused, 0,
        (int)(sizeof parameters / sizeof parameters[0]));
    tcase_add_test(tcase, addresses_in_two_parts_are_looked_for_once);
    tcase_add_test(tcase, parameters_come_back);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
