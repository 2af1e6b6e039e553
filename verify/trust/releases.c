#include "verify/trust/releases.h"

#include "format/component.h"
#include "format/dependency.h"
#include "format/header.h"
#include "verify/trust/plan.h"

/* ---- what is installed ----------------------------------------------------------------------- */

/* Of a component of a set that was authenticated for the start test. */
static uint32_t signed_release(const struct fwd_version_set *set, uint8_t index)
{
    struct fwd_component component;

    return fwd_component_at(
               set->bytes + FWD_HEADER_SIZE, set->signed_size - FWD_HEADER_SIZE, index, &component)
               ? fwd_component_release(&component)
               : 0;
}

/* The factory states a counter with what it pins. */
static uint32_t pinned_release(const struct fwd_update *update, uint8_t place)
{
    const struct fwd_keys_port *keys = update->device->ports->keys;
    struct fwd_image image;
    uint32_t counter = 0;

    return keys->pinned != NULL && keys->pinned(keys->ctx, place, &image, &counter) ? counter : 0;
}

static uint32_t installed(
    const struct fwd_update *update, const struct fwd_version_table *versions, uint8_t place)
{
    const struct fwd_version_entry *entry =
        fwd_version_find(versions, update->device->places[place].name);

    if ((update->retained >> place & 1) == 0 || entry == NULL)
        return 0;
    return entry->set == FWD_VERSION_NO_SET
               ? pinned_release(update, place)
               : signed_release(&versions->record.sets[entry->set], entry->component);
}

/* ---- what is asked for ----------------------------------------------------------------------- */

/* After the installation: what the package brings, or else what is there. */
static uint32_t release_after(
    const struct fwd_update *update, const struct fwd_version_table *versions, struct fwd_text name)
{
    const struct fwd_manifest *manifest = &update->trusted.manifest;

    for (uint8_t i = 0; i < FWD_COMPONENTS(manifest->component_count); i++) {
        if (fwd_text_equal(manifest->components[i].name, name))
            return fwd_component_release(&manifest->components[i]);
    }
    uint8_t place = fwd_plan_place(update->device, name);
    return place == FWD_NO_PLACE ? 0 : installed(update, versions, place);
}

static enum fwd_reason check_dependencies(
    const struct fwd_update *update, const struct fwd_version_table *versions)
{
    const struct fwd_manifest *manifest = &update->trusted.manifest;
    struct fwd_dependency needed;
    uint16_t at = 0;

    if (manifest->dependencies == NULL)
        return FWD_OK;
    while (fwd_dependency_next(manifest->dependencies, manifest->dependencies_size, &at, &needed)) {
        if (release_after(update, versions, needed.name) < needed.release)
            return FWD_E_DEPENDENCY;
    }
    return at == manifest->dependencies_size && at > 0 ? FWD_OK : FWD_E_MANIFEST_SYNTAX;
}

static bool goes_back(const struct fwd_update *update, const struct fwd_version_table *versions)
{
    for (uint8_t i = 0; i < FWD_COMPONENTS(update->plan.count); i++) {
        const struct fwd_task *task = &update->plan.tasks[i];
        if (task->place != FWD_NO_PLACE && task->component->release > 0 &&
            task->component->release < installed(update, versions, task->place))
            return true;
    }
    return false;
}

static enum fwd_reason check(
    const struct fwd_update *update, const struct fwd_version_table *versions)
{
    if (update->device->policy.refuse_downgrade && goes_back(update, versions))
        return FWD_E_DOWNGRADE;
    return check_dependencies(update, versions);
}

const struct fwd_releases fwd_releases = {check};
