/* What inspect reports, as JSON. */
#ifndef FWD_CLI_INSPECT_INSPECT_JSON_H
#define FWD_CLI_INSPECT_INSPECT_JSON_H

#include "cli/inspect/inspect_costs.h"

#include <jansson.h>

/* A new object; NULL: no memory. costs: NULL when no source was given. */
json_t *fwd_inspect_json(
    const char *path, const struct fwd_package_map *package, const struct fwd_inspect_costs *costs);

#endif
