/* One power cycle of the device: starts, until it has ended. */
#include "sim/cost/decode_cost.h"
#include "sim/cost/flash_cost.h"
#include "sim/torture/torture_internal.h"

#include <stdlib.h>
#include <string.h>

/* A device with something wrong is started so often: more than any limit of the library. */
#define STARTS 40u
/* More resets by the watchdog are a loop. */
#define RESETS 8u

/* ---- making one ------------------------------------------------------------------------------ */

static enum fwd_fail fill(struct fwd_torture_power_cycle *cycle, struct fwd_error *err)
{
    struct fwd_machine *machine = cycle->torture->machine;
    enum fwd_fail fail = fwd_torture_ports_fill(cycle, err);

    if (fail != FWD_FAIL_NONE)
        return fail;
    cycle->device = machine->device;
    cycle->device.ports = &cycle->watchdog.ports;
    fail = fwd_torture_keyring_fill(cycle, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    cycle->device.memory = malloc(machine->device.memory_size);
    cycle->snapshot = fwd_nor_snapshot_new(machine->nor);
    if (cycle->device.memory == NULL || cycle->snapshot == NULL)
        return fwd_error_memory(err, "a simulated power cycle");
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_torture_power_cycle_new(struct fwd_torture *torture, unsigned depth,
    struct fwd_torture_power_cycle **out, struct fwd_error *err)
{
    struct fwd_torture_power_cycle *cycle = calloc(1, sizeof *cycle);

    *out = cycle;
    if (cycle == NULL)
        return fwd_error_memory(err, "a simulated power cycle");
    cycle->torture = torture;
    cycle->depth = depth;
    return fill(cycle, err);
}

void fwd_torture_power_cycle_free(struct fwd_torture_power_cycle *cycle)
{
    if (cycle == NULL)
        return;
    fwd_torture_keyring_free(cycle);
    fwd_crypto_port_free(&cycle->crypto);
    fwd_nor_snapshot_free(cycle->snapshot);
    free(cycle->device.memory);
    free(cycle->marks);
    free(cycle);
}

/* ---- living it ------------------------------------------------------------------------------- */

_Noreturn void fwd_torture_power_cycle_leave(
    struct fwd_torture_power_cycle *cycle, enum fwd_torture_end end, const char *what)
{
    cycle->end = end;
    snprintf(cycle->what, sizeof cycle->what, "%s", what);
    longjmp(cycle->leave, 1);
}

/* The machine's own keyring is not asked: each power cycle has one. */
void fwd_torture_power_cycle_switch(struct fwd_torture *torture)
{
    fwd_nor_power_off(torture->machine->nor);
    fwd_nor_power_on(torture->machine->nor);
}

static void power_on(struct fwd_torture_power_cycle *cycle)
{
    /* What was in memory is gone; the decoder's part of it is of no use to anybody else. */
    memset(cycle->device.memory, 0xA5, fwd_update_memory(&cycle->device));
    fwd_torture_power_cycle_switch(cycle->torture);
    fwd_watchdog_start(&cycle->watchdog);
    cycle->start++;
}

/* One more start. False: the power cycle has ended. */
static bool go_on(struct fwd_torture_power_cycle *cycle)
{
    if (setjmp(cycle->restart) != 0) {
        cycle->resets++;
        cycle->torture->tally->resets++;
        if (cycle->resets < RESETS)
            return true;
        fwd_torture_start_fail(cycle, "the watchdog resets the device at every start");
        return false;
    }
    power_on(cycle);
    return !fwd_torture_start(cycle);
}

static void live(struct fwd_torture_power_cycle *cycle)
{
    bool several = cycle->tolerant || cycle->torture->options->unconfirmed;

    while (cycle->start < (several ? STARTS : 1) + cycle->resets) {
        if (!go_on(cycle))
            return;
    }
    fwd_torture_start_fail(cycle, "the update never ends");
}

void fwd_torture_power_cycle_note_rate(struct fwd_torture_power_cycle *cycle)
{
    if (cycle->rated != (cycle->update.decoded > 0)) {
        cycle->decode_rate = fwd_decode_cost_per_kib(&cycle->update.plan);
        cycle->rated = !cycle->rated;
    }
}

static uint64_t device_clock(struct fwd_torture_power_cycle *cycle)
{
    const struct fwd_machine *machine = cycle->torture->machine;

    fwd_torture_power_cycle_note_rate(cycle);
    return fwd_nor_counts(machine->nor).nanoseconds +
           fwd_flash_cost_hash_ns(machine->description, cycle->crypto.hashed) +
           fwd_decode_cost_ns(machine->description, cycle->decode_rate, cycle->update.decoded);
}

void fwd_torture_power_cycle_clock(struct fwd_torture_power_cycle *cycle)
{
    cycle->cost.nanoseconds = device_clock(cycle) - cycle->began_ns;
}

void fwd_torture_power_cycle_run(struct fwd_torture_power_cycle *cycle)
{
    cycle->cost = (struct fwd_torture_cost){0};
    cycle->update.decoded = 0;
    cycle->crypto.hashed = 0; /* its time is rounded: the same again only from the same number on */
    cycle->began_ns = device_clock(cycle);
    cycle->mark_count = 0;
    cycle->journal_written = cycle->old_kept = cycle->told_worn = false;
    cycle->start = cycle->resets = cycle->waits = cycle->refusals = 0;
    cycle->rises = 0;
    cycle->end = FWD_END_NONE;
    cycle->reason = FWD_OK;
    cycle->what[0] = '\0';
    if (setjmp(cycle->leave) == 0) {
        live(cycle);
        fwd_torture_power_cycle_clock(cycle);
    }
}
