/* Bytes that are no part of an instruction (FWD.md). */
#include "verify/refdelta/delta.h"

static uint32_t salt_of(uint32_t tree)
{
    return tree * 0x3D4D51CBu;
}

static void literal_contexts(struct fwd_delta *d, uint32_t tree)
{
    uint32_t last1 = d->history & 0xFFu, last2 = d->history & 0xFFFFu;
    uint32_t last3 = d->history & 0xFFFFFFu, odd = d->at & 1u, salt = salt_of(tree);
    struct fwd_model *m = &d->model;

    fwd_model_hashed(m, last1 + salt, 0x90000u | odd);
    fwd_model_hashed(m, last2 + salt, 0xA0000u | odd);
    fwd_model_hashed(m, last3 + salt, 0xB0000u);
    fwd_model_hashed(m, salt, 0xC0000u | (d->at & 3u));
    fwd_model_hashed(m, salt, 0x150000u);
    fwd_model_hashed(m, (d->history & 0xFF00u) + salt, 0x160000u);
}

/* What changed bytes changed by, last and at the same place of a word, and the bytes around. */
static void change_contexts(
    struct fwd_delta *d, uint32_t tree, uint32_t predicted, enum fwd_coding mode)
{
    uint32_t place = d->change.by_place[d->at & 3u], past = d->change.past & 0xFFu;
    uint32_t salt = salt_of(tree), adjacent = d->at == d->change.end;
    struct fwd_model *m = &d->model;

    fwd_model_hashed(m, past + salt, 0xD0000u | adjacent);
    fwd_model_hashed(m, (past | (d->history & 0xFF00u)) + salt, 0xE0000u);
    fwd_model_hashed(m, (place & 0xFFu) + salt, 0xF0000u);
    fwd_model_hashed(m, place + salt, 0x110000u);
    fwd_model_hashed(m, (predicted | (uint32_t)mode << 9) + salt, 0x120000u);
    fwd_model_hashed(m, (d->history & 0xFFu) + salt, 0x130000u);
}

static void learn_change(struct fwd_change *c, uint32_t at, uint32_t by)
{
    uint16_t *place = &c->by_place[at & 3u];

    *place = (uint16_t)((uint32_t)*place << 8 | by);
    c->past = (uint8_t)by;
    c->end = at + 1;
}

uint32_t fwd_byte_code(
    struct fwd_delta *d, uint32_t value, uint32_t predicted, enum fwd_coding mode)
{
    uint32_t tree = 1;

    if (mode == FWD_CODING_LITERAL)
        predicted = 0;
    value -= predicted;
    for (uint32_t bit = 8; bit-- > 0;) {
        if (mode == FWD_CODING_LITERAL)
            literal_contexts(d, tree);
        else
            change_contexts(d, tree, predicted, mode);
        bool one = fwd_model_code(&d->model, value >> bit & 1u,
            FWD_ROW_BYTES + (uint32_t)mode * 4 + bit / 2, FWD_SECOND_BYTES, FWD_MODEL_NONE);
        tree = tree << 1 | one;
    }
    if (mode != FWD_CODING_LITERAL)
        learn_change(&d->change, d->at, tree & 0xFFu);
    return (tree + predicted) & 0xFFu;
}
