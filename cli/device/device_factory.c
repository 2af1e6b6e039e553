#include "cli/device/device_factory.h"

#include "cli/common/json_out.h"
#include "cli/common/package_file.h"
#include "cli/common/recipe_option.h"
#include "cli/device/decode_image.h"
#include "cli/device/device_trust.h"
#include "cli/device/factory_files.h"
#include "gen/package/decoders.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A device in memory that becomes what the factory programs: erased, then the images of the package
 * in the first slots, then the records, by the library's own provisioning. */
struct factory {
    struct fwd_recipe_option option;
    struct fwd_machine *machine;
    struct fwd_update update;
    struct fwd_bytes bytes;
    struct fwd_signed_package package;
    size_t keys;
};

static enum fwd_fail refused(const struct factory *f, enum fwd_reason reason, struct fwd_error *err)
{
    return fwd_error_fail(err, FWD_FAIL_REFUSED, "%s: %s (%s)", f->package.name,
        fwd_reason_info(reason)->meaning, fwd_reason_info(reason)->name);
}

static enum fwd_fail erase(struct fwd_machine *machine, uint16_t id, struct fwd_error *err)
{
    const struct fwd_area *area = &machine->description->areas[id];
    uint8_t *blank = malloc(area->size);

    if (blank == NULL)
        return fwd_error_memory(err, machine->description->name);
    memset(blank, area->erased, area->size);
    bool erased = fwd_nor_poke(machine->nor, id, 0, blank, area->size);
    free(blank);
    return erased
               ? FWD_FAIL_NONE
               : fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "the simulated flash cannot be erased");
}

/* Nothing is pinned: what starts is what was signed. */
static enum fwd_fail make_machine(struct factory *f, struct fwd_error *err)
{
    enum fwd_fail fail =
        fwd_machine_new(&f->option.recipe, fwd_decoders, fwd_decoders_count, &f->machine, err);

    if (fail != FWD_FAIL_NONE)
        return fail;
    memset(f->machine->trust.pins, 0, sizeof f->machine->trust.pins);
    fail = erase(f->machine, FWD_AREA_JOURNAL, err);
    return fail == FWD_FAIL_NONE && !f->machine->description->shared
               ? erase(f->machine, FWD_AREA_VERSION, err)
               : fail;
}

static enum fwd_reason provision(struct factory *f)
{
    fwd_machine_power_cycle(f->machine);
    enum fwd_reason reason = fwd_update_init(&f->update, &f->machine->device);

    if (reason != FWD_OK)
        return reason;
    return fwd_update_provision(&f->update, f->package.signed_bytes,
        (uint32_t)(f->package.payload - f->package.signed_bytes));
}

static enum fwd_reason put_image(struct factory *f, const struct fwd_component *component)
{
    const struct fwd_decode_image job = {
        .component = component, .section = f->package.payload + component->section_offset};
    char name[FWD_NAME_MAX + 1] = {0};

    memcpy(name, component->name.bytes, component->name.size);
    uint8_t place = fwd_machine_component(f->machine, name);
    if (place == FWD_COMPONENTS_MAX)
        return FWD_E_COMPONENT_ABSENT;
    uint8_t *image = malloc(component->target.size);
    if (image == NULL)
        return FWD_E_DECODER_MEMORY;
    enum fwd_reason reason = fwd_decode_image(&job, image);
    if (reason == FWD_OK &&
        !fwd_nor_poke(f->machine->nor, FWD_AREA_SLOT(place, 0), 0, image, component->target.size))
        reason = FWD_E_TARGET_TOO_LARGE;
    free(image);
    return reason;
}

/* The first try is on empty slots: it ends at the images if everything else is right, and then the
 * manifest can be trusted. */
static enum fwd_fail put_images(struct factory *f, struct fwd_error *err)
{
    const struct fwd_manifest *manifest = &f->update.trusted.manifest;
    enum fwd_reason reason = provision(f);

    if (reason == FWD_OK)
        return fwd_error_fail(err, FWD_FAIL_REFUSED, "%s: it holds no image", f->package.name);
    if (reason != FWD_E_TARGET_CORRUPT)
        return refused(f, reason, err);
    struct fwd_manifest copy = *manifest;
    reason = FWD_OK;
    for (uint8_t i = 0; i < copy.component_count && reason == FWD_OK; i++)
        reason = put_image(f, &copy.components[i]);
    if (reason == FWD_OK)
        reason = provision(f);
    return reason == FWD_OK ? FWD_FAIL_NONE : refused(f, reason, err);
}

static enum fwd_fail read_package(
    struct factory *f, const struct fwd_args *args, struct fwd_error *err)
{
    const char *path = fwd_args_text(args, "package");

    if (path == NULL)
        return fwd_error_fail(
            err, FWD_FAIL_USAGE, "--package FILE is missing: a signed full package");
    enum fwd_fail fail = fwd_package_file_open(path, &f->bytes, &f->package, err);
    if (fail == FWD_FAIL_NONE && f->package.header.kind != FWD_KIND_FULL)
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: a full package is expected, but this is a delta: the factory has nothing to apply "
            "it to; make one with 'fwdelta gen --full'",
            path);
    return fail;
}

static enum fwd_fail read_device(
    struct factory *f, const struct fwd_args *args, struct fwd_error *err)
{
    const char *description = fwd_args_text(args, "description");

    if (description == NULL)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "--description FILE is missing: what the device is, as samples/devices/*.json");
    enum fwd_fail fail = fwd_recipe_option_read(args, description, &f->option, err);
    if (fail == FWD_FAIL_NONE && f->option.recipe.trust_count == 0)
        fail = fwd_error_fail(
            err, FWD_FAIL_USAGE, "--trust PUB is missing: without a key the device starts nothing");
    if (fail == FWD_FAIL_NONE)
        fail = fwd_device_check_trust(&f->option.recipe, &f->keys, err);
    return fail;
}

static enum fwd_fail report(const struct fwd_args *args, const char *folder, json_t *list,
    size_t keys, struct fwd_error *err)
{
    const json_t *area;
    size_t i;

    if (fwd_args_has(args, "json")) {
        (void)json_object_set_new(list, "folder", fwd_json_out_string(folder));
        return fwd_json_out("device-factory", json_incref(list), err);
    }
    printf("factory    %s (trusted keys: %zu)\n", folder, keys);
    json_array_foreach (json_object_get(list, "areas"), i, area) {
        printf("%-10s %s/%s, %lld bytes to %s 0x%llx\n",
            json_string_value(json_object_get(area, "area")), folder,
            json_string_value(json_object_get(area, "file")),
            (long long)json_integer_value(json_object_get(area, "size")),
            json_string_value(json_object_get(area, "chip")),
            (unsigned long long)json_integer_value(json_object_get(area, "address")));
    }
    return FWD_FAIL_NONE;
}

int fwd_device_factory(const struct fwd_args *args, const char *folder, struct fwd_error *err)
{
    struct factory f;
    json_t *list = NULL;

    memset(&f, 0, sizeof f);
    enum fwd_fail fail = read_device(&f, args, err);
    if (fail == FWD_FAIL_NONE)
        fail = read_package(&f, args, err);
    if (fail == FWD_FAIL_NONE)
        fail = make_machine(&f, err);
    if (fail == FWD_FAIL_NONE)
        fail = put_images(&f, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_factory_files_save(f.machine, f.option.recipe.description, folder, &list, err);
    if (fail == FWD_FAIL_NONE)
        fail = report(args, folder, list, f.keys, err);
    json_decref(list);
    fwd_machine_close(f.machine);
    fwd_bytes_free(&f.bytes);
    fwd_recipe_option_free(&f.option);
    return (int)fail;
}
