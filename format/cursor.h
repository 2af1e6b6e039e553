/* Bounded byte cursors. A reader or writer never leaves its bytes; the first attempt to do so sets
 * `failed`, and from then on every read gives 0 and every write does nothing. A parser reads the
 * fields in the order of SPEC.md and looks at `failed` once. All integers are little-endian. */
#ifndef FWD_FORMAT_CURSOR_H
#define FWD_FORMAT_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fwd_reader {
    const uint8_t *bytes;
    size_t size;
    size_t at;
    bool failed;
};

struct fwd_reader fwd_reader_over(const void *bytes, size_t size);
size_t fwd_reader_left(const struct fwd_reader *r);
uint8_t fwd_read_u8(struct fwd_reader *r);
uint16_t fwd_read_le16(struct fwd_reader *r);
uint32_t fwd_read_le32(struct fwd_reader *r);
uint64_t fwd_read_le64(struct fwd_reader *r);
/* Pointer into the reader's bytes, or NULL (and failed) when fewer than size are left. */
const uint8_t *fwd_read_bytes(struct fwd_reader *r, size_t size);
/* Unsigned LEB128 of at most 5 bytes and 32 bits; an encoding that is not minimal fails. */
uint32_t fwd_read_varint(struct fwd_reader *r);

/* Of bytes of a fixed layout, which are all there. */
uint16_t fwd_le16(const uint8_t *bytes);
uint32_t fwd_le32(const uint8_t *bytes);

struct fwd_writer {
    uint8_t *bytes; /* NULL: only count */
    size_t size;    /* room */
    size_t at;
    bool failed;
};

struct fwd_writer fwd_writer_over(void *bytes, size_t size);
void fwd_write_u8(struct fwd_writer *w, uint8_t value);
void fwd_write_le16(struct fwd_writer *w, uint16_t value);
void fwd_write_le32(struct fwd_writer *w, uint32_t value);
void fwd_write_le64(struct fwd_writer *w, uint64_t value);
void fwd_write_bytes(struct fwd_writer *w, const void *bytes, size_t size);
void fwd_write_varint(struct fwd_writer *w, uint32_t value);

/* Zigzag: 0, -1, 1, -2, ... as 0, 1, 2, 3, ... */
uint32_t fwd_zigzag(int32_t value);
int32_t fwd_unzigzag(uint32_t value);

/* Compares digests in a time that does not depend on where they differ. */
bool fwd_digest_equal(const uint8_t *a, const uint8_t *b, size_t size);

#endif
