/* Progress in percent. */
#ifndef FWD_VERIFY_REHEARSE_PROGRESS_H
#define FWD_VERIFY_REHEARSE_PROGRESS_H

#include "verify/verify.h"

/* Begins a phase of `total` bytes of work and tells its first value: 0 for validation, 1 for
 * installation. */
void fwd_progress_begin(struct fwd_update *update, enum fwd_progress phase, uint64_t total);
/* More bytes are done. 100 is told only by fwd_progress_end. */
void fwd_progress_add(struct fwd_update *update, uint32_t bytes);
void fwd_progress_end(struct fwd_update *update);

#endif
