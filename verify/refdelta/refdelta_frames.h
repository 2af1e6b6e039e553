/* The head of a `fwd` body: where the images lie (FWD.md). */
#ifndef FWD_VERIFY_REFDELTA_REFDELTA_FRAMES_H
#define FWD_VERIFY_REFDELTA_REFDELTA_FRAMES_H

#include "verify/refdelta/delta.h"

/* Codes the head of the body: where the images lie. model: its port is all that is used. */
void fwd_refdelta_frames_code(struct fwd_model *model, struct fwd_frames *frames, bool wide);

#endif
