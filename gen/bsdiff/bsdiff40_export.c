#include "gen/bsdiff/bsdiff40.h"

#include <bzlib.h>
#include <stdlib.h>
#include <string.h>

#define HEAD_SIZE  32u
#define TUPLE_SIZE 24u
#define LEVEL      9 /* as bsdiff itself: 900 KB blocks */

/* Sign and magnitude, little-endian. */
static void put_offset(uint8_t *out, int64_t value)
{
    uint64_t magnitude = (uint64_t)(value < 0 ? -value : value);

    for (unsigned i = 0; i < 8; i++)
        out[i] = (uint8_t)(magnitude >> (8 * i));
    if (value < 0)
        out[7] |= 0x80;
}

/* Appends a block, compressed. */
static bool append(struct fwd_bytes *out, uint8_t *bytes, uint32_t size, uint32_t *compressed)
{
    /* bzip2 promises at most 1 % and 600 bytes more */
    uint64_t room = (uint64_t)size + size / 100 + 601;
    unsigned length = room > UINT32_MAX ? UINT32_MAX : (unsigned)room;
    uint8_t *data = realloc(out->data, out->size + length);

    if (data == NULL)
        return false;
    out->data = data;
    if (BZ2_bzBuffToBuffCompress(
            (char *)data + out->size, &length, (char *)bytes, size, LEVEL, 0, 0) != BZ_OK)
        return false;
    out->size += length;
    *compressed = length;
    return true;
}

static void write_control(const struct fwd_tuples *tuples, uint8_t *out)
{
    for (size_t i = 0; i < tuples->count; i++, out += TUPLE_SIZE) {
        put_offset(out, tuples->list[i].diff);
        put_offset(out + 8, tuples->list[i].extra);
        put_offset(out + 16, tuples->list[i].seek);
    }
}

enum fwd_fail fwd_bsdiff40_export(const struct fwd_pair *pair, const struct fwd_tuples *tuples,
    struct fwd_bytes *out, struct fwd_error *err)
{
    uint32_t diff, extra, packed[3];
    size_t control = tuples->count * TUPLE_SIZE;
    enum fwd_fail fail = FWD_FAIL_NONE;

    fwd_tuples_sum(tuples, &diff, &extra);
    if (control > UINT32_MAX)
        return fwd_error_fail(err, FWD_FAIL_REFUSED, "the delta has too many parts to export");
    uint8_t *streams = malloc(control + diff + extra + 1);
    *out = (struct fwd_bytes){.data = malloc(HEAD_SIZE), .size = HEAD_SIZE};
    if (streams == NULL || out->data == NULL) {
        fail = fwd_error_memory(err, "the exported patch");
        goto out;
    }
    write_control(tuples, streams);
    fwd_tuples_split(tuples, pair, streams + control, streams + control + diff);
    if (!append(out, streams, (uint32_t)control, &packed[0]) ||
        !append(out, streams + control, diff, &packed[1]) ||
        !append(out, streams + control + diff, extra, &packed[2])) {
        fail = fwd_error_memory(err, "the exported patch");
        goto out;
    }
    memcpy(out->data, "BSDIFF40", 8);
    put_offset(out->data + 8, packed[0]);
    put_offset(out->data + 16, packed[1]);
    put_offset(out->data + 24, pair->target_size);
out:
    free(streams);
    if (fail != FWD_FAIL_NONE)
        fwd_bytes_free(out);
    return fail;
}
