#include "sim/device/decoder.h"

#include <string.h>

static const char *const names[] = {
    [FWD_CODEC_STORED] = "stored",
    [FWD_CODEC_XZ] = "xz",
    [FWD_CODEC_BSDIFF_XZ] = "bsdiff-xz",
    [FWD_CODEC_FWD] = "fwd",
    [FWD_CODEC_LITE] = "lite",
};
#define NAMES (sizeof names / sizeof names[0])

struct fwd_decoder fwd_decoder_usual(void)
{
    return (struct fwd_decoder){
        .codecs = {FWD_CODEC_FWD, FWD_CODEC_BSDIFF_XZ, FWD_CODEC_XZ, FWD_CODEC_STORED}, .count = 4};
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
    return codec < NAMES ? names[codec] : NULL;
}

bool fwd_decoder_codec_parse(const char *name, uint16_t *codec)
{
    for (uint16_t i = 0; i < NAMES; i++) {
        if (names[i] != NULL && strcmp(names[i], name) == 0) {
            *codec = i;
            return true;
        }
    }
    return false;
}
