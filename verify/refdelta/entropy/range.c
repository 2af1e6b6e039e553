#include "verify/refdelta/entropy/range.h"

uint32_t fwd_range_middle(uint32_t low, uint32_t high, uint32_t one)
{
    uint32_t range = high - low;

    return low + (range >> 16) * one + (((range & 0xFFFFu) * one) >> 16);
}

static uint8_t next_byte(struct fwd_range *r)
{
    if (r->used == r->filled) {
        uint32_t left = r->end - r->at;
        uint32_t size = left < FWD_RANGE_BUFFER ? left : FWD_RANGE_BUFFER;
        if (size == 0) {
            /* a stream that goes on after its end was cut or forged */
            if (++r->zeros > FWD_RANGE_ZEROS && r->failed == FWD_OK)
                r->failed = FWD_E_STREAM_INVALID;
            return 0;
        }
        enum fwd_reason reason = fwd_input_read(r->input, r->at, r->buffer, size);
        if (reason != FWD_OK) {
            if (r->failed == FWD_OK)
                r->failed = reason;
            return 0;
        }
        r->at += size;
        r->filled = (uint8_t)size;
        r->used = 0;
    }
    return r->buffer[r->used++];
}

void fwd_range_open(
    struct fwd_range *r, const struct fwd_input *input, uint32_t offset, uint32_t size)
{
    r->input = input;
    r->at = offset;
    r->end = offset + size;
    r->zeros = 0;
    r->low = 0;
    r->high = UINT32_MAX;
    r->code = 0;
    r->failed = FWD_OK;
    r->used = r->filled = 0;
    for (unsigned i = 0; i < 4; i++)
        r->code = r->code << 8 | next_byte(r);
}

bool fwd_range_code(void *ctx, bool bit, uint32_t one)
{
    struct fwd_range *r = ctx;
    uint32_t middle = fwd_range_middle(r->low, r->high, one);

    if (r->failed != FWD_OK)
        return false;
    bit = r->code <= middle;
    if (bit)
        r->high = middle;
    else
        r->low = middle + 1;
    while (((r->low ^ r->high) & 0xFF000000u) == 0) {
        r->low <<= 8;
        r->high = r->high << 8 | 0xFFu;
        r->code = r->code << 8 | next_byte(r);
    }
    return bit;
}

enum fwd_reason fwd_range_finish(const struct fwd_range *r)
{
    if (r->failed != FWD_OK)
        return r->failed;
    return r->at == r->end && r->used == r->filled ? FWD_OK : FWD_E_STREAM_INVALID;
}
