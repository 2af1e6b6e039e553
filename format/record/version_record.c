#include "format/record/version_record.h"

#include "format/crc32.h"
#include "format/cursor.h"
#include "format/text.h"

#include <string.h>

#define MAGIC 0x31565746u /* "FWV1" */

enum { CRC_SIZE = 4, TOTAL_AT = 8, HAS_BEFORE = 1, WHERE_SIZE = 3 };

static bool set_valid(const struct fwd_version_record *record, uint8_t set, uint8_t component)
{
    return set == FWD_VERSION_NO_SET ? component == 0
                                     : set < record->set_count && component < FWD_CONFIG_COMPONENTS;
}

/* ---- writing --------------------------------------------------------------------------------- */

static void where_write(struct fwd_writer *w, uint8_t slot, uint8_t set, uint8_t component)
{
    const uint8_t bytes[WHERE_SIZE] = {slot, set, component};

    fwd_write_bytes(w, bytes, sizeof bytes);
}

static void entry_write(struct fwd_writer *w, const struct fwd_version_entry *entry)
{
    if (entry->digest == NULL) {
        w->failed = true;
        return;
    }
    fwd_text_write(w, entry->name);
    fwd_text_write(w, entry->version);
    where_write(w, entry->slot, entry->set, entry->component);
    fwd_write_le32(w, entry->size);
    fwd_write_bytes(w, entry->digest, FWD_DIGEST_SIZE);
}

static void set_write(struct fwd_writer *w, const struct fwd_version_set *set)
{
    fwd_write_le16(w, set->signed_size);
    fwd_write_le16(w, set->sigblock_size);
    fwd_write_bytes(w, set->bytes, set->signed_size);
    fwd_write_bytes(w, set->sigblock, set->sigblock_size);
}

static void body_write(struct fwd_writer *w, const struct fwd_version_record *record)
{
    for (uint8_t i = 0; i < FWD_COMPONENTS(record->count); i++)
        entry_write(w, &record->entries[i]);
    for (uint8_t i = 0; record->has_before && i < FWD_COMPONENTS(record->count); i++) {
        const struct fwd_version_before *before = &record->before[i];
        where_write(w, before->slot, before->set, before->component);
    }
    for (uint8_t i = 0; i < record->set_count; i++)
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
    struct fwd_version_record same;
    struct fwd_writer w = fwd_writer_over(out, size);

    if (record->count > FWD_CONFIG_COMPONENTS || record->set_count > FWD_CONFIG_SETS)
        return 0;
    fwd_write_le32(&w, MAGIC);
    fwd_write_le32(&w, record->sequence);
    fwd_write_le32(&w, 0); /* the total, once it is known */
    fwd_write_u8(&w, record->count);
    fwd_write_u8(&w, record->set_count);
    fwd_write_le16(&w, record->has_before ? HAS_BEFORE : 0);
    body_write(&w, record);
    size_t total = w.at + FWD_VERSION_TAIL_SIZE;
    if (w.failed || total > size)
        return 0;

    struct fwd_writer at_total = fwd_writer_over(out + TOTAL_AT, 4);
    fwd_write_le32(&at_total, (uint32_t)total);
    fwd_version_record_seal(out, total, record->mac != NULL ? record->mac : no_mac);
    /* what cannot be read is outside the limits */
    return fwd_version_record_decode(out, total, &same) ? total : 0;
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool where_read(
    struct fwd_reader *r, const struct fwd_version_record *record, struct fwd_version_before *where)
{
    const uint8_t *bytes = fwd_read_bytes(r, WHERE_SIZE);

    if (bytes == NULL)
        return false;
    *where = (struct fwd_version_before){bytes[0], bytes[1], bytes[2]};
    return where->slot <= 1 && set_valid(record, where->set, where->component);
}

static bool entry_read(
    struct fwd_reader *r, const struct fwd_version_record *record, struct fwd_version_entry *entry)
{
    struct fwd_version_before where;

    fwd_text_read(r, &entry->name);
    fwd_text_read(r, &entry->version);
    if (!where_read(r, record, &where))
        return false;
    entry->slot = where.slot;
    entry->set = where.set;
    entry->component = where.component;
    entry->size = fwd_read_le32(r);
    entry->digest = fwd_read_bytes(r, FWD_DIGEST_SIZE);
    return entry->digest != NULL && fwd_text_is_name(entry->name) &&
           fwd_text_is_version(entry->version);
}

static bool set_read(struct fwd_reader *r, struct fwd_version_set *set)
{
    set->signed_size = fwd_read_le16(r);
    set->sigblock_size = fwd_read_le16(r);
    set->bytes = fwd_read_bytes(r, set->signed_size);
    set->sigblock = fwd_read_bytes(r, set->sigblock_size);
    return set->sigblock != NULL && set->signed_size > FWD_HEADER_SIZE &&
           set->signed_size <= FWD_CONFIG_SIGNED && set->sigblock_size >= FWD_SIGBLOCK_HEAD &&
           set->sigblock_size <= FWD_SIGBLOCK_MAX;
}

/* Reads the fixed head; the counts only say what to expect, the CRC comes first. */
static bool head_read(struct fwd_reader *r, struct fwd_version_record *record, uint32_t *total)
{
    uint32_t magic = fwd_read_le32(r);

    record->sequence = fwd_read_le32(r);
    *total = fwd_read_le32(r);
    record->count = fwd_read_u8(r);
    record->set_count = fwd_read_u8(r);
    uint16_t flags = fwd_read_le16(r);
    record->has_before = flags == HAS_BEFORE;
    return magic == MAGIC && flags <= HAS_BEFORE && record->sequence > 0 && record->count >= 1 &&
           record->count <= FWD_CONFIG_COMPONENTS && record->set_count <= FWD_CONFIG_SETS &&
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
        if (!where_read(r, record, &record->before[i]))
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
    if (fwd_le32(bytes + total - CRC_SIZE) != fwd_crc32(0, bytes, total - CRC_SIZE))
        return false;
    record->mac = bytes + total - FWD_VERSION_TAIL_SIZE;
    r.size = total - FWD_VERSION_TAIL_SIZE;
    return body_read(&r, record);
}
