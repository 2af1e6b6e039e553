/* The smallest user of the installed library: the codecs that need nothing, and the boot decision.
 */
#include "verify/verify.h"

#include <stdio.h>

static const struct fwd_codec *const codecs[] = {&fwd_codec_stored, &fwd_codec_fwd};

int main(void)
{
    static const struct fwd_ports ports = {0};
    static const struct fwd_device device = {.ports = &ports, .codecs = codecs, .codec_count = 2};
    static struct fwd_update update;

    if (fwd_update_memory(&device) != 0)
        return 1; /* a device without places is not usable */
    if (fwd_update_init(&update, &device) != FWD_E_AREA_LAYOUT)
        return 1;
    printf("release %s, codec %u\n", FWD_VERSION_STRING,
        (unsigned)fwd_codec_find(codecs, 2, FWD_CODEC_FWD)->id);
    return 0;
}
