/* Corrections that a `fwd` stream has taught (FWD.md): a short sorted table from a
 * value of the source to the difference that was found in the target. */
#ifndef FWD_VERIFY_REFDELTA_CORRECTION_CACHE_H
#define FWD_VERIFY_REFDELTA_CORRECTION_CACHE_H

#include <stdbool.h>
#include <stdint.h>

/* Bytes of memory per entry. */
#define FWD_CORRECTION_CACHE_ENTRY 8u

struct fwd_correction_cache {
    uint32_t *keys;        /* ascending */
    uint32_t *differences; /* modulo 2^32 */
    uint32_t count, room;
    uint32_t victim; /* the entry that last made room for another */
};

/* Divides memory, aligned to 4, of FWD_CORRECTION_CACHE_ENTRY * room bytes. */
struct fwd_correction_cache fwd_correction_cache_over(uint8_t *memory, uint32_t room);

/* True and the difference when exactly this key is known. */
bool fwd_correction_cache_find(
    const struct fwd_correction_cache *cache, uint32_t key, uint32_t *difference);

/* The difference of the nearest keys; *sure: 3 for the key itself, 2 when both neighbours agree, 1
 * when they do not (then the nearer one's), 0 beyond all keys. */
uint32_t fwd_correction_cache_nearest(
    const struct fwd_correction_cache *cache, uint32_t key, uint32_t *confidence);

/* Keeps a difference; in a full table a new key takes the place of another. */
void fwd_correction_cache_put(
    struct fwd_correction_cache *cache, uint32_t key, uint32_t difference);

#endif
