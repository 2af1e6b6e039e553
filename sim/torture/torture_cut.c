/* Trying all cuts at one operation. */
#include "sim/torture/torture_internal.h"

#include <string.h>

static void save(struct fwd_torture_power_cycle *cycle)
{
    const struct fwd_machine *machine = cycle->torture->machine;

    fwd_nor_save(machine->nor, cycle->snapshot);
    fwd_torture_counters_take(cycle->torture, &cycle->counters);
}

void fwd_torture_cut_restore(struct fwd_torture_power_cycle *cycle)
{
    struct fwd_machine *machine = cycle->torture->machine;

    fwd_nor_restore(machine->nor, cycle->snapshot);
    fwd_torture_counters_put(cycle->torture, &cycle->counters);
}

struct torn_call {
    const struct fwd_flash_port *flash;
    const struct fwd_torture_call *call;
};

static void make_call(void *arg)
{
    const struct torn_call *torn = arg;
    const struct fwd_torture_call *call = torn->call;

    if (call->bytes != NULL)
        (void)torn->flash->program(
            torn->flash->ctx, call->area, call->offset, call->bytes, call->size);
    else
        (void)torn->flash->erase(torn->flash->ctx, call->area, call->offset, call->size);
}

bool fwd_torture_cut_tear(struct fwd_torture_power_cycle *cycle,
    const struct fwd_torture_call *call, uint32_t unit, struct fwd_nor_cut cut)
{
    struct fwd_torture *torture = cycle->torture;
    struct fwd_nor *nor = torture->machine->nor;
    struct torn_call torn = {&torture->machine->flash_port, call};

    cut.operation = unit;
    fwd_nor_arm(nor, &cut);
    torture->tally->due++;
    bool returned = fwd_nor_run(nor, make_call, &torn);
    if (returned || !fwd_nor_fired(nor))
        return false;
    torture->tally->fired++;
    return true;
}

/* What the next start finds: flash, counters, and what is wrong. */
static struct fwd_nor_hash state_of(const struct fwd_torture_power_cycle *next)
{
    const struct fwd_machine *machine = next->torture->machine;
    struct fwd_nor_hash state = fwd_nor_hash(machine->nor);
    uint64_t wrong[3] = {fwd_torture_variant_key(next), next->tolerant, next->full_sent};

    state = fwd_torture_memo_stir(state, machine->nvm.counters, sizeof machine->nvm.counters);
    state = fwd_torture_memo_stir(state, machine->nvm.trust, sizeof machine->nvm.trust);
    return fwd_torture_memo_stir(state, wrong, sizeof wrong);
}

/* The power cycle ended well after cycle->cost: so does every state that it went through. */
static void remember(
    struct fwd_torture_power_cycle *cycle, struct fwd_torture_memo *memo, struct fwd_nor_hash first)
{
    fwd_torture_memo_add(memo, first, cycle->cost);
    for (size_t i = 0; i < cycle->mark_count; i++) {
        const struct fwd_torture_mark *at = &cycle->marks[i];
        struct fwd_torture_cost left = {cycle->cost.operations - at->cost.operations,
            cycle->cost.erases - at->cost.erases, cycle->cost.bytes - at->cost.bytes,
            cycle->cost.slot_erases - at->cost.slot_erases,
            cycle->cost.nanoseconds - at->cost.nanoseconds};
        fwd_torture_memo_add(memo, at->state, left);
    }
}

/* Boots from what the cut left. */
static void recover(struct fwd_torture_power_cycle *cycle)
{
    struct fwd_torture *torture = cycle->torture;
    struct fwd_torture_memo *memo = &torture->memo[cycle->cuts_left];
    struct fwd_nor_hash state = state_of(cycle);
    const struct fwd_torture_known *known =
        cycle->alone ? NULL : fwd_torture_memo_find(memo, state);

    if (known != NULL) {
        cycle->cost = known->cost;
        cycle->end = FWD_END_MERGED;
        torture->tally->known++;
        return;
    }
    fwd_torture_power_cycle_run(cycle);
    if (cycle->end == FWD_END_BADLY)
        return;
    if (cycle->end == FWD_END_MERGED)
        torture->tally->merged++;
    else
        torture->tally->run++;
    torture->tally->old_kept += cycle->old_kept ? 1 : 0;
    if (!cycle->alone)
        remember(cycle, memo, state);
}

struct fwd_torture_power_cycle *fwd_torture_cut_prepare(const struct fwd_torture_power_cycle *cycle,
    const struct fwd_torture_point *point, unsigned cuts_left)
{
    struct fwd_torture *torture = cycle->torture;
    struct fwd_torture_power_cycle *next = torture->cycles[cycle->depth + 1];

    next->point = *point;
    next->cuts_left = cuts_left;
    next->alone = torture->options->every_state || torture->options->replay != NULL;
    next->limit = (20 * torture->update.operations + 1000) * fwd_torture_generation_max(torture);
    next->start = 0;
    next->full_sent = cycle->full_sent;
    return next;
}

static void count(
    const struct fwd_torture_power_cycle *cycle, const struct fwd_torture_point *point, bool lost)
{
    struct fwd_torture *torture = cycle->torture;

    if (point->counter > 0)
        torture->tally->counter_cuts++;
    else if (torture->variant.kind != FWD_TORTURE_PLAIN)
        return;
    else if (cycle->depth > 0)
        torture->tally->seconds++;
    else
        torture->tally->cuts[torture->phase][point->cut.tear]++;
    if (lost && point->counter == 0)
        torture->tally->lost[torture->phase][point->cut.tear]++;
}

/* What becomes of the device after a cut that has happened, or has not. */
static void judge(
    struct fwd_torture_power_cycle *cycle, struct fwd_torture_power_cycle *next, bool happened)
{
    if (happened) {
        fwd_torture_variant_afflict(next);
        recover(next);
    } else {
        next->end = FWD_END_BADLY;
        snprintf(next->what, sizeof next->what, "power did not fail where it should have");
    }
    bool lost = next->end == FWD_END_BADLY;
    count(cycle, &next->point, lost);
    if (lost)
        fwd_torture_tally_failure(next, next->point.cut.tear, NULL);
    else
        fwd_torture_tally_cost(next, cycle->cost);
    fwd_torture_cut_restore(cycle);
}

static void try_cut(struct fwd_torture_power_cycle *cycle, const struct fwd_torture_call *call,
    uint32_t unit, const struct fwd_torture_point *point)
{
    struct fwd_torture_power_cycle *next =
        fwd_torture_cut_prepare(cycle, point, cycle->cuts_left - 1);

    judge(cycle, next, fwd_torture_cut_tear(cycle, call, unit, point->cut));
}

void fwd_torture_cut_counter(struct fwd_torture_power_cycle *cycle, bool after)
{
    struct fwd_torture *torture = cycle->torture;
    struct fwd_torture_point point = {.counter = cycle->rises, .after = after};

    point.cut.operation = cycle->cost.operations + 1;
    if (cycle->cuts_left == 0 || !fwd_torture_sample_wanted(cycle, &point))
        return;
    fwd_torture_power_cycle_clock(cycle);
    save(cycle);
    torture->tally->due++;
    torture->tally->fired++;
    fwd_nor_power_off(torture->machine->nor);
    judge(cycle, fwd_torture_cut_prepare(cycle, &point, cycle->cuts_left - 1), true);
}

/* ---- all of them ----------------------------------------------------------------------------- */

/* Prefixes that have a class of their own are not tried again. */
static bool own_class(uint32_t bytes, uint32_t unit)
{
    return bytes <= 1 || bytes == unit / 2 || bytes >= unit - 1;
}

static void try_prefixes(struct fwd_torture_power_cycle *cycle, const struct fwd_torture_call *call,
    uint32_t unit, struct fwd_torture_point point)
{
    uint32_t size = call->area->program_unit;
    struct fwd_nor_cut *cut = &point.cut;

    for (cut->bytes = 2; call->bytes != NULL && cut->bytes < size; cut->bytes++) {
        bool replayed = cycle->torture->options->replay != NULL;
        if ((replayed || !own_class(cut->bytes, size)) && fwd_torture_sample_wanted(cycle, &point))
            try_cut(cycle, call, unit, &point);
    }
}

static void try_tears(struct fwd_torture_power_cycle *cycle, const struct fwd_torture_call *call,
    uint32_t unit, struct fwd_torture_point point)
{
    const struct fwd_torture_options *options = cycle->torture->options;
    struct fwd_nor_cut *cut = &point.cut;

    for (int kind = 0; kind < FWD_NOR_TEARS; kind++) {
        cut->tear = (enum fwd_nor_tear)kind;
        if ((options->tears >> kind & 1) == 0 && options->replay == NULL)
            continue;
        if (cut->tear == FWD_NOR_PREFIX) {
            try_prefixes(cycle, call, unit, point);
            continue;
        }
        for (cut->seed = 0; cut->seed < fwd_torture_seeds(cut->tear); cut->seed++) {
            if (fwd_torture_sample_wanted(cycle, &point))
                try_cut(cycle, call, unit, &point);
        }
        cut->seed = 0;
    }
}

void fwd_torture_cut_all(
    struct fwd_torture_power_cycle *cycle, const struct fwd_torture_call *call, uint32_t unit)
{
    const struct fwd_torture *torture = cycle->torture;
    struct fwd_torture_point point = {.cut = {.operation = cycle->cost.operations + 1}};

    if (!fwd_torture_sample_mine(cycle, point.cut.operation))
        return;
    fwd_torture_power_cycle_clock(cycle);
    save(cycle);
    if (torture->variant.kind == FWD_TORTURE_PLAIN || torture->options->replay != NULL) {
        try_tears(cycle, call, unit, point);
        fwd_torture_repeated_cuts(cycle, call, unit);
        return;
    }
    point.cut = fwd_torture_variant_cut(cycle, point.cut.operation);
    try_cut(cycle, call, unit, &point);
}
