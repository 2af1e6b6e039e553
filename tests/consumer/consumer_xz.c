/* A user of a codec that needs liblzma, and not of codec `fwd`. */
#include "verify/verify.h"

#include <stdio.h>

static const struct fwd_codec *const codecs[] = {&fwd_codec_stored, &fwd_codec_bsdiff_xz};

int main(void)
{
    printf("release %s, codec %u\n", FWD_VERSION_STRING,
        (unsigned)fwd_codec_find(codecs, 2, FWD_CODEC_BSDIFF_XZ)->id);
    return 0;
}
