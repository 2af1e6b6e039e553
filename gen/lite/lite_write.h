/* What the coder of `lite` is when it encodes: bits go into streams, and the target is known.
 * verify/lite/lite_read.h has the same names for a decoder. */
#ifndef FWD_GEN_LITE_LITE_WRITE_H
#define FWD_GEN_LITE_LITE_WRITE_H

#include "hostio/host_file.h"
#include "verify/lite/lite_context.h"

#include <stdlib.h>
#include <string.h>

/* A stream that is written: of a range coder with carry. */
struct lite_out {
    struct fwd_bytes bytes;
    size_t room;
    uint64_t low;
    uint32_t range;
    uint8_t cache;   /* the last byte that is not written yet, ... */
    uint64_t cached; /* ... and how many there are with the 0xFF after it */
    bool failed;     /* no memory */
};

struct lite_writer {
    const uint8_t *target;
    struct lite_out runs, body;
    struct fwd_lite *ahead; /* an arena for what foresee() tries */
    uint32_t arena_size;
};

static void out_byte(struct lite_out *o, uint8_t byte)
{
    if (o->bytes.size == o->room) {
        size_t room = o->room > 0 ? 2 * o->room : 4096;
        uint8_t *data = realloc(o->bytes.data, room);
        if (data == NULL) {
            o->failed = true;
            return;
        }
        o->bytes.data = data;
        o->room = room;
    }
    o->bytes.data[o->bytes.size++] = byte;
}

static void out_begin(struct lite_out *o)
{
    *o = (struct lite_out){.range = UINT32_MAX, .cached = 1};
}

static void out_shift(struct lite_out *o)
{
    if ((uint32_t)o->low < 0xFF000000u || o->low >> 32 != 0) {
        uint8_t byte = o->cache, carry = (uint8_t)(o->low >> 32);
        for (; o->cached > 0; o->cached--, byte = 0xFF)
            out_byte(o, (uint8_t)(byte + carry));
        o->cache = (uint8_t)(o->low >> 24);
    }
    o->cached++;
    o->low = (o->low & 0xFFFFFFu) << 8;
}

/* Ends with the roundest number of the interval. Its zeros at the end, at most four, are not
 * stored, nor is the first byte, which is always 0. */
static bool out_end(struct lite_out *o)
{
    uint64_t high = o->low + o->range - 1;

    for (unsigned bits = 32; bits > 0; bits -= 8) {
        uint64_t mask = (1ull << bits) - 1, value = (o->low + mask) & ~mask;
        if (value <= high) {
            o->low = value;
            break;
        }
    }
    for (unsigned i = 0; i < 5; i++)
        out_shift(o);
    if (o->failed)
        return false;
    size_t least = o->bytes.size - 4 > 2 ? o->bytes.size - 4 : 2;
    while (o->bytes.size > least && o->bytes.data[o->bytes.size - 1] == 0)
        o->bytes.size--;
    memmove(o->bytes.data, o->bytes.data + 1, --o->bytes.size);
    return true;
}

static struct lite_writer *writer_of(const struct fwd_lite *z)
{
    return z->writer;
}

static bool code_bit(struct fwd_lite *z, bool bit, uint32_t one)
{
    struct lite_writer *w = writer_of(z);
    struct lite_out *o = z->stream == &z->runs_stream ? &w->runs : &w->body;
    uint32_t bound = (o->range >> 16) * one;

    if (bit) {
        o->range = bound;
    } else {
        o->low += bound;
        o->range -= bound;
    }
    while (o->range < 1u << 24) {
        o->range <<= 8;
        out_shift(o);
    }
    return bit;
}

static uint32_t raw(struct fwd_lite *z, uint32_t value, uint32_t count)
{
    uint32_t known = 0;

    while (count-- > 0)
        known = known << 1 | code_bit(z, value >> count & 1u, 32768);
    return known;
}

static uint32_t code_field(struct fwd_lite *z, uint32_t value, uint32_t width, uint32_t base)
{
    uint32_t prefix = 1, shift = 32u - z->params.slots_log;

    while (width-- > 0) {
        uint16_t *context = hashed(z, base + prefix * FWD_LITE_PREFIX, shift);
        bool bit = value >> width & 1u;
        code_bit(z, bit, *context & ~COUNT);
        *context = (uint16_t)learned(*context, bit);
        prefix = prefix << 1 | bit;
    }
    return value;
}

/* ---- what only an encoder knows -------------------------------------------------------------- */

static uint32_t truth(const struct fwd_lite *z, uint32_t ahead, uint32_t size)
{
    const uint8_t *target = writer_of(z)->target + z->at + ahead;
    uint32_t value = 0;

    while (size-- > 0)
        value = value << 8 | target[size];
    return value;
}

static bool is_truth(const struct fwd_lite *z, const uint8_t *bytes, uint32_t size)
{
    return memcmp(writer_of(z)->target + z->at, bytes, size) == 0;
}

static int32_t distance_to_truth(
    const struct fwd_lite *z, const struct fwd_ref *ref, const uint8_t *old, uint32_t predicted)
{
    const uint8_t *wanted = writer_of(z)->target + z->at;
    uint8_t again[FWD_REF_SIZE_MAX];
    uint32_t target;

    if (ref->split || !z->isa->read(&z->frames.to, &z->frames, wanted, z->at, ref, &target) ||
        !z->isa->write(&z->frames, old, z->at, ref, target, again) ||
        memcmp(wanted, again, ref->size) != 0)
        return 0;
    int32_t distance = (int32_t)(target - predicted);
    if (distance % (1 << ref->unit) != 0)
        return 0;
    distance /= 1 << ref->unit;
    return distance > -(1 << 26) && distance < 1 << 26 ? distance : 0;
}

static uint32_t foresee(const struct fwd_lite *z);
static void find_repeat(const struct fwd_lite *z, uint32_t *distance, uint32_t *size);

#endif
