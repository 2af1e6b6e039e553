/* Progress in percent. */
#ifndef FWD_VERIFY_METER_H
#define FWD_VERIFY_METER_H

#include "verify/verify.h"

/* Begins a phase of `total` bytes of work and tells its first value: 0 for validation, 1 for
 * installation. */
void fwd_meter_begin(struct fwd_update *update, enum fwd_progress phase, uint64_t total);
/* More bytes are done. 100 is told only by fwd_meter_end. */
void fwd_meter_add(struct fwd_update *update, uint32_t bytes);
void fwd_meter_end(struct fwd_update *update);

#endif
