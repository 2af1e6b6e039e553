#include "gen/bsdiff/suffix.h"

#include <divsufsort.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PAIRS       65536u
#define KEYED_LEAST 0x400000u /* smaller images are in the processor's cache */
#define KEY_SIZE    8u
#define PAIR        2u

static unsigned pair_at(const uint8_t *bytes)
{
    return (unsigned)bytes[0] << 8 | bytes[1];
}

/* The suffix of one byte sorts before all pairs that begin with it. */
static void count_pairs(struct fwd_suffix *s)
{
    for (uint32_t i = 0; i + 1 < s->size; i++)
        s->starts[pair_at(s->bytes + i) + 1]++;
    s->starts[(size_t)s->bytes[s->size - 1] << 8]++;
    for (uint32_t i = 1; i <= PAIRS; i++)
        s->starts[i] += s->starts[i - 1];
    s->single = s->starts[(size_t)s->bytes[s->size - 1] << 8] - 1;
}

/* The first bytes as a number that sorts as they do; 0 after the end. */
static uint64_t key_of(const uint8_t *bytes, uint32_t size)
{
    uint64_t key = 0;

    for (uint32_t i = 0; i < KEY_SIZE; i++)
        key = key << 8 | (i < size ? bytes[i] : 0);
    return key;
}

static bool make_keys(struct fwd_suffix *s)
{
    if (s->size < KEYED_LEAST)
        return true;
    s->keys = malloc(((size_t)s->size / FWD_SUFFIX_STRIDE + 1) * sizeof *s->keys);
    for (uint32_t i = 0; s->keys != NULL && i < s->size; i += FWD_SUFFIX_STRIDE) {
        uint32_t at = (uint32_t)s->order[i];
        s->keys[i / FWD_SUFFIX_STRIDE] = key_of(s->bytes + at, s->size - at);
    }
    return s->keys != NULL;
}

uint64_t fwd_suffix_memory(uint32_t size)
{
    uint64_t keys = size < KEYED_LEAST ? 0 : (uint64_t)size / FWD_SUFFIX_STRIDE * sizeof(uint64_t);

    return (uint64_t)size * sizeof(int32_t) + (PAIRS + 1) * sizeof(uint32_t) + keys;
}

enum fwd_fail fwd_suffix_build(
    struct fwd_suffix *suffix, const uint8_t *bytes, uint32_t size, struct fwd_error *err)
{
    *suffix = (struct fwd_suffix){.bytes = bytes, .size = size};
    suffix->order = malloc((size_t)size * sizeof *suffix->order);
    suffix->starts = calloc(PAIRS + 1, sizeof *suffix->starts);
    if (suffix->order == NULL || suffix->starts == NULL ||
        divsufsort(bytes, suffix->order, (saidx_t)size) != 0 || !make_keys(suffix)) {
        fwd_suffix_free(suffix);
        return fwd_error_memory(err, "the suffix array of the source image");
    }
    count_pairs(suffix);
    return FWD_FAIL_NONE;
}

void fwd_suffix_free(struct fwd_suffix *suffix)
{
    free(suffix->order);
    free(suffix->starts);
    free(suffix->keys);
    *suffix = (struct fwd_suffix){0};
}

/* The same for bytes that are all there. */
static inline uint64_t full_key(const uint8_t *bytes)
{
    return (uint64_t)bytes[0] << 56 | (uint64_t)bytes[1] << 48 | (uint64_t)bytes[2] << 40 |
           (uint64_t)bytes[3] << 32 | (uint64_t)bytes[4] << 24 | (uint64_t)bytes[5] << 16 |
           (uint64_t)bytes[6] << 8 | bytes[7];
}

static uint32_t common_prefix(const uint8_t *a, const uint8_t *b, uint32_t at, uint32_t limit)
{
    for (; limit - at >= KEY_SIZE; at += KEY_SIZE) {
        uint64_t differ = full_key(a + at) ^ full_key(b + at);
        if (differ != 0)
            return at + (uint32_t)__builtin_clzll(differ) / 8;
    }
    while (at < limit && a[at] == b[at])
        at++;
    return at;
}

static uint32_t minimum(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

uint32_t fwd_suffix_common(const uint8_t *a, uint32_t a_size, const uint8_t *b, uint32_t b_size)
{
    return common_prefix(a, b, 0, minimum(minimum(a_size, b_size), FWD_MATCH_MAX));
}

/* Halves [low, high) of suffixes that begin with the same pair; every suffix seen that matches
 * longer than the best becomes the best. */
struct fwd_match fwd_suffix_longest(const struct fwd_suffix *s, const uint8_t *bytes, uint32_t size)
{
    struct fwd_match best = {0, 0};
    uint32_t low_common = 2, high_common = 2;

    if (size < 2)
        return best;
    size = minimum(size, FWD_MATCH_MAX);
    uint32_t low = s->starts[pair_at(bytes)];
    uint32_t high = s->starts[pair_at(bytes) + 1];
    /* the suffix of one byte has no pair, but lies between two of them */
    high -= low < high && high - 1 == s->single;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        uint32_t at = (uint32_t)s->order[middle];
        uint32_t limit = minimum(size, s->size - at);
        uint32_t common = minimum(minimum(low_common, high_common), limit);
        common = common_prefix(s->bytes + at, bytes, common, limit);
        if (common > best.size)
            best = (struct fwd_match){at, common};
        if (common == size)
            break;
        if (common == limit || s->bytes[at + common] < bytes[common]) {
            low = middle + 1;
            low_common = common;
        } else {
            high = middle;
            high_common = common;
        }
    }
    return best;
}

/* The first of keys [low, high) that is not below a key. */
static uint32_t first_key(const uint64_t *keys, uint32_t low, uint32_t high, uint64_t key)
{
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (keys[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Narrows the places [*low, *high] that bytes may have by the keys: a suffix that is shorter than
 * one sorts as its key does where that differs. */
static void narrow(
    const struct fwd_suffix *s, const uint8_t *bytes, uint32_t size, uint32_t *low, uint32_t *high)
{
    if (s->keys == NULL || size < KEY_SIZE)
        return;
    uint64_t key = key_of(bytes, size);
    uint32_t begin = (*low + FWD_SUFFIX_STRIDE - 1) / FWD_SUFFIX_STRIDE;
    uint32_t end = (*high + FWD_SUFFIX_STRIDE - 1) / FWD_SUFFIX_STRIDE;
    uint32_t same = first_key(s->keys, begin, end, key), above = same;

    if (above < end && s->keys[above] == key)
        above = key == UINT64_MAX ? end : first_key(s->keys, same, end, key + 1);
    if (same > begin)
        *low = (same - 1) * FWD_SUFFIX_STRIDE + 1;
    if (above < end)
        *high = above * FWD_SUFFIX_STRIDE;
}

/* The places that bytes may have, by what they begin with. */
static void range_of(
    const struct fwd_suffix *s, const uint8_t *bytes, uint32_t size, uint32_t *low, uint32_t *high)
{
    *low = s->starts[pair_at(bytes)];
    *high = s->starts[pair_at(bytes) + 1];
    *high -= *low < *high && *high - 1 == s->single;
    narrow(s, bytes, size, low, high);
}

static bool is_below(const struct fwd_suffix *s, uint32_t at, const uint8_t *bytes, uint32_t size)
{
    uint32_t limit = minimum(minimum(size, FWD_MATCH_MAX), s->size - at);
    uint32_t common = common_prefix(s->bytes + at, bytes, 0, limit);

    return common < minimum(size, FWD_MATCH_MAX) &&
           (common == limit || s->bytes[at + common] < bytes[common]);
}

uint32_t fwd_suffix_place(const struct fwd_suffix *s, const uint8_t *bytes, uint32_t size)
{
    uint32_t low = 0, high = 0;

    if (size >= PAIR)
        range_of(s, bytes, size, &low, &high);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (is_below(s, (uint32_t)s->order[middle], bytes, size))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* One search of several. */
struct search {
    uint32_t low, high;
    uint64_t key; /* of the bytes after the pair */
    const uint8_t *bytes;
    uint32_t size;
};

/* A step of each search that goes on. False: none does. */
static bool step_searches(const struct fwd_suffix *s, struct search *searches, uint32_t count)
{
    bool goes_on = false;

    for (uint32_t i = 0; i < count; i++) {
        struct search *f = &searches[i];
        if (f->low == f->high)
            continue;
        uint32_t middle = f->low + (f->high - f->low) / 2, at = (uint32_t)s->order[middle];
        uint64_t key = s->size - at < PAIR + KEY_SIZE ? f->key : full_key(s->bytes + at + PAIR);
        uint32_t below = key < f->key;
        if (key == f->key)
            below = is_below(s, at, f->bytes, f->size);
        /* without a branch: nothing foresees it */
        f->low += (middle + 1 - f->low) & (0u - below);
        f->high -= (f->high - middle) & (below - 1u);
        goes_on = true;
    }
    return goes_on;
}

void fwd_suffix_places(const struct fwd_suffix *s, const uint8_t *bytes, uint32_t size,
    uint32_t step, uint32_t count, uint32_t places[FWD_SUFFIX_BATCH])
{
    struct search searches[FWD_SUFFIX_BATCH];

    for (uint32_t i = 0; i < count; i++, bytes += step, size -= step) {
        struct search *f = &searches[i];
        *f = (struct search){.bytes = bytes, .size = size, .key = full_key(bytes + PAIR)};
        range_of(s, bytes, size, &f->low, &f->high);
    }
    while (step_searches(s, searches, count)) {
    }
    for (uint32_t i = 0; i < count; i++) {
        places[i] = searches[i].low;
        for (uint32_t k = places[i] > 0 ? places[i] - 1 : 0; k <= places[i] && k < s->size; k++)
            __builtin_prefetch(s->bytes + s->order[k]);
    }
}

unsigned fwd_suffix_around(const struct fwd_suffix *s, uint32_t place, const uint8_t *bytes,
    uint32_t size, struct fwd_match matches[FWD_SUFFIX_AROUND])
{
    unsigned count = 0;

    if (size < PAIR)
        return 0;
    size = minimum(size, FWD_MATCH_MAX);
    const int64_t places[FWD_SUFFIX_AROUND] = {
        (int64_t)place - 1, (int64_t)place - 2, place, (int64_t)place + 1};
    for (unsigned i = 0; i < FWD_SUFFIX_AROUND; i++) {
        if (places[i] < 0 || places[i] >= (int64_t)s->size)
            continue;
        uint32_t at = (uint32_t)s->order[places[i]];
        uint32_t common = common_prefix(s->bytes + at, bytes, 0, minimum(size, s->size - at));
        matches[count++] = (struct fwd_match){at, common};
    }
    return count;
}
