/* AVR with up to 128 KiB or more of flash, which is at address 0 (encodings: AVR Instruction Set
 * Manual). */
#include "verify/refdelta/reference/ref.h"

#define RAM 0x800000u /* where tools put the data space */

/* CALL, JMP: 2 words; LDS, STS: 2 words, the second an address of RAM. */
static uint8_t type_of(uint32_t h)
{
    if ((h & 0xFE0E) == 0x940E)
        return FWD_REF_CALL;
    if ((h & 0xFE0E) == 0x940C)
        return FWD_REF_JUMP;
    if ((h & 0xFC0F) == 0x9000)
        return FWD_REF_ADR;
    switch (h >> 12) {
    case 12:
    case 13:
        return h >> 12 == 13 ? FWD_REF_FAR : FWD_REF_NEAR;
    case 15:
        return h < 0xF800 ? FWD_REF_COND : FWD_REF_TYPES;
    default:
        return FWD_REF_TYPES;
    }
}

static bool is_long(uint8_t type)
{
    return type == FWD_REF_CALL || type == FWD_REF_JUMP || type == FWD_REF_ADR;
}

static uint32_t target_of(uint8_t type, uint32_t h, uint32_t k, uint32_t at)
{
    switch (type) {
    case FWD_REF_CALL:
    case FWD_REF_JUMP:
        return 2 * ((h >> 4 & 31) << 17 | (h & 1) << 16 | k);
    case FWD_REF_ADR:
        return RAM + k;
    case FWD_REF_COND:
        return at + 2 + 2 * (uint32_t)fwd_ref_signed(h >> 3, 7);
    default:
        return at + 2 + 2 * (uint32_t)fwd_ref_signed(h, 12);
    }
}

static bool decode(const uint8_t *bytes, uint32_t left, uint32_t at, struct fwd_ref *ref)
{
    uint32_t h = fwd_half_at(bytes);

    *ref = (struct fwd_ref){.type = type_of(h), .size = 2, .unit = 1};
    if (ref->type == FWD_REF_TYPES)
        return false;
    if (is_long(ref->type)) {
        if (left < 4)
            return false;
        ref->size = 4;
    }
    ref->data = ref->type == FWD_REF_ADR;
    ref->unit = ref->data ? 0 : 1;
    ref->target = target_of(ref->type, h, ref->size == 4 ? fwd_half_at(bytes + 2) : 0, at);
    return true;
}

bool fwd_avr_find(struct fwd_ref_view *view, uint32_t at, uint32_t to_at, struct fwd_ref *ref)
{
    const struct fwd_frames *f = view->frames;
    uint32_t left = f->from.size - at;

    if ((at | to_at) & 1)
        return false;
    const uint8_t *bytes = fwd_window_bytes(&view->source, at, left < 4 ? 2 : 4);
    if (bytes == NULL || !decode(bytes, left, at, ref))
        return false;
    return ref->data ? fwd_frames_data(f, ref->target) : ref->target < f->from.size;
}

bool fwd_avr_read(const struct fwd_frame *frame, const struct fwd_frames *frames,
    const uint8_t *bytes, uint32_t at, const struct fwd_ref *predicted, uint32_t *target)
{
    struct fwd_ref ref;

    if (!decode(bytes, predicted->size, at, &ref) || ref.type != predicted->type)
        return false;
    *target = ref.target;
    return ref.data ? fwd_frames_data(frames, ref.target) : ref.target < frame->size;
}

bool fwd_avr_write(const struct fwd_frames *frames, const uint8_t *old, uint32_t at,
    const struct fwd_ref *ref, uint32_t target, uint8_t *out)
{
    uint32_t h = fwd_half_at(old), words = target >> 1;
    int32_t d = (int32_t)(target - at - 2);

    (void)frames;
    switch (ref->type) {
    case FWD_REF_CALL:
    case FWD_REF_JUMP:
        fwd_half_put(out, (h & 0xFE0E) | (words >> 17 & 31) << 4 | (words >> 16 & 1));
        fwd_half_put(out + 2, words & 0xFFFF);
        return (target & 1) == 0 && words < 1u << 22;
    case FWD_REF_ADR:
        fwd_half_put(out, h);
        fwd_half_put(out + 2, target & 0xFFFF);
        return target - RAM < 0x10000;
    case FWD_REF_COND:
        fwd_half_put(out, (h & 0xFC07) | ((uint32_t)d >> 1 & 0x7F) << 3);
        return (d & 1) == 0 && fwd_ref_fits(d, 8);
    default:
        fwd_half_put(out, (h & 0xF000) | ((uint32_t)d >> 1 & 0xFFF));
        return (d & 1) == 0 && fwd_ref_fits(d, 13);
    }
}
