/* What a program of a device can decode: the codecs that are linked into it, and the memory that it
 * leaves them. The application rehearses updates; the boot loader decodes full images, in RECOVERY
 * too, and is often smaller. */
#ifndef FWD_SIM_DEVICE_DECODER_H
#define FWD_SIM_DEVICE_DECODER_H

#include "verify/codec.h"

#define FWD_DECODER_CODECS_MAX 8u

struct fwd_decoder {
    uint16_t codecs[FWD_DECODER_CODECS_MAX]; /* FWD_CODEC_* */
    uint8_t count;
    uint32_t arena; /* bytes for decoding; 0: what the ram_budget leaves */
};

/* What is there without a list of codecs: fwd, bsdiff-xz, xz, stored; lite as well where `arena`,
 * in bytes, is small. 0: nothing is known of it. */
struct fwd_decoder fwd_decoder_usual(uint32_t arena);

/* The codecs that full images are written in; bit n: codec n. */
uint32_t fwd_decoder_full_images(void);

/* It follows the references of one instruction set. */
bool fwd_decoder_codec_has_isa(uint16_t codec);

bool fwd_decoder_has(const struct fwd_decoder *decoder, uint16_t codec);

/* Bit n: codec n. */
uint32_t fwd_decoder_mask(const struct fwd_decoder *decoder);

/* Those of `all` that the decoder has; list: FWD_DECODER_CODECS_MAX entries. Returns how many. */
uint8_t fwd_decoder_list(const struct fwd_decoder *decoder, const struct fwd_codec *const *all,
    uint8_t all_count, const struct fwd_codec **list);

/* "fwd", "bsdiff-xz", "xz", "stored"; NULL: no codec has this number. */
const char *fwd_decoder_codec_name(uint16_t codec);
/* The reverse; false: no codec has this name. */
bool fwd_decoder_codec_parse(const char *name, uint16_t *codec);

#endif
