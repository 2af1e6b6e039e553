/* The flash port of a power cycle: before each operation the cuts that are to be tried there, and
 * at each journal record the question whether the rest is known. */
#include "sim/torture/torture_internal.h"
#include "verify/flash/area.h"

#include <stdlib.h>
#include <string.h>

static const struct fwd_flash_port *under(const struct fwd_torture_power_cycle *cycle)
{
    return &cycle->torture->machine->flash_port;
}

static enum fwd_io flash_read(
    void *ctx, const struct fwd_area *area, uint32_t offset, void *buf, uint32_t size)
{
    struct fwd_torture_power_cycle *cycle = ctx;

    return under(cycle)->read(under(cycle)->ctx, area, offset, buf, size);
}

/* Power cycle 0 only: which part of the update this operation belongs to. */
static enum fwd_torture_phase phase_of(const struct fwd_torture_power_cycle *cycle)
{
    struct fwd_status status;

    if (cycle->torture->changes_keys)
        return FWD_TORTURE_ACTION;
    fwd_update_status(&cycle->update, &status);
    switch (status.state) {
    case FWD_STATUS_REHEARSING:
        return FWD_TORTURE_REHEARSAL;
    case FWD_STATUS_STAGED:
    case FWD_STATUS_ACTING:
        return FWD_TORTURE_ACTION;
    case FWD_STATUS_COMMITTING:
    case FWD_STATUS_DONE:
    case FWD_STATUS_FAILED:
        return FWD_TORTURE_FINISH;
    default:
        return status.session_known ? FWD_TORTURE_FINISH : FWD_TORTURE_DOWNLOAD;
    }
}

/* The undisturbed update: which block is written, for the how-manieth time. */
static void record(struct fwd_torture *torture, const struct fwd_torture_call *call)
{
    struct fwd_torture_write write = {
        call->area->id, fwd_area_block_at(call->area, call->offset).index, 1};

    for (size_t i = torture->write_count; i-- > 0;) {
        const struct fwd_torture_write *other = &torture->writes[i];
        if (other->area != write.area || other->block != write.block)
            continue;
        write.number = other->number + 1;
        break;
    }
    if (torture->write_count == torture->write_room) {
        size_t room = torture->write_room > 0 ? 2 * torture->write_room : 1024;
        struct fwd_torture_write *writes = realloc(torture->writes, room * sizeof *writes);
        if (writes == NULL)
            return;
        torture->writes = writes;
        torture->write_room = room;
    }
    torture->writes[torture->write_count++] = write;
}

static void before(struct fwd_torture_power_cycle *cycle, const struct fwd_torture_call *call)
{
    struct fwd_torture *torture = cycle->torture;
    uint32_t units = call->bytes != NULL ? call->size / call->area->program_unit : 1;

    if (cycle->limit > 0 && cycle->cost.operations > cycle->limit)
        fwd_torture_power_cycle_leave(cycle, FWD_END_BADLY, "the recovery never ends");
    fwd_torture_power_cycle_note_rate(cycle);
    if (cycle->depth == 0)
        torture->phase = phase_of(cycle);
    if (cycle->depth == 0 && torture->at != NULL)
        *torture->at = cycle->cost.operations;
    for (uint32_t unit = 1; unit <= units; unit++) {
        if (cycle->cuts_left > 0)
            fwd_torture_cut_all(cycle, call, unit);
        cycle->cost.operations++;
        if (torture->exploring)
            continue;
        torture->operations[torture->phase]++;
        record(torture, call);
    }
    if (call->area->id == FWD_AREA_JOURNAL)
        cycle->journal_written = true;
}

static enum fwd_io flash_program(
    void *ctx, const struct fwd_area *area, uint32_t offset, const void *buf, uint32_t size)
{
    struct fwd_torture_power_cycle *cycle = ctx;

    before(cycle, &(struct fwd_torture_call){area, offset, size, buf});
    cycle->cost.bytes += size;
    return under(cycle)->program(under(cycle)->ctx, area, offset, buf, size);
}

static enum fwd_io flash_erase(
    void *ctx, const struct fwd_area *area, uint32_t offset, uint32_t size)
{
    struct fwd_torture_power_cycle *cycle = ctx;

    before(cycle, &(struct fwd_torture_call){area, offset, size, NULL});
    cycle->cost.erases++;
    cycle->cost.slot_erases += area->id >= FWD_AREA_SLOTS ? 1 : 0;
    return under(cycle)->erase(under(cycle)->ctx, area, offset, size);
}

static void mark(struct fwd_torture_power_cycle *cycle, struct fwd_nor_hash state)
{
    if (cycle->mark_count == cycle->mark_room) {
        size_t room = cycle->mark_room > 0 ? 2 * cycle->mark_room : 64;
        struct fwd_torture_mark *marks = realloc(cycle->marks, room * sizeof *marks);
        if (marks == NULL)
            return;
        cycle->marks = marks;
        cycle->mark_room = room;
    }
    cycle->marks[cycle->mark_count++] = (struct fwd_torture_mark){state, cycle->cost};
}

/* What lies between the members of a record is anything: that is left out, and not what decides. */
static struct fwd_nor_hash stir_journal(
    struct fwd_nor_hash state, const struct fwd_journal *journal)
{
    struct fwd_journal rest;
    uint8_t record[FWD_RECORD_SIZE];

    memcpy(&rest, journal, sizeof rest);
    memset(&rest.record, 0, sizeof rest.record);
    fwd_record_encode(&journal->record, record);
    state = fwd_torture_memo_stir(state, &rest, sizeof rest);
    return fwd_torture_memo_stir(state, record, sizeof record);
}

/* Flash, counters, and what the library knows of the journal: at a new record nothing else of its
 * memory decides how it goes on. (The struct has no pointers but those of this power cycle.) */
static struct fwd_nor_hash state_of(const struct fwd_torture_power_cycle *cycle)
{
    const struct fwd_machine *machine = cycle->torture->machine;
    struct fwd_nor_hash state = fwd_nor_hash(machine->nor);
    uint64_t wrong[3] = {fwd_torture_variant_key(cycle), cycle->tolerant, cycle->full_sent};

    state = fwd_torture_memo_stir(state, machine->nvm.counters, sizeof machine->nvm.counters);
    state = fwd_torture_memo_stir(state, &cycle->old_kept, sizeof cycle->old_kept);
    state = fwd_torture_memo_stir(state, wrong, sizeof wrong);
    return stir_journal(state, &cycle->update.journal);
}

static void add_cost(struct fwd_torture_cost *sum, struct fwd_torture_cost one)
{
    sum->operations += one.operations;
    sum->erases += one.erases;
    sum->bytes += one.bytes;
    sum->slot_erases += one.slot_erases;
    sum->nanoseconds += one.nanoseconds;
}

static enum fwd_io flash_sync(void *ctx)
{
    struct fwd_torture_power_cycle *cycle = ctx;
    enum fwd_io io = under(cycle)->sync(under(cycle)->ctx);

    if (io != FWD_IO_OK || !cycle->journal_written || cycle->depth == 0 || cycle->alone)
        return io;
    cycle->journal_written = false;
    fwd_torture_power_cycle_clock(cycle);
    struct fwd_nor_hash state = state_of(cycle);
    const struct fwd_torture_known *known =
        fwd_torture_memo_find(&cycle->torture->memo[cycle->cuts_left], state);
    if (known != NULL) {
        add_cost(&cycle->cost, known->cost);
        fwd_torture_power_cycle_leave(cycle, FWD_END_MERGED, "");
    }
    mark(cycle, state);
    return io;
}

struct fwd_flash_port fwd_torture_flash(struct fwd_torture_power_cycle *cycle)
{
    return (struct fwd_flash_port){cycle, flash_read, flash_program, flash_erase, flash_sync};
}
