/* Images of Espressif's chips: a header, segments with the addresses where they run, a checksum,
 * and mostly a SHA-256 after it. They are in the flash as they are here, so they stay as they are;
 * what follows them there is cut off when it is erased flash. */
#include "format/cursor.h"
#include "gen/image/image_internal.h"

#include <string.h>

#define MAGIC        0xE9u
#define MAGIC_V2     0xEAu /* ESP8266: code in the flash comes first */
#define SEGMENTS_MAX 16u
#define HEADER       24u
#define HEADER_8266  8u
#define CHECKSUM     0xEFu /* where the sum begins */
#define SHA256       32u
#define SECTOR       4096u
#define SIGNATURE    0xE7u /* of a sector with signatures, for secure boot */
#define PARTITIONS   0x8000u
#define LATEST_CHIP  64u

struct esp_image {
    uint8_t count;  /* of segments */
    uint32_t entry; /* where it starts */
    uint32_t first; /* address of the first segment with content; 0: none */
    bool has_digest;
    bool is_8266;
    uint16_t chip;
    size_t at;   /* of the first segment's header */
    size_t body; /* of the image without its digest; the last byte is the checksum */
    size_t end;  /* of the image with all that belongs to it */
    uint8_t sum; /* of the segments */
    struct fwd_segments segments;
};

static const struct {
    uint16_t id;
    const char *name;
} chips[] = {{0, "ESP32"}, {2, "ESP32-S2"}, {5, "ESP32-C3"}, {9, "ESP32-S3"}, {12, "ESP32-C2"},
    {13, "ESP32-C6"}, {16, "ESP32-H2"}, {18, "ESP32-P4"}, {20, "ESP32-C61"}, {23, "ESP32-C5"}};

static uint32_t le32_at(const uint8_t *at)
{
    struct fwd_reader r = fwd_reader_over(at, 4);
    return fwd_read_le32(&r);
}

/* One segment. False: its head is not there or says what cannot be. */
static bool take_segment(const uint8_t *data, size_t size, struct esp_image *image, bool summed)
{
    if (size < 8 || image->at > size - 8)
        return false;
    uint32_t address = le32_at(data + image->at);
    uint32_t length = le32_at(data + image->at + 4);
    image->at += 8;
    if (image->first == 0 && length > 0)
        image->first = address;
    if (length % 4 != 0 || length > size - image->at || image->at + length > UINT32_MAX)
        return false;
    for (size_t i = 0; i < length && summed; i++)
        image->sum ^= data[image->at + i];
    /* an address of 0: the code is mapped where the image is */
    if (length > 0 && address != 0)
        (void)fwd_segments_add(&image->segments, (uint32_t)image->at, length, address);
    image->at += length;
    return true;
}

/* The segments, the checksum at the end of a row of 16 bytes, the digest. */
static bool take_body(const uint8_t *data, size_t size, struct esp_image *image)
{
    image->sum = CHECKSUM;
    for (uint8_t i = 0; i < image->count; i++) {
        if (!take_segment(data, size, image, true))
            return false;
    }
    image->body = (image->at | 15u) + 1;
    image->end = image->body + (image->has_digest ? SHA256 : 0);
    return image->end <= size;
}

static bool is_header(const uint8_t *data, size_t size, size_t at)
{
    return size >= HEADER_8266 && at <= size - HEADER_8266 && data[at] == MAGIC &&
           data[at + 1] >= 1 && data[at + 1] <= SEGMENTS_MAX && data[at + 2] <= 5;
}

/* ESP32 and later: more header, of which four bytes are reserved. That is no accident. */
static bool is_header_32(const uint8_t *data, size_t size)
{
    return size >= HEADER && is_header(data, size, 0) && le32_at(data + 19) == 0 && data[23] <= 1 &&
           data[12] <= LATEST_CHIP && data[13] == 0;
}

/* ESP8266 with code in the flash, whose address is given as 0. */
static bool is_header_v2(const uint8_t *data, size_t size)
{
    return size >= 16 && data[0] == MAGIC_V2 && data[1] == 4 && data[2] <= 5 &&
           le32_at(data + 8) == 0;
}

static bool parse_32(const uint8_t *data, size_t size, struct esp_image *image)
{
    *image = (struct esp_image){.at = HEADER};
    if (!is_header_32(data, size))
        return false;
    image->count = data[1];
    image->entry = le32_at(data + 4);
    image->chip = (uint16_t)(data[12] | data[13] << 8);
    image->has_digest = data[23] == 1;
    return take_body(data, size, image);
}

static bool parse_8266(const uint8_t *data, size_t size, struct esp_image *image)
{
    *image = (struct esp_image){.is_8266 = true, .at = HEADER_8266};
    size_t header = 0;
    if (is_header_v2(data, size)) {
        if (!take_segment(data, size, image, false))
            return false;
        header = image->at;
        image->at += HEADER_8266;
    }
    if (!is_header(data, size, header))
        return false;
    image->count = data[header + 1];
    image->entry = le32_at(data + header + 4);
    if (!take_body(data, size, image))
        return false;
    if (header > 0 && size - image->end >= 4)
        image->end += 4; /* a CRC-32 */
    return true;
}

static const char *chip_name(const struct esp_image *image)
{
    for (size_t i = 0; i < sizeof chips / sizeof chips[0]; i++) {
        if (chips[i].id == image->chip)
            return chips[i].name;
    }
    return NULL;
}

static bool is_sound(const uint8_t *data, const struct esp_image *image)
{
    return data[image->body - 1] == image->sum;
}

/* Do the chips have memory or memory-mapped flash there? */
static bool is_memory(const struct esp_image *image, uint32_t address)
{
    if (image->is_8266)
        return (address >= 0x3FFE8000u && address < 0x40000000u) ||
               (address >= 0x40100000u && address < 0x40110000u) ||
               (address >= 0x40200000u && address < 0x40300000u);
    /* from ESP32-C3's and -S3's data in flash to the slow memory of all of them */
    return address >= 0x3C000000u && address < 0x60000000u;
}

/* Does it start, and does its first segment lie, where the chips have memory? */
static bool has_addresses(const struct esp_image *image)
{
    uint32_t from = image->is_8266 ? 0x40100000u : 0x40000000u;
    uint32_t to = image->is_8266 ? 0x40300000u : 0x50000000u;

    return image->entry >= from && image->entry < to && is_memory(image, image->first);
}

/* A raw image may begin with 0xE9, too, and its next bytes may pass for a header. With segments
 * that are not there or a wrong checksum it is a damaged ESP image only if all else is what one
 * says. */
static bool is_likely(const struct esp_image *image)
{
    return has_addresses(image) && (image->is_8266 || chip_name(image) != NULL);
}

bool fwd_image_esp_is(const uint8_t *data, size_t size)
{
    struct esp_image image;

    if (parse_32(data, size, &image))
        return is_likely(&image) ||
               (is_sound(data, &image) && (image.has_digest || has_addresses(&image)));
    if (image.count > 0 && is_likely(&image))
        return true;
    if (parse_8266(data, size, &image))
        return is_likely(&image);
    return is_header_v2(data, size) && is_likely(&image);
}

static enum fwd_fail check(
    const struct fwd_image_input *in, const struct esp_image *image, struct fwd_error *err)
{
    uint8_t digest[SHA256];
    size_t body = image->body;

    if (!is_sound(in->data, image))
        return fwd_image_refuse(in, err,
            "is an ESP image whose checksum is wrong (0x%02X is stated, 0x%02X found): it is "
            "damaged; --raw insists",
            in->data[body - 1], image->sum);
    if (!image->has_digest || in->options->sha256 == NULL ||
        !in->options->sha256(in->data, body, digest) ||
        memcmp(digest, in->data + body, SHA256) == 0)
        return FWD_FAIL_NONE;
    return fwd_image_refuse(in, err,
        "is an ESP image whose SHA-256 at its end is not that of its content: it is damaged, or "
        "was "
        "changed after it was made; --raw insists");
}

static bool is_erased(const uint8_t *data, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        if (data[i] != 0xFF)
            return false;
    }
    return true;
}

/* Where what belongs to the image ends: after the signatures of secure boot, if there are some. */
static size_t end_of(const struct fwd_image_input *in, const struct esp_image *image)
{
    size_t sector = (image->end + SECTOR - 1) / SECTOR * SECTOR;

    if (sector < in->size && in->size - sector >= SECTOR && in->data[sector] == SIGNATURE)
        return sector + SECTOR;
    return image->end;
}

static const char *name_of(const struct esp_image *image)
{
    const char *name = image->is_8266 ? "ESP8266" : chip_name(image);

    return name != NULL ? name : "a later chip";
}

enum fwd_fail fwd_image_esp_keep(struct fwd_image_input *in, struct fwd_error *err)
{
    struct esp_image image;

    if (!parse_32(in->data, in->size, &image) && !parse_8266(in->data, in->size, &image))
        return fwd_image_refuse(in, err,
            "is an ESP image whose segments go beyond its end: it is cut off or damaged; --raw "
            "insists");
    enum fwd_fail fail = check(in, &image, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    in->load->format = FWD_IMAGE_ESP;
    in->load->segments = image.segments;
    size_t end = end_of(in, &image);
    if (end == in->size) {
        fwd_image_note(in, "ESP image for %s, %u segments", name_of(&image), image.count);
    } else if (is_erased(in->data, end, in->size)) {
        fwd_image_note(in,
            "ESP image for %s, %u segments; %zu bytes of erased flash after it were cut off",
            name_of(&image), image.count, in->size - end);
        in->size = end;
    } else {
        fwd_image_note(in,
            "ESP image for %s, %u segments, with %zu more bytes after it, which are kept%s",
            name_of(&image), image.count, in->size - end,
            in->size > PARTITIONS ? " (is it one image, or a whole flash?)" : "");
    }
    return FWD_FAIL_NONE;
}
