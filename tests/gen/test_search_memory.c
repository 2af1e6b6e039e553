/* Searching with less memory: the index of every so many bytes, pieces of ways that give their room
 * back, and the plan that chooses. */
#include "gen/package/memory_plan.h"
#include "gen/refdelta/parse_nodes.h"
#include "gen/refdelta/parse_runs.h"
#include "gen/refdelta/sparse_index.h"
#include "tests/gen/gen_rig.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* ---- the index ------------------------------------------------------------------------------- */

static const uint32_t strides[] = {4, 8, 16, 32, 64};

/* Of any stretch of the image that is long enough, some place is found, and found to be alike. */
START_TEST(test_index_finds_what_is_long_enough)
{
    uint32_t stride = strides[_i], size = 20000;
    struct fwd_bytes image = rig_image(RIG_RANDOM, size, 3);
    struct fwd_sparse_index index;
    struct fwd_match matches[FWD_SPARSE_WAYS];
    uint32_t missed = 0;

    ck_assert(fwd_sparse_index_build(&index, image.data, size, stride));
    for (uint32_t at = 0; at + stride + 8 <= size; at += 37) {
        bool found = false;
        for (uint32_t i = 0; i < stride && !found; i++) {
            unsigned count =
                fwd_sparse_index_find(&index, image.data + at + i, size - at - i, matches);
            for (unsigned k = 0; k < count; k++) {
                ck_assert_uint_ge(matches[k].size, 8);
                ck_assert_uint_le(matches[k].at, size - matches[k].size);
                ck_assert_mem_eq(image.data + matches[k].at, image.data + at + i, matches[k].size);
                found |= matches[k].at == at + i;
            }
        }
        missed += !found; /* a full group lets places go: of random bytes few */
    }
    ck_assert_uint_le(missed, size / 37 / 8);
    fwd_sparse_index_free(&index);
    free(image.data);
}
END_TEST

START_TEST(test_index_of_any_size)
{
    struct fwd_match matches[FWD_SPARSE_WAYS];

    for (uint32_t size = 1; size < 40; size++)
        for (size_t s = 0; s < sizeof strides / sizeof strides[0]; s++) {
            uint8_t *exact = malloc(size);
            struct fwd_sparse_index index;
            memset(exact, 7, size);
            ck_assert(fwd_sparse_index_build(&index, exact, size, strides[s]));
            unsigned count = fwd_sparse_index_find(&index, exact, size, matches);
            ck_assert_uint_eq(count, size >= 8);
            fwd_sparse_index_free(&index);
            free(exact);
        }
}
END_TEST

/* ---- pieces of ways -------------------------------------------------------------------------- */

START_TEST(test_pieces_that_no_way_has_are_given_back)
{
    struct fwd_parse_nodes nodes = {.most = 1u << 17};
    int32_t last = FWD_PARSE_NONE, none = FWD_PARSE_NONE;
    int32_t *roots[] = {&last, &none};

    /* one of ten stays, and each names those that it stands on */
    for (uint32_t i = 0; i < 1000000; i++) {
        if (!fwd_parse_nodes_tidy(&nodes, roots, 2))
            ck_abort_msg("no room for piece %u", i);
        int32_t node =
            fwd_parse_nodes_add(&nodes, (struct fwd_parse_node){i, (int32_t)i, last, false});
        if (i % 10 == 0)
            last = node;
    }
    ck_assert_uint_le(nodes.room, 1u << 17);
    uint32_t expected = 999990;
    for (int32_t at = last; at != FWD_PARSE_NONE; at = nodes.list[at].before) {
        if (nodes.list[at].start != expected || nodes.list[at].before >= at)
            ck_abort_msg("piece %u is another one", expected);
        expected -= 10;
    }
    ck_assert_uint_eq(expected, (uint32_t)-10);
    /* with all in use there is an end */
    for (uint32_t i = 0; fwd_parse_nodes_tidy(&nodes, roots, 2); i++) {
        if (i == 1u << 17)
            ck_abort_msg("there is no end");
        last = fwd_parse_nodes_add(&nodes, (struct fwd_parse_node){i, 0, last, false});
    }
    ck_assert_uint_ge(nodes.count, (1u << 17) / 16 * 15);
    fwd_parse_nodes_free(&nodes);
}
END_TEST

/* ---- runs ------------------------------------------------------------------------------------ */

START_TEST(test_runs_of_an_index_cover_a_release)
{
    struct fwd_bytes old = rig_image(RIG_FIRMWARE, 200000, 1);
    struct fwd_bytes new = rig_release(&old, 200000, 2);
    struct fwd_pair pair = rig_pair(&old, &new);
    struct fwd_parse_options options = {
        .costs = fwd_parse_usual, .match_least = 8, .step = 1, .skip = true};
    struct fwd_runs_found best, runs;
    uint64_t copied[2] = {0};

    ck_assert_int_eq(fwd_parse_make(&pair, &options, &best, NULL), FWD_FAIL_NONE);
    options.stride = strides[_i];
    options.pieces_most = 1u << 18;
    ck_assert_int_eq(fwd_parse_make(&pair, &options, &runs, NULL), FWD_FAIL_NONE);
    for (size_t i = 0; i < best.count; i++)
        copied[0] += best.list[i].size;
    for (size_t i = 0; i < runs.count; i++) {
        copied[1] += runs.list[i].size;
        ck_assert_uint_le((uint64_t)runs.list[i].from + runs.list[i].size, pair.source_size);
        ck_assert_uint_le((uint64_t)runs.list[i].to + runs.list[i].size, pair.target_size);
        ck_assert(i == 0 || runs.list[i].to >= runs.list[i - 1].to + runs.list[i - 1].size);
    }
    ck_assert_uint_gt(copied[0], 100000);
    ck_assert_uint_ge(copied[1] * 100, copied[0] * 95);
    fwd_runs_found_free(&best);
    fwd_runs_found_free(&runs);
    free(old.data);
    free(new.data);
}
END_TEST

/* ---- the plan -------------------------------------------------------------------------------- */

#define MIB (1ull << 20)

/* The more is allowed the more thorough is the search; with too little it says what would do, and
 * that does. */
START_TEST(test_plan_takes_what_is_allowed)
{
    const struct fwd_pair pair = {.source_size = 64u << 20, .target_size = 64u << 20};
    struct fwd_search_bounds bounds, before = {.stride = 128, .plain = true};
    uint64_t least = 0;

    for (uint64_t most = 64 * MIB; most <= 1024 * MIB; most += MIB) {
        const struct fwd_memory_limit limit = {most, 128 * MIB};
        struct fwd_error err = {{0}};
        if (fwd_memory_plan_search(&limit, &pair, &bounds, &err) != FWD_FAIL_NONE) {
            ck_assert_uint_eq(least, 0);
            ck_assert_ptr_nonnull(strstr(err.text, "--memory"));
            continue;
        }
        least = least == 0 ? most : least;
        ck_assert(bounds.bounded);
        ck_assert(before.plain || !bounds.plain);
        ck_assert(
            before.plain != bounds.plain || before.stride == 0 || (bounds.stride <= before.stride));
        before = bounds;
    }
    ck_assert_uint_le(least, 64 * MIB * 9 / 2 + 16 * MIB);
    ck_assert(!before.plain && before.stride == 0);
    const struct fwd_memory_limit none = {0, 128 * MIB};
    ck_assert_int_eq(fwd_memory_plan_search(&none, &pair, &bounds, NULL), FWD_FAIL_NONE);
    ck_assert(!bounds.bounded && bounds.stride == 0 && !bounds.plain);
}
END_TEST

START_TEST(test_plan_of_trials)
{
    const struct fwd_memory_limit none = {0, 128 * MIB}, much = {512 * MIB, 128 * MIB},
                                  less = {300 * MIB, 128 * MIB}, little = {200 * MIB, 128 * MIB};
    struct fwd_error err = {{0}};
    bool replay;

    ck_assert_int_eq(fwd_memory_plan_trial(&none, MIB, 144 * MIB, &replay, &err), FWD_FAIL_NONE);
    ck_assert(replay);
    ck_assert_int_eq(fwd_memory_plan_trial(&much, MIB, 144 * MIB, &replay, &err), FWD_FAIL_NONE);
    ck_assert(replay);
    ck_assert_int_eq(fwd_memory_plan_trial(&less, MIB, 144 * MIB, &replay, &err), FWD_FAIL_NONE);
    ck_assert(!replay);
    ck_assert_int_eq(
        fwd_memory_plan_trial(&little, MIB, 144 * MIB, &replay, &err), FWD_FAIL_REFUSED);
    ck_assert_str_eq(err.text, "the trial installation takes 299 MiB of memory, more than --memory "
                               "allows: give --memory 299M");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("search_memory");
    TCase *tcase = tcase_create("all");
    int count = (int)(sizeof strides / sizeof strides[0]);

    tcase_add_loop_test(tcase, test_index_finds_what_is_long_enough, 0, count);
    tcase_add_test(tcase, test_index_of_any_size);
    tcase_add_test(tcase, test_pieces_that_no_way_has_are_given_back);
    tcase_add_loop_test(tcase, test_runs_of_an_index_cover_a_release, 0, count);
    tcase_add_test(tcase, test_plan_takes_what_is_allowed);
    tcase_add_test(tcase, test_plan_of_trials);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
