/* UF2 (Microsoft's USB Flashing Format): blocks of 512 bytes, each with an address and, mostly, the
 * number of a chip family. */
#include "format/cursor.h"
#include "gen/image/image_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK        512u
#define DATA_ROOM    476u
#define MAGIC_1      0x0A324655u
#define MAGIC_2      0x9E5D5157u
#define MAGIC_END    0x0AB16F30u
#define NOT_FLASHED  0x00000001u
#define CONTAINER    0x00001000u
#define HAS_FAMILY   0x00002000u
#define FAMILIES_MAX 16u

/* Blocks of this family repair an erratum of the RP2350 and carry nothing of the image. */
#define FAMILY_ABSOLUTE 0xE48BFF57u

struct block {
    uint32_t flags, address, size, number, count, family; /* family: 0: none is named */
    const uint8_t *data;
};

static const struct {
    uint32_t id;
    const char *name;
} families[] = {
    {0xE48BFF56, "RP2040"},
    {0xE48BFF59, "RP2350-ARM-S"},
    {0xE48BFF5A, "RP2350-RISCV"},
    {0xE48BFF5B, "RP2350-ARM-NS"},
    {0xE48BFF58, "RP2XXX-DATA"},
    {0x68ED2B88, "SAMD21"},
    {0x55114460, "SAMD51"},
    {0x1B57745F, "NRF52"},
    {0x621E937A, "NRF52833"},
    {0xADA52840, "NRF52840"},
    {0x5EE21072, "STM32F1"},
    {0x57755A57, "STM32F4"},
    {0x53B80F00, "STM32F7"},
    {0x300F5633, "STM32G0"},
    {0x4C71240A, "STM32G4"},
    {0x6DB66082, "STM32H7"},
    {0x00FF6919, "STM32L4"},
    {0x1C5F21B0, "ESP32"},
    {0xBFDD4EEE, "ESP32S2"},
    {0xC47E5767, "ESP32S3"},
    {0xD42BA06C, "ESP32C3"},
    {0x540DDF62, "ESP32C6"},
    {0x4FB2D5BD, "MIMXRT10XX"},
    {0x2ABC77EC, "LPC55"},
    {0x699B62EC, "CH32V"},
};

static bool read_block(const uint8_t *at, struct block *block)
{
    struct fwd_reader r = fwd_reader_over(at, BLOCK);
    uint32_t first = fwd_read_le32(&r), second = fwd_read_le32(&r);

    block->flags = fwd_read_le32(&r);
    block->address = fwd_read_le32(&r);
    block->size = fwd_read_le32(&r);
    block->number = fwd_read_le32(&r);
    block->count = fwd_read_le32(&r);
    block->family = fwd_read_le32(&r);
    if ((block->flags & HAS_FAMILY) == 0)
        block->family = 0; /* the size of a file, or nothing */
    block->data = fwd_read_bytes(&r, DATA_ROOM);
    return first == MAGIC_1 && second == MAGIC_2 && fwd_read_le32(&r) == MAGIC_END;
}

bool fwd_image_uf2_is(const uint8_t *data, size_t size)
{
    struct fwd_reader r = fwd_reader_over(data, size);
    uint32_t first = fwd_read_le32(&r), second = fwd_read_le32(&r);

    return !r.failed && first == MAGIC_1 && second == MAGIC_2;
}

static void family_text(uint32_t id, char *text, size_t size)
{
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        if (families[i].id == id) {
            (void)snprintf(text, size, "0x%08" PRIX32 " (%s)", id, families[i].name);
            return;
        }
    }
    (void)snprintf(text, size, "0x%08" PRIX32, id);
}

static bool same_letter(char a, char b)
{
    if (a >= 'a' && a <= 'z')
        a = (char)(a - 'a' + 'A');
    if (b >= 'a' && b <= 'z')
        b = (char)(b - 'a' + 'A');
    return (a == '_' ? '-' : a) == (b == '_' ? '-' : b);
}

static bool same_name(const char *a, const char *b)
{
    while (*a != 0 && same_letter(*a, *b)) {
        a++;
        b++;
    }
    return *a == 0 && *b == 0;
}

bool fwd_image_parse_family(const char *text, uint32_t *family)
{
    char *end = NULL;

    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        if (same_name(text, families[i].name)) {
            *family = families[i].id;
            return true;
        }
    }
    if (strncmp(text, "0x", 2) != 0 && strncmp(text, "0X", 2) != 0)
        return false;
    unsigned long long number = strtoull(text, &end, 16);
    *family = (uint32_t)number;
    return end != text + 2 && *end == 0 && number <= UINT32_MAX;
}

/* Those of the blocks that are for the flash. */
struct uf2_families {
    uint32_t ids[FAMILIES_MAX];
    size_t count;
};

static bool is_flashed(const struct block *block)
{
    return (block->flags & NOT_FLASHED) == 0 && block->family != FAMILY_ABSOLUTE;
}

static void note_family(struct uf2_families *seen, uint32_t id)
{
    for (size_t i = 0; i < seen->count; i++) {
        if (seen->ids[i] == id)
            return;
    }
    if (seen->count < FAMILIES_MAX)
        seen->ids[seen->count++] = id;
}

static enum fwd_fail fail_families(const struct fwd_image_input *in,
    const struct uf2_families *seen, const char *why, struct fwd_error *err)
{
    char list[300] = "";
    char one[40];

    for (size_t i = 0; i < seen->count; i++) {
        size_t at = strlen(list);
        family_text(seen->ids[i], one, sizeof one);
        (void)snprintf(list + at, sizeof list - at, "%s%s", i > 0 ? ", " : "", one);
    }
    return fwd_image_refuse(in, err, "is a UF2 file for the chip families %s%s", list, why);
}

static enum fwd_fail choose_family(const struct fwd_image_input *in,
    const struct uf2_families *seen, uint32_t *family, struct fwd_error *err)
{
    if (seen->count == 0)
        return fwd_image_refuse(in, err, "is a UF2 file without a block for the flash");
    *family = in->options->has_family ? in->options->family : seen->ids[0];
    for (size_t i = 0; i < seen->count; i++) {
        if (seen->ids[i] == *family && (seen->count == 1 || in->options->has_family))
            return FWD_FAIL_NONE;
    }
    if (in->options->has_family)
        return fail_families(in, seen, ", not for the one that --family names", err);
    return fail_families(in, seen, "; say which one is meant with --family", err);
}

/* Every block that names the family, once: `count` of them, as each says. */
static enum fwd_fail take_block(struct fwd_image_input *in, const struct block *block,
    uint32_t *count, uint32_t *blocks, struct fwd_error *err)
{
    if (*blocks > 0 && block->count != *count)
        return fwd_image_refuse(in, err,
            "block at 0x%08" PRIX32 ": says that there are %" PRIu32
            " blocks, but those before it say %" PRIu32 "; were several files joined?",
            block->address, block->count, *count);
    *count = block->count;
    if (block->number >= block->count)
        return fwd_image_refuse(in, err,
            "block at 0x%08" PRIX32 ": is number %" PRIu32 " of %" PRIu32, block->address,
            block->number, block->count);
    if (block->size == 0 || block->size > DATA_ROOM ||
        block->size > UINT64_C(0x100000000) - block->address)
        return fwd_image_refuse(in, err,
            "block at 0x%08" PRIX32 ": expected 1 to 476 bytes of data, found %" PRIu32,
            block->address, block->size);
    ++*blocks;
    return fwd_memory_map_add(&in->map, block->address, block->address, block->data, block->size)
               ? FWD_FAIL_NONE
               : fwd_error_memory(err, in->name);
}

/* One bit for each block of the family that was seen. */
static bool mark(uint8_t *seen, uint32_t number)
{
    uint8_t bit = (uint8_t)(1u << (number & 7u));
    bool is_new = (seen[number >> 3] & bit) == 0;

    seen[number >> 3] |= bit;
    return is_new;
}

static enum fwd_fail take_family(struct fwd_image_input *in, uint32_t family, struct fwd_error *err)
{
    struct block block;
    uint32_t count = 0, blocks = 0, different = 0;
    size_t most = in->size / BLOCK;
    uint8_t *seen = calloc(most / 8 + 1, 1);
    enum fwd_fail fail = seen != NULL ? FWD_FAIL_NONE : fwd_error_memory(err, in->name);

    for (size_t at = 0; at + BLOCK <= in->size && fail == FWD_FAIL_NONE; at += BLOCK) {
        if (!read_block(in->data + at, &block) || !is_flashed(&block) || block.family != family)
            continue;
        fail = take_block(in, &block, &count, &blocks, err);
        if (fail == FWD_FAIL_NONE && block.number < most && mark(seen, block.number))
            different++;
    }
    free(seen);
    if (fail == FWD_FAIL_NONE && different != count)
        fail = fwd_image_refuse(in, err,
            "holds %" PRIu32 " of %" PRIu32 " blocks: the file is cut off or damaged", different,
            count);
    return fail;
}

enum fwd_fail fwd_image_uf2_read(struct fwd_image_input *in, struct fwd_error *err)
{
    struct uf2_families seen = {.count = 0};
    struct block block;
    uint32_t family = 0;
    char text[40];

    if (in->size % BLOCK != 0)
        return fwd_image_refuse(in, err,
            "is a UF2 file, but not of whole blocks of 512 bytes: it is cut off or damaged");
    for (size_t at = 0; at + BLOCK <= in->size; at += BLOCK) {
        if (!read_block(in->data + at, &block))
            return fwd_image_refuse(
                in, err, "block %zu: is not a UF2 block: the file is damaged", at / BLOCK);
        if ((block.flags & CONTAINER) != 0)
            return fwd_image_refuse(
                in, err, "is a UF2 file that holds files, not an image; give the image itself");
        if (is_flashed(&block))
            note_family(&seen, block.family);
    }
    enum fwd_fail fail = choose_family(in, &seen, &family, err);
    if (fail == FWD_FAIL_NONE)
        fail = take_family(in, family, err);
    if (fail == FWD_FAIL_NONE && family != 0) {
        family_text(family, text, sizeof text);
        fwd_image_note(in, "the blocks for chip family %s were taken", text);
    }
    return fail;
}
