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
    struct fwd_delta *d, uint32_t tree, uint32_t predicted, uint32_t place, enum fwd_coding mode)
{
    uint32_t there = d->change.by_place[place], past = d->change.past;
    uint32_t salt = salt_of(tree), adjacent = d->at == d->change.end;
    struct fwd_model *m = &d->model;

    fwd_model_hashed(m, past + salt, 0xD0000u | adjacent);
    fwd_model_hashed(m, (past | (d->history & 0xFF00u)) + salt, 0xE0000u);
    fwd_model_hashed(m, (there & 0xFFu) + salt, 0xF0000u);
    fwd_model_hashed(m, there + salt, 0x110000u);
    fwd_model_hashed(m, (predicted | (uint32_t)mode << 9) + salt, 0x120000u);
    fwd_model_hashed(m, (d->history & 0xFFu) + salt, 0x130000u);
}

static uint32_t code_bit(
    struct fwd_delta *d, uint32_t tree, uint32_t value, uint32_t bit, enum fwd_coding mode)
{
    bool one = fwd_model_code(&d->model, value >> bit & 1u,
        FWD_ROW_BYTES + (uint32_t)mode * 4 + bit / 2, FWD_SECOND_BYTES, FWD_MODEL_NONE);

    return tree << 1 | one;
}

uint32_t fwd_byte_change(
    struct fwd_delta *d, uint32_t value, uint32_t predicted, uint32_t place, enum fwd_coding mode)
{
    struct fwd_change *c = &d->change;
    uint32_t tree = 1;

    value -= predicted;
    for (uint32_t bit = 8; bit-- > 0;) {
        change_contexts(d, tree, predicted, place, mode);
        tree = code_bit(d, tree, value, bit, mode);
    }
    c->by_place[place] = (uint16_t)((uint32_t)c->by_place[place] << 8 | (tree & 0xFFu));
    c->past = (uint8_t)tree;
    c->end = d->at + 1;
    return (tree + predicted) & 0xFFu;
}

uint32_t fwd_byte_code(
    struct fwd_delta *d, uint32_t value, uint32_t predicted, enum fwd_coding mode)
{
    uint32_t tree = 1;

    if (mode != FWD_CODING_LITERAL)
        return fwd_byte_change(d, value, predicted, d->at & 3u, mode);
    for (uint32_t bit = 8; bit-- > 0;) {
        literal_contexts(d, tree);
        tree = code_bit(d, tree, value, bit, mode);
    }
    return tree & 0xFFu;
}

void fwd_byte_literal(struct fwd_delta *d, uint32_t left)
{
    uint8_t byte = (uint8_t)fwd_byte_code(d, fwd_delta_wanted(d, 0, 1), 0, FWD_CODING_LITERAL);

    (void)left;
    fwd_delta_put(d, &byte, 1);
}

void fwd_byte_mispredict(
    struct fwd_delta *d, const uint8_t *predicted, uint32_t size, enum fwd_coding mode)
{
    for (uint32_t i = 0; i < size; i++) {
        uint8_t byte = (uint8_t)fwd_byte_code(d, fwd_delta_wanted(d, 0, 1), predicted[i], mode);
        fwd_delta_put(d, &byte, 1);
    }
}

void fwd_byte_copied(struct fwd_delta *d, const uint8_t *bytes, uint32_t size, bool reference)
{
    (void)d;
    (void)bytes;
    (void)size;
    (void)reference;
}
