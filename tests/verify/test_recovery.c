/* The recovery tables of verify/DESIGN.md, walked: each row is constructed on the simulated device,
 * at every flash operation that leads to it and with the package that it names, and the device must
 * do what the row says. The printed tables must be these, word for word. R58 R59 R60 R62 R65 */
#include "tests/format/spec_table.h"
#include "tests/verify/rig/install_cuts.h"
#include "verify/flash/version.h"
#include "verify/rehearse/backup.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DESIGN FWD_SOURCE_DIR "/verify/DESIGN.md"

enum hand { SAME = 1, OTHER = 2, ABSENT = 4, ANY = 7 };
enum harm {
    NONE,
    STEPS,   /* a staged byte is another */
    SOURCE,  /* a byte of each block that is not written yet is another */
    BACKUP,  /* of the saved block */
    WRITTEN, /* of the finished image */
    COPY,    /* the staging area is gone */
    JOURNAL, /* the journal is gone */
    JOURNAL_AND_COPY
};
enum then { NEW, OLD, RECOVERY, PROVEN_NEW };
static const char *const thens[] = {
    "runs new", "runs old", "recovery", "runs new, by its signed bytes"};

/* When the power fails. */
struct moment {
    uint8_t first, last; /* states of the record */
    enum { WHENEVER, SAVED, SAVED_TORN, FIRST_STEP, BETWEEN, ALL_STEPS, OLD_RECORD } which;
};

struct row {
    const char *id, *state, *flash, *package, *happens; /* as printed */
    enum then then;
    const char *shape;
    bool full, spare; /* spare: blocks are saved in the staging area */
    struct moment moment;
    int hands;
    enum harm harm;
    enum fwd_reason reason; /* of the first try */
    int tries;              /* of the first start, until it is decided by the start test */
};

#define IN_PLACE "in place, unit 64"
#define AB       "A/B, unit 64"
#define TIGHT    "in place, little staging"

static const struct row resuming[] = {
    {"1", "rehearsing", "source whole; inactive slot partly written", "same",
        "rehearsed again; recorded blocks of the slot are not written again", NEW, AB, false, false,
        {FWD_STATE_REHEARSING, FWD_STATE_REHEARSING, WHENEVER}, SAME, NONE, FWD_OK, 1},
    {"2", "rehearsing", "source whole; staging partly written", "same", "rehearsed again", NEW,
        IN_PLACE, false, false, {FWD_STATE_REHEARSING, FWD_STATE_REHEARSING, WHENEVER}, SAME, NONE,
        FWD_OK, 1},
    {"3", "rehearsing", "source whole", "other, absent", "failed: package-lost (144)", OLD,
        IN_PLACE, false, false, {FWD_STATE_REHEARSING, FWD_STATE_REHEARSING, WHENEVER},
        OTHER | ABSENT, NONE, FWD_E_PACKAGE_LOST, 1},
    {"5", "staged, deltas in place", "source whole", "any",
        "trust is renewed from the staged copy; the action begins", NEW, IN_PLACE, false, false,
        {FWD_STATE_STAGED, FWD_STATE_STAGED, WHENEVER}, ANY, NONE, FWD_OK, 1},
    {"6", "staged, steps unusable", "source whole", "same", "rehearsed again", NEW, IN_PLACE, false,
        false, {FWD_STATE_STAGED, FWD_STATE_STAGED, WHENEVER}, SAME, STEPS, FWD_OK, 1},
    {"7", "staged, steps unusable", "source whole", "other, absent", "failed: package-lost (144)",
        OLD, IN_PLACE, false, false, {FWD_STATE_STAGED, FWD_STATE_STAGED, WHENEVER}, OTHER | ABSENT,
        STEPS, FWD_E_PACKAGE_LOST, 1},
    {"8", "staged, full image in place", "old firmware whole", "same", "the action begins", NEW,
        IN_PLACE, true, false, {FWD_STATE_STAGED, FWD_STATE_STAGED, WHENEVER}, SAME, NONE, FWD_OK,
        1},
    {"9", "staged, full image in place", "old firmware whole", "other, absent",
        "failed: package-lost (144)", OLD, IN_PLACE, true, false,
        {FWD_STATE_STAGED, FWD_STATE_STAGED, WHENEVER}, OTHER | ABSENT, NONE, FWD_E_PACKAGE_LOST,
        1},
    {"10", "staged, two slots", "both slots whole", "same", "finished", NEW, AB, false, false,
        {FWD_STATE_STAGED, FWD_STATE_STAGED, WHENEVER}, SAME, NONE, FWD_OK, 1},
    {"11", "staged, two slots", "both slots whole", "other, absent", "failed: package-lost (144)",
        OLD, AB, false, false, {FWD_STATE_STAGED, FWD_STATE_STAGED, WHENEVER}, OTHER | ABSENT, NONE,
        FWD_E_PACKAGE_LOST, 1},
    {"12", "acting, deltas in place", "part old, part new, at most one block torn", "any",
        "goes on with the step in flight", NEW, IN_PLACE, false, false,
        {FWD_STATE_ACTING, FWD_STATE_ACTING, WHENEVER}, ANY, NONE, FWD_OK, 1},
    {"13", "acting, a block is saved", "the block torn, its old content in spare staging room",
        "any", "the step is done again from there", NEW, IN_PLACE, false, true,
        {FWD_STATE_ACTING, FWD_STATE_ACTING, SAVED}, ANY, NONE, FWD_OK, 1},
    {"14", "acting, a block is saved", "the block torn, its old content in scratch", "any",
        "the step is done again from there", NEW, TIGHT, false, false,
        {FWD_STATE_ACTING, FWD_STATE_ACTING, SAVED}, ANY, NONE, FWD_OK, 1},
    {"15", "acting, full image in place", "part old, part new, at most one block torn", "same",
        "decoded from the start; recorded blocks are passed over", NEW, IN_PLACE, true, false,
        {FWD_STATE_ACTING, FWD_STATE_ACTING, WHENEVER}, SAME, NONE, FWD_OK, 1},
    {"16", "acting, full image in place", "part old, part new", "other, absent",
        "package-lost (144) at each start", RECOVERY, IN_PLACE, true, false,
        {FWD_STATE_ACTING, FWD_STATE_ACTING, BETWEEN}, OTHER | ABSENT, NONE, FWD_E_PACKAGE_LOST, 3},
    {"17", "acting, steps unusable", "part old, part new", "any",
        "staging-corrupt (230) at each start", RECOVERY, IN_PLACE, false, false,
        {FWD_STATE_ACTING, FWD_STATE_ACTING, BETWEEN}, ANY, STEPS, FWD_E_STAGING_CORRUPT, 3},
    {"18", "acting, a step gives another block", "a source block has changed", "any",
        "step-result (195) before the erase, at each start", RECOVERY, IN_PLACE, false, false,
        {FWD_STATE_ACTING, FWD_STATE_ACTING, FIRST_STEP}, ANY, SOURCE, FWD_E_STEP_RESULT, 3},
    {"19", "acting, a saved block has changed", "the block torn, its backup wrong", "any",
        "step-result (195) at each start", RECOVERY, IN_PLACE, false, true,
        {FWD_STATE_ACTING, FWD_STATE_ACTING, SAVED_TORN}, ANY, BACKUP, FWD_E_STEP_RESULT, 3},
    {"20", "acting, all steps done", "a written block has changed", "any",
        "target-corrupt (195) at each start", RECOVERY, IN_PLACE, false, false,
        {FWD_STATE_ACTING, FWD_STATE_ACTING, ALL_STEPS}, ANY, WRITTEN, FWD_E_TARGET_CORRUPT, 3},
    {"21", "acting, full image written", "a written block has changed", "same",
        "target-corrupt (195); then it is written again", NEW, IN_PLACE, true, false,
        {FWD_STATE_ACTING, FWD_STATE_ACTING, ALL_STEPS}, SAME, WRITTEN, FWD_E_TARGET_CORRUPT, 2},
    {"22", "verified, in place", "new firmware whole", "any",
        "version record, done; from the staged copy", NEW, IN_PLACE, false, false,
        {FWD_STATE_VERIFIED, FWD_STATE_VERIFIED, WHENEVER}, ANY, NONE, FWD_OK, 1},
    {"23", "verified, two slots", "both slots whole", "same", "version record, done", NEW, AB,
        false, false, {FWD_STATE_VERIFIED, FWD_STATE_VERIFIED, WHENEVER}, SAME, NONE, FWD_OK, 1},
    {"24", "verified, in place, staged copy gone", "new firmware whole, the version record old",
        "same", "staging-corrupt (230) at each start", PROVEN_NEW, IN_PLACE, false, false,
        {FWD_STATE_VERIFIED, FWD_STATE_VERIFIED, OLD_RECORD}, SAME, COPY, FWD_E_STAGING_CORRUPT, 3},
    {"25", "verified, in place, staged copy gone", "new firmware whole, the version record old",
        "other, absent", "staging-corrupt (230) at each start", RECOVERY, IN_PLACE, false, false,
        {FWD_STATE_VERIFIED, FWD_STATE_VERIFIED, OLD_RECORD}, OTHER | ABSENT, COPY,
        FWD_E_STAGING_CORRUPT, 3},
    {"26", "verified, two slots", "both slots whole, the version record old", "other, absent",
        "failed: package-lost (144), when the attempts are spent", OLD, AB, false, false,
        {FWD_STATE_VERIFIED, FWD_STATE_VERIFIED, OLD_RECORD}, OTHER | ABSENT, NONE,
        FWD_E_PACKAGE_LOST, 3},
    {"27", "switched, in place, staged copy gone", "new firmware whole", "any",
        "second copy of the version record, done", NEW, IN_PLACE, false, false,
        {FWD_STATE_SWITCHED, FWD_STATE_SWITCHED, WHENEVER}, ANY, COPY, FWD_OK, 1},
    {"28", "switched, two slots", "both slots whole", "any",
        "second copy of the version record, done", NEW, AB, false, false,
        {FWD_STATE_SWITCHED, FWD_STATE_SWITCHED, WHENEVER}, ANY, NONE, FWD_OK, 1},
};

/* state: what the lost journal said. */
static const struct row lost[] = {
    {"29", "rehearsing, staged", "old firmware whole", "any", "the version record proves it", OLD,
        IN_PLACE, false, false, {FWD_STATE_REHEARSING, FWD_STATE_STAGED, WHENEVER}, ANY, JOURNAL,
        FWD_OK, 0},
    {"30", "rehearsing to verified, two slots", "old slot whole, the version record old", "any",
        "the version record proves it", OLD, AB, false, false,
        {FWD_STATE_REHEARSING, FWD_STATE_VERIFIED, OLD_RECORD}, ANY, JOURNAL, FWD_OK, 0},
    {"31", "acting", "part old, part new", "any", "nothing is proven", RECOVERY, IN_PLACE, false,
        false, {FWD_STATE_ACTING, FWD_STATE_ACTING, BETWEEN}, ANY, JOURNAL, FWD_OK, 0},
    {"32", "verified", "new firmware whole, the version record old", "any",
        "the staged copy proves it", PROVEN_NEW, IN_PLACE, false, false,
        {FWD_STATE_VERIFIED, FWD_STATE_VERIFIED, OLD_RECORD}, ANY, JOURNAL, FWD_OK, 0},
    {"33", "verified, staged copy gone", "new firmware whole, the version record old", "same",
        "the package proves it", PROVEN_NEW, IN_PLACE, false, false,
        {FWD_STATE_VERIFIED, FWD_STATE_VERIFIED, OLD_RECORD}, SAME, JOURNAL_AND_COPY, FWD_OK, 0},
    {"34", "verified, staged copy gone", "new firmware whole, the version record old",
        "other, absent", "nothing is proven", RECOVERY, IN_PLACE, false, false,
        {FWD_STATE_VERIFIED, FWD_STATE_VERIFIED, OLD_RECORD}, OTHER | ABSENT, JOURNAL_AND_COPY,
        FWD_OK, 0},
    {"35", "switched, staged copy gone", "new firmware whole", "any",
        "the version record proves it", NEW, IN_PLACE, false, false,
        {FWD_STATE_SWITCHED, FWD_STATE_SWITCHED, WHENEVER}, ANY, JOURNAL_AND_COPY, FWD_OK, 0},
};

#define COUNT(list) ((int)(sizeof list / sizeof(list)[0]))

/* ---- the device ------------------------------------------------------------------------------ */

struct walk {
    const struct row *row;
    struct lab_case c;
    struct lab_cuts cuts;
    struct fwd_bytes other; /* another package of the same source */
    struct lab_image other_target;
    uint32_t steps; /* of the undisturbed update */
    unsigned met;
};

/* As "in place, unit 64", but the steps fill the staging area to its last block. */
static struct lab_shape tight_shape(void)
{
    struct lab_shape shape = *lab_shape(IN_PLACE);

    shape.name = TIGHT;
    shape.staging_size = shape.service_block;
    return shape;
}

static void fill(struct lab *lab, uint16_t area, uint8_t value)
{
    uint8_t bytes[256];

    memset(bytes, value, sizeof bytes);
    for (uint32_t at = 0; at < lab->areas[area].size; at += (uint32_t)sizeof bytes)
        ck_assert(fwd_nor_poke(lab->nor, area, at, bytes, sizeof bytes));
}

static struct fwd_bytes other_package(struct walk *w)
{
    struct lab_recipe recipe = w->c.recipe;

    lab_image_fill(&w->other_target, 1000, 77);
    recipe.parts[0].delta = false;
    recipe.parts[0].target = &w->other_target;
    recipe.parts[0].target_version = "3.0";
    return lab_package(&recipe);
}

/* Power fails at operation n: what the journal then says. */
static const struct fwd_record *record_at(struct walk *w, uint64_t n, enum fwd_nor_tear tear)
{
    struct fwd_nor_cut cut = {n, tear, 0, 0};
    struct lab *lab = w->c.lab;

    lab_cuts_restart(&w->cuts);
    fwd_nor_arm(lab->nor, &cut);
    ck_assert(!lab_cycle(lab));
    fwd_nor_arm(lab->nor, NULL);
    ck_assert_int_eq(lab_start(lab), FWD_OK);
    return &lab->update.journal.record;
}

static void begin(struct walk *w, const struct row *row)
{
    static struct lab_shape tight;
    bool little = strcmp(row->shape, TIGHT) == 0;
    const struct lab_pattern *pattern = lab_pattern("code inserted");

    memset(w, 0, sizeof *w);
    tight = tight_shape();
    const struct lab_shape *shape = little ? &tight : lab_shape(row->shape);
    w->row = row;
    w->c = row->full ? lab_case_full(shape, pattern) : lab_case_delta(shape, pattern, false);
    w->c.lab->faulty = true;
    w->other = other_package(w);
    lab_cuts_begin(&w->cuts, w->c.lab);
    for (uint64_t n = 1; n <= w->cuts.operations; n++) {
        const struct fwd_record *record = record_at(w, n, FWD_NOR_BEFORE);
        if (record->state == FWD_STATE_ACTING && record->step > w->steps)
            w->steps = record->step;
    }
}

static void end(struct walk *w)
{
    lab_cuts_end(&w->cuts);
    fwd_bytes_free(&w->other);
    lab_case_free(&w->c);
}

/* The place holds neither the old image nor the new one: before the first erase nothing is lost,
 * and then the old firmware runs. */
static bool torn(const struct lab *lab)
{
    return !lab_slot_holds(lab, 0, 0, lab->old[0], false) &&
           !lab_slot_holds(lab, 0, 0, lab->new[0], false);
}

/* No copy of the version record, current or not, is the new one. */
static bool no_new_record(const struct lab *lab)
{
    struct fwd_version_table table;

    for (uint8_t i = 0; fwd_version_candidate(&lab->update, i, &table); i++) {
        if (table.record.sequence != 1)
            return false;
    }
    return true;
}

/* Power fails at operation n. True: the device is then in the row's state. */
static bool reach(struct walk *w, uint64_t n, enum fwd_nor_tear tear)
{
    const struct moment *moment = &w->row->moment;
    const struct fwd_record *record = record_at(w, n, tear);
    bool saved = (record->flags & FWD_RECORD_SAVED) != 0;
    if (record->state < moment->first || record->state > moment->last)
        return false;
    switch (moment->which) {
    case SAVED:
        return saved &&
               w->row->spare == (record->scratch >= fwd_area_blocks(&w->c.lab->device.scratch));
    case SAVED_TORN:
        return saved && w->row->spare && torn(w->c.lab);
    case FIRST_STEP:
        return record->step == 0 && !saved && tear == FWD_NOR_BEFORE;
    case BETWEEN:
        return record->step > 0 && record->step < w->steps && torn(w->c.lab);
    case ALL_STEPS:
        return record->step == w->steps;
    case OLD_RECORD:
        return no_new_record(w->c.lab);
    default:
        return true;
    }
}

static void flip_backup(struct lab *lab)
{
    const struct fwd_record *record = &lab->update.journal.record;
    struct fwd_backup place = fwd_backup_place(&lab->device, record->staging_end, record->scratch);

    for (uint32_t at = 0; at < 256; at += 5)
        lab_flip(lab, place.area->id, place.offset + at, 0x01);
}

static bool loses_journal(const struct row *row)
{
    return row->harm == JOURNAL || row->harm == JOURNAL_AND_COPY;
}

static void harm(struct walk *w, int hand)
{
    struct lab *lab = w->c.lab;
    const struct fwd_record *record = &lab->update.journal.record;

    if (hand == ABSENT)
        fill(lab, LAB_AREA_PACKAGE, 0xFF);
    if (hand == OTHER)
        ck_assert(
            fwd_nor_poke(lab->nor, LAB_AREA_PACKAGE, 0, w->other.data, (uint32_t)w->other.size));
    if (w->row->harm == STEPS)
        lab_flip(lab, LAB_AREA_STAGING, record->staging_end - 20, 0x10);
    for (uint32_t at = 3; w->row->harm == SOURCE && at < lab->old[0]->size; at += 5)
        lab_flip(lab, LAB_AREA_SLOTS, at, 0x01);
    if (w->row->harm == BACKUP)
        flip_backup(lab);
    if (w->row->harm == WRITTEN)
        lab_flip(lab, LAB_AREA_SLOTS, 5, 0x10);
    if (w->row->harm == COPY || w->row->harm == JOURNAL_AND_COPY)
        fill(lab, LAB_AREA_STAGING, 0x5A);
    if (loses_journal(w->row))
        fill(lab, LAB_AREA_JOURNAL, 0x5A);
}

static enum fwd_boot_action decide(struct lab *lab)
{
    ck_assert_int_eq(fwd_boot_decide(&lab->update, &lab->choice), FWD_OK);
    ck_assert_msg(!lab_insane(lab), "%s", lab_insane(lab));
    return lab->choice.action;
}

static void start_again(struct lab *lab)
{
    fwd_nor_power_off(lab->nor);
    ck_assert_int_eq(lab_start(lab), FWD_OK);
}

/* There is a way out of everything. */
static void full_package_helps(struct walk *w)
{
    struct lab_recipe recipe = w->c.recipe;

    recipe.parts[0].delta = false;
    struct fwd_bytes package = lab_package(&recipe);
    fwd_nor_power_off(w->c.lab->nor);
    ck_assert_int_eq(lab_install(w->c.lab, &package, FWD_COMMAND_FULL), FWD_OK);
    const char *unfinished = lab_unfinished(w->c.lab);
    ck_assert_msg(!unfinished, "row %s: %s", w->row->id, unfinished);
    fwd_bytes_free(&package);
}

static void expect_then(const struct walk *w, const char *where)
{
    const struct lab *lab = w->c.lab;
    enum fwd_boot_action action = lab->choice.action;

    switch (w->row->then) {
    case NEW:
    case PROVEN_NEW:
        ck_assert_msg(lab_version_new(lab) == (w->row->then == NEW) &&
                          no_new_record(lab) != (w->row->then == NEW),
            "%s: the version record", where);
        ck_assert_msg(lab_runs(lab, 0, lab->new[0]), "%s", where);
        return;
    case OLD:
        ck_assert_msg(lab_runs(lab, 0, lab->old[0]), "%s", where);
        return;
    default:
        ck_assert_msg(action == FWD_BOOT_RECOVERY, "%s: action %d", where, (int)action);
    }
}

/* A start as a boot loader makes it: tries to go on until it is decided what runs. */
static enum fwd_reason boot(struct walk *w, int *tries, const char *where)
{
    struct lab *lab = w->c.lab;
    enum fwd_reason reason = FWD_OK;

    start_again(lab);
    *tries = 0;
    while (decide(lab) == FWD_BOOT_RESUME && *tries < 10) {
        lab->line_count = 0;
        reason = fwd_update_resume(&lab->update);
        if ((*tries)++ == 0)
            ck_assert_msg(reason == w->row->reason, "%s: %s", where, fwd_reason_info(reason)->name);
    }
    return reason;
}

/* From the row's state on. What a start did not end is tried again at the next. */
static void watch(struct walk *w, const char *where)
{
    int tries, again;
    enum fwd_reason reason = boot(w, &tries, where);

    ck_assert_msg(tries == w->row->tries, "%s: %d tries", where, tries);
    ck_assert_msg((reason == FWD_OK) == (w->row->then == NEW), "%s: at last %s", where,
        fwd_reason_info(reason)->name);
    expect_then(w, where);
    (void)boot(w, &again, where);
    ck_assert_msg((again > 0) == (strstr(w->row->happens, "at each start") != NULL),
        "%s: %d tries again", where, again);
    expect_then(w, where);
    if (w->row->then != NEW)
        full_package_helps(w);
}

/* Nothing is written, no delta in place is admitted, and a full package ends it. */
static void watch_lost(struct walk *w, const char *where)
{
    struct lab *lab = w->c.lab;

    start_again(lab);
    uint64_t before = fwd_nor_operations(lab->nor);
    ck_assert_int_eq(fwd_update_resume(&lab->update), FWD_OK);
    (void)decide(lab);
    expect_then(w, where);
    ck_assert_msg(fwd_nor_operations(lab->nor) == before, "%s: something was written", where);
    if (lab->shape->places[0].layout == FWD_LAYOUT_IN_PLACE) {
        start_again(lab);
        enum fwd_reason reason = lab_install(lab, &w->c.package, FWD_COMMAND_ANY);
        ck_assert_msg(
            reason == FWD_E_JOURNAL_LOST, "%s: a delta: %s", where, fwd_reason_info(reason)->name);
        (void)decide(lab);
        expect_then(w, where);
    }
    full_package_helps(w);
}

static void walk(const struct row *row)
{
    static const enum fwd_nor_tear tears[] = {FWD_NOR_BEFORE, FWD_NOR_HALF, FWD_NOR_GARBAGE};
    struct walk w;

    begin(&w, row);
    for (uint64_t n = 1; n <= w.cuts.operations; n++) {
        for (int i = 0; i < 3 * 3; i++) {
            char where[120];
            int hand = 1 << i % 3;
            bool turn =
                i < 3 || (uint64_t)i % 3 == n % 3; /* a torn one with each package in turn */
            if ((row->hands & hand) == 0 || !turn || !reach(&w, n, tears[i / 3]))
                continue;
            snprintf(where, sizeof where, "row %s, operation %u, tear %d, package %d", row->id,
                (unsigned)n, i / 3, hand);
            harm(&w, hand);
            loses_journal(row) ? watch_lost(&w, where) : watch(&w, where);
            w.met++;
        }
    }
    ck_assert_msg(w.met > 0, "row %s was never reached", row->id);
    end(&w);
}

START_TEST(resuming_does_what_its_row_says)
{
    walk(&resuming[_i]);
}
END_TEST

START_TEST(a_lost_journal_is_decided_as_its_row_says)
{
    walk(&lost[_i]);
}
END_TEST

/* ---- a rehearsal in recovery ----------------------------------------------------------------- */

static const struct row in_recovery = {"4", "rehearsing, in recovery",
    "firmware incomplete since an earlier update", "other, absent", "failed: package-lost (144)",
    RECOVERY, IN_PLACE, false, false, {FWD_STATE_ACTING, FWD_STATE_ACTING, ALL_STEPS}, ABSENT,
    WRITTEN, FWD_E_PACKAGE_LOST, 1};

struct rescue {
    struct lab *lab;
    const struct fwd_bytes *package;
};

static void install_rescue(void *arg)
{
    struct rescue *rescue = arg;
    enum fwd_reason reason = lab_install(rescue->lab, rescue->package, FWD_COMMAND_FULL);

    (void)reason;
}

/* The update fails past its first write; then power fails while a full package is rehearsed. */
static void make_recovery(struct walk *w)
{
    for (uint64_t n = 1; n <= w->cuts.operations; n++) {
        if (!reach(w, n, FWD_NOR_BEFORE))
            continue;
        harm(w, SAME);
        fwd_nor_power_off(w->c.lab->nor);
        ck_assert_int_eq(lab_boot(w->c.lab), FWD_E_TARGET_CORRUPT);
        ck_assert_int_eq(w->c.lab->choice.action, FWD_BOOT_RECOVERY);
        return;
    }
    ck_abort_msg("no recovery");
}

START_TEST(a_rehearsal_in_recovery_leads_back_to_recovery)
{
    struct walk w;
    unsigned met = 0;

    begin(&w, &in_recovery);
    make_recovery(&w);
    struct lab_recipe recipe = w.c.recipe;
    recipe.parts[0].delta = false;
    struct fwd_bytes package = lab_package(&recipe);
    struct rescue rescue = {w.c.lab, &package};
    struct fwd_nor_snapshot *snapshot = fwd_nor_snapshot_new(w.c.lab->nor);
    ck_assert_ptr_nonnull(snapshot);
    for (uint64_t n = 1; n < 200; n++) {
        struct fwd_nor_cut cut = {n, FWD_NOR_HALF, 0, 0};
        fwd_nor_restore(w.c.lab->nor, snapshot);
        fwd_nor_arm(w.c.lab->nor, &cut);
        bool whole = fwd_nor_run(w.c.lab->nor, install_rescue, &rescue);
        fwd_nor_arm(w.c.lab->nor, NULL);
        if (whole)
            break;
        ck_assert_int_eq(lab_start(w.c.lab), FWD_OK);
        if (w.c.lab->update.journal.record.state != FWD_STATE_REHEARSING)
            continue;
        fill(w.c.lab, LAB_AREA_PACKAGE, 0xFF);
        watch(&w, "in recovery");
        met++;
    }
    ck_assert_uint_gt(met, 0);
    fwd_nor_snapshot_free(snapshot);
    fwd_bytes_free(&package);
    end(&w);
}
END_TEST

/* ---- the printed tables ---------------------------------------------------------------------- */

static void expect_cell(const struct spec_row *printed, size_t cell, const char *text)
{
    ck_assert_msg(printed->cells[cell] != NULL && strcmp(printed->cells[cell], text) == 0,
        "row %s of DESIGN.md: \"%s\" is printed, \"%s\" was walked", printed->cells[0],
        printed->cells[cell] != NULL ? printed->cells[cell] : "", text);
}

static void expect_row(const struct spec_table *table, const struct row *row)
{
    const struct spec_row *printed = spec_table_find(table, 0, row->id);

    ck_assert_msg(printed != NULL, "row %s is not printed", row->id);
    expect_cell(printed, 1, row->state);
    expect_cell(printed, 2, row->flash);
    expect_cell(printed, 3, row->package);
    expect_cell(printed, 4, row->happens);
    expect_cell(printed, 5, thens[row->then]);
}

START_TEST(the_printed_tables_are_those_that_were_walked)
{
    struct spec_table first = spec_table_read(DESIGN, "### 7.2");
    struct spec_table second = spec_table_read(DESIGN, "### 7.3");

    for (int i = 0; i < COUNT(resuming); i++)
        expect_row(&first, &resuming[i]);
    expect_row(&first, &in_recovery);
    ck_assert_uint_eq(first.count, COUNT(resuming) + 1);
    for (int i = 0; i < COUNT(lost); i++)
        expect_row(&second, &lost[i]);
    ck_assert_uint_eq(second.count, COUNT(lost));
    spec_table_free(&first);
    spec_table_free(&second);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("recovery");
    TCase *tests = tcase_create("recovery");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 240);
    tcase_add_loop_test(tests, resuming_does_what_its_row_says, 0, COUNT(resuming));
    tcase_add_loop_test(tests, a_lost_journal_is_decided_as_its_row_says, 0, COUNT(lost));
    tcase_add_test(tests, a_rehearsal_in_recovery_leads_back_to_recovery);
    tcase_add_test(tests, the_printed_tables_are_those_that_were_walked);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
