/* An .xz stream without compression, so that its bytes do not depend on a version of liblzma. */
#include "format/crc32.h"
#include "tests/vectors/vector_draft.h"

#define XZ_FLAGS_NONE    0u /* no check */
#define XZ_BLOCK_HEADER  12u
#define XZ_FILTER_LZMA2  0x21u
#define XZ_DICTIONARY    0u /* code of 4096 bytes */
#define LZMA2_END        0u
#define LZMA2_RESET_COPY 1u /* reset the dictionary, then uncompressed bytes */

static void pad(struct fwd_writer *w, size_t start)
{
    while ((w->at - start) % 4 != 0)
        fwd_write_u8(w, 0);
}

/* CRC-32 of what was written since start. */
static void seal(struct fwd_writer *w, size_t start)
{
    if (!w->failed)
        fwd_write_le32(w, fwd_crc32(0, w->bytes + start, w->at - start));
}

static void write_flags(struct fwd_writer *w)
{
    fwd_write_u8(w, 0);
    fwd_write_u8(w, XZ_FLAGS_NONE);
}

static void write_stream_header(struct fwd_writer *w)
{
    static const uint8_t magic[] = {0xFD, '7', 'z', 'X', 'Z', 0};

    fwd_write_bytes(w, magic, sizeof magic);
    size_t start = w->at;
    write_flags(w);
    seal(w, start);
}

/* Returns the unpadded size, which the index names. */
static uint32_t write_block(struct fwd_writer *w, const uint8_t *bytes, uint32_t size)
{
    size_t start = w->at;

    fwd_write_u8(w, XZ_BLOCK_HEADER / 4 - 1);
    fwd_write_u8(w, 0); /* one filter, no sizes */
    fwd_write_u8(w, XZ_FILTER_LZMA2);
    fwd_write_u8(w, 1); /* bytes of its properties */
    fwd_write_u8(w, XZ_DICTIONARY);
    pad(w, start);
    seal(w, start);
    if (size > 0) {
        fwd_write_u8(w, LZMA2_RESET_COPY);
        fwd_write_u8(w, (uint8_t)((size - 1) >> 8));
        fwd_write_u8(w, (uint8_t)(size - 1));
        fwd_write_bytes(w, bytes, size);
    }
    fwd_write_u8(w, LZMA2_END);
    uint32_t unpadded = (uint32_t)(w->at - start);
    pad(w, start);
    return unpadded;
}

static void write_index(struct fwd_writer *w, uint32_t unpadded, uint32_t size)
{
    size_t start = w->at;

    fwd_write_u8(w, 0);
    fwd_write_varint(w, 1); /* blocks */
    fwd_write_varint(w, unpadded);
    fwd_write_varint(w, size);
    pad(w, start);
    seal(w, start);
}

static void write_footer(struct fwd_writer *w, size_t index_size)
{
    uint8_t body[6];
    struct fwd_writer sealed = fwd_writer_over(body, sizeof body);

    fwd_write_le32(&sealed, (uint32_t)(index_size / 4 - 1));
    write_flags(&sealed);
    fwd_write_le32(w, fwd_crc32(0, body, sizeof body));
    fwd_write_bytes(w, body, sizeof body);
    fwd_write_u8(w, 'Y');
    fwd_write_u8(w, 'Z');
}

void vector_xz(struct fwd_writer *w, const uint8_t *bytes, uint32_t size)
{
    write_stream_header(w);
    uint32_t unpadded = write_block(w, bytes, size);
    size_t index = w->at;
    write_index(w, unpadded, size);
    write_footer(w, w->at - index);
}
