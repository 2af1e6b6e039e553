#include "gen/locate/locate.h"

/* How much of an image looks like each instruction set: instructions that are common in code and
 * rare elsewhere, in bytes. */
struct look {
    uint64_t thumb, a32, a64;
};

static bool in_image(uint32_t target, uint32_t size)
{
    return target < size;
}

static void look_at_half(const uint8_t *bytes, uint32_t at, uint32_t size, struct look *look)
{
    uint32_t h = fwd_half_at(bytes + at);

    if (h == 0x4770 || (h & 0xFF00) == 0xB500 || (h & 0xFF00) == 0xBD00)
        look->thumb += 4;
    if ((h & 0xF800) != 0xF000 || size - at < 4)
        return;
    uint32_t k = fwd_half_at(bytes + at + 2);
    if ((k & 0xD000) != 0xD000)
        return;
    struct fwd_ref predicted = {.type = FWD_REF_BL, .size = 4};
    const struct fwd_frame frame = {.size = size};
    uint32_t target;
    if (fwd_thumb_read(&frame, NULL, bytes + at, at, &predicted, &target))
        look->thumb += 8;
}

static void look_at_word(const uint8_t *bytes, uint32_t at, uint32_t size, struct look *look)
{
    uint32_t w = fwd_word_at(bytes + at);
    uint32_t near = at + 4 * (uint32_t)fwd_ref_signed(w, 26);

    if (w == 0xD65F03C0u || (w & 0xFFC003E0u) == 0xA98003E0u || (w & 0xFFFF0000u) == 0xA9BF0000u)
        look->a64 += 8;
    if (w >> 26 == 0x25 && in_image(near, size))
        look->a64 += 8;
    if (w >> 24 == 0xEB && in_image(at + 8 + 4 * (uint32_t)fwd_ref_signed(w, 24), size))
        look->a32 += 8;
    if (w == 0xE12FFF1Eu || w >> 16 == 0xE92D || w >> 16 == 0xE8BD)
        look->a32 += 8;
}

uint8_t fwd_locate_isa(const uint8_t *bytes, uint32_t size)
{
    struct look look = {0};

    for (uint32_t at = 0; size - at >= 2; at += 2) {
        look_at_half(bytes, at, size, &look);
        if (at % 4 == 0 && size - at >= 4)
            look_at_word(bytes, at, size, &look);
    }
    uint64_t most = look.thumb > look.a32 ? look.thumb : look.a32;
    if (look.a64 > most)
        most = look.a64;
    if (most < size / 128)
        return FWD_ISA_NONE;
    if (look.a64 == most)
        return FWD_ISA_A64;
    if (look.a32 * 8 < look.thumb)
        return FWD_ISA_THUMB;
    return look.thumb * 8 < look.a32 ? FWD_ISA_A32 : FWD_ISA_ARM;
}
