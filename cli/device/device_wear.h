/* How often the blocks of a simulated flash were erased: as a picture, and as JSON. */
#ifndef FWD_CLI_DEVICE_DEVICE_WEAR_H
#define FWD_CLI_DEVICE_DEVICE_WEAR_H

#include "sim/device/machine.h"

#include <jansson.h>

/* A line for each area that was erased, as wide as the terminal: a character for each block, or for
 * as many as are needed to fit. */
void fwd_device_wear_print(const struct fwd_machine *machine);

json_t *fwd_device_wear_json(const struct fwd_machine *machine);

#endif
