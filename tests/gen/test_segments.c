/* Tables of segments. */
#include "gen/image/segments.h"

#include <check.h>
#include <stdlib.h>

static const struct {
    const char *what;
    uint32_t offset, size;
    uint64_t address;
    bool added;
    size_t count; /* afterwards */
} steps[] = {
    {"the first", 0x18, 0x100, 0x3F400020, true, 1},
    {"one at the same distance extends it, over the gap", 0x120, 0x40, 0x3F400128, true, 1},
    {"one at another distance is one more", 0x168, 0x20, 0x40080000, true, 2},
    {"an empty one is refused", 0x200, 0, 0, false, 2},
    {"one inside the last is refused", 0x180, 4, 0, false, 2},
    {"one beyond 4 GiB is refused", 0xFFFFFFF0, 0x10, 0, false, 2},
    {"one that follows at once", 0x188, 8, 0x10, true, 3},
};

START_TEST(segments_are_ordered_and_merged_where_addresses_go_on)
{
    struct fwd_segments segments = {.count = 0};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        bool added = fwd_segments_add(&segments, steps[i].offset, steps[i].size, steps[i].address);
        ck_assert_msg(added == steps[i].added, "%s", steps[i].what);
        ck_assert_msg(segments.count == steps[i].count, "%s", steps[i].what);
    }
    ck_assert_uint_eq(segments.list[0].size, 0x148);
    ck_assert_ptr_eq(fwd_segments_find(&segments, 0x17), NULL);
    ck_assert_ptr_eq(fwd_segments_find(&segments, 0x118), &segments.list[0]);
    ck_assert_ptr_eq(fwd_segments_find(&segments, 0x160), NULL);
    ck_assert_ptr_eq(fwd_segments_find(&segments, 0x187), &segments.list[1]);
    ck_assert_ptr_eq(fwd_segments_find(&segments, 0x18F), &segments.list[2]);
}
END_TEST

START_TEST(at_most_64_segments_are_kept)
{
    struct fwd_segments segments = {.count = 0};
    for (uint32_t i = 0; i < FWD_SEGMENTS_MAX; i++)
        ck_assert(fwd_segments_add(&segments, 8 * i, 8, 64 * i + 1));
    ck_assert(!fwd_segments_add(&segments, 8 * FWD_SEGMENTS_MAX, 8, 0));
    ck_assert_uint_eq(segments.count, FWD_SEGMENTS_MAX);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("segments");
    TCase *tcase = tcase_create("segments");
    tcase_add_test(tcase, segments_are_ordered_and_merged_where_addresses_go_on);
    tcase_add_test(tcase, at_most_64_segments_are_kept);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
