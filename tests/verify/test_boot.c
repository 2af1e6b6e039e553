/* The boot decision: from every recorded state, and what it says about slots and outcomes. */
#include "tests/verify/rig/install_shapes.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct lab_case device(const char *shape)
{
    return lab_case_delta(lab_shape(shape), lab_pattern("three steps"), false);
}

static void decide(struct lab *lab)
{
    ck_assert_int_eq(lab_start(lab), FWD_OK);
    ck_assert_int_eq(fwd_boot_decide(&lab->update, &lab->choice), FWD_OK);
}

/* Twice: a single record is one that was in flight. */
static void put_record(struct lab *lab, const struct fwd_record *record)
{
    struct fwd_record next = *record;
    uint8_t bytes[FWD_RECORD_SIZE];

    for (uint32_t i = 0; i < 2; i++) {
        next.sequence = record->sequence + i;
        fwd_record_encode(&next, bytes);
        ck_assert(
            fwd_nor_poke(lab->nor, LAB_AREA_JOURNAL, i * FWD_RECORD_SIZE, bytes, sizeof bytes));
    }
}

static const struct {
    uint8_t state;
    enum fwd_boot_action action;
    bool pending; /* an outcome */
} states[] = {
    {FWD_STATE_IDLE, FWD_BOOT_RUN, false},
    {FWD_STATE_DOWNLOADING, FWD_BOOT_RUN, false},
    {FWD_STATE_REHEARSING, FWD_BOOT_RESUME, false},
    {FWD_STATE_STAGED, FWD_BOOT_RESUME, false},
    {FWD_STATE_ACTING, FWD_BOOT_RESUME, false},
    {FWD_STATE_VERIFIED, FWD_BOOT_RESUME, false},
    {FWD_STATE_SWITCHED, FWD_BOOT_RESUME, false},
    {FWD_STATE_DONE, FWD_BOOT_RUN, true},
    {FWD_STATE_FAILED, FWD_BOOT_RUN, true},
    {FWD_STATE_REPORTED, FWD_BOOT_RUN, false},
};

/* R58 R59 R60 R62 R65. Whatever the journal says of the firmware: what is intact and proven runs.
 */
START_TEST(each_state_has_its_action_and_deciding_writes_nothing)
{
    struct lab_case c = device("in place, unit 64");

    for (int destructive = 0; destructive < 2; destructive++) {
        struct fwd_record record = {.sequence = 9u + 9u * (uint32_t)destructive,
            .state = states[_i].state,
            .reason = states[_i].state == FWD_STATE_FAILED ? FWD_E_STREAM_INVALID : FWD_OK,
            .flags = FWD_RECORD_STARTED | (destructive ? FWD_RECORD_DESTRUCTIVE : 0)};
        put_record(c.lab, &record);
        uint64_t before = fwd_nor_operations(c.lab->nor);
        decide(c.lab);
        ck_assert_int_eq(c.lab->choice.action, states[_i].action);
        ck_assert_int_eq(c.lab->choice.outcome_pending, states[_i].pending);
        ck_assert_int_eq(c.lab->choice.outcome, (enum fwd_reason)record.reason);
        ck_assert_uint_eq(fwd_nor_operations(c.lab->nor), before);
    }
    lab_case_free(&c);
}
END_TEST

START_TEST(two_slots_take_turns)
{
    struct lab_case c = device("A/B, unit 64");
    struct lab_recipe recipe = c.recipe;

    decide(c.lab);
    ck_assert_uint_eq(c.lab->choice.slot[0], 0);
    for (uint8_t i = 0; i < 4; i++) {
        recipe.parts[0].delta = false;
        recipe.parts[0].target = i % 2 == 0 ? c.lab->new[0] : c.lab->old[0];
        recipe.parts[0].target_version = i % 2 == 0 ? "2.0" : "1.0";
        struct fwd_bytes package = lab_package(&recipe);
        ck_assert_int_eq(lab_install(c.lab, &package, FWD_COMMAND_FULL), FWD_OK);
        decide(c.lab);
        ck_assert_uint_eq(c.lab->choice.slot[0], i % 2 == 0 ? 1 : 0);
        ck_assert(lab_runs(c.lab, 0, recipe.parts[0].target));
        fwd_bytes_free(&package);
    }
    lab_case_free(&c);
}
END_TEST

START_TEST(an_outcome_is_pending_until_it_is_reported)
{
    struct lab_case c = device("in place, unit 64");

    ck_assert_int_eq(lab_install(c.lab, &c.package, FWD_COMMAND_ANY), FWD_OK);
    for (int i = 0; i < 2; i++) {
        decide(c.lab);
        ck_assert(c.lab->choice.outcome_pending);
        ck_assert_int_eq(c.lab->choice.outcome, FWD_OK);
    }
    ck_assert_int_eq(fwd_update_reported(&c.lab->update), FWD_OK);
    decide(c.lab);
    ck_assert(!c.lab->choice.outcome_pending);
    uint64_t before = fwd_nor_operations(c.lab->nor);
    ck_assert_int_eq(fwd_update_reported(&c.lab->update), FWD_OK);
    ck_assert_uint_eq(fwd_nor_operations(c.lab->nor), before);
    lab_case_free(&c);
}
END_TEST

/* Firmware that is not what was signed does not run, and nothing but a complete one ends that. */
START_TEST(neither_reports_nor_downloads_make_firmware_intact)
{
    struct lab_case c = device("in place, unit 64");
    struct fwd_record record = {
        .sequence = 9, .state = FWD_STATE_FAILED, .flags = FWD_RECORD_DESTRUCTIVE};

    put_record(c.lab, &record);
    lab_flip(c.lab, LAB_AREA_SLOTS, 100, 0x01);
    decide(c.lab);
    ck_assert_int_eq(c.lab->choice.action, FWD_BOOT_RECOVERY);
    ck_assert_int_eq(c.lab->choice.start, FWD_E_TARGET_CORRUPT);
    ck_assert_int_eq(fwd_update_reported(&c.lab->update), FWD_OK);
    decide(c.lab);
    ck_assert_int_eq(c.lab->choice.action, FWD_BOOT_RECOVERY);
    /* R62: not even by a download that is broken off, or refused. */
    ck_assert_int_eq(fwd_download_begin(&c.lab->update, 0), FWD_OK);
    decide(c.lab);
    ck_assert_int_eq(c.lab->choice.action, FWD_BOOT_RECOVERY);
    c.package.data[0] ^= 1;
    ck_assert_int_eq(lab_install(c.lab, &c.package, FWD_COMMAND_ANY), FWD_E_BAD_MAGIC);
    decide(c.lab);
    ck_assert_int_eq(c.lab->choice.action, FWD_BOOT_RECOVERY);
    lab_flip(c.lab, LAB_AREA_SLOTS, 100, 0x01);
    decide(c.lab);
    ck_assert_int_eq(c.lab->choice.action, FWD_BOOT_RUN);
    lab_case_free(&c);
}
END_TEST

/* A journal that is erased in service, and a version record in either block. [M90] */
START_TEST(a_blank_journal_runs_what_the_newest_version_record_says)
{
    struct lab_case c = device("A/B, unit 64");
    uint8_t blank[1024];

    ck_assert_int_eq(lab_install(c.lab, &c.package, FWD_COMMAND_ANY), FWD_OK);
    memset(blank, 0xFF, sizeof blank);
    for (uint32_t at = 0; at < c.lab->areas[LAB_AREA_JOURNAL].size; at += 1024)
        ck_assert(fwd_nor_poke(c.lab->nor, LAB_AREA_JOURNAL, at, blank, 1024));
    decide(c.lab);
    ck_assert_int_eq(c.lab->choice.action, FWD_BOOT_RUN);
    ck_assert_uint_eq(c.lab->choice.slot[0], 1);
    /* The next record must go on naming that block. */
    ck_assert_int_eq(fwd_download_begin(&c.lab->update, 0), FWD_OK);
    decide(c.lab);
    ck_assert_uint_eq(c.lab->choice.slot[0], 1);
    lab_case_free(&c);
}
END_TEST

/* The current slot rots, the older one runs: an update, also one to what the record names, writes
 * the slot that rotted, is made from what runs, and leaves it as the way back; but not on the word
 * of one start. */
static const struct {
    bool delta;
    const char *version;
} repairs[] = {{true, "2.0"}, {false, "2.0"}, {false, "3.0"}};

static void rot(struct lab *lab)
{
    static const uint8_t zero[64];

    ck_assert(fwd_nor_poke(lab->nor, LAB_AREA_SLOTS + 1, 512, zero, sizeof zero));
    decide(lab);
    ck_assert_int_eq(lab->choice.action, FWD_BOOT_RUN);
    ck_assert_uint_eq(lab->choice.slot[0], 0);
}

START_TEST(what_runs_is_not_written_after_falling_back)
{
    struct lab_case c = device("A/B, unit 64");
    struct lab_recipe recipe = c.recipe;

    ck_assert_int_eq(lab_install(c.lab, &c.package, FWD_COMMAND_ANY), FWD_OK);
    rot(c.lab);
    recipe.parts[0].delta = repairs[_i].delta;
    recipe.parts[0].target_version = repairs[_i].version;
    struct fwd_bytes package = lab_package(&recipe);
    ck_assert_int_eq(lab_install(c.lab, &package, FWD_COMMAND_ANY), FWD_E_SOURCE_READ);
    decide(c.lab);
    ck_assert_uint_eq(c.lab->choice.slot[0], 0);
    ck_assert_int_eq(lab_install(c.lab, &package, FWD_COMMAND_ANY), FWD_OK);
    decide(c.lab);
    ck_assert_uint_eq(c.lab->choice.slot[0], 1);
    ck_assert(lab_runs(c.lab, 0, recipe.parts[0].target));
    ck_assert(lab_slot_holds(c.lab, 0, 0, c.lab->old[0], false));
    rot(c.lab);
    fwd_bytes_free(&package);
    lab_case_free(&c);
}
END_TEST

/* Two places of one package: never one of the new set beside one of the set before. */
START_TEST(what_falls_back_does_so_as_a_whole)
{
    struct lab_shape two = *lab_shape("A/B, unit 64");

    two.places[1] = two.places[0];
    two.places[1].name = "radio";
    two.place_count = 2;
    struct lab_case c = lab_case_delta(&two, lab_pattern("three steps"), false);
    ck_assert_int_eq(lab_install(c.lab, &c.package, FWD_COMMAND_ANY), FWD_OK);
    decide(c.lab);
    ck_assert(c.lab->choice.slot[0] == 1 && c.lab->choice.slot[1] == 1);
    lab_flip(c.lab, (uint16_t)(LAB_AREA_SLOTS + 1 + 2 * _i), 512, 0x01);
    decide(c.lab);
    ck_assert_int_eq(c.lab->choice.action, FWD_BOOT_RUN);
    ck_assert(c.lab->choice.slot[0] == 0 && c.lab->choice.slot[1] == 0);
    lab_flip(c.lab, (uint16_t)(LAB_AREA_SLOTS + 2 - 2 * _i), 512, 0x01);
    decide(c.lab);
    ck_assert_int_eq(c.lab->choice.action, FWD_BOOT_RECOVERY);
    lab_case_free(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("boot");
    TCase *tests = tcase_create("boot");
    SRunner *runner = srunner_create(suite);

    tcase_add_loop_test(tests, each_state_has_its_action_and_deciding_writes_nothing, 0,
        sizeof states / sizeof states[0]);
    tcase_add_test(tests, two_slots_take_turns);
    tcase_add_loop_test(
        tests, what_runs_is_not_written_after_falling_back, 0, sizeof repairs / sizeof repairs[0]);
    tcase_add_loop_test(tests, what_falls_back_does_so_as_a_whole, 0, 2);
    tcase_add_test(tests, an_outcome_is_pending_until_it_is_reported);
    tcase_add_test(tests, neither_reports_nor_downloads_make_firmware_intact);
    tcase_add_test(tests, a_blank_journal_runs_what_the_newest_version_record_says);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
