#include "sim/cost/flash_cost.h"

#include "format/record/step.h"
#include "sim/cost/decode_cost.h"
#include "verify/flash/area.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A moment: what there was until then, and its time. */
struct moment {
    bool marked;
    struct fwd_flash_part part;
    uint64_t decode_rate; /* instructions for a KiB */
};

struct fwd_flash_meter {
    struct moment moments[FWD_FLASH_MOMENTS];
    struct fwd_nor_counts total, areas[FWD_AREA_COUNT];
    uint32_t *wear[FWD_AREA_COUNT];   /* by block */
    uint8_t *content[FWD_AREA_COUNT]; /* of slots */
    uint64_t hashed;
};

static const struct fwd_area *area_of(const struct fwd_machine *machine, uint16_t id)
{
    return &machine->description->areas[id];
}

/* ---- before ---------------------------------------------------------------------------------- */

static bool take_area(
    struct fwd_flash_meter *progress, const struct fwd_machine *machine, uint16_t id)
{
    uint32_t size = area_of(machine, id)->size, blocks = fwd_nor_block_count(machine->nor, id);

    progress->areas[id] = fwd_nor_area_counts(machine->nor, id);
    if (size == 0)
        return true;
    progress->wear[id] = calloc(blocks, sizeof *progress->wear[id]);
    if (progress->wear[id] == NULL)
        return false;
    for (uint32_t i = 0; i < blocks; i++)
        progress->wear[id][i] = fwd_nor_block_erases(machine->nor, id, i);
    return true;
}

static bool take_content(
    struct fwd_flash_meter *progress, const struct fwd_machine *machine, uint16_t id)
{
    uint32_t size = area_of(machine, id)->size;

    if (size == 0)
        return true;
    progress->content[id] = malloc(size);
    return progress->content[id] != NULL &&
           fwd_nor_peek(machine->nor, id, 0, progress->content[id], size);
}

static bool take_all(struct fwd_flash_meter *progress, const struct fwd_machine *machine)
{
    bool complete = true;

    for (uint16_t id = 0; id < FWD_AREA_COUNT; id++)
        complete = complete && take_area(progress, machine, id);
    for (uint16_t id = FWD_AREA_SLOTS; id < FWD_AREA_COUNT; id++)
        complete = complete && take_content(progress, machine, id);
    return complete;
}

struct fwd_flash_meter *fwd_flash_cost_begin(const struct fwd_machine *machine)
{
    struct fwd_flash_meter *progress = calloc(1, sizeof *progress);

    if (progress == NULL)
        return NULL;
    progress->total = fwd_nor_counts(machine->nor);
    progress->hashed = machine->crypto.hashed;
    if (take_all(progress, machine))
        return progress;
    fwd_flash_cost_free(progress);
    return NULL;
}

void fwd_flash_cost_free(struct fwd_flash_meter *progress)
{
    if (progress == NULL)
        return;
    for (uint16_t id = 0; id < FWD_AREA_COUNT; id++) {
        free(progress->wear[id]);
        free(progress->content[id]);
    }
    free(progress);
}

/* ---- after ----------------------------------------------------------------------------------- */

/* Bytes before the erased rest of a block. */
static uint32_t used(const uint8_t *bytes, uint32_t size, uint8_t erased)
{
    while (size > 0 && bytes[size - 1] == erased)
        size--;
    return size;
}

static void compare_slot(const struct fwd_flash_meter *progress, const struct fwd_machine *machine,
    uint16_t id, struct fwd_flash_cost *cost)
{
    const struct fwd_area *area = area_of(machine, id);
    uint8_t *now = malloc(area->size > 0 ? area->size : 1);

    if (now == NULL || !fwd_nor_peek(machine->nor, id, 0, now, area->size)) {
        free(now);
        return;
    }
    for (uint32_t i = 0; i < fwd_area_blocks(area); i++) {
        struct fwd_block block = fwd_area_block(area, i);
        bool changed =
            memcmp(now + block.offset, progress->content[id] + block.offset, block.size) != 0;
        if (!changed && fwd_nor_block_erases(machine->nor, id, i) > progress->wear[id][i])
            cost->unchanged_erased++;
        if (!changed)
            continue;
        cost->changed_blocks++;
        cost->changed_bytes += used(now + block.offset, block.size, area->erased);
    }
    free(now);
}

uint32_t fwd_flash_cost_erases(const struct fwd_flash_meter *progress,
    const struct fwd_machine *machine, uint16_t area, uint32_t block)
{
    return fwd_nor_block_erases(machine->nor, area, block) - progress->wear[area][block];
}

static void add_wear(const struct fwd_flash_meter *progress, const struct fwd_machine *machine,
    uint16_t id, struct fwd_flash_cost *cost)
{
    for (uint32_t i = 0; i < fwd_nor_block_count(machine->nor, id); i++) {
        uint32_t erases = fwd_flash_cost_erases(progress, machine, id, i);
        cost->area_erases[id] += erases;
        if (erases > cost->area_erases_max[id])
            cost->area_erases_max[id] = erases;
    }
    if (cost->area_erases_max[id] > cost->erases_max)
        cost->erases_max = cost->area_erases_max[id];
}

/* Bytes of a COPY that lie in the step's own block. */
static uint32_t own_bytes(const struct fwd_step_head *head, uint32_t source, uint32_t length)
{
    uint64_t begin = source > head->block_offset ? source : head->block_offset;
    uint64_t end = (uint64_t)source + length;
    uint64_t block_end = (uint64_t)head->block_offset + head->block_size;

    end = end < block_end ? end : block_end;
    return end > begin ? (uint32_t)(end - begin) : 0;
}

/* Own bytes of the step at *at, which is then after it. False: no step there. */
static bool read_step(const uint8_t *staging, uint32_t end, uint32_t *at, uint64_t *own)
{
    struct fwd_step_head head;
    uint32_t given = 0;

    if (end - *at < FWD_STEP_HEAD_SIZE || !fwd_step_head_decode(staging + *at, &head))
        return false;
    uint32_t source = head.block_offset;
    *at += FWD_STEP_HEAD_SIZE;
    while (given < head.data_size) {
        uint32_t from = source;
        struct fwd_op op;
        size_t size;
        if (fwd_op_decode(staging + *at, end - *at, &op, &size) != FWD_OP_OK ||
            !fwd_op_advance(&op, &source))
            return false;
        *at += (uint32_t)size + (op.kind == FWD_OP_LITERAL ? op.length : 0);
        if (*at > end)
            return false;
        given += op.kind == FWD_OP_SEEK ? 0 : op.length;
        *own += op.kind == FWD_OP_COPY ? own_bytes(&head, from, op.length) : 0;
    }
    *at += FWD_STEP_TAIL_SIZE;
    return *at <= end;
}

static uint64_t self_reads(const struct fwd_machine *machine, uint32_t staged, uint32_t steps)
{
    uint8_t *staging = malloc(staged > 0 ? staged : 1);
    struct fwd_staging_head head;
    uint64_t own = 0;

    if (staging != NULL && staged >= FWD_STAGING_HEAD_SIZE &&
        fwd_nor_peek(machine->nor, FWD_AREA_STAGING, 0, staging, staged) &&
        fwd_staging_head_decode(staging, &head)) {
        uint32_t at = fwd_staging_steps_at(&head);
        while (steps > 0 && read_step(staging, staged, &at, &own))
            steps--;
    }
    free(staging);
    return own;
}

static uint64_t programmed(
    const struct fwd_flash_meter *progress, const struct fwd_machine *machine, uint16_t id)
{
    return fwd_nor_area_counts(machine->nor, id).program_bytes - progress->areas[id].program_bytes;
}

uint64_t fwd_flash_cost_hash_ns(const struct fwd_device_description *device, uint64_t bytes)
{
    return bytes * device->hash_us_per_kib * 1000 / 1024;
}

static uint64_t nanoseconds(
    const struct fwd_flash_meter *progress, const struct fwd_machine *machine, uint16_t id)
{
    return fwd_nor_area_counts(machine->nor, id).nanoseconds - progress->areas[id].nanoseconds;
}

/* Of the package that was rehearsed: by the end the plan may be that of what starts. */
uint64_t fwd_flash_cost_decode_rate(
    const struct fwd_flash_meter *meter, const struct fwd_update *update)
{
    const struct moment *acts = meter != NULL ? &meter->moments[FWD_FLASH_ACTS] : NULL;

    return acts != NULL && acts->marked ? acts->decode_rate
                                        : fwd_decode_cost_per_kib(&update->plan);
}

static void add_times(const struct fwd_flash_meter *progress, const struct fwd_machine *machine,
    const struct fwd_update *update, struct fwd_flash_cost *cost)
{
    const struct fwd_device_description *d = machine->description;

    cost->hash_ns = fwd_flash_cost_hash_ns(d, machine->crypto.hashed - progress->hashed);
    cost->decode_ns =
        update != NULL
            ? fwd_decode_cost_ns(d, fwd_flash_cost_decode_rate(progress, update), update->decoded)
            : 0;
    cost->version_ns = nanoseconds(progress, machine, FWD_AREA_VERSION) +
                       nanoseconds(progress, machine, FWD_AREA_SYSTEM);
    cost->nanoseconds += cost->hash_ns + cost->decode_ns;
}

static struct fwd_flash_part so_far(const struct fwd_flash_meter *meter,
    const struct fwd_machine *machine, const struct fwd_update *update)
{
    const struct fwd_nor_counts since =
        fwd_nor_counts_since(fwd_nor_counts(machine->nor), meter->total);
    struct fwd_flash_cost cost = {.nanoseconds = since.nanoseconds};

    add_times(meter, machine, update, &cost);
    return (struct fwd_flash_part){.erases = since.erases,
        .programs = since.programs,
        .programmed = since.program_bytes,
        .nanoseconds = cost.nanoseconds - cost.version_ns};
}

void fwd_flash_cost_mark(struct fwd_flash_meter *meter, enum fwd_flash_moment moment,
    const struct fwd_machine *machine, const struct fwd_update *update)
{
    if (meter == NULL || meter->moments[moment].marked)
        return;
    meter->moments[moment] = (struct moment){
        true, so_far(meter, machine, update), fwd_decode_cost_per_kib(&update->plan)};
}

static struct fwd_flash_part between(struct fwd_flash_part from, struct fwd_flash_part to)
{
    return (struct fwd_flash_part){to.erases - from.erases, to.programs - from.programs,
        to.programmed - from.programmed, to.nanoseconds - from.nanoseconds};
}

static void add_parts(const struct fwd_flash_meter *meter, const struct fwd_machine *machine,
    const struct fwd_update *update, struct fwd_flash_cost *cost)
{
    const struct fwd_flash_part end = so_far(meter, machine, update);
    const struct moment *acts = &meter->moments[FWD_FLASH_ACTS];

    cost->acts = acts->marked;
    cost->rehearsal =
        between(meter->moments[FWD_FLASH_ASKED].part, acts->marked ? acts->part : end);
    if (acts->marked)
        cost->action = between(acts->part, end);
}

static uint32_t record_size(const struct fwd_machine *machine)
{
    return fwd_area_round_up(area_of(machine, FWD_AREA_JOURNAL), FWD_RECORD_SIZE);
}

/* Did steps run that an earlier power cycle staged? */
static bool is_partial(const struct fwd_update *update)
{
    const struct fwd_plan *plan = &update->plan;

    if (update->cost.steps == 0 || update->cost.staged_bytes > 0)
        return false;
    for (uint8_t i = plan->in_place_first; i < plan->count; i++) {
        if ((plan->tasks[i].component->flags & FWD_COMPONENT_HAS_SOURCE) != 0)
            return true;
    }
    return false;
}

void fwd_flash_cost_end(const struct fwd_flash_meter *progress, const struct fwd_machine *machine,
    const struct fwd_update *update, struct fwd_flash_cost *cost)
{
    struct fwd_nor_counts since =
        fwd_nor_counts_since(fwd_nor_counts(machine->nor), progress->total);

    *cost = (struct fwd_flash_cost){.erases = since.erases,
        .programmed = since.program_bytes,
        .nanoseconds = since.nanoseconds,
        .package = programmed(progress, machine, FWD_AREA_PACKAGE),
        .staging = programmed(progress, machine, FWD_AREA_STAGING),
        .scratch = programmed(progress, machine, FWD_AREA_SCRATCH),
        .journal = programmed(progress, machine, FWD_AREA_JOURNAL),
        .version = programmed(progress, machine, FWD_AREA_VERSION),
        .staging_room = area_of(machine, FWD_AREA_STAGING)->size};
    for (uint16_t id = 0; id < FWD_AREA_COUNT; id++) {
        add_wear(progress, machine, id, cost);
        if (id < FWD_AREA_SLOTS || progress->content[id] == NULL)
            continue;
        cost->slots += programmed(progress, machine, id);
        compare_slot(progress, machine, id, cost);
    }
    cost->journal_records = (uint32_t)(cost->journal / record_size(machine));
    add_times(progress, machine, update, cost);
    add_parts(progress, machine, update, cost);
    if (update == NULL)
        return;
    cost->staged_bytes = update->cost.staged_bytes;
    cost->steps = update->cost.steps;
    cost->scratch_uses = update->cost.scratch_uses;
    cost->spare = update->cost.spare_bytes;
    cost->scratch += cost->spare;
    cost->staging -= cost->spare < cost->staging ? cost->spare : cost->staging;
    cost->self_read_bytes = self_reads(machine, cost->staged_bytes, cost->steps);
    cost->partial = is_partial(update);
}

uint32_t fwd_flash_cost_ratio(const struct fwd_flash_cost *cost)
{
    uint64_t least = cost->changed_bytes + cost->self_read_bytes;
    uint64_t spent = cost->programmed - cost->package - cost->staging;

    return least > 0 && !cost->partial ? (uint32_t)(1000 * spent / least) : 0;
}

static void print_time(FILE *out, const struct fwd_flash_cost *cost)
{
    uint64_t flash = cost->nanoseconds - cost->hash_ns - cost->decode_ns;

    fprintf(out,
        "time         %" PRIu64 ".%03" PRIu64 " s on the device: flash %" PRIu64 ".%03" PRIu64
        ", decoding %" PRIu64 ".%03" PRIu64 ", hashing %" PRIu64 ".%03" PRIu64 "\n",
        cost->nanoseconds / 1000000000u, cost->nanoseconds / 1000000u % 1000u, flash / 1000000000u,
        flash / 1000000u % 1000u, cost->decode_ns / 1000000000u, cost->decode_ns / 1000000u % 1000u,
        cost->hash_ns / 1000000000u, cost->hash_ns / 1000000u % 1000u);
}

static void print_action(FILE *out, const struct fwd_flash_part *action)
{
    fprintf(out,
        "action       %" PRIu64 " erases, %" PRIu64 " programs, %" PRIu64 " bytes, %" PRIu64
        ".%03" PRIu64 " s: what a boot loader has left when the application has rehearsed\n",
        action->erases, action->programs, action->programmed, action->nanoseconds / 1000000000u,
        action->nanoseconds / 1000000u % 1000u);
}

void fwd_flash_cost_print(FILE *out, const struct fwd_flash_cost *cost)
{
    uint32_t ratio = fwd_flash_cost_ratio(cost);

    fprintf(out,
        "flash        %" PRIu64 " erases, at most %" PRIu32 " of a block; %" PRIu64
        " bytes programmed\n",
        cost->erases, cost->erases_max, cost->programmed);
    fprintf(out,
        "             firmware %" PRIu64 ", scratch %" PRIu64 ", journal %" PRIu64
        ", version %" PRIu64 ", staging %" PRIu64 ", package %" PRIu64 "\n",
        cost->slots, cost->scratch, cost->journal, cost->version, cost->staging, cost->package);
    fprintf(out, "changed      %" PRIu32 " blocks, %" PRIu64 " bytes", cost->changed_blocks,
        cost->changed_bytes);
    if (cost->partial)
        fprintf(out, "; the rest of an update that began before\n");
    else
        fprintf(out, "; %" PRIu64 " bytes taken out of the block they replace\n",
            cost->self_read_bytes);
    if (ratio > 0)
        fprintf(out,
            "ratio        %" PRIu32 ".%02" PRIu32 " of the least possible, without staging\n",
            ratio / 1000, ratio % 1000 / 10);
    if (cost->staged_bytes > 0)
        fprintf(out,
            "staging      %" PRIu32 " of %" PRIu32 " bytes; %" PRIu32 " blocks saved, %" PRIu64
            " bytes of them in spare staging room\n",
            cost->staged_bytes, cost->staging_room, cost->scratch_uses, cost->spare);
    if (cost->nanoseconds > 0)
        print_time(out, cost);
    if (cost->acts)
        print_action(out, &cost->action);
}
