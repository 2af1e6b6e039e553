/* What a package asks of a device besides its own images: releases of other components, and that
 * its own do not go back. */
#include "tests/verify/rig/conditions_rig.h"

#include <check.h>
#include <stdlib.h>

/* ---- dependencies ---------------------------------------------------------------------------- */

/* [M117]: what is installed, by the counter that the factory pinned. */
static const struct {
    const char *name;
    uint32_t release;
    uint32_t counter; /* of radio */
    enum fwd_reason reason;
} installed[] = {
    {"radio", 3, 3, FWD_OK},
    {"radio", 1, UINT32_MAX, FWD_OK},
    {"radio", 4, 3, FWD_E_DEPENDENCY},
    {"radio", 1, 0, FWD_E_DEPENDENCY},
    {"modem", 1, 9, FWD_E_DEPENDENCY},
    {"radi", 1, 9, FWD_E_DEPENDENCY},
};

START_TEST(another_component_must_have_the_release_that_is_needed)
{
    struct lab_case c = conditions_device();

    conditions_only(&c, CONDITIONS_APP);
    lab_count(c.lab, CONDITIONS_RADIO, installed[_i].counter);
    conditions_need(installed[_i].name, installed[_i].release);
    ck_assert_int_eq(conditions_install(&c), installed[_i].reason);
    if (installed[_i].reason != FWD_OK)
        conditions_expect_old(c.lab);
    lab_case_free(&c);
}
END_TEST

/* [M117]: every one of them, the last one too. */
START_TEST(every_dependency_counts)
{
    struct lab_case c = conditions_app();

    conditions_need("radio", 8);
    ck_assert_int_eq(conditions_install(&c), FWD_E_DEPENDENCY);
    conditions_asks.count = 1;
    ck_assert_int_eq(conditions_install(&c), FWD_OK);
    lab_case_free(&c);
}
END_TEST

/* [M116]: what cannot be read is not taken for the end of the list. */
START_TEST(a_list_that_is_not_well_formed_is_refused)
{
    struct lab_case c = conditions_app();

    conditions_need("radio", 300);
    for (conditions_asks.cut = 1; conditions_asks.cut < 8; conditions_asks.cut++) {
        ck_assert_int_eq(conditions_install(&c), FWD_E_MANIFEST_SYNTAX);
        conditions_expect_old(c.lab);
    }
    lab_case_free(&c);
}
END_TEST

/* What was signed with the package that installed it. */
START_TEST(an_installed_release_is_known_by_its_signed_bytes)
{
    struct lab_case c = conditions_device();
    struct lab_part app = c.recipe.parts[CONDITIONS_APP];

    conditions_only(&c, CONDITIONS_RADIO);
    conditions_asks.release[0] = 300;
    ck_assert_int_eq(conditions_install(&c), FWD_OK);
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
    c.recipe.parts[0] = app;
    conditions_asks.release[0] = 0;
    conditions_need("radio", 301);
    ck_assert_int_eq(conditions_install(&c), FWD_E_DEPENDENCY);
    conditions_asks.count = 0;
    conditions_need("radio", 300);
    ck_assert_int_eq(conditions_install(&c), FWD_OK);
    lab_case_free(&c);
}
END_TEST

/* [M117]: as it is after the installation. */
START_TEST(what_the_package_brings_decides_before_what_is_there)
{
    struct lab_case c = conditions_device();

    lab_count(c.lab, CONDITIONS_RADIO, 0);
    conditions_asks.release[CONDITIONS_RADIO] = 9;
    conditions_need("radio", 10);
    ck_assert_int_eq(conditions_install(&c), FWD_E_DEPENDENCY);
    conditions_expect_old(c.lab);
    conditions_asks.count = 0;
    conditions_need("radio", 9);
    ck_assert_int_eq(conditions_install(&c), FWD_OK);
    lab_case_free(&c);
}
END_TEST

START_TEST(an_older_release_of_its_own_is_not_made_good_by_what_is_there)
{
    struct lab_case c = conditions_device();
    const struct lab_part app = c.recipe.parts[CONDITIONS_APP];
    struct lab_part radio = c.recipe.parts[CONDITIONS_RADIO];

    conditions_only(&c, CONDITIONS_RADIO);
    conditions_asks.release[0] = 20;
    ck_assert_int_eq(conditions_install(&c), FWD_OK);
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);

    radio.delta = false;
    radio.target_version = "3.0";
    c.recipe.parts[0] = app;
    c.recipe.parts[1] = radio;
    c.recipe.part_count = 2;
    conditions_asks.release[0] = 0;
    conditions_asks.release[1] = 5;
    conditions_need("radio", 6);
    ck_assert_int_eq(conditions_install(&c), FWD_E_DEPENDENCY);
    conditions_asks.release[1] = 6;
    ck_assert_int_eq(conditions_install(&c), FWD_OK);
    lab_case_free(&c);
}
END_TEST

/* [M117]: damaged data is as none. */
START_TEST(what_would_not_start_is_no_release)
{
    struct lab_case c = conditions_app();

    c.lab->places[CONDITIONS_RADIO].not_needed = true;
    lab_flip(c.lab, LAB_AREA_SLOTS + 2 * CONDITIONS_RADIO, 3, 1);
    ck_assert_int_eq(conditions_install(&c), FWD_E_DEPENDENCY);
    lab_case_free(&c);
}
END_TEST

/* [M117] */
START_TEST(without_the_part_a_package_with_dependencies_is_refused)
{
    struct lab_case c = conditions_app();

    c.lab->device.releases = NULL;
    ck_assert_int_eq(conditions_install(&c), FWD_E_UNKNOWN_CRITICAL);
    conditions_expect_old(c.lab);
    conditions_asks.count = 0;
    ck_assert_int_eq(conditions_install(&c), FWD_OK);
    lab_case_free(&c);
}
END_TEST

/* [M118]: up to `staged` the boot loader does not take the journal's word for it. */
START_TEST(they_are_checked_again_before_firmware_is_written)
{
    struct lab_case c = conditions_app();

    lab_case_rebuild(&c);
    lab_case_rehearse(&c);
    c.lab->device.releases = NULL;
    ck_assert_int_eq(lab_boot(c.lab), FWD_E_UNKNOWN_CRITICAL);
    conditions_expect_old(c.lab);
    lab_case_free(&c);
}
END_TEST

/* [M118]: and not after that, so that a power cut does not end in recovery. */
START_TEST(they_are_not_checked_in_the_middle_of_the_action)
{
    struct lab_case c = conditions_app();

    lab_case_rebuild(&c);
    conditions_cut_in_the_action(&c);
    c.lab->device.releases = NULL;
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
    ck_assert(lab_runs(c.lab, CONDITIONS_APP, c.lab->new[CONDITIONS_APP]));
    lab_case_free(&c);
}
END_TEST

/* ---- the order of releases ------------------------------------------------------------------- */

/* Two packages in a row for the same place: the second puts the first image back. */
static const struct {
    uint32_t first, second;
    uint32_t counter; /* of the second; the first has 2 */
    bool refuse, part;
    enum fwd_reason reason;
} orders[] = {
    {5, 6, 2, true, true, FWD_OK},
    {5, 5, 2, true, true, FWD_OK},
    {5, 4, 2, true, true, FWD_E_DOWNGRADE},
    {5, 4, 2, false, true, FWD_OK},
    {0, 3, 2, true, true, FWD_OK}, /* the counter, 2, is the release number of the first */
    {0, 1, 2, true, true, FWD_E_DOWNGRADE},
    {5, 6, 2, true, false, FWD_E_DOWNGRADE}, /* by the counter, which is equal */
    {5, 0, 2, true, true, FWD_E_DOWNGRADE},
    {5, 0, 3, true, true, FWD_OK}, /* without a number the counter alone decides */
    {5, 4, 3, true, true, FWD_E_DOWNGRADE},
    {5, 6, 1, true, true, FWD_E_ROLLBACK},
};

START_TEST(a_release_does_not_go_back_where_the_policy_says_so)
{
    struct lab_case c = conditions_device();
    struct lab_part *part = &c.recipe.parts[0];

    c.lab->device.policy.refuse_downgrade = orders[_i].refuse;
    conditions_only(&c, CONDITIONS_RADIO);
    part->has_counter = true;
    part->counter = 2;
    conditions_asks.release[0] = orders[_i].first;
    ck_assert_int_eq(conditions_install(&c), FWD_OK);
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);

    const struct lab_image *old = part->source;
    part->source = part->target;
    part->target = old;
    part->delta = false;
    part->source_version = NULL;
    part->target_version = "1.9";
    part->counter = orders[_i].counter;
    conditions_asks.release[0] = orders[_i].second;
    if (!orders[_i].part)
        c.lab->device.releases = NULL;
    ck_assert_int_eq(conditions_install(&c), orders[_i].reason);
    lab_case_free(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("conditions");
    TCase *tcase = tcase_create("conditions");

    tcase_add_loop_test(tcase, another_component_must_have_the_release_that_is_needed, 0,
        sizeof installed / sizeof installed[0]);
    tcase_add_test(tcase, every_dependency_counts);
    tcase_add_test(tcase, a_list_that_is_not_well_formed_is_refused);
    tcase_add_test(tcase, an_installed_release_is_known_by_its_signed_bytes);
    tcase_add_test(tcase, what_the_package_brings_decides_before_what_is_there);
    tcase_add_test(tcase, an_older_release_of_its_own_is_not_made_good_by_what_is_there);
    tcase_add_test(tcase, what_would_not_start_is_no_release);
    tcase_add_test(tcase, without_the_part_a_package_with_dependencies_is_refused);
    tcase_add_test(tcase, they_are_checked_again_before_firmware_is_written);
    tcase_add_test(tcase, they_are_not_checked_in_the_middle_of_the_action);
    tcase_add_loop_test(tcase, a_release_does_not_go_back_where_the_policy_says_so, 0,
        sizeof orders / sizeof orders[0]);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
