/* Flash that fails, lies or forgets: the right code, the old firmware kept whenever it still can
 * be, never a start of what is neither old nor new, and always a way out. */
#include "tests/hostio/scratch_folder.h"
#include "tests/sim/faults_rig.h"

#include <check.h>

static const char *const shapes[] = {
    "4 KiB, unit 256", "4 KiB, unit 256, A/B", "4 KiB, unit 8, ECC"};
#define SHAPES (int)(sizeof shapes / sizeof shapes[0])

/* ---- one operation goes wrong ---------------------------------------------------------------- */

static const struct {
    const char *name;
    enum fwd_nor_operation operation;
    enum fwd_nor_effect effect;
} kinds[] = {
    {"program error", FWD_NOR_PROGRAM, FWD_NOR_FAIL},
    {"stuck bit", FWD_NOR_PROGRAM, FWD_NOR_SILENT},
    {"erase error", FWD_NOR_ERASE, FWD_NOR_FAIL},
    {"bit that is not erased", FWD_NOR_ERASE, FWD_NOR_SILENT},
    {"read error", FWD_NOR_READ, FWD_NOR_FAIL},
    {"uncorrectable read", FWD_NOR_READ, FWD_NOR_UNREADABLE},
    {"misread bit", FWD_NOR_READ, FWD_NOR_SILENT},
};
#define KINDS (int)(sizeof kinds / sizeof kinds[0])

static uint64_t operations_of(const struct faults_rig *rig, enum fwd_nor_operation operation)
{
    if (operation == FWD_NOR_READ)
        return rig->reads;
    return operation == FWD_NOR_PROGRAM ? rig->programs : rig->erases;
}

/* Once, at every N: the device ends with new or old firmware, whole, and takes the next update. */
START_TEST(one_failed_operation_loses_no_device)
{
    const char *shape = shapes[_i / KINDS];
    int kind = _i % KINDS;
    struct faults_rig rig;

    faults_rig_new(&rig, shape);
    if (kinds[kind].operation != FWD_NOR_READ)
        faults_rig_remember(&rig);
    uint64_t count = operations_of(&rig, kinds[kind].operation);
    for (uint64_t at = 0; at < count; at++) {
        struct fwd_nor_fault fault = {.operation = kinds[kind].operation,
            .effect = kinds[kind].effect,
            .everywhere = true,
            .skip = (uint32_t)at,
            .times = 1};
        faults_rig_reset(&rig);
        ck_assert(fwd_nor_fault_add(rig.machine->nor, &fault));
        enum faults_end end = faults_rig_install(&rig);
        ck_assert_msg(end == FAULTS_NEW || end == FAULTS_OLD, "%s, %s %u: %s, code %u", shape,
            kinds[kind].name, (unsigned)at, faults_end_name(end), rig.code);
        ck_assert_msg(end == FAULTS_NEW || rig.code != 128, "%s %u: old firmware but code 128",
            kinds[kind].name, (unsigned)at);
        ck_assert_msg(end == FAULTS_NEW || faults_rig_install(&rig) == FAULTS_NEW,
            "%s, %s %u: no second update", shape, kinds[kind].name, (unsigned)at);
    }
    faults_rig_free(&rig);
}
END_TEST

/* ---- an area that stays broken --------------------------------------------------------------- */

static const struct {
    uint16_t area;
    enum fwd_nor_operation operation;
    enum fwd_nor_effect effect;
    uint16_t code;
    enum faults_end end;
    bool spare; /* there is room to save blocks in the staging area */
} broken[] = {
    {FWD_AREA_SLOT(0, 0), FWD_NOR_PROGRAM, FWD_NOR_FAIL, 160, FAULTS_RECOVERY, false},
    {FWD_AREA_SLOT(0, 0), FWD_NOR_PROGRAM, FWD_NOR_SILENT, 195, FAULTS_RECOVERY, false},
    {FWD_AREA_SLOT(0, 0), FWD_NOR_ERASE, FWD_NOR_SILENT, 160, FAULTS_RECOVERY, false},
    {FWD_AREA_SLOT(0, 0), FWD_NOR_READ, FWD_NOR_UNREADABLE, 144, FAULTS_RECOVERY,
        false}, /* what cannot be read does not start */
    {FWD_AREA_STAGING, FWD_NOR_PROGRAM, FWD_NOR_FAIL, 230, FAULTS_OLD, false},
    {FWD_AREA_STAGING, FWD_NOR_PROGRAM, FWD_NOR_SILENT, 230, FAULTS_OLD, false},
    {FWD_AREA_STAGING, FWD_NOR_ERASE, FWD_NOR_FAIL, 230, FAULTS_OLD, false},
    {FWD_AREA_SCRATCH, FWD_NOR_PROGRAM, FWD_NOR_FAIL, 230, FAULTS_OLD, false},
    {FWD_AREA_SCRATCH, FWD_NOR_PROGRAM, FWD_NOR_SILENT, 230, FAULTS_OLD, false},
    {FWD_AREA_SCRATCH, FWD_NOR_ERASE, FWD_NOR_FAIL, 230, FAULTS_OLD, false},
    {FWD_AREA_SCRATCH, FWD_NOR_PROGRAM, FWD_NOR_FAIL, 128, FAULTS_NEW, true},
    {FWD_AREA_SCRATCH, FWD_NOR_ERASE, FWD_NOR_FAIL, 128, FAULTS_NEW, true},
    {FWD_AREA_JOURNAL, FWD_NOR_PROGRAM, FWD_NOR_FAIL, 230, FAULTS_OLD, false},
    {FWD_AREA_JOURNAL, FWD_NOR_ERASE, FWD_NOR_FAIL, 230, FAULTS_OLD, false},
    {FWD_AREA_PACKAGE, FWD_NOR_PROGRAM, FWD_NOR_FAIL, 230, FAULTS_OLD, false},
    {FWD_AREA_PACKAGE, FWD_NOR_PROGRAM, FWD_NOR_SILENT, 158, FAULTS_OLD, false},
    {FWD_AREA_VERSION, FWD_NOR_PROGRAM, FWD_NOR_FAIL, 224, FAULTS_NEW, false},
};

START_TEST(an_area_that_stays_broken_has_its_code)
{
    struct faults_rig rig;
    struct fwd_nor_fault fault = {
        .operation = broken[_i].operation, .effect = broken[_i].effect, .area = broken[_i].area};

    faults_rig_new(&rig, broken[_i].spare ? "4 KiB, unit 256" : "4 KiB, no spare staging");
    ck_assert(fwd_nor_fault_add(rig.machine->nor, &fault));
    enum faults_end end = faults_rig_install(&rig);
    ck_assert_msg(end == broken[_i].end, "row %d: %s, code %u", _i, faults_end_name(end), rig.code);
    ck_assert_msg(rig.code == broken[_i].code, "row %d: code %u", _i, rig.code);
    ck_assert_msg(faults_rig_rescue(&rig), "row %d: no full package installs afterwards", _i);
    faults_rig_free(&rig);
}
END_TEST

/* ---- and a power cut ------------------------------------------------------------------------- */

static const struct {
    uint16_t area;
    enum fwd_nor_operation operation;
    enum fwd_nor_effect effect;
    uint16_t code;
} after_cut[] = {
    {FWD_AREA_SLOT(0, 0), FWD_NOR_PROGRAM, FWD_NOR_FAIL, 160},
    {FWD_AREA_SLOT(0, 0), FWD_NOR_ERASE, FWD_NOR_FAIL, 160},
    {FWD_AREA_SLOT(0, 0), FWD_NOR_PROGRAM, FWD_NOR_SILENT, 195},
    {FWD_AREA_STAGING, FWD_NOR_READ, FWD_NOR_UNREADABLE, 230},
};

/* Power fails in the action, and from then on an area is broken: as many starts as the device
 * allows attempts, then the code. */
START_TEST(a_broken_area_after_a_cut_has_its_code_when_the_attempts_are_spent)
{
    const uint8_t limits[] = {0, 1, 5}; /* 0: three */
    struct faults_rig rig;

    faults_rig_new(&rig, "4 KiB, unit 256");
    for (int i = 0; i < 3; i++) {
        struct fwd_nor_fault fault = {.operation = after_cut[_i].operation,
            .effect = after_cut[_i].effect,
            .area = after_cut[_i].area};
        faults_rig_reset(&rig);
        rig.machine->device.policy.max_attempts = limits[i];
        ck_assert(faults_rig_install_until(&rig, (rig.before_action + rig.operations) / 2));
        ck_assert(fwd_nor_fault_add(rig.machine->nor, &fault));
        enum faults_end end = faults_rig_boot(&rig);
        ck_assert_msg(end == FAULTS_RECOVERY, "%s", faults_end_name(end));
        ck_assert_uint_eq(rig.code, after_cut[_i].code);
        ck_assert_int_eq(rig.resumed, limits[i] > 0 ? limits[i] : 3);
        ck_assert(faults_rig_rescue(&rig));
    }
    faults_rig_free(&rig);
}
END_TEST

/* One reading that goes wrong while the device finds out where it was: an older record would name a
 * step whose source is gone, an older version record another active slot. */
START_TEST(a_failed_read_after_a_cut_changes_nothing)
{
    static const enum fwd_nor_effect effects[] = {FWD_NOR_FAIL, FWD_NOR_UNREADABLE, FWD_NOR_SILENT};
    struct faults_rig rig;

    faults_rig_new(&rig, shapes[_i]);
    uint64_t step = (rig.operations - rig.before_action) / 40 + 1;
    for (uint64_t at = rig.before_action; at <= rig.operations; at += step) {
        for (uint32_t read = 0; read < 120; read++) {
            struct fwd_nor_fault fault = {.operation = FWD_NOR_READ,
                .effect = effects[(read + at) % 3],
                .everywhere = true,
                .skip = read,
                .times = 1};
            faults_rig_reset(&rig);
            if (!faults_rig_install_until(&rig, at))
                break;
            ck_assert(fwd_nor_fault_add(rig.machine->nor, &fault));
            enum faults_end end = faults_rig_boot(&rig);
            ck_assert_msg(end == FAULTS_NEW, "cut at %u, read %u: %s, code %u", (unsigned)at,
                (unsigned)read, faults_end_name(end), rig.code);
        }
    }
    faults_rig_free(&rig);
}
END_TEST

/* ---- what was stored is not there any more --------------------------------------------------- */

enum rot {
    ROT_STAGING,
    ROT_SCRATCH,
    ROT_SPARE,
    ROT_JOURNAL_0,
    ROT_JOURNAL_1,
    ROT_JOURNAL,
    ROT_SOURCE,
    ROTS
};
static const char *const rots[ROTS] = {"staging", "scratch", "spare staging", "journal block 0",
    "journal block 1", "both journal blocks", "source"};

static void flip(struct faults_rig *rig, uint16_t area, uint32_t offset)
{
    uint8_t byte;

    ck_assert(fwd_nor_peek(rig->machine->nor, area, offset, &byte, 1));
    byte ^= 0x04;
    ck_assert(fwd_nor_poke(rig->machine->nor, area, offset, &byte, 1));
}

/* salt: spreads the places over the cuts. */
static void rot(struct faults_rig *rig, enum rot what, uint32_t salt)
{
    const struct fwd_area *journal = fwd_nor_area(rig->machine->nor, FWD_AREA_JOURNAL);
    uint32_t half = journal->size / 2;
    struct fwd_nor *nor = rig->machine->nor;

    switch (what) {
    case ROT_STAGING:
        flip(rig, FWD_AREA_STAGING, salt * 37 % 900);
        break;
    case ROT_SCRATCH:
        for (uint32_t at = 0; at < 2 * 4096; at += 256)
            flip(rig, FWD_AREA_SCRATCH, at + salt % 200);
        break;
    case ROT_SPARE: /* wherever a block may be saved */
        for (uint32_t at = 4096; at < 8 * 4096; at += 256)
            flip(rig, FWD_AREA_STAGING, at + salt % 200);
        break;
    case ROT_JOURNAL_0:
        ck_assert(fwd_nor_spoil(nor, FWD_AREA_JOURNAL, 0, half));
        break;
    case ROT_JOURNAL_1:
        ck_assert(fwd_nor_spoil(nor, FWD_AREA_JOURNAL, half, half));
        break;
    case ROT_JOURNAL:
        ck_assert(fwd_nor_spoil(nor, FWD_AREA_JOURNAL, 0, journal->size));
        break;
    default:
        flip(rig, FWD_AREA_SLOT(0, 0), salt * 101 % (uint32_t)rig->base.old[0].size);
    }
}

static bool documented(enum rot what, uint16_t code)
{
    if (code == 128)
        return true;
    if (what == ROT_SOURCE)
        return code == 195 || code == 168;
    return code == 230 || code == 195 || code == 144;
}

/* Power fails at each operation of the action; before it returns, something is lost. */
START_TEST(rot_during_a_power_cut_is_noticed)
{
    enum rot what = (enum rot)_i;
    struct faults_rig rig;
    unsigned ends[4] = {0};

    faults_rig_new(&rig, what == ROT_SCRATCH ? "4 KiB, no spare staging" : "4 KiB, unit 256");
    for (uint64_t at = rig.before_action; at <= rig.operations; at++) {
        faults_rig_reset(&rig);
        /* what rots once it is verified is no business of an update any more */
        if (!faults_rig_install_until(&rig, at) ||
            (what == ROT_SOURCE && rig.update.journal.record.state > FWD_STATE_ACTING))
            break;
        rot(&rig, what, (uint32_t)at);
        enum faults_end end = faults_rig_boot(&rig);
        /* what was flipped in the old firmware makes it another one: that is not "wrong" when
         * the boot loader was never asked to look at it */
        ends[end]++;
        ck_assert_msg(end != FAULTS_WRONG || what == ROT_SOURCE, "%s lost at %u: code %u",
            rots[what], (unsigned)at, rig.code);
        ck_assert_msg(end != FAULTS_WRONG || rig.code != 128, "%s lost at %u: code 128", rots[what],
            (unsigned)at);
        ck_assert_msg(documented(what, rig.code), "%s lost at %u: code %u", rots[what],
            (unsigned)at, rig.code);
        ck_assert_msg(end == FAULTS_NEW || faults_rig_rescue(&rig),
            "%s lost at %u: no full package installs afterwards", rots[what], (unsigned)at);
    }
    ck_assert_uint_gt(ends[FAULTS_NEW] + ends[FAULTS_OLD] + ends[FAULTS_RECOVERY], 10);
    /* what a step still needs cannot be made good: the harness does hit it */
    if (what == ROT_SCRATCH || what == ROT_SPARE)
        ck_assert_uint_gt(ends[FAULTS_RECOVERY], 0);
    faults_rig_free(&rig);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("faults");
    TCase *tests = tcase_create("faults");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 300);
    tcase_add_checked_fixture(tests, scratch_setup, scratch_teardown);
    tcase_add_loop_test(tests, one_failed_operation_loses_no_device, 0, SHAPES * KINDS);
    tcase_add_loop_test(
        tests, an_area_that_stays_broken_has_its_code, 0, (int)(sizeof broken / sizeof broken[0]));
    tcase_add_loop_test(tests, a_broken_area_after_a_cut_has_its_code_when_the_attempts_are_spent,
        0, (int)(sizeof after_cut / sizeof after_cut[0]));
    tcase_add_loop_test(tests, a_failed_read_after_a_cut_changes_nothing, 0, 2);
    tcase_add_loop_test(tests, rot_during_a_power_cut_is_noticed, 0, ROTS);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
