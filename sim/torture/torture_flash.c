/* The flash port of a life: before each operation the cuts that are to be tried there, and at each
 * journal record the question whether the rest is known. */
#include "sim/torture/torture_internal.h"

#include <stdlib.h>
#include <string.h>

static const struct fwd_flash_port *under(const struct fwd_torture_life *life)
{
    return &life->torture->machine->flash_port;
}

static enum fwd_io flash_read(
    void *ctx, const struct fwd_area *area, uint32_t offset, void *buf, uint32_t size)
{
    struct fwd_torture_life *life = ctx;

    return under(life)->read(under(life)->ctx, area, offset, buf, size);
}

/* Life 0 only: which part of the update this operation belongs to. */
static enum fwd_torture_phase phase_of(const struct fwd_torture_life *life)
{
    uint8_t state = life->update.journal.record.state;

    if (state == FWD_STATE_REHEARSING)
        return FWD_TORTURE_REHEARSAL;
    if (state == FWD_STATE_STAGED || state == FWD_STATE_ACTING)
        return FWD_TORTURE_ACTION;
    return state >= FWD_STATE_VERIFIED ? FWD_TORTURE_FINISH : FWD_TORTURE_DOWNLOAD;
}

static void before(struct fwd_torture_life *life, const struct fwd_torture_call *call)
{
    struct fwd_torture *torture = life->torture;
    uint32_t units = call->bytes != NULL ? call->size / call->area->program_unit : 1;

    if (life->limit > 0 && life->cost.operations > life->limit)
        fwd_torture_life_leave(life, FWD_END_BADLY, "the recovery never ends");
    if (life->depth == 0)
        torture->phase = phase_of(life);
    if (life->depth == 0 && torture->at != NULL)
        *torture->at = life->cost.operations;
    for (uint32_t unit = 1; unit <= units; unit++) {
        if (life->cuts_left > 0)
            fwd_torture_cut_all(life, call, unit);
        life->cost.operations++;
        if (life->depth == 0 && !torture->exploring)
            torture->operations[torture->phase]++;
    }
    if (call->area->id == FWD_AREA_JOURNAL)
        life->journal_written = true;
}

static enum fwd_io flash_program(
    void *ctx, const struct fwd_area *area, uint32_t offset, const void *buf, uint32_t size)
{
    struct fwd_torture_life *life = ctx;

    before(life, &(struct fwd_torture_call){area, offset, size, buf});
    life->cost.bytes += size;
    return under(life)->program(under(life)->ctx, area, offset, buf, size);
}

static enum fwd_io flash_erase(
    void *ctx, const struct fwd_area *area, uint32_t offset, uint32_t size)
{
    struct fwd_torture_life *life = ctx;

    before(life, &(struct fwd_torture_call){area, offset, size, NULL});
    life->cost.erases++;
    life->cost.slot_erases += area->id >= FWD_AREA_SLOTS ? 1 : 0;
    return under(life)->erase(under(life)->ctx, area, offset, size);
}

static void mark(struct fwd_torture_life *life, struct fwd_nor_hash state)
{
    if (life->mark_count == life->mark_room) {
        size_t room = life->mark_room > 0 ? 2 * life->mark_room : 64;
        struct fwd_torture_mark *marks = realloc(life->marks, room * sizeof *marks);
        if (marks == NULL)
            return;
        life->marks = marks;
        life->mark_room = room;
    }
    life->marks[life->mark_count++] = (struct fwd_torture_mark){state, life->cost};
}

/* Flash, counters, and what the library knows of the journal: at a new record nothing else of its
 * memory decides how it goes on. (The struct has no pointers but those of this life.) */
static struct fwd_nor_hash state_of(const struct fwd_torture_life *life)
{
    const struct fwd_machine *machine = life->torture->machine;
    const struct fwd_journal *journal = &life->update.journal;
    struct fwd_nor_hash state = fwd_nor_hash(machine->nor);

    state = fwd_torture_memo_stir(state, machine->nvm.counters, sizeof machine->nvm.counters);
    state = fwd_torture_memo_stir(state, &life->old_kept, sizeof life->old_kept);
    return fwd_torture_memo_stir(state, journal, sizeof *journal);
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
    struct fwd_torture_life *life = ctx;
    enum fwd_io io = under(life)->sync(under(life)->ctx);

    if (io != FWD_IO_OK || !life->journal_written || life->depth == 0 || life->alone)
        return io;
    life->journal_written = false;
    fwd_torture_life_clock(life);
    struct fwd_nor_hash state = state_of(life);
    const struct fwd_torture_known *known =
        fwd_torture_memo_find(&life->torture->memo[life->cuts_left], state);
    if (known != NULL) {
        add_cost(&life->cost, known->cost);
        fwd_torture_life_leave(life, FWD_END_MERGED, "");
    }
    mark(life, state);
    return io;
}

struct fwd_flash_port fwd_torture_flash(struct fwd_torture_life *life)
{
    return (struct fwd_flash_port){life, flash_read, flash_program, flash_erase, flash_sync};
}
