/* Options that would have no effect are a mistake, and a mistake is told before any work. */
#ifndef FWD_CLI_COMMON_OPTION_CHECK_H
#define FWD_CLI_COMMON_OPTION_CHECK_H

#include "cli/common/args.h"

/* Both lists are names without dashes, each between spaces. FWD_FAIL_USAGE: one of `options` is
 * given, and none of `needs`. */
enum fwd_fail fwd_option_check_needs(
    const struct fwd_args *args, const char *options, const char *needs, struct fwd_error *err);

/* FWD_FAIL_USAGE: one of `options` is given although `other` (a phrase, as "--full") is so. */
enum fwd_fail fwd_option_check_without(
    const struct fwd_args *args, const char *options, const char *other, struct fwd_error *err);

#endif
