/* 'fwdelta device trust': a trust package for a simulated device, and the keys that it has. */
#ifndef FWD_CLI_DEVICE_DEVICE_TRUST_H
#define FWD_CLI_DEVICE_DEVICE_TRUST_H

#include "cli/common/args.h"
#include "sim/device/machine.h"

#include <jansson.h>

/* Installs the trust package of the third operand. Returns an exit status. */
int fwd_device_trust(const struct fwd_args *args, const char *folder, struct fwd_error *err);

/* --trust: keys that cannot be used are an error here; a device tolerates them. A trust package
 * among them is one that devices take, alone, and the description has a place for it. *count: all
 * keys. */
enum fwd_fail fwd_device_check_trust(
    const struct fwd_machine_recipe *recipe, size_t *count, struct fwd_error *err);

/* The keys of a device whose keys may change; nothing of another. */
void fwd_device_trust_print(const struct fwd_machine *machine);
/* null for a device whose keys never change. */
json_t *fwd_device_trust_json(const struct fwd_machine *machine);

#endif
