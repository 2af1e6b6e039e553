/* A device as it leaves the factory: images, version record, system tables. */
#include "hostio/host_file.h"
#include "sim/device/machine_internal.h"
#include "sim/device/system.h"
#include "verify/flash/journal.h"
#include "verify/flash/version.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define BLOCKS_MORE_MAX 4096u /* that an area is enlarged by to find its least size */

struct factory {
    struct fwd_machine *machine;
    struct fwd_version_record record;
    uint8_t digests[FWD_COMPONENTS_MAX][FWD_DIGEST_SIZE];
    const char *file; /* the description's */
    struct fwd_error *err;
};

/* ---- images ---------------------------------------------------------------------------------- */

static enum fwd_fail put_image(struct factory *f, const struct fwd_machine_image *image,
    uint8_t component, const uint8_t *bytes, uint32_t size)
{
    struct fwd_version_entry *entry = &f->record.entries[component];

    if (!fwd_nor_poke(f->machine->nor, FWD_AREA_SLOT(component, 0), 0, bytes, size)) {
        return fwd_error_fail(f->err, FWD_FAIL_REFUSED,
            "%s: at most %" PRIu32 " bytes fit the slot of component \"%s\", but it has %" PRIu32,
            image->file != NULL ? image->file : "image",
            f->machine->description->places[component].slots[0].size, image->component, size);
    }
    if (!fwd_crypto_port_sha256(bytes, size, f->digests[component]))
        return fwd_error_fail(f->err, FWD_FAIL_ENVIRONMENT, "SHA-256 cannot be computed");
    entry->size = size;
    entry->version = fwd_text_of(image->version);
    return FWD_FAIL_NONE;
}

static enum fwd_fail check_image(
    const struct factory *f, const struct fwd_machine_image *image, uint8_t component)
{
    if (component == FWD_COMPONENTS_MAX) {
        return fwd_error_fail(f->err, FWD_FAIL_REFUSED,
            "component \"%s\": device \"%s\" has no component of this name; its description lists "
            "them",
            image->component, f->machine->description->name);
    }
    if (f->record.entries[component].size > 0) {
        return fwd_error_fail(f->err, FWD_FAIL_USAGE,
            "component \"%s\": one image is expected, but two are given", image->component);
    }
    if (image->version != NULL && strlen(image->version) > FWD_VERSION_MAX) {
        return fwd_error_fail(f->err, FWD_FAIL_USAGE,
            "component \"%s\": a version of at most %u characters is expected", image->component,
            FWD_VERSION_MAX);
    }
    return FWD_FAIL_NONE;
}

static enum fwd_fail take_image(struct factory *f, const struct fwd_machine_image *image)
{
    struct fwd_bytes file = {NULL, 0};
    uint8_t component = fwd_machine_component(f->machine, image->component);
    enum fwd_fail fail = check_image(f, image, component);

    if (fail != FWD_FAIL_NONE)
        return fail;
    if (image->file == NULL)
        return put_image(f, image, component, image->bytes, image->size);
    fail = fwd_file_read_as("a firmware image", image->file, FWD_DEVICE_FLASH_MAX, &file, f->err);
    if (fail == FWD_FAIL_NONE)
        fail = put_image(f, image, component, file.data, (uint32_t)file.size);
    fwd_bytes_free(&file);
    return fail;
}

/* ---- version record, journal ----------------------------------------------------------------- */

static bool put(
    void *ctx, const struct fwd_area *area, uint32_t offset, const void *bytes, uint32_t size)
{
    const struct factory *f = ctx;

    return fwd_nor_poke(f->machine->nor, area->id, offset, bytes, size);
}

/* How many banks the library finds in the journal or version area of a device. */
static uint32_t banks_of(const struct fwd_device *device, bool journal)
{
    return journal ? fwd_journal_banks(&device->journal, device->sharing)
                   : fwd_version_banks(device);
}

/* FWD_FAIL_NONE when the area has two banks; else its name and the least that has, with erase
 * blocks of its last size. */
static enum fwd_fail check_banks(
    const struct factory *f, const struct fwd_device *device, bool journal)
{
    struct fwd_device enough = *device;
    struct fwd_area *area = journal ? &enough.journal : &enough.version;
    struct fwd_blocks runs[FWD_AREA_RUNS_MAX];
    uint32_t size = area->size;

    if (banks_of(device, journal) >= 2 || area->blocks_count == 0)
        return FWD_FAIL_NONE;
    memcpy(runs, area->blocks, area->blocks_count * sizeof runs[0]);
    struct fwd_blocks *last = &runs[area->blocks_count - 1];
    area->blocks = runs;
    for (unsigned more = 0; more < BLOCKS_MORE_MAX && banks_of(&enough, journal) < 2; more++) {
        last->count++;
        area->size += last->size;
    }
    return fwd_error_fail(f->err, FWD_FAIL_REFUSED,
        "%s: area \"%s\": at least %" PRIu32
        " bytes are expected, two banks of %s, but it has %" PRIu32
        " bytes in erase blocks of %" PRIu32,
        f->file, journal ? "journal" : "version", area->size,
        device->sharing != NULL ? "a version record and 4 records"
        : journal               ? "4 records"
                                : "the version record",
        size, last->size);
}

static enum fwd_fail put_records(struct factory *f)
{
    struct fwd_host_crypto crypto;
    struct fwd_device device;
    uint8_t bytes[FWD_MACHINE_RECORD_MAX];
    enum fwd_fail fail = fwd_crypto_port_init(&crypto, f->err);

    if (fail != FWD_FAIL_NONE)
        return fail;
    const struct fwd_ports ports = {.crypto = &crypto.port};
    fwd_description_device(f->machine->description, &device);
    device.ports = &ports;
    enum fwd_reason reason =
        fwd_provision_factory(&device, &f->record, bytes, sizeof bytes, put, f);
    fwd_crypto_port_free(&crypto);
    if (reason == FWD_E_AREA_LAYOUT)
        fail = check_banks(f, &device, true);
    if (reason == FWD_E_AREA_LAYOUT && fail == FWD_FAIL_NONE)
        fail = check_banks(f, &device, false);
    if (fail != FWD_FAIL_NONE)
        return fail;
    if (reason == FWD_E_VERSION_ROOM)
        return fwd_error_fail(f->err, FWD_FAIL_REFUSED,
            "%s: area \"version\": its banks take records of %" PRIu32
            " bytes at most, but the device's own is larger, or a version has characters that are "
            "not printable ASCII",
            f->file, fwd_version_room(&device));
    if (reason != FWD_OK)
        return fwd_error_fail(f->err, FWD_FAIL_ENVIRONMENT, "the version record cannot be written");
    return FWD_FAIL_NONE;
}

static void pin(struct factory *f)
{
    for (uint8_t i = 0; i < f->record.count; i++) {
        struct fwd_trust_pin *pinned = &f->machine->trust.pins[i];
        pinned->set = true;
        pinned->size = f->record.entries[i].size;
        memcpy(pinned->digest, f->digests[i], FWD_DIGEST_SIZE);
        const struct fwd_text version = f->record.entries[i].version;
        if (version.size > 0)
            memcpy(pinned->version, version.bytes, version.size);
    }
}

static void begin(struct factory *f, struct fwd_machine *machine,
    const struct fwd_machine_recipe *recipe, struct fwd_error *err)
{
    const struct fwd_device_description *d = machine->description;

    memset(f, 0, sizeof *f);
    f->machine = machine;
    f->file = recipe->description != NULL ? recipe->description : "the description";
    f->err = err;
    f->record.sequence = 1;
    f->record.count = d->place_count;
    for (uint8_t i = 0; i < d->place_count; i++) {
        f->record.entries[i].name = fwd_text_of(d->place_names[i]);
        f->record.entries[i].digest = f->digests[i];
        f->record.entries[i].set = FWD_VERSION_NO_SET;
    }
}

enum fwd_fail fwd_machine_factory(
    struct fwd_machine *machine, const struct fwd_machine_recipe *recipe, struct fwd_error *err)
{
    struct factory factory;
    enum fwd_fail fail = FWD_FAIL_NONE;

    if (recipe->fill != NULL) {
        fail = recipe->fill(machine, recipe->fill_ctx, err);
        if (fail == FWD_FAIL_NONE && !fwd_system_write(machine->description, machine->nor, 0))
            fail = fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "the system tables cannot be written");
        return fail;
    }
    begin(&factory, machine, recipe, err);
    for (size_t i = 0; i < recipe->image_count && fail == FWD_FAIL_NONE; i++)
        fail = take_image(&factory, &recipe->images[i]);
    if (fail == FWD_FAIL_NONE)
        fail = put_records(&factory);
    if (fail == FWD_FAIL_NONE)
        pin(&factory);
    if (fail == FWD_FAIL_NONE && !fwd_system_write(machine->description, machine->nor, 0))
        fail = fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "the system tables cannot be written");
    return fail;
}
