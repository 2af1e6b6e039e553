#include "cli/image_file.h"
#include "cli/verify_subject.h"

#include <string.h>

/* The component that "NAME=FILE" names, or, for "FILE" alone, the only one; -1: neither. */
static int find_component(
    const struct fwd_verify_subject *subject, const char *text, const char **path)
{
    const struct fwd_manifest *m = &subject->trusted.manifest;
    for (int i = 0; i < m->component_count; i++) {
        size_t size = m->components[i].name.size;
        if (strncmp(text, m->components[i].name.bytes, size) == 0 && text[size] == '=') {
            *path = text + size + 1;
            return i;
        }
    }
    *path = text;
    return m->component_count == 1 ? 0 : -1;
}

static enum fwd_fail read_option(
    struct fwd_verify_subject *subject, const char *option, bool target, struct fwd_error *err)
{
    const char *text;
    const char *path;
    size_t at = 0;
    while ((text = fwd_args_next(subject->args, option, &at)) != NULL) {
        int index = find_component(subject, text, &path);
        if (index < 0)
            return fwd_error_fail(err, FWD_FAIL_USAGE,
                "--%s: the package has several components: expected NAME=FILE with the name of "
                "one, "
                "found '%s'",
                option, text);
        struct fwd_verify_images *images = &subject->images[index];
        struct fwd_bytes *bytes = target ? &images->target : &images->source;
        *(target ? &images->target_path : &images->source_path) = path;
        if (bytes->data != NULL)
            return fwd_error_fail(err, FWD_FAIL_USAGE,
                "--%s: is given twice for the same component: '%s'", option, text);
        enum fwd_fail fail = fwd_image_file_read(path, FWD_IMAGE_READ, bytes, err);
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
