/* The proof on devices with more wrong than a power cut: a past, areas that give nothing for one
 * start, blocks that wear out. `test_torture_variants NAME` runs one test case. */
#include "tests/hostio/scratch_folder.h"
#include "tests/sim/torture_rig.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIZE 9000u /* three erase blocks of 4 KiB */

/* ---- no device is lost ----------------------------------------------------------------------- */

static const char *const shapes[] = {
    "4 KiB, unit 256", "4 KiB, unit 256, A/B", "4 KiB, no spare staging", "4 KiB, unit 8, ECC"};
#define SHAPES (int)(sizeof shapes / sizeof shapes[0])

/* With three blocks for the journal: with two some cuts and faults together remain open. */
static void new_rig(struct torture_rig *rig, const char *shape, uint32_t past)
{
    struct torture_shape three = *torture_shape(shape);

    three.journal = 3;
    torture_rig_small(rig, &three, SIZE);
    torture_rig_history(rig, past);
    rig->options.cuts = FWD_TORTURE_RANDOM; /* what is tried besides is proven elsewhere */
    rig->options.random = 1;
    rig->options.power_cycles = 600;
}

START_TEST(no_cut_loses_a_device_with_a_past)
{
    struct torture_rig rig;

    new_rig(&rig, shapes[_i], 2);
    struct fwd_torture_report report = torture_rig_run(&rig);
    torture_rig_all_well(&report, shapes[_i]);
    ck_assert_uint_gt(report.tally.generations, 300);
    torture_rig_free(&rig);
}
END_TEST

static void blind_starts(const char *shape, uint32_t past)
{
    struct torture_rig rig;

    new_rig(&rig, shape, past);
    rig.options.start_faults = true;
    struct fwd_torture_report report = torture_rig_run(&rig);
    torture_rig_all_well(&report, shape);
    ck_assert_uint_gt(report.tally.start_faults, 150);
    torture_rig_free(&rig);
}

START_TEST(no_area_that_gives_nothing_at_one_start_loses_a_device)
{
    if (torture_shape(shapes[_i])->ab)
        return; /* the next one */
    blind_starts(shapes[_i], 1);
}
END_TEST

START_TEST(nor_a_device_with_two_slots)
{
    blind_starts("4 KiB, unit 256, A/B", (uint32_t)_i);
}
END_TEST

START_TEST(no_worn_block_loses_a_device)
{
    struct torture_rig rig;

    new_rig(&rig, shapes[_i], 0);
    rig.options.worn = true;
    struct fwd_torture_report report = torture_rig_run(&rig);
    torture_rig_all_well(&report, shapes[_i]);
    ck_assert_uint_gt(report.tally.worn_blocks, 20);
    torture_rig_free(&rig);
}
END_TEST

/* Journal and version area in the same two or three blocks. */
START_TEST(no_device_is_lost_whose_journal_and_version_area_share_blocks)
{
    static const struct {
        const char *shape;
        uint32_t blocks;
        bool single;
    } shared[] = {{"4 KiB, unit 256", 2, true}, {"4 KiB, unit 256, A/B", 2, true},
        {"4 KiB, unit 256, A/B", 3, true}, {"4 KiB, unit 8, ECC", 2, false},
        {"4 KiB, unit 256", 3, false}, {"4 KiB, unit 256, A/B", 2, false},
        {"4 KiB, unit 256, A/B", 3, false}};
    struct torture_shape shape = *torture_shape(shared[_i].shape);
    struct torture_rig rig;

    shape.journal = shared[_i].blocks;
    shape.shared = true;
    torture_rig_small(&rig, &shape, SIZE);
    if (!shared[_i].single) {
        torture_rig_history(&rig, 1);
        rig.options.cuts = FWD_TORTURE_RANDOM;
        rig.options.random = 300;
        rig.options.power_cycles = 2000;
        rig.options.start_faults = rig.options.worn = true;
    }
    struct fwd_torture_report report = torture_rig_run(&rig);
    torture_rig_all_well(&report, shared[_i].shape);
    ck_assert_uint_gt(report.tally.fired, 300);
    torture_rig_free(&rig);
}
END_TEST

/* The same device with a trial of two starts. */
static void add_trial(struct torture_rig *rig)
{
    struct fwd_error err = {""};
    struct fwd_bytes text;

    ck_assert_int_eq(fwd_file_read(rig->description, 1u << 16, &text, &err), FWD_FAIL_NONE);
    FILE *out = fopen(rig->description, "w");
    ck_assert_ptr_nonnull(out);
    fprintf(out, "{\"policy\": {\"trial_starts\": 2}, %.*s", (int)text.size - 1,
        (const char *)text.data + 1);
    ck_assert_int_eq(fclose(out), 0);
    fwd_bytes_free(&text);
}

/* Confirmed at the first start, or never. */
START_TEST(no_trial_loses_a_device)
{
    struct torture_rig rig;

    new_rig(&rig, "4 KiB, unit 256, A/B", (uint32_t)_i / 2);
    add_trial(&rig);
    rig.options.unconfirmed = _i % 2 == 1;
    rig.options.start_faults = rig.options.worn = _i >= 2;
    if (_i < 2)
        rig.options.cuts = FWD_TORTURE_SINGLE;
    struct fwd_torture_report report = torture_rig_run(&rig);
    torture_rig_all_well(&report, rig.options.unconfirmed ? "unconfirmed" : "confirmed");
    ck_assert_uint_gt(report.tally.fired, 300);
    torture_rig_free(&rig);
}
END_TEST

/* Power that fails while a shared block is erased leaves two copies of a version record that no
 * record names yet: no reason to give up the journal, and with it the trial. */
START_TEST(no_trial_is_forgotten_where_blocks_are_shared)
{
    static const char *const kinds[] = {"4 KiB, unit 256, A/B", "4 KiB, unit 256"};
    struct torture_shape shape = *torture_shape(kinds[_i / 4]);
    struct torture_rig rig;

    shape.journal = 2 + (uint32_t)_i / 2 % 2;
    shape.shared = true;
    torture_rig_small(&rig, &shape, SIZE);
    add_trial(&rig);
    rig.options.unconfirmed = _i % 2 == 1;
    struct fwd_torture_report report = torture_rig_run(&rig);
    torture_rig_all_well(&report, rig.options.unconfirmed ? "unconfirmed" : "confirmed");
    ck_assert_uint_gt(report.tally.fired, 300);
    torture_rig_free(&rig);
}
END_TEST

/* ---- the proof itself ------------------------------------------------------------------------ */

START_TEST(processes_and_shared_states_change_nothing)
{
    struct torture_rig rig;

    new_rig(&rig, "4 KiB, unit 256", 1);
    rig.options.start_faults = rig.options.worn = true;
    rig.options.power_cycles = 200;
    rig.options.jobs = 1;
    struct fwd_torture_report one = torture_rig_run(&rig);
    rig.options.jobs = 3;
    struct fwd_torture_report three = torture_rig_run(&rig);
    rig.options.every_state = true;
    struct fwd_torture_report each = torture_rig_run(&rig);
    ck_assert_uint_gt(one.tally.start_faults, 0);
    ck_assert_mem_eq(&one.tally, &three.tally, sizeof one.tally);
    ck_assert_uint_eq(one.tally.start_faults, each.tally.start_faults);
    ck_assert_uint_eq(one.tally.worn_blocks, three.tally.worn_blocks);
    ck_assert_int_eq(one.tally.failure_count > 0, each.tally.failure_count > 0);
    ck_assert_uint_eq(each.tally.merged + each.tally.known, 0);
    torture_rig_free(&rig);
}
END_TEST

static const struct {
    const char *id;
    uint64_t due; /* cuts */
    bool refused;
} ids[] = {
    {"from=0", 0, false},
    {"from=1+op=12,tear=scatter,seed=1", 1, false},
    {"from=0+op=60,tear=half,seed=0+op=3,tear=before,seed=0", 2, false},
    {"start=blank,area=staging", 0, false},
    {"start=unreadable,area=firmware+op=9,tear=bits,seed=1", 1, false},
    {"op=9,tear=after,seed=0+start=blank-until-written,area=scratch", 1, false},
    {"op=20,tear=half,seed=0+start=unreadable,area=:counter+op=2,tear=one,seed=0", 2, false},
    {"from=0+start=blank,area=package+op=5,tear=one,seed=0", 1, false},
    {"op=30,tear=half,seed=0+start=removed,area=:keys+op=2,tear=one,seed=0", 2, false},
    {"worn=2,area=package,at=7", 0, false},
    {"worn=0,area=scratch,at=1+op=30,tear=garbage,seed=0", 1, false},
    {"op=25,tear=before,seed=0+every=1,times=8", 9, false},
    {"op=25,tear=before,seed=0+every=2,times=3,tear=bits,seed=1", 4, false},
    {"counter=1,when=before", 1, false},
    {"counter=1,when=after", 1, false},
    {"op=40,tear=half,seed=0+counter=1,when=after", 2, false},
    {"counter=9,when=after", 0, true},
    {"counter=1,when=never", 0, true},
    {"counter=0,when=after", 0, true},
    {"from=2", 0, true},
    {"from=", 0, true},
    {"from=0,", 0, true},
    {"start=blank,area=nowhere", 0, true},
    {"start=dark,area=journal", 0, true},
    {"start=blank-until-written,area=:keys", 0, true},
    {"start=removed,area=:counter", 0, true},
    {"start=removed,area=journal", 0, true},
    {"start=blank", 0, true},
    {"worn=3,area=journal,at=1", 0, true},
    {"worn=0,area=:keys,at=1", 0, true},
    {"worn=0,area=journal,at=0", 0, true},
    {"worn=0,area=journal", 0, true},
    {"op=9,tear=half,seed=0+worn=0,area=journal,at=1", 0, true},
    {"every=1,times=8", 0, true},
    {"op=25,tear=before,seed=0+every=1,times=8+op=3,tear=half,seed=0", 0, true},
    {"op=25,tear=before,seed=0+every=1,times=8,tear=none,seed=0", 0, true},
    {"op=1,tear=half,seed=0+op=1,tear=half,seed=0+op=1,tear=half,seed=0", 0, true},
    {"+op=1", 0, true},
};

START_TEST(an_id_says_what_is_wrong_with_the_device)
{
    struct torture_rig rig;
    struct fwd_torture_report report;
    struct fwd_error err = {""};

    new_rig(&rig, "4 KiB, unit 256", 1);
    rig.options.replay = ids[_i].id;
    enum fwd_fail fail = fwd_torture_run(&rig.options, &report, &err);
    ck_assert_msg(
        fail == (ids[_i].refused ? FWD_FAIL_REFUSED : FWD_FAIL_NONE), "%s: %d", ids[_i].id, fail);
    ck_assert_uint_eq(report.tally.due, ids[_i].due);
    ck_assert_uint_eq(report.tally.fired, ids[_i].due);
    ck_assert((err.text[0] != '\0') == ids[_i].refused);
    ck_assert_uint_eq(report.tally.worn_blocks, strstr(ids[_i].id, "worn=") && !ids[_i].refused);
    ck_assert_int_eq(
        report.tally.start_faults > 0, strstr(ids[_i].id, "start=") && !ids[_i].refused);
    torture_rig_free(&rig);
}
END_TEST

/* The full package and the past are those of the device: they install. */
START_TEST(a_past_is_installed_update_by_update)
{
    struct torture_rig rig;
    struct fwd_torture_report report;
    struct fwd_error err = {""};

    new_rig(&rig, _i == 0 ? "firmware and boot in place" : "4 KiB, unit 256, A/B", 3);
    ck_assert_uint_eq(rig.history.past_count, 3);
    rig.options.package = rig.history.full.data;
    rig.options.package_size = (uint32_t)rig.history.full.size;
    ck_assert_msg(fwd_torture_run(&rig.options, &report, &err) == FWD_FAIL_NONE, "%s", err.text);
    ck_assert_uint_eq(report.tally.failure_count, 0);
    /* without its past it is another firmware */
    rig.options.recipe = &rig.recipe;
    ck_assert_int_eq(fwd_torture_run(&rig.options, &report, &err), FWD_FAIL_REFUSED);
    torture_rig_free(&rig);
}
END_TEST

START_TEST(the_watchdog_of_a_description_watches_the_proof)
{
    struct torture_rig rig;
    struct fwd_torture_report report;
    struct fwd_error err = {""};
    struct fwd_bytes text;
    char path[600];

    new_rig(&rig, "4 KiB, unit 256", 0);
    ck_assert_int_eq(fwd_file_read(rig.description, 1u << 16, &text, &err), FWD_FAIL_NONE);
    snprintf(path, sizeof path, "%s", scratch_path("dog.json"));
    FILE *out = fopen(path, "w");
    ck_assert_ptr_nonnull(out);
    fprintf(out, "{\"watchdog\": {\"bytes\": %u}, %.*s", _i == 0 ? 1000u : 65536u,
        (int)text.size - 1, (const char *)text.data + 1);
    ck_assert_int_eq(fclose(out), 0);
    fwd_bytes_free(&text);
    rig.history.recipe.description = path;
    enum fwd_fail fail = fwd_torture_run(&rig.options, &report, &err);
    ck_assert_int_eq(fail, _i == 0 ? FWD_FAIL_REFUSED : FWD_FAIL_NONE);
    ck_assert(_i == 1 || strstr(err.text, "the watchdog resets the device") != NULL);
    torture_rig_free(&rig);
}
END_TEST

static void add(Suite *suite, const char *name, const TTest *test, int count)
{
    TCase *one = tcase_create(name);

    tcase_set_timeout(one, 300);
    tcase_add_checked_fixture(one, scratch_setup, scratch_teardown);
    tcase_add_loop_test(one, test, 0, count);
    suite_add_tcase(suite, one);
}

int main(int argc, char **argv)
{
    Suite *suite = suite_create("torture variants");
    SRunner *runner = srunner_create(suite);

    add(suite, "past", no_cut_loses_a_device_with_a_past, SHAPES);
    add(suite, "starts", no_area_that_gives_nothing_at_one_start_loses_a_device, SHAPES);
    add(suite, "starts_ab", nor_a_device_with_two_slots, 3);
    add(suite, "worn", no_worn_block_loses_a_device, SHAPES);
    add(suite, "shared", no_device_is_lost_whose_journal_and_version_area_share_blocks, 7);
    add(suite, "shared_by_two", no_device_is_lost_whose_journal_and_version_area_share_blocks, 1);
    add(suite, "trial", no_trial_loses_a_device, 4);
    add(suite, "shared_trial", no_trial_is_forgotten_where_blocks_are_shared, 8);
    add(suite, "processes", processes_and_shared_states_change_nothing, 1);
    add(suite, "ids", an_id_says_what_is_wrong_with_the_device, (int)(sizeof ids / sizeof ids[0]));
    add(suite, "history", a_past_is_installed_update_by_update, 2);
    add(suite, "watchdog", the_watchdog_of_a_description_watches_the_proof, 2);
    srunner_run(runner, NULL, argc > 1 ? argv[1] : NULL, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    int run = srunner_ntests_run(runner);
    srunner_free(runner);
    return failed == 0 && run > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
