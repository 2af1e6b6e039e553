#include "tests/verify/rig/install_cuts.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEEN_ROOM (1u << 17) /* a power of two */

const struct lab_tear lab_tears[] = {{FWD_NOR_BEFORE, 0}, {FWD_NOR_AFTER, 0}, {FWD_NOR_ONE, 0},
    {FWD_NOR_HALF, 0}, {FWD_NOR_ALL_BUT_ONE, 0}, {FWD_NOR_BITS, 1}, {FWD_NOR_BITS, 2},
    {FWD_NOR_UNSTABLE, 0}, {FWD_NOR_UNSTABLE, 1}, {FWD_NOR_UNSTABLE, 2}, {FWD_NOR_UNSTABLE, 3},
    {FWD_NOR_DROP, 1}, {FWD_NOR_REORDER, 1}, {FWD_NOR_GARBAGE, 1}, {FWD_NOR_UNCORRECTABLE, 0}};
const size_t lab_tear_count = sizeof lab_tears / sizeof lab_tears[0];

const struct lab_tear lab_few_tears[] = {{FWD_NOR_BEFORE, 0}, {FWD_NOR_HALF, 0},
    {FWD_NOR_UNSTABLE, 1}, {FWD_NOR_UNSTABLE, 2}, {FWD_NOR_UNSTABLE, 3},
    {FWD_NOR_UNCORRECTABLE, 0}};
const size_t lab_few_tear_count = sizeof lab_few_tears / sizeof lab_few_tears[0];

uint64_t lab_cuts_stride(uint64_t usual)
{
    const char *wanted = getenv("FWD_LONG");

    return wanted != NULL && strcmp(wanted, "1") == 0 ? 1 : usual;
}

/* ---- states ---------------------------------------------------------------------------------- */

static void save(struct lab_cuts *cuts, struct lab_snapshot *snapshot)
{
    if (snapshot->flash == NULL)
        snapshot->flash = fwd_nor_snapshot_new(cuts->lab->nor);
    ck_assert_ptr_nonnull(snapshot->flash);
    fwd_nor_save(cuts->lab->nor, snapshot->flash);
    memcpy(snapshot->counters, cuts->lab->counters, sizeof snapshot->counters);
}

static void restore(struct lab_cuts *cuts, const struct lab_snapshot *snapshot)
{
    fwd_nor_restore(cuts->lab->nor, snapshot->flash);
    memcpy(cuts->lab->counters, snapshot->counters, sizeof snapshot->counters);
    cuts->lab->trouble[0] = '\0';
    fwd_nor_power_off(cuts->lab->nor); /* and what the device had in memory is gone */
}

/* True when this state was seen before; remembers it. */
static bool seen(struct lab_cuts *cuts)
{
    struct fwd_nor_hash hash = fwd_nor_hash(cuts->lab->nor);

    for (size_t i = (size_t)hash.a;; i++) {
        struct fwd_nor_hash *slot = &cuts->seen[i % SEEN_ROOM];
        if (fwd_nor_hash_equal(*slot, hash))
            return true;
        if (slot->a != 0 || slot->b != 0)
            continue;
        if (cuts->seen_count < SEEN_ROOM / 2) {
            *slot = hash;
            cuts->seen_count++;
        }
        return false;
    }
}

/* ---- one life -------------------------------------------------------------------------------- */

/* Power cycles that a device may need when it is left alone: a record that comes and goes can call
 * for one more. */
#define CYCLES_MAX 3

static const char *recover(struct lab_cuts *cuts)
{
    struct lab *lab = cuts->lab;
    const char *problem = NULL;

    fwd_nor_arm(lab->nor, NULL);
    for (int i = 0; i < CYCLES_MAX; i++) {
        if (i > 0)
            fwd_nor_power_off(lab->nor);
        if (!lab_cycle(lab))
            return "power was cut without a cut";
        if (lab->trouble[0] != '\0')
            return lab->trouble;
        if (lab->result != FWD_OK)
            return fwd_reason_info(lab->result)->name;
        problem = lab_unfinished(lab);
        if (problem == NULL)
            break;
    }
    /* A record that reads differently each time may be there for each of our starts and gone for
     * each look after it. The look is a start, too, and what it finds is resumed. */
    if (problem != NULL && lab->choice.action == FWD_BOOT_RESUME &&
        fwd_update_resume(&lab->update) == FWD_OK)
        problem = lab_unfinished(lab);
    return problem;
}

void lab_cuts_begin(struct lab_cuts *cuts, struct lab *lab)
{
    *cuts = (struct lab_cuts){.lab = lab};
    cuts->seen = calloc(SEEN_ROOM, sizeof *cuts->seen);
    ck_assert_ptr_nonnull(cuts->seen);
    save(cuts, &cuts->start);
    uint64_t before = fwd_nor_operations(lab->nor);
    const char *problem = recover(cuts);
    ck_assert_msg(!problem, "without a cut: %s", problem);
    cuts->operations = fwd_nor_operations(lab->nor) - before;
    ck_assert_uint_gt(cuts->operations, 0);
}

void lab_cuts_end(struct lab_cuts *cuts)
{
    fwd_nor_snapshot_free(cuts->start.flash);
    fwd_nor_snapshot_free(cuts->middle.flash);
    free(cuts->seen);
}

void lab_cuts_restart(struct lab_cuts *cuts)
{
    restore(cuts, &cuts->start);
}

/* One power cycle that ends with a cut. False: it ended without one. */
static bool cut_cycle(struct lab_cuts *cuts, const struct fwd_nor_cut *cut)
{
    fwd_nor_arm(cuts->lab->nor, cut);
    cuts->tried++;
    bool ended = lab_cycle(cuts->lab);
    fwd_nor_arm(cuts->lab->nor, NULL);
    return !ended;
}

void lab_cuts_until(struct lab_cuts *cuts, uint8_t state)
{
    struct fwd_nor_cut cut = {1, FWD_NOR_BEFORE, 0, 0};

    do {
        lab_cuts_restart(cuts);
        ck_assert(cut_cycle(cuts, &cut));
        ck_assert_int_eq(lab_start(cuts->lab), FWD_OK);
        cut.operation++;
    } while (cuts->lab->update.journal.record.state != state);
    fwd_nor_power_off(cuts->lab->nor);
}

static bool lost(struct lab_cuts *cuts, const struct fwd_nor_cut *first,
    const struct fwd_nor_cut *second, const char *problem)
{
    char ids[2][FWD_NOR_CUT_TEXT] = {"", ""};

    fwd_nor_cut_print(first, ids[0]);
    if (second != NULL)
        fwd_nor_cut_print(second, ids[1]);
    (void)snprintf(cuts->loss, sizeof cuts->loss, "after %s %s: %s", ids[0], ids[1], problem);
    return false;
}

/* After the cut: everything must come right. */
static bool check_recovery(
    struct lab_cuts *cuts, const struct fwd_nor_cut *first, const struct fwd_nor_cut *second)
{
    const char *problem = cuts->lab->trouble[0] != '\0' ? cuts->lab->trouble : NULL;

    if (problem == NULL && seen(cuts))
        return true;
    cuts->recovered++;
    if (problem == NULL)
        problem = recover(cuts);
    return problem != NULL ? lost(cuts, first, second, problem) : true;
}

bool lab_cuts_once(
    struct lab_cuts *cuts, const struct lab_tear *tears, size_t count, uint64_t stride)
{
    for (uint64_t n = 1; n <= cuts->operations; n += stride) {
        for (size_t t = 0; t < count; t++) {
            struct fwd_nor_cut cut = {n, tears[t].tear, tears[t].seed, 0};
            restore(cuts, &cuts->start);
            if (!cut_cycle(cuts, &cut))
                return lost(cuts, &cut, NULL, "it ended without the cut");
            if (!check_recovery(cuts, &cut, NULL))
                return false;
        }
    }
    return true;
}

/* ---- two ------------------------------------------------------------------------------------- */

static bool cut_again(struct lab_cuts *cuts, const struct fwd_nor_cut *first,
    const struct lab_tear *again, size_t again_count, uint64_t stride)
{
    for (size_t t = 0; t < again_count; t++) {
        for (uint64_t n = 1;; n += stride) {
            struct fwd_nor_cut cut = {n, again[t].tear, again[t].seed, 0};
            restore(cuts, &cuts->middle);
            if (!cut_cycle(cuts, &cut))
                break; /* the recovery has fewer operations */
            if (!check_recovery(cuts, first, &cut))
                return false;
        }
    }
    return true;
}

bool lab_cuts_twice(struct lab_cuts *cuts, const struct lab_tear *tears, size_t count,
    const struct lab_tear *again, size_t again_count, uint64_t stride)
{
    for (uint64_t n = 1; n <= cuts->operations; n++) {
        for (size_t t = 0; t < count; t++) {
            struct fwd_nor_cut cut = {n, tears[t].tear, tears[t].seed, 0};
            restore(cuts, &cuts->start);
            if (!cut_cycle(cuts, &cut))
                return lost(cuts, &cut, NULL, "it ended without the cut");
            save(cuts, &cuts->middle);
            if (seen(cuts))
                continue; /* with its second cuts */
            if (!cut_again(cuts, &cut, again, again_count, stride))
                return false;
        }
    }
    return true;
}

bool lab_cuts_row(struct lab_cuts *cuts, unsigned more, uint64_t stride)
{
    for (uint64_t n = 1; n <= cuts->operations; n += stride) {
        const struct lab_tear *tear = &lab_tears[n % lab_tear_count];
        struct fwd_nor_cut first = {n, tear->tear, tear->seed, 0}, last = first;
        restore(cuts, &cuts->start);
        if (!cut_cycle(cuts, &first))
            return lost(cuts, &first, NULL, "it ended without the cut");
        for (unsigned i = 0; i < more; i++) {
            tear = &lab_tears[(n + 7 * i + more) % lab_tear_count];
            last = (struct fwd_nor_cut){1 + (n * 5 + i * 11) % 23, tear->tear, tear->seed, 0};
            (void)cut_cycle(cuts, &last);
        }
        if (!check_recovery(cuts, &first, more > 0 ? &last : NULL))
            return false;
    }
    return true;
}
