/* Bytes that are no part of an instruction (FWD.md). */
#include "verify/refdelta/delta.h"

#define NOTHING 256u

static void add_contexts(struct fwd_delta *d, uint32_t tree, uint32_t predicted, uint32_t mode)
{
    uint32_t last1 = d->history & 0xFFu, last2 = d->history & 0xFFFFu;
    uint32_t last3 = d->history & 0xFFFFFFu, odd = d->at & 1u, salt = tree * 0x3D4D51CBu;
    struct fwd_model *m = &d->model;

    fwd_model_hashed(m, last1 + salt, 0x90000u | odd);
    fwd_model_hashed(m, last2 + salt, 0xA0000u | odd);
    fwd_model_hashed(m, last3 + salt, 0xB0000u);
    fwd_model_hashed(m, salt, 0xC0000u | (d->at & 3u));
    fwd_model_hashed(m, (predicted | mode << 9) + salt, 0xD0000u);
    fwd_model_hashed(m, (predicted | last1 << 9) + salt, 0xE0000u);
}

uint32_t fwd_byte_code(
    struct fwd_delta *d, uint32_t value, uint32_t predicted, enum fwd_coding mode)
{
    uint32_t tree = 1;

    if (mode == FWD_CODING_LITERAL)
        predicted = NOTHING;
    for (uint32_t bit = 8; bit-- > 0;) {
        add_contexts(d, tree, predicted, (uint32_t)mode);
        bool one = fwd_model_code(&d->model, value >> bit & 1u,
            FWD_ROW_BYTES + (uint32_t)mode * 4 + bit / 2, FWD_SECOND_BYTES, FWD_MODEL_NONE);
        tree = tree << 1 | one;
    }
    return tree & 0xFFu;
}
