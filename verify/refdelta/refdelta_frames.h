/* The head of a `fwd` body: where the images lie (FWD.md). */
#ifndef FWD_VERIFY_REFDELTA_REFDELTA_FRAMES_H
#define FWD_VERIFY_REFDELTA_REFDELTA_FRAMES_H

#include "verify/refdelta/delta.h"

/* Codes the head of the body: where the images lie. model: its port is all that is used.
 * frames: sizes are set before; an encoder sets everything. segments: where the segments of both
 * images go (an encoder has them there already, those of the source first); room: of them, at
 * least 2. False: the segments do not fit the images or the room. */
FWD_MUST_USE bool fwd_refdelta_frames_code(struct fwd_model *model, struct fwd_frames *frames,
    struct fwd_segment *segments, uint32_t room, const struct fwd_isa *isa);

#endif
