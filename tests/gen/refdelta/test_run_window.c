/* Runs around the current one: which are found, and which of two. */
#include "verify/refdelta/run_window.h"

#include <check.h>
#include <string.h>

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

int main(void)
{
    Suite *suite = suite_create("run window");
    TCase *tcase = tcase_create("run window");
    SRunner *runner = srunner_create(suite);

    suite_add_tcase(suite, tcase);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, runs_up_to_the_horizon_are_found);
    tcase_add_test(tcase, of_two_runs_around_the_later_is_taken);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
