/* Corrections that a `fwd` stream has taught: found again, or the nearest; what a full table
 * forgets. */
#include "tests/gen/refdelta/delta_rig.h"
#include "verify/refdelta/correction_cache.h"

#include <check.h>

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

#define COUNT(table) ((int)(sizeof table / sizeof table[0]))

int main(void)
{
    Suite *suite = suite_create("correction cache");
    TCase *tcase = tcase_create("correction cache");
    SRunner *runner = srunner_create(suite);

    suite_add_tcase(suite, tcase);
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, a_full_table_forgets_by_the_rule, 0, COUNT(rooms));
    tcase_add_loop_test(tcase, the_nearest_correction_is_found, 0, COUNT(nearests));
    tcase_add_test(tcase, beyond_the_last_key_nothing_is_sure);
    tcase_add_test(tcase, a_table_without_room_keeps_nothing);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
