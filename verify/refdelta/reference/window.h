/* A view of the source that reads ahead: what comes next is mostly near what came last. */
#ifndef FWD_VERIFY_REFDELTA_REFERENCE_WINDOW_H
#define FWD_VERIFY_REFDELTA_REFERENCE_WINDOW_H

#include "verify/codec.h"

#define FWD_WINDOW_SIZE 256u /* the usual buffer; small decoders have less */
/* What may be asked for at once. */
#define FWD_WINDOW_MOST 16u
/* Kept before the place that was asked for, of a usual buffer: references are explained by what
 * stands before them. */
#define FWD_WINDOW_BEHIND 40u

struct fwd_window {
    const struct fwd_input *input;
    uint32_t at, size;      /* what the buffer holds */
    enum fwd_reason failed; /* sticky: of the input */
    uint16_t room, behind;
    uint8_t *bytes; /* the buffer */
};

/* buffer: room bytes, at least 2 * FWD_WINDOW_MOST; stays valid. */
void fwd_window_open(
    struct fwd_window *window, const struct fwd_input *input, uint8_t *buffer, uint16_t room);

/* fwd_window_bytes() of what the buffer does not hold. */
const uint8_t *fwd_window_fill(struct fwd_window *window, uint32_t offset, uint32_t size);

/* size (1..FWD_WINDOW_MOST) bytes at offset, valid until the next call; NULL when they are not all
 * inside the input, or when it cannot be read. */
static inline const uint8_t *fwd_window_bytes(
    struct fwd_window *window, uint32_t offset, uint32_t size)
{
    uint32_t inside = offset - window->at;

    if (inside < window->size && size <= window->size - inside)
        return window->bytes + inside;
    return fwd_window_fill(window, offset, size);
}

/* A little-endian word; false as above. */
bool fwd_window_word(struct fwd_window *window, uint32_t offset, uint32_t *word);

uint32_t fwd_half_at(const uint8_t *bytes);
uint32_t fwd_word_at(const uint8_t *bytes);
void fwd_half_put(uint8_t *bytes, uint32_t value);
void fwd_word_put(uint8_t *bytes, uint32_t value);

#endif
