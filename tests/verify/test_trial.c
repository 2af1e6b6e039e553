/* What an update wrote into the other slot runs on trial: it is confirmed, or the device goes back,
 * whatever power does. */
#include "tests/verify/rig/install_shapes.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define TRIAL_STARTS 3
#define PLACES       2

struct trial {
    struct lab_case c;
    struct lab_shape shape;
};

static struct trial *new_device(bool two_places)
{
    struct trial *trial = calloc(1, sizeof *trial);

    ck_assert_ptr_nonnull(trial);
    trial->shape = *lab_shape("A/B, unit 64");
    if (two_places) {
        trial->shape.places[1] = trial->shape.places[0];
        trial->shape.places[1].name = "radio";
        trial->shape.place_count = PLACES;
    }
    trial->c = lab_case_delta(&trial->shape, lab_pattern("three steps"), false);
    trial->c.lab->device.trial = &fwd_trial;
    trial->c.lab->device.policy.trial_starts = TRIAL_STARTS;
    return trial;
}

static void free_device(struct trial *trial)
{
    lab_case_free(&trial->c);
    free(trial);
}

static enum fwd_status_state state_of(struct lab *lab)
{
    struct fwd_status status;

    fwd_update_status(&lab->update, &status);
    return status.state;
}

/* One start up to what runs; what is to be resumed is. */
static void start(struct lab *lab)
{
    enum fwd_reason reason = lab_boot(lab);

    ck_assert(reason == FWD_OK || reason == FWD_E_TRIAL_FAILED);
    ck_assert_int_eq(lab->choice.action, FWD_BOOT_RUN);
}

static void runs(struct lab *lab, bool new)
{
    for (uint8_t i = 0; i < lab->device.place_count; i++)
        ck_assert(lab_runs(lab, i, new ? lab->new[i] : lab->old[i]));
}

static void install(struct trial *trial)
{
    struct lab *lab = trial->c.lab;

    ck_assert_int_eq(lab_install(lab, &trial->c.package, FWD_COMMAND_ANY), FWD_OK);
    ck_assert_int_eq(state_of(lab), FWD_STATUS_TRIAL);
}

START_TEST(it_runs_so_many_starts_and_goes_back)
{
    struct trial *trial = new_device(_i == 1);
    struct lab *lab = trial->c.lab;
    struct fwd_status status;
    bool more;

    install(trial);
    for (unsigned i = 1; i <= TRIAL_STARTS; i++) {
        start(lab);
        runs(lab, true);
        fwd_update_status(&lab->update, &status);
        ck_assert_uint_eq(status.starts, i);
        ck_assert_int_eq(fwd_download_begin(&lab->update, 0), FWD_E_TRIAL_PENDING);
        ck_assert_int_eq(fwd_update_install(&lab->update, FWD_COMMAND_ANY), FWD_E_TRIAL_PENDING);
        ck_assert_int_eq(fwd_update_rehearse_slice(&lab->update, FWD_COMMAND_ANY, 512, &more),
            FWD_E_TRIAL_PENDING);
        /* asked again at the same start: not counted */
        ck_assert_int_eq(fwd_boot_decide(&lab->update, &lab->choice), FWD_OK);
        fwd_update_status(&lab->update, &status);
        ck_assert_uint_eq(status.starts, i);
    }
    start(lab);
    runs(lab, false);
    ck_assert(lab->choice.outcome_pending);
    ck_assert_int_eq(lab->choice.outcome, FWD_E_TRIAL_FAILED);
    ck_assert_int_eq(fwd_update_reported(&lab->update), FWD_OK);
    start(lab);
    runs(lab, false);
    ck_assert(!lab->choice.outcome_pending);
    /* and a lost journal does not bring it back */
    for (uint32_t at = 0; at < lab->areas[LAB_AREA_JOURNAL].size; at++)
        ck_assert(fwd_nor_poke(lab->nor, LAB_AREA_JOURNAL, at, &(uint8_t){0xFF}, 1));
    start(lab);
    runs(lab, false);
    free_device(trial);
}
END_TEST

START_TEST(what_is_confirmed_stays)
{
    struct trial *trial = new_device(false);
    struct lab *lab = trial->c.lab;

    install(trial);
    for (int i = 0; i < _i; i++)
        start(lab);
    ck_assert_int_eq(fwd_update_confirm(&lab->update), FWD_OK);
    uint64_t before = fwd_nor_operations(lab->nor);
    ck_assert_int_eq(fwd_update_confirm(&lab->update), FWD_OK);
    ck_assert_uint_eq(fwd_nor_operations(lab->nor), before);
    for (int i = 0; i < 2 * TRIAL_STARTS; i++) {
        start(lab);
        runs(lab, true);
        ck_assert_int_eq(lab->choice.outcome_pending, true);
        ck_assert_int_eq(lab->choice.outcome, FWD_OK);
    }
    ck_assert_int_eq(fwd_download_begin(&lab->update, 0), FWD_OK);
    free_device(trial);
}
END_TEST

START_TEST(the_result_of_the_installation_is_told_once)
{
    struct trial *trial = new_device(false);
    struct lab *lab = trial->c.lab;

    install(trial);
    start(lab);
    ck_assert(lab->choice.outcome_pending);
    ck_assert_int_eq(lab->choice.outcome, FWD_OK);
    ck_assert_int_eq(fwd_update_reported(&lab->update), FWD_OK);
    start(lab);
    ck_assert(!lab->choice.outcome_pending);
    ck_assert_int_eq(fwd_update_confirm(&lab->update), FWD_OK);
    start(lab);
    ck_assert(!lab->choice.outcome_pending);
    runs(lab, true);
    free_device(trial);
}
END_TEST

/* The counter follows the first start that sees the confirmation; an older release may come back
 * until then. */
START_TEST(the_counter_waits_for_the_confirmation)
{
    struct trial *trial = new_device(false);
    struct lab *lab = trial->c.lab;

    trial->c.recipe.parts[0].has_counter = true;
    trial->c.recipe.parts[0].counter = 7;
    lab_case_rebuild(&trial->c);
    lab_count(lab, 0, 5);
    install(trial);
    start(lab);
    ck_assert_uint_eq(lab->counters[0], 5);
    if (_i == 0) {
        ck_assert_int_eq(fwd_update_confirm(&lab->update), FWD_OK);
        ck_assert_uint_eq(lab->counters[0], 5);
        start(lab);
        ck_assert_uint_eq(lab->counters[0], 7);
    } else {
        for (int i = 0; i < TRIAL_STARTS; i++)
            start(lab);
        runs(lab, false);
        ck_assert_uint_eq(lab->counters[0], 5);
    }
    free_device(trial);
}
END_TEST

static bool no_counter(void *ctx, uint8_t place, uint32_t *value)
{
    (void)ctx;
    (void)place;
    (void)value;
    return false;
}

/* What the journal names may start by a start that cannot read its counter: it was compared before.
 * Nothing has compared what was before; it starts when the counter can be read again. */
START_TEST(what_was_before_does_not_start_without_its_counter)
{
    struct trial *trial = new_device(false);
    struct lab *lab = trial->c.lab;
    bool (*read)(void *ctx, uint8_t place, uint32_t *value) = lab->counter.read;

    trial->c.recipe.parts[0].has_counter = true;
    trial->c.recipe.parts[0].counter = 7;
    lab_case_rebuild(&trial->c);
    lab_count(lab, 0, 5);
    install(trial);
    start(lab);
    lab->counter.read = no_counter;
    start(lab);
    runs(lab, true);
    lab_flip(lab, LAB_AREA_SLOTS + 1, 100, 1);
    (void)lab_boot(lab);
    ck_assert_int_ne(lab->choice.action, FWD_BOOT_RUN);
    lab->counter.read = read;
    start(lab);
    runs(lab, false);
    free_device(trial);
}
END_TEST

START_TEST(without_a_way_back_the_new_one_stays)
{
    struct trial *trial = new_device(false);
    struct lab *lab = trial->c.lab;

    install(trial);
    lab_flip(lab, LAB_AREA_SLOTS, 300, 0x01);
    for (int i = 0; i < 3 * TRIAL_STARTS; i++) {
        start(lab);
        runs(lab, true);
    }
    ck_assert_int_eq(state_of(lab), FWD_STATUS_DONE);
    free_device(trial);
}
END_TEST

/* A journal that takes no record never counts: what was before runs. */
START_TEST(a_start_that_cannot_be_counted_runs_what_was_before)
{
    struct trial *trial = new_device(false);
    struct lab *lab = trial->c.lab;
    const struct fwd_nor_fault worn = {
        .operation = FWD_NOR_ERASE, .effect = FWD_NOR_FAIL, .area = LAB_AREA_JOURNAL, .times = 100};

    install(trial);
    lab->faulty = true;
    ck_assert(fwd_nor_fault_add(lab->nor, &worn));
    ck_assert_int_eq(lab_start(lab), FWD_OK);
    ck_assert_int_eq(fwd_boot_decide(&lab->update, &lab->choice), FWD_OK);
    ck_assert_int_eq(lab->choice.action, FWD_BOOT_RUN);
    ck_assert_uint_eq(lab->choice.slot[0], 0);
    fwd_nor_fault_clear(lab->nor);
    start(lab);
    runs(lab, true);
    free_device(trial);
}
END_TEST

/* In place there is no other slot, and a device that knows no trial has none. */
START_TEST(what_cannot_go_back_is_not_on_trial)
{
    static const char *const shapes[] = {"in place, unit 64", "in place and A/B", "A/B, unit 64"};
    struct lab_case c = lab_case_delta(lab_shape(shapes[_i]), lab_pattern("three steps"), false);

    c.lab->device.trial = _i < 2 ? &fwd_trial : NULL;
    c.lab->device.policy.trial_starts = TRIAL_STARTS;
    ck_assert_int_eq(lab_install(c.lab, &c.package, FWD_COMMAND_ANY), FWD_OK);
    ck_assert_int_eq(state_of(c.lab), FWD_STATUS_DONE);
    ck_assert_int_eq(fwd_update_confirm(&c.lab->update), FWD_OK);
    lab_case_free(&c);
}
END_TEST

/* ---- power that fails ------------------------------------------------------------------------ */

static void one_start(void *arg)
{
    struct lab *lab = arg;

    (void)lab_boot(lab);
}

static void start_and_confirm(void *arg)
{
    struct lab *lab = arg;

    ck_assert(lab_boot(lab) == FWD_OK);
    ck_assert_int_eq(fwd_update_confirm(&lab->update), FWD_OK);
}

static const enum fwd_nor_tear tears[] = {FWD_NOR_BEFORE, FWD_NOR_HALF, FWD_NOR_GARBAGE,
    FWD_NOR_UNSTABLE, FWD_NOR_UNCORRECTABLE, FWD_NOR_AFTER};

/* Cuts power at each operation of `work`, from the device as it is; then looks on. */
static unsigned cut_all(
    struct lab *lab, void (*work)(void *arg), void (*look)(struct lab *lab, bool worked))
{
    struct fwd_nor_snapshot *before = fwd_nor_snapshot_new(lab->nor);
    unsigned cuts = 0;

    fwd_nor_power_off(lab->nor);
    fwd_nor_save(lab->nor, before);
    for (size_t t = 0; t < sizeof tears / sizeof tears[0]; t++) {
        bool ended = false;
        for (uint64_t operation = 1; !ended; operation++) {
            const struct fwd_nor_cut cut = {operation, tears[t], (uint32_t)operation, 0};
            fwd_nor_restore(lab->nor, before);
            fwd_nor_arm(lab->nor, &cut);
            ended = fwd_nor_run(lab->nor, work, lab);
            fwd_nor_arm(lab->nor, NULL);
            cuts += ended ? 0 : 1;
            look(lab, ended);
        }
    }
    fwd_nor_snapshot_free(before);
    return cuts;
}

/* It ends with the old firmware, after no more starts than it may take. */
static void ends_old(struct lab *lab, bool worked)
{
    (void)worked;
    for (int i = 0; i < TRIAL_STARTS + 2; i++)
        start(lab);
    runs(lab, false);
    ck_assert_int_eq(state_of(lab), FWD_STATUS_DONE);
    ck_assert_int_eq(lab->choice.outcome, FWD_E_TRIAL_FAILED);
}

START_TEST(no_cut_keeps_what_is_not_confirmed)
{
    struct trial *trial = new_device(_i >= TRIAL_STARTS + 1);
    struct lab *lab = trial->c.lab;

    install(trial);
    for (int i = 0; i < _i % (TRIAL_STARTS + 1); i++)
        start(lab);
    ck_assert_uint_gt(cut_all(lab, one_start, ends_old), 15);
    free_device(trial);
}
END_TEST

/* A confirmation that was not recorded may be lost, one that was may not. */
static void ends_as_confirmed(struct lab *lab, bool worked)
{
    start(lab);
    bool confirmed = state_of(lab) == FWD_STATUS_DONE && lab->choice.outcome == FWD_OK;
    ck_assert(confirmed || !worked);
    for (int i = 0; i < TRIAL_STARTS + 2; i++)
        start(lab);
    runs(lab, confirmed);
}

START_TEST(no_cut_loses_a_confirmation)
{
    struct trial *trial = new_device(false);
    struct lab *lab = trial->c.lab;

    install(trial);
    for (int i = 0; i < _i; i++)
        start(lab);
    ck_assert_uint_gt(cut_all(lab, start_and_confirm, ends_as_confirmed), 15);
    free_device(trial);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("trial");
    TCase *tests = tcase_create("trial");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, it_runs_so_many_starts_and_goes_back, 0, 2);
    tcase_add_loop_test(tests, what_is_confirmed_stays, 0, TRIAL_STARTS + 1);
    tcase_add_test(tests, the_result_of_the_installation_is_told_once);
    tcase_add_loop_test(tests, the_counter_waits_for_the_confirmation, 0, 2);
    tcase_add_test(tests, what_was_before_does_not_start_without_its_counter);
    tcase_add_test(tests, without_a_way_back_the_new_one_stays);
    tcase_add_test(tests, a_start_that_cannot_be_counted_runs_what_was_before);
    tcase_add_loop_test(tests, what_cannot_go_back_is_not_on_trial, 0, 3);
    tcase_add_loop_test(tests, no_cut_keeps_what_is_not_confirmed, 0, 2 * (TRIAL_STARTS + 1));
    tcase_add_loop_test(tests, no_cut_loses_a_confirmation, 0, TRIAL_STARTS);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
