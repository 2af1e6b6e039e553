/* What must hold on a device for a package to be installed: --requires, --release, --not-after. */
#ifndef FWD_CLI_BUILD_BUILD_CONDITIONS_H
#define FWD_CLI_BUILD_BUILD_CONDITIONS_H

#include "cli/build/build_spec.h"

/* --requires and --not-after into the specification. A time that has passed is told on standard
 * error. */
enum fwd_fail fwd_build_conditions_read(
    const struct fwd_args *args, struct fwd_build_spec *spec, struct fwd_error *err);

/* Once the parts are known: --release of each; every requirement that the package or a device of
 * the specification can never meet is refused. */
enum fwd_fail fwd_build_conditions_check(
    const struct fwd_args *args, struct fwd_build_spec *spec, struct fwd_error *err);

#endif
