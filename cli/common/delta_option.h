/* Options that steer the delta engine: --effort, --isa, --base. */
#ifndef FWD_CLI_COMMON_DELTA_OPTION_H
#define FWD_CLI_COMMON_DELTA_OPTION_H

#include "cli/common/args.h"
#include "gen/refdelta/refdelta_search.h"

/* FWD_FAIL_USAGE: a value that is not known. A command without one of the options leaves its
 * default. */
enum fwd_fail fwd_delta_options_read(const struct fwd_args *args, enum fwd_effort *effort,
    struct fwd_hints *hints, struct fwd_error *err);

/* "thumb" for FWD_ISA_THUMB, ...; "unknown". */
const char *fwd_delta_isa_name(uint8_t isa);

#endif
