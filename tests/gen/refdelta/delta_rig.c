#include "tests/gen/refdelta/delta_rig.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

void delta_writer_begin(struct delta_writer *w)
{
    w->range = (struct fwd_range_encode){.high = UINT32_MAX};
    w->port = (struct fwd_bit_port){&w->range, fwd_range_encode_bit};
}

struct fwd_bytes delta_writer_end(struct delta_writer *w)
{
    ck_assert(fwd_range_encode_end(&w->range));
    return w->range.bytes;
}

static enum fwd_reason read_bytes(void *ctx, uint32_t offset, void *buf, uint32_t size)
{
    struct delta_reader *r = ctx;

    if (++r->reads == r->fails_at)
        return FWD_E_PACKAGE_IO;
    memcpy(buf, r->bytes + offset, size);
    return FWD_OK;
}

void delta_reader_begin(struct delta_reader *r, const void *bytes, uint32_t size, unsigned fails_at)
{
    memset(r, 0, sizeof *r);
    r->bytes = malloc(size ? size : 1);
    ck_assert_ptr_nonnull(r->bytes);
    if (size > 0)
        memcpy(r->bytes, bytes, size);
    r->fails_at = fails_at;
    r->input = (struct fwd_input){r, read_bytes, size};
    r->port = (struct fwd_bit_port){&r->range, fwd_range_code};
    fwd_range_open(&r->range, &r->input, 0, size);
}

enum fwd_reason delta_reader_end(struct delta_reader *r)
{
    free(r->bytes);
    return fwd_range_finish(&r->range);
}

uint32_t delta_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}
