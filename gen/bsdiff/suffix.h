/* The suffix array of an image (by libdivsufsort), and the longest match in it. */
#ifndef FWD_GEN_BSDIFF_SUFFIX_H
#define FWD_GEN_BSDIFF_SUFFIX_H

#include "hostio/host_error.h"

#include <stdint.h>

/* The array counts with 32-bit signed integers. */
#define FWD_SUFFIX_MAX 0x7FFFFF00u
/* Longer matches are not told apart: bounds the work on images that repeat themselves. */
#define FWD_MATCH_MAX 4096u

struct fwd_suffix {
    const uint8_t *bytes; /* not owned */
    uint32_t size;
    int32_t *order;
    uint32_t *starts; /* per first two bytes: the first suffix at or above them; 65537 entries */
    uint32_t single;  /* the place of the suffix of one byte */
    uint64_t *keys;   /* of large images: what every FWD_SUFFIX_STRIDE-th suffix begins with */
};

struct fwd_match {
    uint32_t at;   /* in the image */
    uint32_t size; /* 0..FWD_MATCH_MAX; 0 also when fewer than 2 bytes match */
};

/* Where a search begins, in large images: close together, unlike the suffixes themselves. */
#define FWD_SUFFIX_STRIDE 16u

/* What an array takes. */
uint64_t fwd_suffix_memory(uint32_t size);

/* bytes must outlive the array. size: 1..FWD_SUFFIX_MAX. Takes fwd_suffix_memory().
 * FWD_FAIL_ENVIRONMENT: no memory. */
enum fwd_fail fwd_suffix_build(
    struct fwd_suffix *suffix, const uint8_t *bytes, uint32_t size, struct fwd_error *err);

/* NULL-safe for a zeroed struct. */
void fwd_suffix_free(struct fwd_suffix *suffix);

/* Bytes in which two texts begin alike, at most FWD_MATCH_MAX. */
uint32_t fwd_suffix_common(const uint8_t *a, uint32_t a_size, const uint8_t *b, uint32_t b_size);

/* The longest match of a prefix of bytes; the same one for the same input, always. */
struct fwd_match fwd_suffix_longest(
    const struct fwd_suffix *suffix, const uint8_t *bytes, uint32_t size);

/* Where bytes would stand: the first suffix that is not below them; what is behind FWD_MATCH_MAX
 * bytes does not count. 0 for fewer than 2 bytes. */
uint32_t fwd_suffix_place(const struct fwd_suffix *suffix, const uint8_t *bytes, uint32_t size);

/* The same for bytes + 0, bytes + step, ...: several searches at once wait for memory once. size:
 * of the first; the last must have at least FWD_SUFFIX_LEAST. count: at most FWD_SUFFIX_BATCH. */
#define FWD_SUFFIX_BATCH 8u
#define FWD_SUFFIX_LEAST 10u
void fwd_suffix_places(const struct fwd_suffix *suffix, const uint8_t *bytes, uint32_t size,
    uint32_t step, uint32_t count, uint32_t places[FWD_SUFFIX_BATCH]);

/* The suffixes next to the place of bytes: two below, nearest first, then two above. Those that the
 * array does not have are left out. Returns how many, at most FWD_SUFFIX_AROUND. */
#define FWD_SUFFIX_AROUND 4u
unsigned fwd_suffix_around(const struct fwd_suffix *suffix, uint32_t place, const uint8_t *bytes,
    uint32_t size, struct fwd_match matches[FWD_SUFFIX_AROUND]);

#endif
