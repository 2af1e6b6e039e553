/* Flash in memory, for proving that a package installs. NOR rules: a program only clears bits of
 * whole erased units, an erase is of a whole block; a breach is an error that is reported. No
 * faults, no time: the module simulator has those. */
#ifndef FWD_GEN_PACKAGE_RAM_FLASH_H
#define FWD_GEN_PACKAGE_RAM_FLASH_H

#include "hostio/host_error.h"
#include "verify/ports.h"

/* Slots of 16 components, and the areas that serve them. */
#define FWD_RAM_AREAS_MAX 40u

struct fwd_ram_area {
    uint16_t id;
    uint8_t *bytes;
    uint32_t size;
};

struct fwd_ram_flash {
    struct fwd_ram_area areas[FWD_RAM_AREAS_MAX];
    unsigned count;
    struct fwd_flash_port port; /* ctx is this struct: it must not move */
};

void fwd_ram_flash_init(struct fwd_ram_flash *flash);

/* Frees and clears; NULL-safe for a zeroed struct. */
void fwd_ram_flash_free(struct fwd_ram_flash *flash);

/* Adds an erased area; one without bytes is ignored. Its id must be new. */
enum fwd_fail fwd_ram_flash_add(
    struct fwd_ram_flash *flash, const struct fwd_area *area, struct fwd_error *err);

/* The area's bytes, to load an image or compare it; NULL when there is none of that id. */
uint8_t *fwd_ram_flash_bytes(struct fwd_ram_flash *flash, uint16_t id);

#endif
