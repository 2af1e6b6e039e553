#include "cli/common/recipe_option.h"

#include "cli/common/image_file.h"
#include "sim/device/json.h"

#include <string.h>

static enum fwd_fail add_images(
    const struct fwd_args *args, struct fwd_recipe_option *r, struct fwd_error *err)
{
    const char *text;
    size_t at = 0;
    while ((text = fwd_args_next(args, "image", &at)) != NULL) {
        size_t index = r->recipe.image_count;
        struct fwd_text name;
        const char *file;
        if (index == FWD_COMPONENTS_MAX)
            return fwd_error_fail(
                err, FWD_FAIL_USAGE, "--image: give at most %u", FWD_COMPONENTS_MAX);
        if (!fwd_args_named(text, &name, &file) || file[0] == 0)
            return fwd_error_fail(err, FWD_FAIL_USAGE,
                "--image: expected NAME=FILE as in firmware=old.bin, found '%s'", text);
        memcpy(r->names[index], name.bytes, name.size);
        r->images[index] = (struct fwd_machine_image){.component = r->names[index], .file = file};
        r->recipe.image_count++;
    }
    return FWD_FAIL_NONE;
}

/* VERSION is that of the only image; NAME=VERSION is that of a component. */
static enum fwd_fail add_versions(
    const struct fwd_args *args, struct fwd_recipe_option *r, struct fwd_error *err)
{
    const char *text;
    size_t at = 0;
    while ((text = fwd_args_next(args, "version", &at)) != NULL) {
        const char *equals = strchr(text, '=');
        struct fwd_machine_image *image = NULL;
        if (equals == NULL && r->recipe.image_count == 1)
            image = &r->images[0];
        for (size_t i = 0; i < r->recipe.image_count && equals != NULL; i++) {
            if (strlen(r->names[i]) == (size_t)(equals - text) &&
                strncmp(r->names[i], text, strlen(r->names[i])) == 0)
                image = &r->images[i];
        }
        if (image == NULL || image->version != NULL)
            return fwd_error_fail(err, FWD_FAIL_USAGE,
                "--version: expected one VERSION for the only --image, or NAME=VERSION once for "
                "each of several, found '%s'",
                text);
        image->version = equals != NULL ? equals + 1 : text;
    }
    return FWD_FAIL_NONE;
}

static enum fwd_fail check_slot(const struct fwd_device_description *device,
    const struct fwd_machine_image *image, size_t size, struct fwd_error *err)
{
    for (uint8_t i = 0; i < device->place_count; i++) {
        uint32_t room = device->places[i].slots[0].size;
        if (strcmp(device->place_names[i], image->component) == 0 && size > room)
            return fwd_error_fail(err, FWD_FAIL_REFUSED,
                "%s: at most %u bytes fit the slot of component \"%s\", but it has %zu",
                image->file, (unsigned)room, image->component, size);
    }
    return FWD_FAIL_NONE;
}

static enum fwd_fail load_image(const struct fwd_args *args,
    const struct fwd_device_description *device, struct fwd_recipe_option *r, size_t index,
    struct fwd_error *err)
{
    struct fwd_image_options options;
    struct fwd_image_load load;
    struct fwd_machine_image *image = &r->images[index];
    enum fwd_fail fail = fwd_image_file_options(args, &options, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    fwd_image_file_erased(args, device, image->component, true, &options);
    fail = fwd_image_file_load(args, image->file, FWD_IMAGE_READ, &options, &load, err);
    r->loaded[index] = load.bytes;
    if (fail == FWD_FAIL_NONE)
        fail = check_slot(device, image, load.bytes.size, err);
    image->file = NULL;
    image->bytes = load.bytes.data;
    image->size = (uint32_t)load.bytes.size;
    return fail;
}

/* The gaps of an image are what the device's flash reads there. */
static enum fwd_fail load_images(
    const struct fwd_args *args, struct fwd_recipe_option *r, struct fwd_error *err)
{
    struct fwd_device_description *device = NULL;
    struct fwd_bytes text = {NULL, 0};
    const char *path = r->recipe.description;
    enum fwd_fail fail =
        fwd_file_read_as("a device description (JSON)", path, FWD_JSON_FILE_MAX, &text, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_description_parse(path, (const char *)text.data, text.size, &device, err);
    for (size_t i = 0; i < r->recipe.image_count && fail == FWD_FAIL_NONE; i++)
        fail = load_image(args, device, r, i, err);
    fwd_description_free(device);
    fwd_bytes_free(&text);
    return fail;
}

enum fwd_fail fwd_recipe_option_read(const struct fwd_args *args, const char *description,
    struct fwd_recipe_option *option, struct fwd_error *err)
{
    const char *path;
    size_t at = 0;
    *option = (struct fwd_recipe_option){.recipe.description = description};
    option->recipe.images = option->images;
    option->recipe.trust = option->trust;
    if (fwd_args_count(args, "trust") > FWD_RECIPE_TRUST_MAX)
        return fwd_error_fail(
            err, FWD_FAIL_USAGE, "--trust: give at most %u", FWD_RECIPE_TRUST_MAX);
    while ((path = fwd_args_next(args, "trust", &at)) != NULL)
        option->trust[option->recipe.trust_count++] = path;
    enum fwd_fail fail = add_images(args, option, err);
    if (fail == FWD_FAIL_NONE)
        fail = add_versions(args, option, err);
    return fail == FWD_FAIL_NONE ? load_images(args, option, err) : fail;
}

void fwd_recipe_option_free(struct fwd_recipe_option *option)
{
    for (size_t i = 0; i < FWD_COMPONENTS_MAX; i++)
        fwd_bytes_free(&option->loaded[i]);
}
