/* What a build command tried for a component, and what each would have cost. */
#ifndef FWD_CLI_BUILD_ATTEMPT_REPORT_H
#define FWD_CLI_BUILD_ATTEMPT_REPORT_H

#include "cli/common/json_out.h"
#include "gen/package/builder.h"

/* An array with an object for each. */
json_t *fwd_attempt_report_json(const struct fwd_build_outcome *outcome);

/* A line on standard output; nothing when there was no choice. */
void fwd_attempt_report_print(const struct fwd_build_outcome *outcome);

#endif
