/* The images of a component, and what they state of themselves. */
#ifndef FWD_CLI_BUILD_BUILD_IMAGES_H
#define FWD_CLI_BUILD_BUILD_IMAGES_H

#include "cli/build/build_spec.h"

/* Reads OLD and NEW of a part, as far as it has them. Versions and a security counter that an image
 * states are taken where none is given, with a note.
 * FWD_FAIL_USAGE also when a version is given for OLD only, and --force is not given: a device that
 * installs this would forget its version. */
enum fwd_fail fwd_build_images_read(const struct fwd_args *args, const struct fwd_build_spec *spec,
    struct fwd_build_part *part, struct fwd_error *err);

#endif
