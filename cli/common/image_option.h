/* Options that name an image of a component: FILE, or NAME=FILE when there are several. */
#ifndef FWD_CLI_COMMON_IMAGE_OPTION_H
#define FWD_CLI_COMMON_IMAGE_OPTION_H

#include "cli/common/args.h"
#include "format/manifest.h"

/* The index of the component that the text of --option names, and *path, a part of the text.
 * FWD_FAIL_USAGE: it names none, and the manifest has several. */
enum fwd_fail fwd_image_option_find(const struct fwd_manifest *manifest, const char *option,
    const char *text, uint8_t *index, const char **path, struct fwd_error *err);

#endif
