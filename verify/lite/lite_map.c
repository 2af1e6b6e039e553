/* The map of the codec `lite` (LITE.md): where runs of the source went, by their starts. */
#include "verify/lite/lite.h"

#include <string.h>

static uint8_t *entry(const struct fwd_lite *z, uint32_t i)
{
    return z->map + FWD_LITE_MAP * i;
}

static uint32_t start_of(const struct fwd_lite *z, uint32_t i)
{
    const uint8_t *e = entry(z, i);

    return e[0] | (uint32_t)e[1] << 8 | (uint32_t)e[2] << 16;
}

static int32_t shift_of(const struct fwd_lite *z, uint32_t i)
{
    const uint8_t *e = entry(z, i);

    return fwd_ref_signed(fwd_half_at(e + 3) | (uint32_t)e[5] << 16, 24);
}

/* How many start at or below a cell. */
static uint32_t below(const struct fwd_lite *z, uint32_t cell)
{
    uint32_t low = 0, high = z->intervals;

    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (start_of(z, middle) <= cell)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool fwd_lite_map_put(struct fwd_lite *z, uint32_t start, int32_t shift)
{
    uint32_t i = below(z, start);
    uint8_t *at = entry(z, i);

    if (i > 0 && (start == start_of(z, i - 1) || shift == shift_of(z, i - 1)))
        return true;
    if (z->intervals == z->params.intervals)
        return false;
    memmove(at + FWD_LITE_MAP, at, (size_t)FWD_LITE_MAP * (z->intervals - i));
    z->intervals++;
    fwd_half_put(at, start);
    at[2] = (uint8_t)(start >> 16);
    fwd_half_put(at + 3, (uint32_t)shift);
    at[5] = (uint8_t)((uint32_t)shift >> 16);
    return true;
}

uint32_t fwd_lite_map_find(const struct fwd_lite *z, uint32_t offset, uint32_t *confidence)
{
    uint32_t next = below(z, offset / 2);

    *confidence = next > 0 ? FWD_LITE_MAPPED : FWD_LITE_FAR;
    if (z->intervals == 0)
        return offset;
    return offset + (uint32_t)shift_of(z, next > 0 ? next - 1 : 0);
}
