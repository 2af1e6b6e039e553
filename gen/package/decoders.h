/* Every decoder, for simulated devices and for tools that look into a package. */
#ifndef FWD_GEN_PACKAGE_DECODERS_H
#define FWD_GEN_PACKAGE_DECODERS_H

#include "verify/codec.h"

extern const struct fwd_codec *const fwd_decoders[];
extern const uint8_t fwd_decoders_count;

#endif
