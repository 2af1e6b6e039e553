#include "cli/common/recipe_option.h"

#include <string.h>

static enum fwd_fail add_images(
    const struct fwd_args *args, struct fwd_recipe_option *r, struct fwd_error *err)
{
    const char *text;
    size_t at = 0;
    while ((text = fwd_args_next(args, "image", &at)) != NULL) {
        size_t index = r->recipe.image_count;
        const char *equals = strchr(text, '=');
        if (index == FWD_COMPONENTS_MAX)
            return fwd_error_fail(
                err, FWD_FAIL_USAGE, "--image: give at most %u", FWD_COMPONENTS_MAX);
        if (equals == NULL || equals == text || equals - text > FWD_NAME_MAX || equals[1] == 0)
            return fwd_error_fail(err, FWD_FAIL_USAGE,
                "--image: expected NAME=FILE as in firmware=old.bin, found '%s'", text);
        memcpy(r->names[index], text, (size_t)(equals - text));
        r->images[index] =
            (struct fwd_machine_image){.component = r->names[index], .file = equals + 1};
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
    return fail == FWD_FAIL_NONE ? add_versions(args, option, err) : fail;
}
