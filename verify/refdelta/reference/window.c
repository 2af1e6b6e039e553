#include "verify/refdelta/reference/window.h"

void fwd_window_open(
    struct fwd_window *w, const struct fwd_input *input, uint8_t *buffer, uint16_t room)
{
    w->bytes = buffer;
    w->room = room;
    w->behind = room < FWD_WINDOW_SIZE ? room / 8u : FWD_WINDOW_BEHIND;
    w->input = input;
    w->at = w->size = 0;
    w->failed = FWD_OK;
}

static bool fill(struct fwd_window *w, uint32_t offset)
{
    uint32_t at = offset > w->behind ? offset - w->behind : 0;
    uint32_t left = w->input->size - at;
    uint32_t size = left < w->room ? left : w->room;

    w->size = 0;
    w->failed = fwd_input_read(w->input, at, w->bytes, size);
    if (w->failed != FWD_OK)
        return false;
    w->at = at;
    w->size = size;
    return true;
}

const uint8_t *fwd_window_fill(struct fwd_window *w, uint32_t offset, uint32_t size)
{
    if (w->failed != FWD_OK || offset >= w->input->size || size > w->input->size - offset)
        return NULL;
    if (!fill(w, offset))
        return NULL;
    return w->bytes + (offset - w->at);
}

bool fwd_window_word(struct fwd_window *w, uint32_t offset, uint32_t *word)
{
    const uint8_t *bytes = fwd_window_bytes(w, offset, 4);

    if (bytes != NULL)
        *word = fwd_word_at(bytes);
    return bytes != NULL;
}

uint32_t fwd_half_at(const uint8_t *b)
{
    return (uint32_t)b[0] | (uint32_t)b[1] << 8;
}

uint32_t fwd_word_at(const uint8_t *b)
{
    return fwd_half_at(b) | fwd_half_at(b + 2) << 16;
}

void fwd_half_put(uint8_t *b, uint32_t value)
{
    b[0] = (uint8_t)value;
    b[1] = (uint8_t)(value >> 8);
}

void fwd_word_put(uint8_t *b, uint32_t value)
{
    fwd_half_put(b, value);
    fwd_half_put(b + 2, value >> 16);
}
