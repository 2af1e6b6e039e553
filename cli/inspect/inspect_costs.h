/* What the parts of a package's deltas cost, for inspect --source: each delta of codec fwd is
 * decoded with its source, and coded once more by a measure instead of a stream. */
#ifndef FWD_CLI_INSPECT_INSPECT_COSTS_H
#define FWD_CLI_INSPECT_INSPECT_COSTS_H

#include "cli/common/args.h"
#include "cli/inspect/package_map.h"
#include "cli/report/opaque_out.h"
#include "gen/refdelta/delta_costs.h"
#include "gen/refdelta/refdelta_dissect.h"
#include "hostio/host_file.h"

#define FWD_COSTS_REGIONS     10u
#define FWD_COSTS_ADVICE_MAX  4u
#define FWD_COSTS_ADVICE_SIZE 320u

/* Of one component. */
struct fwd_delta_report {
    bool measured;           /* its source was given */
    struct fwd_bytes source; /* owned */
    struct fwd_refdelta_dissection dissection;
    struct fwd_refdelta_encode_tally tally;
    struct fwd_cost_row rows[FWD_COST_KINDS];
    size_t row_count;
    uint64_t total;   /* of the section: 1/65536 bit */
    uint64_t framing; /* of it, what no row has: the size of a stream and the ends of two */
    struct fwd_cost_region regions[FWD_COSTS_REGIONS];
    size_t region_count;
    struct fwd_opaque_parts opaque;
    char advice[FWD_COSTS_ADVICE_MAX][FWD_COSTS_ADVICE_SIZE];
    size_t advice_count;
};

struct fwd_inspect_costs {
    struct fwd_delta_report reports[FWD_COMPONENTS_MAX]; /* by component */
};

/* Reads every --source and measures. path: of the package. *costs is freed by the caller, also
 * after a failure. FWD_FAIL_REFUSED: a file is not the source, or the delta does not yield the
 * target of the manifest, or is none of codec fwd. */
enum fwd_fail fwd_inspect_costs_make(const struct fwd_args *args, const char *path,
    const struct fwd_package_map *package, struct fwd_inspect_costs *costs, struct fwd_error *err);
void fwd_inspect_costs_free(struct fwd_inspect_costs *costs);

#endif
