/* What an update costs the flash, measured by the simulator: wear is spread, nothing is written
 * twice, staging is small. */
#include "sim/cost/flash_cost.h"
#include "tests/hostio/scratch_folder.h"
#include "tests/sim/torture_rig.h"

#include <check.h>
#include <stdlib.h>

static struct fwd_flash_cost cost_of(struct torture_rig *rig)
{
    static struct fwd_update update;
    struct fwd_machine *machine = NULL;
    struct fwd_flash_cost cost;
    struct fwd_error err = {""};

    ck_assert_msg(fwd_machine_new(&rig->recipe, torture_codecs, 4, &machine, &err) == FWD_FAIL_NONE,
        "%s", err.text);
    struct fwd_flash_meter *progress = fwd_flash_cost_begin(machine);
    ck_assert_ptr_nonnull(progress);
    fwd_machine_power_cycle(machine);
    ck_assert_int_eq(fwd_update_init(&update, &machine->device), FWD_OK);
    ck_assert_int_eq(fwd_download_begin(&update, 0), FWD_OK);
    ck_assert_int_eq(
        fwd_download_write(&update, rig->package.data, (uint32_t)rig->package.size), FWD_OK);
    ck_assert_int_eq(fwd_download_end(&update), FWD_OK);
    ck_assert_int_eq(fwd_update_install(&update, FWD_COMMAND_DELTA), FWD_OK);
    fwd_flash_cost_end(progress, machine, &update, &cost);
    fwd_flash_cost_free(progress);
    fwd_machine_close(machine);
    return cost;
}

START_TEST(a_patch_release_costs_little_more_than_the_least)
{
    struct torture_rig rig;

    torture_rig_sample(&rig, "inplace-4k");
    struct fwd_flash_cost cost = cost_of(&rig);
    ck_assert_uint_eq(cost.changed_blocks, cost.steps);
    ck_assert_uint_eq(cost.unchanged_erased, 0);
    ck_assert_uint_gt(cost.self_read_bytes, 0);
    ck_assert_uint_le(cost.self_read_bytes, cost.changed_bytes);
    ck_assert_uint_ge(fwd_flash_cost_ratio(&cost), 1000);
    ck_assert_uint_le(fwd_flash_cost_ratio(&cost), 1200);
    ck_assert_uint_le(cost.staged_bytes, rig.new[0].size / 5);
    ck_assert_uint_gt(cost.nanoseconds, 0);
    torture_rig_free(&rig);
}
END_TEST

static uint32_t parts(uint32_t whole, uint32_t part)
{
    return (whole + part - 1) / part;
}

/* No block of scratch or spare staging is erased more than ceil(copies / places) + 1 times, the
 * journal is erased no more than its records need and evenly, and of firmware only what changes. */
START_TEST(wear_is_spread_on_every_geometry)
{
    const struct torture_shape *shape = &torture_shapes[_i];
    struct torture_rig rig;

    torture_rig_small(&rig, shape, 50000);
    struct fwd_flash_cost cost = cost_of(&rig);
    const uint32_t scratch = 2, journal = 2; /* blocks, of every shape */
    ck_assert_uint_le(
        cost.area_erases_max[FWD_AREA_SCRATCH], parts(cost.scratch_uses, scratch) + 1);
    uint32_t record = shape->unit > 128 ? shape->unit : 128;
    uint32_t need = parts(cost.journal_records, shape->service / record);
    ck_assert_uint_le(cost.area_erases[FWD_AREA_JOURNAL], need + 1);
    ck_assert_uint_le(
        cost.area_erases_max[FWD_AREA_JOURNAL], parts(cost.area_erases[FWD_AREA_JOURNAL], journal));
    ck_assert_uint_eq(cost.unchanged_erased, 0);
    for (uint16_t id = FWD_AREA_SLOTS; id < FWD_AREA_COUNT; id++)
        ck_assert_uint_le(cost.area_erases_max[id], 1);
    torture_rig_free(&rig);
}
END_TEST

/* Spare staging room is used first, each block of it once; then all take turns. */
START_TEST(spare_staging_room_spares_the_scratch_blocks)
{
    static const struct {
        const char *shape;
        uint32_t spare; /* backup places in staging; UINT32_MAX: enough */
    } rows[] = {
        {"4 KiB, unit 256", UINT32_MAX},
        {"64 KiB, staging of 4 KiB", UINT32_MAX},
        {"4 KiB, little spare staging", 1},
        {"4 KiB, no spare staging", 0},
    };
    struct torture_rig rig;

    torture_rig_small(&rig, torture_shape(rows[_i].shape), 50000);
    struct fwd_flash_cost cost = cost_of(&rig);
    ck_assert_uint_gt(cost.scratch_uses, 0);
    uint32_t expected = 0; /* saved in scratch: two of its blocks after each round of spare ones */
    for (uint32_t i = 0; i < cost.scratch_uses && rows[_i].spare != UINT32_MAX; i++)
        expected += i % (rows[_i].spare + 2) >= rows[_i].spare ? 1 : 0;
    ck_assert_uint_eq(cost.area_erases[FWD_AREA_SCRATCH], expected);
    ck_assert((cost.spare == 0) == (rows[_i].spare == 0));
    if (expected == 0)
        ck_assert_uint_eq(cost.area_erases_max[FWD_AREA_STAGING], 1);
    torture_rig_free(&rig);
}
END_TEST

/* Of a block that is its own source, what the step does not read is not saved. */
START_TEST(no_more_than_what_steps_read_is_saved)
{
    struct torture_rig rig;

    torture_rig_files(&rig, FWD_SOURCE_DIR "/samples/devices/inplace-4k.json",
        FWD_SOURCE_DIR "/samples/images/demo-1.0.0.bin",
        FWD_SOURCE_DIR "/samples/images/demo-1.1.0.bin");
    struct fwd_flash_cost cost = cost_of(&rig);
    ck_assert_uint_ge(cost.scratch, cost.self_read_bytes);
    ck_assert_uint_le(cost.scratch, cost.self_read_bytes * 5 / 4);
    ck_assert_uint_lt(cost.scratch, cost.scratch_uses * 4096u * 3 / 4);
    torture_rig_free(&rig);
}
END_TEST

START_TEST(two_slots_need_neither_staging_nor_scratch)
{
    struct torture_rig rig;

    torture_rig_sample(&rig, "dual-slot");
    struct fwd_flash_cost cost = cost_of(&rig);
    ck_assert_uint_eq(cost.staging, 0);
    ck_assert_uint_eq(cost.scratch, 0);
    ck_assert_uint_ge(cost.slots, rig.new[0].size);
    ck_assert_uint_lt(cost.slots, rig.new[0].size + 256);
    torture_rig_free(&rig);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("flash_cost");
    TCase *tests = tcase_create("flash_cost");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, scratch_setup, scratch_teardown);
    tcase_add_test(tests, a_patch_release_costs_little_more_than_the_least);
    tcase_add_loop_test(tests, wear_is_spread_on_every_geometry, 0, torture_shape_count);
    tcase_add_loop_test(tests, spare_staging_room_spares_the_scratch_blocks, 0, 4);
    tcase_add_test(tests, no_more_than_what_steps_read_is_saved);
    tcase_add_test(tests, two_slots_need_neither_staging_nor_scratch);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
