/* The package builder: what it writes, what it refuses, that it always writes the same. */
#include "format/header.h"
#include "format/sigblock.h"
#include "gen/package/builder.h"
#include "keys/crypto_port.h"
#include "tests/gen/gen_rig.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define ED25519_ENTRY (FWD_SIGNATURE_HEAD + 64u)

static struct fwd_host_crypto crypto;
static struct fwd_bytes old, new_, other, same;
static struct fwd_build build;
static struct fwd_error err;

static void setup(void)
{
    ck_assert_int_eq(fwd_crypto_port_init(&crypto, NULL), FWD_FAIL_NONE);
    old = rig_image(RIG_FIRMWARE, 40000, 1);
    new_ = rig_release(&old, 40400, 2);
    other = rig_image(RIG_RANDOM, 20000, 3);
    same = rig_release(&old, 40000, 2);
}

static void teardown(void)
{
    fwd_builder_free(&build);
    fwd_bytes_free(&old);
    fwd_bytes_free(&new_);
    fwd_bytes_free(&other);
    fwd_bytes_free(&same);
    fwd_crypto_port_free(&crypto);
}

static struct fwd_build_component firmware(void)
{
    return (struct fwd_build_component){.name = "firmware",
        .pair = rig_pair(&old, &new_),
        .source_version = "1.0",
        .target_version = "1.1",
        .codec = FWD_BUILD_AUTO};
}

static struct fwd_build_options options_for(
    const struct fwd_build_component *components, size_t count)
{
    return (struct fwd_build_options){.components = components,
        .component_count = count,
        .jobs = 1,
        .tool = "fwdelta test",
        .crypto = &crypto.port};
}

/* Header and manifest of the package that was built. */
static struct fwd_manifest decode(struct fwd_header *header)
{
    struct fwd_manifest manifest;

    ck_assert_int_eq(fwd_header_decode(build.package.data, build.package.size, header), FWD_OK);
    ck_assert_int_eq(fwd_manifest_decode(build.package.data + FWD_HEADER_SIZE,
                         header->manifest_size, header->payload_size, &manifest),
        FWD_OK);
    ck_assert_int_eq(manifest.sections, FWD_OK);
    return manifest;
}

static void assert_digest(const uint8_t *digest, const void *bytes, size_t size)
{
    uint8_t expected[FWD_DIGEST_SIZE];

    ck_assert(fwd_crypto_port_sha256(bytes, size, expected));
    ck_assert_mem_eq(digest, expected, FWD_DIGEST_SIZE);
}

START_TEST(a_package_is_header_manifest_empty_signature_block_and_payload)
{
    const struct fwd_build_component c = firmware();
    const struct fwd_build_options o = options_for(&c, 1);
    struct fwd_header header;
    struct fwd_sigblock block;
    uint8_t digest[FWD_DIGEST_SIZE];

    ck_assert_int_eq(fwd_builder_make(&o, &build, &err), FWD_FAIL_NONE);
    struct fwd_manifest m = decode(&header);
    size_t block_at = FWD_HEADER_SIZE + header.manifest_size;
    ck_assert_int_eq(header.kind, FWD_KIND_DELTA);
    ck_assert_int_eq(
        fwd_sigblock_decode(build.package.data + block_at, FWD_SIGBLOCK_HEAD, &block), FWD_OK);
    ck_assert_uint_eq(block.count, 0);
    ck_assert_uint_eq(block_at + FWD_SIGBLOCK_HEAD + header.payload_size, build.package.size);
    assert_digest(header.payload_digest, build.package.data + block_at + FWD_SIGBLOCK_HEAD,
        header.payload_size);
    ck_assert_uint_eq(m.component_count, 1);
    ck_assert(m.components[0].flags & FWD_COMPONENT_HAS_SOURCE);
    ck_assert(fwd_crypto_port_sha256(old.data, old.size, digest));
    ck_assert(fwd_image_digest_equal(&m.components[0].source, digest));
    assert_digest(m.components[0].target.digest, new_.data, new_.size);
    ck_assert(fwd_text_equal(m.components[0].source.version, fwd_text_of("1.0")));
    ck_assert(!m.has_timestamp);
}
END_TEST

/* What a package costs besides its stream: header, manifest with both versions, signature block
 * with one Ed25519 signature. */
START_TEST(the_overhead_around_the_payload_is_small)
{
    char note[FWD_BUILD_NOTE_SIZE], note_xz[FWD_BUILD_NOTE_SIZE];
    struct fwd_build_component c = firmware();
    struct fwd_build_options o = options_for(&c, 1);
    struct fwd_header header;

    c.source_version = "1.0.0";
    c.target_version = "1.0.1";
    c.codec = FWD_CODEC_FWD;
    fwd_builder_tool_note(false, note);
    fwd_builder_tool_note(true, note_xz);
    o.tool = note;
    o.tool_xz = note_xz;
    ck_assert_int_eq(fwd_builder_make(&o, &build, &err), FWD_FAIL_NONE);
    struct fwd_manifest m = decode(&header);
    ck_assert(fwd_text_equal(m.tool, fwd_text_of(note)));
    ck_assert_uint_le(build.package.size - header.payload_size + ED25519_ENTRY, 215);
}
END_TEST

/* With .xz streams the bytes depend on the version of liblzma: the note says which. */
START_TEST(the_note_names_liblzma_only_where_it_was_used)
{
    static const struct {
        uint16_t codec;
        const char *note;
    } notes[] = {{FWD_CODEC_FWD, "a"}, {FWD_CODEC_STORED, "a"}, {FWD_CODEC_XZ, "b"},
        {FWD_CODEC_BSDIFF_XZ, "b"}};
    struct fwd_header header;

    for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++) {
        struct fwd_build_component c = firmware();
        struct fwd_build_options o = options_for(&c, 1);
        c.codec = notes[i].codec;
        c.force_delta = true;
        o.tool = "a";
        o.tool_xz = "b";
        ck_assert_int_eq(fwd_builder_make(&o, &build, &err), FWD_FAIL_NONE);
        struct fwd_manifest m = decode(&header);
        ck_assert(fwd_text_equal(m.tool, fwd_text_of(notes[i].note)));
        fwd_builder_free(&build);
    }
}
END_TEST

START_TEST(the_same_input_gives_the_same_bytes_for_any_number_of_threads)
{
    const struct fwd_build_component c = firmware();
    struct fwd_build_options o = options_for(&c, 1);
    struct fwd_build again;

    ck_assert_int_eq(fwd_builder_make(&o, &build, &err), FWD_FAIL_NONE);
    for (o.jobs = 0; o.jobs <= 5; o.jobs++) {
        ck_assert_int_eq(fwd_builder_make(&o, &again, &err), FWD_FAIL_NONE);
        ck_assert_uint_eq(again.package.size, build.package.size);
        ck_assert_mem_eq(again.package.data, build.package.data, build.package.size);
        fwd_builder_free(&again);
    }
}
END_TEST

enum old_image { NO_OLD, RELATED, UNRELATED, IDENTICAL };

/* [M53] R2 R3 */
struct choice {
    const char *name;
    enum old_image source;
    uint16_t codec;
    bool full, package_full, force_delta;
    uint16_t expected;
    uint8_t kind;
    bool replaced;
};

#define AUTO   FWD_BUILD_AUTO
#define BSDIFF FWD_CODEC_BSDIFF_XZ
#define FWD    FWD_CODEC_FWD
static const struct choice choices[] = {
    {"a release", RELATED, AUTO, false, false, false, FWD, 'D', false},
    {"an identical image", IDENTICAL, AUTO, false, false, false, FWD, 'D', false},
    {"unrelated random images", UNRELATED, AUTO, false, false, false, 0, 'F', true},
    {"unrelated, but forced", UNRELATED, AUTO, false, false, true, FWD, 'D', false},
    {"unrelated, codec forced", UNRELATED, BSDIFF, false, false, false, BSDIFF, 'D', false},
    {"another codec demanded", RELATED, BSDIFF, false, false, false, BSDIFF, 'D', false},
    {"a new component", NO_OLD, AUTO, false, false, false, FWD_CODEC_XZ, 'D', false},
    {"a full package", NO_OLD, AUTO, false, true, false, FWD_CODEC_XZ, 'F', false},
    {"a full package from two images", RELATED, AUTO, false, true, false, FWD_CODEC_XZ, 'F', false},
    {"a full component", RELATED, AUTO, true, false, false, FWD_CODEC_XZ, 'F', false},
    {"xz demanded", RELATED, FWD_CODEC_XZ, false, false, false, FWD_CODEC_XZ, 'F', false},
    {"stored demanded", RELATED, FWD_CODEC_STORED, false, false, false, 0, 'F', false},
};
#define CHOICES ((int)(sizeof choices / sizeof choices[0]))

START_TEST(the_smallest_coding_is_chosen)
{
    const struct choice *c = &choices[_i];
    struct fwd_build_component component = firmware();
    struct fwd_header header;

    component.codec = c->codec;
    component.full = c->full;
    component.force_delta = c->force_delta;
    if (c->source == NO_OLD)
        component.pair = (struct fwd_pair){NULL, new_.data, 0, (uint32_t)new_.size};
    if (c->source == UNRELATED)
        component.pair = rig_pair(&old, &other);
    if (c->source == IDENTICAL)
        component.pair = rig_pair(&old, &same);
    struct fwd_build_options o = options_for(&component, 1);
    o.full = c->package_full;
    ck_assert_int_eq(fwd_builder_make(&o, &build, &err), FWD_FAIL_NONE);
    struct fwd_manifest m = decode(&header);
    ck_assert_msg(
        build.outcomes[0].codec == c->expected, "%s: codec %u", c->name, build.outcomes[0].codec);
    ck_assert_msg(header.kind == c->kind && build.kind == c->kind, "%s", c->name);
    ck_assert_msg(build.outcomes[0].replaced_by_full == c->replaced, "%s", c->name);
    bool has_source = (m.components[0].flags & FWD_COMPONENT_HAS_SOURCE) != 0;
    ck_assert_msg(has_source == (c->expected >= FWD_CODEC_BSDIFF_XZ), "%s", c->name);
}
END_TEST

/* Nothing that the same options allow is smaller than what is chosen. */
START_TEST(no_codec_alone_gives_less)
{
    static const uint16_t codecs[] = {FWD, BSDIFF, FWD_CODEC_XZ, FWD_CODEC_STORED};
    const struct rig_case *shape = &rig_cases[_i];
    struct fwd_bytes source = rig_case_source(shape), target = rig_case_target(shape, &source);
    struct fwd_build_component component = firmware();

    component.pair = rig_pair(&source, &target);
    struct fwd_build_options o = options_for(&component, 1);
    ck_assert_int_eq(fwd_builder_make(&o, &build, &err), FWD_FAIL_NONE);
    for (size_t i = 0; i < sizeof codecs / sizeof codecs[0]; i++) {
        struct fwd_build single;
        component.codec = codecs[i];
        if (fwd_builder_make(&o, &single, &err) != FWD_FAIL_NONE)
            continue;
        ck_assert_msg(build.package.size <= single.package.size, "%s, codec %u: %zu, %zu",
            shape->name, codecs[i], build.package.size, single.package.size);
        fwd_builder_free(&single);
    }
    fwd_bytes_free(&source);
    fwd_bytes_free(&target);
}
END_TEST

START_TEST(the_decoder_s_memory_keeps_its_limit)
{
    const uint32_t limits[] = {
        1u << 20, 300000, 3 * (4096 + 65536), 65536, 30000, 4096 + 65536, 4096};
    const uint16_t codecs[] = {BSDIFF, BSDIFF, BSDIFF, FWD, FWD, FWD_CODEC_XZ, FWD_CODEC_STORED};
    struct fwd_build_component c = firmware();
    struct fwd_build_options o = options_for(&c, 1);
    struct fwd_header header;

    c.full = codecs[_i] < BSDIFF;
    c.codec = codecs[_i] == BSDIFF ? BSDIFF : AUTO;
    o.arena_max = limits[_i];
    ck_assert_int_eq(fwd_builder_make(&o, &build, &err), FWD_FAIL_NONE);
    struct fwd_manifest m = decode(&header);
    ck_assert_uint_eq(m.components[0].codec, codecs[_i]);
    ck_assert_uint_le(build.outcomes[0].arena_size, limits[_i]);
}
END_TEST

START_TEST(several_components_share_one_payload)
{
    struct fwd_build_component c[3] = {firmware(), firmware(), firmware()};
    struct fwd_build_options o = options_for(c, 3);
    struct fwd_header header;

    c[1].name = "carrier";
    c[1].role = FWD_ROLE_CARRIER_PROFILE;
    c[1].pair = (struct fwd_pair){NULL, other.data, 0, (uint32_t)other.size};
    c[1].source_version = NULL;
    c[2].name = "boot";
    c[2].role = FWD_ROLE_BOOT;
    c[2].has_counter = true;
    c[2].counter = 7;
    o.has_timestamp = true;
    o.timestamp = 1700000000;
    o.has_hardware = true;
    o.hardware_min = 2;
    o.hardware_max = 5;
    o.label = "2026-11";
    ck_assert_int_eq(fwd_builder_make(&o, &build, &err), FWD_FAIL_NONE);
    struct fwd_manifest m = decode(&header);
    ck_assert_uint_eq(m.component_count, 3);
    uint32_t at = 0;
    for (unsigned i = 0; i < 3; i++) {
        ck_assert_uint_eq(m.components[i].section_offset, at);
        at += m.components[i].section_size;
    }
    ck_assert_uint_eq(at, header.payload_size);
    ck_assert_uint_eq(m.components[1].codec, FWD_CODEC_STORED);
    ck_assert(m.components[2].has_counter && m.components[2].counter == 7);
    ck_assert(m.has_timestamp && m.timestamp == 1700000000);
    ck_assert(m.has_hardware && m.hardware_min == 2 && m.hardware_max == 5);
}
END_TEST

/* Refusals: one change of good options each, and a word of the sentence. */
enum mistake {
    NO_COMPONENT,
    BAD_NAME,
    TWICE,
    EMPTY_NEW,
    DELTA_WITHOUT_OLD,
    DELTA_AND_FULL,
    UNKNOWN_CODEC,
    UNKNOWN_ROLE,
    LONG_VERSION,
    BAD_PRODUCT,
    BAD_REVISIONS,
    TOO_LITTLE_MEMORY,
    LONG_MANIFEST,
    MISTAKES
};

static const struct {
    enum fwd_fail fail;
    const char *word;
} sentences[] = {
    [NO_COMPONENT] = {FWD_FAIL_USAGE, "1 to 16"},
    [BAD_NAME] = {FWD_FAIL_USAGE, "component name"},
    [TWICE] = {FWD_FAIL_USAGE, "twice"},
    [EMPTY_NEW] = {FWD_FAIL_REFUSED, "empty"},
    [DELTA_WITHOUT_OLD] = {FWD_FAIL_USAGE, "old image"},
    [DELTA_AND_FULL] = {FWD_FAIL_USAGE, "--full"},
    [UNKNOWN_CODEC] = {FWD_FAIL_USAGE, "codec 99"},
    [UNKNOWN_ROLE] = {FWD_FAIL_USAGE, "role 5"},
    [LONG_VERSION] = {FWD_FAIL_USAGE, "version"},
    [BAD_PRODUCT] = {FWD_FAIL_USAGE, "product"},
    [BAD_REVISIONS] = {FWD_FAIL_USAGE, "revisions"},
    [TOO_LITTLE_MEMORY] = {FWD_FAIL_REFUSED, "100 are allowed"},
    [LONG_MANIFEST] = {FWD_FAIL_REFUSED, "manifest"},
};

static void make_mistake(
    enum mistake mistake, struct fwd_build_component *c, struct fwd_build_options *o)
{
    static const char *const bad_products[] = {"tab\there"};
    static const char *long_products[FWD_PRODUCTS_MAX];
    static char names[16][FWD_NAME_MAX + 1];
    static const char *const version =
        "0123456789012345678901234567890123456789012345678901234567890123";

    o->component_count = mistake == NO_COMPONENT ? 0 : mistake == TWICE ? 2 : 1;
    if (mistake == BAD_NAME)
        c->name = "fire ware";
    if (mistake == EMPTY_NEW)
        c->pair.target_size = 0;
    if (mistake == DELTA_WITHOUT_OLD || mistake == DELTA_AND_FULL)
        c->codec = FWD_CODEC_BSDIFF_XZ;
    if (mistake == DELTA_WITHOUT_OLD)
        c->pair.source_size = 0;
    o->full = mistake == DELTA_AND_FULL;
    if (mistake == UNKNOWN_CODEC)
        c->codec = 99;
    if (mistake == UNKNOWN_ROLE)
        c->role = FWD_ROLE_COUNT;
    if (mistake == LONG_VERSION)
        c->target_version = version;
    if (mistake == BAD_PRODUCT) {
        o->products = bad_products;
        o->product_count = 1;
    }
    if (mistake == BAD_REVISIONS) {
        o->has_hardware = true;
        o->hardware_min = 2;
    }
    if (mistake == TOO_LITTLE_MEMORY)
        o->arena_max = 100;
    if (mistake == LONG_MANIFEST) {
        for (unsigned i = 0; i < FWD_PRODUCTS_MAX; i++)
            long_products[i] = version + 1;
        o->products = long_products;
        o->product_count = FWD_PRODUCTS_MAX;
    }
    for (unsigned i = 0; mistake == LONG_MANIFEST && i < 16; i++) {
        snprintf(names[i], sizeof names[i], "%s%02u", "a-name-of-thirty-one-charactr", i);
        c[i] = (struct fwd_build_component){.name = names[i],
            .pair = {other.data, other.data, 600, 600},
            .source_version = version + 1,
            .target_version = version + 1,
            .codec = FWD_CODEC_BSDIFF_XZ};
        o->component_count = 16;
    }
}

START_TEST(contradictions_are_refused_in_words)
{
    struct fwd_build_component c[16] = {firmware(), firmware()};
    struct fwd_build_options o = options_for(c, 1);

    make_mistake((enum mistake)_i, c, &o);
    ck_assert_int_eq(fwd_builder_make(&o, &build, &err), sentences[_i].fail);
    ck_assert_msg(strstr(err.text, sentences[_i].word) != NULL, "%s", err.text);
    ck_assert_ptr_null(build.package.data);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("builder");
    TCase *tcase = tcase_create("builder");
    SRunner *runner = srunner_create(suite);

    suite_add_tcase(suite, tcase);
    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, a_package_is_header_manifest_empty_signature_block_and_payload);
    tcase_add_test(tcase, the_overhead_around_the_payload_is_small);
    tcase_add_test(tcase, the_note_names_liblzma_only_where_it_was_used);
    tcase_add_test(tcase, the_same_input_gives_the_same_bytes_for_any_number_of_threads);
    tcase_add_loop_test(tcase, the_smallest_coding_is_chosen, 0, CHOICES);
    tcase_add_loop_test(tcase, no_codec_alone_gives_less, 0, rig_case_count);
    tcase_add_loop_test(tcase, the_decoder_s_memory_keeps_its_limit, 0, 7);
    tcase_add_test(tcase, several_components_share_one_payload);
    tcase_add_loop_test(tcase, contradictions_are_refused_in_words, 0, MISTAKES);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
