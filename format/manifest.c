#include "format/manifest.h"

#include "format/cursor.h"

bool fwd_manifest_walk(const uint8_t *bytes, size_t size, size_t *at, struct fwd_entry *entry)
{
    if (*at >= size)
        return false;
    struct fwd_reader r = fwd_reader_over(bytes + *at, size - *at);

    uint16_t type = fwd_read_le16(&r);
    entry->type = type & (uint16_t)~FWD_ENTRY_CRITICAL;
    entry->critical = (type & FWD_ENTRY_CRITICAL) != 0;
    entry->size = fwd_read_le16(&r);
    entry->offset = *at + r.at;
    entry->value = fwd_read_bytes(&r, entry->size);
    if (r.failed)
        return false;
    *at += r.at;
    return true;
}
