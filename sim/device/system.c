#include "sim/device/system.h"

#include "format/crc32.h"
#include "format/cursor.h"
#include "verify/flash/area.h"

#include <string.h>

#define TABLE_MAX     2048u /* smallest erase block of the system area */
#define TABLE_VERSION 1u
#define CRC_SIZE      4u

static const char *const magics[FWD_SYSTEM_TABLES] = {"FWPT", "FWBB", "FWFS"};
static const enum fwd_reason reasons[FWD_SYSTEM_TABLES] = {
    FWD_E_PARTITION_TABLE, FWD_E_BAD_BLOCKS, FWD_E_FILE_SYSTEM};

uint32_t fwd_system_offset(
    const struct fwd_device_description *description, enum fwd_system_table table)
{
    return fwd_area_block(&description->areas[FWD_AREA_SYSTEM], (uint32_t)table).offset;
}

/* ---- contents -------------------------------------------------------------------------------- */

static void write_partitions(struct fwd_writer *w, const struct fwd_device_description *d)
{
    uint16_t count = 0;

    for (uint16_t id = 0; id < FWD_AREA_COUNT; id++)
        count = (uint16_t)(count + (d->areas[id].size > 0 ? 1 : 0));
    fwd_write_le16(w, count);
    for (uint16_t id = 0; id < FWD_AREA_COUNT; id++) {
        const struct fwd_area *area = &d->areas[id];

        if (area->size == 0)
            continue;
        fwd_write_le16(w, area->id);
        fwd_write_le16(w, area->chip);
        fwd_write_le32(w, area->address);
        fwd_write_le32(w, area->size);
    }
}

static void write_bad_blocks(
    struct fwd_writer *w, const struct fwd_device_description *d, uint16_t bad)
{
    uint32_t blocks = fwd_area_blocks(&d->areas[FWD_AREA_SLOTS]);

    fwd_write_le16(w, FWD_SYSTEM_SPARES);
    fwd_write_le16(w, bad);
    for (uint16_t i = 0; i < bad; i++) {
        fwd_write_le16(w, FWD_AREA_SLOTS);
        fwd_write_le32(w, i % blocks);
    }
}

static void write_file_store(struct fwd_writer *w, const struct fwd_device_description *d)
{
    fwd_write_le16(w, 0);
    fwd_write_le32(w, d->file_store_size);
}

/* Whole table with its CRC; 0 when it does not fit. */
static size_t encode(const struct fwd_device_description *d, enum fwd_system_table table,
    uint16_t bad, uint8_t out[TABLE_MAX])
{
    struct fwd_writer w = fwd_writer_over(out, TABLE_MAX);

    fwd_write_bytes(&w, magics[table], 4);
    fwd_write_le16(&w, TABLE_VERSION);
    if (table == FWD_SYSTEM_PARTITIONS)
        write_partitions(&w, d);
    else if (table == FWD_SYSTEM_BAD_BLOCKS)
        write_bad_blocks(&w, d, bad);
    else
        write_file_store(&w, d);
    fwd_write_le32(&w, fwd_crc32(0, out, w.at));
    return w.failed ? 0 : w.at;
}

bool fwd_system_write(
    const struct fwd_device_description *description, struct fwd_nor *nor, uint16_t bad)
{
    uint8_t bytes[TABLE_MAX];

    for (int i = 0; i < FWD_SYSTEM_TABLES; i++) {
        enum fwd_system_table table = (enum fwd_system_table)i;
        size_t size = encode(description, table, bad, bytes);

        if (size == 0 || !fwd_nor_poke(nor, FWD_AREA_SYSTEM, fwd_system_offset(description, table),
                             bytes, (uint32_t)size))
            return false;
    }
    return true;
}

/* ---- checks ---------------------------------------------------------------------------------- */

/* Bytes of a table by its count; TABLE_MAX + 1 when it cannot be. */
static size_t size_of(enum fwd_system_table table, const uint8_t head[12])
{
    struct fwd_reader r = fwd_reader_over(head, 12);

    (void)fwd_read_le32(&r);
    if (fwd_read_le16(&r) != TABLE_VERSION)
        return TABLE_MAX + 1;
    uint16_t first = fwd_read_le16(&r);
    if (table == FWD_SYSTEM_PARTITIONS)
        return 8 + (size_t)first * 12 + CRC_SIZE;
    if (table == FWD_SYSTEM_BAD_BLOCKS)
        return 10 + (size_t)fwd_read_le16(&r) * 6 + CRC_SIZE;
    return 12 + CRC_SIZE;
}

static bool crc_right(const uint8_t *bytes, size_t size)
{
    struct fwd_reader r = fwd_reader_over(bytes + size - CRC_SIZE, CRC_SIZE);

    return fwd_read_le32(&r) == fwd_crc32(0, bytes, size - CRC_SIZE);
}

static bool spares_left(const uint8_t *bytes)
{
    struct fwd_reader r = fwd_reader_over(bytes + 6, 4);
    uint16_t spares = fwd_read_le16(&r);

    return fwd_read_le16(&r) <= spares;
}

enum fwd_reason fwd_system_check(const struct fwd_device_description *description,
    const struct fwd_flash_port *flash, enum fwd_system_table table)
{
    const struct fwd_area *area = &description->areas[FWD_AREA_SYSTEM];
    uint8_t bytes[TABLE_MAX], expected[TABLE_MAX];

    if (flash->read(flash->ctx, area, fwd_system_offset(description, table), bytes, TABLE_MAX) !=
            FWD_IO_OK ||
        memcmp(bytes, magics[table], 4) != 0)
        return reasons[table];
    size_t size = size_of(table, bytes);
    if (size > TABLE_MAX || !crc_right(bytes, size))
        return reasons[table];
    if (table == FWD_SYSTEM_PARTITIONS &&
        (encode(description, table, 0, expected) != size || memcmp(bytes, expected, size) != 0))
        return reasons[table];
    if (table == FWD_SYSTEM_BAD_BLOCKS && !spares_left(bytes))
        return reasons[table];
    return FWD_OK;
}
