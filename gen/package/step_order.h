/* In which order an in-place update overwrites the blocks of a slot. */
#ifndef FWD_GEN_PACKAGE_STEP_ORDER_H
#define FWD_GEN_PACKAGE_STEP_ORDER_H

#include "gen/bsdiff/tuples.h"

/* True when writing blocks from the last to the first leaves fewer source bytes overwritten before
 * they are needed. Counted for erase blocks of 4 KiB. tuples must be valid for the pair. */
bool fwd_step_order_descending(const struct fwd_pair *pair, const struct fwd_tuples *tuples);

#endif
