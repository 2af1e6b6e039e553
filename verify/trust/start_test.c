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
    struct fwd_start *start; /* its floor and its proof; NULL: neither is wanted */
};

/* Nothing is known yet but the counters below which nothing may start. */
static void forget(struct fwd_start *start)
{
    start->named = false;
    for (uint8_t i = 0; i < FWD_CONFIG_COMPONENTS; i++) {
        start->slot[i] = 0;
        start->counter[i] = start->proof[i] = 0;
    }
}

static bool needed(const struct fwd_update *update, uint8_t place)
{
    return !fwd_place_at(update->device, place)->not_needed;
}

static const struct fwd_area *slot_of(const struct fwd_update *update, uint8_t place, uint8_t slot)
{
    const struct fwd_place *p = fwd_place_at(update->device, place);

    return &p->slots[fwd_place_two_slots(p) ? slot : 0];
}

static enum fwd_reason is_blank(const struct fwd_update *update, const struct fwd_area *slot)
{
    const struct fwd_flash_access flash = {update->device->ports, slot, FWD_E_SLOT_READ};
    bool blank = false;
    enum fwd_reason reason =
        fwd_flash_is_blank(&flash, 0, slot->size, update->work.io, update->work.io_size, &blank);

    return reason == FWD_OK && !blank ? FWD_E_TARGET_CORRUPT : reason;
}

enum fwd_reason fwd_start_test_holds(const struct fwd_update *update, uint8_t place, uint8_t slot,
    const struct fwd_image *image, uint8_t digest[FWD_DIGEST_SIZE])
{
    const struct fwd_area *area = slot_of(update, place, slot);
    enum fwd_reason reason = FWD_E_SLOT_READ;

    memset(digest, 0, FWD_DIGEST_SIZE);
    for (int tries = 0; tries < 2 && reason != FWD_OK; tries++)
        reason = image->size == 0
                     ? is_blank(update, area)
                     : fwd_flash_holds(update->device->ports, area, image, FWD_E_TARGET_CORRUPT,
                           FWD_E_SLOT_READ, update->work.io, update->work.io_size, digest);
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

static uint32_t counter_of(const struct fwd_component *component)
{
    return component->has_counter ? component->counter : 0;
}

static enum fwd_reason check_counter(const struct fwd_update *update, const struct claim *claim)
{
    const struct fwd_device *device = update->device;
    const struct fwd_counter_port *counter = device->ports->counter;
    uint32_t offered = counter_of(claim->component), held = 0;

    if (claim->start != NULL && offered < claim->start->floor[FWD_INDEX(claim->place)])
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
    if (claim->start != NULL)
        claim->start->proof[FWD_INDEX(claim->place)] =
            FWD_START_PROVEN ^
            (fwd_start_test_differences(digest, target) | unsigned_by(&update->trusted));
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

/* What the record says of a place: its entry; NULL: nothing. *is: where its image is, and what
 * proves it. */
static const struct fwd_version_entry *find_place(
    const struct test *test, uint8_t place, struct fwd_version_before *is)
{
    const struct fwd_version_record *record = &test->table->record;
    const struct fwd_version_entry *entry =
        fwd_version_find(test->table, test->update->device->places[place].name);

    *is = (struct fwd_version_before){0, FWD_VERSION_NO_SET, 0};
    if (entry != NULL && test->before)
        *is = record->before[FWD_INDEX(entry - record->entries)];
    else if (entry != NULL)
        *is = (struct fwd_version_before){entry->slot, entry->set, entry->component};
    return entry;
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
static enum fwd_reason test_place(struct test *test, uint8_t place,
    const struct fwd_version_entry *entry, const struct fwd_version_before *is)
{
    const struct fwd_manifest *manifest = &test->update->trusted.manifest;
    struct fwd_start *start = test->start;
    struct claim claim = {.place = place, .slot = is->slot, .blind = start->named, .start = start};

    if (is->component >= manifest->component_count)
        return FWD_E_VERSION_RECORD;
    claim.component = &manifest->components[FWD_INDEX(is->component)];
    if (!fwd_text_equal(claim.component->name, entry->name) ||
        (!test->before && !same_image(entry, &claim.component->target)))
        return FWD_E_VERSION_RECORD;
    start->counter[place] = counter_of(claim.component);
    if (start->named && !unconfirmed(test->update))
        start->floor[place] = start->counter[place];
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

/* The places whose proof this set is; FWD_VERSION_NO_SET: those that the factory pinned. */
static void test_set(struct test *test, uint8_t set)
{
    bool pinned = set == FWD_VERSION_NO_SET;
    enum fwd_reason loaded =
        pinned ? FWD_OK : load_set(test->update, &test->table->record.sets[set]);

    for (uint8_t i = 0; i < fwd_places(test->update->device); i++) {
        struct fwd_version_before is;
        const struct fwd_version_entry *entry = find_place(test, i, &is);
        enum fwd_reason reason = loaded;
        if (entry == NULL || is.set != set)
            continue;
        test->start->slot[i] = is.slot;
        if (pinned)
            reason = check_pinned(test->update, i, is.slot, test->before ? NULL : entry,
                test->start->named, test->depth, test->start);
        else if (reason == FWD_OK)
            reason = test_place(test, i, entry, &is);
        note(test, i, reason);
    }
}

static void run_test(struct test *test)
{
    forget(test->start);
    test->start->named = test->table->named && !test->before;
    for (uint8_t i = 0; i < test->table->record.set_count; i++)
        test_set(test, i);
    test_set(test, FWD_VERSION_NO_SET);
}

enum fwd_reason fwd_start_test_record(struct fwd_update *update,
    const struct fwd_version_table *table, bool before, enum fwd_start_depth depth,
    struct fwd_start *start)
{
    struct test test = {update, table, before, depth, start, 0, FWD_OK};

    start->named = false;
    if (!table->found || (before && !table->record.has_before))
        return FWD_E_VERSION_RECORD;
    run_test(&test);
    bool something = false;
    for (uint8_t i = 0; i < fwd_places(update->device); i++) {
        struct fwd_version_before is;
        const struct fwd_version_entry *entry = find_place(&test, i, &is);
        if (!needed(update, i))
            continue;
        if ((test.passed >> i & 1) == 0)
            return test.first != FWD_OK ? test.first : FWD_E_VERSION_RECORD;
        something = something || (entry != NULL && entry->size > 0);
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
        struct fwd_version_before is, was;
        (void)find_place(current, i, &is);
        (void)find_place(&before, i, &was);
        if (is.slot == was.slot)
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
    for (uint8_t i = 0; i < FWD_CONFIG_COMPONENTS; i++)
        update->counters[i] = start.counter[i];
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
    struct claim claim = {
        .place = task->place, .slot = task->target, .component = task->component, .start = start};
    enum fwd_reason reason = check_component(update, &claim, FWD_START_HASHED);

    if (reason != FWD_OK && task->target != task->active) {
        claim.slot = task->active;
        reason = check_component(update, &claim, FWD_START_HASHED);
    }
    start->slot[FWD_INDEX(task->place)] = claim.slot;
    if (reason == FWD_OK)
        start->counter[FWD_INDEX(task->place)] = counter_of(task->component);
    return reason;
}

static bool pinned_empty(const struct fwd_update *update, uint8_t place)
{
    const struct fwd_keys_port *keys = update->device->ports->keys;
    struct fwd_image image = {0};
    uint32_t counter;

    return keys->pinned == NULL || !keys->pinned(keys->ctx, place, &image, &counter) ||
           image.size == 0;
}

enum fwd_reason fwd_start_test_package(struct fwd_update *update, struct fwd_start *start)
{
    enum fwd_reason reason = fwd_plan_product(update->device, &update->trusted.manifest);
    bool something = false;

    forget(start);
    for (uint8_t i = 0; i < fwd_places(update->device) && reason == FWD_OK; i++) {
        const struct fwd_task *task = fwd_plan_task(&update->plan, i);
        if (task != NULL)
            reason = test_task(update, task, start);
        else if (needed(update, i))
            reason = check_pinned(update, i, 0, NULL, false, FWD_START_HASHED, start);
        if (!needed(update, i))
            reason = FWD_OK;
        else if (task != NULL || !pinned_empty(update, i))
            something = true;
    }
    return reason == FWD_OK && !something ? FWD_E_COMPONENT_ABSENT : reason;
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
