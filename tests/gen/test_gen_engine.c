/* The delta engine: suffix array, tuples, step order. */
#include "gen/bsdiff/bsdiff.h"
#include "gen/bsdiff/suffix_ahead.h"
#include "gen/package/step_order.h"
#include "tests/gen/gen_rig.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* ---- suffix array ---------------------------------------------------------------------------- */

static uint32_t longest_by_trying(
    const struct fwd_bytes *image, const uint8_t *bytes, uint32_t size)
{
    uint32_t best = 0;

    for (size_t at = 0; at < image->size; at++) {
        uint32_t n = 0;
        while (n < size && at + n < image->size && image->data[at + n] == bytes[n])
            n++;
        best = n > best ? n : best;
    }
    return best >= 2 ? best : 0;
}

START_TEST(the_longest_match_is_found)
{
    struct fwd_bytes image = rig_image(RIG_RANDOM, 1 + (size_t)_i * 7, (uint32_t)_i);
    struct fwd_bytes text = rig_image(RIG_RANDOM, 300, 500);
    struct fwd_suffix suffix;

    /* few different bytes, so that there are matches of all lengths */
    for (size_t i = 0; i < image.size; i++)
        image.data[i] &= 3;
    for (size_t i = 0; i < text.size; i++)
        text.data[i] &= 3;
    ck_assert_int_eq(
        fwd_suffix_build(&suffix, image.data, (uint32_t)image.size, NULL), FWD_FAIL_NONE);
    for (uint32_t at = 0; at < text.size; at++) {
        uint32_t left = (uint32_t)text.size - at;
        struct fwd_match match = fwd_suffix_longest(&suffix, text.data + at, left);
        ck_assert_uint_eq(match.size, longest_by_trying(&image, text.data + at, left));
        ck_assert_uint_le((uint64_t)match.at + match.size, image.size);
        ck_assert_mem_eq(image.data + match.at, text.data + at, match.size);
    }
    fwd_suffix_free(&suffix);
    fwd_bytes_free(&image);
    fwd_bytes_free(&text);
}
END_TEST

#define LARGE   (0x400000u + 5u) /* has keys */
#define QUERIES 20000u

/* Zeros, few letters, and letters of all kinds. */
static struct fwd_bytes large_image(void)
{
    struct fwd_bytes image = rig_image(RIG_RANDOM, LARGE, 11);

    for (size_t i = 0; i < image.size; i++)
        image.data[i] &= (uint8_t)(i / 65536 % 3 == 0 ? 0 : i / 65536 % 3 == 1 ? 3 : 255);
    return image;
}

START_TEST(keys_change_no_answer)
{
    struct fwd_bytes image = large_image(), text = rig_image(RIG_RANDOM, QUERIES, 12);
    struct fwd_suffix suffix;

    ck_assert_int_eq(fwd_suffix_build(&suffix, image.data, LARGE, NULL), FWD_FAIL_NONE);
    ck_assert_ptr_nonnull(suffix.keys);
    struct fwd_suffix plain = suffix;
    plain.keys = NULL;
    for (uint32_t i = 0; i < QUERIES; i++) {
        /* from the image, from its end, and others */
        uint32_t at = (uint32_t)((uint64_t)i * 2654435761u % LARGE);
        const uint8_t *bytes = image.data + at;
        uint32_t size = LARGE - at;
        if (i % 16 == 0) {
            size = 1 + i / 16 % 40;
            bytes = image.data + LARGE - size;
        } else if (i % 16 < 8) {
            size = QUERIES - i;
            bytes = text.data + i;
            text.data[i] &= i % 16 < 4 ? 255 : 3;
        }
        uint32_t place = fwd_suffix_place(&suffix, bytes, size);
        ck_assert_uint_eq(place, fwd_suffix_place(&plain, bytes, size));
    }
    fwd_suffix_free(&suffix);
    fwd_bytes_free(&image);
    fwd_bytes_free(&text);
}
END_TEST

/* Lookups of several offsets at once, of which some are left out, against each by itself. */
static void assert_ahead(
    const struct fwd_suffix *suffix, const uint8_t *text, uint32_t size, uint32_t step)
{
    struct fwd_match matches[2][FWD_SUFFIX_AROUND];
    struct fwd_suffix_ahead ahead;

    fwd_suffix_ahead_open(&ahead, text, size, step);
    ahead.suffix = suffix;
    for (uint32_t at = 0; at < size; at += at % 100 == 60 ? 31 : step) {
        uint32_t place = fwd_suffix_place(suffix, text + at, size - at);
        unsigned count = fwd_suffix_around(suffix, place, text + at, size - at, matches[0]);
        ck_assert_uint_eq(count, fwd_suffix_ahead_around(&ahead, at, matches[1]));
        ck_assert_mem_eq(matches[0], matches[1], count * sizeof matches[0][0]);
    }
}

START_TEST(several_lookups_at_once_find_the_same)
{
    static const uint32_t sizes[] = {1, 2, 9, 10, 11, 30, 1000, 60000, LARGE};
    uint32_t size = sizes[_i];
    struct fwd_bytes image = large_image(), text = rig_image(RIG_RANDOM, QUERIES, 13);
    struct fwd_suffix suffix;

    /* from the image, its end too, and others, of which many begin alike */
    memcpy(text.data, image.data, size < 500 ? size : 500);
    memcpy(text.data + QUERIES - 40, image.data + size - (size < 40 ? size : 40),
        size < 40 ? size : 40);
    for (size_t i = 1000; i < 2000; i++)
        text.data[i] &= 3;
    ck_assert_int_eq(fwd_suffix_build(&suffix, image.data, size, NULL), FWD_FAIL_NONE);
    assert_ahead(&suffix, text.data, QUERIES, 1);
    assert_ahead(&suffix, text.data, QUERIES, 2);
    assert_ahead(&suffix, text.data + QUERIES - 5, 5, 1);
    fwd_suffix_free(&suffix);
    fwd_bytes_free(&image);
    fwd_bytes_free(&text);
}
END_TEST

/* ---- the engine ------------------------------------------------------------------------------ */

static void assert_same_target(const struct fwd_tuples *tuples, const struct fwd_pair *pair)
{
    uint32_t diff_size, extra_size;
    fwd_tuples_sum(tuples, &diff_size, &extra_size);
    uint8_t *diff = malloc(diff_size + 1), *extra = malloc(extra_size + 1);
    uint32_t at = 0, d = 0, e = 0;
    int64_t source = 0;

    fwd_tuples_split(tuples, pair, diff, extra);
    for (size_t i = 0; i < tuples->count; i++) {
        for (uint32_t k = 0; k < tuples->list[i].diff; k++)
            ck_assert_uint_eq((uint8_t)(pair->source[source++] + diff[d++]), pair->target[at++]);
        for (uint32_t k = 0; k < tuples->list[i].extra; k++)
            ck_assert_uint_eq(extra[e++], pair->target[at++]);
        source += tuples->list[i].seek;
    }
    ck_assert_uint_eq(at, pair->target_size);
    free(diff);
    free(extra);
}

START_TEST(the_tuples_describe_the_target)
{
    const struct rig_case *c = &rig_cases[_i];
    struct fwd_bytes source = rig_case_source(c), target = rig_case_target(c, &source);
    struct fwd_pair pair = rig_pair(&source, &target);
    struct fwd_tuples tuples, again;

    ck_assert_int_eq(fwd_bsdiff_make(&pair, NULL, &tuples, NULL), FWD_FAIL_NONE);
    ck_assert_msg(fwd_tuples_valid(&tuples, &pair), "%s", c->name);
    ck_assert_int_eq(tuples.list[tuples.count - 1].seek, 0);
    assert_same_target(&tuples, &pair);
    ck_assert_int_eq(fwd_bsdiff_make(&pair, NULL, &again, NULL), FWD_FAIL_NONE);
    ck_assert_uint_eq(tuples.count, again.count);
    for (size_t i = 0; i < tuples.count; i++) {
        ck_assert_uint_eq(tuples.list[i].diff, again.list[i].diff);
        ck_assert_uint_eq(tuples.list[i].extra, again.list[i].extra);
        ck_assert_int_eq(tuples.list[i].seek, again.list[i].seek);
    }
    fwd_tuples_free(&tuples);
    fwd_tuples_free(&again);
    fwd_bytes_free(&source);
    fwd_bytes_free(&target);
}
END_TEST

START_TEST(an_identical_image_is_one_run)
{
    struct fwd_bytes image = rig_image(RIG_FIRMWARE, 50000, 9);
    struct fwd_pair pair = rig_pair(&image, &image);
    struct fwd_tuples tuples;

    ck_assert_int_eq(fwd_bsdiff_make(&pair, NULL, &tuples, NULL), FWD_FAIL_NONE);
    ck_assert_uint_eq(tuples.count, 1);
    ck_assert_uint_eq(tuples.list[0].diff, 50000);
    fwd_tuples_free(&tuples);
    fwd_bytes_free(&image);
}
END_TEST

/* A block that moved to another place: the list begins far from the start of the source. */
START_TEST(a_target_from_the_middle_of_the_source_needs_no_tuple_without_output)
{
    struct fwd_bytes image = rig_image(RIG_FIRMWARE, 50000, 9);
    struct fwd_pair pair = {image.data, image.data + 20000, 50000, 10000};
    struct fwd_tuples tuples;

    ck_assert_int_eq(fwd_bsdiff_make(&pair, NULL, &tuples, NULL), FWD_FAIL_NONE);
    ck_assert(fwd_tuples_valid(&tuples, &pair));
    assert_same_target(&tuples, &pair);
    ck_assert_uint_eq(tuples.count, 2);
    fwd_tuples_free(&tuples);
    fwd_bytes_free(&image);
}
END_TEST

START_TEST(an_image_beyond_two_gibibytes_is_refused_in_words)
{
    struct fwd_bytes image = rig_image(RIG_ZEROS, 16, 1);
    struct fwd_pair pair = {image.data, image.data, 16, 0x80000000u};
    struct fwd_tuples tuples;
    struct fwd_error err = {{0}};

    ck_assert_int_eq(fwd_bsdiff_make(&pair, NULL, &tuples, &err), FWD_FAIL_REFUSED);
    ck_assert_ptr_nonnull(strstr(err.text, "2 GiB"));
    fwd_bytes_free(&image);
}
END_TEST

/* ---- lists that do not fit their images ------------------------------------------------------ */

struct list {
    const char *name;
    struct fwd_tuple tuples[2];
    size_t count;
    bool valid;
};

/* Source 100, target 50. */
static const struct list lists[] = {
    {"one run", {{50, 0, 0}}, 1, true},
    {"two runs", {{10, 5, 85 - 10}, {15, 20, 0}}, 2, true},
    {"nothing", {{0, 0, 0}}, 0, false},
    {"too short", {{49, 0, 0}}, 1, false},
    {"too long", {{40, 11, 0}}, 1, false},
    {"a tuple without output", {{0, 0, 0}, {50, 0, 0}}, 2, false},
    {"beyond the source", {{10, 0, 60}, {40, 0, 0}}, 2, false},
    {"before the source", {{10, 0, -11}, {40, 0, 0}}, 2, false},
    {"a seek beyond the source", {{50, 0, 51}}, 1, false},
};
#define LISTS ((int)(sizeof lists / sizeof lists[0]))

START_TEST(a_list_is_checked_against_its_images)
{
    static uint8_t source[100], target[50];
    struct fwd_tuple copy[2];
    const struct fwd_pair pair = {source, target, 100, 50};
    const struct fwd_tuples tuples = {copy, lists[_i].count, 2};

    memcpy(copy, lists[_i].tuples, sizeof copy);
    ck_assert_msg(fwd_tuples_valid(&tuples, &pair) == lists[_i].valid, "%s", lists[_i].name);
}
END_TEST

/* ---- step order ------------------------------------------------------------------------------ */

struct order {
    const char *name;
    int shift; /* bytes that the image moves up (positive) or down */
    bool descending;
};

static const struct order orders[] = {
    {"nothing moves", 0, false},
    {"code moves up: the last block goes first", 6000, true},
    {"code moves down: the first block goes first", -6000, false},
};

START_TEST(blocks_are_written_so_that_fewer_sources_are_lost)
{
    enum { SIZE = 80000 };
    struct fwd_bytes base = rig_image(RIG_FIRMWARE, SIZE, 3);
    uint32_t up = orders[_i].shift > 0 ? (uint32_t)orders[_i].shift : 0;
    uint32_t down = orders[_i].shift < 0 ? (uint32_t)-orders[_i].shift : 0;
    struct fwd_bytes target = rig_image(RIG_RANDOM, SIZE - down + up, 4);
    struct fwd_pair pair = {base.data, target.data, SIZE, (uint32_t)target.size};
    struct fwd_tuples tuples;

    memcpy(target.data + up, base.data + down, SIZE - down);
    ck_assert_int_eq(fwd_bsdiff_make(&pair, NULL, &tuples, NULL), FWD_FAIL_NONE);
    ck_assert_msg(
        fwd_step_order_descending(&pair, &tuples) == orders[_i].descending, "%s", orders[_i].name);
    fwd_tuples_free(&tuples);
    fwd_bytes_free(&base);
    fwd_bytes_free(&target);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("engine");
    TCase *tcase = tcase_create("engine");
    SRunner *runner = srunner_create(suite);

    suite_add_tcase(suite, tcase);
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, the_longest_match_is_found, 0, 60);
    tcase_add_test(tcase, keys_change_no_answer);
    tcase_add_loop_test(tcase, several_lookups_at_once_find_the_same, 0, 9);
    tcase_add_loop_test(tcase, the_tuples_describe_the_target, 0, rig_case_count);
    tcase_add_test(tcase, an_identical_image_is_one_run);
    tcase_add_test(tcase, a_target_from_the_middle_of_the_source_needs_no_tuple_without_output);
    tcase_add_test(tcase, an_image_beyond_two_gibibytes_is_refused_in_words);
    tcase_add_loop_test(tcase, a_list_is_checked_against_its_images, 0, LISTS);
    tcase_add_loop_test(tcase, blocks_are_written_so_that_fewer_sources_are_lost, 0, 3);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
