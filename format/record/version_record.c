#include "format/record/version_record.h"

#include <string.h>

#include "format/crc32.h"
#include "format/cursor.h"
#include "format/text.h"

static const uint8_t magic[4] = {'F', 'W', 'V', '1'};
static const uint8_t reserved[3];

enum { CRC_SIZE = 4, TOTAL_AT = 8 };

static bool entry_valid(const struct fwd_version_entry *entry)
{
    return fwd_text_is_name(entry->name) && entry->version.size <= FWD_VERSION_MAX &&
           fwd_text_printable(entry->version) && entry->slot <= 1;
}

static void entry_write(struct fwd_writer *w, const struct fwd_version_entry *entry)
{
    if (!entry_valid(entry) || !entry->digest) {
        w->failed = true;
        return;
    }
    fwd_text_write(w, entry->name);
    fwd_text_write(w, entry->version);
    fwd_write_u8(w, entry->slot);
    fwd_write_le32(w, entry->size);
    fwd_write_bytes(w, entry->digest, FWD_DIGEST_SIZE);
}

static bool entry_read(struct fwd_reader *r, struct fwd_version_entry *entry)
{
    entry->name = fwd_text_read(r);
    entry->version = fwd_text_read(r);
    entry->slot = fwd_read_u8(r);
    entry->size = fwd_read_le32(r);
    entry->digest = fwd_read_bytes(r, FWD_DIGEST_SIZE);
    return !r->failed && entry_valid(entry);
}

size_t fwd_version_record_encode(const struct fwd_version_record *record, uint8_t *out, size_t size)
{
    struct fwd_writer w = fwd_writer_over(out, size);

    if (record->count == 0 || record->count > FWD_COMPONENTS_MAX)
        return 0;
    fwd_write_bytes(&w, magic, sizeof magic);
    fwd_write_le32(&w, record->sequence);
    fwd_write_le32(&w, 0); /* the total, once it is known */
    fwd_write_u8(&w, record->count);
    fwd_write_bytes(&w, reserved, sizeof reserved);
    for (uint8_t i = 0; i < record->count; i++)
        entry_write(&w, &record->entries[i]);
    if (w.failed || size - w.at < CRC_SIZE)
        return 0;

    struct fwd_writer total = fwd_writer_over(out + TOTAL_AT, 4);
    fwd_write_le32(&total, (uint32_t)w.at + CRC_SIZE);
    fwd_write_le32(&w, fwd_crc32(0, out, w.at));
    return w.at;
}

/* Reads the fixed head; the count only says how many entries to expect, the CRC comes first. */
static bool head_read(struct fwd_reader *r, uint32_t *sequence, uint32_t *total, uint8_t *count)
{
    const uint8_t *start = fwd_read_bytes(r, sizeof magic);

    *sequence = fwd_read_le32(r);
    *total = fwd_read_le32(r);
    *count = fwd_read_u8(r);
    const uint8_t *zero = fwd_read_bytes(r, sizeof reserved);
    if (r->failed || memcmp(start, magic, sizeof magic) != 0 ||
        memcmp(zero, reserved, sizeof reserved) != 0)
        return false;
    return *count >= 1 && *count <= FWD_COMPONENTS_MAX &&
           *total >= FWD_VERSION_HEAD_SIZE + CRC_SIZE && *total <= FWD_VERSION_RECORD_MAX;
}

bool fwd_version_record_head(const uint8_t *bytes, uint32_t *sequence, uint32_t *total)
{
    struct fwd_reader r = fwd_reader_over(bytes, FWD_VERSION_HEAD_SIZE);
    uint8_t count;

    return head_read(&r, sequence, total, &count);
}

bool fwd_version_record_decode(const uint8_t *bytes, size_t size, struct fwd_version_record *record)
{
    struct fwd_reader r = fwd_reader_over(bytes, size);
    uint32_t total;

    *record = (struct fwd_version_record){0};
    if (!head_read(&r, &record->sequence, &total, &record->count) || total > size)
        return false;
    struct fwd_reader tail = fwd_reader_over(bytes + total - CRC_SIZE, CRC_SIZE);
    if (fwd_read_le32(&tail) != fwd_crc32(0, bytes, total - CRC_SIZE))
        return false;

    r.size = total - CRC_SIZE;
    for (uint8_t i = 0; i < record->count; i++) {
        if (!entry_read(&r, &record->entries[i]))
            return false;
    }
    return fwd_reader_left(&r) == 0;
}
