/* What a device keeps in its system area besides firmware, so that codes 132, 134 and 145 come
 * from real damage: each table has an erase block of its own (block 0, 1, 2 of the area).
 *
 *     partition table  "FWPT" | u16 version 1 | u16 count | count * {u16 id, u16 chip,
 *                      u32 address, u32 size} | CRC-32
 *     bad-block table  "FWBB" | u16 version 1 | u16 spare blocks | u16 bad blocks |
 *                      bad * {u16 area, u32 block} | CRC-32
 *     file store       "FWFS" | u16 version 1 | u16 zero | u32 size | CRC-32
 */
#ifndef FWD_SIM_DEVICE_SYSTEM_H
#define FWD_SIM_DEVICE_SYSTEM_H

#include "sim/device/description.h"

enum fwd_system_table {
    FWD_SYSTEM_PARTITIONS,
    FWD_SYSTEM_BAD_BLOCKS,
    FWD_SYSTEM_FILE_STORE,
    FWD_SYSTEM_TABLES
};

#define FWD_SYSTEM_SPARES 16u /* spare blocks of a new device */

/* Factory: writes the three tables. bad: number of blocks to list as bad. */
bool fwd_system_write(
    const struct fwd_device_description *description, struct fwd_nor *nor, uint16_t bad);

/* Offset of a table in the system area: for tools that damage it. */
uint32_t fwd_system_offset(
    const struct fwd_device_description *description, enum fwd_system_table table);

/* Reads and checks a table as a device does when it starts. FWD_OK, or FWD_E_PARTITION_TABLE (also
 * when it is not that of the description), FWD_E_BAD_BLOCKS (also when more blocks are bad than
 * there are spares), FWD_E_FILE_SYSTEM. */
FWD_MUST_USE enum fwd_reason fwd_system_check(const struct fwd_device_description *description,
    const struct fwd_flash_port *flash, enum fwd_system_table table);

#endif
