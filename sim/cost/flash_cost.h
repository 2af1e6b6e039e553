/* What an update cost the flash, measured by the simulator, and the least that any update could
 * cost that leaves the same content: each block that changes erased once, its bytes programmed
 * once, and those bytes saved once that it takes out of itself. */
#ifndef FWD_SIM_COST_FLASH_COST_H
#define FWD_SIM_COST_FLASH_COST_H

#include "sim/device/machine.h"

#include <stdio.h>

/* A part of an update: operations (erases, program units), bytes and time, without the version
 * area's time. */
struct fwd_flash_part {
    uint64_t erases, programs, programmed, nanoseconds;
};

struct fwd_flash_cost {
    uint64_t erases, programmed; /* of all areas; bytes */
    uint32_t erases_max;         /* of one block */
    uint32_t area_erases[FWD_AREA_COUNT], area_erases_max[FWD_AREA_COUNT];
    /* Bytes programmed; saved blocks count as scratch, also those in spare staging room. */
    uint64_t slots, package, staging, scratch, journal, version;
    uint64_t spare; /* of scratch: in spare staging room */
    uint32_t staged_bytes, staging_room;
    uint32_t steps, scratch_uses;
    uint32_t journal_records;  /* slots of the journal that were programmed */
    uint32_t changed_blocks;   /* of slots: their content differs */
    uint32_t unchanged_erased; /* blocks that were erased although their content stayed */
    uint64_t changed_bytes;    /* in changed blocks, without the erased rest */
    uint64_t self_read_bytes;  /* that steps take out of the block they overwrite */
    bool partial; /* steps staged before this power cycle: self_read_bytes is unknown */
    /* By the description's times: of everything, and of parts of it. */
    uint64_t nanoseconds;
    uint64_t hash_ns, decode_ns;
    uint64_t version_ns; /* of the version area and the system tables */
    /* Since FWD_FLASH_ASKED, and since FWD_FLASH_ACTS; acts: that was marked. */
    struct fwd_flash_part rehearsal, action;
    bool acts;
};

/* Bytes programmed without package and staging, in thousandths of the least possible. 0: nothing
 * changed, or it is partial. */
uint32_t fwd_flash_cost_ratio(const struct fwd_flash_cost *cost);

struct fwd_flash_meter; /* the state of a flash before an update */

/* NULL: no memory. */
struct fwd_flash_meter *fwd_flash_cost_begin(const struct fwd_machine *machine);
/* Moments of an update. Each counts the first time that it is marked. */
enum fwd_flash_moment {
    FWD_FLASH_ASKED, /* the package is there: the rehearsal begins */
    FWD_FLASH_ACTS,  /* the rehearsal is over: firmware in place, or the switch, is next */
    FWD_FLASH_MOMENTS
};
/* meter may be NULL. */
void fwd_flash_cost_mark(struct fwd_flash_meter *meter, enum fwd_flash_moment moment,
    const struct fwd_machine *machine, const struct fwd_update *update);
/* What has happened since. update: of the last power cycle, or NULL when nothing was installed. */
void fwd_flash_cost_end(const struct fwd_flash_meter *progress, const struct fwd_machine *machine,
    const struct fwd_update *update, struct fwd_flash_cost *cost);
/* Erases of one block since the meter was begun. */
uint32_t fwd_flash_cost_erases(const struct fwd_flash_meter *progress,
    const struct fwd_machine *machine, uint16_t area, uint32_t block);
/* Instructions for each KiB that was decoded (fwd_decode_cost_ns()). meter may be NULL. */
uint64_t fwd_flash_cost_decode_rate(
    const struct fwd_flash_meter *meter, const struct fwd_update *update);
void fwd_flash_cost_free(struct fwd_flash_meter *progress);

/* Nanoseconds of hashing so many bytes on this device. */
uint64_t fwd_flash_cost_hash_ns(const struct fwd_device_description *device, uint64_t bytes);

void fwd_flash_cost_print(FILE *out, const struct fwd_flash_cost *cost);

#endif
