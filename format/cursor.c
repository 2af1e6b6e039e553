#include "format/cursor.h"

#include <string.h>

struct fwd_reader fwd_reader_over(const void *bytes, size_t size)
{
    return (struct fwd_reader){.bytes = bytes, .size = size, .at = 0, .failed = false};
}

size_t fwd_reader_left(const struct fwd_reader *r)
{
    return r->failed ? 0 : r->size - r->at;
}

const uint8_t *fwd_read_bytes(struct fwd_reader *r, size_t size)
{
    if (r->failed || r->size - r->at < size) {
        r->failed = true;
        return NULL;
    }
    const uint8_t *bytes = r->bytes + r->at;
    r->at += size;
    return bytes;
}

uint16_t fwd_le16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] | bytes[1] << 8);
}

uint32_t fwd_le32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

uint8_t fwd_read_u8(struct fwd_reader *r)
{
    const uint8_t *bytes = fwd_read_bytes(r, 1);

    return bytes != NULL ? *bytes : 0;
}

uint16_t fwd_read_le16(struct fwd_reader *r)
{
    const uint8_t *bytes = fwd_read_bytes(r, 2);

    return bytes != NULL ? fwd_le16(bytes) : 0;
}

uint32_t fwd_read_le32(struct fwd_reader *r)
{
    const uint8_t *bytes = fwd_read_bytes(r, 4);

    return bytes != NULL ? fwd_le32(bytes) : 0;
}

uint64_t fwd_read_le64(struct fwd_reader *r)
{
    const uint8_t *bytes = fwd_read_bytes(r, 8);

    return bytes != NULL ? fwd_le32(bytes) | (uint64_t)fwd_le32(bytes + 4) << 32 : 0;
}

uint32_t fwd_read_varint(struct fwd_reader *r)
{
    uint32_t value = 0;

    for (unsigned shift = 0; shift < 35; shift += 7) {
        uint8_t byte = fwd_read_u8(r);
        if (shift == 28 && byte > 0x0F)
            break; /* more than 32 bits */
        value |= (uint32_t)(byte & 0x7F) << shift;
        if (byte & 0x80)
            continue;
        if (byte == 0 && shift > 0)
            break; /* not minimal */
        return r->failed ? 0 : value;
    }
    r->failed = true;
    return 0;
}

struct fwd_writer fwd_writer_over(void *bytes, size_t size)
{
    return (struct fwd_writer){.bytes = bytes, .size = size, .at = 0, .failed = false};
}

void fwd_write_bytes(struct fwd_writer *w, const void *bytes, size_t size)
{
    if (w->failed || w->size - w->at < size) {
        w->failed = true;
        return;
    }
    if (w->bytes != NULL && size > 0)
        memcpy(w->bytes + w->at, bytes, size);
    w->at += size;
}

static void write_le(struct fwd_writer *w, uint32_t value, size_t size)
{
    uint8_t bytes[4];

    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
    fwd_write_bytes(w, bytes, size);
}

void fwd_write_u8(struct fwd_writer *w, uint8_t value)
{
    write_le(w, value, 1);
}

void fwd_write_le16(struct fwd_writer *w, uint16_t value)
{
    write_le(w, value, 2);
}

void fwd_write_le32(struct fwd_writer *w, uint32_t value)
{
    write_le(w, value, 4);
}

void fwd_write_le64(struct fwd_writer *w, uint64_t value)
{
    uint8_t bytes[8];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
    fwd_write_bytes(w, bytes, sizeof bytes);
}

void fwd_write_varint(struct fwd_writer *w, uint32_t value)
{
    while (value > 0x7F) {
        fwd_write_u8(w, (uint8_t)(value | 0x80));
        value >>= 7;
    }
    fwd_write_u8(w, (uint8_t)value);
}

uint32_t fwd_zigzag(int32_t value)
{
    uint32_t u = (uint32_t)value;

    return u << 1 ^ (value < 0 ? UINT32_MAX : 0);
}

int32_t fwd_unzigzag(uint32_t value)
{
    uint32_t u = value >> 1 ^ (value & 1 ? UINT32_MAX : 0);

    return u <= INT32_MAX ? (int32_t)u : -(int32_t)(UINT32_MAX - u) - 1;
}

bool fwd_digest_equal(const uint8_t *a, const uint8_t *b, size_t size)
{
    uint8_t difference = 0;

    for (size_t i = 0; i < size; i++)
        difference |= (uint8_t)(a[i] ^ b[i]);
    return difference == 0;
}
