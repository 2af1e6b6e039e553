/* Two slots, and no version record that can be read at a start: which slot is written. The slot
 * that the record names is not, as it may be readable at the next start, and what runs is not, by
 * whatever proof it runs. R59 R62 */
#include "tests/verify/rig/install_shapes.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define VERSION_MAX 65536

struct blind {
    struct lab_case c;
    struct fwd_bytes third; /* a full package of the old image as version 3.0 */
    uint8_t kept[VERSION_MAX];
};

static void fill_version(struct blind *blind, const uint8_t *bytes)
{
    ck_assert(fwd_nor_poke(
        blind->c.lab->nor, LAB_AREA_VERSION, 0, bytes, blind->c.lab->areas[LAB_AREA_VERSION].size));
}

/* From now on the area reads blank. */
static void blind_it(struct blind *blind)
{
    static uint8_t blank[VERSION_MAX];
    uint32_t size = blind->c.lab->areas[LAB_AREA_VERSION].size;

    ck_assert_uint_le(size, VERSION_MAX);
    memset(blank, 0xFF, sizeof blank);
    ck_assert(fwd_nor_peek(blind->c.lab->nor, LAB_AREA_VERSION, 0, blind->kept, size));
    fill_version(blind, blank);
}

static void decide(struct lab *lab)
{
    ck_assert_int_eq(lab_start(lab), FWD_OK);
    ck_assert_int_eq(fwd_boot_decide(&lab->update, &lab->choice), FWD_OK);
}

static void expect_slot(struct lab *lab, uint8_t slot)
{
    ck_assert_int_eq(lab->choice.action, FWD_BOOT_RUN);
    ck_assert_uint_eq(lab->choice.slot[0], slot);
}

static struct blind *new_device(void)
{
    struct blind *blind = calloc(1, sizeof *blind);

    ck_assert_ptr_nonnull(blind);
    blind->c = lab_case_delta(lab_shape("A/B, unit 64"), lab_pattern("three steps"), false);
    struct lab_recipe recipe = blind->c.recipe;
    recipe.parts[0].delta = false;
    recipe.parts[0].target = blind->c.lab->old[0];
    recipe.parts[0].target_version = "3.0";
    blind->third = lab_package(&recipe);
    return blind;
}

static void free_device(struct blind *blind)
{
    lab_case_free(&blind->c);
    fwd_bytes_free(&blind->third);
    free(blind);
}

struct attempt {
    struct lab *lab;
    const struct fwd_bytes *package;
};

static void install(void *arg)
{
    const struct attempt *attempt = arg;

    (void)lab_install(attempt->lab, attempt->package, FWD_COMMAND_ANY);
}

/* Installs it with a power cut at every 7th operation. */
START_TEST(what_the_record_names_is_not_written_while_it_cannot_be_read)
{
    struct blind *blind = new_device();
    struct lab *lab = blind->c.lab;
    struct attempt attempt = {lab, &blind->third};
    struct fwd_nor_snapshot *before = fwd_nor_snapshot_new(lab->nor);
    bool cut = true;
    unsigned written = 0;

    ck_assert_int_eq(lab_install(lab, &blind->c.package, FWD_COMMAND_ANY), FWD_OK);
    blind_it(blind);
    fwd_nor_save(lab->nor, before);
    for (uint64_t operation = 1; cut; operation += 7) {
        const struct fwd_nor_cut point = {operation, FWD_NOR_HALF, 0, 0};
        fwd_nor_restore(lab->nor, before);
        fwd_nor_arm(lab->nor, &point);
        cut = !fwd_nor_run(lab->nor, install, &attempt);
        fwd_nor_arm(lab->nor, NULL);
        if (!cut)
            break;
        written += lab_slot_holds(lab, 0, 0, lab->old[0], false) ? 0 : 1;
        ck_assert_msg(
            lab_slot_holds(lab, 0, 1, lab->new[0], false), "operation %u", (unsigned)operation);
        fill_version(blind, blind->kept);
        decide(lab);
        if (lab->choice.action == FWD_BOOT_RUN)
            expect_slot(lab, 1);
    }
    ck_assert_uint_gt(written, 2);
    fwd_nor_snapshot_free(before);
    free_device(blind);
}
END_TEST

/* The new slot is complete, the record that is to be replaced cannot be read: this start waits. */
static struct blind *waiting(void)
{
    struct blind *blind = new_device();
    struct lab *lab = blind->c.lab;
    struct fwd_status status;

    blind_it(blind);
    ck_assert_int_eq(lab_install(lab, &blind->c.package, FWD_COMMAND_ANY), FWD_E_VERSION_RECORD);
    fwd_update_status(&lab->update, &status);
    ck_assert_int_eq(status.state, FWD_STATUS_COMMITTING);
    ck_assert(status.pending && !status.destructive);
    ck_assert_uint_eq(status.attempts, 0);
    ck_assert_int_eq(fwd_boot_decide(&lab->update, &lab->choice), FWD_OK);
    expect_slot(lab, 1); /* by the proof in the package area */
    ck_assert_int_eq(fwd_download_begin(&lab->update, 0), FWD_E_UPDATE_PENDING);
    return blind;
}

START_TEST(an_update_waits_for_the_record_once)
{
    struct blind *blind = waiting();
    struct lab *lab = blind->c.lab;

    if (_i == 0)
        fill_version(blind, blind->kept);
    ck_assert_int_eq(lab_boot(lab), FWD_OK);
    expect_slot(lab, 1);
    decide(lab);
    expect_slot(lab, 1);
    ck_assert_int_eq(lab->choice.start, FWD_OK);
    /* only what could be read is there to go back to */
    lab_flip(lab, LAB_AREA_SLOTS + 1, 100, 0x01);
    decide(lab);
    ck_assert_int_eq(lab->choice.action, _i == 0 ? FWD_BOOT_RUN : FWD_BOOT_RECOVERY);
    free_device(blind);
}
END_TEST

/* And that update is given up. */
static struct blind *given_up(void)
{
    struct blind *blind = waiting();

    ck_assert_int_eq(fwd_update_abandon(&blind->c.lab->update, FWD_E_ABANDONED), FWD_OK);
    return blind;
}

/* Nothing is in progress; by the package in its area another slot runs than the record names. */
START_TEST(neither_of_two_slots_is_written_at_the_first_start)
{
    struct blind *blind = given_up();
    struct lab *lab = blind->c.lab;

    fill_version(blind, blind->kept);
    ck_assert_int_eq(lab_start(lab), FWD_OK);
    ck_assert_int_eq(fwd_download_adopt(&lab->update, (uint32_t)blind->c.package.size, 0), FWD_OK);
    blind_it(blind);
    decide(lab);
    expect_slot(lab, 1);
    ck_assert_int_eq(lab_install(lab, &blind->third, FWD_COMMAND_ANY), FWD_E_VERSION_RECORD);
    ck_assert(lab_slot_holds(lab, 0, 0, lab->old[0], false));
    if (_i == 0)
        fill_version(blind, blind->kept);
    decide(lab);
    expect_slot(lab, _i == 0 ? 0 : 1);
    ck_assert_int_eq(lab_install(lab, &blind->third, FWD_COMMAND_ANY), FWD_OK);
    ck_assert_int_eq(lab_boot(lab), FWD_OK);
    ck_assert(lab_runs(lab, 0, lab->old[0]));
    expect_slot(lab, _i == 0 ? 1 : 0);
    ck_assert(lab_slot_holds(lab, 0, _i == 0 ? 0 : 1, lab->old[0], false) == (_i == 0));
    free_device(blind);
}
END_TEST

/* Whoever gives up each update that fails gets on all the same: that a start has waited is known
 * until a version record was found. */
START_TEST(an_update_waits_once_whoever_gives_up)
{
    struct blind *blind = given_up();
    struct lab *lab = blind->c.lab;

    decide(lab);
    expect_slot(lab, 1);
    ck_assert_int_eq(lab_install(lab, &blind->third, FWD_COMMAND_ANY), FWD_OK);
    decide(lab);
    expect_slot(lab, 0);
    ck_assert(lab_slot_holds(lab, 0, 1, lab->new[0], false));
    free_device(blind);
}
END_TEST

/* An update that finds it ends the waiting: the next one that does not waits again. */
START_TEST(what_was_found_since_is_waited_for_again)
{
    struct blind *blind = given_up();
    struct lab *lab = blind->c.lab;

    fill_version(blind, blind->kept);
    ck_assert_int_eq(lab_start(lab), FWD_OK);
    ck_assert_int_eq(
        _i == 0 ? fwd_download_begin(&lab->update, 0) : lab_download(lab, &blind->third, 0),
        FWD_OK);
    blind_it(blind);
    ck_assert_int_eq(lab_install(lab, &blind->third, FWD_COMMAND_ANY), FWD_E_VERSION_RECORD);
    ck_assert(lab_slot_holds(lab, 0, 0, lab->old[0], false));
    free_device(blind);
}
END_TEST

/* A rehearsal in slices that power had ended waits, too, before it goes on to write. */
START_TEST(slices_wait_for_the_record_once)
{
    struct blind *blind = new_device();
    struct lab *lab = blind->c.lab;
    struct fwd_status status = {.state = FWD_STATUS_IDLE};
    enum fwd_reason reason = FWD_OK;
    bool more = true;

    ck_assert_int_eq(lab_start(lab), FWD_OK);
    ck_assert_int_eq(lab_download(lab, &blind->c.package, 0), FWD_OK);
    for (; status.state != FWD_STATUS_REHEARSING; fwd_update_status(&lab->update, &status))
        ck_assert_int_eq(
            fwd_update_rehearse_slice(&lab->update, FWD_COMMAND_ANY, 512, &more), FWD_OK);
    blind_it(blind);
    for (int start = 0; start < 2; start++) {
        ck_assert_int_eq(lab_start(lab), FWD_OK);
        for (more = true; more;)
            reason = fwd_update_rehearse_slice(&lab->update, FWD_COMMAND_ANY, 512, &more);
        ck_assert_int_eq(reason, start == 0 ? FWD_E_VERSION_RECORD : FWD_OK);
        fwd_update_status(&lab->update, &status);
        ck_assert_int_eq(status.state, start == 0 ? FWD_STATUS_REHEARSING : FWD_STATUS_STAGED);
    }
    free_device(blind);
}
END_TEST

/* ---- a slot, and a journal ------------------------------------------------------------------- */

/* The slot that runs gives nothing at one start: the older one runs, and is no source yet, as the
 * erase that an update began there may have been cut. */
START_TEST(a_slot_that_one_start_cannot_read_is_not_written)
{
    static const uint8_t zero[64];
    uint8_t kept[sizeof zero];
    struct blind *blind = new_device();
    struct lab *lab = blind->c.lab;

    ck_assert_int_eq(lab_install(lab, &blind->c.package, FWD_COMMAND_ANY), FWD_OK);
    ck_assert(fwd_nor_peek(lab->nor, LAB_AREA_SLOTS + 1, 512, kept, sizeof kept));
    ck_assert(fwd_nor_poke(lab->nor, LAB_AREA_SLOTS + 1, 512, zero, sizeof zero));
    decide(lab);
    expect_slot(lab, 0);
    ck_assert_int_eq(lab_install(lab, &blind->third, FWD_COMMAND_ANY), FWD_E_SOURCE_READ);
    ck_assert_int_eq(fwd_update_install(&lab->update, FWD_COMMAND_ANY), FWD_E_SOURCE_READ);
    ck_assert(fwd_nor_poke(lab->nor, LAB_AREA_SLOTS + 1, 512, kept, sizeof kept));
    decide(lab);
    expect_slot(lab, 1);
    ck_assert(lab_slot_holds(lab, 0, 1, lab->new[0], false));
    ck_assert_int_eq(lab_install(lab, &blind->third, FWD_COMMAND_ANY), FWD_OK);
    decide(lab);
    expect_slot(lab, 0);
    ck_assert(lab_slot_holds(lab, 0, 1, lab->new[0], false));
    free_device(blind);
}
END_TEST

static void read_journal(struct lab *lab, struct fwd_bytes *bytes)
{
    bytes->size = lab->areas[LAB_AREA_JOURNAL].size;
    bytes->data = malloc(bytes->size);
    ck_assert_ptr_nonnull(bytes->data);
    ck_assert(fwd_nor_peek(lab->nor, LAB_AREA_JOURNAL, 0, bytes->data, (uint32_t)bytes->size));
}

/* What is left of a lost journal whose erase was cut says that a rehearsal of an earlier update is
 * to go on, into the slot that runs now. */
START_TEST(an_older_journal_counts_as_lost)
{
    struct blind *blind = new_device();
    struct lab *lab = blind->c.lab;
    struct attempt attempt = {lab, &blind->c.package};
    struct fwd_nor_cut point = {0, FWD_NOR_BEFORE, 0, 0};
    struct fwd_bytes journal = {0};

    for (uint64_t at = 20; lab->update.journal.record.state != FWD_STATE_REHEARSING; at++) {
        point.operation = at;
        fwd_nor_arm(lab->nor, &point);
        ck_assert(!fwd_nor_run(lab->nor, install, &attempt));
        fwd_nor_arm(lab->nor, NULL);
        ck_assert_int_eq(lab_start(lab), FWD_OK);
    }
    read_journal(lab, &journal);
    ck_assert_int_eq(lab_boot(lab), FWD_OK);
    expect_slot(lab, 1);
    ck_assert(fwd_nor_poke(
        lab->nor, LAB_AREA_JOURNAL, 0, journal.data, lab->areas[LAB_AREA_JOURNAL].size));
    ck_assert_int_eq(lab_start(lab), FWD_OK);
    ck_assert(lab->update.journal.lost);
    uint64_t before = fwd_nor_operations(lab->nor);
    ck_assert_int_eq(lab_boot(lab), FWD_OK);
    expect_slot(lab, 1);
    ck_assert_uint_eq(fwd_nor_operations(lab->nor), before);
    ck_assert(lab_slot_holds(lab, 0, 1, lab->new[0], false));
    fwd_bytes_free(&journal);
    free_device(blind);
}
END_TEST

/* Not so in the middle of the firmware in place: nothing else could go on with it. */
START_TEST(but_not_while_firmware_in_place_is_written)
{
    static uint8_t version[VERSION_MAX];
    struct lab_case c =
        lab_case_delta(lab_shape("in place, unit 64"), lab_pattern("three steps"), false);
    struct attempt attempt = {c.lab, &c.package};
    struct fwd_nor_snapshot *cut = fwd_nor_snapshot_new(c.lab->nor);
    struct fwd_nor_cut point = {20, FWD_NOR_BEFORE, 0, 0};

    fwd_nor_save(c.lab->nor, cut);
    for (; c.lab->update.journal.record.state != FWD_STATE_ACTING; point.operation++) {
        fwd_nor_restore(c.lab->nor, cut);
        fwd_nor_arm(c.lab->nor, &point);
        ck_assert(!fwd_nor_run(c.lab->nor, install, &attempt));
        fwd_nor_arm(c.lab->nor, NULL);
        ck_assert_int_eq(lab_start(c.lab), FWD_OK);
    }
    uint32_t size = c.lab->areas[LAB_AREA_VERSION].size;
    ck_assert_uint_le(size, sizeof version);
    fwd_nor_save(c.lab->nor, cut);
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
    ck_assert(fwd_nor_peek(c.lab->nor, LAB_AREA_VERSION, 0, version, size));
    fwd_nor_restore(c.lab->nor, cut);
    ck_assert(fwd_nor_poke(c.lab->nor, LAB_AREA_VERSION, 0, version, size));
    ck_assert_int_eq(lab_start(c.lab), FWD_OK);
    ck_assert(!c.lab->update.journal.lost);
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
    ck_assert(lab_runs(c.lab, 0, c.lab->new[0]));
    fwd_nor_snapshot_free(cut);
    lab_case_free(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("blind_version");
    TCase *tests = tcase_create("blind_version");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, what_the_record_names_is_not_written_while_it_cannot_be_read);
    tcase_add_loop_test(tests, an_update_waits_for_the_record_once, 0, 2);
    tcase_add_loop_test(tests, neither_of_two_slots_is_written_at_the_first_start, 0, 2);
    tcase_add_test(tests, slices_wait_for_the_record_once);
    tcase_add_test(tests, an_update_waits_once_whoever_gives_up);
    tcase_add_loop_test(tests, what_was_found_since_is_waited_for_again, 0, 2);
    tcase_add_test(tests, a_slot_that_one_start_cannot_read_is_not_written);
    tcase_add_test(tests, an_older_journal_counts_as_lost);
    tcase_add_test(tests, but_not_while_firmware_in_place_is_written);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
