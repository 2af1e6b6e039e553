/* Where the direct contexts of the codec `fwd` start (FWD.md): learned from real
 * firmware by bench/train.c, 4 bits each, two in a byte, low half first. */
#ifndef FWD_VERIFY_REFDELTA_MODEL_START_H
#define FWD_VERIFY_REFDELTA_MODEL_START_H

#include "verify/refdelta/delta.h"

extern const uint8_t fwd_start_runs[(FWD_RUNS_DIRECTS + 1) / 2];
extern const uint8_t fwd_start_body[(FWD_BODY_DIRECTS + 1) / 2];

#endif
