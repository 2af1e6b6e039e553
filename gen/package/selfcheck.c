#include "gen/package/selfcheck.h"

#include "format/record/version_record.h"
#include "gen/package/ram_flash.h"

#include <stdlib.h>
#include <string.h>

#define JUNK 0x5A /* what a slot that is not active holds: neither image nor erased */

struct run {
    const struct fwd_selfcheck *check;
    struct fwd_device device;
    struct fwd_ports ports;
    struct fwd_host_port host;
    struct fwd_ram_flash flash;
    struct fwd_keys_port keys; /* those of the check, and what the trial device was made with */
    struct fwd_update update;
    uint8_t digest[FWD_COMPONENTS_MAX][FWD_DIGEST_SIZE]; /* of the old images */
    const char *name;                                    /* of the device */
    struct fwd_error *err;
};

static void report(void *ctx, enum fwd_progress phase, uint32_t percent)
{
    const struct run *run = ctx;

    fwd_progress_report(run->check->progress, FWD_GEN_CHECK,
        (unsigned)(phase == FWD_PROGRESS_VALIDATION ? percent / 2 : 50 + percent / 2));
}

static enum fwd_fail add_areas(struct run *run)
{
    const struct fwd_device *d = &run->device;
    const struct fwd_area *areas[] = {
        &d->package, &d->staging, &d->scratch, &d->journal, &d->version};
    enum fwd_fail fail = FWD_FAIL_NONE;

    for (size_t i = 0; fail == FWD_FAIL_NONE && i < sizeof areas / sizeof areas[0]; i++) {
        if (areas[i] == &d->version && d->sharing != NULL)
            continue; /* is the journal's */
        fail = fwd_ram_flash_add(&run->flash, areas[i], run->err);
    }
    for (uint8_t i = 0; fail == FWD_FAIL_NONE && i < d->place_count; i++) {
        fail = fwd_ram_flash_add(&run->flash, &d->places[i].slots[0], run->err);
        if (fail == FWD_FAIL_NONE && d->places[i].layout == FWD_LAYOUT_AB)
            fail = fwd_ram_flash_add(&run->flash, &d->places[i].slots[1], run->err);
    }
    return fail;
}

/* The place of an image, or place_count. */
static uint8_t place_of(const struct run *run, const struct fwd_selfcheck_image *image)
{
    uint8_t i = 0;

    while (i < run->device.place_count && strcmp(run->device.places[i].name, image->name) != 0)
        i++;
    return i;
}

static enum fwd_fail load_image(struct run *run, const struct fwd_selfcheck_image *image)
{
    uint8_t index = place_of(run, image);

    if (index == run->device.place_count)
        return FWD_FAIL_NONE; /* installing says so, with its reason */
    const struct fwd_place *place = &run->device.places[index];
    if (image->pair.source_size > place->slots[0].size)
        return fwd_error_fail(run->err, FWD_FAIL_REFUSED,
            "%s: the old image of component %s has %u bytes, its slot only %u", run->name,
            image->name, (unsigned)image->pair.source_size, (unsigned)place->slots[0].size);
    if (image->pair.source_size > 0)
        memcpy(fwd_ram_flash_bytes(&run->flash, place->slots[0].id), image->pair.source,
            image->pair.source_size);
    if (place->layout == FWD_LAYOUT_AB)
        memset(fwd_ram_flash_bytes(&run->flash, place->slots[1].id), JUNK, place->slots[1].size);
    return FWD_FAIL_NONE;
}

/* ---- made as a factory makes it -------------------------------------------------------------- */

#define RECORD_MAX 8192u

static uint32_t key_count(void *ctx)
{
    const struct run *run = ctx;

    return run->check->keys->count(run->check->keys->ctx);
}

static enum fwd_reason find_key(
    void *ctx, const uint8_t key_id[FWD_KEY_ID_SIZE], struct fwd_key *key)
{
    const struct run *run = ctx;

    return run->check->keys->find(run->check->keys->ctx, key_id, key);
}

static const struct fwd_selfcheck_image *image_of(const struct run *run, uint8_t place)
{
    for (size_t i = 0; i < run->check->image_count; i++) {
        if (place_of(run, &run->check->images[i]) == place)
            return &run->check->images[i];
    }
    return NULL;
}

static bool pinned(void *ctx, uint8_t place, struct fwd_image *image, uint32_t *counter)
{
    struct run *run = ctx;
    const struct fwd_selfcheck_image *old = image_of(run, place);

    *counter = 0;
    *image = (struct fwd_image){.size = old != NULL ? old->pair.source_size : 0,
        .digest = run->digest[place],
        .digest_size = FWD_DIGEST_SIZE};
    return true;
}

static bool put(
    void *ctx, const struct fwd_area *area, uint32_t offset, const void *bytes, uint32_t size)
{
    struct run *run = ctx;

    memcpy(fwd_ram_flash_bytes(&run->flash, area->id) + offset, bytes, size);
    return true;
}

static bool sha256(
    const struct fwd_crypto_port *crypto, const void *bytes, size_t size, uint8_t *digest)
{
    return crypto->hash_begin(crypto->ctx, FWD_HASH_TARGET) &&
           crypto->hash_update(crypto->ctx, FWD_HASH_TARGET, bytes, size) &&
           crypto->hash_end(crypto->ctx, FWD_HASH_TARGET, digest);
}

/* A device that knows nothing yet: its images are pinned, its records those of a factory. */
static enum fwd_reason provision(struct run *run)
{
    struct fwd_version_record record = {.sequence = 1, .count = run->device.place_count};
    uint8_t bytes[RECORD_MAX];

    for (uint8_t i = 0; i < record.count; i++) {
        const struct fwd_selfcheck_image *old = image_of(run, i);
        uint32_t size = old != NULL ? old->pair.source_size : 0;
        if (size > 0 && !sha256(run->check->crypto, old->pair.source, size, run->digest[i]))
            return FWD_E_INTERNAL;
        record.entries[i] =
            (struct fwd_version_entry){.name = fwd_text_of(run->device.places[i].name),
                .size = size,
                .digest = run->digest[i],
                .set = FWD_VERSION_NO_SET};
    }
    return fwd_provision_factory(&run->device, &record, bytes, sizeof bytes, put, run);
}

static enum fwd_reason download(struct run *run)
{
    enum fwd_reason reason = fwd_download_begin(&run->update, 0);

    if (reason == FWD_OK)
        reason = fwd_download_write(
            &run->update, run->check->package->data, (uint32_t)run->check->package->size);
    if (reason == FWD_OK)
        reason = fwd_download_end(&run->update);
    return reason;
}

static enum fwd_reason install(struct run *run, struct fwd_boot_choice *choice)
{
    enum fwd_reason reason = provision(run);

    if (reason == FWD_OK)
        reason = fwd_update_init(&run->update, &run->device);
    if (reason == FWD_OK)
        reason = download(run);
    if (reason == FWD_OK)
        reason = fwd_update_install(&run->update, FWD_COMMAND_ANY);
    if (reason == FWD_OK)
        reason = fwd_boot_decide(&run->update, choice);
    return reason;
}

static enum fwd_fail compare(struct run *run, const struct fwd_boot_choice *choice)
{
    for (size_t i = 0; i < run->check->image_count; i++) {
        const struct fwd_selfcheck_image *image = &run->check->images[i];
        uint8_t index = place_of(run, image);
        const struct fwd_place *place = &run->device.places[index];
        const struct fwd_area *slot = &place->slots[choice->slot[index] ? 1 : 0];
        if (choice->action != FWD_BOOT_RUN || memcmp(fwd_ram_flash_bytes(&run->flash, slot->id),
                                                  image->pair.target, image->pair.target_size) != 0)
            return fwd_error_fail(run->err, FWD_FAIL_REFUSED,
                "%s: component %s was installed, but is not the new image: report this defect",
                run->name, image->name);
    }
    return FWD_FAIL_NONE;
}

/* The work memory: as much as the device has, exactly, so that a memory checker sees every byte
 * beyond it. */
static enum fwd_fail prepare(struct run *run)
{
    run->host = (struct fwd_host_port){.ctx = run, .progress = report};
    run->keys =
        (struct fwd_keys_port){.ctx = run, .count = key_count, .find = find_key, .pinned = pinned};
    run->ports = (struct fwd_ports){.flash = &run->flash.port,
        .crypto = run->check->crypto,
        .keys = &run->keys,
        .host = &run->host};
    run->device.ports = &run->ports;
    run->device.pinned = &fwd_pinned;
    run->device.certified = &fwd_certified;
    run->device.releases = &fwd_releases_met;
    run->device.policy.threshold = 1;
    fwd_ram_flash_init(&run->flash);
    run->device.memory = malloc(run->device.memory_size ? run->device.memory_size : 1);
    if (run->device.memory == NULL)
        return fwd_error_memory(run->err, run->name);
    enum fwd_fail fail = add_areas(run);
    for (size_t i = 0; fail == FWD_FAIL_NONE && i < run->check->image_count; i++)
        fail = load_image(run, &run->check->images[i]);
    return fail;
}

enum fwd_fail fwd_selfcheck_device(const struct fwd_selfcheck *check,
    const struct fwd_device *device, const char *name, struct fwd_error *err)
{
    struct run *run = calloc(1, sizeof *run);
    struct fwd_boot_choice choice = {0};

    if (run == NULL)
        return fwd_error_memory(err, name);
    run->check = check;
    run->device = *device;
    run->device.memory = NULL;
    run->name = name;
    run->err = err;
    enum fwd_fail fail = prepare(run);
    if (fail == FWD_FAIL_NONE) {
        enum fwd_reason reason = install(run, &choice);
        const struct fwd_reason_info *info = fwd_reason_info(reason);
        if (reason != FWD_OK)
            fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
                "%s: the package does not install: %s (%u): %s; %s", name, info->name,
                (unsigned)info->code, info->meaning, info->advice);
        else
            fail = compare(run, &choice);
    }
    fwd_progress_report(check->progress, FWD_GEN_CHECK, 100);
    fwd_ram_flash_free(&run->flash);
    free(run->device.memory);
    free(run);
    return fail;
}
