/* Xtensa in a `fwd` body (FWD.md): instructions of two and three bytes. */
#include "verify/refdelta/delta.h"

#define OP_L32R 1u
#define OP_CALL 5u

/* What is known of the instruction that a byte belongs to. */
struct place {
    uint32_t index; /* of the byte in the instruction */
    uint32_t known; /* its bytes before, the first in the low bits */
    uint32_t history;
};

static uint32_t salt_of(uint32_t tree)
{
    return tree * 0x3D4D51CBu;
}

/* Where the next byte of the target belongs. */
static struct place place_of(const struct fwd_delta *d)
{
    uint32_t h = d->history;

    if (d->view.done == 0)
        return (struct place){0, 0, h};
    return d->view.done == 1 ? (struct place){1, h & 0xFF, h}
                             : (struct place){2, (h >> 8 & 0xFF) | (h & 0xFF) << 8, h};
}

static void literal_contexts(struct fwd_delta *d, const struct place *p, uint32_t tree)
{
    uint32_t salt = salt_of(tree);
    struct fwd_model *m = &d->model;

    fwd_model_hashed(m, p->known + salt, 0x170000u | p->index);
    fwd_model_hashed(m, (p->known | (uint32_t)d->view.before << 16) + salt, 0x180000u | p->index);
    fwd_model_hashed(m, (p->history & 0xFFu) + salt, 0x190000u | p->index);
    fwd_model_hashed(m, (p->history & 0xFFFFu) + salt, 0x1A0000u | p->index);
    fwd_model_hashed(m, (p->history & 0xFFFFFFu) + salt, 0x1B0000u);
    fwd_model_hashed(m, salt, 0x1C0000u | p->index);
}

static uint32_t code_literal(struct fwd_delta *d, struct place *place, uint32_t value)
{
    uint32_t tree = 1;

    for (uint32_t bit = 8; bit-- > 0;) {
        literal_contexts(d, place, tree);
        bool one = fwd_model_code(&d->model, value >> bit & 1u, FWD_ROW_BYTES + bit / 2,
            FWD_SECOND_BYTES, FWD_MODEL_NONE);
        tree = tree << 1 | one;
    }
    tree &= 0xFF;
    place->known |= tree << 8 * place->index++;
    place->history = place->history << 8 | tree;
    return tree;
}

/* After a byte of the target. */
static void advance(struct fwd_ref_view *view, uint32_t byte)
{
    if (view->rest == 0) {
        view->rest = (uint8_t)fwd_xtensa_length(byte);
        view->first = (uint8_t)byte;
    }
    view->rest--;
    view->done++;
    if (view->rest == 0) {
        view->done = 0;
        view->before = view->first;
    }
}

static void put(struct fwd_delta *d, uint32_t value, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        const uint8_t byte = (uint8_t)(value >> 8 * i);
        fwd_delta_put(d, &byte, 1);
        advance(&d->view, byte);
    }
}

/* A call is coded with where it leads, in words; a load with how far its literal is from the one
 * after the last that was loaded. */
static uint32_t moved(uint32_t w, uint32_t call_by, uint32_t load_by)
{
    if ((w & 15) == OP_CALL)
        return (w & 0x3F) | ((w + (call_by << 6)) & 0xFFFFC0);
    if ((w & 15) == OP_L32R)
        return (w & 0xFF) | ((w + (load_by << 8)) & 0xFFFF00);
    return w;
}

/* at: of an instruction; words count from the start of the image. */
static void saw_load(struct fwd_delta *d, uint32_t w, uint32_t at)
{
    if ((w & 15) == OP_L32R)
        d->literal_target = ((at + 3) >> 2) + (w >> 8 | 0xFFFF0000u);
}

static void literal_instruction(struct fwd_delta *d)
{
    uint32_t at = d->at, call_by = (at >> 2) + 1, load_by = ((at + 3) >> 2) - d->literal_target - 1;
    uint32_t wanted = moved(fwd_delta_wanted(d, 0, 3), call_by, load_by);
    struct place place = {0, 0, d->history};
    uint32_t size = fwd_xtensa_length(code_literal(d, &place, wanted & 0xFF));

    for (uint32_t i = 1; i < size; i++)
        (void)code_literal(d, &place, wanted >> 8 * i & 0xFF);
    if (size == 3) {
        place.known = moved(place.known, 0u - call_by, 0u - load_by);
        saw_load(d, place.known, at);
    }
    put(d, place.known, size);
}

static void xtensa_literal(struct fwd_delta *d, uint32_t left)
{
    struct place place = place_of(d);

    if (d->view.rest == 0 && left >= 3)
        literal_instruction(d);
    else
        put(d, code_literal(d, &place, fwd_delta_wanted(d, 0, 1)), 1);
}

static void xtensa_mispredict(
    struct fwd_delta *d, const uint8_t *predicted, uint32_t size, enum fwd_coding mode)
{
    for (uint32_t i = 0; i < size; i++)
        put(d, fwd_byte_change(d, fwd_delta_wanted(d, 0, 1), predicted[i], d->view.done, mode), 1);
}

static void xtensa_copied(struct fwd_delta *d, const uint8_t *bytes, uint32_t size, bool reference)
{
    if (size == 3)
        saw_load(d, fwd_half_at(bytes) | (uint32_t)bytes[2] << 16, d->at - 3);
    if (reference) {
        d->view.rest = d->view.done = 0;
        d->view.before = size == 4 ? d->view.before : bytes[0];
        return;
    }
    for (uint32_t i = 0; i < size; i++)
        advance(&d->view, bytes[i]);
}

static uint32_t xtensa_unit(const struct fwd_delta *d, uint32_t first)
{
    return d->view.rest != 0 ? d->view.rest : fwd_xtensa_length(first);
}

static uint32_t xtensa_train(struct fwd_delta *d, uint32_t at, uint32_t end)
{
    const uint8_t *bytes = fwd_window_bytes(&d->view.source, at, 3);

    if (bytes == NULL || end - at < 3)
        return 0;
    struct place place = {0, 0, d->history};
    uint32_t w = fwd_half_at(bytes) | (uint32_t)bytes[2] << 16, size = fwd_xtensa_length(w);
    for (uint32_t i = 0; i < size; i++)
        d->history = d->history << 8 | code_literal(d, &place, w >> 8 * i & 0xFF);
    d->view.before = (uint8_t)w;
    return size;
}

const struct fwd_isa fwd_isa_xtensa = {.id = FWD_ISA_XTENSA,
    .unit = 1,
    .unit_size = xtensa_unit,
    .find = fwd_xtensa_find,
    .read = fwd_xtensa_read,
    .write = fwd_xtensa_write,
    .literal = xtensa_literal,
    .mispredict = xtensa_mispredict,
    .copied = xtensa_copied,
    .train = xtensa_train};
