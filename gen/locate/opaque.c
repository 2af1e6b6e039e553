#include "gen/locate/opaque.h"

#include "gen/image/image.h"
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
        part->format = fwd_image_packed(pair->target + at, pair->target_size - at);
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
