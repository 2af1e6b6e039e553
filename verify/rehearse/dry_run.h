/* The first pass over an in-place component: its digest, and which blocks change. */
#ifndef FWD_VERIFY_REHEARSE_DRY_RUN_H
#define FWD_VERIFY_REHEARSE_DRY_RUN_H

#include "verify/verify.h"

/* Bit per block of an in-place slot whose content will differ; sets work->changed. Decodes the
 * component once and proves its digest. */
FWD_MUST_USE enum fwd_reason fwd_dry_run(struct fwd_update *update, const struct fwd_task *task);

#endif
