#include "gen/locate/call_scan.h"

#include <stdlib.h>
#include <string.h>

/* What is looked at of a large image. */
#define PIECES 32u
#define PIECE  0x10000u

static int compare(const void *a, const void *b)
{
    uint32_t x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x < y ? -1 : x > y;
}

static uint32_t collect(const struct fwd_call_form *form, const uint8_t *bytes, uint32_t size,
    uint32_t from, uint32_t end, uint32_t *targets)
{
    uint32_t count = 0;

    for (uint32_t at = from; at + FWD_CALL_BYTES <= end; at += form->step)
        count += (fwd_word_at(bytes + at) & form->mask) == form->value &&
                 form->read(bytes + at, at, &targets[count]) &&
                 (form->absolute || targets[count] < size);
    return count;
}

static void count_targets(uint32_t *targets, struct fwd_call_count *count)
{
    uint32_t end;

    qsort(targets, count->calls, sizeof *targets, compare);
    for (uint32_t at = 0; at < count->calls; at = end) {
        for (end = at + 1; end < count->calls && targets[end] == targets[at];)
            end++;
        count->shared += end - at > 1 ? end - at : 0;
        count->pairs += (uint64_t)(end - at) * (end - at - 1) / 2;
    }
}

bool fwd_call_scan(const struct fwd_call_form *form, const uint8_t *bytes, uint32_t size,
    struct fwd_call_count *count)
{
    bool whole = size <= FWD_CALL_SCAN_WHOLE;
    uint32_t looked = whole ? size : PIECES * PIECE;
    uint32_t *targets = malloc(((size_t)looked / form->step + 2) * sizeof *targets);

    *count = (struct fwd_call_count){0};
    if (targets == NULL)
        return false;
    for (uint32_t i = 0; i < (whole ? 1 : PIECES); i++) {
        uint32_t from = whole ? 0 : (uint32_t)((uint64_t)(size - PIECE) * i / (PIECES - 1)) & ~15u;
        uint32_t end = whole ? size : from + PIECE;
        count->calls += collect(form, bytes, size, from, end, targets + count->calls);
    }
    count_targets(targets, count);
    free(targets);
    count->chance = 1 + (uint64_t)count->calls * count->calls / 2 / (size / form->align + 1);
    return true;
}

bool fwd_call_scan_credible(const struct fwd_call_count *count)
{
    return count->pairs >= 16 && count->pairs / 32 >= count->chance;
}
