/* What a `fwd` stream knows of the source's places: the map, the runs around, corrections that were
 * taught, and the view of the source itself. */
#include "tests/gen/refdelta/delta_rig.h"
#include "verify/refdelta/copymap.h"
#include "verify/refdelta/correction_cache.h"
#include "verify/refdelta/reference/window.h"
#include "verify/refdelta/run_window.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* ---- the map --------------------------------------------------------------------------------- */

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

/* ---- corrections ----------------------------------------------------------------------------- */

static uint32_t recall_memory[1024];

struct entry {
    uint32_t key, difference;
};

/* The table as SPEC.md tells it, with plain arrays. */
struct plain_table {
    struct entry list[300];
    uint32_t count, room, victim;
};

static void plain_put(struct plain_table *t, uint32_t key, uint32_t difference)
{
    uint32_t at = 0;

    for (uint32_t i = 0; i < t->count; i++)
        if (t->list[i].key == key) {
            t->list[i].difference = difference;
            return;
        }
    if (t->count == t->room) {
        t->victim = (t->victim + 211) % t->room;
        for (uint32_t i = t->victim; i + 1 < t->count; i++)
            t->list[i] = t->list[i + 1];
        t->count--;
    }
    while (at < t->count && t->list[at].key < key)
        at++;
    for (uint32_t i = t->count++; i > at; i--)
        t->list[i] = t->list[i - 1];
    t->list[at] = (struct entry){key, difference};
}

static const uint32_t rooms[] = {1, 2, 3, 16, 210, 211, 212, 256};

START_TEST(a_full_table_forgets_by_the_rule)
{
    struct fwd_correction_cache r = fwd_correction_cache_over((uint8_t *)recall_memory, rooms[_i]);
    struct plain_table plain = {.room = rooms[_i]};
    uint32_t state = 5, found;

    for (uint32_t i = 0; i < 3000; i++) {
        uint32_t key = delta_random(&state) % 600, difference = delta_random(&state);
        fwd_correction_cache_put(&r, key, difference);
        plain_put(&plain, key, difference);
        bool same = fwd_correction_cache_find(&r, key, &found) && found == difference &&
                    r.count == plain.count;
        for (uint32_t k = 0; same && k < r.count; k++)
            same = r.keys[k] == plain.list[k].key && r.differences[k] == plain.list[k].difference;
        if (!same)
            ck_abort_msg("put number %u", i);
    }
    ck_assert_uint_eq(r.count, rooms[_i]);
}
END_TEST

struct nearest {
    uint32_t key, difference, confidence;
};

static const struct nearest nearests[] = {
    {100, 7, 3},
    {200, 7, 3},
    {300, 9, 3},
    {UINT32_MAX, 1, 3},
    {0, 7, 0},
    {99, 7, 0},
    {101, 7, 2},
    {199, 7, 2},
    {201, 7, 1},
    {250, 7, 1},
    {251, 9, 1},
    {299, 9, 1},
    {301, 9, 1},
    {0x80000095u, 9, 1},
    {0x80000096u, 1, 1},
    {UINT32_MAX - 1, 1, 1},
};

START_TEST(the_nearest_correction_is_found)
{
    struct fwd_correction_cache r = fwd_correction_cache_over((uint8_t *)recall_memory, 4);
    const struct nearest *n = &nearests[_i];
    uint32_t confidence = 99, difference = 0;

    fwd_correction_cache_put(&r, 300, 9);
    fwd_correction_cache_put(&r, UINT32_MAX, 1);
    fwd_correction_cache_put(&r, 100, 7);
    fwd_correction_cache_put(&r, 200, 7);
    ck_assert_uint_eq(fwd_correction_cache_nearest(&r, n->key, &confidence), n->difference);
    ck_assert_uint_eq(confidence, n->confidence);
    ck_assert_int_eq(fwd_correction_cache_find(&r, n->key, &difference), n->confidence == 3);
}
END_TEST

START_TEST(beyond_the_last_key_nothing_is_sure)
{
    struct fwd_correction_cache r = fwd_correction_cache_over((uint8_t *)recall_memory, 4);
    uint32_t confidence = 99;

    ck_assert_uint_eq(fwd_correction_cache_nearest(&r, 5, &confidence), 0);
    ck_assert_uint_eq(confidence, 0);
    fwd_correction_cache_put(&r, 100, 7);
    ck_assert_uint_eq(fwd_correction_cache_nearest(&r, 101, &confidence), 7);
    ck_assert_uint_eq(confidence, 0);
}
END_TEST

START_TEST(a_table_without_room_keeps_nothing)
{
    struct fwd_correction_cache r = fwd_correction_cache_over((uint8_t *)recall_memory, 0);
    uint32_t difference;

    fwd_correction_cache_put(&r, 1, 2);
    ck_assert_uint_eq(r.count, 0);
    ck_assert(!fwd_correction_cache_find(&r, 1, &difference));
}
END_TEST

/* ---- runs around the current one ------------------------------------------------------------- */

#define MANY 300u

/* Of run number n: 50 bytes at 100 * n, which went to 1000 + 200 * n. */
static void fill(struct fwd_run_window *h)
{
    while (h->count < MANY && fwd_run_window_wants(h)) {
        const struct fwd_run run = {1000 + 200 * h->count, 100 * h->count, 50, true};
        fwd_run_window_put(h, &run);
    }
}

START_TEST(runs_up_to_the_horizon_are_found)
{
    static struct fwd_run_window h;
    uint32_t mapped = 0;

    memset(&h, 0, sizeof h);
    for (uint32_t current = 0; current < MANY; current++) {
        fill(&h);
        ck_assert_uint_eq(fwd_run_window_run(&h)->from, 100 * current);
        for (uint32_t n = 0; n < MANY; n++) {
            bool near = n > current ? n - current <= FWD_RUN_WINDOW_AHEAD
                                    : n < current && current - n <= FWD_RUN_WINDOW_BEHIND;
            bool right = fwd_run_window_find(&h, 100 * n + 49, &mapped) == near &&
                         (!near || mapped == 1049 + 200 * n) &&
                         !fwd_run_window_find(&h, 100 * n + 50, &mapped);
            if (!right)
                ck_abort_msg("run %u seen from run %u", n, current);
        }
        fwd_run_window_next(&h);
    }
    ck_assert_ptr_null(fwd_run_window_run(&h));
}
END_TEST

START_TEST(of_two_runs_around_the_later_is_taken)
{
    static struct fwd_run_window h;
    static const struct fwd_run before = {500, 100, 50, true}, here = {600, 700, 50, true},
                                after = {700, 120, 50, true};
    uint32_t mapped;

    memset(&h, 0, sizeof h);
    fwd_run_window_put(&h, &before);
    fwd_run_window_put(&h, &here);
    fwd_run_window_put(&h, &after);
    fwd_run_window_next(&h);
    ck_assert(fwd_run_window_find(&h, 130, &mapped));
    ck_assert_uint_eq(mapped, 710);
    ck_assert(fwd_run_window_find(&h, 119, &mapped));
    ck_assert_uint_eq(mapped, 519);
    ck_assert(!fwd_run_window_find(&h, 700, &mapped)); /* the current run is no neighbour */
}
END_TEST

/* ---- the view of the source ------------------------------------------------------------------ */

struct store {
    uint8_t bytes[1000];
    unsigned reads, fails_at;
};

static enum fwd_reason read_store(void *ctx, uint32_t offset, void *buf, uint32_t size)
{
    struct store *store = ctx;

    if (offset + size > sizeof store->bytes)
        ck_abort_msg("read outside");
    if (++store->reads == store->fails_at)
        return FWD_E_SOURCE_READ;
    memcpy(buf, store->bytes + offset, size);
    return FWD_OK;
}

static struct store new_store(unsigned fails_at)
{
    struct store store = {.fails_at = fails_at};

    for (unsigned i = 0; i < sizeof store.bytes; i++)
        store.bytes[i] = (uint8_t)(i * 31 + i / 256);
    return store;
}

START_TEST(the_window_gives_the_bytes_of_the_source)
{
    struct store store = new_store(0);
    const struct fwd_input input = {&store, read_store, (uint32_t)_i};
    static struct fwd_window w;
    static uint8_t window[FWD_WINDOW_SIZE];
    uint32_t state = 9;

    fwd_window_open(&w, &input, window, sizeof window);
    for (unsigned i = 0; i < 4000; i++) {
        uint32_t offset = delta_random(&state) % (input.size + 12);
        uint32_t size = 1 + (delta_random(&state) >> 7) % FWD_WINDOW_MOST;
        const uint8_t *bytes = fwd_window_bytes(&w, offset, size);
        bool right = (bytes != NULL) == (offset + size <= input.size) &&
                     (bytes == NULL || memcmp(bytes, store.bytes + offset, size) == 0);
        if (!right)
            ck_abort_msg("%u bytes at %u", size, offset);
    }
    ck_assert_ptr_null(fwd_window_bytes(&w, UINT32_MAX, 8));
    ck_assert_int_eq(w.failed, FWD_OK);
}
END_TEST

/* What stands shortly before the place is there without another read. */
START_TEST(the_window_keeps_what_was_before)
{
    struct store store = new_store(0);
    const struct fwd_input input = {&store, read_store, sizeof store.bytes};
    static struct fwd_window w;
    static uint8_t window[FWD_WINDOW_SIZE];

    fwd_window_open(&w, &input, window, sizeof window);
    ck_assert_ptr_nonnull(fwd_window_bytes(&w, 500, 8));
    ck_assert_ptr_nonnull(fwd_window_bytes(&w, 500 - FWD_WINDOW_BEHIND, 8));
    ck_assert_ptr_nonnull(fwd_window_bytes(&w, 500, 8));
    ck_assert_uint_eq(store.reads, 1);
}
END_TEST

START_TEST(a_window_that_failed_stays_so)
{
    struct store store = new_store((unsigned)_i);
    const struct fwd_input input = {&store, read_store, sizeof store.bytes};
    static struct fwd_window w;
    static uint8_t window[FWD_WINDOW_SIZE];
    uint32_t word = 0;

    fwd_window_open(&w, &input, window, sizeof window);
    for (unsigned i = 1; i <= 3; i++) {
        bool good = fwd_window_word(&w, i % 2 ? 0 : 900, &word);
        ck_assert_int_eq(good, i < (unsigned)_i);
        ck_assert_int_eq(w.failed, good ? FWD_OK : FWD_E_SOURCE_READ);
    }
    ck_assert_uint_eq(store.reads, (unsigned)_i);
}
END_TEST

START_TEST(words_are_little_endian)
{
    uint8_t bytes[8];

    fwd_word_put(bytes, 0x44332211u);
    fwd_half_put(bytes + 4, 0x6655);
    fwd_half_put(bytes + 6, 0x8877);
    for (unsigned i = 0; i < 8; i++)
        ck_assert_uint_eq(bytes[i], 0x11 * (i + 1));
    ck_assert_uint_eq(fwd_half_at(bytes + 1), 0x3322);
    ck_assert_uint_eq(fwd_word_at(bytes + 4), 0x88776655u);
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
    tcase_add_loop_test(tcase, a_full_table_forgets_by_the_rule, 0, COUNT(rooms));
    tcase_add_loop_test(tcase, the_nearest_correction_is_found, 0, COUNT(nearests));
    tcase_add_test(tcase, beyond_the_last_key_nothing_is_sure);
    tcase_add_test(tcase, a_table_without_room_keeps_nothing);
    tcase_add_test(tcase, runs_up_to_the_horizon_are_found);
    tcase_add_test(tcase, of_two_runs_around_the_later_is_taken);
    tcase_add_loop_test(tcase, the_window_gives_the_bytes_of_the_source, 1, 20);
    tcase_add_loop_test(tcase, the_window_gives_the_bytes_of_the_source, 254, 260);
    tcase_add_loop_test(tcase, the_window_gives_the_bytes_of_the_source, 998, 1001);
    tcase_add_test(tcase, the_window_keeps_what_was_before);
    tcase_add_loop_test(tcase, a_window_that_failed_stays_so, 1, 4);
    tcase_add_test(tcase, words_are_little_endian);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
