#include "gen/locate/locate.h"

#define BLOCK   4096u
#define WORDS   (BLOCK / 4)
#define GAP     16u /* blocks of something else in between */
#define LEAST   0x4000u
#define NUMBERS (WORDS * 3 / 8) /* of a block's words */
#define LARGE   (WORDS / 8)     /* so many of them are not just small */

/* Numbers, many of them not small, and in no order: such tables hold what was counted when the
 * image was built, the kernel's types for example. Sorted ones are offsets. */
static bool is_numbers(const uint8_t *block)
{
    uint32_t numbers = 0, large = 0, ascending = 0, last = 0;

    for (uint32_t i = 0; i < BLOCK; i += 4) {
        uint32_t word = fwd_word_at(block + i);
        if (word == 0 || word >= FWD_REF_VALUE_END)
            continue;
        numbers++;
        large += word >= 4096;
        ascending += word >= last;
        last = word;
    }
    return numbers >= NUMBERS && large >= LARGE && ascending * 8 < numbers * 7;
}

static void keep_longer(struct fwd_frame_part *best, uint32_t begin, uint32_t end)
{
    if (end - begin >= LEAST && end - begin > best->end - best->begin)
        *best = (struct fwd_frame_part){begin, end};
}

/* The longest part that is made of such blocks but for short gaps. */
static struct fwd_frame_part find_values(const uint8_t *bytes, uint32_t size)
{
    struct fwd_frame_part best = {0, 0};
    uint32_t begin = 0, end = 0;

    for (uint32_t at = 0; size - at >= BLOCK; at += BLOCK) {
        if (!is_numbers(bytes + at))
            continue;
        if (at - end > GAP * BLOCK || end == 0) {
            keep_longer(&best, begin, end);
            begin = at;
        }
        end = at + BLOCK;
    }
    keep_longer(&best, begin, end);
    return best;
}

void fwd_locate_values(const struct fwd_pair *pair, struct fwd_located *l)
{
    struct fwd_frame_part from = find_values(pair->source, pair->source_size);
    struct fwd_frame_part to = find_values(pair->target, pair->target_size);
    bool both = from.end > 0 && to.end > 0;

    l->frames.values = both ? from : (struct fwd_frame_part){0, 0};
    l->target_values = both ? to : (struct fwd_frame_part){0, 0};
}
