/* The runs' stream of `lite` (LITE.md chapter 3). */
#ifndef FWD_VERIFY_LITE_LITE_RUNS_H
#define FWD_VERIFY_LITE_LITE_RUNS_H

#include "verify/lite/lite_bits.h"

#include <string.h>

enum { NUMBER_GAP, NUMBER_JUMP_AFTER_GAP, NUMBER_JUMP, NUMBER_SIZE };

static uint32_t size_class(uint32_t size)
{
    uint32_t length = length_of(size);

    return length < 4 ? 0 : least((length - 2) / 2, FWD_LITE_CLASSES - 1);
}

static uint32_t length_class(uint32_t value)
{
    return least((length_of(value) + 1) / 2, FWD_LITE_CLASSES - 1);
}

static uint32_t run_number(
    struct fwd_lite *z, uint32_t value, uint32_t kind, uint32_t first, uint32_t second)
{
    uint16_t *set = z->runs + FWD_LITE_RUN_NUMBERS + kind * FWD_LITE_RUN_SET;
    uint16_t *lengths = set + FWD_LITE_LOWS;

    return number_two(z, value, set, lengths + first * FWD_LITE_LENGTHS,
        lengths + (FWD_LITE_CLASSES + second) * FWD_LITE_LENGTHS);
}

/* Begins at the start of the stream; codes the number of runs, which an encoder sets before. */
static void begin_runs(struct fwd_lite *z)
{
    fwd_lite_reset(z->runs, FWD_LITE_RUN_CONTEXTS);
    z->stream = &z->runs_stream;
    z->run_to = z->run_from = z->run_size = z->run_gap = z->run_jump = 0;
    memset(z->recent, 0, sizeof z->recent);
    z->repeated = false;
    z->mapped = true;
    z->left = plain(z, z->left);
}

static uint32_t code_recent(struct fwd_lite *z, int32_t shift, uint32_t gap)
{
    uint32_t class = gap == 0 ? 0 : gap < 5 ? 1 : gap < 20 ? 2 : 3, wanted = 0, index = 0;
    uint16_t *c = z->runs + FWD_LITE_RUN_SAME + 4 * (2 * class + z->repeated);

    while (wanted < 4 && z->recent[wanted] != shift)
        wanted++;
    if (!flag(z, wanted < 4, c))
        return 4;
    while (index < 3 && flag(z, wanted > index, c + 1 + index))
        index++;
    return index;
}

static int32_t code_jump(struct fwd_lite *z, int32_t jump, uint32_t gap)
{
    uint32_t size = (uint32_t)(jump < 0 ? -jump : jump);

    size = run_number(z, size, gap > 0 ? NUMBER_JUMP_AFTER_GAP : NUMBER_JUMP,
        gap > 0 ? length_class(gap) : size_class(z->run_size), length_class(z->run_jump));
    z->run_jump = size;
    if (size > 0 && flag(z, jump < 0, z->runs + FWD_LITE_RUN_SIGN + (gap > 0)))
        return -(int32_t)size;
    return (int32_t)size;
}

static void remember(struct fwd_lite *z, uint32_t index, int32_t shift)
{
    for (uint32_t i = least(index, 3); i > 0; i--)
        z->recent[i] = z->recent[i - 1];
    z->recent[0] = shift;
    z->repeated = index < 4;
}

/* Codes the next run, and whether it is mapped; `left` must not be 0. False: it leaves the images.
 */
static bool next_run(struct fwd_lite *z, struct fwd_lite_run *run, bool mapped)
{
    uint32_t gap = run_number(
        z, run->to - z->run_to, NUMBER_GAP, size_class(z->run_size), length_class(z->run_gap));

    if (gap >= z->target_size - z->run_to)
        return false;
    uint32_t to = z->run_to + gap;
    int32_t shift = (int32_t)(run->from - run->to);
    uint32_t index = code_recent(z, shift, gap);
    if (index < 4)
        shift = z->recent[index];
    else
        shift = code_jump(z, (int32_t)(run->from - z->run_from), gap) + (int32_t)z->run_from -
                (int32_t)to;
    remember(z, index, shift);
    uint32_t class = index < 4 ? 0 : z->run_jump <= 64 ? 1 : z->run_jump < 2048 ? 2 : 3;
    uint32_t size = 1 + run_number(z, run->size - 1, NUMBER_SIZE, class, length_class(gap));
    uint32_t from = to + (uint32_t)shift;
    if (from >= z->source_size || size > z->source_size - from || size > z->target_size - to)
        return false;
    z->mapped = flag(
        z, mapped, z->runs + FWD_LITE_RUN_MAPPED + 2 * least(length_of(size) / 2, 7) + z->mapped);
    *run = (struct fwd_lite_run){to, from, size};
    z->run_gap = gap;
    z->run_size = size;
    z->run_to = to + size;
    z->run_from = from + size;
    z->left--;
    return true;
}

#endif
