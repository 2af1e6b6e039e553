#include "verify/refdelta/entropy/exp_golomb.h"

uint32_t fwd_exp_golomb_length(uint32_t value)
{
    uint32_t length = 0;

    while (value != 0) {
        value >>= 1;
        length++;
    }
    return length;
}

/* The bits of value + 1 below its highest, from the highest to the lowest. */
static uint32_t code_below(struct fwd_model *m, uint32_t value, uint32_t bits, uint32_t set)
{
    uint32_t known = 1, wanted = value + 1;
    uint32_t at = set + FWD_EXP_GOLOMB_LENGTHS + 7 * ((bits < 15 ? bits : 15) - 1);

    for (uint32_t i = bits; i-- > 0;) {
        bool bit = wanted >> i & 1u;
        uint32_t depth = bits - 1 - i;
        if (depth < 3)
            bit = fwd_model_flag(m, bit, at + 2 * depth + (known & 1u) - 1);
        else if (i < 2)
            bit = fwd_model_flag(m, bit, at + 5 + i);
        else
            bit = fwd_model_raw(m, bit);
        known = known << 1 | bit;
    }
    return known - 1;
}

/* mix: NULL when each bit of the length has one context alone. */
static uint32_t code_number(
    struct fwd_model *m, uint32_t value, uint32_t set, const struct fwd_exp_golomb_mix *mix)
{
    uint32_t wanted = fwd_exp_golomb_length(value + 1) - 1, bits = 0;

    for (bool more; bits < FWD_EXP_GOLOMB_BITS - 1; bits++) {
        uint32_t at = bits < FWD_EXP_GOLOMB_LENGTHS ? bits : FWD_EXP_GOLOMB_LENGTHS - 1;
        if (mix != NULL) {
            fwd_model_direct(m, set + at);
            fwd_model_direct(m, mix->first + at);
            fwd_model_direct(m, mix->second + at);
            more = fwd_model_code(m, bits < wanted, mix->row, FWD_MODEL_NONE, at);
        } else {
            more = fwd_model_flag(m, bits < wanted, set + at);
        }
        if (!more)
            break;
    }
    return bits == 0 ? 0 : code_below(m, value, bits, set);
}

uint32_t fwd_exp_golomb_code(struct fwd_model *m, uint32_t value, uint32_t set)
{
    return code_number(m, value, set, NULL);
}

uint32_t fwd_exp_golomb_mixed(
    struct fwd_model *m, uint32_t value, const struct fwd_exp_golomb_mix *mix)
{
    return code_number(m, value, mix->set, mix);
}

uint32_t fwd_exp_golomb_plain(struct fwd_model *m, uint32_t value)
{
    uint32_t wanted = fwd_exp_golomb_length(value + 1) - 1, bits = 0;

    while (bits < FWD_EXP_GOLOMB_BITS - 1 && fwd_model_raw(m, bits < wanted))
        bits++;
    return (1u << bits | fwd_exp_golomb_bits(m, value + 1, bits)) - 1;
}

uint32_t fwd_exp_golomb_bits(struct fwd_model *m, uint32_t value, uint32_t count)
{
    uint32_t known = 0;

    while (count-- > 0)
        known = known << 1 | fwd_model_raw(m, value >> count & 1u);
    return known;
}
