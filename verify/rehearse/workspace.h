/* The caller's work memory, divided. Sizes follow from the device description alone; what is left
 * is the decoder's arena. Guard words around the arena tell of a decoder, or of other code, that
 * wrote beyond its memory. */
#ifndef FWD_VERIFY_REHEARSE_WORKSPACE_H
#define FWD_VERIFY_REHEARSE_WORKSPACE_H

#include "verify/verify.h"

/* Bytes needed without the arena; 0 when the description is not usable. */
uint32_t fwd_workspace_need(const struct fwd_device *device);

/* Divides device->memory; false when it is smaller than fwd_workspace_need(). */
bool fwd_workspace_divide(struct fwd_workspace *work, const struct fwd_device *device);

/* False when a guard word was overwritten. */
bool fwd_workspace_intact(const struct fwd_workspace *work);

#endif
