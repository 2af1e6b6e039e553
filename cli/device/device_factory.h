/* fwdelta device factory: what a factory programs, from a signed full package. */
#ifndef FWD_CLI_DEVICE_DEVICE_FACTORY_H
#define FWD_CLI_DEVICE_DEVICE_FACTORY_H

#include "cli/common/args.h"

int fwd_device_factory(const struct fwd_args *args, const char *folder, struct fwd_error *err);

/* --trust: keys that cannot be used are an error here; a device tolerates them. *count: all keys.
 */
struct fwd_machine_recipe;
enum fwd_fail fwd_device_check_trust(
    const struct fwd_machine_recipe *recipe, size_t *count, struct fwd_error *err);

#endif
