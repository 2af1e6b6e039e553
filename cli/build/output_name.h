/* Names of packages: SRC_DST.upd from the versions, DST.upd where there is no source. */
#ifndef FWD_CLI_BUILD_OUTPUT_NAME_H
#define FWD_CLI_BUILD_OUTPUT_NAME_H

#include "cli/build/build_spec.h"

/* --output, or else a name in the current folder from the first component's versions (or file names
 * where no version is stated), into spec->output. Warns when a name of the form SRC_DST.upd names
 * another version than the package. */
enum fwd_fail fwd_output_name(
    const struct fwd_args *args, struct fwd_build_spec *spec, struct fwd_error *err);

#endif
