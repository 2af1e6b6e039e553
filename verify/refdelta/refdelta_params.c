#include "verify/refdelta/refdelta_params.h"

#include "format/cursor.h"

/* The state of the decoder at the start of the arena: SPEC.md gives this number, and the decoder
 * checks that its state fits. */
#define STATE_SIZE 10240u

bool fwd_delta_class_size(uint8_t ram_class, uint32_t *size)
{
    switch (ram_class) {
    case FWD_RAM_64K:
        *size = 65536;
        return true;
    case FWD_RAM_256K:
        *size = 262144;
        return true;
    case FWD_RAM_FREE:
        *size = UINT32_MAX;
        return true;
    default:
        return false;
    }
}

enum fwd_reason fwd_delta_params_decode(
    const uint8_t *bytes, uint8_t size, struct fwd_delta_params *p)
{
    uint32_t memory;

    if (size == 0 || bytes[0] != FWD_DELTA_VERSION)
        return size == 0 ? FWD_E_SECTION_CONTENT : FWD_E_UNKNOWN_CODEC;
    if (size != FWD_DELTA_PARAMS_SIZE)
        return FWD_E_SECTION_CONTENT;
    *p = (struct fwd_delta_params){.isa = bytes[1], .ram_class = bytes[2], .pages = bytes[3]};
    p->intervals = (uint32_t)bytes[4] | (uint32_t)bytes[5] << 8 | (uint32_t)bytes[6] << 16;
    p->caches = (uint16_t)(bytes[7] * FWD_DELTA_CACHE_UNIT);
    p->segments = bytes[8];
    if (p->pages == 0 || p->segments < 2 || p->segments > 2 * FWD_SEGMENTS_MAX ||
        !fwd_delta_class_size(p->ram_class, &memory))
        return FWD_E_SECTION_CONTENT;
    return FWD_OK;
}

/* Takes size bytes, rounded up to 16. All sums stay under 2^30: intervals have 24 bits, the rest
 * less. */
static uint32_t take(uint32_t *at, uint32_t size)
{
    uint32_t place = *at;

    *at += (size + 15u) & ~15u;
    return place;
}

enum fwd_reason fwd_delta_layout(const struct fwd_delta_params *p, struct fwd_delta_layout *layout)
{
    uint32_t at = STATE_SIZE, slots = p->pages * FWD_DELTA_PAGE, memory;

    if (!fwd_delta_class_size(p->ram_class, &memory))
        return FWD_E_SECTION_CONTENT;
    layout->map = take(&at, p->intervals * FWD_COPYMAP_INTERVAL);
    layout->body = at;
    layout->segments = take(&at, p->segments * (uint32_t)FWD_DELTA_SEGMENT);
    layout->direct = take(&at, FWD_BODY_DIRECTS * 2);
    layout->weights = take(&at, FWD_BODY_WEIGHTS * FWD_MODEL_INPUTS * 2);
    layout->second = take(&at, FWD_BODY_SECONDS * FWD_MODEL_INPUTS * 2);
    layout->sse = take(&at, FWD_BODY_SSE_ROWS * FWD_MODEL_KNOTS * 2);
    layout->moved = take(&at, p->caches * FWD_CORRECTION_CACHE_ENTRY);
    layout->data = take(&at, p->caches * FWD_CORRECTION_CACHE_ENTRY);
    layout->slots = take(&at, slots * 2);
    layout->checks = take(&at, slots);
    uint32_t build = layout->body + p->intervals * FWD_COPYMAP_BUILD;
    layout->end = at > build ? at : build;
    return layout->end <= memory ? FWD_OK : FWD_E_SECTION_CONTENT;
}
