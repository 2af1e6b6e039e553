/* Decoders and bytes that no builder made: every refusal has its reason, nothing is read or written
 * outside the buffers (the sanitizers watch). */
#include "format/cursor.h"
#include "gen/bsdiff/bsdiff.h"
#include "tests/gen/gen_rig.h"

#include <check.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>

#define DICTIONARY_CODE 0 /* 4 KiB */
#define ROOM            8192u

/* ---- .xz streams with one property changed --------------------------------------------------- */

enum trick {
    PLAIN,
    CRC32,
    CRC64,
    X86_FILTER,
    DELTA_FILTER,
    OTHER_DICTIONARY,
    TWO_BLOCKS,
    NO_BLOCK,
    PADDED,
    ANOTHER_STREAM,
    TRICKS
};

struct stream {
    uint8_t bytes[ROOM];
    size_t size;
};

static void append_stream(
    struct stream *s, enum trick trick, const void *bytes, size_t size, size_t second)
{
    lzma_options_lzma options;
    lzma_options_delta delta = {.type = LZMA_DELTA_TYPE_BYTE, .dist = 1};
    lzma_stream lzma = LZMA_STREAM_INIT;
    lzma_filter filters[3] = {{LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, NULL}};
    lzma_check check = trick == CRC64   ? LZMA_CHECK_CRC64
                       : trick == CRC32 ? LZMA_CHECK_CRC32
                                        : LZMA_CHECK_NONE;

    ck_assert(!lzma_lzma_preset(&options, 6));
    options.dict_size = trick == OTHER_DICTIONARY ? 65536 : 4096;
    if (trick == X86_FILTER || trick == DELTA_FILTER) {
        filters[2] = filters[1];
        filters[1] = filters[0];
        filters[0] = trick == X86_FILTER ? (lzma_filter){LZMA_FILTER_X86, NULL}
                                         : (lzma_filter){LZMA_FILTER_DELTA, &delta};
    }
    ck_assert_int_eq(lzma_stream_encoder(&lzma, filters, check), LZMA_OK);
    lzma.next_in = bytes;
    lzma.avail_in = size - second;
    lzma.next_out = s->bytes + s->size;
    lzma.avail_out = ROOM - s->size;
    if (second > 0) {
        while (lzma_code(&lzma, LZMA_FULL_FLUSH) != LZMA_STREAM_END)
            ;
        lzma.avail_in = second;
    }
    ck_assert_int_eq(lzma_code(&lzma, LZMA_FINISH), LZMA_STREAM_END);
    s->size += (size_t)lzma.total_out;
    lzma_end(&lzma);
}

static struct stream make_stream(enum trick trick, const void *bytes, size_t size)
{
    static const uint8_t zeros[4] = {0};
    struct stream s = {.size = 0};

    append_stream(&s, trick, bytes, trick == NO_BLOCK ? 0 : size, trick == TWO_BLOCKS ? 5 : 0);
    if (trick == PADDED) {
        memcpy(s.bytes + s.size, zeros, sizeof zeros);
        s.size += sizeof zeros;
    }
    if (trick == ANOTHER_STREAM)
        append_stream(&s, PLAIN, bytes, size, 0);
    return s;
}

/* [M58] [M59] */
START_TEST(only_one_block_of_lzma2_with_the_declared_dictionary_is_decoded)
{
    const enum trick trick = (enum trick)_i;
    struct fwd_bytes target = rig_image(RIG_FIRMWARE, 3000, 5), out;
    struct stream stream = make_stream(trick, target.data, target.size);
    struct fwd_bytes section = {stream.bytes, stream.size};
    const uint8_t params[] = {DICTIONARY_CODE};
    const struct fwd_pair pair = {NULL, target.data, 0, (uint32_t)target.size};
    const struct fwd_component component = {.codec = FWD_CODEC_XZ,
        .codec_params = params,
        .codec_params_size = 1,
        .section_size = (uint32_t)stream.size,
        .target = {.size = pair.target_size}};
    const struct rig_run run = {.codec = &fwd_codec_xz,
        .component = &component,
        .section = &section,
        .pair = &pair,
        .arena_size = 4096 + 65536};
    enum fwd_reason expected = trick == PLAIN || trick == CRC32 ? FWD_OK : FWD_E_STREAM_INVALID;

    ck_assert_int_eq(rig_decode(&run, &out), expected);
    fwd_bytes_free(&out);
    fwd_bytes_free(&target);
}
END_TEST

/* ---- bsdiff-xz with a chosen control stream -------------------------------------------------- */

struct control {
    const char *name;
    int64_t numbers[9]; /* diff, extra, seek of up to three tuples; diff -1 ends them */
    uint32_t diff_size, extra_size;
    bool accepted;
};

/* Source 100 bytes, target 50 bytes. [M54] [M61] [M62] [M63] */
static const struct control controls[] = {
    {"one run", {50, 0, 0, -1}, 50, 0, true},
    {"run and new bytes", {30, 20, 0, -1}, 30, 20, true},
    {"new bytes only", {0, 50, 0, -1}, 0, 50, true},
    {"seek to the end and back", {10, 0, 90, 0, 10, -60, 30, 0, 0}, 40, 10, true},
    {"last seek within the source", {50, 0, 50, -1}, 50, 0, true},
    {"last seek beyond the source", {50, 0, 51, -1}, 50, 0, false},
    {"seek before the source", {10, 0, -11, 40, 0, 0, -1}, 50, 0, false},
    {"seek by the least number", {10, 0, INT32_MIN, 40, 0, 0, -1}, 50, 0, false},
    {"run beyond the source", {10, 0, 60, 40, 0, 0, -1}, 50, 0, false},
    {"run up to the source's end", {10, 0, 50, 40, 0, 0, -1}, 50, 0, true},
    {"tuple without output", {0, 0, 0, 50, 0, 0, -1}, 50, 0, false},
    {"run beyond the target", {51, 0, 0, -1}, 51, 0, false},
    {"new bytes beyond the target", {30, 21, 0, -1}, 30, 21, false},
    {"sizes whose sum wraps", {30, UINT32_MAX, 0, -1}, 30, 20, false},
    {"the largest run", {UINT32_MAX, 0, 0, -1}, 50, 0, false},
    {"target too short", {49, 0, 0, -1}, 49, 0, false},
    {"a tuple too many", {50, 0, 0, 1, 0, 0, -1}, 51, 0, false},
    {"fewer differences than said", {50, 0, 0, -1}, 49, 0, false},
    {"more differences than used", {50, 0, 0, -1}, 51, 0, false},
    {"no differences at all", {50, 0, 0, -1}, 0, 0, false},
    {"fewer new bytes than said", {30, 20, 0, -1}, 30, 19, false},
    {"more new bytes than used", {30, 20, 0, -1}, 30, 21, false},
    {"new bytes that are never used", {50, 0, 0, -1}, 50, 1, false},
};
#define CONTROLS ((int)(sizeof controls / sizeof controls[0]))

static uint32_t write_numbers(const int64_t *numbers, uint8_t *out, size_t room)
{
    struct fwd_writer w = fwd_writer_over(out, room);

    for (unsigned i = 0; i < 9 && (numbers[i] >= 0 || i % 3 != 0); i++)
        fwd_write_varint(&w, i % 3 == 2 ? fwd_zigzag((int32_t)numbers[i]) : (uint32_t)numbers[i]);
    return (uint32_t)w.at;
}

static enum fwd_reason decode_bsdiff(
    const uint8_t *control, uint32_t control_size, uint32_t diff_size, uint32_t extra_size)
{
    static uint8_t source[100], target[50], zeros[64];
    const uint32_t sizes[3] = {control_size, diff_size, extra_size};
    const uint8_t *const contents[3] = {control, zeros, zeros};
    struct fwd_bytes section = {malloc(3 * ROOM), 0}, out;
    uint32_t packed[3] = {0};
    uint8_t params[11];
    struct fwd_writer w = fwd_writer_over(params, sizeof params);

    for (unsigned i = 0; i < 3; i++) {
        struct stream s = {.size = 0};
        if (sizes[i] > 0)
            s = make_stream(PLAIN, contents[i], sizes[i]);
        memcpy(section.data + section.size, s.bytes, s.size);
        section.size += s.size;
        packed[i] = (uint32_t)s.size;
    }
    fwd_write_le32(&w, packed[0]);
    fwd_write_le32(&w, packed[1]);
    for (unsigned i = 0; i < 3; i++)
        fwd_write_u8(&w, sizes[i] > 0 ? DICTIONARY_CODE : 0xFF);
    const struct fwd_pair pair = {source, target, sizeof source, sizeof target};
    const struct fwd_component component = {.codec = FWD_CODEC_BSDIFF_XZ,
        .flags = FWD_COMPONENT_HAS_SOURCE,
        .codec_params = params,
        .codec_params_size = sizeof params,
        .section_size = (uint32_t)section.size,
        .source = {.size = pair.source_size},
        .target = {.size = pair.target_size}};
    struct rig_run run = {
        .codec = &fwd_codec_bsdiff_xz, .component = &component, .section = &section, .pair = &pair};
    ck_assert_int_eq(fwd_codec_bsdiff_xz.arena(&component, &run.arena_size), FWD_OK);
    enum fwd_reason reason = rig_decode(&run, &out);
    fwd_bytes_free(&out);
    fwd_bytes_free(&section);
    return reason;
}

START_TEST(a_control_stream_stays_in_source_and_target)
{
    const struct control *c = &controls[_i];
    uint8_t bytes[64];
    uint32_t size = write_numbers(c->numbers, bytes, sizeof bytes);

    ck_assert_msg(decode_bsdiff(bytes, size, c->diff_size, c->extra_size) ==
                      (c->accepted ? FWD_OK : FWD_E_STREAM_INVALID),
        "%s", c->name);
}
END_TEST

struct raw_control {
    const char *name;
    uint8_t bytes[16];
    uint32_t size;
};

static const struct raw_control raw_controls[] = {
    {"a number that is not minimal", {0x80 | 50, 0x00, 0, 0}, 4},
    {"a number of six bytes", {0xB2, 0x80, 0x80, 0x80, 0x80, 0x00, 0, 0}, 8},
    {"a number above 32 bits", {0xB2, 0x80, 0x80, 0x80, 0x10, 0, 0}, 7},
    {"a tuple that ends too early", {50, 0}, 2},
    {"a number that ends too early", {50, 0, 0x80}, 3},
    {"a byte too many", {50, 0, 0, 0}, 4},
};
#define RAW_CONTROLS ((int)(sizeof raw_controls / sizeof raw_controls[0]))

START_TEST(a_control_stream_s_numbers_are_well_formed)
{
    const struct raw_control *c = &raw_controls[_i];

    ck_assert_msg(decode_bsdiff(c->bytes, c->size, 50, 0) == FWD_E_STREAM_INVALID, "%s", c->name);
}
END_TEST

/* ---- every truncation and every flipped byte ------------------------------------------------- */

struct victim {
    struct fwd_bytes source, target;
    struct fwd_pair pair;
    struct fwd_section section;
    struct fwd_component component;
    const struct fwd_codec *codec;
};

/* The component points into the victim: it must not move. */
static void make_victim(struct victim *v, int codec)
{
    const struct fwd_section_options options = {.arena_max = 1u << 20, .jobs = 1};
    struct fwd_tuples tuples;

    v->source = rig_image(RIG_FIRMWARE, 600, 1);
    v->target = rig_release(&v->source, 640, 2);
    v->pair = rig_pair(&v->source, &v->target);
    if (codec == 0) {
        v->codec = &fwd_codec_xz;
        ck_assert_int_eq(fwd_section_xz(&v->pair, &options, &v->section, NULL), FWD_FAIL_NONE);
    } else {
        v->codec = &fwd_codec_bsdiff_xz;
        ck_assert_int_eq(fwd_bsdiff_make(&v->pair, NULL, &tuples, NULL), FWD_FAIL_NONE);
        ck_assert_int_eq(
            fwd_section_bsdiff_xz(&v->pair, &tuples, &options, &v->section, NULL), FWD_FAIL_NONE);
        fwd_tuples_free(&tuples);
    }
    v->component = rig_component(&v->section, &v->pair);
}

static void free_victim(struct victim *v)
{
    fwd_section_free(&v->section);
    fwd_bytes_free(&v->source);
    fwd_bytes_free(&v->target);
}

static enum fwd_reason decode_victim(const struct victim *v, struct fwd_bytes *out)
{
    const struct rig_run run = {.codec = v->codec,
        .component = &v->component,
        .section = &v->section.bytes,
        .pair = &v->pair,
        .arena_size = v->section.arena_size};

    return rig_decode(&run, out);
}

START_TEST(every_truncated_section_is_refused)
{
    struct victim v;
    struct fwd_bytes out;

    make_victim(&v, _i);
    while (v.section.bytes.size > 1) {
        v.component.section_size = (uint32_t)--v.section.bytes.size;
        enum fwd_reason reason = decode_victim(&v, &out);
        fwd_bytes_free(&out);
        ck_assert_msg(reason == FWD_E_STREAM_INVALID || reason == FWD_E_SECTION_CONTENT,
            "%zu bytes: %s", v.section.bytes.size, fwd_reason_info(reason)->name);
    }
    free_victim(&v);
}
END_TEST

/* A flip inside compressed data may decode to other bytes: the target digest is there for that. It
 * never gives another size or another reason. */
START_TEST(every_flipped_byte_ends_with_a_reason)
{
    struct victim v;
    struct fwd_bytes out;
    unsigned refused = 0;

    make_victim(&v, _i);
    for (size_t at = 0; at < v.section.bytes.size * 2; at++) {
        uint8_t mask = (uint8_t)(at % 2 ? 0xFFu : 1u << (at / 2 % 8));
        v.section.bytes.data[at / 2] ^= mask;
        enum fwd_reason reason = decode_victim(&v, &out);
        ck_assert(reason == FWD_OK || reason == FWD_E_STREAM_INVALID);
        if (reason == FWD_OK)
            ck_assert_uint_eq(out.size, v.target.size);
        refused += reason != FWD_OK;
        fwd_bytes_free(&out);
        v.section.bytes.data[at / 2] ^= mask;
    }
    ck_assert_uint_gt(refused, v.section.bytes.size / 4);
    free_victim(&v);
}
END_TEST

START_TEST(every_flipped_parameter_ends_with_a_reason)
{
    struct victim v;
    struct fwd_bytes out;

    make_victim(&v, _i);
    for (unsigned at = 0; at < v.section.params_size * 8u; at++) {
        v.section.params[at / 8] ^= (uint8_t)(1u << at % 8);
        uint32_t arena = 0;
        enum fwd_reason reason = v.codec->arena(&v.component, &arena);
        if (reason == FWD_OK && arena <= v.section.arena_size) {
            reason = decode_victim(&v, &out);
            fwd_bytes_free(&out);
            ck_assert_int_eq(reason, FWD_E_STREAM_INVALID);
        } else if (reason != FWD_OK) {
            ck_assert_int_eq(reason, FWD_E_SECTION_CONTENT);
        }
        v.section.params[at / 8] ^= (uint8_t)(1u << at % 8);
    }
    free_victim(&v);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("codec hostile");
    TCase *tcase = tcase_create("codec hostile");
    SRunner *runner = srunner_create(suite);

    suite_add_tcase(suite, tcase);
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(
        tcase, only_one_block_of_lzma2_with_the_declared_dictionary_is_decoded, 0, TRICKS);
    tcase_add_loop_test(tcase, a_control_stream_stays_in_source_and_target, 0, CONTROLS);
    tcase_add_loop_test(tcase, a_control_stream_s_numbers_are_well_formed, 0, RAW_CONTROLS);
    tcase_add_loop_test(tcase, every_truncated_section_is_refused, 0, 2);
    tcase_add_loop_test(tcase, every_flipped_byte_ends_with_a_reason, 0, 2);
    tcase_add_loop_test(tcase, every_flipped_parameter_ends_with_a_reason, 0, 2);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
