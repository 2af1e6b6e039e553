/* What a package was made of, for those who keep account: a bill of materials (CycloneDX 1.5) and a
 * provenance (in-toto statement with SLSA's predicate 1.0). Both depend on the input only. */
#ifndef FWD_CLI_BUILD_BUILD_SUPPLY_H
#define FWD_CLI_BUILD_BUILD_SUPPLY_H

#include "cli/build/build_report.h"
#include "hostio/host_file_set.h"

/* For a refusal before the work: as fwd_report_file_check(), and neither is the package. */
enum fwd_fail fwd_build_supply_check(
    const struct fwd_args *args, const struct fwd_build_spec *spec, struct fwd_error *err);

/* Adds the files of --sbom and --provenance to a set. */
enum fwd_fail fwd_build_supply_write(const struct fwd_args *args,
    const struct fwd_build_report *report, struct fwd_file_set *set, struct fwd_error *err);

#endif
