/* MIPS, PowerPC and AVR in a `fwd` body (FWD.md): references; all else byte by byte. */
#include "verify/refdelta/delta.h"
#include "verify/refdelta/reference/ref_halves.h"

static bool mips_find(struct fwd_ref_view *view, uint32_t at, uint32_t to_at, struct fwd_ref *ref)
{
    return fwd_halves_find(&fwd_halves_mips, view, at, to_at, ref);
}

static bool mips_read(const struct fwd_frame *frame, const struct fwd_frames *frames,
    const uint8_t *bytes, uint32_t at, const struct fwd_ref *predicted, uint32_t *target)
{
    return fwd_halves_read(&fwd_halves_mips, frame, frames, bytes, at, predicted, target);
}

static bool mips_write(const struct fwd_frames *frames, const uint8_t *old, uint32_t at,
    const struct fwd_ref *ref, uint32_t target, uint8_t *out)
{
    return fwd_halves_write(&fwd_halves_mips, frames, old, at, ref, target, out);
}

static void mips_copied(struct fwd_delta *d, const uint8_t *bytes, uint32_t size, bool reference)
{
    (void)size;
    if (reference)
        fwd_halves_wrote(&fwd_halves_mips, &d->view, bytes);
}

static bool mips_big_find(
    struct fwd_ref_view *view, uint32_t at, uint32_t to_at, struct fwd_ref *ref)
{
    return fwd_halves_find(&fwd_halves_mips_big, view, at, to_at, ref);
}

static bool mips_big_read(const struct fwd_frame *frame, const struct fwd_frames *frames,
    const uint8_t *bytes, uint32_t at, const struct fwd_ref *predicted, uint32_t *target)
{
    return fwd_halves_read(&fwd_halves_mips_big, frame, frames, bytes, at, predicted, target);
}

static bool mips_big_write(const struct fwd_frames *frames, const uint8_t *old, uint32_t at,
    const struct fwd_ref *ref, uint32_t target, uint8_t *out)
{
    return fwd_halves_write(&fwd_halves_mips_big, frames, old, at, ref, target, out);
}

static void mips_big_copied(
    struct fwd_delta *d, const uint8_t *bytes, uint32_t size, bool reference)
{
    (void)size;
    if (reference)
        fwd_halves_wrote(&fwd_halves_mips_big, &d->view, bytes);
}

static bool ppc_find(struct fwd_ref_view *view, uint32_t at, uint32_t to_at, struct fwd_ref *ref)
{
    return fwd_halves_find(&fwd_halves_ppc, view, at, to_at, ref);
}

static bool ppc_read(const struct fwd_frame *frame, const struct fwd_frames *frames,
    const uint8_t *bytes, uint32_t at, const struct fwd_ref *predicted, uint32_t *target)
{
    return fwd_halves_read(&fwd_halves_ppc, frame, frames, bytes, at, predicted, target);
}

static bool ppc_write(const struct fwd_frames *frames, const uint8_t *old, uint32_t at,
    const struct fwd_ref *ref, uint32_t target, uint8_t *out)
{
    return fwd_halves_write(&fwd_halves_ppc, frames, old, at, ref, target, out);
}

static void ppc_copied(struct fwd_delta *d, const uint8_t *bytes, uint32_t size, bool reference)
{
    (void)size;
    if (reference)
        fwd_halves_wrote(&fwd_halves_ppc, &d->view, bytes);
}

const struct fwd_isa fwd_isa_mips = {.id = FWD_ISA_MIPS,
    .unit = 4,
    .find = mips_find,
    .read = mips_read,
    .write = mips_write,
    .literal = fwd_byte_literal,
    .mispredict = fwd_byte_mispredict,
    .copied = mips_copied};

const struct fwd_isa fwd_isa_mips_big = {.id = FWD_ISA_MIPS_BIG,
    .unit = 4,
    .find = mips_big_find,
    .read = mips_big_read,
    .write = mips_big_write,
    .literal = fwd_byte_literal,
    .mispredict = fwd_byte_mispredict,
    .copied = mips_big_copied};

const struct fwd_isa fwd_isa_ppc = {.id = FWD_ISA_PPC,
    .unit = 4,
    .find = ppc_find,
    .read = ppc_read,
    .write = ppc_write,
    .literal = fwd_byte_literal,
    .mispredict = fwd_byte_mispredict,
    .copied = ppc_copied};

const struct fwd_isa fwd_isa_avr = {.id = FWD_ISA_AVR,
    .unit = 2,
    .find = fwd_avr_find,
    .read = fwd_avr_read,
    .write = fwd_avr_write,
    .literal = fwd_byte_literal,
    .mispredict = fwd_byte_mispredict,
    .copied = fwd_byte_copied};
