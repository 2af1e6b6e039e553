/* Bytes of `lite` that are not copied: literals, repetitions, and units that changed (LITE.md
 * chapter 5). */
#ifndef FWD_VERIFY_LITE_LITE_VALUES_H
#define FWD_VERIFY_LITE_LITE_VALUES_H

#include "verify/lite/lite_bits.h"

#include <string.h>

enum coding { LITERAL, CHANGED };

/* Parts of code: a first halfword, the second one, and those of a word. */
enum { FIRST, SECOND, UPPER, LOWER };

#define REPEAT_LEAST   6u
#define NUMBER_REPEATS 6u      /* two sets: distance, size */
#define FIELDS_OPCODE  0x0801u /* 11 0 */
#define FIELDS_NIBBLES 0x1111u

#define OP_LOAD 9u /* upper five bits of Thumb's LDR literal */

/* Bytes of instructions that begin with theirs. */
static void pass_bytes(struct fwd_lite *z, const uint8_t *bytes, uint32_t size)
{
    struct fwd_ref_view *v = z->view;

    for (; size > 0; size--, bytes++)
        v->rest = (uint8_t)((v->rest > 0 ? v->rest : rules(z)->length(*bytes)) - 1);
}

/* Begins a chunk. What passed the end of the ring is at its start, too, from here on. */
static void begin_chunk(struct fwd_lite *z)
{
    uint32_t size = 1u << z->params.history_log, at = z->at & (size - 1);
    uint32_t end = (uint32_t)(z->out - z->history) + z->used;

    if (end > size)
        memcpy(z->history, z->history + size, end - size);
    z->out = z->history + at;
    z->used = 0;
    z->room = (uint8_t)least(FWD_LITE_CHUNK - FWD_LITE_PIECE, size - at);
}

/* Appends to the target. */
static void put(struct fwd_lite *z, const uint8_t *bytes, uint32_t size)
{
    uint8_t *out = z->out + z->used;

    z->used = (uint8_t)(z->used + size);
    z->at += size;
    if (rules(z)->length != NULL)
        pass_bytes(z, bytes, size);
    while (size-- > 0)
        *out++ = *bytes++;
}

/* The byte before the next one; 0 at the start. */
static uint32_t last_byte(const struct fwd_lite *z)
{
    return z->history[(z->at - 1) & ((1u << z->params.history_log) - 1)];
}

/* A word between its bytes and what it means. */
static uint32_t ordered(const struct fwd_lite *z, uint32_t word)
{
    return rules(z)->big ? __builtin_bswap32(word) : word;
}

static void put_value(struct fwd_lite *z, uint32_t value, uint32_t size)
{
    uint8_t bytes[4];

    fwd_word_put(bytes, value);
    put(z, bytes, size);
}

/* Bytes that are left of the instruction after this half of it. */
static void pass_half(struct fwd_lite *z, uint32_t half)
{
    bool longer = rules(z)->longer != NULL && z->view->rest == 0 && rules(z)->longer(half);

    z->view->rest = longer ? 2 : 0;
}

/* A load of a literal of Thumb, which ends at z->at. */
static void saw(struct fwd_lite *z, uint32_t half)
{
    if (rules(z)->loads && half >> 11 == OP_LOAD)
        z->literal_target = ((z->at + 2) & ~3u) + (half & 0xFF) * 4;
}

static uint32_t fields_of(const struct fwd_lite *z, uint32_t known, uint32_t part)
{
    return part == FIRST && rules(z)->fields != NULL ? rules(z)->fields(known) : FIELDS_NIBBLES;
}

/* A halfword, field by field; of one that changed, each field as its difference from `like`. */
static uint32_t code_half(
    struct fwd_lite *z, uint32_t value, uint32_t like, enum coding mode, uint32_t part)
{
    uint32_t known = 0, changed = 0, left = 16;
    uint32_t fields = part == FIRST ? FIELDS_OPCODE : FIELDS_NIBBLES;

    while (left > 0) {
        uint32_t top = left - 1, bottom = length_of(fields & ((1u << left) - 1)) - 1;
        uint32_t key = top | bottom << 4 | part << 8, mask = (1u << (left - bottom)) - 1;
        uint32_t was = mode == LITERAL ? 0 : like >> bottom & mask;
        uint32_t opcode = left == 16 ? 32 : known >> 11;
        uint32_t base = mode == LITERAL ? mixed(opcode, 0x3000000u | key)
                                        : mixed(like >> 11, 0x5000000u | key | changed << 26);
        uint32_t field = code_field(z, ((value >> bottom) - was) & mask, left - bottom, base);

        known |= ((was + field) & mask) << bottom;
        if (field != 0)
            changed = 1;
        if (left == 16)
            fields = fields_of(z, known, part);
        left = bottom;
    }
    return known;
}

static uint32_t code_byte(struct fwd_lite *z, uint32_t value, uint32_t like, enum coding mode)
{
    uint32_t base = mode == LITERAL ? mixed(last_byte(z),
                                          0xA000000u | (z->at & 3) | (uint32_t)z->view->rest << 2)
                                    : mixed(like, 0x9000000u);

    return (like + code_field(z, (value - like) & 0xFF, 8, base)) & 0xFF;
}

static uint32_t code_word(struct fwd_lite *z, uint32_t value, uint32_t like, enum coding mode)
{
    uint32_t high = code_half(z, value >> 16, like >> 16, mode, UPPER);

    return high << 16 | code_half(z, value & 0xFFFF, like & 0xFFFF, mode, LOWER);
}

/* `size` bytes that were predicted as `like`. */
static void code_changed(struct fwd_lite *z, const uint8_t *like, uint32_t size)
{
    uint32_t unit = z->unit;

    if (rules(z)->length != NULL || size % unit != 0 || z->at % unit != 0)
        unit = 1;
    for (; size > 0; size -= unit, like += unit) {
        uint32_t value = truth(z, 0, unit);
        if (unit == 1) {
            value = code_byte(z, value, *like, CHANGED);
        } else if (rules(z)->unit == 4) {
            value =
                ordered(z, code_word(z, ordered(z, value), ordered(z, fwd_word_at(like)), CHANGED));
        } else {
            value =
                code_half(z, value, fwd_half_at(like), CHANGED, z->view->rest > 0 ? SECOND : FIRST);
            pass_half(z, value);
        }
        put_value(z, value, unit);
    }
}

/* ---- repetitions ----------------------------------------------------------------------------- */

/* Are the next bytes a piece of the last output again? Then `repeat` of them follow. */
static bool code_repeat(struct fwd_lite *z)
{
    uint32_t distance, size;

    if (z->gap < REPEAT_LEAST || z->view->rest > 0 || (z->at & 1))
        return false;
    find_repeat(z, &distance, &size);
    z->repeated_before = flag(z, size > 0, z->body + FWD_LITE_REPEAT + z->repeated_before);
    if (!z->repeated_before)
        return false;
    distance = 1 + number(z, distance - 1, NUMBER_REPEATS);
    size = REPEAT_LEAST + number(z, size - REPEAT_LEAST, NUMBER_REPEATS + 1);
    if (size > z->gap || distance > z->at || distance >= 1u << z->params.history_log) {
        z->failed = FWD_E_STREAM_INVALID;
        return false;
    }
    z->repeat = size;
    z->repeat_distance = distance;
    return true;
}

static void give_repeat(struct fwd_lite *z)
{
    uint32_t mask = (1u << z->params.history_log) - 1;
    uint32_t size = least(z->repeat, (uint32_t)z->room - z->used);

    z->repeat -= size;
    while (size-- > 0)
        put(z, &z->history[(z->at - z->repeat_distance) & mask], 1);
}

/* ---- literals -------------------------------------------------------------------------------- */

/* A word, or a first halfword and what belongs to it: of branches, where they lead instead of how
 * far. Returns the bytes that *value has. */
static uint32_t code_instruction(struct fwd_lite *z, uint32_t *value)
{
    const struct fwd_lite_isa *isa = rules(z);
    uint32_t w = z->gap >= 4 ? ordered(z, truth(z, 0, 4)) : truth(z, 0, 2), moved = w;
    uint32_t load = (z->literal_target + 4 - ((z->at + 4) & ~3u)) >> 2;

    if (z->gap >= 4 && isa->move != NULL)
        moved = isa->move(w, z->at);
    if (isa->unit == 4) {
        moved = code_word(z, moved, 0, LITERAL);
        *value = ordered(z, isa->move != NULL ? isa->move(moved, 0u - z->at) : moved);
        return 4;
    }
    bool loads = isa->loads && (moved >> 11 & 31) == OP_LOAD;
    uint32_t h = code_half(
        z, loads ? (moved & 0xFF00) | ((moved - load) & 0xFF) : moved & 0xFFFF, 0, LITERAL, FIRST);
    if (isa->loads && h >> 11 == OP_LOAD)
        h = (h & 0xFF00) | ((h + load) & 0xFF);
    if (z->gap < 4 || isa->move == NULL || !isa->longer(h)) {
        *value = h;
        return 2;
    }
    moved = h | code_half(z, moved >> 16, 0, LITERAL, SECOND) << 16;
    *value = isa->move(moved, 0u - z->at);
    return 4;
}

static void code_literal(struct fwd_lite *z)
{
    uint32_t unit = z->unit, value, size;

    if (unit == 1 || rules(z)->length != NULL || z->at % unit != 0 || z->gap < unit) {
        put_value(z, code_byte(z, truth(z, 0, 1), 0, LITERAL), 1);
        return;
    }
    if (z->view->rest > 0) {
        value = code_half(z, truth(z, 0, 2), 0, LITERAL, SECOND);
        z->view->rest = 0;
        put_value(z, value, 2);
        return;
    }
    size = code_instruction(z, &value);
    if (size == 2)
        pass_half(z, value);
    put_value(z, value, size);
    if (size == 2)
        saw(z, value);
}

#endif
