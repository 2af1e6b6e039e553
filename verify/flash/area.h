/* Geometry of flash areas, and flash access that turns a port's answer into a reason. */
#ifndef FWD_VERIFY_FLASH_AREA_H
#define FWD_VERIFY_FLASH_AREA_H

#include "verify/update_state.h"

/* One erase block of an area. */
struct fwd_block {
    uint32_t index; /* in the area */
    uint32_t offset;
    uint32_t size;
};

/* Blocks of the area. 0 for an area that the device does not have. */
uint32_t fwd_area_blocks(const struct fwd_area *area);

/* The block that holds offset. offset < area->size. */
struct fwd_block fwd_area_block_at(const struct fwd_area *area, uint32_t offset);

/* The block of that index. index < fwd_area_blocks(area). */
struct fwd_block fwd_area_block(const struct fwd_area *area, uint32_t index);

/* The smallest and the largest erase block; 0 for an absent area. */
uint32_t fwd_area_smallest_block(const struct fwd_area *area);
uint32_t fwd_area_largest_block(const struct fwd_area *area);

/* Sizes add up, units are powers of two that divide every block, erased is 0xFF or 0x00. */
bool fwd_area_sound(const struct fwd_area *area);

/* Whether two areas, which are sound, share a byte of the same chip. */
bool fwd_area_overlap(const struct fwd_area *a, const struct fwd_area *b);

/* size rounded up to the area's program unit. */
uint32_t fwd_area_round_up(const struct fwd_area *area, uint32_t size);

/* Flash access. FWD_OK, or `failed` when the port reports an error or the range leaves the area. */
FWD_MUST_USE enum fwd_reason fwd_flash_read(
    const struct fwd_flash_access *flash, uint32_t offset, void *buf, uint32_t size);
/* offset and size are multiples of the program unit. */
FWD_MUST_USE enum fwd_reason fwd_flash_program(
    const struct fwd_flash_access *flash, uint32_t offset, const void *buf, uint32_t size);
FWD_MUST_USE enum fwd_reason fwd_flash_erase(
    const struct fwd_flash_access *flash, const struct fwd_block *block);
/* *blank: all of it is erased. Reads all of it through buf, `room` bytes at a time. */
FWD_MUST_USE enum fwd_reason fwd_flash_is_blank(const struct fwd_flash_access *flash,
    uint32_t offset, uint32_t size, uint8_t *buf, uint32_t room, bool *blank);
/* Adds size bytes at offset to a running digest, a piece of `room` bytes in buf at a time. */
FWD_MUST_USE enum fwd_reason fwd_flash_hash(const struct fwd_flash_access *flash, uint32_t offset,
    uint32_t size, enum fwd_hash_slot slot, uint8_t *buf, uint32_t room);

/* The digest of size bytes at offset, in the same way. FWD_OK, flash->failed or FWD_E_INTERNAL. */
FWD_MUST_USE enum fwd_reason fwd_flash_digest(const struct fwd_flash_access *flash, uint32_t offset,
    uint32_t size, enum fwd_hash_slot slot, uint8_t *buf, uint32_t room,
    uint8_t digest[FWD_DIGEST_SIZE]);

/* Does the area begin with this image? Reads through buf, `room` bytes at a time; uses
 * FWD_HASH_TARGET. *digest: what it holds, if it could be read. FWD_OK, `differs`, `unreadable`, or
 * FWD_E_INTERNAL. */
FWD_MUST_USE enum fwd_reason fwd_flash_holds(const struct fwd_ports *ports,
    const struct fwd_area *area, const struct fwd_image *image, enum fwd_reason differs,
    enum fwd_reason unreadable, uint8_t *buf, uint32_t room, uint8_t digest[FWD_DIGEST_SIZE]);

/* Feeds the watchdog. */
void fwd_alive(const struct fwd_ports *ports);

#endif
