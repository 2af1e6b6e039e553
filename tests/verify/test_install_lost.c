/* The journal is lost, at every moment of an update, with the same package at hand, another one, or
 * none. Rules 3 and 10 of the installer. [M85] R58 R60 R62 */
#include "tests/verify/rig/install_cuts.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum at_hand { SAME, OTHER, ABSENT, HANDS };

static const char *const shapes[] = {
    "in place, unit 64", "A/B, unit 64", "in place and A/B", "in place, unit 256"};
static bool journal_blank; /* the journal reads erased, not garbage */
enum { SHAPES = sizeof shapes / sizeof shapes[0] };

static void overwrite(struct lab *lab, uint16_t area, uint8_t value)
{
    uint8_t bytes[256];

    memset(bytes, value, sizeof bytes);
    for (uint32_t at = 0; at < lab->areas[area].size; at += (uint32_t)sizeof bytes)
        ck_assert(fwd_nor_poke(lab->nor, area, at, bytes, sizeof bytes));
}

static void put_package(struct lab *lab, const struct fwd_bytes *other, enum at_hand hand)
{
    if (hand == ABSENT)
        overwrite(lab, LAB_AREA_PACKAGE, 0xFF);
    if (hand == OTHER)
        ck_assert(fwd_nor_poke(lab->nor, LAB_AREA_PACKAGE, 0, other->data, (uint32_t)other->size));
}

static bool in_place_hold(const struct lab *lab, const struct lab_image *const *images)
{
    for (uint8_t i = 0; i < lab->shape->place_count; i++) {
        if (lab->shape->places[i].layout == FWD_LAYOUT_IN_PLACE &&
            !lab_slot_holds(lab, i, 0, images[i], false))
            return false;
    }
    return true;
}

/* A package of the same source with another target; its session is another. */
static struct fwd_bytes other_package(struct lab_case *c, struct lab_image *target)
{
    struct lab_recipe recipe = c->recipe;

    lab_image_fill(target, 1000, 77);
    for (uint8_t i = 0; i < recipe.part_count; i++) {
        recipe.parts[i].delta = false;
        recipe.parts[i].target = target;
        recipe.parts[i].target_version = "3.0";
    }
    return lab_package(&recipe);
}

static void full_package_helps(struct lab_case *c)
{
    struct lab_recipe recipe = c->recipe;

    for (uint8_t i = 0; i < recipe.part_count; i++)
        recipe.parts[i].delta = false;
    struct fwd_bytes package = lab_package(&recipe);
    fwd_nor_power_off(c->lab->nor);
    ck_assert_int_eq(lab_install(c->lab, &package, FWD_COMMAND_FULL), FWD_OK);
    const char *unfinished = lab_unfinished(c->lab);
    ck_assert_msg(!unfinished, "%s", unfinished);
    fwd_bytes_free(&package);
}

/* One moment: cut before operation n, lose the journal, boot. Nothing is written for a lost
 * journal: what is intact and has its proof runs, else the device waits for a full package. */
static void lose(struct lab_case *c, uint64_t n, enum at_hand hand, const struct fwd_bytes *other)
{
    struct lab *lab = c->lab;
    struct fwd_nor_cut cut = {n, FWD_NOR_BEFORE, 0, 0};
    char where[80];

    fwd_nor_arm(lab->nor, &cut);
    ck_assert(!lab_cycle(lab));
    (void)snprintf(where, sizeof where, "%s, operation %u, package %d, state %s", lab->shape->name,
        (unsigned)n, (int)hand, fwd_state_name(lab->update.journal.record.state));
    bool old = in_place_hold(lab, lab->old);
    put_package(lab, other, hand);
    overwrite(lab, LAB_AREA_JOURNAL, journal_blank ? 0xFF : 0x5A);
    uint64_t before = fwd_nor_operations(lab->nor);
    ck_assert_int_eq(lab_start(lab), FWD_OK);
    ck_assert(lab->update.journal.lost);
    ck_assert_int_eq(fwd_update_resume(&lab->update), FWD_OK);
    ck_assert_int_eq(fwd_boot_decide(&lab->update, &lab->choice), FWD_OK);
    ck_assert_msg(fwd_nor_operations(lab->nor) == before, "%s: something was written", where);
    ck_assert_msg(!lab_insane(lab), "%s: %s", where, lab_insane(lab));
    if (old)
        ck_assert_msg(lab->choice.action == FWD_BOOT_RUN, "%s: the old firmware is intact", where);
    full_package_helps(c);
}

START_TEST(a_lost_journal_loses_no_firmware)
{
    const char *shape = shapes[_i / HANDS];
    enum at_hand hand = (enum at_hand)(_i % HANDS);

    journal_blank = _i % 2 == 1;
    struct lab_case c = lab_case_delta(lab_shape(shape), lab_pattern("three steps"), false);
    struct lab_image target;
    struct fwd_bytes other = other_package(&c, &target);
    struct lab_cuts cuts;

    lab_cuts_begin(&cuts, c.lab);
    for (uint64_t n = 1; n <= cuts.operations; n++) {
        lab_cuts_restart(&cuts);
        lose(&c, n, hand, &other);
    }
    lab_cuts_end(&cuts);
    fwd_bytes_free(&other);
    lab_case_free(&c);
}
END_TEST

/* Every block of the journal uncorrectable, and working again when it is erased. */
START_TEST(an_unreadable_journal_is_lost_and_used_again)
{
    struct lab_case c =
        lab_case_delta(lab_shape("in place, unit 64"), lab_pattern("three steps"), false);

    ck_assert(fwd_nor_spoil(c.lab->nor, LAB_AREA_JOURNAL, 0, c.lab->areas[LAB_AREA_JOURNAL].size));
    ck_assert_int_eq(lab_start(c.lab), FWD_OK);
    ck_assert(c.lab->update.journal.lost);
    ck_assert_int_eq(lab_install(c.lab, &c.package, FWD_COMMAND_ANY), FWD_E_JOURNAL_LOST);
    ck_assert(!lab_disturbed(c.lab));
    full_package_helps(&c);
    lab_case_free(&c);
}
END_TEST

/* A package that policy refuses does not come in by the back door of a lost journal: here the old
 * release is still in the inactive slot, its package is stored, and the counter says no. [M37] */
START_TEST(a_lost_journal_is_no_way_back_to_an_older_release)
{
    struct lab_case c =
        lab_case_delta(lab_shape("A/B, unit 64"), lab_pattern("three steps"), false);
    struct lab_recipe back = c.recipe;

    c.recipe.parts[0].has_counter = true;
    c.recipe.parts[0].counter = 2;
    lab_case_rebuild(&c);
    ck_assert_int_eq(lab_install(c.lab, &c.package, FWD_COMMAND_ANY), FWD_OK);
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
    ck_assert_uint_eq(c.lab->counters[0], 2);
    back.parts[0].delta = false;
    back.parts[0].target = c.lab->old[0];
    back.parts[0].target_version = "1.0";
    struct fwd_bytes package = lab_package(&back);
    ck_assert_int_eq(lab_install(c.lab, &package, FWD_COMMAND_ANY), FWD_E_ROLLBACK);
    overwrite(c.lab, LAB_AREA_JOURNAL, 0x5A);
    ck_assert_int_eq(lab_start(c.lab), FWD_OK);
    ck_assert_int_eq(lab_install(c.lab, &package, FWD_COMMAND_ANY), FWD_E_ROLLBACK);
    const char *unfinished = lab_unfinished(c.lab);
    ck_assert_msg(!unfinished, "%s", unfinished);
    fwd_bytes_free(&package);
    lab_case_free(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("install_lost");
    TCase *tests = tcase_create("install_lost");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, a_lost_journal_loses_no_firmware, 0, SHAPES * HANDS);
    tcase_add_test(tests, an_unreadable_journal_is_lost_and_used_again);
    tcase_add_test(tests, a_lost_journal_is_no_way_back_to_an_older_release);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
