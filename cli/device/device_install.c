#include "cli/device/device_install.h"

#include "cli/common/package_file.h"

static enum fwd_reason download_and_install(struct fwd_device_install *in)
{
    struct fwd_update *update = &in->session.update;
    enum fwd_reason reason = fwd_download_begin(update, in->padding);
    if (reason == FWD_OK)
        reason = fwd_download_write(update, in->package.data, (uint32_t)in->package.size);
    if (reason == FWD_OK)
        reason = fwd_download_end(update);
    if (reason != FWD_OK)
        return reason;
    fwd_line_sink_begin(&in->session.sink);
    fwd_flash_cost_mark(in->session.progress, FWD_FLASH_ASKED, in->session.machine, update);
    return fwd_machine_install(
        in->session.machine, update, in->command, fwd_session_acts, &in->session);
}

/* Where no firmware can run it is the boot loader that takes packages, with what it decodes. */
static enum fwd_reason enter_boot_loader(struct fwd_session *session)
{
    fwd_machine_run_boot_loader(session->machine);
    return fwd_session_start(session);
}

/* What was interrupted goes on at a start: false. Only what has failed before, as often as the
 * device's policy says, is tried once more and then makes room for a full package. */
static bool ready_for_package(struct fwd_session *session)
{
    struct fwd_update *update = &session->update;
    struct fwd_boot_choice choice;
    struct fwd_status status;
    fwd_update_status(update, &status);
    enum fwd_reason reason = fwd_boot_decide(update, &choice);
    if (reason == FWD_OK && choice.action == FWD_BOOT_RESUME && !status.exhausted)
        return false;
    if (reason != FWD_OK || choice.action == FWD_BOOT_RUN)
        return true;
    reason = enter_boot_loader(session);
    if (reason == FWD_OK)
        reason = fwd_session_resume_quietly(session);
    (void)reason; /* in either case the package that was asked for comes next */
    return true;
}

static void work(void *arg)
{
    struct fwd_device_install *in = arg;
    enum fwd_reason reason = fwd_session_start(&in->session);
    if (reason == FWD_OK && !ready_for_package(&in->session)) {
        in->session.pending = true;
        return;
    }
    fwd_session_booted(&in->session);
    if (reason == FWD_OK)
        reason = download_and_install(in);
    fwd_session_tell(&in->session, reason);
}

/* The device says that it is no package; what it is instead can be said here. */
static int refused_kind(
    const struct fwd_device_install *in, const char *path, struct fwd_error *err)
{
    (void)fwd_package_file_has_firmware(path, &in->package, err);
    return (int)FWD_FAIL_REFUSED;
}

int fwd_device_install_run(struct fwd_device_install *in, const char *path, struct fwd_error *err)
{
    fwd_session_command(&in->session, in->command);
    int status = fwd_session_run(&in->session, work, path, err);
    if (status == (int)FWD_FAIL_REFUSED && in->session.reason == FWD_E_UNKNOWN_KIND)
        status = refused_kind(in, path, err);
    return status;
}
