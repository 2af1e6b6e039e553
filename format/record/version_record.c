#include "format/record/version_record.h"

#include "format/crc32.h"
#include "format/cursor.h"
#include "format/text.h"

#include <string.h>

static const uint8_t magic[4] = {'F', 'W', 'V', '1'};

enum { CRC_SIZE = 4, TOTAL_AT = 8, HAS_BEFORE = 1 };

static bool set_valid(const struct fwd_version_record *record, uint8_t set, uint8_t component)
{
    return set == FWD_VERSION_NO_SET ? component == 0
                                     : set < record->set_count && component < FWD_CONFIG_COMPONENTS;
}

static bool entry_valid(
    const struct fwd_version_record *record, const struct fwd_version_entry *entry)
{
    return fwd_text_is_name(entry->name) && entry->version.size <= FWD_VERSION_MAX &&
           fwd_text_printable(entry->version) && entry->slot <= 1 &&
           set_valid(record, entry->set, entry->component);
}

static bool before_valid(
    const struct fwd_version_record *record, const struct fwd_version_before *before)
{
    return before->slot <= 1 && set_valid(record, before->set, before->component);
}

static bool sizes_valid(const struct fwd_version_set *set)
{
    return set->signed_size > FWD_HEADER_SIZE && set->signed_size <= FWD_CONFIG_SIGNED &&
           set->sigblock_size >= FWD_SIGBLOCK_HEAD && set->sigblock_size <= FWD_SIGBLOCK_MAX;
}

/* ---- writing --------------------------------------------------------------------------------- */

static void entry_write(struct fwd_writer *w, const struct fwd_version_record *record,
    const struct fwd_version_entry *entry)
{
    if (!entry_valid(record, entry) || entry->digest == NULL) {
        w->failed = true;
        return;
    }
    fwd_text_write(w, entry->name);
    fwd_text_write(w, entry->version);
    fwd_write_u8(w, entry->slot);
    fwd_write_u8(w, entry->set);
    fwd_write_u8(w, entry->component);
    fwd_write_le32(w, entry->size);
    fwd_write_bytes(w, entry->digest, FWD_DIGEST_SIZE);
}

static void before_write(struct fwd_writer *w, const struct fwd_version_record *record, uint8_t i)
{
    const struct fwd_version_before *before = &record->before[i];

    if (!before_valid(record, before))
        w->failed = true;
    fwd_write_u8(w, before->slot);
    fwd_write_u8(w, before->set);
    fwd_write_u8(w, before->component);
}

static void set_write(struct fwd_writer *w, const struct fwd_version_set *set)
{
    if (!sizes_valid(set)) {
        w->failed = true;
        return;
    }
    fwd_write_le16(w, set->signed_size);
    fwd_write_le16(w, set->sigblock_size);
    fwd_write_bytes(w, set->bytes, set->signed_size);
    fwd_write_bytes(w, set->sigblock, set->sigblock_size);
}

static void body_write(struct fwd_writer *w, const struct fwd_version_record *record)
{
    for (uint8_t i = 0; i < FWD_COMPONENTS(record->count) && !w->failed; i++)
        entry_write(w, record, &record->entries[i]);
    for (uint8_t i = 0; record->has_before && i < FWD_COMPONENTS(record->count) && !w->failed; i++)
        before_write(w, record, i);
    for (uint8_t i = 0; i < record->set_count && !w->failed; i++)
        set_write(w, &record->sets[i]);
}

void fwd_version_record_seal(uint8_t *bytes, size_t size, const uint8_t *mac)
{
    struct fwd_writer crc = fwd_writer_over(bytes + size - CRC_SIZE, CRC_SIZE);

    memcpy(bytes + size - FWD_VERSION_TAIL_SIZE, mac, FWD_VERSION_MAC_SIZE);
    fwd_write_le32(&crc, fwd_crc32(0, bytes, size - CRC_SIZE));
}

size_t fwd_version_record_encode(const struct fwd_version_record *record, uint8_t *out, size_t size)
{
    static const uint8_t no_mac[FWD_VERSION_MAC_SIZE];
    struct fwd_writer w = fwd_writer_over(out, size);

    if (record->count == 0 || record->count > FWD_CONFIG_COMPONENTS ||
        record->set_count > FWD_CONFIG_SETS || record->sequence == 0)
        return 0;
    fwd_write_bytes(&w, magic, sizeof magic);
    fwd_write_le32(&w, record->sequence);
    fwd_write_le32(&w, 0); /* the total, once it is known */
    fwd_write_u8(&w, record->count);
    fwd_write_u8(&w, record->set_count);
    fwd_write_u8(&w, record->has_before ? HAS_BEFORE : 0);
    fwd_write_u8(&w, 0);
    body_write(&w, record);
    size_t total = w.at + FWD_VERSION_TAIL_SIZE;
    if (w.failed || total > size || total > FWD_VERSION_RECORD_MAX)
        return 0;

    struct fwd_writer at_total = fwd_writer_over(out + TOTAL_AT, 4);
    fwd_write_le32(&at_total, (uint32_t)total);
    fwd_version_record_seal(out, total, record->mac != NULL ? record->mac : no_mac);
    return total;
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool entry_read(
    struct fwd_reader *r, const struct fwd_version_record *record, struct fwd_version_entry *entry)
{
    entry->name = fwd_text_read(r);
    entry->version = fwd_text_read(r);
    entry->slot = fwd_read_u8(r);
    entry->set = fwd_read_u8(r);
    entry->component = fwd_read_u8(r);
    entry->size = fwd_read_le32(r);
    entry->digest = fwd_read_bytes(r, FWD_DIGEST_SIZE);
    return !r->failed && entry_valid(record, entry);
}

static bool before_read(struct fwd_reader *r, struct fwd_version_record *record, uint8_t i)
{
    struct fwd_version_before *before = &record->before[i];

    before->slot = fwd_read_u8(r);
    before->set = fwd_read_u8(r);
    before->component = fwd_read_u8(r);
    return !r->failed && before_valid(record, before);
}

static bool set_read(struct fwd_reader *r, struct fwd_version_set *set)
{
    set->signed_size = fwd_read_le16(r);
    set->sigblock_size = fwd_read_le16(r);
    if (r->failed || !sizes_valid(set))
        return false;
    set->bytes = fwd_read_bytes(r, set->signed_size);
    set->sigblock = fwd_read_bytes(r, set->sigblock_size);
    return !r->failed;
}

/* Reads the fixed head; the counts only say what to expect, the CRC comes first. */
static bool head_read(struct fwd_reader *r, struct fwd_version_record *record, uint32_t *total)
{
    const uint8_t *start = fwd_read_bytes(r, sizeof magic);

    record->sequence = fwd_read_le32(r);
    *total = fwd_read_le32(r);
    record->count = fwd_read_u8(r);
    record->set_count = fwd_read_u8(r);
    uint8_t flags = fwd_read_u8(r), reserved = fwd_read_u8(r);
    record->has_before = (flags & HAS_BEFORE) != 0;
    if (r->failed || memcmp(start, magic, sizeof magic) != 0 || (flags & ~HAS_BEFORE) != 0 ||
        reserved != 0)
        return false;
    return record->sequence > 0 && record->count >= 1 && record->count <= FWD_CONFIG_COMPONENTS &&
           record->set_count <= FWD_CONFIG_SETS &&
           *total >= FWD_VERSION_HEAD_SIZE + FWD_VERSION_TAIL_SIZE &&
           *total <= FWD_VERSION_RECORD_MAX;
}

bool fwd_version_record_head(const uint8_t *bytes, uint32_t *sequence, uint32_t *total)
{
    struct fwd_reader r = fwd_reader_over(bytes, FWD_VERSION_HEAD_SIZE);
    struct fwd_version_record head;

    bool valid = head_read(&r, &head, total);
    *sequence = head.sequence;
    return valid;
}

static bool body_read(struct fwd_reader *r, struct fwd_version_record *record)
{
    for (uint8_t i = 0; i < FWD_COMPONENTS(record->count); i++) {
        if (!entry_read(r, record, &record->entries[i]))
            return false;
    }
    for (uint8_t i = 0; record->has_before && i < FWD_COMPONENTS(record->count); i++) {
        if (!before_read(r, record, i))
            return false;
    }
    for (uint8_t i = 0; i < record->set_count; i++) {
        if (!set_read(r, &record->sets[i]))
            return false;
    }
    return fwd_reader_left(r) == 0;
}

bool fwd_version_record_decode(const uint8_t *bytes, size_t size, struct fwd_version_record *record)
{
    struct fwd_reader r = fwd_reader_over(bytes, size);
    uint32_t total;

    memset(record, 0, sizeof *record);
    if (!head_read(&r, record, &total) || total > size)
        return false;
    struct fwd_reader tail = fwd_reader_over(bytes + total - CRC_SIZE, CRC_SIZE);
    if (fwd_read_le32(&tail) != fwd_crc32(0, bytes, total - CRC_SIZE))
        return false;
    record->mac = bytes + total - FWD_VERSION_TAIL_SIZE;
    r.size = total - FWD_VERSION_TAIL_SIZE;
    return body_read(&r, record);
}
