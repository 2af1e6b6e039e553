/* Which runs the map of a `fwd` stream has when the decoder's memory does not hold them all. */
#ifndef FWD_GEN_REFDELTA_CHOOSE_MAP_H
#define FWD_GEN_REFDELTA_CHOOSE_MAP_H

#include "gen/refdelta/refdelta_encode.h"

/* Marks the runs that predict most references which nothing else predicts: so many that the map has
 * at most `room` intervals. False: no memory. */
bool fwd_choose_map(const struct fwd_refdelta_encode_job *job, uint32_t room);

#endif
