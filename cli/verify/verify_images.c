#include "cli/common/image_file.h"
#include "cli/common/image_option.h"
#include "cli/verify/verify_internal.h"

#include <string.h>

/* The gaps of an image are what the flash of the device reads there. */
static enum fwd_fail read_image(struct fwd_verify_subject *subject, const char *name,
    const char *path, struct fwd_bytes *bytes, struct fwd_error *err)
{
    struct fwd_image_options options;
    struct fwd_image_load load = {.format = FWD_IMAGE_RAW};
    enum fwd_fail fail = fwd_image_file_options(subject->args, &options, err);
    if (fail == FWD_FAIL_NONE && subject->description != NULL)
        fwd_image_file_erased(subject->args, subject->description, name, true, &options);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_image_file_load(subject->args, path, FWD_IMAGE_READ, &options, &load, err);
    *bytes = load.bytes;
    return fail;
}

static enum fwd_fail read_option(
    struct fwd_verify_subject *subject, const char *option, bool target, struct fwd_error *err)
{
    const char *text;
    const char *path;
    uint8_t index;
    size_t at = 0;
    while ((text = fwd_args_next(subject->args, option, &at)) != NULL) {
        enum fwd_fail fail =
            fwd_image_option_find(&subject->trusted.manifest, option, text, &index, &path, err);
        if (fail != FWD_FAIL_NONE)
            return fail;
        struct fwd_verify_images *images = &subject->images[index];
        struct fwd_bytes *bytes = target ? &images->target : &images->source;
        *(target ? &images->target_path : &images->source_path) = path;
        if (bytes->data != NULL)
            return fwd_error_fail(err, FWD_FAIL_USAGE,
                "--%s: is given twice for the same component: '%s'", option, text);
        const struct fwd_text component = subject->trusted.manifest.components[index].name;
        char name[FWD_NAME_MAX + 1] = {0};
        memcpy(name, component.bytes, component.size);
        fail = read_image(subject, name, path, bytes, err);
        if (fail != FWD_FAIL_NONE)
            return fail;
    }
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_verify_images(struct fwd_verify_subject *subject, struct fwd_error *err)
{
    enum fwd_fail fail = read_option(subject, "source", false, err);
    return fail == FWD_FAIL_NONE ? read_option(subject, "target", true, err) : fail;
}

void fwd_verify_images_free(struct fwd_verify_subject *subject)
{
    for (size_t i = 0; i < FWD_COMPONENTS_MAX; i++) {
        fwd_bytes_free(&subject->images[i].source);
        fwd_bytes_free(&subject->images[i].target);
    }
}
