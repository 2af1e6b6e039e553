#include "verify/trust/next_record.h"

#include "format/sigblock.h"
#include "verify/trust/authenticate.h"
#include "verify/trust/plan.h"

#include <string.h>

#define NUMBER_MAX 0x7FFFFFFFu

static const uint8_t no_digest[FWD_DIGEST_SIZE];

/* ---- the set of the package ------------------------------------------------------------------ */

/* May the signer at `index` vouch for every component, alone? */
static bool vouches(const struct fwd_trusted *trusted, uint8_t index)
{
    for (uint8_t i = 0; i < FWD_COMPONENTS(trusted->manifest.component_count); i++) {
        const struct fwd_component *component = &trusted->manifest.components[i];
        if (!fwd_authenticate_covers(trusted, index, component, component->has_counter))
            return false;
    }
    return true;
}

/* Picks the signatures that are kept: the first `threshold` that vouch for everything, or else all
 * that counted. */
static uint8_t pick(const struct fwd_update *update, uint8_t picked[FWD_CONFIG_SIGNATURES])
{
    const struct fwd_trusted *trusted = &update->trusted;
    uint8_t wanted = trusted->threshold;
    uint8_t count = 0;

    for (uint8_t i = 0; i < trusted->signer_count && count < wanted; i++) {
        if (vouches(trusted, i))
            picked[count++] = trusted->counted[i];
    }
    if (count == wanted)
        return count;
    memcpy(picked, trusted->counted, trusted->signer_count);
    return trusted->signer_count;
}

/* An entry that did not count is left out: a key that is added later cannot make it a wrong one. */
static void leave_out(const struct fwd_update *update, struct fwd_version_set *set)
{
    uint8_t picked[FWD_CONFIG_SIGNATURES], count = pick(update, picked);
    struct fwd_signature signatures[FWD_CONFIG_SIGNATURES];
    struct fwd_sigblock block;

    if (fwd_sigblock_decode(set->sigblock, set->sigblock_size, &block) != FWD_OK ||
        count == block.count)
        return;
    for (uint8_t i = 0; i < count; i++)
        signatures[i] = block.signatures[picked[i]];
    if (!fwd_sigblock_encode(signatures, count, update->work.arena, update->work.arena_size))
        return;
    set->sigblock = update->work.arena;
    set->sigblock_size = (uint16_t)fwd_sigblock_size(signatures, count);
}

static void add_set_of_package(const struct fwd_update *update, struct fwd_version_record *record)
{
    const struct fwd_trusted *trusted = &update->trusted;
    const uint8_t *bytes = update->work.signed_bytes;
    struct fwd_version_set *set = &record->sets[0];

    *set = (struct fwd_version_set){.bytes = bytes,
        .sigblock = bytes + trusted->signed_size,
        .signed_size = (uint16_t)trusted->signed_size,
        .sigblock_size = (uint16_t)trusted->sigblock_size};
    record->set_count = 1;
    if (FWD_CONFIG_SIGNATURES > 1)
        leave_out(update, set);
}

/* ---- what stays ------------------------------------------------------------------------------ */

/* The set of the current record in the new one; FWD_VERSION_NO_SET stays. */
uint8_t fwd_next_record_keep(
    struct fwd_version_record *record, const struct fwd_version_record *current, uint8_t set)
{
    if (set == FWD_VERSION_NO_SET)
        return set;
    for (uint8_t i = 0; i < record->set_count; i++) {
        if (record->sets[i].bytes == current->sets[set].bytes)
            return i;
    }
    if (record->set_count == FWD_CONFIG_SETS)
        return FWD_CONFIG_SETS; /* none: a record with it is not encoded */
    record->sets[record->set_count] = current->sets[set];
    return record->set_count++;
}

static void add_entry(const struct fwd_update *update, const struct fwd_version_table *current,
    struct fwd_version_record *record, uint8_t place)
{
    struct fwd_version_entry *entry = &record->entries[place];
    const struct fwd_task *task = fwd_plan_task(&update->plan, place);
    const char *name = update->device->places[place].name;
    const struct fwd_version_entry *before = fwd_version_find(current, name);

    if (task != NULL) {
        *entry = (struct fwd_version_entry){.name = task->component->name,
            .version = task->component->target.version,
            .slot = task->target,
            .component = fwd_plan_component(update, task),
            .size = task->component->target.size,
            .digest = task->component->target.digest};
    } else if (before != NULL) {
        *entry = *before;
        entry->set = fwd_next_record_keep(record, &current->record, before->set);
    } else {
        *entry = (struct fwd_version_entry){
            .name = fwd_text_of(name), .set = FWD_VERSION_NO_SET, .digest = no_digest};
    }
}

static void note_before(const struct fwd_update *update, const struct fwd_version_table *current,
    struct fwd_version_record *record)
{
    if (!current->found)
        return;
    for (uint8_t i = 0; i < fwd_places(update->device); i++) {
        const char *name = update->device->places[i].name;
        const struct fwd_version_entry *was = fwd_version_find(current, name);
        if (was == NULL)
            return;
        struct fwd_version_before runs = {was->slot, was->set, was->component};
        const struct fwd_task *task = fwd_plan_task(&update->plan, i);
        if (task != NULL && fwd_plan_fallen_back(task, was)) {
            if (!current->record.has_before)
                return;
            runs = current->record.before[FWD_INDEX(was - current->record.entries)];
        }
        runs.set = fwd_next_record_keep(record, &current->record, runs.set);
        record->before[i] = runs;
    }
    record->has_before = true;
}

uint32_t fwd_next_record_encode(struct fwd_update *update, const struct fwd_version_record *record)
{
    uint32_t room = fwd_version_room(update->device);

    if (room > update->work.version_size)
        room = update->work.version_size;
    return (uint32_t)fwd_version_record_encode(record, update->work.version_new, room);
}

/* Higher than any number that a device has counted to, also when its record cannot be read now.
 * What is beyond NUMBER_MAX somebody else wrote. */
uint32_t fwd_next_record_number(
    const struct fwd_update *update, const struct fwd_version_table *current)
{
    uint32_t last = fwd_version_last_number(update, current);

    return last < NUMBER_MAX ? last + 1 : 1;
}

enum fwd_reason fwd_next_record_make(
    struct fwd_update *update, const struct fwd_version_table *current, bool before, uint32_t *size)
{
    struct fwd_version_record record = {
        .sequence = fwd_next_record_number(update, current), .count = fwd_places(update->device)};

    add_set_of_package(update, &record);
    for (uint8_t i = 0; i < fwd_places(update->device); i++)
        add_entry(update, current, &record, i);
    uint8_t sets = record.set_count;
    if (before)
        note_before(update, current, &record);
    *size = fwd_next_record_encode(update, &record);
    if (*size == 0 && record.has_before) {
        record.has_before = false;
        record.set_count = sets;
        *size = fwd_next_record_encode(update, &record);
    }
    return *size > 0 ? FWD_OK : FWD_E_VERSION_ROOM;
}
