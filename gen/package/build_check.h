/* Options of the builder that contradict each other or the limits of the format. */
#ifndef FWD_GEN_PACKAGE_BUILD_CHECK_H
#define FWD_GEN_PACKAGE_BUILD_CHECK_H

#include "gen/package/builder.h"

/* FWD_FAIL_USAGE or FWD_FAIL_REFUSED with a sentence that names the option's value. */
enum fwd_fail fwd_build_check(const struct fwd_build_options *options, struct fwd_error *err);

#endif
