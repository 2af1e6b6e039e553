/* What a boot loader calls, so that a linker keeps what it needs. The device is only an address. */
#include "verify/verify.h"

extern const struct fwd_device fwd_size_probe_device;

void fwd_size_probe_boot(void);
struct fwd_update fwd_size_probe_state;

void fwd_size_probe_boot(void)
{
    struct fwd_update *update = &fwd_size_probe_state;
    struct fwd_boot_choice choice;
    uint8_t bytes[16] = {0};
    enum fwd_reason reason = fwd_update_init(update, &fwd_size_probe_device);

    while (reason == FWD_OK && fwd_boot_decide(update, &choice) == FWD_OK) {
        if (choice.action == FWD_BOOT_RESUME)
            reason = fwd_update_resume(update);
        else if (choice.outcome_pending)
            reason = fwd_update_reported(update);
        if (fwd_download_begin(update, 0) == FWD_OK &&
            fwd_download_write(update, bytes, sizeof bytes) == FWD_OK &&
            fwd_download_end(update) == FWD_OK)
            reason = fwd_update_install(update, FWD_COMMAND_ANY);
    }
}
