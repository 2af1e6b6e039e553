/* Bytes at addresses, as files name them, collected and then laid out as one image. */
#ifndef FWD_GEN_IMAGE_MEMORY_MAP_H
#define FWD_GEN_IMAGE_MEMORY_MAP_H

#include "gen/image/segments.h"
#include "hostio/host_file.h"

/* Bytes that follow each other in the file and in memory. */
struct fwd_memory_chunk {
    uint64_t load; /* address of the first byte: where it is stored */
    uint64_t run;  /* where it is when the code runs; mostly the same */
    size_t at;     /* of its bytes, in data */
    size_t size;   /* at least 1 */
};

/* Start with {0}. */
struct fwd_memory_map {
    uint8_t *data;
    size_t size, room;
    struct fwd_memory_chunk *chunks;
    size_t count, chunk_room;
};

/* What becomes of the map. */
struct fwd_memory_layout {
    uint8_t fill;        /* of gaps: what erased flash reads */
    bool fill_known;     /* false: an image with gaps is refused */
    bool has_range;      /* only what is stored from begin to end counts; the image begins there */
    uint64_t begin, end; /* end: the first address after */
};

/* Frees and clears; NULL-safe. */
void fwd_memory_map_free(struct fwd_memory_map *map);

/* Adds size bytes, at least 1. False: no memory, or the last byte's address is beyond 64 bits. */
bool fwd_memory_map_add(
    struct fwd_memory_map *map, uint64_t load, uint64_t run, const uint8_t *bytes, size_t size);

/* Lays the chunks out from the lowest address, or from the beginning of the range. name: of the
 * file, for sentences. *segments: where the pieces run; *filled: bytes of gaps. *bytes: freed by
 * the caller. Sorts the chunks.
 * FWD_FAIL_REFUSED: no bytes, or none in the range; two chunks that contradict each other; bytes so
 * far apart that the image would be mostly gap; a gap while its fill is not known. */
enum fwd_fail fwd_memory_map_flatten(struct fwd_memory_map *map, const char *name,
    const struct fwd_memory_layout *layout, struct fwd_bytes *bytes, struct fwd_segments *segments,
    uint64_t *filled, struct fwd_error *err);

#endif
