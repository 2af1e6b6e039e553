/* A manifest as a whole: what is written comes back, what is damaged is survived, what a decoder
 * would refuse is not written. */
#include "format/component.h"
#include "format/cursor.h"
#include "format/header.h"
#include "tests/format/format_samples.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define ROOM (FWD_SIGNED_MAX - FWD_HEADER_SIZE)

static uint8_t bytes[ROOM + 64];
static struct fwd_manifest decoded;

static void assert_text(struct fwd_text text, struct fwd_text expected)
{
    ck_assert(fwd_text_equal(text, expected));
}

static void assert_image(const struct fwd_image *image, const struct fwd_image *expected)
{
    ck_assert_uint_eq(image->size, expected->size);
    assert_text(image->version, expected->version);
    ck_assert(!image->digest == !expected->digest);
    ck_assert_uint_eq(image->digest_size, expected->digest_size);
    if (expected->digest != NULL)
        ck_assert_mem_eq(image->digest, expected->digest, expected->digest_size);
}

static void assert_component(const struct fwd_component *c, const struct fwd_component *expected)
{
    assert_text(c->name, expected->name);
    ck_assert_uint_eq(c->role, expected->role);
    ck_assert_uint_eq(c->flags, expected->flags);
    ck_assert_uint_eq(c->codec, expected->codec);
    ck_assert_uint_eq(c->codec_params_size, expected->codec_params_size);
    if (expected->codec_params_size > 0)
        ck_assert_mem_eq(c->codec_params, expected->codec_params, expected->codec_params_size);
    ck_assert_uint_eq(c->section_offset, expected->section_offset);
    ck_assert_uint_eq(c->section_size, expected->section_size);
    ck_assert_uint_eq(c->arena_size, 0);
    assert_image(&c->source, &expected->source);
    assert_image(&c->target, &expected->target);
    ck_assert(c->has_counter == expected->has_counter);
    ck_assert_uint_eq(c->counter, expected->counter);
    ck_assert_uint_eq(c->release, expected->release);
}

START_TEST(a_manifest_comes_back_as_it_was_written)
{
    struct fwd_manifest sample = sample_manifest();
    size_t size = fwd_manifest_encode(&sample, bytes, ROOM);

    ck_assert_uint_gt(size, 0);
    ck_assert_int_eq(fwd_manifest_decode(bytes, size, SAMPLE_PAYLOAD, &decoded), FWD_OK);
    ck_assert_int_eq(decoded.sections, FWD_OK);
    ck_assert_uint_eq(decoded.product_count, 2);
    assert_text(decoded.products[0], sample.products[0]);
    assert_text(decoded.products[1], sample.products[1]);
    ck_assert(decoded.has_hardware);
    ck_assert_uint_eq(decoded.hardware_min, 2);
    ck_assert_uint_eq(decoded.hardware_max, 5);
    assert_text(decoded.label, sample.label);
    assert_text(decoded.min_tool, sample.min_tool);
    ck_assert(decoded.has_timestamp);
    ck_assert(decoded.timestamp == sample.timestamp);
    assert_text(decoded.tool, sample.tool);
    ck_assert_uint_eq(decoded.dependencies_size, sample.dependencies_size);
    ck_assert_mem_eq(decoded.dependencies, sample.dependencies, sample.dependencies_size);
    ck_assert(decoded.expires && decoded.not_after == sample.not_after);
    ck_assert_uint_eq(decoded.component_count, 2);
    for (int i = 0; i < 2; i++)
        assert_component(&decoded.components[i], &sample.components[i]);
}
END_TEST

/* [M27]: nothing is written that was not asked for; the smallest manifest has one entry. */
START_TEST(absent_values_take_no_room)
{
    struct fwd_manifest sample = {.components = {sample_full()}, .component_count = 1};
    size_t size = fwd_manifest_encode(&sample, bytes, ROOM);
    struct fwd_writer component = fwd_writer_over(NULL, ROOM);

    fwd_component_encode(&component, &sample.components[0], true);
    ck_assert_uint_eq(size, 2 + component.at);
    ck_assert_int_eq(fwd_manifest_decode(bytes, size, 300, &decoded), FWD_OK);
    ck_assert(!decoded.has_timestamp && !decoded.has_hardware && !decoded.expires);
    ck_assert(decoded.dependencies == NULL);
    ck_assert(decoded.label.size == 0 && decoded.tool.size == 0 && decoded.min_tool.size == 0);
}
END_TEST

/* [M16] [M23] [M28] */
START_TEST(every_truncation_is_refused)
{
    struct fwd_manifest sample = sample_manifest();
    struct fwd_writer last = fwd_writer_over(NULL, ROOM);
    size_t size = fwd_manifest_encode(&sample, bytes, ROOM);

    /* Only without the whole last component is the manifest well formed again. */
    fwd_component_encode(&last, &sample.components[1], true);
    size_t without_last = size - last.at - 2;
    for (size_t cut = 0; cut < size; cut++) {
        enum fwd_reason expected = cut == without_last ? FWD_OK : FWD_E_MANIFEST_SYNTAX;
        ck_assert_msg(decode_exactly(bytes, cut, &decoded) == expected, "cut at %zu", cut);
    }
}
END_TEST

/* [M41]: whatever a byte becomes, nothing outside the manifest is read and no limit is passed. */
START_TEST(any_changed_byte_is_survived)
{
    struct fwd_manifest sample = sample_manifest();
    size_t size = fwd_manifest_encode(&sample, bytes, ROOM);
    uint8_t *copy = exact_copy(bytes, size);

    for (size_t at = 0; at < size; at++) {
        for (unsigned change = 1; change < 256; change++) {
            copy[at] ^= (uint8_t)change;
            enum fwd_reason reason = fwd_manifest_decode(copy, size, SAMPLE_PAYLOAD, &decoded);
            copy[at] ^= (uint8_t)change;
            bool known = reason == FWD_OK || reason == FWD_E_MANIFEST_SYNTAX ||
                         reason == FWD_E_MANIFEST_VALUE || reason == FWD_E_UNKNOWN_CRITICAL;
            if (!known || decoded.product_count > FWD_PRODUCTS_MAX ||
                decoded.component_count > FWD_COMPONENTS_MAX)
                ck_abort_msg("byte %zu changed by %02x", at, change);
        }
    }
    free(copy);
}
END_TEST

START_TEST(random_bytes_are_survived)
{
    uint32_t state = (uint32_t)_i + 1;

    for (int round = 0; round < 2000; round++) {
        struct fwd_manifest sample = sample_manifest();
        size_t size = fwd_manifest_encode(&sample, bytes, ROOM);
        for (int i = 0; i < 4; i++) {
            state = state * 1664525 + 1013904223;
            bytes[(state >> 8) % size] = (uint8_t)(state >> 24);
        }
        (void)!decode_exactly(bytes, size - (state >> 16) % 8, &decoded);
    }
}
END_TEST

/* The half of a digest that a source states is compared, and never less than a half. */
START_TEST(an_image_is_told_by_what_its_digest_states)
{
    uint8_t digest[FWD_DIGEST_SIZE], other[FWD_DIGEST_SIZE];
    struct fwd_image image = {.digest = digest};

    memcpy(digest, sample_digest(1), sizeof digest);
    memcpy(other, digest, sizeof other);
    other[FWD_SOURCE_DIGEST_SIZE] ^= 1;
    for (unsigned size = 0; size <= 255; size++) {
        image.digest_size = (uint8_t)size;
        bool usable = size >= FWD_SOURCE_DIGEST_SIZE && size <= FWD_DIGEST_SIZE;
        ck_assert(fwd_image_digest_equal(&image, digest) == usable);
        ck_assert(fwd_image_digest_equal(&image, other) == (size == FWD_SOURCE_DIGEST_SIZE));
    }
    other[FWD_SOURCE_DIGEST_SIZE - 1] ^= 1;
    image.digest_size = FWD_SOURCE_DIGEST_SIZE;
    ck_assert(!fwd_image_digest_equal(&image, other));
}
END_TEST

/* What the encoder must not write, each a change of a valid manifest. */
static void nine_products(struct fwd_manifest *m)
{
    m->product_count = FWD_PRODUCTS_MAX + 1;
}

static void an_empty_product(struct fwd_manifest *m)
{
    m->products[1] = fwd_text_of("");
}

static void seventeen_components(struct fwd_manifest *m)
{
    m->component_count = FWD_COMPONENTS_MAX + 1;
}

static void no_component(struct fwd_manifest *m)
{
    m->component_count = 0;
}

static void short_target_digest(struct fwd_manifest *m)
{
    m->components[0].target.digest_size = FWD_SOURCE_DIGEST_SIZE;
}

static void an_empty_name(struct fwd_manifest *m)
{
    m->components[1].name = fwd_text_of("");
}

static void no_target_digest(struct fwd_manifest *m)
{
    m->components[0].target.digest = NULL;
}

static void hardware_upside_down(struct fwd_manifest *m)
{
    m->hardware_min = m->hardware_max + 1;
}

static void a_long_label(struct fwd_manifest *m)
{
    m->label = fwd_text_of("1234567890123456789012345678901234567890123456789012345678901234");
}

static void a_bad_name(struct fwd_manifest *m)
{
    m->components[1].name = fwd_text_of("a/b");
}

static void a_control_character(struct fwd_manifest *m)
{
    m->tool = fwd_text_of("a\tb");
}

static void (*const spoilers[])(struct fwd_manifest *) = {nine_products, an_empty_product,
    seventeen_components, no_component, no_target_digest, short_target_digest, hardware_upside_down,
    a_long_label, a_bad_name, an_empty_name, a_control_character};

/* [M97]: the encoder has no way to write a reserved number or what a decoder would refuse. */
START_TEST(the_encoder_refuses_what_the_decoder_would)
{
    struct fwd_manifest sample = sample_manifest();

    spoilers[_i](&sample);
    ck_assert_uint_eq(fwd_manifest_encode(&sample, bytes, ROOM), 0);
}
END_TEST

START_TEST(the_encoder_needs_exactly_its_room)
{
    struct fwd_manifest sample = sample_manifest();
    size_t size = fwd_manifest_encode(&sample, bytes, ROOM);

    ck_assert_uint_eq(fwd_manifest_encode(&sample, bytes, size), size);
    ck_assert_uint_eq(fwd_manifest_encode(&sample, bytes, size - 1), 0);
}
END_TEST

/* R2 R12: 16 components with names and versions fit the limit of the signed bytes. */
START_TEST(sixteen_components_with_versions_fit)
{
    struct fwd_manifest sample = sample_manifest();

    sample.component_count = FWD_COMPONENTS_MAX;
    for (int i = 0; i < (int)FWD_COMPONENTS_MAX; i++)
        sample.components[i] = sample_delta();
    ck_assert_uint_gt(fwd_manifest_encode(&sample, bytes, ROOM), 0);
}
END_TEST

START_TEST(the_walk_covers_every_byte)
{
    struct fwd_manifest sample = sample_manifest();
    size_t size = fwd_manifest_encode(&sample, bytes, ROOM);
    struct fwd_entry entry;
    size_t at = 0, expected = 0;
    unsigned count = 0;

    for (; fwd_manifest_walk(bytes, size, &at, &entry); count++) {
        ck_assert_uint_eq(entry.head, expected);
        ck_assert_uint_eq(entry.offset, expected + (entry.size < 128 ? 2 : 3));
        ck_assert_ptr_eq(entry.value, bytes + entry.offset);
        expected = entry.offset + entry.size;
        ck_assert_uint_eq(at, expected);
    }
    ck_assert_uint_eq(at, size);
    ck_assert_uint_eq(count, 11);
    at = 0;
    ck_assert(!fwd_manifest_walk(bytes, 5, &at, &entry));
    ck_assert_uint_eq(at, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("format_manifest");
    TCase *tc = tcase_create("manifest");

    tcase_add_test(tc, a_manifest_comes_back_as_it_was_written);
    tcase_add_test(tc, absent_values_take_no_room);
    tcase_add_test(tc, every_truncation_is_refused);
    tcase_add_test(tc, any_changed_byte_is_survived);
    tcase_add_loop_test(tc, random_bytes_are_survived, 0, 4);
    tcase_add_test(tc, an_image_is_told_by_what_its_digest_states);
    tcase_add_loop_test(
        tc, the_encoder_refuses_what_the_decoder_would, 0, sizeof spoilers / sizeof spoilers[0]);
    tcase_add_test(tc, the_encoder_needs_exactly_its_room);
    tcase_add_test(tc, sixteen_components_with_versions_fit);
    tcase_add_test(tc, the_walk_covers_every_byte);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
