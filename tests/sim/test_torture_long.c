/* The long matrix of the power-loss proof: about two hours on two processors.
 * tests/torture_matrix.sh runs it. */
#include "tests/hostio/scratch_folder.h"
#include "tests/sim/torture_rig.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- what was run ---------------------------------------------------------------------------- */

/* One line for each case, after what others wrote: name, operations, cuts, second cuts, repeated
 * cuts, faults, cuts that fired, lost, seconds, blind starts, worn blocks, cuts on a device with a
 * past. tests/torture_matrix.sh adds them up. */
static void note(const char *what, const char *name, const struct fwd_torture_report *report)
{
    const char *path = getenv("FWD_MATRIX");
    FILE *out = path != NULL ? fopen(path, "a") : NULL;
    const struct fwd_torture_tally *tally = &report->tally;

    printf("%s: %s\n", what, name);
    fwd_torture_print(stdout, report);
    fflush(stdout);
    if (out == NULL)
        return;
    fprintf(out, "%s: %s\t%llu\t%llu\t%llu\t%llu\t%llu\t%llu\t%llu\t%.1f\t%llu\t%llu\t%llu\n", what,
        name, (unsigned long long)report->update.operations,
        (unsigned long long)torture_rig_cuts(report), (unsigned long long)tally->seconds,
        (unsigned long long)tally->repeated_cuts, (unsigned long long)tally->faults,
        (unsigned long long)tally->fired, (unsigned long long)tally->failure_count, report->seconds,
        (unsigned long long)tally->start_faults, (unsigned long long)tally->worn_blocks,
        (unsigned long long)tally->generations);
    ck_assert_int_eq(fclose(out), 0);
}

/* In place, once staged: the blocks of one step and of one backup, at most. */
static void check_repeated(const struct fwd_torture_report *report, uint32_t block)
{
    ck_assert_uint_le(report->tally.repeated.cost.slot_erases, 1);
    ck_assert_uint_le(report->tally.repeated.cost.bytes, 2 * block + 8 * 256);
}

/* FWD_REPLAY: an id that a case has printed; only that one is tried, on each geometry. */
static void run(struct torture_rig *rig, const char *what, const char *name)
{
    rig->options.replay = getenv("FWD_REPLAY");
    struct fwd_torture_report report = torture_rig_run(rig);

    note(what, name, &report);
    torture_rig_all_well(&report, name);
    torture_rig_free(rig);
}

/* ---- every geometry -------------------------------------------------------------------------- */

START_TEST(all_prefixes_on_every_geometry)
{
    struct torture_rig rig;

    torture_rig_small(&rig, &torture_shapes[_i], torture_shapes[_i].unit < 8 ? 12000 : 30000);
    rig.options.tears = FWD_TORTURE_ALL;
    run(&rig, "every prefix", torture_shapes[_i].name);
}
END_TEST

START_TEST(two_cuts_on_every_geometry)
{
    struct torture_rig rig;

    /* the smaller the unit, the more operations */
    torture_rig_small(&rig, &torture_shapes[_i], torture_shapes[_i].unit < 64 ? 5000 : 20000);
    rig.options.cuts = FWD_TORTURE_DOUBLE;
    run(&rig, "two cuts", torture_shapes[_i].name);
}
END_TEST

/* ---- firmware -------------------------------------------------------------------------------- */

START_TEST(flash_that_fails_after_the_cut)
{
    struct torture_rig rig;

    torture_rig_small(&rig, &torture_shapes[_i], 12000);
    rig.options.cuts = FWD_TORTURE_RANDOM;
    rig.options.random = 1;
    rig.options.faults = torture_shapes[_i].unit < 64 ? 1000 : 4000;
    run(&rig, "cut and fault", torture_shapes[_i].name);
}
END_TEST

/* What is known to fail is counted, and not expected to pass. */
#ifdef FWD_FAULTS_LEFT
#define FAULTS_LEFT true
#else
#define FAULTS_LEFT false
#endif

/* A past, areas that give nothing for one start, blocks that wear out. */
static void more_wrong(struct torture_rig *rig, const char *name, uint32_t power_cycles)
{
    torture_rig_history(rig, 2);
    rig->options.cuts = FWD_TORTURE_RANDOM;
    rig->options.random = 1;
    rig->options.faults = 0;
    rig->options.start_faults = rig->options.worn = true;
    rig->options.power_cycles = power_cycles;
    rig->options.replay = getenv("FWD_REPLAY");
    struct fwd_torture_report report = torture_rig_run(rig);
    if (FAULTS_LEFT) {
        fwd_torture_print(stdout, &report);
    } else {
        note("more wrong", name, &report);
        torture_rig_all_well(&report, name);
    }
    torture_rig_free(rig);
}

START_TEST(more_wrong_on_every_geometry)
{
    struct torture_shape shape = torture_shapes[_i];
    struct torture_rig rig;

    shape.journal = 3;
    torture_rig_small(&rig, &shape, shape.unit < 8 ? 3000 : 12000);
    more_wrong(&rig, shape.name, 5000);
}
END_TEST

static const struct {
    const char *device, *old_file, *new_file;
    bool twice;
} samples[] = {
    {"inplace-4k", "demo-1.0.0.bin", "demo-1.1.0.bin", false},
    {"inplace-4k", "demo-1.0.0.bin", "demo-1.1.0.bin", true},
    {"inplace-64k", "demo-1.0.0.bin", "demo-1.1.0.bin", false},
    {"dual-slot", "demo-1.0.0.bin", "demo-1.1.0.bin", true},
    {"two-component", "demo-1.1.0.bin", "demo-1.0.1.bin", false},
    {"esp32", "demo-1.0.0.bin", "demo-1.1.0.bin", false},
    {"lpc55s69", "demo-1.0.0.bin", "demo-1.1.0.bin", false},
    {"nrf52840", "demo-1.0.0.bin", "demo-1.1.0.bin", false},
    {"rp2040", "demo-1.0.0.bin", "demo-1.1.0.bin", false},
    {"stm32f407", "demo-1.0.0.bin", "demo-1.1.0.bin", false},
    {"stm32f407-spi", "demo-1.0.0.bin", "demo-1.1.0.bin", false},
    {"stm32f767", "demo-1.0.0.bin", "demo-1.1.0.bin", false},
    {"stm32h743", "demo-1.0.0.bin", "demo-1.1.0.bin", false},
    {"stm32l476", "demo-1.0.0.bin", "demo-1.1.0.bin", false},
};

START_TEST(the_sample_firmware_of_a_larger_release)
{
    struct torture_rig rig;
    char device[512], old_file[512], new_file[512];

    snprintf(device, sizeof device, FWD_SOURCE_DIR "/samples/devices/%s.json", samples[_i].device);
    snprintf(old_file, sizeof old_file, FWD_SOURCE_DIR "/samples/images/%s", samples[_i].old_file);
    snprintf(new_file, sizeof new_file, FWD_SOURCE_DIR "/samples/images/%s", samples[_i].new_file);
    torture_rig_files(&rig, device, old_file, new_file);
    if (samples[_i].twice)
        rig.options.cuts = FWD_TORTURE_DOUBLE;
    run(&rig, samples[_i].twice ? "sample, two cuts" : "sample", samples[_i].device);
}
END_TEST

#define PAIRS_MAX 32

static char pairs[PAIRS_MAX][3][128]; /* name, old, new */
static int pair_count;

/* Pairs of samples/corpus.tsv whose images samples/fetch-firmware.sh has fetched to FWD_CORPUS. */
static void read_corpus(void)
{
    const char *corpus = getenv("FWD_CORPUS");
    FILE *list = corpus != NULL ? fopen(FWD_SOURCE_DIR "/samples/corpus.tsv", "r") : NULL;
    char line[512];

    if (list == NULL) {
        printf("FWD_CORPUS names no folder: without real firmware\n");
        return;
    }
    while (pair_count < PAIRS_MAX && fgets(line, sizeof line, list) != NULL) {
        char(*pair)[128] = pairs[pair_count];
        if (line[0] != '#' && sscanf(line, "%127s %127s %127s", pair[0], pair[1], pair[2]) == 3)
            pair_count++;
    }
    fclose(list);
}

static const char *const corpus_devices[] = {"inplace-4k", "inplace-64k", "dual-slot"};
enum { DEVICES = sizeof corpus_devices / sizeof corpus_devices[0] };

/* Flash that fails in some of the recoveries; cuts are for the other run, which is much faster. */
static void with_faults(struct torture_rig *rig, const char *name)
{
    rig->options.cuts = FWD_TORTURE_RANDOM;
    rig->options.random = 1;
    rig->options.faults = 200;
    struct fwd_torture_report report = torture_rig_run(rig);
    note("real firmware, faults", name, &report);
    torture_rig_all_well(&report, name);
}

/* Single cuts at every operation, all classes, and flash that fails after some of them. Every pair
 * in place with blocks of 4 KiB; every fourth on the other devices, and with more wrong, too. */
START_TEST(real_firmware)
{
    if (_i % DEVICES > 0 && _i / DEVICES % 4 != 0)
        return;
    char device[512], files[2][512], name[256];
    char(*pair)[128] = pairs[_i / DEVICES];
    const char *on = corpus_devices[_i % DEVICES];
    struct torture_rig rig;

    snprintf(device, sizeof device, FWD_SOURCE_DIR "/samples/devices/%s.json", on);
    for (int i = 0; i < 2; i++)
        snprintf(files[i], sizeof files[i], "%s/%s", getenv("FWD_CORPUS"), pair[1 + i]);
    snprintf(name, sizeof name, "%s, %s", pair[0], on);
    torture_rig_files(&rig, device, files[0], files[1]);
    struct fwd_torture_report report = torture_rig_run(&rig);
    note("real firmware", name, &report);
    torture_rig_all_well(&report, name);
    if (_i % DEVICES < 2 && report.steps > 0)
        check_repeated(&report, _i % DEVICES == 0 ? 4096 : 65536);
    with_faults(&rig, name);
    if (_i / DEVICES % 4 == 0)
        more_wrong(&rig, name, 250);
    else
        torture_rig_free(&rig);
}
END_TEST

/* CK_RUN_CASE picks one of them. */
static void add(Suite *suite, const char *name, const TTest *test, int count)
{
    TCase *tests = tcase_create(name);

    tcase_set_timeout(tests, 14000);
    tcase_add_checked_fixture(tests, scratch_setup, scratch_teardown);
    tcase_add_loop_test(tests, test, 0, count);
    suite_add_tcase(suite, tests);
}

int main(void)
{
    Suite *suite = suite_create("torture_long");
    SRunner *runner = srunner_create(suite);

    read_corpus();
    add(suite, "sample", the_sample_firmware_of_a_larger_release,
        (int)(sizeof samples / sizeof samples[0]));
    add(suite, "faults", flash_that_fails_after_the_cut, torture_shape_count);
    add(suite, "two_cuts", two_cuts_on_every_geometry, torture_shape_count);
    add(suite, "more_wrong", more_wrong_on_every_geometry, torture_shape_count);
    add(suite, "prefixes", all_prefixes_on_every_geometry, torture_shape_count);
    add(suite, "firmware", real_firmware, pair_count * DEVICES);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
