#include "gen/bsdiff/bsdiff40.h"
#include "gen/bsdiff/suffix.h"

#include <bzlib.h>
#include <stdlib.h>
#include <string.h>

#define HEAD_SIZE  32u
#define TUPLE_SIZE 24u
#define PIECE      65536u

enum { CONTROL, DIFF, EXTRA, STREAMS };

struct import {
    const char *name;
    const struct fwd_bytes *source;
    struct fwd_bytes *target;
    size_t room;
    int64_t target_size; /* as the patch says: 1..FWD_SUFFIX_MAX */
    int64_t source_at;   /* may leave the source on both sides: bspatch reads zeros there */
    struct fwd_weaver weaver;
    bz_stream streams[STREAMS];
    bool open[STREAMS];
    struct fwd_error *err;
};

static enum fwd_fail refuse(const struct import *in, const char *what)
{
    return fwd_error_fail(in->err, FWD_FAIL_REFUSED,
        "%s: not a sound BSDIFF40 patch: %s; make it again with bsdiff", in->name, what);
}

static int64_t get_offset(const uint8_t *bytes)
{
    uint64_t magnitude = bytes[7] & 0x7F;

    for (unsigned i = 7; i > 0; i--)
        magnitude = magnitude << 8 | bytes[i - 1];
    return bytes[7] & 0x80 ? -(int64_t)magnitude : (int64_t)magnitude;
}

/* Exactly size bytes of a block. */
static bool take(struct import *in, unsigned stream, uint8_t *out, uint32_t size)
{
    bz_stream *s = &in->streams[stream];

    s->next_out = (char *)out;
    s->avail_out = size;
    while (s->avail_out > 0) {
        unsigned before = s->avail_out;
        int result = BZ2_bzDecompress(s);
        if (result == BZ_STREAM_END)
            return s->avail_out == 0;
        if (result != BZ_OK || (s->avail_in == 0 && s->avail_out == before))
            return false;
    }
    return true;
}

static enum fwd_fail open_blocks(struct import *in, const struct fwd_bytes *patch)
{
    const uint8_t *at = patch->data + HEAD_SIZE;
    size_t left = patch->size - HEAD_SIZE;

    for (unsigned i = 0; i < STREAMS; i++) {
        int64_t size = i == EXTRA ? (int64_t)left : get_offset(patch->data + 8 + 8 * i);
        if (size < 0 || (uint64_t)size > left || (uint64_t)size > UINT32_MAX)
            return refuse(in, "a block is longer than the file");
        in->streams[i].next_in = (char *)(uintptr_t)at;
        in->streams[i].avail_in = (unsigned)size;
        if (BZ2_bzDecompressInit(&in->streams[i], 0, 0) != BZ_OK)
            return fwd_error_memory(in->err, in->name);
        in->open[i] = true;
        at += size;
        left -= (size_t)size;
    }
    return FWD_FAIL_NONE;
}

/* Room for size more bytes; grows with what really arrives, not with what the header claims. */
static uint8_t *target_room(struct import *in, uint32_t size)
{
    if (in->room - in->target->size < size) {
        size_t room = in->room * 2 + size;
        uint8_t *data = realloc(in->target->data, room);
        if (data == NULL)
            return NULL;
        in->target->data = data;
        in->room = room;
    }
    return in->target->data + in->target->size;
}

/* Adds the source where there is one, and tells the weaver which bytes that were. */
static void add_source(struct import *in, uint8_t *bytes, uint32_t size)
{
    int64_t begin = in->source_at, end = begin + size, limit = (int64_t)in->source->size;
    int64_t first = begin < 0 ? 0 : begin, last = end > limit ? limit : end;

    if (first >= last) {
        fwd_weaver_extra(&in->weaver, size);
        return;
    }
    for (int64_t i = first; i < last; i++)
        bytes[i - begin] = (uint8_t)(bytes[i - begin] + in->source->data[i]);
    fwd_weaver_extra(&in->weaver, (uint32_t)(first - begin));
    fwd_weaver_diff(&in->weaver, (uint32_t)first, (uint32_t)(last - first));
    fwd_weaver_extra(&in->weaver, (uint32_t)(end - last));
}

static enum fwd_fail import_run(struct import *in, unsigned stream, int64_t size)
{
    while (size > 0) {
        uint32_t piece = size < (int64_t)PIECE ? (uint32_t)size : PIECE;
        uint8_t *bytes = target_room(in, piece);
        if (bytes == NULL)
            return fwd_error_memory(in->err, in->name);
        if (!take(in, stream, bytes, piece))
            return refuse(in, "a block ends too early or is damaged");
        if (stream == DIFF) {
            add_source(in, bytes, piece);
            in->source_at += piece;
        } else {
            fwd_weaver_extra(&in->weaver, piece);
        }
        in->target->size += piece;
        size -= piece;
    }
    return FWD_FAIL_NONE;
}

static enum fwd_fail import_tuple(struct import *in)
{
    uint8_t bytes[TUPLE_SIZE];

    if (!take(in, CONTROL, bytes, TUPLE_SIZE))
        return refuse(in, "the control block ends too early or is damaged");
    int64_t diff = get_offset(bytes), extra = get_offset(bytes + 8), seek = get_offset(bytes + 16);
    int64_t left = in->target_size - (int64_t)in->target->size;
    if (diff < 0 || extra < 0 || diff > left || extra > left - diff)
        return refuse(in, "it writes beyond the end of the new image");
    if (seek > INT32_MAX || seek < -INT32_MAX)
        return refuse(in, "it reads too far outside the old image");
    enum fwd_fail fail = import_run(in, DIFF, diff);
    if (fail == FWD_FAIL_NONE)
        fail = import_run(in, EXTRA, extra);
    in->source_at += seek;
    if (in->source_at > (int64_t)1 << 40 || in->source_at < -((int64_t)1 << 40))
        return refuse(in, "it reads too far outside the old image");
    return fail;
}

/* A patch may have tuples without output; more of them than target bytes are an attack. */
static enum fwd_fail import_tuples(struct import *in)
{
    enum fwd_fail fail = FWD_FAIL_NONE;
    int64_t idle = 0;

    while (fail == FWD_FAIL_NONE && (int64_t)in->target->size < in->target_size) {
        size_t before = in->target->size;
        fail = import_tuple(in);
        if (in->target->size == before && ++idle > in->target_size)
            return refuse(in, "it has too many parts without bytes");
    }
    if (fail == FWD_FAIL_NONE && !fwd_weaver_end(&in->weaver))
        fail = fwd_error_memory(in->err, in->name);
    return fail;
}

static enum fwd_fail check_head(struct import *in, const struct fwd_bytes *patch)
{
    if (patch->size < HEAD_SIZE || memcmp(patch->data, "BSDIFF40", 8) != 0)
        return refuse(in, "it does not begin with BSDIFF40");
    in->target_size = get_offset(patch->data + 24);
    if (in->target_size <= 0 || in->target_size > (int64_t)FWD_SUFFIX_MAX)
        return refuse(in, "the new image would be empty or larger than 2 GiB");
    if (in->source->size == 0 || in->source->size > FWD_SUFFIX_MAX)
        return fwd_error_fail(in->err, FWD_FAIL_REFUSED,
            "%s: the old image is empty or larger than 2 GiB, so no patch can be imported",
            in->name);
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_bsdiff40_import(const char *name, const struct fwd_bytes *patch,
    const struct fwd_bytes *source, struct fwd_bytes *target, struct fwd_tuples *tuples,
    struct fwd_error *err)
{
    struct import in = {
        .name = name, .source = source, .target = target, .weaver = {.tuples = tuples}, .err = err};

    *target = (struct fwd_bytes){0};
    *tuples = (struct fwd_tuples){0};
    enum fwd_fail fail = check_head(&in, patch);
    if (fail == FWD_FAIL_NONE)
        fail = open_blocks(&in, patch);
    if (fail == FWD_FAIL_NONE)
        fail = import_tuples(&in);
    for (unsigned i = 0; i < STREAMS; i++)
        if (in.open[i])
            BZ2_bzDecompressEnd(&in.streams[i]);
    if (fail != FWD_FAIL_NONE) {
        fwd_bytes_free(target);
        fwd_tuples_free(tuples);
    }
    return fail;
}
