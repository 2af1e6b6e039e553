/* A program that names every function of the device library, so that all of it is linked. It prints
 * nothing: a boot loader has no C library. Status 0: a device without places is refused. */
#include "verify/verify.h"

static const struct fwd_codec *const codecs[] = {&fwd_codec_stored, &fwd_codec_fwd};
static const struct fwd_ports ports = {0};
static const struct fwd_device device = {.ports = &ports, .codecs = codecs, .codec_count = 2};
static struct fwd_update update;

static enum fwd_reason life(void)
{
    struct fwd_boot_choice choice;
    enum fwd_reason reason = fwd_update_init(&update, &device);

    if (reason == FWD_OK)
        reason = fwd_boot_decide(&update, &choice);
    if (reason == FWD_OK)
        reason = fwd_update_resume(&update);
    if (reason == FWD_OK)
        reason = fwd_download_begin(&update, 0);
    if (reason == FWD_OK)
        reason = fwd_download_write(&update, "", 0);
    if (reason == FWD_OK)
        reason = fwd_download_end(&update);
    if (reason == FWD_OK)
        reason = fwd_update_install(&update, FWD_COMMAND_ANY);
    if (reason == FWD_OK)
        reason = fwd_update_reported(&update);
    return reason;
}

int main(void)
{
    if (fwd_update_memory(&device) != 0)
        return 1;
    return life() == FWD_E_AREA_LAYOUT ? 0 : 1;
}
