/* Third step: what a trusted package means on this device. install needs the plan. */
#ifndef FWD_VERIFY_TRUST_PLAN_H
#define FWD_VERIFY_TRUST_PLAN_H

#include "verify/trust/authenticate.h"
#include "verify/verify.h"

struct fwd_version_table;
struct fwd_version_entry;

/* V6: sections, codec parameters and sizes agree with each other. Fills in the memory that each
 * component's decoder needs, where the device has its codec.
 * FWD_OK; FWD_E_KIND_CONTENT, _SECTION_RANGE, _SECTION_CONTENT, _SECTION_OVERLAP. */
FWD_MUST_USE enum fwd_reason fwd_plan_structure(
    struct fwd_trusted *trusted, const struct fwd_codec *const *codecs, uint8_t codec_count);

/* Finds place, slots and codec for each component and orders them. A component that the device
 * lacks keeps FWD_NO_PLACE, a codec that it lacks stays NULL. active: bit n, slot 1 of place n is
 * the one that runs, and is not written. */
void fwd_plan_make(const struct fwd_device *device, const struct fwd_trusted *trusted,
    uint16_t active, struct fwd_plan *plan);

/* The version record names the slot that the task writes: what it names does not start, and the
 * device runs what was before, in the other slot. */
bool fwd_plan_fallen_back(const struct fwd_task *task, const struct fwd_version_entry *entry);

/* The package is for this product and this hardware. FWD_OK, FWD_E_PRODUCT, FWD_E_HARDWARE. */
FWD_MUST_USE enum fwd_reason fwd_plan_product(
    const struct fwd_device *device, const struct fwd_manifest *manifest);

/* V7: the package is allowed for this command, product, hardware, roles, sizes, signers.
 * Absent components are not looked at. FWD_OK; FWD_E_DELTA_NOT_FULL, _PACKAGE_LIMIT, _PRODUCT,
 * _HARDWARE, _DUPLICATE_COMPONENT, _UNKNOWN_CODEC, _ROLE, _TARGET_TOO_LARGE, _RESUMER_IN_PLACE,
 * _SCRATCH_TOO_SMALL, _NOT_AUTHORISED. */
FWD_MUST_USE enum fwd_reason fwd_plan_policy(const struct fwd_device *device,
    const struct fwd_trusted *trusted, const struct fwd_plan *plan, enum fwd_command command);

/* V8: every component's target is what the version record says. */
bool fwd_plan_installed(const struct fwd_device *device, const struct fwd_plan *plan,
    const struct fwd_version_table *versions);

/* After V8: security counters, against the higher of the device's and what runs now
 * (update->counters); the device's own rises only when that starts. Then dependencies and the order
 * of releases, by device->releases. FWD_OK; FWD_E_ROLLBACK, _DOWNGRADE, _NOT_AUTHORISED, _COUNTER;
 * FWD_E_DEPENDENCY, _MANIFEST_SYNTAX; FWD_E_UNKNOWN_CRITICAL: dependencies, and no
 * device->releases. */
FWD_MUST_USE enum fwd_reason fwd_plan_counters(
    const struct fwd_update *update, const struct fwd_version_table *versions);

/* V9, first half: source versions against the version record. FWD_OK or FWD_E_SOURCE_VERSION. */
FWD_MUST_USE enum fwd_reason fwd_plan_source_versions(const struct fwd_device *device,
    const struct fwd_plan *plan, const struct fwd_version_table *versions);

/* I1 and I2. FWD_OK, FWD_E_DECODER_MEMORY, FWD_E_COMPONENT_ABSENT. */
FWD_MUST_USE enum fwd_reason fwd_plan_resources(const struct fwd_plan *plan, uint32_t arena_size);

/* The device's place of that name, or FWD_NO_PLACE. */
uint8_t fwd_plan_place(const struct fwd_device *device, struct fwd_text name);

/* Which of the manifest's components a task is of. */
static inline uint8_t fwd_plan_component(
    const struct fwd_update *update, const struct fwd_task *task)
{
    return FWD_CONFIG_COMPONENTS == 1
               ? 0
               : (uint8_t)(task->component - update->trusted.manifest.components);
}

/* The first task in place; plan->count: there is none. */
static inline uint8_t fwd_plan_in_place(const struct fwd_plan *plan)
{
    return FWD_CONFIG_IN_PLACE == 0 ? FWD_COMPONENTS(plan->count) : plan->in_place_first;
}

/* Every task writes an inactive slot. */
static inline bool fwd_plan_two_slots(const struct fwd_plan *plan)
{
    return fwd_plan_in_place(plan) == FWD_COMPONENTS(plan->count);
}

/* What the package brings to a place; NULL: nothing. */
const struct fwd_task *fwd_plan_task(const struct fwd_plan *plan, uint8_t place);

#endif
