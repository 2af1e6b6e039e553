/* Compiled for the device: the size of this object is the size of an update's state there. */
#include "verify/verify.h"

unsigned char fwd_size_probe_update[sizeof(struct fwd_update)];
