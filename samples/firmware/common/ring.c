#include "samples/firmware/common/ring.h"

bool ring_put(struct ring *ring, uint8_t byte)
{
    if (ring->head - ring->tail > ring->mask)
        return false;
    ring->bytes[ring->head & ring->mask] = byte;
    ring->head++;
    return true;
}

bool ring_get(struct ring *ring, uint8_t *byte)
{
    if (ring->head == ring->tail)
        return false;
    *byte = ring->bytes[ring->tail & ring->mask];
    ring->tail++;
    return true;
}

uint32_t ring_used(const struct ring *ring)
{
    return ring->head - ring->tail;
}
