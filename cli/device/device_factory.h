/* fwdelta device factory: what a factory programs, from a signed full package. */
#ifndef FWD_CLI_DEVICE_DEVICE_FACTORY_H
#define FWD_CLI_DEVICE_DEVICE_FACTORY_H

#include "cli/common/args.h"

int fwd_device_factory(const struct fwd_args *args, const char *folder, struct fwd_error *err);

#endif
