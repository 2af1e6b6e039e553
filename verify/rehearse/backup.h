/* Where old blocks are saved before a step overwrites them: the scratch blocks, and what the staged
 * steps leave of the staging area. The journal names a place by its number (SPEC.md section 8). */
#ifndef FWD_VERIFY_REHEARSE_BACKUP_H
#define FWD_VERIFY_REHEARSE_BACKUP_H

#include "verify/flash/area.h"
#include "verify/verify.h"

/* Whole erase blocks, at least as large as the largest block that is saved. */
struct fwd_backup {
    const struct fwd_area *area;
    uint32_t offset;
};

/* Places with so many bytes staged: the scratch blocks, then the spare ones of the staging area. */
uint32_t fwd_backup_count(const struct fwd_device *device, uint32_t staging_end);

/* Place `number`, below fwd_backup_count(). */
struct fwd_backup fwd_backup_place(
    const struct fwd_device *device, uint32_t staging_end, uint32_t number);

/* Where an action begins to save: in spare staging room, where each block is erased once at most
 * per update; else where the last one ended (`last`), so that all scratch blocks wear alike. */
uint32_t fwd_backup_first(const struct fwd_device *device, uint32_t staging_end, uint32_t last);

#endif
