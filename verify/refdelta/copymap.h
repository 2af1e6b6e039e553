/* The map of a `fwd` stream (FWD.md): where the bytes of the source went. Built from
 * the runs, in the decoder as in the encoder; it predicts where the target of a reference is now.
 */
#ifndef FWD_VERIFY_REFDELTA_COPYMAP_H
#define FWD_VERIFY_REFDELTA_COPYMAP_H

#include "verify/refdelta/runs.h"

/* A run on its way into the map; offsets in units of 2 bytes. */
struct fwd_mapping {
    uint32_t start, end;
    int32_t shift; /* bytes from the source offset to the target offset */
    uint32_t size; /* of the run, bytes */
};

/* Bytes of memory for each interval of a map, and for each run while it is built. */
#define FWD_COPYMAP_INTERVAL 10u
#define FWD_COPYMAP_BUILD    16u
/* The longest interval; a longer one is divided. */
#define FWD_COPYMAP_LONGEST 0xFFFFu

/* Disjoint intervals of the source, ascending; offsets and sizes in units of 2 bytes. */
struct fwd_copymap {
    uint32_t *starts;
    int32_t *shifts;
    uint16_t *sizes;
    uint32_t count;
    uint32_t room;
};

/* How sure a mapped offset is. */
enum { FWD_MAP_FAR, FWD_MAP_BETWEEN, FWD_MAP_INSIDE, FWD_MAP_RUN };

/* Divides memory, aligned to 4, of FWD_COPYMAP_INTERVAL * room bytes. */
struct fwd_copymap fwd_copymap_over(uint8_t *memory, uint32_t room);

/* A map in the making. Begin with {.list, .room}. */
struct fwd_copymap_draft {
    struct fwd_mapping *list; /* room for `room` runs */
    uint32_t room, count;
    bool full;
};

/* A run for the map. */
void fwd_copymap_add(struct fwd_copymap_draft *draft, const struct fwd_run *run);

/* Makes the map: of two runs that claim the same bytes, the longer has them. FWD_E_STREAM_INVALID
 * when draft or map have not enough room. */
FWD_MUST_USE enum fwd_reason fwd_copymap_finish(
    struct fwd_copymap_draft *draft, struct fwd_copymap *map);

/* The target offset of a source offset, modulo 2^32; *sure: FWD_MAP_FAR..FWD_MAP_INSIDE. */
uint32_t fwd_copymap_find(const struct fwd_copymap *map, uint32_t offset, uint32_t *confidence);

#endif
