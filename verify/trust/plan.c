#include "verify/trust/plan.h"

#include "verify/flash/version.h"

#include <string.h>

uint8_t fwd_plan_place(const struct fwd_device *device, struct fwd_text name)
{
    for (uint8_t i = 0; i < fwd_places(device); i++) {
        if (fwd_text_equal(fwd_text_of(device->places[i].name), name))
            return i;
    }
    return FWD_NO_PLACE;
}

/* The groups, in the order of action: a component without a place comes first, it is refused. */
#define GROUPS (FWD_CONFIG_IN_PLACE == 0 ? 1 : 3)

static int group_of(
    const struct fwd_device *device, const struct fwd_component *component, uint8_t place)
{
    if (place == FWD_NO_PLACE || fwd_place_two_slots(fwd_place_at(device, place)))
        return 0;
    return component->role == FWD_ROLE_BOOT ? 2 : 1;
}

static void add_task(const struct fwd_device *device, const struct fwd_component *component,
    uint8_t place, uint16_t active, struct fwd_plan *plan)
{
    struct fwd_task *task = &plan->tasks[FWD_INDEX(plan->count)];

    plan->count++;
    task->component = component;
    task->codec = fwd_codec_find(device->codecs, device->codec_count, component->codec);
    task->place = place;
    if (place == FWD_NO_PLACE || !fwd_place_two_slots(fwd_place_at(device, place)))
        return;
    task->active = active >> place & 1;
    task->target = (uint8_t)(1 - task->active);
}

void fwd_plan_make(const struct fwd_device *device, const struct fwd_trusted *trusted,
    uint16_t active, struct fwd_plan *plan)
{
    const struct fwd_manifest *manifest = &trusted->manifest;

    memset(plan, 0, sizeof *plan);
    for (int group = 0; group < GROUPS; group++) {
        if (group == 1)
            plan->in_place_first = plan->count;
        for (uint8_t i = 0; i < FWD_COMPONENTS(manifest->component_count); i++) {
            const struct fwd_component *component = &manifest->components[i];
            uint8_t place = fwd_plan_place(device, component->name);
            if (group_of(device, component, place) == group)
                add_task(device, component, place, active, plan);
        }
    }
    if (GROUPS == 1)
        plan->in_place_first = plan->count;
}

bool fwd_plan_fallen_back(const struct fwd_task *task, const struct fwd_version_entry *entry)
{
    return entry->slot != task->active;
}

static bool same_image(const struct fwd_version_entry *entry, const struct fwd_image *image)
{
    return entry->size == image->size &&
           memcmp(entry->digest, image->digest, FWD_DIGEST_SIZE) == 0 &&
           fwd_text_equal(entry->version, image->version);
}

bool fwd_plan_installed(const struct fwd_device *device, const struct fwd_plan *plan,
    const struct fwd_version_table *versions)
{
    for (uint8_t i = 0; i < FWD_COMPONENTS(plan->count); i++) {
        const struct fwd_task *task = &plan->tasks[i];
        const struct fwd_version_entry *entry =
            task->place == FWD_NO_PLACE
                ? NULL
                : fwd_version_find(versions, fwd_place_at(device, task->place)->name);
        if (entry == NULL || fwd_plan_fallen_back(task, entry) ||
            !same_image(entry, &task->component->target))
            return false;
    }
    return plan->count > 0;
}

enum fwd_reason fwd_plan_source_versions(const struct fwd_device *device,
    const struct fwd_plan *plan, const struct fwd_version_table *versions)
{
    for (uint8_t i = 0; i < FWD_COMPONENTS(plan->count); i++) {
        const struct fwd_task *task = &plan->tasks[i];
        const struct fwd_image *source = &task->component->source;

        if (task->place == FWD_NO_PLACE || !(task->component->flags & FWD_COMPONENT_HAS_SOURCE))
            continue;
        const struct fwd_version_entry *entry =
            fwd_version_find(versions, fwd_place_at(device, task->place)->name);
        /* The record does not say the version that a device has fallen back to. */
        if (entry != NULL && fwd_plan_fallen_back(task, entry))
            continue;
        /* A version that either side does not know is left to the digest. */
        if (entry != NULL && entry->version.size > 0 && source->version.size > 0 &&
            !fwd_text_equal(entry->version, source->version))
            return FWD_E_SOURCE_VERSION;
    }
    return FWD_OK;
}

enum fwd_reason fwd_plan_resources(const struct fwd_plan *plan, uint32_t arena_size)
{
    for (uint8_t i = 0; i < FWD_COMPONENTS(plan->count); i++) {
        if (plan->tasks[i].component->arena_size > arena_size)
            return FWD_E_DECODER_MEMORY;
    }
    for (uint8_t i = 0; i < FWD_COMPONENTS(plan->count); i++) {
        if (plan->tasks[i].place == FWD_NO_PLACE)
            return FWD_E_COMPONENT_ABSENT;
    }
    return FWD_OK;
}

const struct fwd_task *fwd_plan_task(const struct fwd_plan *plan, uint8_t place)
{
    for (uint8_t i = 0; i < FWD_COMPONENTS(plan->count); i++) {
        if (plan->tasks[i].place == place)
            return &plan->tasks[i];
    }
    return NULL;
}
