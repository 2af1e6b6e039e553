/* x86 in a `fwd` body (FWD.md): instructions of 1 to 15 bytes, 64-bit and 32-bit code. */
#include "verify/refdelta/delta.h"
#include "verify/refdelta/reference/x86_shape.h"

#define OP_CALL 0xE8u

/* An instruction that is coded byte by byte. */
struct writing {
    uint8_t bytes[FWD_X86_LONGEST];
    uint32_t count;   /* bytes so far */
    uint32_t known;   /* a hash of them */
    uint32_t head;    /* of those that the shape depends on */
    uint32_t history; /* the last four bytes */
    bool told;        /* the shape is known */
    struct fwd_x86_shape shape;
};

static void contexts(struct fwd_delta *d, const struct writing *w, uint32_t tree)
{
    uint32_t salt = tree * 0x3D4D51CBu;
    uint32_t place = w->told ? 16 + (w->shape.size - w->count) : w->count;
    struct fwd_model *m = &d->model;

    fwd_model_hashed(m, w->known + salt, 0x1D0000u | place);
    fwd_model_hashed(m, w->known + salt, 0x1E0000u | place | (uint32_t)d->view.before << 8);
    fwd_model_hashed(m, (w->history & 0xFFu) + salt, 0x1F0000u | place);
    fwd_model_hashed(m, (w->history & 0xFFFFu) + salt, 0x200000u | place);
    fwd_model_hashed(m, (w->history & 0xFFFFFFu) + salt, 0x210000u);
    fwd_model_hashed(m, w->head + salt, 0x220000u | place);
}

/* Codes the next byte; afterwards the shape may be known. */
static void code_next(struct fwd_delta *d, struct writing *w, bool wide, uint32_t value)
{
    uint32_t tree = 1;

    for (uint32_t bit = 8; bit-- > 0;) {
        contexts(d, w, tree);
        bool one = fwd_model_code(&d->model, value >> bit & 1u, FWD_ROW_BYTES + bit / 2,
            FWD_SECOND_BYTES, FWD_MODEL_NONE);
        tree = tree << 1 | one;
    }
    tree &= 0xFF;
    w->bytes[w->count++] = (uint8_t)tree;
    w->known = fwd_model_hash(w->known, tree + 1);
    w->history = w->history << 8 | tree;
    if (!w->told) {
        w->head = w->known;
        w->told = fwd_x86_shape(w->bytes, w->count, wide, &w->shape);
    }
}

/* Offset of the 4 bytes that are coded with where they lead instead of how far; 0: none. */
static uint32_t leads_at(const struct fwd_x86_shape *s)
{
    if (s->far && s->map == 0 && s->opcode == OP_CALL)
        return s->far;
    return s->relative ? s->disp : 0;
}

static void move(uint8_t *bytes, const struct fwd_x86_shape *s, uint32_t by)
{
    uint32_t at = leads_at(s);

    if (at)
        fwd_word_put(bytes + at, fwd_word_at(bytes + at) + by);
}

static void x86_literal(struct fwd_delta *d, bool wide, uint32_t left)
{
    struct writing w = {.history = d->history};
    uint8_t wanted[FWD_X86_LONGEST];
    uint32_t end = left < FWD_X86_LONGEST ? left : FWD_X86_LONGEST;

    for (uint32_t i = 0; i < end; i++)
        wanted[i] = (uint8_t)fwd_delta_wanted(d, i, 1);
    while (w.count < end) {
        bool before = w.told;
        code_next(d, &w, wide, wanted[w.count]);
        if (w.told && !before && w.shape.size <= left) {
            move(wanted, &w.shape, d->at + w.shape.size);
            end = w.shape.size;
        }
    }
    if (w.told && w.shape.size <= left) {
        move(w.bytes, &w.shape, 0u - d->at - w.shape.size);
        d->view.before = w.shape.opcode;
    }
    fwd_delta_put(d, w.bytes, w.count);
}

static void x86_64_literal(struct fwd_delta *d, uint32_t left)
{
    x86_literal(d, true, left);
}

static void x86_32_literal(struct fwd_delta *d, uint32_t left)
{
    x86_literal(d, false, left);
}

/* Where in an instruction that which changes most begins. */
static uint32_t field_of(const uint8_t *bytes, uint32_t size, bool wide)
{
    struct fwd_x86_shape s;

    if (!fwd_x86_shape(bytes, size, wide, &s))
        return size;
    if (s.far || s.near)
        return s.far ? s.far : s.near;
    return s.disp ? s.disp : s.value ? s.value : size;
}

static void x86_mispredict(
    struct fwd_delta *d, bool wide, const uint8_t *predicted, uint32_t size, enum fwd_coding mode)
{
    uint32_t field = field_of(predicted, size, wide);

    for (uint32_t i = 0; i < size; i++) {
        uint32_t place = i >= field ? (i - field) & 3 : 3;
        uint8_t byte =
            (uint8_t)fwd_byte_change(d, fwd_delta_wanted(d, 0, 1), predicted[i], place, mode);
        fwd_delta_put(d, &byte, 1);
    }
}

static void x86_64_mispredict(
    struct fwd_delta *d, const uint8_t *predicted, uint32_t size, enum fwd_coding mode)
{
    x86_mispredict(d, true, predicted, size, mode);
}

static void x86_32_mispredict(
    struct fwd_delta *d, const uint8_t *predicted, uint32_t size, enum fwd_coding mode)
{
    x86_mispredict(d, false, predicted, size, mode);
}

static void x86_copied(struct fwd_delta *d, const uint8_t *bytes, uint32_t size, bool reference)
{
    (void)d;
    (void)bytes;
    (void)size;
    (void)reference;
}

static uint32_t x86_unit(const struct fwd_delta *d, uint32_t first)
{
    (void)first;
    return d->view.unit;
}

/* What is coded with where it leads is shown with its new place. */
static uint32_t x86_train(struct fwd_delta *d, bool wide, uint32_t at, uint32_t end)
{
    uint32_t left = end - at < FWD_X86_LONGEST ? end - at : FWD_X86_LONGEST, confidence;
    const uint8_t *source = fwd_window_bytes(&d->view.source, at, left);
    struct writing w = {.history = d->history};
    uint8_t bytes[FWD_X86_LONGEST];
    struct fwd_x86_shape s;

    if (source == NULL || !fwd_x86_shape(source, left, wide, &s) || s.size > left)
        return 0;
    for (uint32_t i = 0; i < s.size; i++)
        bytes[i] = source[i];
    if (leads_at(&s)) {
        uint32_t target = fwd_word_at(bytes + leads_at(&s)) + at + s.size;
        uint32_t moved =
            target < d->frames.from.size ? fwd_copymap_find(&d->map, target, &confidence) : target;
        fwd_word_put(bytes + leads_at(&s), moved);
    }
    while (w.count < s.size)
        code_next(d, &w, wide, bytes[w.count]);
    d->history = w.history;
    d->view.before = s.opcode;
    return s.size;
}

static uint32_t x86_64_train(struct fwd_delta *d, uint32_t at, uint32_t end)
{
    return x86_train(d, true, at, end);
}

static uint32_t x86_32_train(struct fwd_delta *d, uint32_t at, uint32_t end)
{
    return x86_train(d, false, at, end);
}

const struct fwd_isa fwd_isa_x86_64 = {.id = FWD_ISA_X86_64,
    .unit = 1,
    .wide = true,
    .one_by_one = true,
    .unit_size = x86_unit,
    .find = fwd_x86_64_find,
    .read = fwd_x86_64_read,
    .write = fwd_x86_write,
    .literal = x86_64_literal,
    .mispredict = x86_64_mispredict,
    .copied = x86_copied,
    .train = x86_64_train};

const struct fwd_isa fwd_isa_x86_32 = {.id = FWD_ISA_X86_32,
    .unit = 1,
    .one_by_one = true,
    .unit_size = x86_unit,
    .find = fwd_x86_32_find,
    .read = fwd_x86_32_read,
    .write = fwd_x86_write,
    .literal = x86_32_literal,
    .mispredict = x86_32_mispredict,
    .copied = x86_copied,
    .train = x86_32_train};
