#include "verify/refdelta/reference/ref_halves.h"

#define NEAR  16u  /* instructions that are looked through for the other half of an address */
#define REACH 512u /* bytes of code that a register is taken to keep such a half for */

uint32_t fwd_halves_word(const struct fwd_halves_set *set, const uint8_t *b)
{
    if (!set->big)
        return fwd_word_at(b);
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

void fwd_halves_put(const struct fwd_halves_set *set, uint8_t *b, uint32_t word)
{
    for (uint32_t i = 0; i < 4; i++)
        b[set->big ? 3 - i : i] = (uint8_t)(word >> 8 * i);
}

static bool word_at(
    const struct fwd_halves_set *set, struct fwd_window *source, uint32_t at, uint32_t *word)
{
    const uint8_t *bytes = fwd_window_bytes(source, at, 4);

    if (bytes != NULL)
        *word = fwd_halves_word(set, bytes);
    return bytes != NULL;
}

static uint32_t low_of(const struct fwd_halves_op *op, uint32_t word)
{
    return op->kind == FWD_HALVES_LOW ? (uint32_t)fwd_ref_signed(word, 16) : word & 0xFFFF;
}

static bool changes(const struct fwd_halves_op *op, uint32_t reg)
{
    return op->changes[0] == reg || op->changes[1] == reg;
}

/* The low half that instructions after an upper one complete it with. */
static bool low_after(const struct fwd_halves_set *set, struct fwd_window *source, uint32_t at,
    uint32_t reg, uint32_t *low, uint32_t *carry)
{
    struct fwd_halves_op op;
    uint32_t word;

    for (uint32_t k = 1; k <= NEAR && word_at(set, source, at + 4 * k, &word); k++) {
        set->decode(word, &op);
        if (op.kind >= FWD_HALVES_LOW && op.base == reg) {
            *low = low_of(&op, word);
            *carry = op.kind == FWD_HALVES_LOW ? 0x8000 : 0;
            return true;
        }
        if (changes(&op, reg))
            return false;
    }
    return false;
}

static bool find_upper(const struct fwd_halves_set *set, struct fwd_ref_view *view, uint32_t word,
    uint32_t at, uint32_t to_at, uint32_t reg, struct fwd_ref *ref)
{
    struct fwd_ref_upper *upper = &view->uppers[reg];
    uint32_t low, carry;

    upper->end = 0;
    if (!low_after(set, &view->source, at, reg, &low, &carry))
        return false;
    *ref = (struct fwd_ref){.type = FWD_REF_HIGH, .size = 4, .split = true, .part = carry};
    if (!fwd_ref_resolve(view->frames, (word << 16) + low, ref))
        return false;
    upper->from = word << 16;
    upper->end = to_at + 4;
    return true;
}

static bool find_lower(struct fwd_ref_view *view, uint32_t word, uint32_t to_at,
    const struct fwd_halves_op *op, struct fwd_ref *ref)
{
    const struct fwd_ref_upper *upper = &view->uppers[op->base];

    if (upper->end == 0 || to_at - upper->end >= REACH)
        return false;
    *ref = (struct fwd_ref){.type = FWD_REF_LOW, .size = 4, .part = upper->to};
    return fwd_ref_resolve(view->frames, upper->from + low_of(op, word), ref);
}

static bool find_branch(const struct fwd_halves_set *set, const struct fwd_frame *frame,
    uint32_t word, uint32_t at, struct fwd_ref *ref)
{
    uint32_t address;

    *ref = (struct fwd_ref){.size = 4, .unit = 2};
    return set->branch(word, fwd_frame_address(frame, at), ref, &address) &&
           (frame->known || !set->absolute || ref->type == FWD_REF_COND) &&
           fwd_frame_offset(frame, address, 0, &ref->target);
}

bool fwd_halves_find(const struct fwd_halves_set *set, struct fwd_ref_view *view, uint32_t at,
    uint32_t to_at, struct fwd_ref *ref)
{
    struct fwd_halves_op op;
    uint32_t word;
    bool found;

    if (((at | to_at) & 3) || !word_at(set, &view->source, at, &word))
        return false;
    if (fwd_ref_word_find(view->frames, word, ref))
        return true;
    set->decode(word, &op);
    if (op.kind == FWD_HALVES_UPPER)
        return find_upper(set, view, word, at, to_at, op.changes[0], ref);
    found = op.kind != FWD_HALVES_NONE ? find_lower(view, word, to_at, &op, ref)
                                       : find_branch(set, &view->frames->from, word, at, ref);
    view->uppers[op.changes[0]].end = 0;
    view->uppers[op.changes[1]].end = 0;
    return found;
}

bool fwd_halves_read(const struct fwd_halves_set *set, const struct fwd_frame *frame,
    const struct fwd_frames *frames, const uint8_t *bytes, uint32_t at,
    const struct fwd_ref *predicted, uint32_t *target)
{
    uint32_t word = fwd_halves_word(set, bytes);
    struct fwd_halves_op op;
    struct fwd_ref ref;
    uint8_t little[4];

    fwd_word_put(little, word);
    if (fwd_ref_is_word(predicted->type))
        return fwd_ref_word_read(frame, frames, little, at, predicted, target);
    if (predicted->type == FWD_REF_LOW) {
        set->decode(word, &op);
        return op.kind >= FWD_HALVES_LOW &&
               fwd_ref_place(frame, frames, predicted, predicted->part + low_of(&op, word), target);
    }
    if (!find_branch(set, frame, word, at, &ref) || ref.type != predicted->type)
        return false;
    *target = ref.target;
    return true;
}

bool fwd_halves_write(const struct fwd_halves_set *set, const struct fwd_frames *frames,
    const uint8_t *old, uint32_t at, const struct fwd_ref *ref, uint32_t target, uint8_t *out)
{
    uint32_t word = fwd_halves_word(set, old), address = fwd_ref_address(frames, ref, target);
    struct fwd_halves_op op;
    uint8_t little[4];
    bool ok = true;

    if (fwd_ref_is_word(ref->type)) {
        (void)fwd_ref_word_write(frames, old, at, ref, target, little);
        word = fwd_word_at(little);
    } else if (ref->type == FWD_REF_HIGH) {
        word = (word & 0xFFFF0000u) | (address + ref->part) >> 16;
    } else if (ref->type == FWD_REF_LOW) {
        set->decode(word, &op);
        uint32_t low = address - ref->part;
        ok = op.kind == FWD_HALVES_LOW ? fwd_ref_fits((int32_t)low, 16) : low < 0x10000;
        word = (word & 0xFFFF0000u) | (low & 0xFFFF);
    } else {
        ok = set->put_branch(&word, fwd_frame_address(&frames->to, at), ref->type, address);
    }
    fwd_halves_put(set, out, word);
    return ok;
}

void fwd_halves_wrote(
    const struct fwd_halves_set *set, struct fwd_ref_view *view, const uint8_t *bytes)
{
    uint32_t word = fwd_halves_word(set, bytes);
    struct fwd_halves_op op;

    set->decode(word, &op);
    if (op.kind == FWD_HALVES_UPPER)
        view->uppers[op.changes[0]].to = word << 16;
}
