/* A trial in place: the old blocks are kept before they are overwritten, and come back unless the
 * new firmware is confirmed, whatever power does. */
#include "tests/verify/rig/install_cuts.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define TRIAL_STARTS 2

/* What is kept, where. */
static const struct kind {
    const char *shape, *pattern;
    bool descending;
    uint32_t staging; /* bytes; 0: ample */
    bool in_package;  /* some of the old blocks are kept in the package area */
} kinds[] = {
    {"in place, unit 64", "three steps", false, 0, false},
    {"in place, unit 64", "three steps", true, 0, false},
    {"in place, unit 64", "code inserted", true, 2048, true},
    {"in place, unit 64", "reversed in quarters", false, 3072, true},
    {"in place, mixed blocks, unit 4", "grown", true, 0, false},
    {"in place, mixed blocks, unit 4", "grown", false, 2048, true},
    {"in place, unit 1, erased 0", "shrunk", false, 2048, true},
    {"in place, unit 8, ECC", "addresses changed", true, 2048, true},
    {"in place, unit 256", "blocks moved up and down", false, 0, false},
    {"in place, two journal blocks", "three steps", false, 0, false},
    {"in place and A/B", "three steps", false, 0, false},
};
#define KINDS ((int)(sizeof kinds / sizeof kinds[0]))

struct undo {
    struct lab_case c;
    struct lab_shape shape;
    const struct kind *kind;
};

static struct undo *new_device(int kind)
{
    struct undo *undo = calloc(1, sizeof *undo);

    ck_assert_ptr_nonnull(undo);
    undo->kind = &kinds[kind];
    undo->shape = *lab_shape(kinds[kind].shape);
    if (kinds[kind].staging > 0)
        undo->shape.staging_size = kinds[kind].staging;
    undo->c =
        lab_case_delta(&undo->shape, lab_pattern(kinds[kind].pattern), kinds[kind].descending);
    undo->c.lab->device.trial = &fwd_trial;
    undo->c.lab->device.undo = &fwd_undo;
    undo->c.lab->device.policy.trial_starts = TRIAL_STARTS;
    return undo;
}

static void free_device(struct undo *undo)
{
    lab_case_free(&undo->c);
    free(undo);
}

static enum fwd_status_state state_of(struct lab *lab)
{
    struct fwd_status status;

    fwd_update_status(&lab->update, &status);
    return status.state;
}

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

static void install(struct undo *undo)
{
    struct lab *lab = undo->c.lab;
    struct fwd_status status;

    ck_assert_int_eq(lab_install(lab, &undo->c.package, FWD_COMMAND_ANY), FWD_OK);
    ck_assert_int_eq(state_of(lab), FWD_STATUS_TRIAL);
    ck_assert_uint_gt(lab->update.cost.undo_bytes, 0);
    fwd_update_status(&lab->update, &status);
    ck_assert_int_eq(status.complete, !undo->kind->in_package);
}

START_TEST(it_goes_back_unless_it_is_confirmed)
{
    struct undo *undo = new_device(_i);
    struct lab *lab = undo->c.lab;

    install(undo);
    for (int i = 0; i < TRIAL_STARTS; i++) {
        start(lab);
        runs(lab, true);
        ck_assert_int_eq(fwd_download_begin(&lab->update, 0), FWD_E_TRIAL_PENDING);
    }
    start(lab);
    runs(lab, false);
    ck_assert_int_eq(lab->choice.outcome, FWD_E_TRIAL_FAILED);
    ck_assert_int_eq(state_of(lab), FWD_STATUS_DONE);
    /* the same again, and this time it is well */
    install(undo);
    start(lab);
    ck_assert_int_eq(fwd_update_confirm(&lab->update), FWD_OK);
    for (int i = 0; i < 2 * TRIAL_STARTS; i++) {
        start(lab);
        runs(lab, true);
    }
    ck_assert_int_eq(state_of(lab), FWD_STATUS_DONE);
    ck_assert_int_eq(fwd_download_begin(&lab->update, 0), FWD_OK);
    free_device(undo);
}
END_TEST

START_TEST(the_application_may_ask_to_go_back)
{
    struct undo *undo = new_device(_i);
    struct lab *lab = undo->c.lab;

    ck_assert_int_eq(lab_start(lab), FWD_OK);
    ck_assert_int_eq(fwd_update_revert(&lab->update), FWD_E_NOT_STARTABLE);
    install(undo);
    start(lab);
    runs(lab, true);
    ck_assert_int_eq(fwd_update_revert(&lab->update), FWD_OK);
    start(lab);
    runs(lab, false);
    ck_assert_int_eq(fwd_update_revert(&lab->update), FWD_E_NOT_STARTABLE);
    free_device(undo);
}
END_TEST

/* What was kept is no longer what it was: the new firmware stays, and nothing was overwritten. One
 * start more is given to an area that reads wrong. */
START_TEST(without_what_was_kept_the_new_one_stays)
{
    struct undo *undo = new_device(_i);
    struct lab *lab = undo->c.lab;
    const struct fwd_area *package = &lab->areas[LAB_AREA_PACKAGE];
    const struct fwd_area *staging = &lab->areas[LAB_AREA_STAGING];

    install(undo);
    for (uint32_t at = 0; at < 600; at += 7) {
        lab_flip(lab, LAB_AREA_STAGING, staging->size - 600 + at, 0x10);
        if (undo->kind->in_package)
            lab_flip(lab, LAB_AREA_PACKAGE, at < package->size ? at : 0, 0x10);
    }
    if (!undo->kind->in_package) {
        uint32_t end = lab->update.journal.record.staging_end;
        uint32_t block = undo->shape.service_block;
        lab_flip(lab, LAB_AREA_STAGING, (end + block - 1) / block * block + 5, 0x10);
    }
    for (int i = 0; i < TRIAL_STARTS + 1; i++) {
        start(lab);
        runs(lab, true);
        ck_assert_int_eq(state_of(lab), FWD_STATUS_TRIAL);
    }
    start(lab);
    runs(lab, true);
    ck_assert_int_eq(state_of(lab), FWD_STATUS_DONE);
    free_device(undo);
}
END_TEST

/* An area that gives nothing at the start that should go back: it is asked again at the next. */
START_TEST(one_blind_start_keeps_nothing)
{
    static const uint16_t areas[] = {LAB_AREA_STAGING, LAB_AREA_VERSION, LAB_AREA_PACKAGE};
    struct undo *undo = new_device(2);
    struct lab *lab = undo->c.lab;

    install(undo);
    for (int i = 0; i < TRIAL_STARTS; i++)
        start(lab);
    const struct fwd_nor_fault blind = {
        .operation = FWD_NOR_READ, .effect = FWD_NOR_FAIL, .area = areas[_i], .times = UINT32_MAX};
    lab->faulty = true;
    ck_assert(fwd_nor_fault_add(lab->nor, &blind));
    (void)lab_boot(lab);
    ck_assert_int_eq(lab->choice.action, FWD_BOOT_RUN);
    runs(lab, true);
    fwd_nor_fault_clear(lab->nor);
    start(lab);
    runs(lab, false);
    free_device(undo);
}
END_TEST

START_TEST(what_cannot_be_kept_is_not_on_trial)
{
    struct lab_shape shape = *lab_shape(_i == 0 ? "boot and app in place" : "in place, unit 64");
    struct lab_case c;

    if (_i == 1)
        shape.staging_size = 1024;
    c = _i == 2 ? lab_case_full(&shape, lab_pattern("three steps"))
                : lab_case_delta(&shape, lab_pattern(_i == 1 ? "all new" : "three steps"), false);
    if (_i == 1) {
        c.lab->device.package.size = 4096;
        c.lab->runs[LAB_AREA_PACKAGE][0].count = 4;
    }
    c.lab->device.trial = &fwd_trial;
    c.lab->device.undo = &fwd_undo;
    c.lab->device.policy.trial_starts = TRIAL_STARTS;
    ck_assert_int_eq(lab_install(c.lab, &c.package, FWD_COMMAND_ANY),
        _i == 1 ? FWD_E_STAGING_TOO_SMALL : FWD_OK);
    ck_assert_int_eq(state_of(c.lab), _i == 1 ? FWD_STATUS_FAILED : FWD_STATUS_DONE);
    lab_case_free(&c);
}
END_TEST

/* The largest record that a device takes has room for what the update brings, by a byte. */
START_TEST(without_room_in_the_record_there_is_no_trial)
{
    enum fwd_reason reason = FWD_E_VERSION_ROOM;

    for (uint32_t room = 200; reason == FWD_E_VERSION_ROOM; room++) {
        struct undo *undo = new_device(0);
        struct lab *lab = undo->c.lab;
        lab->device.policy.record_max = room;
        reason = lab_install(lab, &undo->c.package, FWD_COMMAND_ANY);
        if (reason == FWD_OK)
            ck_assert_int_eq(state_of(lab), FWD_STATUS_DONE);
        ck_assert_uint_eq(lab->update.cost.undo_bytes, 0);
        free_device(undo);
    }
    ck_assert_int_eq(reason, FWD_OK);
}
END_TEST

/* ---- power that fails ------------------------------------------------------------------------ */

static const struct kind *cut_kind;

static void one_start(void *arg)
{
    (void)lab_boot(arg);
}

static void install_it(void *arg)
{
    struct lab *lab = arg;

    if (lab_start(lab) == FWD_OK)
        lab->result = fwd_update_install(&lab->update, FWD_COMMAND_ANY);
}

/* Cuts power at each operation of `work`, from the device as it is; then looks on. */
static unsigned cut_all(struct lab *lab, uint64_t stride, void (*work)(void *arg),
    void (*look)(struct lab *lab, bool worked))
{
    struct fwd_nor_snapshot *before = fwd_nor_snapshot_new(lab->nor);
    unsigned cuts = 0;

    fwd_nor_power_off(lab->nor);
    fwd_nor_save(lab->nor, before);
    for (size_t t = 0; t < lab_few_tear_count; t++) {
        bool ended = false;
        for (uint64_t operation = 1 + t % stride; !ended; operation += stride) {
            const struct fwd_nor_cut cut = {
                operation, lab_few_tears[t].tear, lab_few_tears[t].seed + (uint32_t)operation, 0};
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

/* [M106]: whatever power did before. */
static void ends_old(struct lab *lab, bool worked)
{
    (void)worked;
    for (int i = 0; i < TRIAL_STARTS + 1; i++)
        start(lab);
    runs(lab, false);
    ck_assert_int_eq(state_of(lab), FWD_STATUS_DONE);
    ck_assert_int_eq(lab->choice.outcome, FWD_E_TRIAL_FAILED);
}

START_TEST(no_cut_keeps_what_is_not_confirmed)
{
    struct undo *undo = new_device(_i / 2);
    struct lab *lab = undo->c.lab;

    install(undo);
    for (int i = 0; i < (_i % 2 == 0 ? 0 : TRIAL_STARTS); i++)
        start(lab);
    ck_assert_uint_gt(cut_all(lab, lab_cuts_stride(_i % 2 == 0 ? 1 : 5), one_start, ends_old), 10);
    free_device(undo);
}
END_TEST

/* [M105] While the blocks are kept nothing is lost but the package; after that the update ends by
 * itself, and what it installed is on trial. */
static void ends_on_trial(struct lab *lab, bool worked)
{
    start(lab);
    if (state_of(lab) == FWD_STATUS_FAILED) {
        ck_assert(!worked && cut_kind->in_package);
        runs(lab, false);
        return;
    }
    if (state_of(lab) != FWD_STATUS_READY) {
        ck_assert_int_eq(state_of(lab), FWD_STATUS_TRIAL);
        runs(lab, true);
        ends_old(lab, true);
        return;
    }
    runs(lab, false);
}

START_TEST(no_cut_of_the_installation_loses_the_way_back)
{
    struct undo *undo = new_device(_i);
    struct lab *lab = undo->c.lab;

    cut_kind = undo->kind;
    ck_assert_int_eq(lab_start(lab), FWD_OK);
    ck_assert_int_eq(lab_download(lab, &undo->c.package, 0), FWD_OK);
    ck_assert_uint_gt(cut_all(lab, lab_cuts_stride(19), install_it, ends_on_trial), 10);
    free_device(undo);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("undo");
    TCase *tests = tcase_create("undo");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, it_goes_back_unless_it_is_confirmed, 0, KINDS);
    tcase_add_loop_test(tests, the_application_may_ask_to_go_back, 0, KINDS);
    tcase_add_loop_test(tests, without_what_was_kept_the_new_one_stays, 0, 4);
    tcase_add_loop_test(tests, one_blind_start_keeps_nothing, 0, 3);
    tcase_add_loop_test(tests, what_cannot_be_kept_is_not_on_trial, 0, 3);
    tcase_add_test(tests, without_room_in_the_record_there_is_no_trial);
    tcase_add_loop_test(tests, no_cut_keeps_what_is_not_confirmed, 0, 2 * KINDS);
    tcase_add_loop_test(tests, no_cut_of_the_installation_loses_the_way_back, 0, KINDS);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
