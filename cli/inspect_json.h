/* What inspect reports, as JSON. */
#ifndef FWD_CLI_INSPECT_JSON_H
#define FWD_CLI_INSPECT_JSON_H

#include "cli/package_map.h"

#include <jansson.h>

/* A new object; NULL: no memory. */
json_t *fwd_inspect_json(const char *path, const struct fwd_package_map *package);

#endif
