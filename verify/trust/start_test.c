#include "format/cursor.h"
#include "verify/flash/area.h"
#include "verify/trust/authenticate.h"
#include "verify/trust/parse.h"
#include "verify/trust/pinned.h"
#include "verify/trust/plan.h"
#include "verify/trust/start_test_internal.h"

#include <string.h>

/* One place as somebody says that it is. */
struct claim {
    uint8_t place;
    uint8_t slot;
    const struct fwd_component *component; /* that was signed */
    bool blind; /* what the journal names may start with a counter that cannot be read */
    uint32_t floor;
    uint32_t *proof; /* NULL: not wanted */
};

static bool needed(const struct fwd_update *update, uint8_t place)
{
    return !fwd_place_at(update->device, place)->not_needed;
}

static const struct fwd_area *slot_of(const struct fwd_update *update, uint8_t place, uint8_t slot)
{
    const struct fwd_place *p = fwd_place_at(update->device, place);

    return &p->slots[fwd_place_two_slots(p) ? slot : 0];
}

enum fwd_reason fwd_start_test_holds(const struct fwd_update *update, uint8_t place, uint8_t slot,
    const struct fwd_image *image, uint8_t digest[FWD_DIGEST_SIZE])
{
    enum fwd_reason reason = FWD_E_SLOT_READ;

    memset(digest, 0, FWD_DIGEST_SIZE);

    for (int tries = 0; tries < 2 && reason != FWD_OK; tries++)
        reason = fwd_flash_holds(update->device->ports, slot_of(update, place, slot), image,
            FWD_E_TARGET_CORRUPT, FWD_E_SLOT_READ, update->work.io, update->work.io_size, digest);
    return reason;
}

uint32_t fwd_start_test_differences(const uint8_t *digest, const struct fwd_image *image)
{
    uint32_t different = (uint32_t)image->digest_size ^ FWD_DIGEST_SIZE;

    for (uint8_t i = 0; i < FWD_DIGEST_SIZE; i++)
        different |= (uint32_t)(digest[i] ^ image->digest[i]);
    return different;
}

static uint32_t unsigned_by(const struct fwd_trusted *trusted)
{
    /* negative, and so with the highest bit, when there are too few */
    uint32_t few = ((uint32_t)trusted->signer_count - trusted->threshold) & 0x80000000u;

    return few | (trusted->vouched - trusted->signer_count * (uint32_t)FWD_SIGNATURE_VALID) |
           (uint32_t)(trusted->threshold == 0);
}

/* ---- what was signed ------------------------------------------------------------------------- */

static enum fwd_reason check_counter(const struct fwd_update *update, const struct claim *claim)
{
    const struct fwd_device *device = update->device;
    const struct fwd_counter_port *counter = device->ports->counter;
    uint32_t offered = claim->component->has_counter ? claim->component->counter : 0, held = 0;

    if (offered < claim->floor)
        return FWD_E_ROLLBACK;
    if (counter == NULL)
        return FWD_OK;
    if (!counter->read(counter->ctx, claim->place, &held))
        return claim->blind ? FWD_OK : FWD_E_COUNTER;
    if (offered < held)
        return FWD_E_ROLLBACK;
    return offered == held ? FWD_OK
                           : fwd_authenticate_authority(&update->trusted, claim->component, true);
}

bool fwd_start_test_hashes(
    const struct fwd_update *update, uint8_t place, enum fwd_start_depth depth)
{
    return depth == FWD_START_HASHED ||
           (depth == FWD_START_SLOTS && fwd_place_two_slots(fwd_place_at(update->device, place)));
}

/* The component of update->trusted, whose product and hardware fit, in this place. */
static enum fwd_reason check_component(
    const struct fwd_update *update, const struct claim *claim, enum fwd_start_depth depth)
{
    const struct fwd_place *place = fwd_place_at(update->device, claim->place);
    const struct fwd_image *target = &claim->component->target;
    uint8_t digest[FWD_DIGEST_SIZE] = {0};
    enum fwd_reason reason;

    if (place->role != claim->component->role)
        return FWD_E_ROLE;
    if (target->size > slot_of(update, claim->place, claim->slot)->size)
        return FWD_E_TARGET_TOO_LARGE;
    reason = fwd_authenticate_authority(&update->trusted, claim->component, false);
    if (reason == FWD_OK)
        reason = check_counter(update, claim);
    if (reason == FWD_OK && fwd_start_test_hashes(update, claim->place, depth))
        reason = fwd_start_test_holds(update, claim->place, claim->slot, target, digest);
    if (claim->proof != NULL)
        *claim->proof = FWD_START_PROVEN ^ (fwd_start_test_differences(digest, target) |
                                               unsigned_by(&update->trusted));
    return reason;
}

/* ---- what the factory pinned ----------------------------------------------------------------- */

static enum fwd_reason check_pinned(const struct fwd_update *update, uint8_t place, uint8_t slot,
    const struct fwd_version_entry *entry, bool blind, enum fwd_start_depth depth,
    struct fwd_start *start)
{
    const struct fwd_pinned *pinned = update->device->pinned;

    return pinned != NULL ? pinned->check(update, place, slot, entry, blind, depth, start)
                          : FWD_E_VERSION_RECORD;
}

/* ---- a version record ------------------------------------------------------------------------ */

/* A record, place by place, while its sets are checked one after the other. */
struct test {
    struct fwd_update *update;
    const struct fwd_version_table *table;
    bool before;
    enum fwd_start_depth depth;
    struct fwd_start *start;
    uint16_t passed;       /* bit n: place n */
    enum fwd_reason first; /* of a place that is needed and did not pass */
};

struct reference {
    const struct fwd_version_entry *entry; /* NULL: the record has no such place */
    uint8_t slot, set, component;
};

static struct reference reference_of(const struct test *test, uint8_t place)
{
    const char *name = fwd_place_at(test->update->device, place)->name;
    const struct fwd_version_record *record = &test->table->record;
    struct reference r = {.entry = fwd_version_find(test->table, name)};

    if (r.entry == NULL)
        return r;
    const struct fwd_version_before *was = &record->before[r.entry - record->entries];
    r.slot = test->before ? was->slot : r.entry->slot;
    r.set = test->before ? was->set : r.entry->set;
    r.component = test->before ? was->component : r.entry->component;
    return r;
}

static void note(struct test *test, uint8_t place, enum fwd_reason reason)
{
    if (reason == FWD_OK)
        test->passed |= (uint16_t)(1u << place);
    else
        test->start->counter[place] = 0;
    if (reason != FWD_OK && test->first == FWD_OK && needed(test->update, place))
        test->first = reason;
}

static bool same_image(const struct fwd_version_entry *entry, const struct fwd_image *image)
{
    return entry->size == image->size && fwd_text_equal(entry->version, image->version) &&
           fwd_digest_equal(entry->digest, image->digest, FWD_DIGEST_SIZE);
}

/* Nobody has said that the current record is well: what was before may start. */
static bool unconfirmed(const struct fwd_update *update)
{
    uint8_t state = update->journal.record.state;

    return state == FWD_STATE_TRIAL || state == FWD_STATE_REVERTING;
}

/* A place whose set is update->trusted. */
static enum fwd_reason test_place(struct test *test, uint8_t place, const struct reference *r)
{
    const struct fwd_manifest *manifest = &test->update->trusted.manifest;
    struct fwd_start *start = test->start;
    struct claim claim = {.place = place,
        .slot = r->slot,
        .blind = test->table->named && !test->before,
        .proof = &start->proof[place],
        .floor = start->floor[place]};

    if (r->component >= manifest->component_count)
        return FWD_E_VERSION_RECORD;
    claim.component = &manifest->components[r->component];
    if (!fwd_text_equal(claim.component->name, r->entry->name) ||
        (!test->before && !same_image(r->entry, &claim.component->target)))
        return FWD_E_VERSION_RECORD;
    start->counter[place] = claim.component->has_counter ? claim.component->counter : 0;
    if (test->table->named && !test->before && !unconfirmed(test->update))
        start->floor[place] = claim.floor = start->counter[place];
    return check_component(test->update, &claim, test->depth);
}

static enum fwd_reason load_set(struct fwd_update *update, const struct fwd_version_set *set)
{
    const struct fwd_device *device = update->device;
    struct fwd_unverified package;
    enum fwd_reason reason =
        fwd_parse_stored(set->bytes, set->signed_size, set->sigblock_size, &package);

    if (reason == FWD_OK)
        reason = fwd_authenticate_started(&package, device, &update->trusted);
    fwd_alive(device->ports);
    return reason == FWD_OK ? fwd_plan_product(device, &update->trusted.manifest) : reason;
}

static void test_set(struct test *test, uint8_t set)
{
    enum fwd_reason loaded = load_set(test->update, &test->table->record.sets[set]);

    for (uint8_t i = 0; i < fwd_places(test->update->device); i++) {
        struct reference r = reference_of(test, i);
        if (r.entry == NULL || r.set != set)
            continue;
        test->start->slot[i] = r.slot;
        note(test, i, loaded == FWD_OK ? test_place(test, i, &r) : loaded);
    }
}

static void test_pinned(struct test *test)
{
    for (uint8_t i = 0; i < fwd_places(test->update->device); i++) {
        struct reference r = reference_of(test, i);
        if (r.entry == NULL || r.set != FWD_VERSION_NO_SET)
            continue;
        test->start->slot[i] = r.slot;
        note(test, i,
            check_pinned(test->update, i, r.slot, test->before ? NULL : r.entry,
                test->table->named && !test->before, test->depth, test->start));
    }
}

static void run_test(struct test *test)
{
    memset(test->start->slot, 0, sizeof test->start->slot);
    memset(test->start->counter, 0, sizeof test->start->counter);
    memset(test->start->proof, 0, sizeof test->start->proof);
    for (uint8_t i = 0; i < test->table->record.set_count; i++)
        test_set(test, i);
    test_pinned(test);
}

enum fwd_reason fwd_start_test_record(struct fwd_update *update,
    const struct fwd_version_table *table, bool before, enum fwd_start_depth depth,
    struct fwd_start *start)
{
    struct test test = {update, table, before, depth, start, 0, FWD_OK};

    start->named = table->named && !before;
    if (!table->found || (before && !table->record.has_before))
        return FWD_E_VERSION_RECORD;
    run_test(&test);
    bool something = false;
    for (uint8_t i = 0; i < fwd_places(update->device); i++) {
        struct reference r = reference_of(&test, i);
        if (needed(update, i) && (test.passed >> i & 1) == 0)
            return test.first != FWD_OK ? test.first : FWD_E_VERSION_RECORD;
        something = something || (needed(update, i) && r.entry != NULL && r.entry->size > 0);
    }
    /* A device that left the factory empty has nothing to start. */
    return something ? FWD_OK : FWD_E_COMPONENT_ABSENT;
}

/* Bit n: the slot of place n that the record names does not start, and what was before, in the
 * other one, does. */
static uint16_t fallen_back(const struct test *current)
{
    struct test before = *current;
    uint16_t places = 0;

    for (uint8_t i = 0; i < fwd_places(current->update->device); i++) {
        if (fwd_start_test_hashes(current->update, i, FWD_START_SLOTS) &&
            (current->passed >> i & 1) == 0)
            places |= (uint16_t)(1u << i);
    }
    if (places == 0 || current->depth == FWD_START_SIGNED || !current->table->record.has_before)
        return 0;
    before.before = true;
    before.passed = 0;
    run_test(&before);
    for (uint8_t i = 0; i < fwd_places(current->update->device); i++) {
        if (reference_of(current, i).slot == reference_of(&before, i).slot)
            places &= (uint16_t) ~(1u << i);
    }
    return places & before.passed;
}

uint16_t fwd_start_test_retained(struct fwd_update *update, enum fwd_start_depth depth)
{
    struct fwd_version_table table;
    struct fwd_start start = {.named = false};
    struct test test = {update, &table, false, depth, &start, 0, FWD_OK};

    fwd_version_load(update, &table);
    if (table.found)
        run_test(&test);
    memcpy(update->counters, start.counter, sizeof update->counters);
    if (table.found)
        update->active = fwd_version_active(update->device, &table) ^ fallen_back(&test);
    return test.passed;
}

/* ---- a package ------------------------------------------------------------------------------- */

enum fwd_reason fwd_start_test_future(
    struct fwd_update *update, uint16_t retained, enum fwd_start_depth depth)
{
    enum fwd_reason reason = fwd_plan_product(update->device, &update->trusted.manifest);

    for (uint8_t i = 0; i < fwd_places(update->device) && reason == FWD_OK; i++) {
        const struct fwd_task *task = fwd_plan_task(&update->plan, i);
        if (task != NULL) {
            struct claim claim = {.place = i, .slot = task->target, .component = task->component};
            reason = check_component(update, &claim, depth);
        } else if (needed(update, i) && (retained >> i & 1) == 0) {
            reason = FWD_E_NOT_STARTABLE;
        }
    }
    return reason;
}

/* Either slot, the one that is written to first. */
static enum fwd_reason test_task(
    struct fwd_update *update, const struct fwd_task *task, struct fwd_start *start)
{
    struct claim claim = {.place = task->place,
        .slot = task->target,
        .component = task->component,
        .floor = start->floor[task->place],
        .proof = &start->proof[task->place]};
    enum fwd_reason reason = check_component(update, &claim, FWD_START_HASHED);

    if (reason != FWD_OK && task->target != task->active) {
        claim.slot = task->active;
        reason = check_component(update, &claim, FWD_START_HASHED);
    }
    start->slot[task->place] = claim.slot;
    if (reason == FWD_OK && task->component->has_counter)
        start->counter[task->place] = task->component->counter;
    return reason;
}

enum fwd_reason fwd_start_test_package(struct fwd_update *update, struct fwd_start *start)
{
    enum fwd_reason reason = fwd_plan_product(update->device, &update->trusted.manifest);

    start->named = false;
    memset(start->slot, 0, sizeof start->slot);
    memset(start->counter, 0, sizeof start->counter);
    memset(start->proof, 0, sizeof start->proof);
    for (uint8_t i = 0; i < fwd_places(update->device) && reason == FWD_OK; i++) {
        const struct fwd_task *task = fwd_plan_task(&update->plan, i);
        if (task != NULL)
            reason = test_task(update, task, start);
        else if (needed(update, i))
            reason = check_pinned(update, i, 0, NULL, false, FWD_START_HASHED, start);
        if (!needed(update, i))
            reason = FWD_OK;
    }
    return reason;
}

void fwd_start_count(const struct fwd_update *update, const struct fwd_start *start)
{
    const struct fwd_counter_port *counter = update->device->ports->counter;

    for (uint8_t i = 0; counter != NULL && i < fwd_places(update->device); i++) {
        uint32_t held;
        if (!start->named || start->counter[i] == 0 ||
            (counter->read(counter->ctx, i, &held) && held >= start->counter[i]))
            continue;
        bool advanced = counter->advance(counter->ctx, i, start->counter[i]);
        (void)advanced;
    }
}

bool fwd_start_proven(const struct fwd_update *update, const struct fwd_start *start)
{
    bool undoubted = update->device->policy.verify_start == FWD_VERIFY_START_IN_DOUBT &&
                     update->device->ports->mac != NULL;
    volatile uint32_t missing = 0;
    volatile uint8_t looked_at = 0;

    for (uint8_t i = 0; i < fwd_places(update->device); i++, looked_at++) {
        if (needed(update, i) && !(undoubted && start->proof[i] == FWD_START_UNDOUBTED))
            missing |= start->proof[i] ^ FWD_START_PROVEN;
    }
    return missing == 0 && looked_at == fwd_places(update->device);
}
