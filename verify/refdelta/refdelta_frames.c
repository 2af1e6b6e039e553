#include "verify/refdelta/refdelta_frames.h"
#include "verify/refdelta/entropy/exp_golomb.h"

#define RAM_FIRST 0x2000u /* the usual data window of a Cortex-M: 1 MiB at 0x20000000 */
#define RAM_LAST  0x200Fu

/* How many low bits are 0, then the others; of a wide address the upper 32 bits before. */
static void code_address(struct fwd_model *m, uint64_t *address, bool wide)
{
    uint32_t high = (uint32_t)(*address >> 32), low = (uint32_t)*address, zeros = 0;

    if (wide)
        high = fwd_exp_golomb_bits(m, high, 32);
    while (zeros < 31 && !(low >> zeros & 1u))
        zeros++;
    zeros = fwd_exp_golomb_bits(m, zeros, 5);
    low = fwd_exp_golomb_bits(m, low >> zeros, 32 - zeros) << zeros;
    *address = (uint64_t)high << 32 | low;
}

static void code_windows(struct fwd_model *m, struct fwd_frames *f)
{
    bool usual = f->data_count == 1 && f->data[0].first == RAM_FIRST && f->data[0].last == RAM_LAST;

    if (fwd_model_raw(m, usual)) {
        f->data_count = 1;
        f->data[0] = (struct fwd_data_window){RAM_FIRST, RAM_LAST};
        return;
    }
    /* the count has three bits: more than there can be are read but not kept */
    uint32_t count = fwd_exp_golomb_bits(m, f->data_count, 3);
    f->data_count = (uint8_t)(count < FWD_DATA_WINDOWS ? count : FWD_DATA_WINDOWS);
    for (uint32_t i = 0; i < count; i++) {
        struct fwd_data_window *w = &f->data[i < FWD_DATA_WINDOWS ? i : FWD_DATA_WINDOWS - 1];
        w->first = (uint16_t)fwd_exp_golomb_bits(m, w->first, 16);
        w->last = (uint16_t)fwd_exp_golomb_bits(m, w->last, 16);
    }
}

void fwd_refdelta_frames_code(struct fwd_model *m, struct fwd_frames *f, bool wide)
{
    code_address(m, &f->from.base, wide);
    if (fwd_model_raw(m, f->to.base == f->from.base))
        f->to.base = f->from.base;
    else
        code_address(m, &f->to.base, wide);
    if (fwd_model_raw(m, f->from.base2 != 0)) {
        code_address(m, &f->from.base2, wide);
        code_address(m, &f->to.base2, wide);
    }
    code_windows(m, f);
    f->tables = fwd_model_raw(m, f->tables);
}
