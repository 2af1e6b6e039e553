/* Writing an area from its start, in one go: erases each block on entering it, programs whole
 * units, fills the last one with the erased value. */
#ifndef FWD_VERIFY_FLASH_FLASH_WRITER_H
#define FWD_VERIFY_FLASH_FLASH_WRITER_H

#include "verify/flash/area.h"

struct fwd_flash_writer fwd_flash_writer_over(
    const struct fwd_flash_access *flash, uint8_t *page, uint32_t limit, bool dry);

/* FWD_OK, `full` when the limit is passed, flash.failed, or FWD_E_INTERNAL. */
FWD_MUST_USE enum fwd_reason fwd_flash_writer_write(
    struct fwd_flash_writer *stream, const void *bytes, uint32_t size, enum fwd_reason full);

/* Programs what is left in the page. */
FWD_MUST_USE enum fwd_reason fwd_flash_writer_end(struct fwd_flash_writer *stream);

#endif
