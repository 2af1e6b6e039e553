/* The first pass over an in-place component: its digest, and which blocks change. */
#ifndef FWD_VERIFY_REHEARSE_DRY_RUN_H
#define FWD_VERIFY_REHEARSE_DRY_RUN_H

#include "verify/rehearse/decode.h"

/* Begins a decoding that proves the component's digest and, of one with a source, sets a bit in
 * work->changed for each erase block whose content will differ. As fwd_decode_begin(). */
FWD_MUST_USE enum fwd_reason fwd_dry_run_begin(
    struct fwd_decode *decode, struct fwd_update *update, const struct fwd_task *task);

/* After its end: what follows the target. FWD_OK, FWD_E_SOURCE_READ. */
FWD_MUST_USE enum fwd_reason fwd_dry_run_end(
    struct fwd_update *update, const struct fwd_task *task);

#endif
