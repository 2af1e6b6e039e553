/* The time after which a package is not to be installed. */
#include "tests/verify/rig/conditions_rig.h"

#include <check.h>
#include <stdlib.h>

static bool clock_set;
static uint64_t clock_now;

static bool now(void *ctx, uint64_t *seconds)
{
    (void)ctx;
    *seconds = clock_now;
    return clock_set;
}

static const struct fwd_clock_port watch = {NULL, now};

enum { NO_PORT, UNSET, EARLY, ON_TIME, LATE };

/* [M119] */
static const struct {
    int clock;
    bool part, refuse;
    enum fwd_reason reason;
} times[] = {
    {NO_PORT, true, false, FWD_OK},
    {NO_PORT, true, true, FWD_E_NO_CLOCK},
    {UNSET, true, false, FWD_OK},
    {UNSET, true, true, FWD_E_NO_CLOCK},
    {EARLY, true, true, FWD_OK},
    {ON_TIME, true, true, FWD_OK},
    {LATE, true, true, FWD_E_EXPIRED},
    {LATE, true, false, FWD_E_EXPIRED},
    {LATE, false, true, FWD_OK},
    {UNSET, false, true, FWD_OK},
};

#define END 4000000000u

static void set_clock(struct lab *lab, int what)
{
    lab->ports.clock = what == NO_PORT ? NULL : &watch;
    clock_set = what != UNSET;
    clock_now = what == LATE ? END + 1u : what == EARLY ? 1 : END;
}

static struct lab_case expiring(int what)
{
    struct lab_case c = conditions_device();

    c.lab->device.expiry = &fwd_expiry;
    c.lab->device.policy.refuse_without_clock = true;
    set_clock(c.lab, what);
    conditions_asks.expires = true;
    conditions_asks.not_after = END;
    lab_case_rebuild(&c);
    return c;
}

START_TEST(a_package_is_not_installed_after_its_time)
{
    struct lab_case c = expiring(times[_i].clock);

    c.lab->device.expiry = times[_i].part ? &fwd_expiry : NULL;
    c.lab->device.policy.refuse_without_clock = times[_i].refuse;
    ck_assert_int_eq(conditions_install(&c), times[_i].reason);
    if (times[_i].reason != FWD_OK)
        conditions_expect_old(c.lab);
    lab_case_free(&c);
}
END_TEST

START_TEST(a_package_without_an_end_asks_no_clock)
{
    struct lab_case c = expiring(NO_PORT);

    conditions_asks.expires = false;
    ck_assert_int_eq(conditions_install(&c), FWD_OK);
    lab_case_free(&c);
}
END_TEST

/* [M120]: power was cut while it was rehearsed, and the time has passed since. */
START_TEST(what_was_begun_in_time_is_finished)
{
    struct lab_case c = expiring(ON_TIME);
    struct fwd_status status = {.state = FWD_STATUS_IDLE};

    for (uint64_t cut = 40; status.state != FWD_STATUS_REHEARSING; cut++) {
        ck_assert_uint_lt(cut, 400);
        ck_assert_int_eq(lab_start(c.lab), FWD_OK);
        conditions_cut_before(c.lab, cut);
        if (lab_download(c.lab, &c.package, 0) == FWD_OK)
            (void)!fwd_update_install(&c.lab->update, FWD_COMMAND_ANY);
        ck_assert_int_eq(lab_start(c.lab), FWD_OK);
        fwd_update_status(&c.lab->update, &status);
    }
    set_clock(c.lab, LATE);
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
    ck_assert(lab_runs(c.lab, CONDITIONS_APP, c.lab->new[CONDITIONS_APP]));
    lab_case_free(&c);
}
END_TEST

/* [M120]: proven by the application, carried out by its boot loader a day later. */
START_TEST(what_is_staged_is_carried_out_at_any_time)
{
    struct lab_case c = expiring(ON_TIME);

    lab_case_rehearse(&c);
    set_clock(c.lab, LATE);
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
    ck_assert(lab_runs(c.lab, CONDITIONS_APP, c.lab->new[CONDITIONS_APP]));
    lab_case_free(&c);
}
END_TEST

/* [M120]: a boot loader that runs nothing takes a full package at any time. */
START_TEST(in_recovery_nothing_expires)
{
    struct lab_case c = expiring(ON_TIME);

    conditions_only(&c, CONDITIONS_APP);
    c.lab->places[CONDITIONS_RADIO].not_needed = true;
    lab_case_rebuild(&c);
    conditions_cut_in_the_action(&c);
    for (uint32_t at = 0; at < c.lab->device.staging.size; at += 32)
        lab_flip(c.lab, LAB_AREA_STAGING, at, 0xFF);
    ck_assert_int_ne(lab_boot(c.lab), FWD_OK);
    ck_assert_int_eq(c.lab->choice.action, FWD_BOOT_RECOVERY);

    c.recipe.parts[0].delta = false;
    c.recipe.kind = FWD_KIND_FULL;
    set_clock(c.lab, LATE);
    ck_assert_int_eq(conditions_install(&c), FWD_OK);
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
    ck_assert(lab_runs(c.lab, CONDITIONS_APP, c.lab->new[CONDITIONS_APP]));
    lab_case_free(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("expiry");
    TCase *tcase = tcase_create("expiry");

    tcase_add_loop_test(
        tcase, a_package_is_not_installed_after_its_time, 0, sizeof times / sizeof times[0]);
    tcase_add_test(tcase, a_package_without_an_end_asks_no_clock);
    tcase_add_test(tcase, what_was_begun_in_time_is_finished);
    tcase_add_test(tcase, what_is_staged_is_carried_out_at_any_time);
    tcase_add_test(tcase, in_recovery_nothing_expires);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
