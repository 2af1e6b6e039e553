/* The map that a `fwd` stream's runs make of the source: where its places went. */
#include "tests/gen/refdelta/delta_rig.h"
#include "verify/refdelta/copymap.h"

#include <check.h>
#include <stdlib.h>

#define ROOM 512u

static uint32_t map_memory[ROOM * FWD_COPYMAP_INTERVAL / 4 + 4];

static enum fwd_reason build(
    const struct fwd_run *runs, uint32_t count, uint32_t room, struct fwd_copymap *map)
{
    struct fwd_mapping *list = malloc((count + 1) * sizeof *list);
    struct fwd_copymap_draft draft = {.list = list, .room = room < count ? room : count};

    ck_assert_ptr_nonnull(list);
    *map = fwd_copymap_over((uint8_t *)map_memory, room);
    for (uint32_t i = 0; i < count; i++)
        fwd_copymap_add(&draft, &runs[i]);
    enum fwd_reason reason = fwd_copymap_finish(&draft, map);
    free(list);
    return reason;
}

struct interval {
    uint32_t start, size; /* units of 2 bytes; size 0 ends the list */
    int32_t shift;
};

struct map_case {
    const char *name;
    struct fwd_run runs[4]; /* to, from, size; size 0 ends the list */
    struct interval intervals[4];
};

static const struct map_case map_cases[] = {
    {"no run", {{0}}, {{0}}},
    {"one run", {{1000, 100, 50, true}}, {{50, 25, 900}}},
    {"odd offsets are rounded up", {{201, 101, 51, true}}, {{51, 25, 100}}},
    {"a byte at an even offset", {{7, 100, 1, true}}, {{50, 1, -93}}},
    {"a byte at an odd offset is no unit", {{7, 101, 1, true}}, {{0}}},
    {"apart, in any order", {{0, 300, 20, true}, {50, 100, 20, true}},
        {{50, 10, -50}, {150, 10, -300}}},
    {"side by side", {{0, 100, 20, true}, {50, 120, 20, true}}, {{50, 10, -100}, {60, 10, -70}}},
    {"the later is shorter", {{0, 0, 100, true}, {500, 80, 60, true}}, {{0, 50, 0}, {50, 20, 420}}},
    {"the later is longer", {{0, 0, 60, true}, {500, 40, 100, true}}, {{0, 20, 0}, {20, 50, 460}}},
    {"of equal size: the earlier", {{0, 0, 60, true}, {500, 40, 60, true}},
        {{0, 30, 0}, {30, 20, 460}}},
    {"the same start: the longer", {{9, 40, 20, true}, {500, 40, 100, true}}, {{20, 50, 460}}},
    {"the same bytes: the lower difference", {{500, 40, 20, true}, {9, 40, 20, true}},
        {{20, 10, -31}}},
    {"wholly inside a longer one", {{0, 0, 200, true}, {500, 40, 100, true}}, {{0, 100, 0}}},
    {"the longest between two", {{0, 0, 40, true}, {500, 30, 100, true}, {900, 40, 30, true}},
        {{0, 15, 0}, {15, 50, 470}}},
    {"one that covers two before it",
        {{0, 0, 40, true}, {100, 40, 10, true}, {500, 36, 300, true}, {900, 20, 4, true}},
        {{0, 18, 0}, {18, 150, 464}}},
    {"three of growing size", {{0, 0, 40, true}, {100, 20, 60, true}, {300, 40, 80, true}},
        {{0, 10, 0}, {10, 10, 80}, {20, 40, 260}}},
    {"longer than an interval can be", {{10, 0, 300000, true}},
        {{0, 65535, 10}, {65535, 65535, 10}, {131070, 18930, 10}}},
    {"just as long as an interval", {{10, 0, 131070, true}}, {{0, 65535, 10}}},
};
#define MAP_CASES ((int)(sizeof map_cases / sizeof map_cases[0]))

static uint32_t count_runs(const struct map_case *c)
{
    uint32_t count = 0;

    while (count < 4 && c->runs[count].size > 0)
        count++;
    return count;
}

static uint32_t count_intervals(const struct map_case *c)
{
    uint32_t count = 0;

    while (count < 4 && c->intervals[count].size > 0)
        count++;
    return count;
}

START_TEST(a_map_has_these_intervals)
{
    const struct map_case *c = &map_cases[_i];
    struct fwd_copymap map;

    ck_assert_int_eq(build(c->runs, count_runs(c), ROOM, &map), FWD_OK);
    ck_assert_msg(map.count == count_intervals(c), "%s: %u intervals", c->name, map.count);
    for (uint32_t i = 0; i < map.count; i++) {
        ck_assert_msg(map.starts[i] == c->intervals[i].start, "%s: %u", c->name, map.starts[i]);
        ck_assert_msg(map.sizes[i] == c->intervals[i].size, "%s: %u", c->name, map.sizes[i]);
        ck_assert_msg(map.shifts[i] == c->intervals[i].shift, "%s: %d", c->name, map.shifts[i]);
    }
}
END_TEST

/* Both rooms, for runs and for intervals, end with a reason. */
START_TEST(a_map_without_room_is_refused)
{
    const struct map_case *c = &map_cases[_i];
    uint32_t runs = count_runs(c), intervals = count_intervals(c);
    uint32_t need = runs > intervals ? runs : intervals;
    struct fwd_copymap map;

    ck_assert_int_eq(build(c->runs, runs, need, &map), FWD_OK);
    if (need > 0)
        ck_assert_int_eq(build(c->runs, runs, need - 1, &map), FWD_E_STREAM_INVALID);
}
END_TEST

struct lookup {
    uint32_t offset, mapped, confidence;
};

/* Source 100..149 went to 0, 200..249 to 300 and 260..269 to 360. */
static const struct fwd_run known[] = {
    {0, 100, 50, true}, {300, 200, 50, true}, {360, 260, 10, true}};
static const struct lookup lookups[] = {
    {100, 0, FWD_MAP_INSIDE},
    {101, 1, FWD_MAP_INSIDE},
    {149, 49, FWD_MAP_INSIDE},
    {150, 50, FWD_MAP_FAR},
    {160, 60, FWD_MAP_FAR},
    {175, 75, FWD_MAP_FAR},
    {176, 276, FWD_MAP_FAR},
    {199, 299, FWD_MAP_FAR},
    {200, 300, FWD_MAP_INSIDE},
    {249, 349, FWD_MAP_INSIDE},
    {250, 350, FWD_MAP_BETWEEN},
    {259, 359, FWD_MAP_BETWEEN},
    {260, 360, FWD_MAP_INSIDE},
    {270, 370, FWD_MAP_FAR},
    {0x3FFFFFFE, 0x40000062, FWD_MAP_FAR},
    {99, UINT32_MAX, FWD_MAP_FAR},
    {0, 0u - 100u, FWD_MAP_FAR},
};

START_TEST(a_place_is_found_in_the_map)
{
    const struct lookup *l = &lookups[_i];
    struct fwd_copymap map;
    uint32_t confidence = 99;

    ck_assert_int_eq(build(known, 3, 3, &map), FWD_OK);
    ck_assert_uint_eq(fwd_copymap_find(&map, l->offset, &confidence), l->mapped);
    ck_assert_uint_eq(confidence, l->confidence);
}
END_TEST

START_TEST(an_empty_map_changes_nothing)
{
    struct fwd_copymap map;
    uint32_t confidence = 99;

    ck_assert_int_eq(build(NULL, 0, 0, &map), FWD_OK);
    ck_assert_uint_eq(fwd_copymap_find(&map, 1234, &confidence), 1234);
    ck_assert_uint_eq(confidence, FWD_MAP_FAR);
}
END_TEST

static bool some_run_says(const struct fwd_run *runs, uint32_t count, uint32_t at, int32_t shift)
{
    for (uint32_t i = 0; i < count; i++)
        if (at >= (runs[i].from + 1) / 2 && at < (runs[i].from + runs[i].size + 1) / 2 &&
            (int32_t)(runs[i].to - runs[i].from) == shift)
            return true;
    return false;
}

START_TEST(any_map_is_sorted_disjoint_and_made_of_the_runs)
{
    static struct fwd_run runs[ROOM];
    uint32_t state = (uint32_t)_i + 3, end = 0;
    struct fwd_copymap map;

    for (uint32_t i = 0; i < ROOM; i++) {
        uint32_t r = delta_random(&state);
        runs[i] = (struct fwd_run){
            delta_random(&state) % 20000, r % 90000, 1 + (r >> 16) % (i % 7 ? 60 : 2000), true};
    }
    ck_assert_int_eq(build(runs, ROOM, ROOM, &map), FWD_OK);
    ck_assert_uint_gt(map.count, 20);
    for (uint32_t i = 0; i < map.count; i++) {
        bool right = map.starts[i] >= end && map.sizes[i] > 0 &&
                     some_run_says(runs, ROOM, map.starts[i], map.shifts[i]);
        end = map.starts[i] + map.sizes[i];
        if (!right || !some_run_says(runs, ROOM, end - 1, map.shifts[i]))
            ck_abort_msg("interval %u", i);
    }
}
END_TEST

#define COUNT(table) ((int)(sizeof table / sizeof table[0]))

int main(void)
{
    Suite *suite = suite_create("delta map");
    TCase *tcase = tcase_create("delta map");
    SRunner *runner = srunner_create(suite);

    suite_add_tcase(suite, tcase);
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, a_map_has_these_intervals, 0, MAP_CASES);
    tcase_add_loop_test(tcase, a_map_without_room_is_refused, 0, MAP_CASES);
    tcase_add_loop_test(tcase, a_place_is_found_in_the_map, 0, COUNT(lookups));
    tcase_add_test(tcase, an_empty_map_changes_nothing);
    tcase_add_loop_test(tcase, any_map_is_sorted_disjoint_and_made_of_the_runs, 0, 8);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
