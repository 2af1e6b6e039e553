/* What the installer does besides the plain way: nothing when everything is there, the right lines,
 * the right order of components, only blocks that change; and what it does about bytes that rot. */
#include "format/record/step.h"
#include "tests/verify/rig/install_cuts.h"
#include "verify/rehearse/backup.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct lab_case delta(const char *shape, const char *pattern)
{
    return lab_case_delta(lab_shape(shape), lab_pattern(pattern), false);
}

/* Cuts power before operation n and says what the journal's last record is. */
static enum fwd_state cut_at(struct lab *lab, uint64_t n)
{
    struct fwd_nor_cut cut = {n, FWD_NOR_BEFORE, 0, 0};

    fwd_nor_arm(lab->nor, &cut);
    ck_assert(!lab_cycle(lab));
    fwd_nor_arm(lab->nor, NULL);
    ck_assert_int_eq(lab_start(lab), FWD_OK);
    enum fwd_state state = (enum fwd_state)lab->update.journal.record.state;
    fwd_nor_power_off(lab->nor);
    return state;
}

/* ---- already installed ----------------------------------------------------------------------- */

/* R49 rule 11 */
START_TEST(an_installed_package_is_done_at_once_and_without_a_write)
{
    struct lab_case c = delta(lab_shapes[_i].name, "code inserted");

    ck_assert_int_eq(lab_install(c.lab, &c.package, FWD_COMMAND_DELTA), FWD_OK);
    ck_assert_int_eq(lab_start(c.lab), FWD_OK);
    ck_assert_int_eq(lab_download(c.lab, &c.package, 0), FWD_OK);
    uint64_t before = fwd_nor_operations(c.lab->nor);
    ck_assert_int_eq(fwd_update_install(&c.lab->update, FWD_COMMAND_DELTA), FWD_OK);
    ck_assert_uint_eq(fwd_nor_operations(c.lab->nor), before);
    ck_assert_uint_eq(c.lab->line_count, 0);
    lab_case_free(&c);
}
END_TEST

/* [M92] [M51] R36 */
START_TEST(an_installed_target_does_not_excuse_a_damaged_package)
{
    struct lab_case c = delta("in place, unit 64", "one byte changed");

    ck_assert_int_eq(lab_install(c.lab, &c.package, FWD_COMMAND_DELTA), FWD_OK);
    c.package.data[c.package.size - 1] ^= 1;
    ck_assert_int_eq(lab_install(c.lab, &c.package, FWD_COMMAND_DELTA), FWD_E_PAYLOAD_DIGEST);
    c.package.data[c.package.size - 1] ^= 1;
    c.package.data[20] ^= 1;
    ck_assert_int_eq(lab_install(c.lab, &c.package, FWD_COMMAND_DELTA), FWD_E_BAD_SIGNATURE);
    lab_case_free(&c);
}
END_TEST

/* ---- progress -------------------------------------------------------------------------------- */

static void expect_line(
    const struct lab *lab, unsigned i, enum fwd_progress phase, uint32_t percent)
{
    ck_assert_uint_lt(i, lab->line_count);
    ck_assert_int_eq(lab->lines[i].phase, phase);
    ck_assert_uint_eq(lab->lines[i].percent, percent);
}

/* R25 R29: 0..100, then 1..100; that they only grow the rig watches itself. */
START_TEST(progress_is_told_from_the_first_to_the_last)
{
    struct lab_case c = delta(lab_shapes[_i].name, "code inserted");
    unsigned turn = 0;

    ck_assert_int_eq(lab_install(c.lab, &c.package, FWD_COMMAND_DELTA), FWD_OK);
    while (turn < c.lab->line_count && c.lab->lines[turn].phase == FWD_PROGRESS_VALIDATION)
        turn++;
    ck_assert_uint_gt(turn, 3);
    expect_line(c.lab, 0, FWD_PROGRESS_VALIDATION, 0);
    expect_line(c.lab, turn - 1, FWD_PROGRESS_VALIDATION, 100);
    expect_line(c.lab, turn, FWD_PROGRESS_INSTALLATION, 1);
    expect_line(c.lab, c.lab->line_count - 1, FWD_PROGRESS_INSTALLATION, 100);
    ck_assert_str_eq(lab_trouble(c.lab), "");
    lab_case_free(&c);
}
END_TEST

/* R58 R59 R61: what goes on after a power cut tells installation only, once it had begun. */
START_TEST(a_resumed_installation_tells_its_progress)
{
    struct lab_case c = delta("in place, unit 64", "code inserted");
    struct lab_cuts cuts;

    lab_cuts_begin(&cuts, c.lab);
    for (uint64_t n = 1; n <= cuts.operations; n++) {
        lab_cuts_restart(&cuts);
        enum fwd_state state = cut_at(c.lab, n);
        if (state < FWD_STATE_STAGED || state > FWD_STATE_SWITCHED)
            continue;
        ck_assert(lab_cycle(c.lab));
        ck_assert(c.lab->resumed);
        expect_line(c.lab, 0, FWD_PROGRESS_INSTALLATION, 1);
        expect_line(c.lab, c.lab->line_count - 1, FWD_PROGRESS_INSTALLATION, 100);
    }
    lab_cuts_end(&cuts);
    lab_case_free(&c);
}
END_TEST

/* [M14]: what was authenticated is not read a second time from flash that can change. */
START_TEST(header_and_manifest_are_read_once)
{
    struct lab_case c = delta(lab_shapes[_i].name, "code inserted");
    struct fwd_header header;

    ck_assert_int_eq(fwd_header_decode(c.package.data, c.package.size, &header), FWD_OK);
    c.lab->signed_size = FWD_HEADER_SIZE + (uint32_t)header.manifest_size;
    ck_assert_int_eq(lab_install(c.lab, &c.package, FWD_COMMAND_ANY), FWD_OK);
    ck_assert_uint_eq(c.lab->signed_reads, c.lab->signed_size);
    lab_case_free(&c);
}
END_TEST

/* ---- what is written, and in which order ----------------------------------------------------- */

/* [M72] */
START_TEST(only_blocks_that_change_are_erased_and_each_once)
{
    struct lab_case c = delta("in place, unit 64", "three steps");
    const struct lab_image *old = c.lab->old[0], *new = c.lab->new[0];

    ck_assert_int_eq(lab_install(c.lab, &c.package, FWD_COMMAND_DELTA), FWD_OK);
    for (uint32_t block = 0; block < 8; block++) {
        bool same = memcmp(old->bytes + 256 * block, new->bytes + 256 * block, 256) == 0;
        ck_assert_uint_eq(fwd_nor_block_erases(c.lab->nor, LAB_AREA_SLOTS, block), same ? 0 : 1);
    }
    lab_case_free(&c);
}
END_TEST

/* [M86] */
START_TEST(a_block_that_happens_to_be_equal_is_written_all_the_same)
{
    struct lab_case c = delta("A/B, unit 64", "three steps");
    const struct lab_image *new = c.lab->new[0];

    ck_assert(fwd_nor_poke(c.lab->nor, LAB_AREA_SLOTS + 1, 0, new->bytes, new->size));
    ck_assert_int_eq(lab_install(c.lab, &c.package, FWD_COMMAND_DELTA), FWD_OK);
    for (uint32_t block = 0; block < (new->size + 255) / 256; block++)
        ck_assert_uint_eq(fwd_nor_block_erases(c.lab->nor, LAB_AREA_SLOTS + 1, block), 1);
    lab_case_free(&c);
}
END_TEST

/* Rule 7 R4 R64: inactive slots before anything in place, boot code after everything else. */
START_TEST(components_are_written_in_a_safe_order)
{
    struct lab_case c =
        delta(_i == 0 ? "in place and A/B" : "boot and app in place", "three steps");
    struct lab_cuts cuts;
    const uint8_t later = 0, earlier = 1;
    bool met = false;

    lab_cuts_begin(&cuts, c.lab);
    for (uint64_t n = 1; n <= cuts.operations; n++) {
        lab_cuts_restart(&cuts);
        (void)cut_at(c.lab, n);
        if (lab_slot_holds(c.lab, later, 0, c.lab->old[later], false))
            continue;
        met = true;
        ck_assert_msg(lab_slot_holds(c.lab, earlier, _i == 0 ? 1 : 0, c.lab->new[earlier], true),
            "before operation %u", (unsigned)n);
    }
    ck_assert(met);
    lab_cuts_end(&cuts);
    lab_case_free(&c);
}
END_TEST

/* ---- rot ------------------------------------------------------------------------------------- */

/* The first operation before which the journal says `state`, with this many steps done. */
static uint64_t first_in(struct lab_cuts *cuts, enum fwd_state state, bool saved)
{
    for (uint64_t n = 1; n <= cuts->operations; n++) {
        lab_cuts_restart(cuts);
        bool here = cut_at(cuts->lab, n) == state;
        bool flag = (cuts->lab->update.journal.record.flags & FWD_RECORD_SAVED) != 0;
        if (here && flag == saved)
            return n;
    }
    ck_abort_msg("state %d never comes", (int)state);
    return 0;
}

/* [M66] [M67]: damage after `staged` and before the first write is staged again. */
START_TEST(damaged_staging_is_staged_again_while_the_source_is_whole)
{
    struct lab_case c = delta("in place, unit 64", "code inserted");
    struct lab_cuts cuts;

    lab_cuts_begin(&cuts, c.lab);
    uint64_t n = first_in(&cuts, FWD_STATE_STAGED, false);
    uint32_t end = c.lab->update.journal.record.staging_end;
    for (uint32_t at = 0; at < end; at += 13) {
        lab_cuts_restart(&cuts);
        (void)cut_at(c.lab, n);
        lab_flip(c.lab, LAB_AREA_STAGING, at, 0x10);
        ck_assert(lab_cycle(c.lab));
        ck_assert_msg(c.lab->result == FWD_OK, "byte %u: %s", (unsigned)at,
            fwd_reason_info(c.lab->result)->name);
        ck_assert(!lab_unfinished(c.lab));
    }
    lab_cuts_end(&cuts);
    lab_case_free(&c);
}
END_TEST

static void install_full(struct lab_case *c)
{
    struct lab_recipe recipe = c->recipe;

    for (uint8_t i = 0; i < recipe.part_count; i++)
        recipe.parts[i].delta = false;
    struct fwd_bytes package = lab_package(&recipe);
    ck_assert_int_eq(lab_install(c->lab, &package, FWD_COMMAND_FULL), FWD_OK);
    const char *unfinished = lab_unfinished(c->lab);
    ck_assert_msg(!unfinished, "%s", unfinished);
    fwd_bytes_free(&package);
}

/* The starts that are left until the attempts are spent, each with the same code. */
static void spend_attempts(struct lab_case *c, int spent, uint16_t code)
{
    c->lab->faulty = true;
    for (int i = spent; i < 3; i++) {
        fwd_nor_power_off(c->lab->nor);
        ck_assert(lab_cycle(c->lab));
        ck_assert_uint_eq(fwd_reason_code(c->lab->result), code);
    }
}

static void expect_recovery(struct lab_case *c)
{
    fwd_nor_power_off(c->lab->nor);
    ck_assert_int_ne(lab_boot(c->lab), FWD_OK); /* each start tries again first */
    /* Firmware that is intact is never withheld, but no delta is taken over it. */
    ck_assert_int_eq(
        c->lab->choice.action, lab_slot_holds(c->lab, 0, 0, c->lab->old[0], false) ||
                                       lab_slot_holds(c->lab, 0, 0, c->lab->new[0], false)
                                   ? FWD_BOOT_RUN
                                   : FWD_BOOT_RECOVERY);
    ck_assert_int_eq(
        lab_install(c->lab, &c->package, FWD_COMMAND_DELTA), FWD_E_RECOVERY_NEEDS_FULL);
    install_full(c);
}

/* Rule 9: past the first write, the attempts, then recovery with a full package; a delta is
 * refused. */
START_TEST(damaged_staging_after_the_first_write_ends_in_recovery)
{
    struct lab_case c = delta("in place, unit 64", "code inserted");
    struct lab_cuts cuts;

    c.lab->faulty = true;
    lab_cuts_begin(&cuts, c.lab);
    uint64_t n = first_in(&cuts, FWD_STATE_VERIFIED, false) - 12;
    lab_cuts_restart(&cuts);
    ck_assert_int_eq(cut_at(c.lab, n), FWD_STATE_ACTING);
    lab_flip(c.lab, LAB_AREA_STAGING, FWD_STAGING_HEAD_SIZE + 5, 0x10);
    for (int i = 0; i < 3; i++) {
        ck_assert(lab_cycle(c.lab));
        ck_assert_uint_eq(fwd_reason_code(c.lab->result), 230);
        fwd_nor_power_off(c.lab->nor);
    }
    expect_recovery(&c);
    lab_cuts_end(&cuts);
    lab_case_free(&c);
}
END_TEST

/* [M70]: the source changed after the rehearsal; the step that copies it stops before its erase. */
START_TEST(a_source_that_rots_after_the_rehearsal_stops_the_step_before_the_erase)
{
    struct lab_case c = delta("in place, unit 64", "code inserted");
    struct lab_cuts cuts;

    lab_cuts_begin(&cuts, c.lab);
    uint64_t n = first_in(&cuts, FWD_STATE_STAGED, false);
    lab_cuts_restart(&cuts);
    (void)cut_at(c.lab, n);
    lab_flip(c.lab, LAB_AREA_SLOTS, 400, 0x01);
    uint64_t writes = lab_slot_writes(c.lab);
    ck_assert(lab_cycle(c.lab));
    ck_assert_int_eq(c.lab->result, FWD_E_STEP_RESULT);
    spend_attempts(&c, 1, 195);
    ck_assert_uint_eq(lab_slot_writes(c.lab), writes);
    expect_recovery(&c);
    lab_cuts_end(&cuts);
    lab_case_free(&c);
}
END_TEST

/* [M71] R47: the saved block rots while the block itself is erased. */
START_TEST(a_saved_block_that_rots_is_corruption)
{
    struct lab_case c = delta("in place, unit 64", "code inserted");
    struct lab_cuts cuts;

    lab_cuts_begin(&cuts, c.lab);
    uint64_t n = first_in(&cuts, FWD_STATE_ACTING, true) + 1; /* after the erase of the block */
    lab_cuts_restart(&cuts);
    (void)cut_at(c.lab, n);
    const struct fwd_record *record = &c.lab->update.journal.record;
    struct fwd_backup place =
        fwd_backup_place(c.lab->update.device, record->staging_end, record->scratch);
    lab_flip(c.lab, place.area->id, place.offset + 100, 0x01);
    ck_assert(lab_cycle(c.lab));
    ck_assert_uint_eq(fwd_reason_code(c.lab->result), 195);
    spend_attempts(&c, 1, 195);
    expect_recovery(&c);
    lab_cuts_end(&cuts);
    lab_case_free(&c);
}
END_TEST

/* ---- limits and misuse ----------------------------------------------------------------------- */

/* Rule 9 */
START_TEST(as_many_attempts_as_the_policy_says)
{
    struct lab_case c = delta("in place, unit 64", "code inserted");
    struct fwd_nor_fault fault = {
        .operation = FWD_NOR_PROGRAM, .effect = FWD_NOR_FAIL, .area = LAB_AREA_SLOTS, .skip = 2};
    int attempts = 1;

    c.lab->device.policy.max_attempts = (uint8_t)_i;
    ck_assert(fwd_nor_fault_add(c.lab->nor, &fault));
    ck_assert_int_eq(lab_install(c.lab, &c.package, FWD_COMMAND_DELTA), FWD_E_PROGRAM_FAILED);
    ck_assert_int_eq(lab_start(c.lab), FWD_OK);
    for (attempts = 1;; attempts++) {
        ck_assert_int_eq(fwd_boot_decide(&c.lab->update, &c.lab->choice), FWD_OK);
        if (c.lab->choice.action != FWD_BOOT_RESUME)
            break;
        ck_assert_int_eq(fwd_update_resume(&c.lab->update), FWD_E_PROGRAM_FAILED);
    }
    ck_assert_int_eq(attempts, _i == 0 ? 3 : _i == 1 ? 2 : _i); /* each start tries */
    ck_assert_int_eq(c.lab->choice.action, FWD_BOOT_RECOVERY);
    ck_assert(c.lab->choice.outcome_pending);
    ck_assert_int_eq(c.lab->choice.outcome, FWD_E_PROGRAM_FAILED);
    lab_case_free(&c);
}
END_TEST

/* Rule 10 */
START_TEST(a_pending_update_keeps_its_package)
{
    struct lab_case c = delta("in place, unit 64", "code inserted");
    struct lab_cuts cuts;

    lab_cuts_begin(&cuts, c.lab);
    for (uint64_t n = 1; n <= cuts.operations; n++) {
        lab_cuts_restart(&cuts);
        enum fwd_state state = cut_at(c.lab, n);
        if (state < FWD_STATE_REHEARSING || state > FWD_STATE_SWITCHED)
            continue;
        ck_assert_int_eq(lab_start(c.lab), FWD_OK);
        uint64_t before = fwd_nor_operations(c.lab->nor);
        /* Past the first write only an admitted full package takes its place. */
        ck_assert_int_eq(lab_download(c.lab, &c.package, 0),
            state < FWD_STATE_ACTING ? FWD_E_UPDATE_PENDING : FWD_E_RECOVERY_NEEDS_FULL);
        ck_assert_uint_eq(fwd_nor_operations(c.lab->nor), before);
        ck_assert_uint_eq(c.lab->update.journal.record.state, state);
    }
    lab_cuts_end(&cuts);
    lab_case_free(&c);
}
END_TEST

START_TEST(bytes_without_a_download_are_refused)
{
    struct lab_case c = delta("in place, unit 64", "code inserted");

    ck_assert_int_eq(lab_start(c.lab), FWD_OK);
    ck_assert_int_ne(fwd_download_write(&c.lab->update, "x", 1), FWD_OK);
    ck_assert_int_ne(fwd_download_end(&c.lab->update), FWD_OK);
    ck_assert_int_eq(fwd_download_begin(&c.lab->update, 0), FWD_OK);
    /* R65 R66: after a reset the download begins again. */
    ck_assert_int_eq(lab_start(c.lab), FWD_OK);
    ck_assert_int_ne(fwd_download_write(&c.lab->update, "x", 1), FWD_OK);
    ck_assert_int_ne(fwd_download_end(&c.lab->update), FWD_OK);
    ck_assert_int_eq(lab_download(c.lab, &c.package, 0), FWD_OK);
    ck_assert_int_ne(fwd_download_write(&c.lab->update, "x", 1), FWD_OK);
    ck_assert_int_eq(fwd_update_install(&c.lab->update, FWD_COMMAND_DELTA), FWD_OK);
    lab_case_free(&c);
}
END_TEST

START_TEST(a_package_larger_than_its_area_is_refused_while_it_comes)
{
    static uint8_t bytes[8192];
    struct fwd_bytes package = {bytes, sizeof bytes};
    struct lab_case c = delta("in place, unit 64", "code inserted");

    ck_assert_int_eq(lab_start(c.lab), FWD_OK);
    ck_assert_int_eq(lab_download(c.lab, &package, 0), FWD_E_PACKAGE_LIMIT);
    ck_assert_int_eq(fwd_update_install(&c.lab->update, FWD_COMMAND_DELTA), FWD_E_PACKAGE_ABSENT);
    lab_case_free(&c);
}
END_TEST

/* R44 */
START_TEST(overwritten_guard_words_are_memory_corruption)
{
    struct lab_case c = delta("in place, unit 64", "code inserted");

    ck_assert_int_eq(lab_start(c.lab), FWD_OK);
    ck_assert_int_eq(lab_download(c.lab, &c.package, 0), FWD_OK);
    if (_i == 0)
        c.lab->update.work.arena[c.lab->update.work.arena_size] ^= 1;
    else
        c.lab->update.work.arena[-1] ^= 1;
    ck_assert_int_eq(fwd_update_install(&c.lab->update, FWD_COMMAND_DELTA), FWD_E_CANARY);
    lab_case_free(&c);
}
END_TEST

/* ---- the version record ---------------------------------------------------------------------- */

/* [M89] [M90]: after an update the record is there twice; either copy is enough. */
START_TEST(either_copy_of_the_version_record_is_enough)
{
    struct lab_case c = delta("in place, unit 64", "three steps");
    struct lab_recipe recipe = c.recipe;

    for (int i = 0; i < 3; i++) {
        recipe.parts[0].delta = false;
        recipe.parts[0].target = i % 2 == 0 ? c.lab->new[0] : c.lab->old[0];
        recipe.parts[0].target_version = i % 2 == 0 ? "2.0" : "1.0";
        struct fwd_bytes package = lab_package(&recipe);
        ck_assert_int_eq(lab_install(c.lab, &package, FWD_COMMAND_FULL), FWD_OK);
        fwd_bytes_free(&package);
    }
    for (uint32_t bank = 0; bank < 2; bank++) {
        lab_flip(c.lab, LAB_AREA_VERSION, bank * 1024 + 20, 0xFF);
        ck_assert(!lab_unfinished(c.lab));
        lab_flip(c.lab, LAB_AREA_VERSION, bank * 1024 + 20, 0xFF);
    }
    lab_case_free(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("install_again");
    TCase *tests = tcase_create("install_again");
    SRunner *runner = srunner_create(suite);
    const int shapes = (int)lab_shape_count;

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, an_installed_package_is_done_at_once_and_without_a_write, 0, shapes);
    tcase_add_test(tests, an_installed_target_does_not_excuse_a_damaged_package);
    tcase_add_loop_test(tests, progress_is_told_from_the_first_to_the_last, 0, shapes);
    tcase_add_loop_test(tests, header_and_manifest_are_read_once, 0, shapes);
    tcase_add_test(tests, a_resumed_installation_tells_its_progress);
    tcase_add_test(tests, only_blocks_that_change_are_erased_and_each_once);
    tcase_add_test(tests, a_block_that_happens_to_be_equal_is_written_all_the_same);
    tcase_add_loop_test(tests, components_are_written_in_a_safe_order, 0, 2);
    tcase_add_test(tests, damaged_staging_is_staged_again_while_the_source_is_whole);
    tcase_add_test(tests, damaged_staging_after_the_first_write_ends_in_recovery);
    tcase_add_test(tests, a_source_that_rots_after_the_rehearsal_stops_the_step_before_the_erase);
    tcase_add_test(tests, a_saved_block_that_rots_is_corruption);
    tcase_add_loop_test(tests, as_many_attempts_as_the_policy_says, 0, 5);
    tcase_add_test(tests, a_pending_update_keeps_its_package);
    tcase_add_test(tests, bytes_without_a_download_are_refused);
    tcase_add_test(tests, a_package_larger_than_its_area_is_refused_while_it_comes);
    tcase_add_loop_test(tests, overwritten_guard_words_are_memory_corruption, 0, 2);
    tcase_add_test(tests, either_copy_of_the_version_record_is_enough);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
