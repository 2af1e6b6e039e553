#include "sim/cost/certify.h"

#include "format/header.h"
#include "format/sigblock.h"
#include "sim/cost/decode_cost.h"
#include "sim/cost/start_cost.h"
#include "verify/flash/version.h"
#include "verify/install/load_package.h"
#include "verify/rehearse/dry_run.h"
#include "verify/rehearse/stage.h"
#include "verify/trust/geometry.h"
#include "verify/trust/plan.h"

#include <stdlib.h>
#include <string.h>

struct trial {
    const struct fwd_certify *certify;
    struct fwd_machine *machine;
    struct fwd_keys_port pins; /* of the machine: what it was made with */
    struct fwd_update update;
    struct fwd_flash_meter *meter;
    uint32_t memory, decode_again_ms; /* as they are when it has rehearsed */
};

/* ---- the device ------------------------------------------------------------------------------ */

static uint32_t key_count(void *ctx)
{
    const struct trial *trial = ctx;

    return trial->certify->keys->count(trial->certify->keys->ctx);
}

static enum fwd_reason find_key(
    void *ctx, const uint8_t key_id[FWD_KEY_ID_SIZE], struct fwd_key *key)
{
    const struct trial *trial = ctx;

    return trial->certify->keys->find(trial->certify->keys->ctx, key_id, key);
}

static bool pinned(void *ctx, uint8_t place, struct fwd_image *image, uint32_t *counter)
{
    const struct trial *trial = ctx;

    return trial->pins.pinned(trial->pins.ctx, place, image, counter);
}

static enum fwd_fail make_machine(struct trial *trial, struct fwd_error *err)
{
    const struct fwd_certify *certify = trial->certify;
    struct fwd_header header;
    const struct fwd_machine_recipe recipe = {.description = certify->device->name,
        .described = certify->device,
        .images = certify->images,
        .image_count = certify->image_count};
    enum fwd_fail fail =
        fwd_machine_new(&recipe, certify->codecs, certify->codec_count, &trial->machine, err);

    if (fail != FWD_FAIL_NONE)
        return fail;
    /* where all its ports look: the caller's keys, and the images that it was made with */
    trial->pins = trial->machine->keys_port;
    trial->machine->keys_port = (struct fwd_keys_port){
        .ctx = trial, .count = key_count, .find = find_key, .pinned = pinned};
    /* a full package is what a boot loader takes when no firmware can run */
    if (fwd_header_decode(certify->package->data, certify->package->size, &header) == FWD_OK &&
        header.kind == FWD_KIND_FULL)
        fwd_machine_run_boot_loader(trial->machine);
    trial->machine->device.policy.threshold = 1;
    return FWD_FAIL_NONE;
}

static enum fwd_reason start(struct trial *trial)
{
    return fwd_update_init(&trial->update, &trial->machine->device);
}

static enum fwd_reason download(struct trial *trial)
{
    const struct fwd_bytes *package = trial->certify->package;
    enum fwd_reason reason = fwd_download_begin(&trial->update, 0);

    if (reason == FWD_OK)
        reason = fwd_download_write(&trial->update, package->data, (uint32_t)package->size);
    if (reason == FWD_OK)
        reason = fwd_download_end(&trial->update);
    return reason;
}

/* ---- the least staging room ------------------------------------------------------------------ */

static bool staged(const struct fwd_task *task)
{
    return (task->component->flags & FWD_COMPONENT_HAS_SOURCE) != 0;
}

static enum fwd_reason measure_order(
    struct fwd_update *update, const struct fwd_task *task, bool descending, uint32_t *bytes)
{
    struct fwd_stager stager = {.descending = descending};
    struct fwd_decode decode;
    struct fwd_flash_writer dry;
    enum fwd_reason reason = fwd_stage_measure_begin(&stager, &decode, &dry, update, task);

    if (reason == FWD_OK)
        reason = fwd_decode_all(&decode);
    *bytes = dry.at;
    return reason;
}

/* Steps of a component in the order that needs less. */
static enum fwd_reason measure_steps(
    struct fwd_update *update, const struct fwd_task *task, uint64_t *least)
{
    uint32_t ascending = 0, descending = 0;
    struct fwd_decode decode;
    enum fwd_reason reason = fwd_dry_run_begin(&decode, update, task);

    if (reason == FWD_OK)
        reason = fwd_decode_all(&decode);
    if (reason == FWD_OK)
        reason = fwd_dry_run_end(update, task);
    if (reason == FWD_OK)
        reason = measure_order(update, task, false, &ascending);
    if (reason == FWD_OK)
        reason = measure_order(update, task, true, &descending);
    *least += (ascending < descending ? ascending : descending) + FWD_STAGED_SIZE;
    return reason;
}

/* Whatever order an installer chooses for each component, it cannot do with less. */
static enum fwd_reason measure_least(struct trial *trial, uint32_t *least)
{
    struct fwd_update *update = &trial->update;
    struct fwd_version_table versions;
    uint64_t sum = 0;
    enum fwd_reason reason = start(trial);
    struct fwd_status status;

    if (reason == FWD_OK)
        reason = download(trial);
    fwd_update_status(update, &status);
    if (reason == FWD_OK)
        reason = fwd_load_package(update, FWD_COMMAND_ANY, status.stored, 0, &versions);
    if (reason == FWD_OK)
        reason = fwd_plan_policy(update->device, &update->trusted, &update->plan, FWD_COMMAND_ANY);
    if (reason == FWD_OK)
        reason = fwd_plan_resources(&update->plan, update->work.arena_size);
    if (reason == FWD_OK && update->plan.in_place_first < update->plan.count)
        sum = FWD_STAGING_HEAD_SIZE + update->trusted.signed_size + update->trusted.sigblock_size;
    for (uint8_t i = update->plan.in_place_first; i < update->plan.count && reason == FWD_OK; i++) {
        if (staged(&update->plan.tasks[i]))
            reason = measure_steps(update, &update->plan.tasks[i], &sum);
    }
    *least = sum < UINT32_MAX ? (uint32_t)sum : UINT32_MAX;
    return reason;
}

/* ---- the update ------------------------------------------------------------------------------ */

static uint32_t milliseconds(uint64_t nanoseconds)
{
    uint64_t ms = nanoseconds / 1000000u;

    return ms < UINT32_MAX ? (uint32_t)ms : UINT32_MAX;
}

static uint32_t bounded(uint64_t value)
{
    return value < UINT32_MAX ? (uint32_t)value : UINT32_MAX;
}

uint32_t fwd_certify_decode_again(
    const struct fwd_device_description *device, const struct fwd_plan *plan)
{
    uint64_t bytes = 0;

    for (uint8_t i = 0; i < plan->count; i++) {
        if (i < plan->in_place_first || !staged(&plan->tasks[i]))
            bytes += plan->tasks[i].component->target.size;
    }
    return milliseconds(fwd_flash_cost_hash_ns(device, bytes) +
                        fwd_decode_cost_ns(device, fwd_decode_cost_per_kib(plan), bytes));
}

/* Header, manifest and signature block of the package, as they were read last; what is trusted
 * since may be what starts. */
static uint32_t signed_size_of(const struct fwd_update *update)
{
    struct fwd_header header;

    return fwd_header_decode(update->work.signed_bytes, FWD_SIGNED_MAX, &header) == FWD_OK
               ? FWD_HEADER_SIZE + (uint32_t)header.manifest_size
               : 0;
}

static uint32_t sigblock_size_of(const struct fwd_update *update)
{
    uint32_t size = 0;

    return fwd_sigblock_head(update->work.signed_bytes + signed_size_of(update), FWD_SIGBLOCK_HEAD,
               &size) == FWD_OK
               ? size
               : 0;
}

/* Without room for slices, which depends on who runs this program. */
static uint32_t memory_of(const struct fwd_update *update)
{
    struct fwd_device device = *update->device;
    uint32_t arena = 0;

    device.slices = NULL;
    for (uint8_t i = 0; i < update->plan.count; i++) {
        uint32_t size = update->plan.tasks[i].component->arena_size;
        arena = size > arena ? size : arena;
    }
    return fwd_update_memory(&device) + arena;
}

/* The part of a certificate that follows from what an update cost: all but geometry, least staging
 * and decode again. */
static void state_cost(const struct fwd_update *update, const struct fwd_flash_cost *cost,
    struct fwd_certificate *certificate)
{
    certificate->staging_room = update->device->staging.size;
    certificate->staged_bytes = cost->staged_bytes;
    certificate->sigblock_size = sigblock_size_of(update);
    certificate->scratch_copies = cost->scratch_uses;
    certificate->erases = (uint32_t)cost->erases;
    certificate->erases_max = cost->erases_max;
    certificate->milliseconds = milliseconds(cost->nanoseconds - cost->version_ns);
    certificate->programmed = bounded(cost->programmed - cost->version);
    certificate->rehearsal_ms = milliseconds(cost->rehearsal.nanoseconds);
    certificate->action_ms = milliseconds(cost->action.nanoseconds);
    certificate->has_kept = update->device->undo != NULL && update->device->policy.trial_starts > 0;
    certificate->kept_bytes = update->journal.record.undo != 0 ? update->cost.undo_bytes : 0;
}

static bool in_package(const struct fwd_plan *plan, uint8_t place)
{
    for (uint8_t i = 0; i < plan->count; i++) {
        if (plan->tasks[i].place == place)
            return true;
    }
    return false;
}

/* What the next start verifies: the package, and the images of the places. What the package does
 * not name came with packages of their own. */
static void state_start(const struct trial *trial, struct fwd_certificate *certificate)
{
    const struct fwd_device_description *d = trial->certify->device;
    struct fwd_version_table versions;
    uint64_t hashed = 0;
    uint32_t sets = 1;

    fwd_version_load(&trial->update, &versions);
    for (uint8_t i = 0; i < d->place_count; i++) {
        const struct fwd_version_entry *entry = fwd_version_find(&versions, d->place_names[i]);
        if (entry == NULL || entry->size == 0 || !fwd_start_cost_counts(&d->places[i]))
            continue;
        hashed += entry->size;
        sets += in_package(&trial->update.plan, i) ? 0 : 1;
    }
    const struct fwd_start_cost cost = fwd_start_cost_of(d, sets, 0, hashed);
    certificate->start_signatures = cost.signatures;
    certificate->start_hashed = bounded(cost.hashed);
    certificate->start_ms = bounded(cost.milliseconds);
    certificate->start_kilo_cycles = bounded(cost.kilo_cycles);
}

static void acts(void *ctx)
{
    struct trial *trial = ctx;

    if (trial->memory == 0) {
        trial->memory = memory_of(&trial->update);
        trial->decode_again_ms =
            fwd_certify_decode_again(trial->certify->device, &trial->update.plan);
    }
    fwd_flash_cost_mark(trial->meter, FWD_FLASH_ACTS, trial->machine, &trial->update);
}

static void reached(void *ctx, enum fwd_point point)
{
    if (point == FWD_POINT_INSTALLATION)
        acts(ctx);
}

/* What 'fwdelta install' does on a device that has started. */
static enum fwd_reason install(struct trial *trial)
{
    struct fwd_boot_choice choice = {.action = FWD_BOOT_RECOVERY};
    enum fwd_reason reason = download(trial);

    trial->machine->reached = reached;
    trial->machine->progress_ctx = trial;
    fwd_flash_cost_mark(trial->meter, FWD_FLASH_ASKED, trial->machine, &trial->update);
    if (reason == FWD_OK)
        reason = fwd_machine_install(trial->machine, &trial->update, FWD_COMMAND_ANY, acts, trial);
    if (reason == FWD_OK)
        reason = fwd_boot_decide(&trial->update, &choice);
    if (reason == FWD_OK && choice.action != FWD_BOOT_RUN)
        reason = choice.start;
    return reason == FWD_OK ? fwd_update_reported(&trial->update) : reason;
}

static enum fwd_reason measure_update(struct trial *trial, struct fwd_certificate *certificate)
{
    enum fwd_reason reason = start(trial);
    struct fwd_flash_cost cost;

    trial->meter = fwd_flash_cost_begin(trial->machine);
    if (trial->meter == NULL)
        return FWD_E_WORKSPACE;
    if (reason == FWD_OK)
        reason = install(trial);
    fwd_flash_cost_end(trial->meter, trial->machine, &trial->update, &cost);
    fwd_flash_cost_free(trial->meter);
    trial->meter = NULL;
    if (reason != FWD_OK)
        return reason;
    state_cost(&trial->update, &cost, certificate);
    certificate->memory = trial->memory;
    state_start(trial, certificate);
    certificate->decode_again_ms = trial->decode_again_ms;
    return fwd_geometry_id(
               trial->update.device, &trial->machine->crypto.port, certificate->geometry)
               ? FWD_OK
               : FWD_E_INTERNAL;
}

enum fwd_fail fwd_certify_measure(
    const struct fwd_certify *certify, struct fwd_certificate *certificate, struct fwd_error *err)
{
    struct trial *trial = calloc(1, sizeof *trial);
    enum fwd_reason reason = FWD_OK;

    *certificate = (struct fwd_certificate){.staging_room = 0};
    if (trial == NULL)
        return fwd_error_memory(err, certify->device->name);
    trial->certify = certify;
    enum fwd_fail fail = make_machine(trial, err);
    if (fail == FWD_FAIL_NONE)
        reason = measure_least(trial, &certificate->staging_least);
    fwd_machine_close(trial->machine);
    trial->machine = NULL;
    if (fail == FWD_FAIL_NONE && reason == FWD_OK)
        fail = make_machine(trial, err);
    if (fail == FWD_FAIL_NONE && reason == FWD_OK)
        reason = measure_update(trial, certificate);
    fwd_machine_close(trial->machine);
    free(trial);
    const struct fwd_reason_info *info = fwd_reason_info(reason);
    if (fail == FWD_FAIL_NONE && reason != FWD_OK)
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: the package does not install: %s (%u): %s; %s", certify->device->name, info->name,
            (unsigned)info->code, info->meaning, info->advice);
    return fail;
}

/* ---- comparing ------------------------------------------------------------------------------- */

/* The version record is longer by the versions that the device knows: some microseconds of hashing.
 */
static bool differ_in_time(const struct fwd_certificate *a, const struct fwd_certificate *b)
{
    uint32_t more = a->milliseconds > b->milliseconds ? a->milliseconds : b->milliseconds;
    uint32_t less = a->milliseconds > b->milliseconds ? b->milliseconds : a->milliseconds;

    return more - less > 1;
}

static const char *difference(const struct fwd_certificate *a, const struct fwd_certificate *b)
{
    if (a->sigblock_size != b->sigblock_size)
        return "signature block size";
    if (a->staged_bytes != b->staged_bytes)
        return "staged bytes";
    if (a->scratch_copies != b->scratch_copies)
        return "scratch copies";
    if (a->erases != b->erases)
        return "erases";
    if (a->erases_max != b->erases_max)
        return "erases of one block";
    if (a->programmed != b->programmed)
        return "bytes programmed";
    if (a->has_kept != b->has_kept || a->kept_bytes != b->kept_bytes)
        return "bytes kept";
    return differ_in_time(a, b) ? "time" : "";
}

const char *fwd_certify_compare(
    const struct fwd_update *update, const struct fwd_flash_cost *cost, struct fwd_certificate *out)
{
    uint32_t signed_size = signed_size_of(update);
    uint8_t geometry[FWD_GEOMETRY_SIZE];
    struct fwd_certificate counted;

    if (signed_size <= FWD_HEADER_SIZE ||
        !fwd_geometry_id(update->device, update->device->ports->crypto, geometry))
        return NULL;
    state_cost(update, cost, &counted);
    for (size_t at = 0; fwd_certificate_next(update->work.signed_bytes + FWD_HEADER_SIZE,
             signed_size - FWD_HEADER_SIZE, &at, out);) {
        if (memcmp(out->geometry, geometry, sizeof geometry) == 0 &&
            out->staging_room == counted.staging_room)
            return difference(out, &counted);
    }
    return NULL;
}
