/* What is on a simulated device. */
#ifndef FWD_CLI_DEVICE_DEVICE_SHOW_H
#define FWD_CLI_DEVICE_DEVICE_SHOW_H

#include "sim/device/machine.h"

/* Looks at a device that is switched on; changes nothing. update: initialised here. */
enum fwd_fail fwd_device_show(
    struct fwd_machine *machine, struct fwd_update *update, bool json, struct fwd_error *err);

/* What the application of a device does that finds its new firmware well. */
enum fwd_fail fwd_device_confirm(struct fwd_machine *machine, bool json, struct fwd_error *err);

/* The sentence for a device that fwd_update_init() refuses, with the cause as far as it is known.
 */
enum fwd_fail fwd_device_not_started(
    const struct fwd_machine *machine, enum fwd_reason reason, struct fwd_error *err);

#endif
