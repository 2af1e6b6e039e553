/* The instruction sets in `lite` (LITE.md). */
#include "verify/lite/lite_thumb.h"
#include "verify/refdelta/reference/ref_halves.h"

static const struct fwd_lite_isa none = {.id = 0, .unit = 1};

/* ---- Arm ------------------------------------------------------------------------------------- */

static const struct fwd_lite_isa thumb = FWD_LITE_THUMB;

/* B and BL of A32. */
static uint32_t a32_move(uint32_t word, uint32_t by)
{
    if ((word >> 25 & 7) != 5 || word >> 28 == 15)
        return word;
    return (word & 0xFF000000u) | ((word + (by >> 2)) & 0xFFFFFFu);
}

static uint32_t a64_move(uint32_t word, uint32_t by)
{
    if ((word & 0x7C000000u) != 0x14000000u)
        return word;
    return (word & 0xFC000000u) | ((word + (by >> 2)) & 0x3FFFFFFu);
}

static const struct fwd_lite_isa a32 = {.id = 2,
    .unit = 4,
    .find = fwd_a32_find,
    .read = fwd_a32_read,
    .write = fwd_a32_write,
    .move = a32_move};

static const struct fwd_lite_isa a64 = {.id = 3,
    .unit = 4,
    .wide = true,
    .find = fwd_a64_find,
    .read = fwd_a64_read,
    .write = fwd_a64_write,
    .move = a64_move};

/* Halfwords without fields of their own: what is Thumb in it is a part. */
static const struct fwd_lite_isa arm = {
    .id = 4, .unit = 2, .find = fwd_arm_find, .read = fwd_arm_read, .write = fwd_arm_write};

/* ---- RISC-V ---------------------------------------------------------------------------------- */

static bool riscv_longer(uint32_t half)
{
    return (half & 3) == 3;
}

static uint32_t riscv_move(uint32_t w, uint32_t by)
{
    uint32_t distance =
        (w >> 31) << 20 | (w >> 12 & 0xFF) << 12 | (w >> 20 & 1) << 11 | (w >> 21 & 0x3FF) << 1;

    return (w & 0x7F) == 0x6F ? fwd_riscv_with_jal(w, distance + by) : w;
}

static const struct fwd_lite_isa rv32 = {.id = 5,
    .unit = 2,
    .split = true,
    .find = fwd_rv32_find,
    .read = fwd_riscv_read,
    .write = fwd_riscv_write,
    .longer = riscv_longer,
    .move = riscv_move,
    .wrote = fwd_riscv_wrote};

static const struct fwd_lite_isa rv64 = {.id = 6,
    .unit = 2,
    .wide = true,
    .split = true,
    .find = fwd_rv64_find,
    .read = fwd_riscv_read,
    .write = fwd_riscv_write,
    .longer = riscv_longer,
    .move = riscv_move,
    .wrote = fwd_riscv_wrote};

/* ---- Xtensa ---------------------------------------------------------------------------------- */

static const struct fwd_lite_isa xtensa = {.id = 7,
    .unit = 1,
    .find = fwd_xtensa_find,
    .read = fwd_xtensa_read,
    .write = fwd_xtensa_write,
    .length = fwd_xtensa_length};

/* ---- AVR, MIPS, PowerPC ---------------------------------------------------------------------- */

static const struct fwd_lite_isa avr = {
    .id = 10, .unit = 2, .find = fwd_avr_find, .read = fwd_avr_read, .write = fwd_avr_write};

static const struct fwd_lite_isa mips = {.id = 11,
    .unit = 4,
    .split = true,
    .find = fwd_mips_find,
    .read = fwd_mips_read,
    .write = fwd_mips_write,
    .wrote = fwd_mips_wrote};

static const struct fwd_lite_isa mips_big = {.id = 12,
    .unit = 4,
    .split = true,
    .big = true,
    .find = fwd_mips_big_find,
    .read = fwd_mips_big_read,
    .write = fwd_mips_big_write,
    .wrote = fwd_mips_big_wrote};

/* B and BL. */
static uint32_t ppc_move(uint32_t word, uint32_t by)
{
    return word >> 26 == 18 && !(word & 2) ? (word & 0xFC000003u) | ((word + by) & 0x3FFFFFCu)
                                           : word;
}

static const struct fwd_lite_isa ppc = {.id = 13,
    .unit = 4,
    .split = true,
    .big = true,
    .find = fwd_ppc_find,
    .read = fwd_ppc_read,
    .write = fwd_ppc_write,
    .move = ppc_move,
    .wrote = fwd_ppc_wrote};

/* ---- x86 ------------------------------------------------------------------------------------- */

static const struct fwd_lite_isa x86_64 = {.id = 8,
    .unit = 1,
    .wide = true,
    .looks = true,
    .find = fwd_x86_64_find,
    .read = fwd_x86_64_read,
    .write = fwd_x86_write};

static const struct fwd_lite_isa x86_32 = {.id = 9,
    .unit = 1,
    .looks = true,
    .find = fwd_x86_32_find,
    .read = fwd_x86_32_read,
    .write = fwd_x86_write};

/* ---- all ------------------------------------------------------------------------------------- */

static const struct fwd_lite_isa *const isas[] = {&none, &thumb, &a32, &a64, &arm, &rv32, &rv64,
    &xtensa, &x86_64, &x86_32, &avr, &mips, &mips_big, &ppc};

const struct fwd_lite_isa *fwd_lite_isa_find(uint8_t id)
{
    for (size_t i = 0; i < sizeof isas / sizeof *isas; i++)
        if (isas[i]->id == id)
            return isas[i];
    return NULL;
}
