/* Flash that reports errors, or keeps a bit: the right reason, and never a lost device. Rules 9 and
 * 12 of the installer. R43 R45 R47 R58 R60 R62 */
#include "tests/verify/rig/install_cuts.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#define OPERATIONS_MAX 400u /* of one kind in one area and update, to try one after the other */

/* Codes that an error in an area may give. When the version record cannot be written the target
 * stays and runs, and another try of the same delta finds another source. */
static const struct row {
    const char *shape;
    uint16_t area;
    enum fwd_nor_operation operation;
    enum fwd_nor_effect effect;
    uint16_t codes[4];
} rows[] = {
    {"in place, unit 64", LAB_AREA_SLOTS, FWD_NOR_PROGRAM, FWD_NOR_FAIL, {160}},
    {"in place, unit 64", LAB_AREA_SLOTS, FWD_NOR_ERASE, FWD_NOR_FAIL, {160}},
    {"in place, unit 64", LAB_AREA_SLOTS, FWD_NOR_PROGRAM, FWD_NOR_SILENT, {195, 160}},
    {"in place, unit 64", LAB_AREA_SLOTS, FWD_NOR_READ, FWD_NOR_FAIL, {144, 160, 195}},
    {"in place, unit 64", LAB_AREA_SLOTS, FWD_NOR_READ, FWD_NOR_UNREADABLE, {144, 160, 195}},
    {"in place, unit 64", LAB_AREA_PACKAGE, FWD_NOR_PROGRAM, FWD_NOR_FAIL, {230}},
    {"in place, unit 64", LAB_AREA_PACKAGE, FWD_NOR_PROGRAM, FWD_NOR_SILENT, {173, 180, 158, 174}},
    {"in place, unit 64", LAB_AREA_PACKAGE, FWD_NOR_ERASE, FWD_NOR_FAIL, {230}},
    {"in place, unit 64", LAB_AREA_PACKAGE, FWD_NOR_READ, FWD_NOR_FAIL, {230}},
    {"in place, unit 64", LAB_AREA_STAGING, FWD_NOR_PROGRAM, FWD_NOR_FAIL, {230}},
    {"in place, unit 64", LAB_AREA_STAGING, FWD_NOR_PROGRAM, FWD_NOR_SILENT, {230}},
    {"in place, unit 64", LAB_AREA_STAGING, FWD_NOR_ERASE, FWD_NOR_FAIL, {230}},
    {"in place, unit 64", LAB_AREA_STAGING, FWD_NOR_READ, FWD_NOR_FAIL, {230}},
    {"in place, unit 64", LAB_AREA_SCRATCH, FWD_NOR_PROGRAM, FWD_NOR_FAIL, {230}},
    {"in place, unit 64", LAB_AREA_SCRATCH, FWD_NOR_PROGRAM, FWD_NOR_SILENT, {230}},
    {"in place, unit 64", LAB_AREA_SCRATCH, FWD_NOR_ERASE, FWD_NOR_FAIL, {230}},
    {"in place, unit 64", LAB_AREA_SCRATCH, FWD_NOR_READ, FWD_NOR_FAIL, {230}},
    {"in place, unit 64", LAB_AREA_JOURNAL, FWD_NOR_PROGRAM, FWD_NOR_FAIL, {230}},
    {"in place, unit 64", LAB_AREA_JOURNAL, FWD_NOR_PROGRAM, FWD_NOR_SILENT, {230}},
    {"in place, unit 64", LAB_AREA_JOURNAL, FWD_NOR_ERASE, FWD_NOR_FAIL, {230}},
    {"in place, unit 64", LAB_AREA_JOURNAL, FWD_NOR_READ, FWD_NOR_FAIL, {230}},
    {"in place, unit 64", LAB_AREA_VERSION, FWD_NOR_PROGRAM, FWD_NOR_FAIL, {224, 168}},
    {"in place, unit 64", LAB_AREA_VERSION, FWD_NOR_PROGRAM, FWD_NOR_SILENT, {224, 168}},
    {"in place, unit 64", LAB_AREA_VERSION, FWD_NOR_ERASE, FWD_NOR_FAIL, {224, 168}},
    {"A/B, unit 64", LAB_AREA_SLOTS, FWD_NOR_READ, FWD_NOR_FAIL, {144}},
    {"A/B, unit 64", LAB_AREA_SLOTS + 1, FWD_NOR_PROGRAM, FWD_NOR_FAIL, {160}},
    {"A/B, unit 64", LAB_AREA_SLOTS + 1, FWD_NOR_PROGRAM, FWD_NOR_SILENT, {195}},
    {"A/B, unit 64", LAB_AREA_SLOTS + 1, FWD_NOR_ERASE, FWD_NOR_FAIL, {160}},
    {"A/B, unit 64", LAB_AREA_SLOTS + 1, FWD_NOR_READ, FWD_NOR_FAIL, {160, 195}},
};

static bool expected(const struct row *row, enum fwd_reason reason)
{
    uint16_t code = fwd_reason_code(reason);

    for (int i = 0; i < 4; i++) {
        if (row->codes[i] == code)
            return true;
    }
    return reason == FWD_OK; /* it found a way around */
}

static void damage(struct lab *lab, const struct row *row, uint32_t skip, uint32_t times)
{
    struct fwd_nor_fault fault = {.operation = row->operation,
        .effect = row->effect,
        .area = row->area,
        .skip = skip,
        .times = times};

    ck_assert(fwd_nor_fault_add(lab->nor, &fault));
}

static uint64_t operations_of(struct lab *lab, const struct row *row)
{
    struct fwd_nor_counts counts = fwd_nor_area_counts(lab->nor, row->area);

    return row->operation == FWD_NOR_READ      ? counts.reads
           : row->operation == FWD_NOR_PROGRAM ? counts.programs
                                               : counts.erases;
}

static struct lab_case begin(const struct row *row)
{
    struct lab_case c = lab_case_delta(lab_shape(row->shape), lab_pattern("code inserted"), false);

    c.lab->faulty = true;
    return c;
}

/* How often an operation of this kind comes in an undisturbed update. */
static uint32_t count_operations(const struct row *row)
{
    struct lab_case c = begin(row);

    ck_assert(lab_cycle(c.lab));
    ck_assert_int_eq(c.lab->result, FWD_OK);
    uint64_t count = operations_of(c.lab, row);
    lab_case_free(&c);
    return count < OPERATIONS_MAX ? (uint32_t)count : OPERATIONS_MAX;
}

static void expect_result(const struct row *row, struct lab *lab, uint32_t skip)
{
    ck_assert_msg(expected(row, lab->result), "row %d, operation %u: %s", (int)(row - rows),
        (unsigned)skip, fwd_reason_info(lab->result)->name);
    ck_assert_msg(lab->trouble[0] == '\0', "row %d, operation %u: %s", (int)(row - rows),
        (unsigned)skip, lab->trouble);
}

/* Left alone afterwards, the device installs the package. */
START_TEST(an_error_that_comes_once_is_reported_and_overcome)
{
    const struct row *row = &rows[_i];
    uint32_t count = count_operations(row);

    ck_assert_uint_gt(count, 0);
    for (uint32_t skip = 0; skip < count; skip++) {
        struct lab_case c = begin(row);
        damage(c.lab, row, skip, 1);
        ck_assert(lab_cycle(c.lab));
        expect_result(row, c.lab, skip);
        for (int i = 0; i < 3 && c.lab->result != FWD_OK; i++) {
            fwd_nor_power_off(c.lab->nor);
            ck_assert(lab_cycle(c.lab));
        }
        const char *unfinished = lab_unfinished(c.lab);
        ck_assert_msg(c.lab->result == FWD_OK && !unfinished, "row %d, operation %u: %s, %s", _i,
            (unsigned)skip, fwd_reason_info(c.lab->result)->name, unfinished);
        lab_case_free(&c);
    }
}
END_TEST

/* The same images as a full package; installed once the flash works again. */
static void recover_with_full_package(struct lab_case *c, const char *what, uint32_t skip)
{
    fwd_nor_fault_clear(c->lab->nor);
    for (uint8_t i = 0; i < c->recipe.part_count; i++)
        c->recipe.parts[i].delta = false;
    lab_case_rebuild(c);
    (void)lab_boot(c->lab); /* an update that can go on does */
    enum fwd_reason reason = lab_install(c->lab, &c->package, FWD_COMMAND_FULL);
    ck_assert_msg(
        reason == FWD_OK, "%s %u: %s", what, (unsigned)skip, fwd_reason_info(reason)->name);
    const char *unfinished = lab_unfinished(c->lab);
    ck_assert_msg(!unfinished, "%s %u: %s", what, (unsigned)skip, unfinished);
}

/* An error that stays: after the attempts the old firmware runs when it is whole, otherwise the
 * device waits for a full package, and takes it. */
START_TEST(an_error_that_stays_ends_with_firmware_or_in_recovery)
{
    const struct row *row = &rows[_i];
    uint32_t count = count_operations(row);

    for (uint32_t skip = 0; skip < count; skip += 3) {
        struct lab_case c = begin(row);
        damage(c.lab, row, skip, 0);
        for (int i = 0; i < 5; i++) {
            ck_assert(lab_cycle(c.lab));
            expect_result(row, c.lab, skip);
            fwd_nor_power_off(c.lab->nor);
            (void)lab_boot(c.lab);
            if (c.lab->choice.action == FWD_BOOT_RUN)
                break; /* given up, or done */
        }
        const char *insane = lab_insane(c.lab);
        ck_assert_msg(!insane, "row %d, operation %u: %s", _i, (unsigned)skip, insane);
        ck_assert_msg(c.lab->choice.action != FWD_BOOT_RESUME || row->area == LAB_AREA_JOURNAL,
            "row %d, operation %u: it never gives up", _i, (unsigned)skip);
        /* What cannot be read is not known to be whole. */
        if (c.lab->choice.action == FWD_BOOT_RECOVERY && row->operation != FWD_NOR_READ)
            ck_assert_msg(!lab_slot_holds(c.lab, 0, 0, c.lab->old[0], false),
                "row %d, operation %u: recovery although the old firmware is whole", _i,
                (unsigned)skip);
        if (c.lab->choice.action != FWD_BOOT_RESUME && !lab_version_new(c.lab))
            recover_with_full_package(&c, "row and operation", (uint32_t)_i * 1000 + skip);
        lab_case_free(&c);
    }
}
END_TEST

/* Staging blocks that take no write, for good: what is staged begins after them, also in an update
 * that power interrupts. */
static const struct worn {
    const char *shape;
    uint32_t first, count;
    bool silent; /* it says that it took it */
} worn[] = {
    {"in place, unit 64", 0, 1, false},
    {"in place, unit 64", 0, 3, false},
    {"in place, unit 64", 0, 1, true},
    {"in place, unit 256", 0, 1, false},
    {"in place and A/B", 0, 1, false},
};

static void wear_out(struct lab *lab, const struct worn *blocks)
{
    static const enum fwd_nor_operation operations[] = {FWD_NOR_PROGRAM, FWD_NOR_ERASE};
    uint32_t size = lab->shape->service_block;

    for (size_t i = 0; i < 2; i++) {
        const struct fwd_nor_fault fault = {.operation = operations[i],
            .effect = blocks->silent ? FWD_NOR_SILENT : FWD_NOR_FAIL,
            .area = LAB_AREA_STAGING,
            .offset = blocks->first * size,
            .size = blocks->count * size};
        ck_assert(fwd_nor_fault_add(lab->nor, &fault));
    }
}

START_TEST(worn_staging_blocks_are_passed_over)
{
    const struct worn *blocks = &worn[_i];
    struct lab_case c =
        lab_case_delta(lab_shape(blocks->shape), lab_pattern("code inserted"), false);

    wear_out(c.lab, blocks);
    ck_assert_int_eq(lab_install(c.lab, &c.package, FWD_COMMAND_ANY), FWD_OK);
    ck_assert_uint_gt(c.lab->update.journal.record.staging_begin, 0);
    ck_assert_int_eq(lab_boot(c.lab), FWD_OK);
    ck_assert(lab_runs(c.lab, 0, c.lab->new[0]));
    lab_case_free(&c);
}
END_TEST

START_TEST(nor_do_cuts_lose_such_a_device)
{
    const struct worn *blocks = &worn[_i];
    struct lab_case c =
        lab_case_delta(lab_shape(blocks->shape), lab_pattern("code inserted"), false);
    struct lab_cuts cuts;

    wear_out(c.lab, blocks);
    lab_cuts_begin(&cuts, c.lab);
    bool kept = lab_cuts_once(&cuts, lab_few_tears, lab_few_tear_count, 1);
    ck_assert_msg(kept, "%s", cuts.loss);
    lab_cuts_end(&cuts);
    lab_case_free(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("install_faults");
    TCase *tests = tcase_create("install_faults");
    SRunner *runner = srunner_create(suite);
    const int count = (int)(sizeof rows / sizeof rows[0]);

    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, an_error_that_comes_once_is_reported_and_overcome, 0, count);
    tcase_add_loop_test(tests, an_error_that_stays_ends_with_firmware_or_in_recovery, 0, count);
    tcase_add_loop_test(
        tests, worn_staging_blocks_are_passed_over, 0, (int)(sizeof worn / sizeof worn[0]));
    tcase_add_loop_test(
        tests, nor_do_cuts_lose_such_a_device, 0, (int)(sizeof worn / sizeof worn[0]));
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
