/* V7: what this device allows. */
#include "verify/flash/area.h"
#include "verify/trust/plan.h"
#include "verify/trust/releases.h"
#include "verify/verify.h"

enum fwd_reason fwd_plan_product(
    const struct fwd_device *device, const struct fwd_manifest *manifest)
{
    struct fwd_text product = fwd_text_of(device->product);
    bool fits = manifest->product_count == 0 || product.size == 0;

    for (uint8_t i = 0; i < manifest->product_count; i++)
        fits = fits || fwd_text_equal(manifest->products[i], product);
    if (!fits)
        return FWD_E_PRODUCT;
    if (manifest->has_hardware && (device->hardware_revision < manifest->hardware_min ||
                                      device->hardware_revision > manifest->hardware_max))
        return FWD_E_HARDWARE;
    return FWD_OK;
}

static enum fwd_reason check_package(
    const struct fwd_device *device, const struct fwd_trusted *trusted, enum fwd_command command)
{
    uint32_t limit = device->policy.package_max ? device->policy.package_max : device->package.size;

    if (command == FWD_COMMAND_FULL && trusted->kind == FWD_KIND_DELTA)
        return FWD_E_DELTA_NOT_FULL;
    if (trusted->package_size > limit)
        return FWD_E_PACKAGE_LIMIT;
    return fwd_plan_product(device, &trusted->manifest);
}

/* Two entries of one name: reserved for alternatives, which this format version does not have. */
static enum fwd_reason check_names(const struct fwd_manifest *manifest)
{
    for (uint8_t i = 0; i < FWD_COMPONENTS(manifest->component_count); i++) {
        for (uint8_t j = 0; j < i; j++) {
            if (fwd_text_equal(manifest->components[i].name, manifest->components[j].name))
                return FWD_E_DUPLICATE_COMPONENT;
        }
    }
    return FWD_OK;
}

static enum fwd_reason check_place(const struct fwd_device *device, const struct fwd_task *task)
{
    const struct fwd_place *place = fwd_place_at(device, task->place);
    const struct fwd_area *slot = &place->slots[task->target];
    bool has_source = (task->component->flags & FWD_COMPONENT_HAS_SOURCE) != 0;
    bool in_place = !fwd_place_two_slots(place);

    if (place->role != task->component->role)
        return FWD_E_ROLE;
    if (task->component->target.size > slot->size)
        return FWD_E_TARGET_TOO_LARGE;
    if (in_place && place->resumer_inside)
        return FWD_E_RESUMER_IN_PLACE;
    if (in_place && has_source &&
        fwd_area_smallest_block(&device->scratch) < fwd_area_largest_block(slot))
        return FWD_E_SCRATCH_TOO_SMALL;
    return FWD_OK;
}

/* Then releases->check() says what goes back. */
static bool orders_releases(const struct fwd_device *device, const struct fwd_component *component)
{
    return device->releases != NULL && component->release > 0;
}

static enum fwd_reason check_counter(const struct fwd_update *update, const struct fwd_task *task)
{
    const struct fwd_device *device = update->device;
    const struct fwd_counter_port *counter = device->ports->counter;
    uint32_t current = update->counters[task->place];
    const struct fwd_component *component = task->component;
    uint32_t offered = component->has_counter ? component->counter : 0;
    uint32_t held = 0;

    if (counter != NULL && !counter->read(counter->ctx, task->place, &held))
        return FWD_E_COUNTER;
    if (counter != NULL && held < current)
        held = current;
    if (counter != NULL && offered < held)
        return FWD_E_ROLLBACK;
    if (counter != NULL && device->policy.refuse_downgrade && offered == held && held > 0 &&
        !orders_releases(device, component))
        return FWD_E_DOWNGRADE;
    return offered > held ? fwd_authenticate_authority(&update->trusted, component, true) : FWD_OK;
}

enum fwd_reason fwd_plan_counters(
    const struct fwd_update *update, const struct fwd_version_table *versions)
{
    const struct fwd_releases *releases = update->device->releases;
    const struct fwd_plan *plan = &update->plan;
    enum fwd_reason reason = FWD_OK;

    for (uint8_t i = 0; i < FWD_COMPONENTS(plan->count) && reason == FWD_OK; i++) {
        if (plan->tasks[i].place != FWD_NO_PLACE)
            reason = check_counter(update, &plan->tasks[i]);
    }
    if (reason == FWD_OK && releases != NULL)
        return releases->check(update, versions);
    return reason == FWD_OK && update->trusted.manifest.dependencies != NULL
               ? FWD_E_UNKNOWN_CRITICAL
               : reason;
}

enum fwd_reason fwd_plan_policy(const struct fwd_device *device, const struct fwd_trusted *trusted,
    const struct fwd_plan *plan, enum fwd_command command)
{
    enum fwd_reason reason = check_package(device, trusted, command);

    if (reason == FWD_OK)
        reason = check_names(&trusted->manifest);
    for (uint8_t i = 0; i < FWD_COMPONENTS(plan->count) && reason == FWD_OK; i++) {
        const struct fwd_task *task = &plan->tasks[i];
        if (task->place == FWD_NO_PLACE)
            continue; /* I2 refuses it */
        if (task->codec == NULL)
            return FWD_E_UNKNOWN_CODEC;
        reason = check_place(device, task);
        if (reason == FWD_OK)
            reason = fwd_authenticate_authority(trusted, task->component, false);
    }
    return reason;
}
