#include "format/component.h"
#include "tests/format/format_samples.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define TEXT31 "1234567890123456789012345678901"
#define TEXT63 TEXT31 "." TEXT31

static const uint8_t params[FWD_CODEC_PARAMS_MAX + 1];
static struct fwd_component decoded;

static void role_data(struct fwd_component *c)
{
    c->role = FWD_ROLE_DATA;
}

static void role_unknown(struct fwd_component *c)
{
    c->role = FWD_ROLE_COUNT;
}

static void flag_unknown(struct fwd_component *c)
{
    c->flags |= 0x40;
}

static void target_empty(struct fwd_component *c)
{
    c->target.size = 0;
}

static void source_empty(struct fwd_component *c)
{
    c->source.size = 0;
}

static void sizes_largest(struct fwd_component *c)
{
    c->target.size = c->source.size = c->section_size = UINT32_MAX;
}

static void name_longest(struct fwd_component *c)
{
    c->name = fwd_text_of(TEXT31);
}

static void name_too_long(struct fwd_component *c)
{
    c->name = fwd_text_of(TEXT31 "2");
}

static void name_with_space(struct fwd_component *c)
{
    c->name = fwd_text_of("fire ware");
}

static void name_with_slash(struct fwd_component *c)
{
    c->name = fwd_text_of("../etc");
}

static void versions_unknown(struct fwd_component *c)
{
    c->source.version = c->target.version = fwd_text_of("");
}

static void version_longest(struct fwd_component *c)
{
    c->target.version = fwd_text_of(TEXT63);
}

static void version_too_long(struct fwd_component *c)
{
    c->target.version = fwd_text_of(TEXT63 "4");
}

static void source_version_too_long(struct fwd_component *c)
{
    c->source.version = fwd_text_of(TEXT63 "4");
}

static void version_not_text(struct fwd_component *c)
{
    c->source.version = fwd_text_of("1.0\x01");
}

static void params_longest(struct fwd_component *c)
{
    c->codec_params = params;
    c->codec_params_size = FWD_CODEC_PARAMS_MAX;
}

static void params_too_long(struct fwd_component *c)
{
    params_longest(c);
    c->codec_params_size++;
}

static void codec_unknown(struct fwd_component *c)
{
    c->codec = 0xFF;
}

static const struct {
    const char *name;
    void (*change)(struct fwd_component *component);
    enum fwd_reason expected;
} values[] = {
    /* [M29] */
    {"last role", role_data, FWD_OK},
    {"unknown role", role_unknown, FWD_E_MANIFEST_VALUE},
    {"unknown flag", flag_unknown, FWD_E_MANIFEST_VALUE},
    /* [M30] */
    {"empty target", target_empty, FWD_E_MANIFEST_VALUE},
    {"empty source", source_empty, FWD_E_MANIFEST_VALUE},
    {"largest sizes", sizes_largest, FWD_OK},
    /* [M6] */
    {"longest name", name_longest, FWD_OK},
    {"name too long", name_too_long, FWD_E_MANIFEST_VALUE},
    {"space in the name", name_with_space, FWD_E_MANIFEST_VALUE},
    {"slash in the name", name_with_slash, FWD_E_MANIFEST_VALUE},
    /* [M5] [M31] */
    {"unknown versions", versions_unknown, FWD_OK},
    {"longest version", version_longest, FWD_OK},
    {"version too long", version_too_long, FWD_E_MANIFEST_VALUE},
    {"source version too long", source_version_too_long, FWD_E_MANIFEST_VALUE},
    {"version with a control character", version_not_text, FWD_E_MANIFEST_VALUE},
    {"longest codec parameters", params_longest, FWD_OK},
    {"codec parameters too long", params_too_long, FWD_E_MANIFEST_VALUE},
    /* A codec that is not known here may be known to the device's next installer: not a value. */
    {"unknown codec", codec_unknown, FWD_OK},
};

START_TEST(values_keep_their_limits)
{
    struct fwd_component component = sample_delta();
    uint8_t bytes[600];
    struct fwd_writer w = fwd_writer_over(bytes, sizeof bytes);

    values[_i].change(&component);
    fwd_component_encode(&w, &component, false);
    ck_assert(!w.failed);
    uint8_t *copy = exact_copy(bytes, w.at);
    ck_assert_msg(
        fwd_component_decode(copy, w.at, &decoded) == values[_i].expected, "%s", values[_i].name);
    free(copy);
}
END_TEST

/* [M28]: a cut inside the fields is one of syntax; the release number, and then the counter, may
 * go. */
START_TEST(every_truncation_is_refused)
{
    struct fwd_component component = sample_delta();
    uint8_t bytes[600];
    struct fwd_writer w = fwd_writer_over(bytes, sizeof bytes);

    fwd_component_encode(&w, &component, false);
    for (size_t cut = 0; cut < w.at; cut++) {
        uint8_t *copy = exact_copy(bytes, cut);
        bool whole = cut == w.at - 4 || cut == w.at - 4 - 3;
        enum fwd_reason expected = whole ? FWD_OK : FWD_E_MANIFEST_SYNTAX;
        ck_assert_msg(fwd_component_decode(copy, cut, &decoded) == expected, "cut at %zu", cut);
        free(copy);
    }
}
END_TEST

#define COUNTER "\x81\x02\x85\x06" /* 773 */
#define UNKNOWN                                                                                    \
    "\x05\x01"                                                                                     \
    "x"

/* [M3] [M4] [M20] [M21] [M36] */
static const struct {
    const char *name;
    const char *bytes;
    size_t size;
    enum fwd_reason expected;
    bool counted;
} extensions[] = {
    {"none", "", 0, FWD_OK, false},
    {"counter", COUNTER, 4, FWD_OK, true},
    {"counter not critical", "\x01\x02\x85\x06", 4, FWD_E_MANIFEST_SYNTAX, false},
    {"counter too short", "\x81\x01\x85", 3, FWD_E_MANIFEST_SYNTAX, false},
    {"counter too long", "\x81\x02\x05\x06", 4, FWD_E_MANIFEST_SYNTAX, false},
    {"counter not minimal", "\x81\x02\x85\x00", 4, FWD_E_MANIFEST_SYNTAX, false},
    {"largest counter", "\x81\x05\xFF\xFF\xFF\xFF\x0F", 7, FWD_OK, true},
    {"counter of 33 bits", "\x81\x05\xFF\xFF\xFF\xFF\x1F", 7, FWD_E_MANIFEST_SYNTAX, false},
    {"two counters", COUNTER COUNTER, 8, FWD_E_MANIFEST_SYNTAX, false},
    {"unknown", COUNTER UNKNOWN, 7, FWD_OK, true},
    {"unknown twice", UNKNOWN UNKNOWN, 6, FWD_E_MANIFEST_SYNTAX, false},
    {"unknown critical", COUNTER "\x85\x00", 6, FWD_E_UNKNOWN_CRITICAL, false},
    {"reserved alternative critical", "\x82\x00", 2, FWD_E_UNKNOWN_CRITICAL, false},
    {"release number", COUNTER "\x03\x01\x07", 7, FWD_OK, true},
    {"largest release number", "\x03\x05\xFF\xFF\xFF\xFF\x0F", 7, FWD_OK, false},
    {"[M115] release number 0", "\x03\x01\x00", 3, FWD_E_MANIFEST_VALUE, false},
    {"release number critical", "\x83\x01\x07", 3, FWD_E_MANIFEST_SYNTAX, false},
    {"release number too short", "\x03\x01\x87", 3, FWD_E_MANIFEST_SYNTAX, false},
    {"release number too long", "\x03\x02\x07\x07", 4, FWD_E_MANIFEST_SYNTAX, false},
    {"release number before counter", "\x03\x01\x07" COUNTER, 7, FWD_E_MANIFEST_SYNTAX, false},
    {"two release numbers", "\x03\x01\x07\x03\x01\x07", 6, FWD_E_MANIFEST_SYNTAX, false},
    {"descending", UNKNOWN COUNTER, 7, FWD_E_MANIFEST_SYNTAX, false},
    {"type 0", "\x00\x00", 2, FWD_E_MANIFEST_SYNTAX, false},
    {"half a head", "\x05", 1, FWD_E_MANIFEST_SYNTAX, false},
    {"length not minimal", "\x05\x80\x00", 3, FWD_E_MANIFEST_SYNTAX, false},
    {"beyond the entry", "\x05\x02x", 3, FWD_E_MANIFEST_SYNTAX, false},
};

START_TEST(extensions_are_judged_by_the_table)
{
    struct fwd_component component = sample_full();
    uint8_t bytes[600];
    struct fwd_writer w = fwd_writer_over(bytes, sizeof bytes);

    fwd_component_encode(&w, &component, false);
    fwd_write_bytes(&w, extensions[_i].bytes, extensions[_i].size);
    uint8_t *copy = exact_copy(bytes, w.at);
    ck_assert_msg(fwd_component_decode(copy, w.at, &decoded) == extensions[_i].expected, "%s",
        extensions[_i].name);
    ck_assert(extensions[_i].expected != FWD_OK || decoded.has_counter == extensions[_i].counted);
    free(copy);
}
END_TEST

/* The layout of section 4.3, byte for byte. */
START_TEST(a_component_has_the_layout_of_the_specification)
{
    static const uint8_t head[] = {FWD_ROLE_CARRIER_PROFILE, FWD_CODEC_STORED, 0xAC, 2, 0xAC, 2};
    static const char tail[] = "\x0Dprofile_A.1-x\x00\x00";
    struct fwd_component component = sample_full();
    uint8_t bytes[600];
    struct fwd_writer w = fwd_writer_over(bytes, sizeof bytes);

    fwd_component_encode(&w, &component, false);
    ck_assert_uint_eq(w.at, sizeof head + FWD_DIGEST_SIZE + sizeof tail - 1);
    ck_assert_mem_eq(bytes, head, sizeof head);
    ck_assert_mem_eq(bytes + sizeof head, sample_digest(3), FWD_DIGEST_SIZE);
    ck_assert_mem_eq(bytes + sizeof head + FWD_DIGEST_SIZE, tail, sizeof tail - 1);
}
END_TEST

/* The last component of a package states no section size, and `firmware` no name. */
START_TEST(what_follows_from_others_takes_one_byte)
{
    static const uint8_t head[] = {FWD_ROLE_FIRMWARE | 0x10 | 0x20, FWD_CODEC_BSDIFF_XZ, 0};
    static const char tail[] = "\x00\x09"
                               "1.1.0-rc1\x05"
                               "1.0.0\x0B";
    struct fwd_component component = sample_delta();
    uint8_t bytes[600];
    struct fwd_writer w = fwd_writer_over(bytes, sizeof bytes);

    fwd_component_encode(&w, &component, true);
    ck_assert_mem_eq(bytes, head, sizeof head);
    /* after two sizes of 3 bytes and the digests */
    ck_assert_mem_eq(
        bytes + 3 + 6 + FWD_DIGEST_SIZE + FWD_SOURCE_DIGEST_SIZE, tail, sizeof tail - 1);
    ck_assert_int_eq(fwd_component_decode(bytes, w.at, &decoded), FWD_OK);
    ck_assert(fwd_text_equal(decoded.name, fwd_text_of("firmware")));
    ck_assert_uint_eq(decoded.section_size, 0);
}
END_TEST

/* [M35] */
START_TEST(the_usual_name_has_one_encoding)
{
    struct fwd_component component = sample_full();
    uint8_t bytes[600];
    struct fwd_writer w = fwd_writer_over(bytes, sizeof bytes);

    component.name = fwd_text_of("firmwarf");
    fwd_component_encode(&w, &component, false);
    ck_assert_int_eq(fwd_component_decode(bytes, w.at, &decoded), FWD_OK);
    bytes[w.at - 3]--; /* its last letter: both versions and the parameters are empty */
    ck_assert_int_eq(fwd_component_decode(bytes, w.at, &decoded), FWD_E_MANIFEST_VALUE);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("format_component");
    TCase *tc = tcase_create("component");

    tcase_add_loop_test(tc, values_keep_their_limits, 0, sizeof values / sizeof values[0]);
    tcase_add_test(tc, every_truncation_is_refused);
    tcase_add_loop_test(
        tc, extensions_are_judged_by_the_table, 0, sizeof extensions / sizeof extensions[0]);
    tcase_add_test(tc, a_component_has_the_layout_of_the_specification);
    tcase_add_test(tc, what_follows_from_others_takes_one_byte);
    tcase_add_test(tc, the_usual_name_has_one_encoding);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
