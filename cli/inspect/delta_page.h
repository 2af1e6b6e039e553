/* What inspect says about a delta of codec fwd: what its streams tell alone, and, when its source
 * was given, where its bytes went. */
#ifndef FWD_CLI_INSPECT_DELTA_PAGE_H
#define FWD_CLI_INSPECT_DELTA_PAGE_H

#include "cli/inspect/inspect_costs.h"

#include <jansson.h>

/* For each component of codec fwd whose section can be read; prints on standard output. costs:
 * NULL when no source was given. */
void fwd_delta_page_print(
    const struct fwd_package_map *package, const struct fwd_inspect_costs *costs);

/* Of one component; null when it is none of codec fwd or cannot be read (delta_page_json.c). */
json_t *fwd_delta_page_json(const struct fwd_package_map *package,
    const struct fwd_component *component, const struct fwd_delta_report *report);

#endif
