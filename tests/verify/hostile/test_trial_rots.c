/* Firmware that rots: on trial it goes back at once, and whoever runs instead does not confirm it;
 * what is installed and does not start any more is installed again. */
#include "tests/verify/rig/install_shapes.h"
#include "verify/flash/area.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum fwd_boot_action start(struct lab *lab)
{
    fwd_nor_power_off(lab->nor);
    ck_assert_int_eq(lab_start(lab), FWD_OK);
    ck_assert_int_eq(fwd_boot_decide(&lab->update, &lab->choice), FWD_OK);
    return lab->choice.action;
}

/* A rotten slot, and the package of what is installed. */
START_TEST(what_is_installed_and_damaged_is_installed_again)
{
    static const char *const shapes[] = {"in place, unit 64", "A/B, unit 64"};
    struct lab_case c = lab_case_full(lab_shape(shapes[_i]), lab_pattern("three steps"));
    struct lab *lab = c.lab;

    lab->faulty = true;
    ck_assert_int_eq(lab_install(lab, &c.package, FWD_COMMAND_ANY), FWD_OK);
    ck_assert_int_eq(fwd_update_reported(&lab->update), FWD_OK);
    ck_assert_int_eq(start(lab), FWD_BOOT_RUN);
    for (uint8_t s = 0; s < 2; s++)
        if (lab->areas[LAB_AREA_SLOTS + s].size > 0)
            lab_flip(lab, LAB_AREA_SLOTS + s, 100, 0xA5);
    /* the package area was used for something else */
    uint8_t junk[64] = {0};
    ck_assert(fwd_nor_poke(lab->nor, LAB_AREA_PACKAGE, 0, junk, sizeof junk));
    ck_assert_int_eq(start(lab), FWD_BOOT_RECOVERY);
    enum fwd_reason reason = lab_install(lab, &c.package, FWD_COMMAND_ANY);
    ck_assert_msg(start(lab) == FWD_BOOT_RUN,
        "the same release does not help: the result was %d, and the device waits", (int)reason);
    lab_case_free(&c);
}
END_TEST

/* The new slot rots while it is on trial: the old one runs, and its application says, as at each
 * start, that all is well. */
START_TEST(the_old_application_does_not_confirm_the_new_one)
{
    struct lab_case c = lab_case_full(lab_shape("A/B, unit 64"), lab_pattern("three steps"));
    struct lab *lab = c.lab;

    lab->faulty = true;
    lab->device.trial = &fwd_trial;
    lab->device.policy.trial_starts = 3;
    c.recipe.parts[0].has_counter = true;
    c.recipe.parts[0].counter = 6;
    lab_case_rebuild(&c);
    lab_count(lab, 0, 5);
    ck_assert_int_eq(lab_install(lab, &c.package, FWD_COMMAND_ANY), FWD_OK);
    ck_assert_int_eq(start(lab), FWD_BOOT_RUN);
    ck_assert(lab_runs(lab, 0, lab->new[0]));
    lab_flip(lab, LAB_AREA_SLOTS + 1, 100, 0xA5);
    uint8_t junk[64] = {0};
    ck_assert(fwd_nor_poke(lab->nor, LAB_AREA_PACKAGE, 0, junk, sizeof junk));
    (void)lab_boot(lab);
    ck_assert_int_eq(lab->choice.action, FWD_BOOT_RUN);
    ck_assert(lab_runs(lab, 0, lab->old[0]));
    enum fwd_reason confirmed = fwd_update_confirm(&lab->update);
    for (int i = 0; i < 5; i++) {
        (void)lab_boot(lab);
        ck_assert_msg(lab->choice.action == FWD_BOOT_RUN,
            "start %d: the old firmware, which is intact, does not run (confirm: %d)", i,
            (int)confirmed);
        ck_assert(lab_runs(lab, 0, lab->old[0]));
        confirmed = fwd_update_confirm(&lab->update);
    }
    lab_case_free(&c);
}
END_TEST

/* Firmware in place rots while it is on trial: what was kept is there, and nobody switches the
 * power off and on. */
START_TEST(what_rots_on_trial_in_place_goes_back)
{
    struct lab_case c =
        lab_case_delta(lab_shape("in place, unit 64"), lab_pattern("three steps"), false);
    struct lab *lab = c.lab;

    lab->faulty = true;
    lab->device.trial = &fwd_trial;
    lab->device.undo = &fwd_undo;
    lab->device.policy.trial_starts = 10;
    ck_assert_int_eq(lab_install(lab, &c.package, FWD_COMMAND_ANY), FWD_OK);
    (void)lab_boot(lab);
    ck_assert_int_eq(lab->choice.action, FWD_BOOT_RUN);
    struct fwd_nor_snapshot *base = fwd_nor_snapshot_new(lab->nor);
    fwd_nor_save(lab->nor, base);
    unsigned waits = 0, stuck = 0;
    struct lab_case full =
        lab_case_full(lab_shape("in place, unit 64"), lab_pattern("three steps"));
    for (uint32_t at = 0; at < 4096; at += 256) {
        fwd_nor_restore(lab->nor, base);
        lab_flip(lab, LAB_AREA_SLOTS, at + 3, 0xA5);
        (void)lab_boot(lab);
        if (lab->choice.action == FWD_BOOT_RUN)
            continue;
        waits++;
        if (lab_download(lab, &full.package, 0) != FWD_OK ||
            fwd_update_install(&lab->update, FWD_COMMAND_FULL) != FWD_OK) {
            stuck++;
            continue;
        }
        (void)lab_boot(lab);
        ck_assert_int_eq(lab->choice.action, FWD_BOOT_RUN);
        ck_assert(lab_runs(lab, 0, lab->new[0]));
    }
    fwd_nor_snapshot_free(base);
    lab_case_free(&full);
    ck_assert_msg(stuck == 0, "%u of %u that wait for a package refuse one", stuck, waits);
    lab_case_free(&c);
}
END_TEST

struct repair {
    struct lab *lab;
    const struct fwd_bytes *package;
};

static void repair_run(void *ctx)
{
    const struct repair *repair = ctx;

    if (lab_download(repair->lab, repair->package, 0) == FWD_OK) {
        enum fwd_reason reason = fwd_update_install(&repair->lab->update, FWD_COMMAND_FULL);
        (void)reason;
    }
}

static bool lab_runs_new(struct lab *lab)
{
    return lab->choice.action == FWD_BOOT_RUN && lab_runs(lab, 0, lab->new[0]);
}

static void lab_wipe(const struct lab *lab, uint16_t area)
{
    static const uint8_t none[256];

    for (uint32_t at = 0; at < lab->areas[area].size; at += (uint32_t)sizeof none)
        ck_assert(fwd_nor_poke(lab->nor, area, at, none, sizeof none));
}

/* And where what was kept is lost, too: a full package ends the trial, whatever power does
 * meanwhile. */
START_TEST(what_leads_nowhere_on_trial_takes_a_full_package)
{
    const struct lab_shape *shape = lab_shape("in place, unit 64");
    struct lab_case c = lab_case_delta(shape, lab_pattern("three steps"), false);
    struct lab_case full = lab_case_full(shape, lab_pattern("three steps"));
    struct lab *lab = c.lab;
    unsigned cuts = 0;

    lab->faulty = true;
    lab->device.trial = &fwd_trial;
    lab->device.undo = &fwd_undo;
    lab->device.policy.trial_starts = 10;
    ck_assert_int_eq(lab_install(lab, &c.package, FWD_COMMAND_ANY), FWD_OK);
    (void)lab_boot(lab);
    ck_assert_int_eq(lab->choice.action, FWD_BOOT_RUN);
    lab_flip(lab, LAB_AREA_SLOTS, 3, 0xA5);
    lab_wipe(lab, LAB_AREA_PACKAGE);
    lab_wipe(lab, LAB_AREA_STAGING);
    struct fwd_nor_snapshot *base = fwd_nor_snapshot_new(lab->nor);
    fwd_nor_save(lab->nor, base);
    for (uint64_t operation = 1; operation < 2000; operation++) {
        const struct fwd_nor_cut cut = {operation, (enum fwd_nor_tear)(operation % 3), 0, 0};
        struct repair repair = {lab, &full.package};
        fwd_nor_restore(lab->nor, base);
        (void)lab_boot(lab);
        ck_assert_int_eq(lab->choice.action, FWD_BOOT_RECOVERY);
        fwd_nor_arm(lab->nor, &cut);
        if (fwd_nor_run(lab->nor, repair_run, &repair))
            break;
        cuts++;
        fwd_nor_power_off(lab->nor);
        fwd_nor_power_on(lab->nor);
        for (int i = 0; i < 12 && !lab_runs_new(lab); i++) {
            (void)lab_boot(lab);
            if (lab->choice.action != FWD_BOOT_RUN)
                repair_run(&repair);
        }
        (void)lab_boot(lab);
        ck_assert_msg(lab->choice.action == FWD_BOOT_RUN && lab_runs(lab, 0, lab->new[0]),
            "operation %u", (unsigned)operation);
    }
    ck_assert_uint_gt(cuts, 10);
    (void)lab_boot(lab);
    ck_assert(lab->choice.action == FWD_BOOT_RUN && lab_runs(lab, 0, lab->new[0]));
    fwd_nor_snapshot_free(base);
    lab_case_free(&full);
    lab_case_free(&c);
}
END_TEST

static void boot(void *lab)
{
    (void)lab_boot(lab);
}

/* Power fails at any operation of that way back. */
START_TEST(cuts_in_the_way_back_of_what_rots)
{
    static const char *const shapes[] = {
        "A/B, unit 64", "in place, unit 64", "in place, two journal blocks"};
    struct lab_case c = lab_case_delta(lab_shape(shapes[_i]), lab_pattern("three steps"), false);
    struct lab *lab = c.lab;
    unsigned cuts = 0, rotten = 0;

    lab->faulty = true;
    lab->device.trial = &fwd_trial;
    lab->device.undo = &fwd_undo;
    lab->device.policy.trial_starts = 10;
    ck_assert_int_eq(lab_install(lab, &c.package, FWD_COMMAND_ANY), FWD_OK);
    (void)lab_boot(lab);
    struct fwd_nor_snapshot *base = fwd_nor_snapshot_new(lab->nor);
    fwd_nor_save(lab->nor, base);
    for (uint32_t at = 0; at < 4096; at += 256) {
        fwd_nor_restore(lab->nor, base);
        lab_flip(lab, (uint16_t)(LAB_AREA_SLOTS + (_i == 0)), at + 3, 0xA5);
        (void)lab_boot(lab);
        if (lab->choice.action != FWD_BOOT_RUN || !lab_runs(lab, 0, lab->old[0]))
            continue;
        rotten++;
        for (uint64_t operation = 1; operation < 400; operation++) {
            const struct fwd_nor_cut cut = {operation, (enum fwd_nor_tear)(operation % 3), 0, 0};
            fwd_nor_restore(lab->nor, base);
            lab_flip(lab, (uint16_t)(LAB_AREA_SLOTS + (_i == 0)), at + 3, 0xA5);
            fwd_nor_power_off(lab->nor);
            fwd_nor_power_on(lab->nor);
            fwd_nor_arm(lab->nor, &cut);
            if (fwd_nor_run(lab->nor, boot, lab))
                break;
            cuts++;
            (void)lab_boot(lab);
            ck_assert_msg(lab->choice.action == FWD_BOOT_RUN && lab_runs(lab, 0, lab->old[0]),
                "%s, byte %u, operation %u", shapes[_i], (unsigned)at, (unsigned)operation);
        }
    }
    printf("%s: %u cuts in %u ways back\n", shapes[_i], cuts, rotten);
    fflush(stdout);
    ck_assert_uint_gt(cuts, 10);
    fwd_nor_snapshot_free(base);
    lab_case_free(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("trial_rots");
    TCase *tests = tcase_create("trial_rots");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, what_is_installed_and_damaged_is_installed_again, 0, 2);
    tcase_add_test(tests, the_old_application_does_not_confirm_the_new_one);
    tcase_add_test(tests, what_rots_on_trial_in_place_goes_back);
    tcase_add_test(tests, what_leads_nowhere_on_trial_takes_a_full_package);
    tcase_add_loop_test(tests, cuts_in_the_way_back_of_what_rots, 0, 3);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
