#include "format/manifest.h"

#include "format/cursor.h"

bool fwd_manifest_walk(const uint8_t *bytes, size_t size, size_t *at, struct fwd_entry *entry)
{
    if (*at >= size)
        return false;
    struct fwd_reader r = fwd_reader_over(bytes + *at, size - *at);

    uint8_t type = fwd_read_u8(&r);
    entry->type = type & (uint8_t)~FWD_ENTRY_CRITICAL;
    entry->critical = (type & FWD_ENTRY_CRITICAL) != 0;
    entry->size = fwd_read_varint(&r);
    entry->head = *at;
    entry->offset = *at + r.at;
    entry->value = fwd_read_bytes(&r, entry->size);
    if (r.failed)
        return false;
    *at += r.at;
    return true;
}

bool fwd_image_digest_equal(const struct fwd_image *image, const uint8_t digest[FWD_DIGEST_SIZE])
{
    return image->digest_size >= FWD_SOURCE_DIGEST_SIZE && image->digest_size <= FWD_DIGEST_SIZE &&
           fwd_digest_equal(image->digest, digest, image->digest_size);
}
