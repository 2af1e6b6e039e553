#include "sim/history/history_internal.h"
#include "verify/flash/version.h"

#include <stdlib.h>
#include <string.h>

/* The parts of a past image that are the new firmware's alternate with those that are the old
 * one's. */
#define PART 4096u

/* ---- what is installed ----------------------------------------------------------------------- */

/* Copies the image of each component of the package from its slot. */
static enum fwd_fail take_images(struct maker *maker, const struct fwd_update *update,
    struct fwd_bytes images[FWD_COMPONENTS_MAX])
{
    struct fwd_version_table table;

    fwd_version_load(update, &table);
    for (uint8_t i = 0; i < maker->manifest.component_count; i++) {
        char name[FWD_NAME_MAX + 1];
        struct fwd_text text = maker->manifest.components[i].name;
        snprintf(name, sizeof name, "%.*s", (int)text.size, text.bytes);
        uint8_t place = fwd_machine_component(maker->machine, name);
        const struct fwd_version_entry *entry = fwd_version_find(&table, name);
        if (place == FWD_COMPONENTS_MAX || entry == NULL || entry->size == 0)
            continue;
        images[i].data = malloc(entry->size);
        images[i].size = entry->size;
        if (images[i].data == NULL ||
            !fwd_machine_read_slot(maker->machine, place, entry->slot, images[i].data, entry->size))
            return fwd_error_memory(maker->err, "an image");
    }
    return FWD_FAIL_NONE;
}

static enum fwd_reason install(
    const struct maker *maker, struct fwd_update *update, const struct fwd_bytes *package)
{
    fwd_machine_power_cycle(maker->machine);
    enum fwd_reason reason = fwd_update_init(update, &maker->machine->device);

    if (reason == FWD_OK)
        reason = fwd_download_begin(update, 0);
    if (reason == FWD_OK)
        reason = fwd_download_write(update, package->data, (uint32_t)package->size);
    if (reason == FWD_OK)
        reason = fwd_download_end(update);
    return reason == FWD_OK ? fwd_update_install(update, FWD_COMMAND_ANY) : reason;
}

static enum fwd_fail take_all(struct maker *maker)
{
    struct fwd_update update;
    enum fwd_fail fail = FWD_FAIL_REFUSED;

    fwd_machine_power_cycle(maker->machine);
    enum fwd_reason reason = fwd_update_init(&update, &maker->machine->device);
    if (reason == FWD_OK)
        fail = take_images(maker, &update, maker->old);
    if (reason == FWD_OK && fail == FWD_FAIL_NONE)
        reason = install(maker, &update, &maker->options->package);
    if (reason != FWD_OK) {
        const struct fwd_reason_info *info = fwd_reason_info(reason);
        return fwd_error_fail(maker->err, FWD_FAIL_REFUSED,
            "the package does not install on this device even without a power cut: it is refused "
            "(code %u, %s); 'fwdelta explain %s' says what to do",
            (unsigned)fwd_profile_code(maker->machine->profile, reason, false), info->name,
            info->name);
    }
    return fail == FWD_FAIL_NONE ? take_images(maker, &update, maker->new) : fail;
}

/* ---- earlier firmware ------------------------------------------------------------------------ */

/* Age 0 is the old firmware. An older one has some of its blocks from the new one, and a mark. */
static enum fwd_fail age_image(
    const struct maker *maker, uint8_t index, uint32_t age, struct fwd_bytes *out)
{
    const struct fwd_bytes *old = &maker->old[index], *new = &maker->new[index];

    *out = (struct fwd_bytes){NULL, old->size};
    if (old->size == 0)
        return FWD_FAIL_NONE;
    out->data = malloc(old->size);
    if (out->data == NULL)
        return fwd_error_memory(maker->err, "an earlier firmware");
    memcpy(out->data, old->data, old->size);
    for (size_t at = 0; age > 0 && at < old->size && at < new->size; at += PART) {
        size_t left = (old->size < new->size ? old->size : new->size) - at;
        if (at / PART % (maker->options->past + 1) == age)
            memcpy(out->data + at, new->data + at, left < PART ? left : PART);
    }
    out->data[old->size / 2] ^= (uint8_t)age;
    return FWD_FAIL_NONE;
}

static enum fwd_fail age_all(
    const struct maker *maker, uint32_t age, struct fwd_bytes images[FWD_COMPONENTS_MAX])
{
    enum fwd_fail fail = FWD_FAIL_NONE;

    for (uint8_t i = 0; i < maker->manifest.component_count && fail == FWD_FAIL_NONE; i++)
        fail = age_image(maker, i, age, &images[i]);
    return fail;
}

static void free_images(struct fwd_bytes images[FWD_COMPONENTS_MAX])
{
    for (uint8_t i = 0; i < FWD_COMPONENTS_MAX; i++)
        fwd_bytes_free(&images[i]);
}

/* The update from one age to the next younger one. */
static enum fwd_fail make_past(struct maker *maker, uint32_t age, struct fwd_bytes *package)
{
    struct fwd_bytes from[FWD_COMPONENTS_MAX] = {{NULL, 0}}, to[FWD_COMPONENTS_MAX] = {{NULL, 0}};
    enum fwd_fail fail = age_all(maker, age, from);

    if (fail == FWD_FAIL_NONE)
        fail = age_all(maker, age - 1, to);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_history_package(maker, from, to, package);
    free_images(from);
    free_images(to);
    return fail;
}

/* ---- the device ------------------------------------------------------------------------------ */

/* What the recipe says, with the oldest images in it. */
static enum fwd_fail describe(struct maker *maker, struct fwd_history *history)
{
    const struct fwd_machine_recipe *recipe = maker->options->recipe;
    enum fwd_fail fail = age_all(maker, maker->options->past, history->oldest);

    history->recipe = *recipe;
    history->recipe.simulated_keys = maker->machine->description->policy.threshold;
    if (fail != FWD_FAIL_NONE || maker->options->past == 0)
        return fail;
    for (size_t i = 0; i < recipe->image_count; i++) {
        history->images[i] = recipe->images[i];
        for (uint8_t k = 0; k < maker->manifest.component_count; k++) {
            struct fwd_text name = maker->manifest.components[k].name;
            if (history->oldest[k].size == 0 || strlen(recipe->images[i].component) != name.size ||
                memcmp(recipe->images[i].component, name.bytes, name.size) != 0)
                continue;
            history->images[i].file = NULL;
            history->images[i].bytes = history->oldest[k].data;
            history->images[i].size = (uint32_t)history->oldest[k].size;
        }
    }
    history->recipe.images = history->images;
    return FWD_FAIL_NONE;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static enum fwd_fail make_packages(struct maker *maker, struct fwd_history *history)
{
    static const struct fwd_bytes none[FWD_COMPONENTS_MAX];
    enum fwd_fail fail = FWD_FAIL_NONE;

    for (uint32_t age = maker->options->past; age > 0 && fail == FWD_FAIL_NONE; age--)
        fail = make_past(maker, age, &history->past[history->past_count++]);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_history_package(maker, none, maker->new, &history->full);
    if (history->full.size > maker->machine->device.package.size)
        fwd_bytes_free(&history->full);
    return fail;
}

static enum fwd_fail open_all(struct maker *maker)
{
    const struct fwd_history_options *options = maker->options;
    struct fwd_signed_package package;
    enum fwd_fail fail = fwd_signed_package_open(
        "the package", options->package.data, options->package.size, &package, maker->err);

    if (fail != FWD_FAIL_NONE)
        return fail;
    if (fwd_manifest_decode(package.signed_bytes + FWD_HEADER_SIZE,
            package.signed_size - FWD_HEADER_SIZE, package.header.payload_size,
            &maker->manifest) != FWD_OK)
        return fwd_error_fail(
            maker->err, FWD_FAIL_REFUSED, "the package's manifest cannot be decoded");
    return fwd_machine_new(
        options->recipe, options->codecs, options->codec_count, &maker->machine, maker->err);
}

enum fwd_fail fwd_history_make(
    const struct fwd_history_options *options, struct fwd_history *history, struct fwd_error *err)
{
    struct maker *maker = calloc(1, sizeof *maker);

    *history = (struct fwd_history){.past_count = 0};
    if (maker == NULL)
        return fwd_error_memory(err, "the past of a device");
    maker->options = options;
    maker->err = err;
    enum fwd_fail fail = open_all(maker);
    if (fail == FWD_FAIL_NONE)
        fail = take_all(maker);
    if (fail == FWD_FAIL_NONE)
        fail = describe(maker, history);
    if (fail == FWD_FAIL_NONE)
        fail = make_packages(maker, history);
    free_images(maker->old);
    free_images(maker->new);
    fwd_machine_close(maker->machine);
    free(maker);
    return fail;
}

void fwd_history_free(struct fwd_history *history)
{
    for (uint32_t i = 0; i < history->past_count; i++)
        fwd_bytes_free(&history->past[i]);
    free_images(history->oldest);
    fwd_bytes_free(&history->full);
}
