/* A place that the factory left empty starts only while nothing is in it. */
#include "tests/verify/rig/install_shapes.h"
#include "verify/flash/area.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static enum fwd_boot_action start(struct lab *lab)
{
    fwd_nor_power_off(lab->nor);
    ck_assert_int_eq(lab_start(lab), FWD_OK);
    ck_assert_int_eq(fwd_boot_decide(&lab->update, &lab->choice), FWD_OK);
    return lab->choice.action;
}

static void fill(const struct lab *lab, uint16_t area, uint8_t value)
{
    uint8_t bytes[256];

    memset(bytes, value, sizeof bytes);
    for (uint32_t at = 0; at < lab->areas[area].size; at += (uint32_t)sizeof bytes)
        ck_assert(fwd_nor_poke(lab->nor, area, at, bytes, sizeof bytes));
}

static void cycle(void *lab)
{
    (void)lab_install(lab, &((struct lab *)lab)->package, FWD_COMMAND_ANY);
}

START_TEST(an_empty_place_that_was_half_written_does_not_start)
{
    struct lab_case c =
        lab_case_full(lab_shape("boot and app in place"), lab_pattern("three steps"));
    const struct lab_image *old[LAB_PLACES_MAX] = {c.images, NULL};

    lab_free(c.lab);
    c.lab = lab_new(lab_shape("boot and app in place"), old);
    struct lab *lab = c.lab;
    c.recipe.parts[0] = c.recipe.parts[1]; /* app alone */
    c.recipe.part_count = 1;
    lab_case_rebuild(&c);
    ck_assert_int_eq(start(lab), FWD_BOOT_RUN);
    bool half = false;
    struct fwd_nor_snapshot *base = fwd_nor_snapshot_new(lab->nor);
    fwd_nor_save(lab->nor, base);
    for (uint64_t operation = 20; !half && operation < 1000; operation++) {
        const struct fwd_nor_cut cut = {operation, FWD_NOR_HALF, 0, 0};
        fwd_nor_restore(lab->nor, base);
        fwd_nor_power_off(lab->nor);
        fwd_nor_power_on(lab->nor);
        fwd_nor_arm(lab->nor, &cut);
        if (fwd_nor_run(lab->nor, cycle, lab))
            break;
        ck_assert_int_eq(lab_start(lab), FWD_OK);
        half = lab->update.journal.record.state == FWD_STATE_ACTING &&
               lab->update.journal.record.step > 1;
    }
    fwd_nor_snapshot_free(base);
    ck_assert(half);
    fill(lab, LAB_AREA_PACKAGE, 0xFF); /* worn, or somebody's work */
    (void)lab_boot(lab);
    ck_assert_msg(lab->choice.action != FWD_BOOT_RUN, "a half-written place runs");
    lab_case_free(&c);
}
END_TEST

/* Steps of somebody who writes journal and staging, then a record that says: empty. */
START_TEST(an_empty_place_that_is_not_empty_does_not_start)
{
    const struct lab_image *old[LAB_PLACES_MAX] = {NULL};
    struct lab_case c =
        lab_case_full(lab_shape("boot and app in place"), lab_pattern("three steps"));

    old[0] = c.images;
    lab_free(c.lab);
    c.lab = lab_new(lab_shape("boot and app in place"), old);
    ck_assert_int_eq(start(c.lab), FWD_BOOT_RUN);
    lab_flip(c.lab, LAB_AREA_SLOTS + 2, 100, 0xA5);
    ck_assert_msg(start(c.lab) != FWD_BOOT_RUN, "a place that is not empty runs");
    lab_case_free(&c);
}
END_TEST

/* The one place that the device needs is pinned as empty; a package of another place is found. */
START_TEST(a_device_without_firmware_does_not_start_by_the_package_of_its_data)
{
    const struct lab_image *old[LAB_PLACES_MAX] = {NULL};
    struct lab_case c =
        lab_case_full(lab_shape("boot and app in place"), lab_pattern("three steps"));
    static const uint8_t junk[64] = {1, 2, 3, 4};

    lab_free(c.lab);
    c.lab = lab_new(lab_shape("boot and app in place"), old);
    struct lab *lab = c.lab;
    lab->places[1].not_needed = true;
    c.recipe.parts[0] = c.recipe.parts[1];
    c.recipe.part_count = 1;
    lab_case_rebuild(&c);
    ck_assert_int_eq(start(lab), FWD_BOOT_RECOVERY);
    if (_i == 1)
        ck_assert(fwd_nor_poke(lab->nor, LAB_AREA_SLOTS, 0, junk, sizeof junk));
    ck_assert(
        fwd_nor_poke(lab->nor, LAB_AREA_PACKAGE, 0, c.package.data, (uint32_t)c.package.size));
    ck_assert_msg(start(lab) != FWD_BOOT_RUN, "nothing was ever installed, and it runs");
    lab_case_free(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("empty_place");
    TCase *tests = tcase_create("empty_place");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, an_empty_place_that_was_half_written_does_not_start);
    tcase_add_test(tests, an_empty_place_that_is_not_empty_does_not_start);
    tcase_add_loop_test(
        tests, a_device_without_firmware_does_not_start_by_the_package_of_its_data, 0, 2);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
