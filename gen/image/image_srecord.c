/* Motorola S-records: S0 (a title), S1 to S3 (data at 16, 24 or 32 bits of address), S5 and S6 (how
 * many data records), S7 to S9 (the end). */
#include "gen/image/image_internal.h"

/* count, four of address, data, checksum */
#define RECORD_MAX 256u

struct srecord_state {
    uint32_t records; /* with data */
    bool counted;     /* the last record counts those with data */
    bool end;
};

/* Bytes of the address by the digit after the S; 0: no such record. */
static const uint8_t address_sizes[10] = {2, 2, 3, 4, 0, 2, 3, 4, 3, 2};

static bool is_type(uint8_t c)
{
    return c >= '0' && c <= '9' && address_sizes[c - '0'] != 0;
}

bool fwd_image_srecord_is(const uint8_t *data, size_t size)
{
    struct fwd_image_line line = {0};
    uint8_t head[2];
    const uint8_t *at = fwd_image_text_begin(data, size);

    while (fwd_image_text_next(data + size, &line, &at)) {
        if (line.size == 0)
            continue;
        if (line.size < 8 || line.at[0] != 'S' || !is_type(line.at[1]))
            return false;
        line.size = 6;
        return fwd_image_text_hex(&line, 2, head, sizeof head) == sizeof head;
    }
    return false;
}

/* record: count, address, data, checksum, all of them there. */
static enum fwd_fail take_record(struct fwd_image_input *in, struct srecord_state *state, char type,
    const uint8_t *record, unsigned line, struct fwd_error *err)
{
    size_t width = address_sizes[type - '0'];
    size_t size = record[0] - width - 1;
    uint32_t address = 0;

    for (size_t i = 0; i < width; i++)
        address = address << 8 | record[1 + i];
    if (type >= '7')
        state->end = true;
    state->counted = type == '5' || type == '6';
    if ((type == '5' && address != (state->records & 0xFFFF)) ||
        (type == '6' && address != (state->records & 0xFFFFFF)))
        return fwd_image_refuse(in, err,
            "line %u: counts %u data records, but there are %u before it: the file is damaged",
            line, (unsigned)address, (unsigned)state->records);
    if (type < '1' || type > '3')
        return FWD_FAIL_NONE;
    state->records++;
    if (size == 0)
        return FWD_FAIL_NONE;
    if ((uint64_t)address + size > UINT64_C(1) << (8 * width))
        return fwd_image_refuse(
            in, err, "line %u: the record goes beyond the last address that it can name", line);
    return fwd_memory_map_add(&in->map, address, address, record + 1 + width, size)
               ? FWD_FAIL_NONE
               : fwd_error_memory(err, in->name);
}

static enum fwd_fail take_line(
    struct fwd_image_input *in, void *ctx, const struct fwd_image_line *line, struct fwd_error *err)
{
    struct srecord_state *state = ctx;
    uint8_t record[RECORD_MAX] = {0};

    if (state->end)
        return fwd_image_text_after_end(in, line, err);
    size_t size = SIZE_MAX;
    if (line->size >= 2 && line->at[0] == 'S' && is_type(line->at[1]))
        size = fwd_image_text_hex(line, 2, record, sizeof record);
    if (size == SIZE_MAX || size < 1)
        return fwd_image_refuse(in, err,
            "line %u: is not an S-record: expected S, a digit and pairs of hex digits",
            line->number);
    if (size != record[0] + 1u || record[0] < address_sizes[line->at[1] - '0'] + 1u)
        return fwd_image_refuse(in, err,
            "line %u: states %u bytes, but has %zu: the file is cut off or damaged", line->number,
            record[0], size - 1);
    enum fwd_fail fail = fwd_image_text_check_sum(in, line, record, size, 0xFF, err);
    return fail == FWD_FAIL_NONE
               ? take_record(in, state, (char)line->at[1], record, line->number, err)
               : fail;
}

enum fwd_fail fwd_image_srecord_read(struct fwd_image_input *in, struct fwd_error *err)
{
    struct srecord_state state = {0};
    enum fwd_fail fail = fwd_image_text_each(in, take_line, &state, err);

    if (fail == FWD_FAIL_NONE && !state.end && !state.counted)
        fail = fwd_image_refuse(
            in, err, "has no record at its end that ends it (S5 to S9): the file is cut off");
    return fail;
}
