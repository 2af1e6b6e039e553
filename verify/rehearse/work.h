/* The caller's work memory, divided. Sizes follow from the device description alone; what is left
 * is the decoder's arena. Guard words around the arena tell of a decoder, or of other code, that
 * wrote beyond its memory. */
#ifndef FWD_VERIFY_WORK_H
#define FWD_VERIFY_WORK_H

#include "verify/verify.h"

/* Bytes needed without the arena; 0 when the description is not usable. */
uint32_t fwd_work_need(const struct fwd_device *device);

/* Divides device->memory; false when it is smaller than fwd_work_need(). */
bool fwd_work_divide(struct fwd_work *work, const struct fwd_device *device);

/* False when a guard word was overwritten. */
bool fwd_work_intact(const struct fwd_work *work);

#endif
