/* One small device for all inputs of a fuzz target: made at the first call, removed at the end. */
#ifndef FWD_TESTS_FUZZ_FUZZ_DEVICE_H
#define FWD_TESTS_FUZZ_FUZZ_DEVICE_H

#include "sim/device/machine.h"

/* Its folder. version: of the firmware that it has. */
const char *fuzz_device_folder(const char *version);

/* Closed by the caller. */
struct fwd_machine *fuzz_device_open(const char *version);

#endif
