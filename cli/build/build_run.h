/* Building, signing, proving and writing a package. */
#ifndef FWD_CLI_BUILD_BUILD_RUN_H
#define FWD_CLI_BUILD_BUILD_RUN_H

#include "cli/build/build_spec.h"

/* Builds the package of a spec whose images are read, signs it in memory, installs it on simulated
 * devices (A/B, in place at 4 KiB and 64 KiB, every --device), and only then writes it and prints
 * the summary. An unsigned one is proven with a throw-away key on a copy. */
enum fwd_fail fwd_build_run(
    const struct fwd_args *args, struct fwd_build_spec *spec, struct fwd_error *err);

#endif
