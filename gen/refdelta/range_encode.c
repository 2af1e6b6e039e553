#include "gen/refdelta/range_encode.h"

#include "verify/refdelta/entropy/range.h"

#include <stdlib.h>

static void put_byte(struct fwd_range_encode *r, uint32_t byte)
{
    if (r->bytes.size == r->room) {
        size_t room = r->room ? r->room * 2 : 4096;
        uint8_t *bytes = realloc(r->bytes.data, room);
        if (bytes == NULL) {
            r->failed = true;
            return;
        }
        r->bytes.data = bytes;
        r->room = room;
    }
    r->bytes.data[r->bytes.size++] = (uint8_t)byte;
}

bool fwd_range_encode_bit(void *ctx, bool bit, uint32_t one)
{
    struct fwd_range_encode *r = ctx;
    uint32_t middle = fwd_range_middle(r->low, r->high, one);

    if (bit)
        r->high = middle;
    else
        r->low = middle + 1;
    while (((r->low ^ r->high) & 0xFF000000u) == 0) {
        put_byte(r, r->high >> 24);
        r->low <<= 8;
        r->high = r->high << 8 | 0xFFu;
    }
    return bit;
}

/* The shortest string of bytes that, followed by zeros, lies in low..high. */
bool fwd_range_encode_end(struct fwd_range_encode *r)
{
    for (unsigned count = 0; count <= 4; count++) {
        uint32_t rest = count == 4 ? 0 : UINT32_MAX >> (8 * count);
        uint32_t value = r->low & ~rest;
        if (value < r->low) {
            if (r->high - value <= rest)
                continue;
            value += rest + 1;
        }
        for (unsigned i = 0; i < count; i++)
            put_byte(r, value >> (24 - 8 * i));
        break;
    }
    /* a stream is never empty, so that its size can tell that it is there */
    if (r->bytes.size == 0)
        put_byte(r, 0);
    return !r->failed;
}

/* -log2(p / 65536) * 65536, by squaring: integers only, the same everywhere. */
static uint32_t cost_of(uint32_t p)
{
    const uint64_t one = 1u << 31;
    uint32_t cost = 0;
    uint64_t x = (uint64_t)p << 15;

    while (x < one) {
        x <<= 1;
        cost += 65536;
    }
    /* now one <= x < 2 * one: take off its logarithm, 16 bits of it */
    for (uint32_t bit = 32768; bit > 0; bit >>= 1) {
        x = x * x >> 31;
        if (x >= 2 * one) {
            x >>= 1;
            cost -= bit;
        }
    }
    return cost;
}

bool fwd_bit_meter_bit(void *ctx, bool bit, uint32_t one)
{
    struct fwd_bit_meter *m = ctx;

    m->costs[m->model->category] += cost_of(bit ? one : 65536 - one);
    if (m->decisions != NULL)
        m->decisions[m->model->category]++;
    if (m->ones != NULL)
        m->ones[m->model->category] += bit;
    return bit;
}
