#include "verify/install/journal_recover.h"

#include <string.h>

#include "format/record/step.h"
#include "verify/rehearse/decode.h"
#include "verify/install/load_package.h"
#include "verify/flash/journal.h"
#include "verify/trust/plan.h"

enum found { FOUND_NONE, FOUND_SOURCE, FOUND_TARGET, FOUND_INSTALLED };

/* Asked twice: that firmware is broken is not said because of one reading. */
static bool holds(
    const struct fwd_update *update, const struct fwd_area *slot, const struct fwd_image *image)
{
    enum fwd_reason reason = FWD_E_JOURNAL_LOST;

    for (int tries = 0; tries < 2 && reason != FWD_OK; tries++)
        reason = fwd_decode_check_slot(update, slot, image, FWD_E_JOURNAL_LOST, FWD_E_JOURNAL_LOST);
    return reason == FWD_OK;
}

/* The version record alone proves nothing: an update that failed past its first write leaves it as
 * it was. */
static bool installed(const struct fwd_update *update, const struct fwd_version_table *versions)
{
    if (!fwd_plan_installed(update->device, &update->plan, versions))
        return false;
    for (uint8_t i = 0; i < update->plan.count; i++) {
        const struct fwd_task *task = &update->plan.tasks[i];
        if (!holds(update, fwd_decode_source_slot(update, task), &task->component->target))
            return false;
    }
    return true;
}

/* Two-slot components: the target slot is complete or the update begins again, so only targets
 * everywhere count as FOUND_TARGET; the active slot was never written. */
static enum found look(const struct fwd_update *update)
{
    bool all_target = true, all_source = true;

    for (uint8_t i = 0; i < update->plan.count; i++) {
        const struct fwd_task *task = &update->plan.tasks[i];
        const struct fwd_component *component = task->component;
        bool in_place = i >= update->plan.in_place_first;

        if (task->place == FWD_NO_PLACE)
            return FOUND_NONE;
        if (!holds(update, fwd_decode_target_slot(update, task), &component->target))
            all_target = false;
        if (in_place && (component->flags & FWD_COMPONENT_HAS_SOURCE) &&
            !holds(update, fwd_decode_source_slot(update, task), &component->source))
            all_source = false;
        /* A full image in place: its slot may be half written, but the package can write it. */
        if (in_place && !(component->flags & FWD_COMPONENT_HAS_SOURCE))
            all_source = false;
    }
    return all_target ? FOUND_TARGET : all_source ? FOUND_SOURCE : FOUND_NONE;
}

static enum fwd_reason record(
    struct fwd_update *update, enum fwd_state state, enum fwd_reason reason, uint8_t flags)
{
    struct fwd_version_table versions;
    struct fwd_record next;

    memset(&next, 0, sizeof next);
    fwd_version_load(update, &versions);
    next.version_block = versions.block;
    next.state = (uint8_t)state;
    next.command = FWD_COMMAND_ANY;
    next.reason = (uint16_t)reason;
    next.flags = flags;
    if (state != FWD_STATE_FAILED) {
        memcpy(next.session, update->trusted.session, FWD_SESSION_SIZE);
        next.stored = update->trusted.package_size;
        /* Without the package, what is resumed is authenticated from the staged copy. */
        if (!(flags & FWD_RECORD_COMPLETE))
            next.staging_end =
                FWD_STAGING_HEAD_SIZE + update->trusted.signed_size + update->trusted.sigblock_size;
    }
    enum fwd_reason appended = fwd_journal_append(&update->journal, &next);
    return appended == FWD_OK ? reason : appended;
}

bool fwd_journal_recover_others_whole(const struct fwd_update *update, const struct fwd_plan *plan)
{
    struct fwd_version_table versions;

    fwd_version_load(update, &versions);
    for (uint8_t i = 0; i < update->device->place_count; i++) {
        const struct fwd_place *place = &update->device->places[i];
        const struct fwd_version_entry *entry = fwd_version_find(&versions, place->name);
        bool planned = false;

        for (uint8_t t = 0; t < plan->count; t++)
            planned = planned || plan->tasks[t].place == i;
        if (planned || place->layout != FWD_LAYOUT_IN_PLACE || (entry && entry->size == 0))
            continue;
        if (!entry)
            return false;
        struct fwd_image image = {
            .size = entry->size, .digest = entry->digest, .digest_size = FWD_DIGEST_SIZE};
        if (!holds(update, &place->slots[0], &image))
            return false;
    }
    return true;
}

/* What the trusted package means for what is in flash. Without a journal nobody knows whether it
 * was ever accepted: a release that policy or counter refuse must not come in here. */
static enum found judge(struct fwd_update *update, const struct fwd_version_table *versions)
{
    const struct fwd_device *device = update->device;

    if (fwd_plan_policy(device, &update->trusted, &update->plan, FWD_COMMAND_ANY) != FWD_OK)
        return FOUND_NONE;
    /* Places that the package leaves alone may be broken by an earlier update that failed. */
    if (!fwd_journal_recover_others_whole(update, &update->plan))
        return FOUND_NONE;
    if (installed(update, versions))
        return FOUND_INSTALLED;
    if (fwd_plan_counters(device, &update->trusted, &update->plan) != FWD_OK)
        return FOUND_NONE;
    return look(update);
}

enum fwd_reason fwd_journal_recover_decide(struct fwd_update *update)
{
    struct fwd_version_table versions;
    struct fwd_plan none = {.count = 0};
    uint32_t area = update->device->package.size;
    bool package = fwd_load_package(update, FWD_COMMAND_ANY, area, area, &versions) == FWD_OK;
    enum found found = package ? judge(update, &versions) : FOUND_NONE;

    /* The package may have been replaced since; the staged copy is what was acted on. */
    if (found == FOUND_NONE && fwd_load_package_staged(update, NULL, &versions) == FWD_OK) {
        found = judge(update, &versions);
        package = false;
    }
    uint8_t complete = package ? FWD_RECORD_COMPLETE : 0;
    if (found == FOUND_INSTALLED)
        return record(update, FWD_STATE_SWITCHED, FWD_OK, complete);
    if (found == FOUND_TARGET)
        return record(update, FWD_STATE_VERIFIED, FWD_OK, FWD_RECORD_DESTRUCTIVE | complete);
    if (found == FOUND_SOURCE && package)
        return record(update, FWD_STATE_REHEARSING, FWD_OK, complete);
    if (found == FOUND_SOURCE)
        return record(update, FWD_STATE_FAILED, FWD_E_PACKAGE_LOST, 0);
    bool whole = fwd_journal_recover_others_whole(update, &none);
    return record(update, FWD_STATE_FAILED, FWD_E_JOURNAL_LOST, whole ? 0 : FWD_RECORD_DESTRUCTIVE);
}
