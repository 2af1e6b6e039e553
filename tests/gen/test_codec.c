/* The decoders: what is coded comes back, and memory is what SPEC.md section 6 says. */
#include "gen/bsdiff/bsdiff.h"
#include "gen/package/xz_encode.h"
#include "tests/gen/gen_rig.h"
#include "verify/codec/xz_stream.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct fwd_codec *const codecs[] = {
    &fwd_codec_stored, &fwd_codec_xz, &fwd_codec_bsdiff_xz};
#define CODECS 3
#define LIMIT  (8u << 20)

static const struct fwd_section_options options = {.arena_max = LIMIT, .jobs = 1};

static struct fwd_section encode(const struct fwd_codec *codec, const struct fwd_pair *pair)
{
    struct fwd_section section = {0};
    struct fwd_tuples tuples = {0};

    if (codec->id == FWD_CODEC_STORED)
        ck_assert_int_eq(fwd_section_stored(pair, &options, &section, NULL), FWD_FAIL_NONE);
    if (codec->id == FWD_CODEC_XZ)
        ck_assert_int_eq(fwd_section_xz(pair, &options, &section, NULL), FWD_FAIL_NONE);
    if (codec->id == FWD_CODEC_BSDIFF_XZ) {
        ck_assert_int_eq(fwd_bsdiff_make(pair, NULL, &tuples, NULL), FWD_FAIL_NONE);
        ck_assert_int_eq(
            fwd_section_bsdiff_xz(pair, &tuples, &options, &section, NULL), FWD_FAIL_NONE);
    }
    fwd_tuples_free(&tuples);
    return section;
}

/* [M54] [M57] */
START_TEST(every_codec_gives_the_target_back)
{
    const struct rig_case *c = &rig_cases[_i / CODECS];
    const struct fwd_codec *codec = codecs[_i % CODECS];
    struct fwd_bytes source = rig_case_source(c), target = rig_case_target(c, &source), out;
    struct fwd_pair pair = rig_pair(&source, &target);
    struct fwd_section section = encode(codec, &pair);
    struct fwd_component component = rig_component(&section, &pair);
    const struct rig_run run = {.codec = codec,
        .component = &component,
        .section = &section.bytes,
        .pair = &pair,
        .arena_size = section.arena_size};

    ck_assert_msg(rig_decode(&run, &out) == FWD_OK, "%s", c->name);
    ck_assert_uint_eq(out.size, target.size);
    ck_assert_mem_eq(out.data, target.data, target.size);
    fwd_bytes_free(&out);
    fwd_section_free(&section);
    fwd_bytes_free(&source);
    fwd_bytes_free(&target);
}
END_TEST

/* [M55] */
START_TEST(the_arena_of_the_formula_is_demanded_to_the_byte)
{
    const struct fwd_codec *codec = codecs[_i];
    struct fwd_bytes source = rig_image(RIG_FIRMWARE, 9000, 1), out;
    struct fwd_bytes target = rig_release(&source, 9100, 2);
    struct fwd_pair pair = rig_pair(&source, &target);
    struct fwd_section section = encode(codec, &pair);
    struct fwd_component component = rig_component(&section, &pair);
    struct rig_run run = {.codec = codec,
        .component = &component,
        .section = &section.bytes,
        .pair = &pair,
        .arena_size = section.arena_size - 1};
    uint32_t formula = 0;

    ck_assert_int_eq(codec->arena(&component, &formula), FWD_OK);
    ck_assert_uint_eq(formula, section.arena_size);
    ck_assert_int_eq(rig_decode(&run, &out), FWD_E_DECODER_MEMORY);
    fwd_bytes_free(&out);
    run.arena_size++;
    ck_assert_int_eq(rig_decode(&run, &out), FWD_OK);
    fwd_bytes_free(&out);
    fwd_section_free(&section);
    fwd_bytes_free(&source);
    fwd_bytes_free(&target);
}
END_TEST

static enum fwd_reason read_memory(void *ctx, uint32_t offset, void *buf, uint32_t size)
{
    const struct fwd_bytes *bytes = ctx;

    memcpy(buf, bytes->data + offset, size);
    return FWD_OK;
}

/* What a stream takes, with every dictionary up to 32 MiB: at least 16 KiB of the margin of 64 KiB
 * stay free for the codec's state, its buffers and other versions of liblzma. [M55] */
START_TEST(the_margin_of_the_formula_suffices_for_every_dictionary)
{
    const uint8_t code = (uint8_t)_i;
    struct fwd_bytes image = rig_image(RIG_FIRMWARE, 30000, 4);
    struct fwd_xz_task task = {
        .bytes = image.data, .size = (uint32_t)image.size, .content = FWD_XZ_CODE, .code = code};
    struct fwd_xz_arena arena = {0};
    static struct fwd_xz_stream stream;
    const struct fwd_xz_options one = {.jobs = 1};
    uint32_t dictionary;
    bool stopped;
    uint8_t *out = malloc(image.size);

    ck_assert_int_eq(fwd_xz_encode(&task, 1, &one, &stopped, NULL), FWD_FAIL_NONE);
    ck_assert(!stopped);
    ck_assert(fwd_xz_dictionary(code, &dictionary));
    ck_assert(fwd_xz_arena_add(code, &arena.size));
    ck_assert_uint_eq(arena.size, dictionary + 65536u);
    arena.bytes = malloc(arena.size);
    ck_assert_ptr_nonnull(arena.bytes);
    const struct fwd_input input = {&task.out, read_memory, (uint32_t)task.out.size};
    ck_assert_int_eq(fwd_xz_stream_open(&stream, &input, 0, input.size, code, &arena), FWD_OK);
    ck_assert_int_eq(fwd_xz_stream_read(&stream, out, (uint32_t)image.size), FWD_OK);
    ck_assert_int_eq(fwd_xz_stream_finish(&stream), FWD_OK);
    ck_assert_mem_eq(out, image.data, image.size);
    ck_assert_uint_le(arena.used + sizeof stream, dictionary + 65536u - 16384u);
    free(arena.bytes);
    free(out);
    fwd_bytes_free(&task.out);
    fwd_bytes_free(&image);
}
END_TEST

START_TEST(a_failing_reader_s_reason_is_passed_on)
{
    const struct fwd_codec *codec = codecs[_i];
    struct fwd_bytes source = rig_image(RIG_FIRMWARE, 9000, 1), out;
    struct fwd_bytes target = rig_release(&source, 9100, 2);
    struct fwd_pair pair = rig_pair(&source, &target);
    struct fwd_section section = encode(codec, &pair);
    struct fwd_component component = rig_component(&section, &pair);
    struct rig_run run = {.codec = codec,
        .component = &component,
        .section = &section.bytes,
        .pair = &pair,
        .arena_size = section.arena_size,
        .section_fails = FWD_E_PACKAGE_IO};
    const uint32_t places[] = {
        0, (uint32_t)section.bytes.size / 2, (uint32_t)section.bytes.size - 1};

    for (unsigned i = 0; i < 3; i++) {
        run.fails_from = places[i];
        ck_assert_int_eq(rig_decode(&run, &out), FWD_E_PACKAGE_IO);
        fwd_bytes_free(&out);
    }
    run.section_fails = FWD_OK;
    run.source_fails = FWD_E_SOURCE_READ;
    run.fails_from = 5000;
    ck_assert_int_eq(rig_decode(&run, &out), codec->needs_source ? FWD_E_SOURCE_READ : FWD_OK);
    fwd_bytes_free(&out);
    fwd_section_free(&section);
    fwd_bytes_free(&source);
    fwd_bytes_free(&target);
}
END_TEST

START_TEST(a_codec_is_found_by_its_number)
{
    ck_assert_ptr_eq(fwd_codec_find(codecs, CODECS, FWD_CODEC_XZ), &fwd_codec_xz);
    ck_assert_ptr_null(fwd_codec_find(codecs, CODECS, FWD_CODEC_FWD));
    ck_assert_ptr_null(fwd_codec_find(codecs, 0, FWD_CODEC_STORED));
}
END_TEST

/* [M52] [M57] [M60] */
struct parameters {
    const char *name;
    uint16_t codec;
    uint8_t bytes[12];
    uint8_t size;
    uint32_t section_size, target_size;
    uint8_t flags;
    uint32_t arena; /* 0: refused */
};

#define S FWD_COMPONENT_HAS_SOURCE
static const struct parameters parameters[] = {
    {"stored", FWD_CODEC_STORED, {0}, 0, 100, 100, 0, 4096},
    {"stored with parameters", FWD_CODEC_STORED, {0}, 1, 100, 100, 0, 0},
    {"stored, other size", FWD_CODEC_STORED, {0}, 0, 99, 100, 0, 0},
    {"stored, nothing", FWD_CODEC_STORED, {0}, 0, 0, 0, 0, 0},
    {"xz, 4 KiB", FWD_CODEC_XZ, {0}, 1, 100, 100, 0, 4096 + 65536},
    {"xz, 6 KiB", FWD_CODEC_XZ, {1}, 1, 100, 100, 0, 6144 + 65536},
    {"xz, 3 GiB", FWD_CODEC_XZ, {39}, 1, 100, 100, 0, 3221225472u + 65536},
    {"xz, 4 GiB - 1: no arena of 32 bits", FWD_CODEC_XZ, {40}, 1, 100, 100, 0, 0},
    {"xz, unknown code", FWD_CODEC_XZ, {41}, 1, 100, 100, 0, 0},
    {"xz, absent", FWD_CODEC_XZ, {0xFF}, 1, 100, 100, 0, 0},
    {"xz without parameters", FWD_CODEC_XZ, {0}, 0, 100, 100, 0, 0},
    {"xz, too many parameters", FWD_CODEC_XZ, {0, 0}, 2, 100, 100, 0, 0},
    {"all streams", 2, {10, 0, 0, 0, 20, 0, 0, 0, 0, 1, 0}, 11, 100, 100, S, 210944},
    {"control only", 2, {100, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, 11, 100, 100, S, 69632},
    {"no control", 2, {0, 0, 0, 0, 20, 0, 0, 0, 0xFF, 1, 0}, 11, 100, 100, S, 0},
    {"absent, but has bytes", 2, {10, 0, 0, 0, 20, 0, 0, 0, 0, 0xFF, 0}, 11, 100, 100, S, 0},
    {"present, but empty", 2, {10, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0}, 11, 100, 100, S, 0},
    {"extra present, but empty", 2, {80, 0, 0, 0, 20, 0, 0, 0, 0, 1, 0}, 11, 100, 100, S, 0},
    {"beyond the section", 2, {90, 0, 0, 0, 20, 0, 0, 0, 0, 1, 0xFF}, 11, 100, 100, S, 0},
    {"sum beyond 32 bits", 2, {255, 255, 255, 255, 101, 0, 0, 0, 0, 1, 0xFF}, 11, 100, 100, S, 0},
    {"unknown code", 2, {10, 0, 0, 0, 20, 0, 0, 0, 0, 41, 0}, 11, 100, 100, S, 0},
    {"arenas beyond 32 bits", 2, {10, 0, 0, 0, 20, 0, 0, 0, 39, 39, 0}, 11, 100, 100, S, 0},
    {"without a source", 2, {10, 0, 0, 0, 20, 0, 0, 0, 0, 1, 0}, 11, 100, 100, 0, 0},
    {"empty target", 2, {10, 0, 0, 0, 20, 0, 0, 0, 0, 1, 0}, 11, 100, 0, S, 0},
    {"too few parameters", 2, {10, 0, 0, 0, 20, 0, 0, 0, 0, 1, 0}, 10, 100, 100, S, 0},
    {"too many parameters", 2, {10, 0, 0, 0, 20, 0, 0, 0, 0, 1, 0, 0}, 12, 100, 100, S, 0},
};
#define PARAMETERS ((int)(sizeof parameters / sizeof parameters[0]))

START_TEST(parameters_give_the_arena_or_are_refused)
{
    const struct parameters *p = &parameters[_i];
    uint8_t *bytes = malloc(p->size ? p->size : 1);
    memcpy(bytes, p->bytes, p->size);
    const struct fwd_component component = {.codec = (uint8_t)p->codec,
        .flags = p->flags,
        .codec_params = bytes,
        .codec_params_size = p->size,
        .section_size = p->section_size,
        .source = {.size = 100},
        .target = {.size = p->target_size}};
    const struct fwd_codec *codec = fwd_codec_find(codecs, CODECS, p->codec);
    uint32_t arena = 0;
    enum fwd_reason reason = codec->arena(&component, &arena);

    ck_assert_msg(reason == (p->arena ? FWD_OK : FWD_E_SECTION_CONTENT), "%s", p->name);
    if (p->arena)
        ck_assert_uint_eq(arena, p->arena);
    free(bytes);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("codec");
    TCase *tcase = tcase_create("codec");
    SRunner *runner = srunner_create(suite);

    suite_add_tcase(suite, tcase);
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, every_codec_gives_the_target_back, 0, rig_case_count * CODECS);
    tcase_add_loop_test(tcase, the_arena_of_the_formula_is_demanded_to_the_byte, 0, CODECS);
    tcase_add_loop_test(tcase, the_margin_of_the_formula_suffices_for_every_dictionary, 0, 27);
    tcase_add_loop_test(tcase, a_failing_reader_s_reason_is_passed_on, 0, CODECS);
    tcase_add_test(tcase, a_codec_is_found_by_its_number);
    tcase_add_loop_test(tcase, parameters_give_the_arena_or_are_refused, 0, PARAMETERS);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
