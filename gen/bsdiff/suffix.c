#include "gen/bsdiff/suffix.h"

#include <divsufsort.h>
#include <stdlib.h>
#include <string.h>

#define PAIRS 65536u

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
}

enum fwd_fail fwd_suffix_build(
    struct fwd_suffix *suffix, const uint8_t *bytes, uint32_t size, struct fwd_error *err)
{
    *suffix = (struct fwd_suffix){.bytes = bytes, .size = size};
    suffix->order = malloc((size_t)size * sizeof *suffix->order);
    suffix->starts = calloc(PAIRS + 1, sizeof *suffix->starts);
    if (suffix->order == NULL || suffix->starts == NULL ||
        divsufsort(bytes, suffix->order, (saidx_t)size) != 0) {
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
    *suffix = (struct fwd_suffix){0};
}

static uint32_t common_prefix(const uint8_t *a, const uint8_t *b, uint32_t at, uint32_t limit)
{
    while (limit - at >= 8 && memcmp(a + at, b + at, 8) == 0)
        at += 8;
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
    if (low < high && (uint32_t)s->order[high - 1] == s->size - 1)
        high--;
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

/* The first suffix that is not below bytes, among those that begin with the same pair. */
static uint32_t place_of(const struct fwd_suffix *s, const uint8_t *bytes, uint32_t size)
{
    uint32_t low = s->starts[pair_at(bytes)], high = s->starts[pair_at(bytes) + 1];
    uint32_t low_common = 2, high_common = 2;

    if (low < high && (uint32_t)s->order[high - 1] == s->size - 1)
        high--;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        uint32_t at = (uint32_t)s->order[middle];
        uint32_t limit = minimum(size, s->size - at);
        uint32_t common = minimum(minimum(low_common, high_common), limit);
        common = common_prefix(s->bytes + at, bytes, common, limit);
        if (common < size && (common == limit || s->bytes[at + common] < bytes[common])) {
            low = middle + 1;
            low_common = common;
        } else {
            high = middle;
            high_common = common;
        }
    }
    return low;
}

void fwd_suffix_prefetch(const struct fwd_suffix *s, const uint8_t *bytes)
{
    uint32_t low = s->starts[pair_at(bytes)], high = s->starts[pair_at(bytes) + 1];

    __builtin_prefetch(&s->order[low + (high - low) / 2]);
    __builtin_prefetch(&s->order[low + (high - low) / 4]);
    __builtin_prefetch(&s->order[low + (high - low) / 4 * 3]);
}

unsigned fwd_suffix_around(const struct fwd_suffix *s, const uint8_t *bytes, uint32_t size,
    struct fwd_match matches[FWD_SUFFIX_AROUND])
{
    unsigned count = 0;

    if (size < 2)
        return 0;
    size = minimum(size, FWD_MATCH_MAX);
    uint32_t place = place_of(s, bytes, size);
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
