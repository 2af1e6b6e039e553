/* What makes a cut worse: power that fails again at every start, or flash that fails, too. */
#include "sim/torture/torture_internal.h"

#include <stdlib.h>

/* ---- power that fails at every start --------------------------------------------------------- */

static void run_life(void *arg)
{
    fwd_torture_power_cycle_run(arg);
}

static bool cut_repeatedly(
    struct fwd_torture_power_cycle *next, const struct fwd_torture_case *repeated)
{
    struct fwd_torture *torture = next->torture;
    struct fwd_nor *nor = torture->machine->nor;

    for (uint32_t i = 0; i < repeated->times; i++) {
        struct fwd_nor_cut cut = repeated->repeated;
        cut.operation = repeated->every;
        fwd_nor_arm(nor, &cut);
        if (fwd_nor_run(nor, run_life, next)) {
            fwd_nor_arm(nor, NULL);
            return next->end == FWD_END_WELL; /* fewer operations than that were left */
        }
        torture->tally->due++;
        torture->tally->fired += fwd_nor_fired(nor) ? 1 : 0;
    }
    fwd_torture_power_cycle_run(next);
    return next->end == FWD_END_WELL;
}

/* ---- flash that fails ------------------------------------------------------------------------ */

static const struct {
    const char *name;
    enum fwd_nor_operation operation;
    enum fwd_nor_effect effect;
} faults[FWD_TORTURE_FAULTS] = {
    [FWD_TORTURE_PROGRAM_ERROR] = {"program-error", FWD_NOR_PROGRAM, FWD_NOR_FAIL},
    [FWD_TORTURE_STUCK_BIT] = {"stuck-bit", FWD_NOR_PROGRAM, FWD_NOR_SILENT},
    [FWD_TORTURE_ERASE_ERROR] = {"erase-error", FWD_NOR_ERASE, FWD_NOR_FAIL},
    [FWD_TORTURE_HALF_ERASED] = {"half-erased", FWD_NOR_ERASE, FWD_NOR_SILENT},
    [FWD_TORTURE_READ_ERROR] = {"read-error", FWD_NOR_READ, FWD_NOR_FAIL},
    [FWD_TORTURE_UNREADABLE] = {"unreadable", FWD_NOR_READ, FWD_NOR_UNREADABLE},
    [FWD_TORTURE_MISREAD] = {"misread", FWD_NOR_READ, FWD_NOR_SILENT},
};

const char *fwd_torture_fault_name(enum fwd_torture_fault fault)
{
    return faults[fault].name;
}

/* One operation goes wrong, once: what it spoils must be noticed and done again, at this start or
 * at one of those that the device is allowed. */
static bool fault_recovery(
    struct fwd_torture_power_cycle *next, const struct fwd_torture_case *wanted)
{
    struct fwd_nor *nor = next->torture->machine->nor;
    const struct fwd_nor_fault fault = {.operation = faults[wanted->fault].operation,
        .effect = faults[wanted->fault].effect,
        .everywhere = true,
        .skip = wanted->fault_at - 1,
        .times = 1};

    next->tolerant = true;
    if (!fwd_nor_fault_add(nor, &fault))
        return false;
    fwd_torture_power_cycle_run(next);
    fwd_nor_fault_clear(nor);
    return next->end == FWD_END_WELL;
}

/* ---- both ------------------------------------------------------------------------------------ */

static void worsen(struct fwd_torture_power_cycle *cycle, const struct fwd_torture_call *call,
    uint32_t unit, const struct fwd_torture_case *wanted)
{
    const struct fwd_torture_point *point = &wanted->points[0];
    struct fwd_torture_power_cycle *next = fwd_torture_cut_prepare(cycle, point, 0);
    struct fwd_torture_tally *tally = cycle->torture->tally;
    bool repeated = wanted->times > 0;

    next->alone = true;
    fwd_torture_variant_afflict(next);
    bool well = fwd_torture_cut_tear(cycle, call, unit, point->cut) &&
                (repeated ? cut_repeatedly(next, wanted) : fault_recovery(next, wanted));
    if (!well)
        fwd_torture_tally_failure(next, point->cut.tear, wanted);
    tally->repeated_cuts += repeated ? 1 : 0;
    tally->faults += repeated ? 0 : 1;
    fwd_torture_cut_restore(cycle);
}

/* Tears, kinds and places take turns, always in the same way. */
static struct fwd_torture_case draw_fault(
    const struct fwd_torture_power_cycle *cycle, uint32_t number)
{
    static const enum fwd_nor_tear tears[] = {
        FWD_NOR_BEFORE, FWD_NOR_HALF, FWD_NOR_GARBAGE, FWD_NOR_UNSTABLE, FWD_NOR_UNCORRECTABLE};
    uint64_t operation = cycle->cost.operations + 1;
    uint64_t parts[2] = {operation, number};
    struct fwd_nor_hash mixed =
        fwd_torture_memo_stir((struct fwd_nor_hash){9, 10}, parts, sizeof parts);
    enum fwd_nor_tear tear = tears[(mixed.a >> 8) % (sizeof tears / sizeof tears[0])];

    return (struct fwd_torture_case){.points = {{.cut = {operation, tear, 0, 0}}},
        .point_count = 1,
        .fault = (enum fwd_torture_fault)((mixed.a >> 24) % FWD_TORTURE_FAULTS),
        .fault_at = (uint32_t)((mixed.a >> 40) % ((mixed.b >> 8) % 3 == 0 ? 200 : 12)) + 1};
}

static void try_faults(
    struct fwd_torture_power_cycle *cycle, const struct fwd_torture_call *call, uint32_t unit)
{
    struct fwd_torture *torture = cycle->torture;
    uint64_t operation = cycle->cost.operations + 1, count = torture->update.operations;
    uint64_t wanted = torture->options->faults;

    /* spread evenly, several at one operation when more are wanted than there are operations */
    for (uint64_t i = wanted * (operation - 1) / count; i < wanted * operation / count; i++) {
        struct fwd_torture_case one = draw_fault(cycle, (uint32_t)i);
        worsen(cycle, call, unit, &one);
    }
}

/* All tears, with all their seeds, take turns; power fails at the first, second or fifth operation.
 */
static struct fwd_torture_case draw_repeated_cuts(const struct fwd_torture_power_cycle *cycle)
{
    static const uint32_t every[] = {1, 2, 5};
    uint64_t operation = cycle->cost.operations + 1;
    uint64_t number = operation / cycle->torture->storm_every;
    struct fwd_torture_case repeated = {.points = {{.cut = {operation, FWD_NOR_BEFORE, 0, 0}}},
        .point_count = 1,
        .every = every[number % 3],
        .times = FWD_TORTURE_REPEATED};

    repeated.repeated = fwd_torture_tear_number(FWD_TORTURE_CLASSES, number / 3);
    return repeated;
}

void fwd_torture_repeated_cuts(
    struct fwd_torture_power_cycle *cycle, const struct fwd_torture_call *call, uint32_t unit)
{
    struct fwd_torture *torture = cycle->torture;
    const struct fwd_torture_case *replay = &torture->replay;
    uint64_t operation = cycle->cost.operations + 1;

    if (cycle->depth > 0)
        return;
    if (replay->times > 0 || replay->fault_at > 0) {
        if (replay->points[0].cut.operation == operation)
            worsen(cycle, call, unit, replay);
        return;
    }
    if (torture->options->replay != NULL)
        return;
    if (torture->options->cuts != FWD_TORTURE_RANDOM && operation % torture->storm_every == 0) {
        struct fwd_torture_case repeated = draw_repeated_cuts(cycle);
        worsen(cycle, call, unit, &repeated);
    }
    try_faults(cycle, call, unit);
}
