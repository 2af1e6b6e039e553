/* Where the bytes of an image are when its code runs (FWD.md): offsets and addresses. */
#ifndef FWD_VERIFY_REFDELTA_REFERENCE_FRAME_H
#define FWD_VERIFY_REFDELTA_REFERENCE_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#define FWD_SEGMENTS_MAX 64u
#define FWD_DATA_WINDOWS 4u

/* A piece of an image whose bytes have one distance from their addresses. */
struct fwd_segment {
    uint32_t offset;  /* of its first byte in the image */
    uint32_t size;    /* bytes, at least 1 */
    uint64_t address; /* of its first byte when the code runs */
};

/* Where an image lies in memory. */
struct fwd_frame {
    uint32_t size;                      /* of the image */
    const struct fwd_segment *segments; /* ascending by offset, without overlap; not owned */
    uint8_t count;                      /* at least 1 */
    bool known;                         /* false: words are no addresses of the image */
    uint32_t alias;  /* another address of byte 0; 0: none. Only for 32-bit sets. */
    uint32_t global; /* what the register for data nearby holds (RISC-V gp); 0: not used */
};

/* Addresses outside the image that are references too: 64 KiB pages first..last. */
struct fwd_data_window {
    uint16_t first, last;
};

/* Bytes of an image, from one offset to another. */
struct fwd_frame_part {
    uint32_t begin, end;
};

/* What references of both images mean. */
struct fwd_frames {
    struct fwd_frame from, to;
    struct fwd_data_window data[FWD_DATA_WINDOWS];
    uint8_t data_count;
    struct fwd_frame_part values; /* of the source: words in it are values that shift; A64 only */
    bool tables; /* words that look like entries of an offset or difference table are references */
};

/* The address of an offset, modulo 2^32: that of the segment that holds it, or of the one before
 * it; before the first segment that of the first. */
uint32_t fwd_frame_address(const struct fwd_frame *frame, uint32_t offset);

/* The offset of an address; false: no segment holds it. Up to `tail` bytes after the last segment
 * are taken for it. */
bool fwd_frame_offset(
    const struct fwd_frame *frame, uint32_t address, uint32_t tail, uint32_t *offset);

/* Is an address in a data window? */
bool fwd_frames_data(const struct fwd_frames *frames, uint32_t address);

#endif
