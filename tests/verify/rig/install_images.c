#include "tests/verify/rig/install_images.h"

#include "format/cursor.h"
#include "keys/crypto_port.h"

#include <check.h>
#include <string.h>

const struct lab_pattern lab_patterns[] = {
    {"one byte changed", 2048, {{700, 0, 0}, {1, LAB_NEW, 0}, {1347, 701, 0}}},
    {"code inserted", 2048, {{300, 0, 0}, {5, LAB_NEW, 0}, {1743, 300, 0}}},
    {"code removed", 2048, {{300, 0, 0}, {1740, 308, 0}}},
    {"blocks moved up and down", 2048,
        {{256, 0, 0}, {512, 1024, 0}, {512, 512, 0}, {256, 256, 0}, {512, 1536, 0}}},
    {"grown", 1900, {{1000, 0, 0}, {330, LAB_NEW, 0}, {900, 1000, 0}, {77, LAB_NEW, 0}}},
    {"shrunk", 2300, {{300, 0, 0}, {800, 900, 0}, {100, LAB_NEW, 0}}},
    {"addresses changed", 2048, {{256, 0, 0}, {900, 250, 7}, {892, 1156, 0}}},
    {"short runs of its own block", 2048, {{512, 0, 0}, {512, 512, 3}, {1024, 1024, 0}}},
    {"all new", 1500, {{2000, LAB_NEW, 0}}},
    {"the same", 1700, {{1700, 0, 0}}},
    {"reversed in quarters", 2048, {{512, 1536, 0}, {512, 1024, 0}, {512, 512, 0}, {512, 0, 0}}},
    {"three steps", 2048,
        {{260, 0, 0}, {3, LAB_NEW, 0}, {245, 260, 0}, {772, 508, 0}, {200, 1200, 0},
            {568, 1480, 0}}},
    {NULL, 0, {{0, 0, 0}}},
};

const struct lab_pattern *lab_pattern(const char *name)
{
    for (const struct lab_pattern *p = lab_patterns; p->name != NULL; p++) {
        if (strcmp(p->name, name) == 0)
            return p;
    }
    ck_abort_msg("no pattern is called \"%s\"", name);
    return NULL;
}

static uint8_t noise(uint32_t seed, uint32_t index)
{
    uint32_t x = (seed * 2654435761u) ^ (index * 2246822519u);

    x = (x ^ (x >> 15)) * 2246822519u;
    x = (x ^ (x >> 13)) * 3266489917u;
    return (uint8_t)(x >> 16);
}

void lab_image_fill(struct lab_image *image, uint32_t size, uint32_t seed)
{
    ck_assert_uint_le(size, LAB_IMAGE_MAX);
    image->size = size;
    for (uint32_t i = 0; i < size; i++)
        image->bytes[i] = noise(seed, i);
    lab_image_finish(image);
}

void lab_image_finish(struct lab_image *image)
{
    ck_assert(fwd_crypto_port_sha256(image->bytes, image->size, image->digest));
}

/* Copies a piece; every so many bytes one gets another value. */
static void copy_piece(const struct lab_piece *piece, const struct lab_image *source, uint8_t *out)
{
    ck_assert_uint_le((uint32_t)piece->from + piece->length, source->size);
    memcpy(out, source->bytes + piece->from, piece->length);
    for (uint32_t i = 0; piece->every > 0 && i < piece->length; i += piece->every)
        out[i] ^= 0x5A;
}

void lab_pattern_images(const struct lab_pattern *pattern, uint32_t seed, struct lab_image *source,
    struct lab_image *target)
{
    lab_image_fill(source, pattern->source_size, seed);
    target->size = 0;
    for (const struct lab_piece *piece = pattern->pieces; piece->length > 0; piece++) {
        uint8_t *out = target->bytes + target->size;
        ck_assert_uint_le(target->size + piece->length, LAB_IMAGE_MAX);
        for (uint32_t i = 0; i < piece->length; i++)
            out[i] = noise(seed + 1000, target->size + i);
        if (piece->from != LAB_NEW)
            copy_piece(piece, source, out);
        target->size += piece->length;
    }
    lab_image_finish(target);
}

uint32_t lab_pattern_section(
    const struct lab_pattern *pattern, const struct lab_image *target, uint8_t *section)
{
    struct fwd_writer w = fwd_writer_over(section, LAB_SECTION_MAX);
    const uint8_t *at = target->bytes;
    int32_t source = 0;

    for (const struct lab_piece *piece = pattern->pieces; piece->length > 0; piece++) {
        bool copied = piece->from != LAB_NEW;
        fwd_write_varint(&w, copied ? piece->length : 0);
        fwd_write_varint(&w, fwd_zigzag(copied ? piece->from - source : 0));
        fwd_write_varint(&w, piece->every);
        for (uint32_t i = 0; copied && piece->every > 0 && i < piece->length; i += piece->every)
            fwd_write_u8(&w, at[i]);
        fwd_write_varint(&w, copied ? 0 : piece->length);
        if (copied)
            source = piece->from + (int32_t)piece->length;
        else
            fwd_write_bytes(&w, at, piece->length);
        at += piece->length;
    }
    ck_assert(!w.failed);
    return (uint32_t)w.at;
}
