#include "gen/image/image_internal.h"

#include <string.h>

const uint8_t *fwd_image_text_begin(const uint8_t *data, size_t size)
{
    return size >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0 ? data + 3 : data;
}

/* Also the end-of-file character of old systems, which some programmers still append. */
static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == 0x1A;
}

bool fwd_image_text_next(const uint8_t *end, struct fwd_image_line *line, const uint8_t **position)
{
    const uint8_t *at = *position;

    if (at == end)
        return false;
    const uint8_t *stop = at;
    while (stop < end && *stop != '\n' && *stop != '\r')
        stop++;
    *position = stop < end ? stop + 1 : end;
    if (stop + 1 < end && stop[0] == '\r' && stop[1] == '\n')
        *position = stop + 2;
    while (at < stop && is_space(*at))
        at++;
    while (stop > at && is_space(stop[-1]))
        stop--;
    *line = (struct fwd_image_line){at, (size_t)(stop - at), line->number + 1};
    return true;
}

static int digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

size_t fwd_image_text_hex(
    const struct fwd_image_line *line, size_t from, uint8_t *bytes, size_t room)
{
    size_t count = 0;

    if (from > line->size || (line->size - from) % 2 != 0 || (line->size - from) / 2 > room)
        return SIZE_MAX;
    for (size_t i = from; i < line->size; i += 2) {
        int high = digit(line->at[i]), low = digit(line->at[i + 1]);
        if (high < 0 || low < 0)
            return SIZE_MAX;
        bytes[count++] = (uint8_t)(high << 4 | low);
    }
    return count;
}

enum fwd_fail fwd_image_text_each(struct fwd_image_input *in,
    enum fwd_fail (*take)(struct fwd_image_input *in, void *state,
        const struct fwd_image_line *line, struct fwd_error *err),
    void *state, struct fwd_error *err)
{
    struct fwd_image_line line = {0};
    const uint8_t *at = fwd_image_text_begin(in->data, in->size);
    enum fwd_fail fail = FWD_FAIL_NONE;

    while (fail == FWD_FAIL_NONE && fwd_image_text_next(in->data + in->size, &line, &at)) {
        if (line.size > 0)
            fail = take(in, state, &line, err);
    }
    return fail;
}

enum fwd_fail fwd_image_text_after_end(
    const struct fwd_image_input *in, const struct fwd_image_line *line, struct fwd_error *err)
{
    return fwd_image_refuse(in, err,
        "line %u: something follows the end record; were several files joined? join them with "
        "srec_cat, which keeps one end record",
        line->number);
}

enum fwd_fail fwd_image_text_check_sum(const struct fwd_image_input *in,
    const struct fwd_image_line *line, const uint8_t *record, size_t size, uint8_t sum,
    struct fwd_error *err)
{
    uint8_t found = 0;

    for (size_t i = 0; i < size; i++)
        found = (uint8_t)(found + record[i]);
    if (found == sum)
        return FWD_FAIL_NONE;
    return fwd_image_refuse(in, err,
        "line %u: its checksum is wrong: the file is damaged; make or fetch it again",
        line->number);
}
