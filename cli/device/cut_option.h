/* --cut: at which flash operation the power of a simulated device fails. */
#ifndef FWD_CLI_DEVICE_CUT_OPTION_H
#define FWD_CLI_DEVICE_CUT_OPTION_H

#include "cli/common/args.h"
#include "sim/device/machine.h"

/* The cut that --cut asks for, if it was given: the number of an operation, or a replay id. */
enum fwd_fail fwd_cut_option_read(
    const struct fwd_args *args, bool *given, struct fwd_nor_cut *cut, struct fwd_error *err);

#endif
