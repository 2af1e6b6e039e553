/* What must hold on a device for a package to be installed: releases of components, and the time.
 */
#ifndef FWD_CLI_INSPECT_CONDITIONS_PAGE_H
#define FWD_CLI_INSPECT_CONDITIONS_PAGE_H

#include "cli/common/json_out.h"
#include "cli/inspect/package_map.h"

/* For people: nothing when the package has no conditions. */
void fwd_conditions_page_print(const struct fwd_manifest *manifest);

/* A list of {name, release}. */
json_t *fwd_conditions_page_requires(const struct fwd_manifest *manifest);

#endif
