#include "gen/package/decoders.h"

const struct fwd_codec *const fwd_decoders[] = {
    &fwd_codec_stored, &fwd_codec_xz, &fwd_codec_bsdiff_xz, &fwd_codec_fwd, &fwd_codec_lite};
const uint8_t fwd_decoders_count = sizeof fwd_decoders / sizeof fwd_decoders[0];
