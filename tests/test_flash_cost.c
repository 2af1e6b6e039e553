/* What an update costs the flash, measured by the simulator: wear is spread, nothing is written
 * twice, staging is small. */
#include "module/flash_cost.h"
#include "tests/scratch_folder.h"
#include "tests/torture_rig.h"

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
    struct fwd_flash_meter *meter = fwd_flash_cost_begin(machine);
    ck_assert_ptr_nonnull(meter);
    fwd_machine_power_cycle(machine);
    ck_assert_int_eq(fwd_update_init(&update, &machine->device), FWD_OK);
    ck_assert_int_eq(fwd_download_begin(&update, 0), FWD_OK);
    ck_assert_int_eq(
        fwd_download_write(&update, rig->package.data, (uint32_t)rig->package.size), FWD_OK);
    ck_assert_int_eq(fwd_download_end(&update), FWD_OK);
    ck_assert_int_eq(fwd_update_install(&update, FWD_COMMAND_DELTA), FWD_OK);
    fwd_flash_cost_end(meter, machine, &update, &cost);
    fwd_flash_cost_free(meter);
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
    ck_assert_uint_le(fwd_flash_cost_ratio(&cost), 1350);
    ck_assert_uint_le(cost.staged_bytes, rig.new[0].size / 5);
    ck_assert_uint_gt(cost.nanoseconds, 0);
    torture_rig_free(&rig);
}
END_TEST

/* Scratch blocks take turns: none is erased more than ceil(copies / blocks) + 1 times. */
START_TEST(wear_is_spread_over_the_scratch_blocks)
{
    struct torture_rig rig;

    torture_rig_sample(&rig, "inplace-4k");
    struct fwd_flash_cost cost = cost_of(&rig);
    const uint32_t blocks = 4; /* samples/devices/inplace-4k.json */
    ck_assert_uint_gt(cost.scratch_uses, blocks);
    ck_assert_uint_le(cost.scratch_erases_max, (cost.scratch_uses + blocks - 1) / blocks + 1);
    ck_assert_uint_le(cost.erases_max, (cost.scratch_uses + blocks - 1) / blocks + 1);
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
    tcase_add_test(tests, wear_is_spread_over_the_scratch_blocks);
    tcase_add_test(tests, two_slots_need_neither_staging_nor_scratch);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
