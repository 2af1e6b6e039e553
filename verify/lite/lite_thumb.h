/* Rules of Thumb and Thumb-2 in `lite` (LITE.md). */
#ifndef FWD_VERIFY_LITE_LITE_THUMB_H
#define FWD_VERIFY_LITE_LITE_THUMB_H

#include "verify/lite/lite.h"

/* Where fields end, by the upper five bits of a halfword. */
#define FIELDS_SHIFT 0x0849u /* 11 6 3 0 */
#define FIELDS_ADD   0x0A49u /* 11 9 6 3 0 */
#define FIELDS_BYTE  0x0911u /* 11 8 4 0 */
#define FIELDS_HIGH  0x0D89u /* 11 10 8 7 3 0 */

#define SHIFTS 0x0003F007u /* opcodes 0..2, 12..17 */
#define ADDS   0x00000C08u /* 3, 10, 11 */
#define DATA   8u

static uint32_t thumb_fields(uint32_t half)
{
    uint32_t opcode = half >> 11;

    if (opcode == DATA)
        return FIELDS_HIGH;
    return SHIFTS >> opcode & 1u ? FIELDS_SHIFT : ADDS >> opcode & 1u ? FIELDS_ADD : FIELDS_BYTE;
}

static bool thumb_longer(uint32_t half)
{
    return half >> 11 >= 0x1D;
}

/* BL and B.W. */
static uint32_t thumb_move(uint32_t word, uint32_t by)
{
    uint32_t h = word & 0xFFFF, k = word >> 16;

    if (h >> 11 != 0x1E || (k & 0x9000) != 0x9000)
        return word;
    fwd_thumb_far_put(&h, &k, fwd_thumb_far(h, k) + (by >> 1));
    return h | k << 16;
}

#define FWD_LITE_THUMB                                                                             \
    {                                                                                              \
        .id = 1, .unit = 2, .loads = true, .find = fwd_thumb_find, .read = fwd_thumb_read,         \
        .write = fwd_thumb_write, .plain = fwd_thumb_plain, .fields = thumb_fields,                \
        .longer = thumb_longer, .move = thumb_move                                                 \
    }

#endif
