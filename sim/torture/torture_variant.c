#include "sim/torture/torture_internal.h"

/* Recoveries of each kind when nobody says how many. */
#define POWER_CYCLES_WANTED 30000u
/* Cuts after a block wore out, and before it is seen what becomes of that. */
#define CUTS_OF_WORN 6u

/* ---- what there is --------------------------------------------------------------------------- */

bool fwd_torture_variant_possible(struct fwd_torture_blind blind)
{
    bool whole = blind.how == FWD_BLIND_FAILS || blind.how == FWD_BLIND_BLANK;

    if (blind.area < FWD_AREA_COUNT)
        return blind.how != FWD_BLIND_REMOVED;
    return whole || (blind.how == FWD_BLIND_REMOVED && blind.area == FWD_TORTURE_KEYS);
}

/* Number `number` of what can be blind; how: not: there are no more. */
static struct fwd_torture_blind blind_at(const struct fwd_torture *torture, unsigned number)
{
    const struct fwd_device_description *d = torture->machine->description;

    for (uint16_t area = 0; area <= FWD_TORTURE_COUNTER; area++) {
        if (area < FWD_AREA_COUNT && d->areas[area].size == 0)
            continue;
        for (int how = FWD_BLIND_FAILS; how < FWD_BLIND_WAYS; how++) {
            struct fwd_torture_blind blind = {(enum fwd_torture_blindness)how, area};
            /* keys go by a trust package where there is a keyring */
            if (blind.how == FWD_BLIND_REMOVED && torture->machine->has_keyring)
                continue;
            if (fwd_torture_variant_possible(blind) && number-- == 0)
                return blind;
        }
    }
    return (struct fwd_torture_blind){FWD_BLIND_NOT, 0};
}

static unsigned count_blind(const struct fwd_torture *torture)
{
    unsigned count = 0;

    while (blind_at(torture, count).how != FWD_BLIND_NOT)
        count++;
    return count;
}

static uint64_t power_cycles_of(const struct fwd_torture *torture)
{
    return torture->options->power_cycles > 0 ? torture->options->power_cycles
                                              : POWER_CYCLES_WANTED;
}

static uint32_t at_least_one(uint64_t value)
{
    return value < 1 ? 1 : value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

/* Of a worn block each first write is a case, and of the others one in so many. */
static uint32_t worn_every(const struct fwd_torture *torture)
{
    return at_least_one(torture->write_count * (1 + CUTS_OF_WORN) / power_cycles_of(torture));
}

static bool worn_wanted(const struct fwd_torture *torture, size_t index)
{
    return torture->writes[index].number == 1 || index % worn_every(torture) == 0;
}

static unsigned count_worn(const struct fwd_torture *torture)
{
    unsigned count = 0;

    for (size_t i = 0; i < torture->write_count; i++)
        count += worn_wanted(torture, i) ? 1 : 0;
    return count;
}

/* The past, and in a row: two variants. A blind start is that of power cycle 0, or of the next one.
 */
static unsigned count_of(const struct fwd_torture *torture, enum fwd_torture_kind kind)
{
    const struct fwd_torture_options *options = torture->options;

    if (kind == FWD_TORTURE_PLAIN)
        return 1;
    if (kind == FWD_TORTURE_PAST)
        return options->past_count > 0 ? 2 : 0;
    if (kind == FWD_TORTURE_START)
        return options->start_faults ? 2 * count_blind(torture) : 0;
    return options->worn ? count_worn(torture) : 0;
}

unsigned fwd_torture_variant_count(const struct fwd_torture *torture)
{
    unsigned count = 0;

    for (int kind = FWD_TORTURE_PLAIN; kind <= FWD_TORTURE_WORN; kind++)
        count += count_of(torture, (enum fwd_torture_kind)kind);
    return count;
}

/* ---- one of them ----------------------------------------------------------------------------- */

static uint32_t root(uint64_t value)
{
    uint64_t low = 0;

    for (uint64_t bit = 1u << 31; bit > 0; bit /= 2) {
        if ((low + bit) * (low + bit) <= value)
            low += bit;
    }
    return (uint32_t)low;
}

/* So that two cuts, one in the update and one in the recovery, make about so many power cycles. */
static void sample_pairs(
    const struct fwd_torture *torture, uint64_t power_cycles, struct fwd_torture_variant *variant)
{
    uint64_t operations = torture->update.operations;
    uint64_t pairs = operations * operations * (torture->options->past_count - variant->from + 1);

    variant->cuts = 2;
    variant->every[0] = variant->every[1] = at_least_one(root(pairs / (power_cycles + 1)));
}

static struct fwd_torture_variant past_variant(const struct fwd_torture *torture, unsigned number)
{
    struct fwd_torture_variant variant = {
        .kind = FWD_TORTURE_PAST, .from = number == 0 ? torture->options->past_count : 0};

    sample_pairs(torture, power_cycles_of(torture) / 2, &variant);
    return variant;
}

static struct fwd_torture_variant start_variant(const struct fwd_torture *torture, unsigned number)
{
    struct fwd_torture_variant variant = {
        .kind = FWD_TORTURE_START, .from = torture->options->past_count};
    uint64_t power_cycles = power_cycles_of(torture) / count_of(torture, FWD_TORTURE_START) + 1;

    variant.blind[number % 2] = blind_at(torture, number / 2);
    sample_pairs(torture, power_cycles, &variant);
    if (number % 2 == 0) {
        variant.cuts = 1;
        variant.every[0] = at_least_one(torture->update.operations / power_cycles);
    }
    return variant;
}

static struct fwd_torture_variant worn_variant(const struct fwd_torture *torture, unsigned number)
{
    struct fwd_torture_variant variant = {.kind = FWD_TORTURE_WORN,
        .from = torture->options->past_count,
        .cuts = 1,
        .every = {at_least_one(torture->update.operations / CUTS_OF_WORN)}};

    for (size_t i = 0; i < torture->write_count; i++) {
        const struct fwd_torture_write *write = &torture->writes[i];
        if (!worn_wanted(torture, i) || number-- > 0)
            continue;
        variant.worn = (struct fwd_torture_worn){write->number, write->area, write->block};
        break;
    }
    return variant;
}

struct fwd_torture_variant fwd_torture_variant_at(
    const struct fwd_torture *torture, unsigned number)
{
    if (number == 0)
        return (struct fwd_torture_variant){
            .from = torture->options->past_count, .cuts = 1, .every = {1, 1}};
    number -= count_of(torture, FWD_TORTURE_PLAIN);
    if (number < count_of(torture, FWD_TORTURE_PAST))
        return past_variant(torture, number);
    number -= count_of(torture, FWD_TORTURE_PAST);
    if (number < count_of(torture, FWD_TORTURE_START))
        return start_variant(torture, number);
    return worn_variant(torture, number - count_of(torture, FWD_TORTURE_START));
}

/* ---- the device ------------------------------------------------------------------------------ */

void fwd_torture_variant_begin(struct fwd_torture *torture)
{
    const struct fwd_torture_worn *worn = &torture->variant.worn;
    struct fwd_nor *nor = torture->machine->nor;

    fwd_torture_generation_restore(torture, torture->variant.from);
    if (worn->at == 0)
        return;
    uint32_t offset = 0, size = fwd_nor_block_range(nor, worn->area, worn->block, &offset);
    struct fwd_nor_fault fault = {.operation = FWD_NOR_WRITE,
        .area = worn->area,
        .offset = offset,
        .size = size,
        .skip = worn->at - 1};
    (void)fwd_nor_fault_add(nor, &fault);
    torture->tally->worn_blocks++;
}

void fwd_torture_variant_afflict(struct fwd_torture_power_cycle *cycle)
{
    struct fwd_torture *torture = cycle->torture;
    const struct fwd_torture_variant *variant = &torture->variant;
    struct fwd_nor *nor = torture->machine->nor;

    cycle->blind = variant->blind[cycle->depth];
    for (unsigned i = 0; i < cycle->depth; i++) {
        if (variant->blind[i].how == FWD_BLIND_REMOVED)
            cycle->blind = variant->blind[i];
    }
    cycle->tolerant = variant->kind >= FWD_TORTURE_START;
    if (variant->kind == FWD_TORTURE_PAST && cycle->depth > 0)
        torture->tally->generations++;
    if (cycle->blind.how == FWD_BLIND_NOT)
        return;
    torture->tally->start_faults += variant->blind[cycle->depth].how != FWD_BLIND_NOT ? 1 : 0;
    if (cycle->blind.area >= FWD_AREA_COUNT)
        return;
    enum fwd_torture_blindness how = cycle->blind.how;
    struct fwd_nor_fault fault = {.operation = FWD_NOR_READ,
        .effect =
            how == FWD_BLIND_BLANK || how == FWD_BLIND_BLANK_FIRST ? FWD_NOR_BLANK : FWD_NOR_FAIL,
        .area = cycle->blind.area,
        .until_write = how >= FWD_BLIND_FAILS_FIRST,
        .cycle = fwd_nor_power_cycles(nor) + 1};
    (void)fwd_nor_fault_add(nor, &fault);
}

bool fwd_torture_variant_blinds(const struct fwd_torture_power_cycle *cycle, uint16_t area)
{
    bool now = cycle->start == 1 || cycle->blind.how == FWD_BLIND_REMOVED;

    return cycle->blind.how != FWD_BLIND_NOT && now && cycle->blind.area == area;
}

uint64_t fwd_torture_variant_key(const struct fwd_torture_power_cycle *cycle)
{
    const struct fwd_torture_worn *worn = &cycle->torture->variant.worn;

    if (worn->at > 0)
        return ((uint64_t)worn->area << 48) + ((uint64_t)worn->block << 24) + worn->at;
    if (cycle->blind.how == FWD_BLIND_NOT ||
        (cycle->start > 1 && cycle->blind.how != FWD_BLIND_REMOVED))
        return 0;
    return (uint64_t)cycle->blind.area * FWD_BLIND_WAYS + (uint64_t)cycle->blind.how;
}

/* ---- the sample ------------------------------------------------------------------------------ */

bool fwd_torture_variant_samples(const struct fwd_torture_power_cycle *cycle, uint64_t operation)
{
    const struct fwd_torture *torture = cycle->torture;
    uint64_t shift = torture->variant_number + cycle->point.cut.operation;

    return (operation + shift) % torture->variant.every[cycle->depth] == 0;
}

/* All tears take turns. */
struct fwd_nor_cut fwd_torture_variant_cut(
    const struct fwd_torture_power_cycle *cycle, uint64_t operation)
{
    const struct fwd_torture *torture = cycle->torture;
    uint64_t turn = operation / torture->variant.every[cycle->depth] +
                    7 * cycle->point.cut.operation + 5 * (uint64_t)torture->variant_number;
    struct fwd_nor_cut cut = fwd_torture_tear_number(torture->options->tears, turn);

    cut.operation = operation;
    return cut;
}
