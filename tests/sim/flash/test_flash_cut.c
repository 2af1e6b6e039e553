/* Power cuts: an id replays a cut, and it fires at its operation. */
#include "tests/sim/flash/flash_rig.h"

#include <check.h>
#include <stdlib.h>

/* ---- replay id ------------------------------------------------------------------------------- */

START_TEST(an_id_prints_and_parses_back)
{
    struct fwd_nor_cut cut = {18446744073709551615u, (enum fwd_nor_tear)_i, 4294967295u, 17};
    struct fwd_nor_cut seen = {0};
    char text[FWD_NOR_CUT_TEXT];

    fwd_nor_cut_print(&cut, text);
    ck_assert_msg(fwd_nor_cut_parse(text, &seen), "%s", text);
    ck_assert_uint_eq(seen.operation, cut.operation);
    ck_assert_int_eq(seen.tear, cut.tear);
    ck_assert_uint_eq(seen.seed, cut.seed);
    ck_assert_uint_eq(seen.bytes, cut.tear == FWD_NOR_PREFIX ? 17 : 0);
}
END_TEST

START_TEST(an_id_has_this_text)
{
    struct fwd_nor_cut cut = {123, FWD_NOR_HALF, 1, 0};
    char text[FWD_NOR_CUT_TEXT];

    fwd_nor_cut_print(&cut, text);
    ck_assert_str_eq(text, "op=123,tear=half,seed=1");
    ck_assert(fwd_nor_cut_parse("op=7", &cut));
    ck_assert_uint_eq(cut.operation, 7);
    ck_assert_int_eq(cut.tear, FWD_NOR_BEFORE);
    ck_assert_uint_eq(cut.seed, 0);
    ck_assert(fwd_nor_cut_parse("op=7,tear=bits", &cut));
    ck_assert_int_eq(cut.tear, FWD_NOR_BITS);
}
END_TEST

static const char *const bad_ids[] = {"", "op=", "op=0", "op=-1", "op=1,",
    "op=1,tear=", "op=1,tear=none", "op=1,tear=half,seed=", "op=1,tear=half,seed=4294967296",
    "op=18446744073709551616", "op=1,tear=prefix,seed=1", "op=1,seed=1,tear=half",
    "op=1,tear=half,seed=1,bytes=2", "op=1,tear=half,seed=1 ", "tear=half,op=1", "OP=1", "123"};

START_TEST(a_malformed_id_is_refused)
{
    struct fwd_nor_cut cut = {99, FWD_NOR_HALF, 5, 0};

    ck_assert_msg(!fwd_nor_cut_parse(bad_ids[_i], &cut), "%s", bad_ids[_i]);
    ck_assert_uint_eq(cut.operation, 99);
}
END_TEST

/* ---- when ------------------------------------------------------------------------------------ */

START_TEST(a_cut_fires_at_its_operation_and_power_stays_off)
{
    struct fwd_rig rig = rig_new(8, 0xFF, false);
    struct fwd_nor_cut cut = rig_cut_at(3, FWD_NOR_BEFORE, 0);
    uint8_t byte;

    fwd_nor_arm(rig.nor, &cut);
    ck_assert_int_eq(rig_fill(&rig, 0, 0, 8), FWD_IO_OK);
    ck_assert_int_eq(rig_erase(&rig, 4096, 4096), FWD_IO_OK);
    ck_assert(!fwd_nor_fired(rig.nor));
    ck_assert_int_eq(rig_fill(&rig, 8, 0, 8), FWD_IO_ERROR);
    ck_assert(fwd_nor_fired(rig.nor));
    ck_assert(!fwd_nor_powered(rig.nor));
    ck_assert_int_eq(rig_read(&rig, 0, &byte, 1), FWD_IO_ERROR);
    ck_assert_int_eq(rig_erase(&rig, 0, 4096), FWD_IO_ERROR);
    ck_assert_int_eq(rig.port.sync(rig.port.ctx), FWD_IO_ERROR);
    fwd_nor_power_on(rig.nor);
    ck_assert(rig_all(&rig, 0, 0, 8));
    ck_assert(rig_all(&rig, 8, 0xFF, 8));
    ck_assert_int_eq(rig_fill(&rig, 8, 0, 8), FWD_IO_OK);
    ck_assert_uint_eq(fwd_nor_violations(rig.nor), 0);
    rig_free(&rig);
}
END_TEST

START_TEST(units_of_one_call_are_operations_of_their_own)
{
    struct fwd_rig rig = rig_new(8, 0xFF, false);
    struct fwd_nor_cut cut = rig_cut_at(4, FWD_NOR_AFTER, 0);

    fwd_nor_arm(rig.nor, &cut);
    ck_assert_int_eq(rig_fill(&rig, 0, 0, 80), FWD_IO_ERROR);
    fwd_nor_power_on(rig.nor);
    ck_assert(rig_all(&rig, 0, 0, 32));
    ck_assert(rig_all(&rig, 32, 0xFF, 48));
    rig_free(&rig);
}
END_TEST

struct work {
    struct fwd_rig *rig;
    int reached;
};

static void do_work(void *arg)
{
    struct work *work = arg;

    for (uint32_t i = 0; i < 5; i++) {
        (void)rig_fill(work->rig, i * 8, 0, 8);
        work->reached++;
    }
}

START_TEST(a_run_ends_where_power_is_cut)
{
    struct fwd_rig rig = rig_new(8, 0xFF, false);
    struct work work = {&rig, 0};
    struct fwd_nor_cut cut = rig_cut_at(3, FWD_NOR_AFTER, 0);

    fwd_nor_arm(rig.nor, &cut);
    ck_assert(!fwd_nor_run(rig.nor, do_work, &work));
    ck_assert_int_eq(work.reached, 2);
    fwd_nor_power_on(rig.nor);
    work.reached = 0;
    ck_assert(fwd_nor_run(rig.nor, do_work, &work));
    ck_assert_int_eq(work.reached, 5);
    rig_free(&rig);
}
END_TEST

START_TEST(disarming_lets_everything_pass)
{
    struct fwd_rig rig = rig_new(8, 0xFF, false);
    struct work work = {&rig, 0};
    struct fwd_nor_cut cut = rig_cut_at(1, FWD_NOR_BEFORE, 0);

    fwd_nor_arm(rig.nor, &cut);
    fwd_nor_arm(rig.nor, NULL);
    ck_assert(fwd_nor_run(rig.nor, do_work, &work));
    rig_free(&rig);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("flash cut");
    TCase *t = tcase_create("cuts");

    tcase_add_loop_test(t, an_id_prints_and_parses_back, 0, FWD_NOR_TEARS);
    tcase_add_test(t, an_id_has_this_text);
    tcase_add_loop_test(t, a_malformed_id_is_refused, 0, (int)(sizeof bad_ids / sizeof *bad_ids));
    tcase_add_test(t, a_cut_fires_at_its_operation_and_power_stays_off);
    tcase_add_test(t, units_of_one_call_are_operations_of_their_own);
    tcase_add_test(t, a_run_ends_where_power_is_cut);
    tcase_add_test(t, disarming_lets_everything_pass);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *runner = srunner_create(suite());

    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
