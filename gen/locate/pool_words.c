#include "gen/locate/pool_words.h"

#include <stdlib.h>

static void mark(uint8_t *words, uint32_t size, uint32_t at, uint32_t target)
{
    if (target > at && (target & 3) == 0 && target < size && size - target >= 4)
        words[target / 32] |= (uint8_t)(1u << (target / 4 % 8));
}

static void mark_thumb(uint8_t *words, const uint8_t *bytes, uint32_t size)
{
    for (uint32_t at = 0; at + 2 <= size; at += 2) {
        uint32_t h = fwd_half_at(bytes + at), pc = (at + 4) & ~3u;
        if ((h & 0xF800) == 0x4800)
            mark(words, size, at, pc + (h & 0xFF) * 4);
        else if (h == 0xF8DF && at + 4 <= size)
            mark(words, size, at, pc + (fwd_half_at(bytes + at + 2) & 0xFFF));
    }
}

static void mark_a32(uint8_t *words, const uint8_t *bytes, uint32_t size)
{
    for (uint32_t at = 0; at + 4 <= size; at += 4) {
        uint32_t w = fwd_word_at(bytes + at);
        if (w >> 28 < 15 && (w >> 16 & 0xFFF) == 0x59F)
            mark(words, size, at, at + 8 + (w & 0xFFF));
    }
}

/* Literals lie before what loads them. */
static void mark_xtensa(uint8_t *words, const uint8_t *bytes, uint32_t size)
{
    for (uint32_t at = 0; at + 3 <= size;) {
        uint32_t target =
            ((at + 3) & ~3u) + (0xFFFC0000u | (uint32_t)fwd_half_at(bytes + at + 1) << 2);
        if ((bytes[at] & 15) == 1 && target < at)
            words[target / 32] |= (uint8_t)(1u << (target / 4 % 8));
        at += fwd_xtensa_length(bytes[at]);
    }
}

uint8_t *fwd_pool_words(const struct fwd_isa *isa, const uint8_t *bytes, uint32_t size)
{
    uint8_t *words = calloc(size / 32 + 1, 1);

    if (words == NULL)
        return NULL;
    if (isa->id == FWD_ISA_THUMB || isa->id == FWD_ISA_ARM)
        mark_thumb(words, bytes, size);
    if (isa->id == FWD_ISA_A32 || isa->id == FWD_ISA_ARM)
        mark_a32(words, bytes, size);
    if (isa->id == FWD_ISA_XTENSA)
        mark_xtensa(words, bytes, size);
    return words;
}
