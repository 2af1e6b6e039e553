/* The power-loss proof on the sample firmware and on small made-up ones, and the proof itself: that
 * ids replay, that processes and shared states change nothing, that reports hold what they say.
 * Requirements R62, R63, R230. */
#include "tests/hostio/scratch_folder.h"
#include "tests/sim/torture_rig.h"

#include <check.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define SMALL 12000u

/* With sanitizers: one sample, the first geometries, no pairs. With FWD_LONG=1: larger made-up
 * firmware. */
#ifdef FWD_QUICK
enum { SAMPLES = 1, GEOMETRIES = 4, PAIRS = 0, FAULTY = 1 };
#else
enum { SAMPLES = 3, GEOMETRIES = 13, PAIRS = 3, FAULTY = 3 };
#endif

/* ---- no device is lost ----------------------------------------------------------------------- */

static const char *const devices[] = {"inplace-4k", "dual-slot", "inplace-64k"};

static bool long_run(void)
{
    return getenv("FWD_LONG") != NULL;
}

/* Two erase blocks at least of what is small; the smaller the unit, the more operations. */
static size_t size_for(const struct torture_shape *shape)
{
    if (long_run())
        return shape->unit < 8 ? SMALL / 4 : SMALL;
    return shape->unit < 8 ? 1100 : shape->unit < 64 ? 5000 : SMALL;
}

/* In place, after `staged`: at most one step is done again, and its backup. */
static void a_cut_repeats_at_most_one_step(const struct fwd_torture_report *report)
{
    const struct fwd_torture_cost *twice = &report->tally.repeated.cost;

    ck_assert_uint_gt(report->steps, 3);
    ck_assert_uint_le(twice->slot_erases, 1);
    ck_assert_uint_le(twice->bytes, 2 * 4096 + 8 * 256);
}

START_TEST(no_single_cut_loses_a_device_with_the_sample_firmware)
{
    struct torture_rig rig;

    torture_rig_sample(&rig, devices[_i]);
    struct fwd_torture_report report = torture_rig_run(&rig);
    torture_rig_all_well(&report, devices[_i]);
    /* every operation in every class, 19 ways with their seeds */
    ck_assert_uint_eq(torture_rig_cuts(&report), 19 * report.update.operations);
    ck_assert_uint_gt(report.tally.repeated_cuts, 0);
    for (int phase = 0; phase < FWD_TORTURE_PHASES; phase++)
        ck_assert_uint_gt(report.operations[phase], 0);
    if (strcmp(devices[_i], "inplace-4k") == 0)
        a_cut_repeats_at_most_one_step(&report);
    torture_rig_free(&rig);
}
END_TEST

START_TEST(no_single_cut_loses_a_device_of_any_geometry)
{
    struct torture_rig rig;

    torture_rig_small(&rig, &torture_shapes[_i], size_for(&torture_shapes[_i]));
    struct fwd_torture_report report = torture_rig_run(&rig);
    torture_rig_all_well(&report, torture_shapes[_i].name);
    ck_assert_int_le(GEOMETRIES, torture_shape_count);
    torture_rig_free(&rig);
}
END_TEST

/* Images of two erase blocks: all pairs of cuts, in the classes that differ most. */
START_TEST(no_second_cut_in_a_recovery_loses_a_device)
{
    static const char *const shapes[] = {
        "4 KiB, unit 256", "4 KiB, unit 256, A/B", "4 KiB, no spare staging"};
    struct torture_rig rig;

    torture_rig_small(&rig, torture_shape(shapes[_i]), long_run() ? 6000 : 4500);
    rig.options.cuts = FWD_TORTURE_DOUBLE;
    rig.options.second_every = 1;
    rig.options.tears = 1u << FWD_NOR_BEFORE | 1u << FWD_NOR_HALF | 1u << FWD_NOR_BITS |
                        1u << FWD_NOR_UNSTABLE | 1u << FWD_NOR_UNCORRECTABLE;
    struct fwd_torture_report report = torture_rig_run(&rig);
    torture_rig_all_well(&report, shapes[_i]);
    ck_assert_uint_gt(report.tally.seconds, 10 * torture_rig_cuts(&report));
    torture_rig_free(&rig);
}
END_TEST

/* Flash that fails, lies or is not readable once, after the cut. R62 */
START_TEST(no_failing_operation_after_a_cut_loses_a_device)
{
    static const char *const shapes[] = {
        "4 KiB, unit 256", "4 KiB, unit 256, A/B", "4 KiB, no spare staging"};
    struct torture_rig rig;

    torture_rig_small(&rig, torture_shape(shapes[_i]), SMALL);
    rig.options.tears = 1u << FWD_NOR_BEFORE;
    rig.options.faults = 3000;
    struct fwd_torture_report report = torture_rig_run(&rig);
    torture_rig_all_well(&report, shapes[_i]);
    ck_assert_uint_eq(report.tally.faults, 3000);
    torture_rig_free(&rig);
}
END_TEST

START_TEST(every_prefix_of_every_unit_may_be_left)
{
    struct torture_rig rig;

    torture_rig_small(&rig, torture_shape("4 KiB, unit 8, ECC"), long_run() ? 6000 : 2000);
    rig.options.tears = FWD_TORTURE_ALL;
    struct fwd_torture_report report = torture_rig_run(&rig);
    torture_rig_all_well(&report, "prefixes");
    uint64_t prefixes = 0;
    for (int phase = 0; phase < FWD_TORTURE_PHASES; phase++)
        prefixes += report.tally.cuts[phase][FWD_NOR_PREFIX];
    /* bytes 2, 3, 5 and 6 of eight; the others have a class of their own */
    ck_assert_uint_eq(prefixes, 4 * (report.update.operations - report.update.erases));
    torture_rig_free(&rig);
}
END_TEST

/* ---- the proof itself ------------------------------------------------------------------------ */

START_TEST(equal_states_may_be_run_once)
{
    struct torture_rig rig;

    torture_rig_small(&rig, torture_shape("4 KiB, unit 256"), SMALL);
    struct fwd_torture_report once = torture_rig_run(&rig);
    rig.options.every_state = true;
    struct fwd_torture_report each = torture_rig_run(&rig);
    torture_rig_all_well(&each, "each state");
    ck_assert_uint_eq(each.tally.merged + each.tally.known, 0);
    ck_assert_uint_eq(each.tally.run, torture_rig_cuts(&each) + each.tally.counter_cuts);
    ck_assert_uint_eq(each.tally.counter_cuts, 2);
    ck_assert_uint_lt(once.tally.run, each.tally.run / 10);
    ck_assert_mem_eq(once.tally.cuts, each.tally.cuts, sizeof once.tally.cuts);
    ck_assert_mem_eq(
        &once.tally.recovery.cost, &each.tally.recovery.cost, sizeof once.tally.recovery.cost);
    ck_assert_mem_eq(
        &once.tally.repeated.cost, &each.tally.repeated.cost, sizeof once.tally.repeated.cost);
    torture_rig_free(&rig);
}
END_TEST

/* torture_rig_run() remembers what was decoded. */
START_TEST(decoding_each_time_changes_nothing)
{
    struct torture_rig rig;
    struct fwd_torture_report each;
    struct fwd_error err = {""};

    torture_rig_small(&rig, torture_shape("4 KiB, unit 256"), SMALL);
    struct fwd_torture_report once = torture_rig_run(&rig);
    ck_assert_msg(fwd_torture_run(&rig.options, &each, &err) == FWD_FAIL_NONE, "%s", err.text);
    ck_assert_mem_eq(once.tally.cuts, each.tally.cuts, sizeof once.tally.cuts);
    ck_assert_mem_eq(
        &once.tally.recovery.cost, &each.tally.recovery.cost, sizeof once.tally.recovery.cost);
    ck_assert_str_eq(once.tally.recovery.id, each.tally.recovery.id);
    ck_assert_str_eq(once.tally.repeated.id, each.tally.repeated.id);
    ck_assert_uint_eq(once.tally.run, each.tally.run);
    ck_assert_uint_eq(once.tally.old_kept, each.tally.old_kept);
    torture_rig_free(&rig);
}
END_TEST

START_TEST(the_number_of_processes_changes_nothing)
{
    struct torture_rig rig;

    torture_rig_small(&rig, torture_shape("4 KiB, unit 256"), SMALL);
    rig.options.jobs = 1;
    struct fwd_torture_report one = torture_rig_run(&rig);
    rig.options.jobs = 3;
    struct fwd_torture_report three = torture_rig_run(&rig);
    ck_assert_uint_gt(one.tally.merged, 0);
    ck_assert_mem_eq(&one.tally, &three.tally, sizeof one.tally);
    rig.options.jobs = FWD_TORTURE_JOBS_MAX;
    struct fwd_torture_report many = torture_rig_run(&rig);
    ck_assert_mem_eq(&one.tally, &many.tally, sizeof one.tally);
    torture_rig_free(&rig);
}
END_TEST

static const struct {
    const char *id;
    uint64_t due; /* cuts; 0: refused */
} replays[] = {
    {"op=1,tear=half,seed=0", 1},
    {"op=20,tear=unstable,seed=3", 1},
    {"op=30,tear=prefix,seed=0,bytes=17", 1},
    {"op=25,tear=before,seed=0+op=2,tear=garbage,seed=1", 2},
    {"op=25,tear=before,seed=0+every=1,times=8", 9},
    {"op=25,tear=half,seed=0+fault=erase-error,at=2", 1},
    {"op=25", 1},
    {"op=25,tear=half,seed=0+fault=nothing,at=2", 0},
    {"op=25,tear=half,seed=0+fault=misread,at=0", 0},
    {"op=0,tear=before,seed=0", 0},
    {"op=100000,tear=before,seed=0", 0},
    {"op=1,tear=before,seed=9", 0},
    {"op=1,tear=nothing,seed=0", 0},
    {"op=1,tear=half,seed=0+", 0},
    {"op=1,tear=half,seed=0+every=0,times=2", 0},
    {"", 0},
};

START_TEST(an_id_replays_exactly_its_cuts)
{
    struct torture_rig rig;
    struct fwd_torture_report report;
    struct fwd_error err = {""};

    torture_rig_small(&rig, torture_shape("4 KiB, unit 256"), SMALL);
    rig.options.replay = replays[_i].id;
    enum fwd_fail fail = fwd_torture_run(&rig.options, &report, &err);
    ck_assert_int_eq(fail, replays[_i].due > 0 ? FWD_FAIL_NONE : FWD_FAIL_REFUSED);
    ck_assert_uint_eq(report.tally.due, replays[_i].due);
    ck_assert_uint_eq(report.tally.fired, replays[_i].due);
    ck_assert_uint_eq(report.tally.failure_count, 0);
    ck_assert((err.text[0] != '\0') == (replays[_i].due == 0));
    torture_rig_free(&rig);
}
END_TEST

START_TEST(random_cuts_are_as_many_as_asked_for)
{
    struct torture_rig rig;

    torture_rig_small(&rig, torture_shape("4 KiB, unit 256"), SMALL);
    rig.options.cuts = FWD_TORTURE_RANDOM;
    rig.options.random = 300;
    struct fwd_torture_report report = torture_rig_run(&rig);
    torture_rig_all_well(&report, "random");
    ck_assert_uint_eq(torture_rig_cuts(&report), 300);
    torture_rig_free(&rig);
}
END_TEST

START_TEST(a_package_that_does_not_install_is_refused)
{
    struct torture_rig rig;
    struct fwd_torture_report report;
    struct fwd_error err = {""};

    torture_rig_small(&rig, torture_shape("4 KiB, unit 256"), SMALL);
    rig.package.data[rig.package.size - 1] ^= 1;
    ck_assert_int_eq(fwd_torture_run(&rig.options, &report, &err), FWD_FAIL_REFUSED);
    ck_assert_ptr_nonnull(strstr(err.text, "code 173"));
    torture_rig_free(&rig);
}
END_TEST

/* ---- reports --------------------------------------------------------------------------------- */

/* Closing tags match opening ones: enough to tell a broken writer. */
static void check_xml(const char *text)
{
    const char *open[8];
    int depth = 0;

    for (const char *at = strchr(text, '<'); at != NULL; at = strchr(at + 1, '<')) {
        if (at[1] == '?')
            continue;
        if (at[1] == '/') {
            ck_assert_int_gt(depth--, 0);
            ck_assert(strncmp(at + 2, open[depth], strcspn(at + 2, ">")) == 0);
            continue;
        }
        ck_assert_int_lt(depth, 8);
        open[depth++] = at + 1;
        depth -= at[strcspn(at, ">") - 1] == '/' ? 1 : 0; /* closed at once */
    }
    ck_assert_int_eq(depth, 0);
}

START_TEST(reports_are_well_formed_and_say_what_was_tried)
{
    struct torture_rig rig;
    struct fwd_error err = {""};
    struct fwd_bytes xml;
    json_error_t where;

    torture_rig_small(&rig, torture_shape("4 KiB, unit 256"), SMALL);
    struct fwd_torture_report report = torture_rig_run(&rig);
    report.tally.failure_count = report.tally.described = 1;
    report.tally.lost[FWD_TORTURE_ACTION][FWD_NOR_HALF] = 1;
    report.tally.failures[0] = (struct fwd_torture_failure){
        "op=5,tear=half,seed=0", "\"<a & b>\"", 5, FWD_TORTURE_ACTION, FWD_NOR_HALF, 0};
    ck_assert_int_eq(
        fwd_torture_write_json(scratch_path("r.json"), "a<b>.upd", &report, false, &err),
        FWD_FAIL_NONE);
    ck_assert_int_eq(
        fwd_torture_write_junit(scratch_path("r.xml"), "a<b>.upd", &report, false, &err),
        FWD_FAIL_NONE);
    ck_assert_int_eq(
        fwd_torture_write_junit(scratch_path("r.xml"), "a<b>.upd", &report, false, &err),
        FWD_FAIL_REFUSED);
    json_t *json = json_load_file(scratch_path("r.json"), 0, &where);
    ck_assert_msg(json != NULL, "%s", where.text);
    ck_assert(json_is_false(json_object_get(json, "lost_nothing")));
    ck_assert_str_eq(json_string_value(
                         json_object_get(json_array_get(json_object_get(json, "failed"), 0), "id")),
        "op=5,tear=half,seed=0");
    json_decref(json);
    ck_assert_int_eq(fwd_file_read(scratch_path("r.xml"), 1u << 20, &xml, &err), FWD_FAIL_NONE);
    check_xml((const char *)xml.data);
    ck_assert_ptr_nonnull(strstr((const char *)xml.data, "&quot;&lt;a &amp; b&gt;&quot;"));
    ck_assert_ptr_nonnull(strstr((const char *)xml.data, "name=\"half\" assertions=\""));
    fwd_bytes_free(&xml);
    torture_rig_free(&rig);
}
END_TEST

/* Unit 1 makes as many operations as the image has bytes: only in a long run. */
static void add_geometries(TCase *tests)
{
    for (int i = 0; i < GEOMETRIES; i++) {
        if (torture_shapes[i].unit > 1 || long_run())
            tcase_add_loop_test(tests, no_single_cut_loses_a_device_of_any_geometry, i, i + 1);
    }
}

int main(void)
{
    Suite *suite = suite_create("torture");
    TCase *tests = tcase_create("torture");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 600);
    tcase_add_checked_fixture(tests, scratch_setup, scratch_teardown);
    tcase_add_loop_test(tests, no_single_cut_loses_a_device_with_the_sample_firmware, 0, SAMPLES);
    add_geometries(tests);
    tcase_add_loop_test(tests, no_second_cut_in_a_recovery_loses_a_device, 0, PAIRS);
    tcase_add_loop_test(tests, no_failing_operation_after_a_cut_loses_a_device, 0, FAULTY);
    tcase_add_test(tests, every_prefix_of_every_unit_may_be_left);
    tcase_add_test(tests, equal_states_may_be_run_once);
    tcase_add_test(tests, decoding_each_time_changes_nothing);
    tcase_add_test(tests, the_number_of_processes_changes_nothing);
    tcase_add_loop_test(
        tests, an_id_replays_exactly_its_cuts, 0, (int)(sizeof replays / sizeof replays[0]));
    tcase_add_test(tests, random_cuts_are_as_many_as_asked_for);
    tcase_add_test(tests, a_package_that_does_not_install_is_refused);
    tcase_add_test(tests, reports_are_well_formed_and_say_what_was_tried);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
