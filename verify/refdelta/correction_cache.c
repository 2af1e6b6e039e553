#include "verify/refdelta/correction_cache.h"

#include <stddef.h>
#include <string.h>

#define VICTIM_STEP 211u

struct fwd_correction_cache fwd_correction_cache_over(uint8_t *memory, uint32_t room)
{
    return (struct fwd_correction_cache){.keys = (uint32_t *)(void *)memory,
        .differences = (uint32_t *)(void *)(memory + 4 * (size_t)room),
        .room = room};
}

/* Entries with a key at or below this one; the last of them, if any, is the nearest below. */
static uint32_t below_key(const struct fwd_correction_cache *r, uint32_t key)
{
    uint32_t low = 0, high = r->count;

    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (r->keys[middle] <= key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool fwd_correction_cache_find(
    const struct fwd_correction_cache *r, uint32_t key, uint32_t *difference)
{
    uint32_t below = below_key(r, key);

    if (below == 0 || r->keys[below - 1] != key)
        return false;
    *difference = r->differences[below - 1];
    return true;
}

uint32_t fwd_correction_cache_nearest(
    const struct fwd_correction_cache *r, uint32_t key, uint32_t *confidence)
{
    uint32_t above = below_key(r, key), below = above - 1;

    *confidence = 0;
    if (r->count == 0)
        return 0;
    if (above == 0)
        return r->differences[0];
    if (r->keys[below] == key) {
        *confidence = 3;
        return r->differences[below];
    }
    if (above == r->count)
        return r->differences[below];
    *confidence = r->differences[below] == r->differences[above] ? 2 : 1;
    bool nearer = r->keys[above] - key < key - r->keys[below];
    return r->differences[nearer ? above : below];
}

static void shift_entries(struct fwd_correction_cache *r, uint32_t to, uint32_t from)
{
    size_t size = (r->count - from) * sizeof *r->keys;

    memmove(r->keys + to, r->keys + from, size);
    memmove(r->differences + to, r->differences + from, size);
}

/* Takes one out; which one changes each time, so that none stays for ever. */
static uint32_t make_room(struct fwd_correction_cache *r)
{
    r->victim = (r->victim + VICTIM_STEP) % r->room;
    shift_entries(r, r->victim, r->victim + 1);
    r->count--;
    return r->victim;
}

void fwd_correction_cache_put(struct fwd_correction_cache *r, uint32_t key, uint32_t difference)
{
    uint32_t at = below_key(r, key);

    if (r->room == 0)
        return;
    if (at > 0 && r->keys[at - 1] == key) {
        r->differences[at - 1] = difference;
        return;
    }
    if (r->count == r->room && make_room(r) < at)
        at--;
    shift_entries(r, at + 1, at);
    r->keys[at] = key;
    r->differences[at] = difference;
    r->count++;
}
