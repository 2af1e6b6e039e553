/* Programs that belong to this one, and are found beside it. */
#ifndef FWD_CLI_COMMON_BESIDE_H
#define FWD_CLI_COMMON_BESIDE_H

#include "hostio/host_error.h"

/* Becomes a program that lies in the folder of the running one, or in ../libexec/fwdelta of it,
 * with the arguments argv[1] and on. Returns only when it cannot: FWD_FAIL_ENVIRONMENT. */
enum fwd_fail fwd_beside_run(const char *name, char **argv, struct fwd_error *err);

#endif
