/* Writing an area from its start, in one go: erases each block on entering it, programs whole
 * units, fills the last one with the erased value. */
#ifndef FWD_VERIFY_STREAM_H
#define FWD_VERIFY_STREAM_H

#include "verify/flash/area.h"

struct fwd_stream fwd_stream_over(
    const struct fwd_flash_access *flash, uint8_t *page, uint32_t limit, bool dry);

/* FWD_OK, `full` when the limit is passed, flash.failed, or FWD_E_INTERNAL. */
FWD_MUST_USE enum fwd_reason fwd_stream_write(
    struct fwd_stream *stream, const void *bytes, uint32_t size, enum fwd_reason full);

/* Programs what is left in the page. */
FWD_MUST_USE enum fwd_reason fwd_stream_end(struct fwd_stream *stream);

#endif
