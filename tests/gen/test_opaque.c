/* Compressed and encrypted parts of an image are found, and what of them is new. */
#include "gen/image/image.h"
#include "gen/locate/opaque.h"
#include "tests/gen/gen_rig.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define SIZE 131072u
#define PART 32768u
#define AT   50000u

/* Random bytes at AT of something like firmware, which begin with `head`. */
static struct fwd_bytes image_with(const void *head, size_t head_size, size_t part, uint32_t seed)
{
    struct fwd_bytes image = rig_image(RIG_FIRMWARE, SIZE, 1);
    struct fwd_bytes noise = rig_image(RIG_RANDOM, part, seed);

    memcpy(image.data + AT, noise.data, part);
    memcpy(image.data + AT, head, head_size);
    free(noise.data);
    return image;
}

static const struct {
    const char *format;
    size_t size;
    uint8_t bytes[14];
} heads[] = {
    {"gzip", 4, {0x1F, 0x8B, 8, 0}},
    {"xz", 6, {0xFD, '7', 'z', 'X', 'Z', 0}},
    {"zstd", 4, {0x28, 0xB5, 0x2F, 0xFD}},
    {"LZ4", 4, {0x04, 0x22, 0x4D, 0x18}},
    {"bzip2", 10, {'B', 'Z', 'h', '9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59}},
    {"ZIP", 4, {'P', 'K', 3, 4}},
    {"PNG", 8, {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'}},
    {"JPEG", 4, {0xFF, 0xD8, 0xFF, 0xE0}},
    {"SquashFS", 4, {'h', 's', 'q', 's'}},
    {"LZMA", 14, {0x5D, 0, 0, 0x80, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0}},
    {"LZMA", 14, {0x5D, 0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0}},
    {NULL, 14, {0x5D, 0, 0, 0x81, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0}},
    {NULL, 10, {'B', 'Z', 'h', '9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x58}},
    {NULL, 1, {1}},
};

START_TEST(test_found_and_named)
{
    struct fwd_bytes old = rig_image(RIG_FIRMWARE, SIZE, 1);
    struct fwd_bytes new = image_with(heads[_i].bytes, heads[_i].size, PART, 7);
    struct fwd_pair pair = rig_pair(&old, &new);
    struct fwd_opaque list[FWD_OPAQUE_MAX];
    size_t count;

    ck_assert(fwd_opaque_find(&pair, list, &count));
    ck_assert_uint_eq(count, 1);
    if (heads[_i].format == NULL) {
        ck_assert_ptr_null(list[0].format);
        ck_assert_uint_le(list[0].at - (AT - 600), 1200);
    } else {
        ck_assert_str_eq(list[0].format, heads[_i].format);
        ck_assert_uint_eq(list[0].at, AT);
    }
    ck_assert_uint_le(list[0].size - (PART - 1200), 2400);
    ck_assert_uint_le(list[0].fresh, list[0].size);
    ck_assert_uint_ge(list[0].fresh, PART - 1200);
    free(old.data);
    free(new.data);
}
END_TEST

START_TEST(test_no_signature_beyond_the_end)
{
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        for (size_t size = 0; size < 3; size++) {
            uint8_t *exact = malloc(size + 1);
            memcpy(exact, heads[i].bytes, size);
            uint8_t *fit = realloc(exact, size > 0 ? size : 1);
            ck_assert_ptr_null(fwd_image_packed(fit, size));
            free(fit);
        }
}
END_TEST

/* What is no part: too small, code, zeros, a cipher's tables, text of 64 letters. */
static void fill(unsigned kind, uint8_t *out, size_t size)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct fwd_bytes noise = rig_image(RIG_RANDOM, size, 3);

    for (size_t i = 0; i < size; i++) {
        if (kind == 0)
            out[i] = i < 6000 ? noise.data[i] : 0;
        else if (kind == 1)
            out[i] = 0;
        else if (kind == 2)
            out[i] = (uint8_t)(i * 167 + (i >> 8) * 59);
        else
            out[i] = (uint8_t)letters[noise.data[i] & 63];
    }
    free(noise.data);
}

START_TEST(test_nothing_found)
{
    struct fwd_bytes old = rig_image(RIG_FIRMWARE, SIZE, 1), new = rig_image(RIG_FIRMWARE, SIZE, 2);
    struct fwd_pair pair = rig_pair(&old, &new);
    struct fwd_opaque list[FWD_OPAQUE_MAX];
    size_t count;

    fill((unsigned)_i, new.data + AT, PART);
    ck_assert(fwd_opaque_find(&pair, list, &count));
    ck_assert_uint_eq(count, 0);
    free(old.data);
    free(new.data);
}
END_TEST

/* The same part elsewhere costs nothing; with one byte changed little; without a source all. */
START_TEST(test_only_what_is_new_costs)
{
    struct fwd_bytes old = image_with("", 0, PART, 7), new = image_with("", 0, PART, 7);
    struct fwd_pair pair = rig_pair(&old, &new);
    struct fwd_opaque list[FWD_OPAQUE_MAX];
    size_t count;

    memmove(old.data + 100, old.data, SIZE - 100);
    ck_assert(fwd_opaque_find(&pair, list, &count));
    ck_assert_uint_eq(count, 1);
    ck_assert_uint_eq(list[0].fresh, 0);
    new.data[AT + PART / 2] ^= 1;
    ck_assert(fwd_opaque_find(&pair, list, &count));
    ck_assert_uint_eq(count, 1);
    ck_assert_uint_eq(list[0].fresh, 1);
    pair.source_size = 0;
    ck_assert(fwd_opaque_find(&pair, list, &count));
    ck_assert_uint_eq(list[0].fresh, list[0].size);
    free(old.data);
    free(new.data);
}
END_TEST

/* Images of any size, all of it opaque or many parts: no more than the list holds. */
START_TEST(test_sizes_and_many)
{
    static const uint32_t sizes[] = {1, 15, 2047, 2048, 2049, 8191, 8192, 8193, 20000};
    struct fwd_bytes noise = rig_image(RIG_RANDOM, 20000, 5);
    struct fwd_opaque list[FWD_OPAQUE_MAX];
    size_t count;

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint8_t *exact = malloc(sizes[i]);
        memcpy(exact, noise.data, sizes[i]);
        const struct fwd_pair pair = {
            .source = exact, .target = exact, .source_size = sizes[i], .target_size = sizes[i]};
        ck_assert(fwd_opaque_find(&pair, list, &count));
        ck_assert_uint_eq(count, sizes[i] >= 8192);
        free(exact);
    }
    struct fwd_bytes many = rig_image(RIG_ZEROS, 20 * 32768, 1);
    for (uint32_t i = 0; i < 20; i++)
        memcpy(many.data + i * 32768, noise.data, 10000 + i * 400);
    const struct fwd_pair pair = rig_pair(&many, &many);
    ck_assert(fwd_opaque_find(&pair, list, &count));
    ck_assert_uint_eq(count, FWD_OPAQUE_MAX);
    for (size_t i = 0; i < count; i++)
        ck_assert_uint_eq(list[i].at / 32768, i + 4);
    free(many.data);
    free(noise.data);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("opaque");
    TCase *tcase = tcase_create("all");
    SRunner *runner;
    int failed;

    tcase_add_loop_test(tcase, test_found_and_named, 0, sizeof heads / sizeof heads[0]);
    tcase_add_test(tcase, test_no_signature_beyond_the_end);
    tcase_add_loop_test(tcase, test_nothing_found, 0, 4);
    tcase_add_test(tcase, test_only_what_is_new_costs);
    tcase_add_test(tcase, test_sizes_and_many);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
