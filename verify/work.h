/* The caller's work memory, divided. Sizes follow from the device description alone; what is left
 * is the decoder's arena. Guard words around the arena tell of a decoder, or of other code, that
 * wrote beyond its memory. */
#ifndef FWD_VERIFY_WORK_H
#define FWD_VERIFY_WORK_H

#include <stdbool.h>
#include <stdint.h>

struct fwd_device;

#define FWD_IO_SIZE 512u /* the smallest buffer for reading flash */

struct fwd_work {
    uint8_t *signed_bytes; /* header | manifest | signature block: FWD_SIGNED_MAX + sigblock_max */
    uint8_t *page;         /* one program unit being filled, at least FWD_IO_SIZE */
    uint8_t *io;           /* reads, at least FWD_IO_SIZE; disjoint from page */
    uint32_t io_size;      /* of page and io, each */
    uint8_t *changed;      /* a bit per erase block of the largest slot */
    uint8_t *version;      /* the version record as read */
    uint8_t *version_new;  /* and as it will be written */
    uint32_t version_size; /* of each */
    uint8_t *arena;        /* aligned to 16 */
    uint32_t arena_size;
};

/* Bytes needed without the arena; 0 when the description is not usable. */
uint32_t fwd_work_need(const struct fwd_device *device);

/* Divides device->memory; false when it is smaller than fwd_work_need(). */
bool fwd_work_divide(struct fwd_work *work, const struct fwd_device *device);

/* False when a guard word was overwritten. */
bool fwd_work_intact(const struct fwd_work *work);

#endif
