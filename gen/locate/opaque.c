#include "gen/locate/opaque.h"

#include "gen/locate/fresh_bytes.h"

#include <string.h>

/* Bytes are looked at in windows that overlap. */
#define WINDOW 2048u
#define STEP   512u
#define LEAST  8192u
/* The sum of the squares of how often each byte occurs is WINDOW + WINDOW * (WINDOW - 1) / 256 =
 * 18424 for random bytes, give or take 180. What gzip, xz, bzip2 and PNG make of code and text has
 * up to 23000 mostly; code of all instruction sets of bench/ has at least 39000. Tables of ciphers
 * have each byte equally often: less. */
#define SQUARES_LEAST 17400u
#define SQUARES_MOST  26000u
/* A part begins with its signature when one is that near. */
#define REACH WINDOW

struct signature {
    const char *format;
    uint8_t size;
    uint8_t bytes[8];
};

static const struct signature signatures[] = {
    {"gzip", 3, {0x1F, 0x8B, 8}},
    {"xz", 6, {0xFD, '7', 'z', 'X', 'Z', 0}},
    {"zstd", 4, {0x28, 0xB5, 0x2F, 0xFD}},
    {"LZ4", 4, {0x04, 0x22, 0x4D, 0x18}},
    {"bzip2", 3, {'B', 'Z', 'h'}},
    {"ZIP", 4, {'P', 'K', 3, 4}},
    {"PNG", 8, {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'}},
    {"JPEG", 4, {0xFF, 0xD8, 0xFF, 0xE0}},
    {"SquashFS", 4, {'h', 's', 'q', 's'}},
};

/* Its header has properties, the size of a dictionary that is a power of two, and a size of which
 * the upper half is 0, or that is not stated. */
static bool is_lzma(const uint8_t *b, size_t size)
{
    static const uint8_t none[4] = {0}, all[4] = {0xFF, 0xFF, 0xFF, 0xFF};
    bool sized;

    if (size < 14 || b[0] != 0x5D || b[1] != 0 || b[2] != 0 || b[13] != 0 || b[4] > 8)
        return false;
    sized = memcmp(b + 9, none, sizeof none) == 0;
    return (b[3] & (b[3] - 1)) == 0 && (sized || memcmp(b + 9, all, sizeof all) == 0);
}

static bool is_bzip2(const uint8_t *b, size_t size)
{
    static const uint8_t block[6] = {0x31, 0x41, 0x59, 0x26, 0x53, 0x59};

    return size >= 10 && b[3] >= '1' && b[3] <= '9' && memcmp(b + 4, block, sizeof block) == 0;
}

const char *fwd_opaque_format(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++) {
        const struct signature *s = &signatures[i];
        if (size < s->size || memcmp(bytes, s->bytes, s->size) != 0)
            continue;
        if (s->bytes[0] != 'B' || is_bzip2(bytes, size))
            return s->format;
    }
    return is_lzma(bytes, size) ? "LZMA" : NULL;
}

/* ---- where they are -------------------------------------------------------------------------- */

static bool is_opaque(const uint8_t *window)
{
    uint32_t counts[256] = {0}, squares = 0;

    for (uint32_t i = 0; i < WINDOW; i++)
        counts[window[i]]++;
    for (uint32_t i = 0; i < 256; i++)
        squares += counts[i] * counts[i];
    return squares >= SQUARES_LEAST && squares <= SQUARES_MOST;
}

/* To where the signature is, when there is one; not before `from`. */
static void name(const struct fwd_pair *pair, uint32_t from, struct fwd_opaque *part)
{
    uint32_t end = part->at + part->size;
    uint32_t at = part->at - from < REACH ? from : part->at - REACH;

    for (; at < part->at + STEP; at++) {
        part->format = fwd_opaque_format(pair->target + at, pair->target_size - at);
        if (part->format != NULL) {
            part->at = at;
            part->size = end - at;
            return;
        }
    }
}

/* Of too many the smallest is left out. */
static void keep(struct fwd_opaque list[FWD_OPAQUE_MAX], size_t *count, struct fwd_opaque part)
{
    size_t least = 0;

    if (*count == FWD_OPAQUE_MAX) {
        for (size_t i = 1; i < FWD_OPAQUE_MAX; i++)
            least = list[i].size < list[least].size ? i : least;
        if (list[least].size >= part.size)
            return;
        memmove(&list[least], &list[least + 1], (FWD_OPAQUE_MAX - 1 - least) * sizeof *list);
        --*count;
    }
    list[(*count)++] = part;
}

/* The end of the windows that are opaque from `at` on; one that is not does not end them. */
static uint32_t end_of(const struct fwd_pair *pair, uint32_t at)
{
    uint32_t end = at + WINDOW, limit = pair->target_size;

    for (at += STEP; at <= end && limit - at >= WINDOW; at += STEP)
        if (is_opaque(pair->target + at))
            end = at + WINDOW;
    return end;
}

bool fwd_opaque_find(
    const struct fwd_pair *pair, struct fwd_opaque list[FWD_OPAQUE_MAX], size_t *count)
{
    uint32_t size = pair->target_size, before = 0;

    *count = 0;
    for (uint32_t at = 0; at < size && size - at >= WINDOW;) {
        if (!is_opaque(pair->target + at)) {
            at += STEP;
            continue;
        }
        struct fwd_opaque part = {.at = at, .size = end_of(pair, at) - at};
        at = part.at + part.size;
        if (part.size >= LEAST) {
            name(pair, before, &part);
            keep(list, count, part);
        }
        before = at;
    }
    for (size_t i = 0; i < *count; i++)
        if (!fwd_fresh_bytes_count(pair, list[i].at, list[i].size, &list[i].fresh))
            return false;
    return true;
}
