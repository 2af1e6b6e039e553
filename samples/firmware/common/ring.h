/* Byte queue for one producer and one consumer, of which one may be an interrupt. */
#ifndef DEMO_RING_H
#define DEMO_RING_H

#include <stdbool.h>
#include <stdint.h>

struct ring {
    uint8_t *bytes;
    uint32_t mask; /* size - 1; the size is a power of two */
    volatile uint32_t head;
    volatile uint32_t tail;
};

bool ring_put(struct ring *ring, uint8_t byte);
bool ring_get(struct ring *ring, uint8_t *byte);
uint32_t ring_used(const struct ring *ring);

#endif
