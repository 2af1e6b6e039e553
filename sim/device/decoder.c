#include "sim/device/decoder.h"

#include <string.h>

/* What there is to know of a codec outside of its encoder and decoder; preferred ones come first.
 */
static const struct {
    const char *name;
    uint16_t codec;
    bool usual;    /* a device has it whose description names no codecs */
    bool small;    /* a device has it that leaves little memory for decoding */
    bool full;     /* full images are written in it */
    bool with_isa; /* it follows the references of one instruction set */
} rows[] = {
    {.name = "fwd", .codec = FWD_CODEC_FWD, .usual = true, .with_isa = true},
    {.name = "bsdiff-xz", .codec = FWD_CODEC_BSDIFF_XZ, .usual = true},
    {.name = "xz", .codec = FWD_CODEC_XZ, .usual = true, .full = true},
    {.name = "stored", .codec = FWD_CODEC_STORED, .usual = true, .full = true},
    {.name = "lite", .codec = FWD_CODEC_LITE, .small = true, .with_isa = true},
};
/* Codec fwd needs this much memory; with less, lite is what follows references. */
#define SMALL 25600u
#define ROWS  (sizeof rows / sizeof rows[0])

struct fwd_decoder fwd_decoder_usual(uint32_t arena)
{
    struct fwd_decoder decoder = {.arena = arena};

    for (size_t i = 0; i < ROWS; i++) {
        if (rows[i].usual || (rows[i].small && arena > 0 && arena < SMALL))
            decoder.codecs[decoder.count++] = rows[i].codec;
    }
    return decoder;
}

uint32_t fwd_decoder_full_images(void)
{
    uint32_t mask = 0;

    for (size_t i = 0; i < ROWS; i++)
        mask |= rows[i].full ? 1u << rows[i].codec : 0;
    return mask;
}

bool fwd_decoder_codec_has_isa(uint16_t codec)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (rows[i].codec == codec)
            return rows[i].with_isa;
    }
    return false;
}

bool fwd_decoder_has(const struct fwd_decoder *decoder, uint16_t codec)
{
    for (uint8_t i = 0; i < decoder->count; i++) {
        if (decoder->codecs[i] == codec)
            return true;
    }
    return false;
}

uint32_t fwd_decoder_mask(const struct fwd_decoder *decoder)
{
    uint32_t mask = 0;

    for (uint8_t i = 0; i < decoder->count; i++)
        mask |= 1u << decoder->codecs[i];
    return mask;
}

uint8_t fwd_decoder_list(const struct fwd_decoder *decoder, const struct fwd_codec *const *all,
    uint8_t all_count, const struct fwd_codec **list)
{
    uint8_t count = 0;

    for (uint8_t i = 0; i < all_count && count < FWD_DECODER_CODECS_MAX; i++) {
        if (fwd_decoder_has(decoder, all[i]->id))
            list[count++] = all[i];
    }
    return count;
}

const char *fwd_decoder_codec_name(uint16_t codec)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (rows[i].codec == codec)
            return rows[i].name;
    }
    return NULL;
}

bool fwd_decoder_codec_parse(const char *name, uint16_t *codec)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            *codec = rows[i].codec;
            return true;
        }
    }
    return false;
}
