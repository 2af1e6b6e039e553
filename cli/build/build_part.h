/* The components of a build command, from its options. */
#ifndef FWD_CLI_BUILD_BUILD_PART_H
#define FWD_CLI_BUILD_BUILD_PART_H

#include "cli/build/build_spec.h"

/* The component that --name, --role, --from-version and --to-version describe. old_path: NULL for
 * none. NULL when a text is too long: the sentence is set. */
struct fwd_build_part *fwd_build_part_main(const struct fwd_args *args, struct fwd_build_spec *spec,
    const char *old_path, const char *new_path, struct fwd_error *err);

/* A component from --component: NAME[,role=R][,from=V][,to=V][,codec=C]=OLD:NEW. */
enum fwd_fail fwd_build_part_add(
    struct fwd_build_spec *spec, const char *text, struct fwd_error *err);

#endif
