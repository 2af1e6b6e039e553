#include "cli/common/image_option.h"

#include <string.h>

enum fwd_fail fwd_image_option_find(const struct fwd_manifest *m, const char *option,
    const char *text, uint8_t *index, const char **path, struct fwd_error *err)
{
    for (uint8_t i = 0; i < m->component_count; i++) {
        size_t size = m->components[i].name.size;
        if (strncmp(text, m->components[i].name.bytes, size) == 0 && text[size] == '=') {
            *path = text + size + 1;
            *index = i;
            return FWD_FAIL_NONE;
        }
    }
    *path = text;
    *index = 0;
    if (m->component_count == 1)
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_USAGE,
        "--%s: the package has several components: expected NAME=FILE with the name of one, found "
        "'%s'",
        option, text);
}
