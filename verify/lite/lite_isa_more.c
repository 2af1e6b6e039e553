/* The other instruction sets in `lite` (LITE.md). */
#include "verify/lite/lite.h"
#include "verify/refdelta/reference/ref.h"

/* ---- Arm ------------------------------------------------------------------------------------- */

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

/* ---- all ------------------------------------------------------------------------------------- */

static const struct fwd_lite_isa *const isas[] = {
    &fwd_lite_none, &fwd_lite_thumb, &a32, &a64, &arm, &rv32, &rv64, &xtensa};
const struct fwd_lite_isa_list fwd_lite_isas = {isas, sizeof isas / sizeof *isas};
