/* What kind of code an image holds and where it lies in memory, found from its bytes. */
#ifndef FWD_GEN_LOCATE_LOCATE_H
#define FWD_GEN_LOCATE_LOCATE_H

#include "gen/bsdiff/tuples.h"
#include "gen/image/segments.h"
#include "verify/refdelta/delta.h"

/* The instruction sets (FWD_ISA_*) that the image may be made for, the likeliest first; none when
 * nothing looks like code. False: no memory. */
#define FWD_LOCATE_ISAS_MAX 4u
bool fwd_locate_isas(
    const uint8_t *bytes, uint32_t size, uint8_t ids[FWD_LOCATE_ISAS_MAX], size_t *count);

/* What references of the two images mean, with the segments that it points to. */
struct fwd_located {
    struct fwd_frames frames;
    struct fwd_segments segments[2];     /* of source and target */
    struct fwd_frame_part target_values; /* as frames.values, of the target: for the search alone */
};

/* Lets the frames point to the segments beside them; after each copy of the struct. */
void fwd_located_attach(struct fwd_located *located);

/* The whole image as one segment; base FWD_BASE_NONE: its address is not known. */
#define FWD_BASE_NONE 1u
void fwd_located_whole(struct fwd_located *located, unsigned image, uint64_t base);

/* The addresses of byte 0 of both images, from words that point to the starts of functions;
 * FWD_BASE_NONE: not found. False: no memory. */
bool fwd_locate_bases(const struct fwd_isa *isa, const struct fwd_pair *pair, uint64_t bases[2]);

/* Segments of both images: those that are given (of source and target; NULL or empty ones: not
 * known), that the images name themselves, or one for each by its base. Then the windows of their
 * data; no aliases. False: no memory. */
bool fwd_locate_frames(const struct fwd_isa *isa, const struct fwd_pair *pair,
    const struct fwd_segments *const given[2], struct fwd_located *located);

/* The parts of both images that hold values that shift; none when only one has such a part. */
void fwd_locate_values(const struct fwd_pair *pair, struct fwd_located *located);

/* Another address of the source, from pointers that moved as the map says: of `runs`, the map's. 0:
 * none. Only for 32-bit instruction sets. */
uint32_t fwd_locate_second(const struct fwd_pair *pair, const struct fwd_frames *frames,
    const struct fwd_run *runs, size_t count, const struct fwd_copymap *map);

#endif
