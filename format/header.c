#include "format/header.h"

#include "format/cursor.h"
#include "format/limits.h"

#include <string.h>

static const uint8_t magic[3] = {'F', 'W', 'D'};

void fwd_header_encode(const struct fwd_header *header, uint8_t *out)
{
    struct fwd_writer w = fwd_writer_over(out, FWD_HEADER_SIZE);

    fwd_write_bytes(&w, magic, sizeof magic);
    fwd_write_u8(&w, header->kind);
    fwd_write_u8(&w, (uint8_t)(header->major << 4 | header->minor));
    fwd_write_le16(&w, header->manifest_size);
    fwd_write_le32(&w, header->payload_size);
    fwd_write_bytes(&w, header->payload_digest, FWD_DIGEST_SIZE);
}

enum fwd_reason fwd_header_decode(const uint8_t *bytes, size_t size, struct fwd_header *header)
{
    struct fwd_reader r = fwd_reader_over(bytes, size);

    *header = (struct fwd_header){0};
    if (size < FWD_HEADER_SIZE)
        return FWD_E_TOO_SHORT;
    if (memcmp(fwd_read_bytes(&r, sizeof magic), magic, sizeof magic) != 0)
        return FWD_E_BAD_MAGIC;
    header->kind = fwd_read_u8(&r);
    uint8_t version = fwd_read_u8(&r);
    header->major = version >> 4;
    header->minor = version & 0x0F;
    header->manifest_size = fwd_read_le16(&r);
    header->payload_size = fwd_read_le32(&r);
    header->payload_digest = fwd_read_bytes(&r, FWD_DIGEST_SIZE);
    if (header->kind != FWD_KIND_DELTA && header->kind != FWD_KIND_FULL &&
        header->kind != FWD_KIND_TRUST)
        return FWD_E_UNKNOWN_KIND;
    if (header->major != FWD_FORMAT_MAJOR)
        return FWD_E_FORMAT_VERSION;
    if (header->manifest_size > FWD_CONFIG_SIGNED - FWD_HEADER_SIZE)
        return FWD_E_MANIFEST_SIZE;
    return FWD_OK;
}
