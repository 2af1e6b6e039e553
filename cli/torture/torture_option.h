/* Which cuts are tried: the options of torture, which prove has as well, and the run itself. */
#ifndef FWD_CLI_TORTURE_TORTURE_OPTION_H
#define FWD_CLI_TORTURE_TORTURE_OPTION_H

#include "cli/common/args.h"
#include "sim/torture/torture.h"

#define FWD_TORTURE_OPTIONS                                                                        \
    {"cuts", 'c', "KIND", false, "single (default), double, or random:N"},                         \
        {"tears", 0, "LIST", false, "classes (default), all, or names: before,half,unstable,..."}, \
        {"second-every", 0, "N", false, "with double: try one second cut in N"},                   \
        {"faults", 0, "N", false, "and in N recoveries one flash operation fails, too"},           \
        {"start-faults", 0, NULL, false, "and each area is unreadable or blank for one start"},    \
        {"worn", 0, NULL, false, "and each block that the update writes wears out"},               \
        {"unconfirmed", 0, NULL, false, "nobody confirms the update: the device must go back"},    \
        {"generations", 0, "N", false, "and on a device with N updates in its past"},              \
    {                                                                                              \
        "jobs", 'J', "N", false, "processes (default: processors)"                                 \
    }

/* Those of them that decide what is tried, each between spaces. */
#define FWD_TORTURE_OPTION_NAMES                                                                   \
    " cuts tears second-every faults start-faults worn unconfirmed generations "

/* Reads them; recipe, codecs, package and replay stay as they are. FWD_FAIL_USAGE. */
enum fwd_fail fwd_torture_option_read(
    const struct fwd_args *args, struct fwd_torture_options *options, struct fwd_error *err);

/* Runs what was asked for, with a progress bar, with a past and a full package where the options
 * need them. Results as fwd_torture_run(). name: of the package, for sentences. */
enum fwd_fail fwd_torture_option_run(const struct fwd_torture_options *wanted, const char *name,
    struct fwd_torture_report *report, struct fwd_error *err);

#endif
