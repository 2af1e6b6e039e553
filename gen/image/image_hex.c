/* Intel HEX (Intel's Hexadecimal Object File Format Specification, revision A of 1988), record
 * types 00 to 05. */
#include "gen/image/image_internal.h"

/* count, two of address, type, data, checksum */
#define RECORD_MAX 260u
#define HEAD       4u

enum { DATA, END, SEGMENT_BASE, SEGMENT_START, LINEAR_BASE, LINEAR_START };

struct hex_state {
    uint64_t base;  /* added to the address of a record */
    bool segmented; /* the base is that of an 8086 segment: addresses wrap at 64 KiB */
    bool end;
};

bool fwd_image_hex_is(const uint8_t *data, size_t size)
{
    struct fwd_image_line line = {0};
    uint8_t head[HEAD];
    const uint8_t *at = fwd_image_text_begin(data, size);

    while (fwd_image_text_next(data + size, &line, &at)) {
        if (line.size == 0)
            continue;
        if (line.at[0] != ':' || line.size < 1 + 2 * (HEAD + 1))
            return false;
        line.size = 1 + 2 * HEAD;
        return fwd_image_text_hex(&line, 1, head, HEAD) == HEAD && head[3] <= LINEAR_START;
    }
    return false;
}

static enum fwd_fail take_data(struct fwd_image_input *in, const struct hex_state *state,
    const uint8_t *record, unsigned line, struct fwd_error *err)
{
    uint32_t address = (uint32_t)record[1] << 8 | record[2];
    uint8_t count = record[0];

    if (count == 0)
        return FWD_FAIL_NONE;
    if (state->segmented && address + count > 0x10000)
        return fwd_image_refuse(in, err,
            "line %u: the record goes beyond the end of its segment of 64 KiB; convert the file "
            "to one with linear addresses first",
            line);
    uint64_t to = state->base + address;
    if (to + count > UINT64_C(1) << 32)
        return fwd_image_refuse(in, err, "line %u: the record goes beyond 4 GiB", line);
    return fwd_memory_map_add(&in->map, to, to, record + HEAD, count)
               ? FWD_FAIL_NONE
               : fwd_error_memory(err, in->name);
}

/* record: complete, with a good checksum. */
static enum fwd_fail take_record(struct fwd_image_input *in, struct hex_state *state,
    const uint8_t *record, unsigned line, struct fwd_error *err)
{
    static const uint8_t sizes[] = {
        [END] = 0, [SEGMENT_BASE] = 2, [SEGMENT_START] = 4, [LINEAR_BASE] = 2, [LINEAR_START] = 4};
    uint8_t type = record[3];
    uint64_t value = (uint64_t)record[HEAD] << 8 | record[HEAD + 1];

    if (type == DATA)
        return take_data(in, state, record, line, err);
    if (type > LINEAR_START)
        return fwd_image_refuse(in, err, "line %u: there is no record type %02X", line, type);
    if (record[0] != sizes[type])
        return fwd_image_refuse(in, err,
            "line %u: a record of type %02X has %u bytes of data, but %u are stated", line, type,
            sizes[type], record[0]);
    if (type == END)
        state->end = true;
    if (type == SEGMENT_BASE || type == LINEAR_BASE) {
        state->segmented = type == SEGMENT_BASE;
        state->base = state->segmented ? value << 4 : value << 16;
    }
    return FWD_FAIL_NONE;
}

static enum fwd_fail take_line(
    struct fwd_image_input *in, void *ctx, const struct fwd_image_line *line, struct fwd_error *err)
{
    struct hex_state *state = ctx;
    uint8_t record[RECORD_MAX] = {0};

    if (state->end)
        return fwd_image_text_after_end(in, line, err);
    size_t size =
        line->at[0] == ':' ? fwd_image_text_hex(line, 1, record, sizeof record) : SIZE_MAX;
    if (size == SIZE_MAX || size < HEAD + 1)
        return fwd_image_refuse(in, err,
            "line %u: is not an Intel HEX record: expected ':' and pairs of hex digits",
            line->number);
    if (size != HEAD + record[0] + 1u)
        return fwd_image_refuse(in, err,
            "line %u: states %u bytes of data, but has %zu: the file is cut off or damaged",
            line->number, record[0], size - HEAD - 1);
    enum fwd_fail fail = fwd_image_text_check_sum(in, line, record, size, 0, err);
    return fail == FWD_FAIL_NONE ? take_record(in, state, record, line->number, err) : fail;
}

enum fwd_fail fwd_image_hex_read(struct fwd_image_input *in, struct fwd_error *err)
{
    struct hex_state state = {0};
    enum fwd_fail fail = fwd_image_text_each(in, take_line, &state, err);

    if (fail == FWD_FAIL_NONE && !state.end)
        fail = fwd_image_refuse(in, err, "has no end record (:00000001FF): the file is cut off");
    return fail;
}
