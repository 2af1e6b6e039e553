/* MIPS, PowerPC and AVR in a `fwd` body (FWD.md): references; all else byte by byte. */
#include "verify/refdelta/delta.h"
#include "verify/refdelta/reference/ref_halves.h"

static void mips_copied(struct fwd_delta *d, const uint8_t *bytes, uint32_t size, bool reference)
{
    (void)size;
    if (reference)
        fwd_halves_wrote(&fwd_halves_mips, &d->view, bytes);
}

static void mips_big_copied(
    struct fwd_delta *d, const uint8_t *bytes, uint32_t size, bool reference)
{
    (void)size;
    if (reference)
        fwd_halves_wrote(&fwd_halves_mips_big, &d->view, bytes);
}

static void ppc_copied(struct fwd_delta *d, const uint8_t *bytes, uint32_t size, bool reference)
{
    (void)size;
    if (reference)
        fwd_halves_wrote(&fwd_halves_ppc, &d->view, bytes);
}

const struct fwd_isa fwd_isa_mips = {.id = FWD_ISA_MIPS,
    .unit = 4,
    .find = fwd_mips_find,
    .read = fwd_mips_read,
    .write = fwd_mips_write,
    .literal = fwd_byte_literal,
    .mispredict = fwd_byte_mispredict,
    .copied = mips_copied};

const struct fwd_isa fwd_isa_mips_big = {.id = FWD_ISA_MIPS_BIG,
    .unit = 4,
    .find = fwd_mips_big_find,
    .read = fwd_mips_big_read,
    .write = fwd_mips_big_write,
    .literal = fwd_byte_literal,
    .mispredict = fwd_byte_mispredict,
    .copied = mips_big_copied};

const struct fwd_isa fwd_isa_ppc = {.id = FWD_ISA_PPC,
    .unit = 4,
    .find = fwd_ppc_find,
    .read = fwd_ppc_read,
    .write = fwd_ppc_write,
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
