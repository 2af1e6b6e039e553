#include "format/header.h"

#include "format/cursor.h"
#include "format/limits.h"

#include <string.h>

static const uint8_t magic[3] = {'F', 'W', 'D'};

enum {
    KIND_AT = 3,
    VERSION_AT = 4,
    MANIFEST_SIZE_AT = 5,
    PAYLOAD_SIZE_AT = 7,
    PAYLOAD_DIGEST_AT = 11
};

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
    *header = (struct fwd_header){0};
    if (size < FWD_HEADER_SIZE)
        return FWD_E_TOO_SHORT;
    if (memcmp(bytes, magic, sizeof magic) != 0)
        return FWD_E_BAD_MAGIC;
    header->kind = bytes[KIND_AT];
    header->major = bytes[VERSION_AT] >> 4;
    header->minor = bytes[VERSION_AT] & 0x0F;
    header->manifest_size = fwd_le16(bytes + MANIFEST_SIZE_AT);
    header->payload_size = fwd_le32(bytes + PAYLOAD_SIZE_AT);
    header->payload_digest = bytes + PAYLOAD_DIGEST_AT;
    if (header->kind != FWD_KIND_DELTA && header->kind != FWD_KIND_FULL &&
        header->kind != FWD_KIND_TRUST)
        return FWD_E_UNKNOWN_KIND;
    if (header->major != FWD_FORMAT_MAJOR)
        return FWD_E_FORMAT_VERSION;
    if (header->manifest_size > FWD_CONFIG_SIGNED - FWD_HEADER_SIZE)
        return FWD_E_MANIFEST_SIZE;
    return FWD_OK;
}
