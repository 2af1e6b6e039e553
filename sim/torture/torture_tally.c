/* What was tried and what became of it. */
#include "sim/torture/torture_internal.h"

#include <stdlib.h>
#include <string.h>

#define FAILURES_OF_A_VARIANT 2u

/* Where much is lost to one cause, only some of it is described, so that other causes are seen. */
static bool described_enough(const struct fwd_torture *torture)
{
    const struct fwd_torture_tally *tally = torture->tally;
    unsigned count = 0;

    for (uint64_t i = 0; i < tally->described; i++)
        count += tally->failures[i].variant == torture->variant_number ? 1 : 0;
    return tally->described == FWD_TORTURE_FAILURES ||
           (torture->variant.kind != FWD_TORTURE_PLAIN && count >= FAILURES_OF_A_VARIANT);
}

void fwd_torture_tally_failure(const struct fwd_torture_power_cycle *cycle, enum fwd_nor_tear tear,
    const struct fwd_torture_case *more)
{
    struct fwd_torture *torture = cycle->torture;
    struct fwd_torture_tally *tally = torture->tally;

    /* of a case that is replayed only its own end counts */
    if (torture->options->replay != NULL && cycle->depth != torture->replay.point_count)
        return;
    tally->failure_count++;
    if (described_enough(torture))
        return;
    struct fwd_torture_failure *failure = &tally->failures[tally->described++];
    failure->variant = torture->variant_number;
    fwd_torture_case_print(cycle, more, failure->id);
    snprintf(failure->what, sizeof failure->what, "%s", cycle->what);
    failure->operation = cycle->depth > 0 ? torture->cycles[1]->point.cut.operation : 0;
    failure->phase = torture->phase;
    failure->tear = tear;
}

/* Of two equal ones the earlier: then the number of processes does not matter. */
static bool worse(uint64_t one, uint64_t operation, uint64_t worst, uint64_t worst_operation)
{
    return one > worst || (one == worst && one > 0 && operation < worst_operation);
}

static void take(struct fwd_torture_worst *worst, const struct fwd_torture_power_cycle *cycle,
    struct fwd_torture_cost cost)
{
    worst->cost = cost;
    worst->operation = cycle->torture->cycles[1]->point.cut.operation;
    fwd_torture_case_print(cycle, NULL, worst->id);
}

static uint64_t beyond(uint64_t before, uint64_t after, uint64_t undisturbed)
{
    return before + after > undisturbed ? before + after - undisturbed : 0;
}

void fwd_torture_tally_cost(
    const struct fwd_torture_power_cycle *cycle, struct fwd_torture_cost before)
{
    struct fwd_torture *torture = cycle->torture;
    struct fwd_torture_tally *tally = torture->tally;
    const struct fwd_torture_cost *plain = &torture->update, *after = &cycle->cost;
    uint64_t operation = torture->cycles[1]->point.cut.operation;

    if (cycle->depth != 1 || torture->variant.kind != FWD_TORTURE_PLAIN)
        return;
    if (worse(after->operations, operation, tally->recovery.cost.operations,
            tally->recovery.operation))
        take(&tally->recovery, cycle, *after);
    if (torture->phase < FWD_TORTURE_ACTION)
        return;
    struct fwd_torture_cost twice = {
        beyond(before.operations, after->operations, plain->operations),
        beyond(before.erases, after->erases, plain->erases),
        beyond(before.bytes, after->bytes, plain->bytes),
        beyond(before.slot_erases, after->slot_erases, plain->slot_erases),
        beyond(before.nanoseconds, after->nanoseconds, plain->nanoseconds)};
    if (worse(twice.bytes, operation, tally->repeated.cost.bytes, tally->repeated.operation))
        take(&tally->repeated, cycle, twice);
}

/* ---- several processes ----------------------------------------------------------------------- */

static void add_worst(
    struct fwd_torture_worst *sum, const struct fwd_torture_worst *one, uint64_t a, uint64_t b)
{
    if (worse(b, one->operation, a, sum->operation))
        *sum = *one;
}

static void add_failures(struct fwd_torture_tally *sum, const struct fwd_torture_tally *one)
{
    for (uint32_t i = 0; i < one->described && sum->described < FWD_TORTURE_FAILURES; i++)
        sum->failures[sum->described++] = one->failures[i];
    sum->failure_count += one->failure_count;
}

void fwd_torture_tally_add(struct fwd_torture_tally *sum, const struct fwd_torture_tally *one)
{
    for (int phase = 0; phase < FWD_TORTURE_PHASES; phase++) {
        for (int tear = 0; tear < FWD_NOR_TEARS; tear++) {
            sum->cuts[phase][tear] += one->cuts[phase][tear];
            sum->lost[phase][tear] += one->lost[phase][tear];
        }
    }
    sum->fired += one->fired;
    sum->due += one->due;
    sum->seconds += one->seconds;
    sum->repeated_cuts += one->repeated_cuts;
    sum->faults += one->faults;
    sum->counter_cuts += one->counter_cuts;
    sum->start_faults += one->start_faults;
    sum->worn_blocks += one->worn_blocks;
    sum->generations += one->generations;
    sum->resets += one->resets;
    sum->refused += one->refused;
    sum->waiting += one->waiting;
    sum->rescued += one->rescued;
    sum->run += one->run;
    sum->merged += one->merged;
    sum->known += one->known;
    sum->old_kept += one->old_kept;
    add_worst(&sum->recovery, &one->recovery, sum->recovery.cost.operations,
        one->recovery.cost.operations);
    add_worst(&sum->repeated, &one->repeated, sum->repeated.cost.bytes, one->repeated.cost.bytes);
    add_failures(sum, one);
}

static int compare(const void *a, const void *b)
{
    const struct fwd_torture_failure *x = a, *y = b;

    if (x->operation != y->operation)
        return x->operation < y->operation ? -1 : 1;
    return strcmp(x->id, y->id);
}

void fwd_torture_tally_sort(struct fwd_torture_tally *tally)
{
    qsort(tally->failures, tally->described, sizeof tally->failures[0], compare);
}
