/* The one place that programs flash: takes bytes in sequence, hands whole program units over to the
 * port, as many at once as the area's page and the buffer take, and fills the last one with the
 * erased value. */
#ifndef FWD_VERIFY_FLASH_FLASH_WRITER_H
#define FWD_VERIFY_FLASH_FLASH_WRITER_H

#include "verify/flash/area.h"

/* A writer from `begin` (a multiple of the program unit) on, with a buffer of `room` bytes (at
 * least a program unit) that is the writer's until its end. May be set before the first write:
 * `limit` (the offset after the last byte that is taken; by default the end of the area), and,
 * false by default, `erases` (each block is erased when the first byte in it is programmed), `dry`
 * (only count), `hashed` (add what is taken to FWD_HASH_PAYLOAD, which the caller began). */
void fwd_flash_writer_begin(struct fwd_flash_writer *writer, const struct fwd_flash_access *flash,
    uint8_t *page, uint32_t room, uint32_t begin);

/* FWD_OK, `full` when the limit is passed, flash.failed, or FWD_E_INTERNAL. */
FWD_MUST_USE enum fwd_reason fwd_flash_writer_write(
    struct fwd_flash_writer *writer, const void *bytes, uint32_t size, enum fwd_reason full);

/* Programs what is left in the buffer; the writer may go on at the next program unit. */
FWD_MUST_USE enum fwd_reason fwd_flash_writer_end(struct fwd_flash_writer *writer);

/* The same for bytes that are all there: programs them from `begin` on, erases nothing. The buffer
 * may be the bytes themselves only if `size` is a multiple of the program unit. */
FWD_MUST_USE enum fwd_reason fwd_flash_writer_put(const struct fwd_flash_access *flash,
    uint8_t *page, uint32_t room, uint32_t begin, const void *bytes, uint32_t size);

#endif
