#include "format/sigblock.h"

#include "format/crc32.h"
#include "format/cursor.h"

enum { CRC_AT = 2 };

/* Of all bytes but its own. */
static uint32_t block_crc(const uint8_t *block, size_t size)
{
    uint32_t crc = fwd_crc32(0, block, CRC_AT);

    return fwd_crc32(crc, block + FWD_SIGBLOCK_HEAD, size - FWD_SIGBLOCK_HEAD);
}

uint32_t fwd_sigblock_size(const struct fwd_signature *signatures, uint8_t count)
{
    uint32_t size = FWD_SIGBLOCK_HEAD;

    for (uint8_t i = 0; i < count; i++)
        size += FWD_SIGNATURE_HEAD + signatures[i].size;
    return size;
}

static bool signatures_valid(const struct fwd_signature *signatures, uint8_t count)
{
    if (count > FWD_CONFIG_SIGNATURES)
        return false;
    for (uint8_t i = 0; i < count; i++) {
        if (signatures[i].size == 0 || signatures[i].size > FWD_SIGNATURE_MAX)
            return false;
    }
    return fwd_sigblock_size(signatures, count) <= FWD_SIGBLOCK_MAX;
}

bool fwd_sigblock_encode(
    const struct fwd_signature *signatures, uint8_t count, uint8_t *out, size_t size)
{
    struct fwd_writer w = fwd_writer_over(out, size);

    if (!signatures_valid(signatures, count))
        return false;
    uint32_t block_size = fwd_sigblock_size(signatures, count);

    fwd_write_le16(&w, (uint16_t)block_size);
    fwd_write_le32(&w, 0); /* the CRC, once the rest is there */
    for (uint8_t i = 0; i < count; i++) {
        fwd_write_u8(&w, signatures[i].algorithm);
        fwd_write_bytes(&w, signatures[i].key_id, FWD_KEY_ID_SIZE);
        fwd_write_le16(&w, (uint16_t)signatures[i].size);
        fwd_write_bytes(&w, signatures[i].bytes, signatures[i].size);
    }
    if (w.failed)
        return false;
    struct fwd_writer crc = fwd_writer_over(out + CRC_AT, 4);
    fwd_write_le32(&crc, block_crc(out, block_size));
    return true;
}

enum fwd_reason fwd_sigblock_head(const uint8_t *bytes, size_t size, uint32_t *block_size)
{
    *block_size = size >= CRC_AT ? fwd_le16(bytes) : 0;
    return *block_size >= FWD_SIGBLOCK_HEAD && *block_size <= FWD_SIGBLOCK_MAX
               ? FWD_OK
               : FWD_E_SIGBLOCK_SIZE;
}

/* One entry; its length is hostile: it is bounded before the bytes are taken. */
static bool signature_read(struct fwd_reader *r, struct fwd_signature *signature)
{
    const uint8_t *head = fwd_read_bytes(r, FWD_SIGNATURE_HEAD);

    if (head == NULL)
        return false;
    signature->algorithm = head[0];
    signature->key_id = head + 1;
    signature->size = fwd_le16(head + 1 + FWD_KEY_ID_SIZE);
    signature->bytes = fwd_read_bytes(r, signature->size);
    return signature->bytes != NULL && signature->size > 0 && signature->size <= FWD_SIGNATURE_MAX;
}

enum fwd_reason fwd_sigblock_decode(const uint8_t *bytes, size_t size, struct fwd_sigblock *block)
{
    struct fwd_reader r = fwd_reader_over(bytes, size);

    *block = (struct fwd_sigblock){0};
    enum fwd_reason reason = fwd_sigblock_head(bytes, size, &block->block_size);
    if (reason != FWD_OK)
        return reason;
    if (block->block_size != size)
        return FWD_E_SIGBLOCK_SIZE;
    (void)fwd_read_bytes(&r, FWD_SIGBLOCK_HEAD);
    while (fwd_reader_left(&r) > 0) {
        if (block->count == FWD_CONFIG_SIGNATURES ||
            !signature_read(&r, &block->signatures[block->count]))
            return FWD_E_SIGBLOCK_SIZE;
        block->count++;
    }
    return block_crc(bytes, size) == fwd_le32(bytes + CRC_AT) ? FWD_OK : FWD_E_BAD_SIGNATURE;
}
