/* Calls of the library in any order, power cuts, and records that somebody forged: calls_rig.h
 * lists what must hold. Each number of a loop is the seed of one device's life.
 *
 *     test_calls_in_any_order                      the default seeds; FWD_LONG=1: 20 times as many
 *     test_calls_in_any_order FORGERY FROM TO      the seeds FROM..TO-1; forgery: 0, 1, 2
 *     test_calls_in_any_order FORGERY SEED         one again, and each call is printed */
#include "tests/verify/hostile/calls/calls_rig.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define SEEDS_LONG (20 * CALLS_SEEDS)
#define CYCLES_MAX 5

static struct calls calls;
static bool loud;

static struct fwd_nor_cut any_cut(struct dice *dice)
{
    uint32_t last = dice_once_in(dice, 3) ? 60 : 500;

    return (struct fwd_nor_cut){.operation = 1 + dice_below(dice, last),
        .tear = (enum fwd_nor_tear)dice_below(dice, FWD_NOR_TEARS),
        .seed = dice_below(dice, 9)};
}

static void one_cycle(void *arg)
{
    (void)arg;
    calls_start(&calls);
    calls_make_some(&calls);
}

/* From power on to power off, which may come at any operation. */
static void power_cycle(void)
{
    const struct fwd_nor_cut cut = any_cut(&calls.dice);
    bool cuts = dice_once_in(&calls.dice, 2);
    struct fwd_nor *nor = calls.lab->nor;

    calls_log(&calls, cuts ? "power, cut at" : "power", (uint32_t)cut.operation);
    fwd_nor_power_off(nor);
    fwd_nor_power_on(nor);
    fwd_nor_arm(nor, cuts ? &cut : NULL);
    (void)fwd_nor_run(nor, one_cycle, NULL);
    fwd_nor_arm(nor, NULL);
}

static void live(enum calls_forgery forgery, int seed)
{
    calls_device_make(&calls, forgery, (uint64_t)seed, loud);
    for (uint32_t left = 1 + dice_below(&calls.dice, CYCLES_MAX); left > 0; left--) {
        power_cycle();
        if (forgery != CALLS_NOTHING_FORGED && dice_once_in(&calls.dice, 2))
            calls_forge(&calls);
    }
    calls_rescue(&calls);
    calls_device_free(&calls);
}

START_TEST(calls_in_any_order_and_power_cuts_lose_nothing)
{
    live(CALLS_NOTHING_FORGED, _i);
}
END_TEST

START_TEST(nor_do_forged_journals)
{
    live(CALLS_JOURNAL_FORGED, _i);
}
END_TEST

START_TEST(nor_do_forged_version_and_package_areas)
{
    live(CALLS_RECORDS_FORGED, _i);
}
END_TEST

/* Once, for the processes of all seeds. */
static void make_keys(void)
{
    for (int i = 0; i < LAB_KNOWN; i++)
        (void)lab_key(i);
}

static void add(TCase *tests, int forgery, int from, int to)
{
    if (forgery == CALLS_NOTHING_FORGED)
        tcase_add_loop_test(tests, calls_in_any_order_and_power_cuts_lose_nothing, from, to);
    else if (forgery == CALLS_JOURNAL_FORGED)
        tcase_add_loop_test(tests, nor_do_forged_journals, from, to);
    else
        tcase_add_loop_test(tests, nor_do_forged_version_and_package_areas, from, to);
}

static void add_by_arguments(TCase *tests, int argc, char **argv)
{
    int from = argc > 2 ? atoi(argv[2]) : 0;

    loud = argc == 3;
    add(tests, atoi(argv[1]), from, argc > 3 ? atoi(argv[3]) : from + 1);
}

int main(int argc, char **argv)
{
    Suite *suite = suite_create("calls_in_any_order");
    TCase *tests = tcase_create("calls_in_any_order");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 60);
    tcase_add_unchecked_fixture(tests, make_keys, lab_keys_free);
    if (argc > 1)
        add_by_arguments(tests, argc, argv);
    for (int forgery = 0; argc == 1 && forgery <= CALLS_RECORDS_FORGED; forgery++)
        add(tests, forgery, 0, getenv("FWD_LONG") != NULL ? SEEDS_LONG : CALLS_SEEDS);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
