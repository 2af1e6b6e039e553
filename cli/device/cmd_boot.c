/* fwdelta boot: switches a simulated device on; it finishes what a power cut interrupted. */
#include "cli/device/session.h"

static const struct fwd_option options[] = {
    {"cut", 0, "N", false, "cut power at flash operation N, or at a replay id"},
    {"cost", 0, NULL, false, "print what it cost the flash"},
    {"json", 'j', NULL, false, "report as JSON"},
    {0},
};

/* The old firmware runs, and its application goes on with a rehearsal that was cut. */
static bool goes_on(const struct fwd_session *session, const struct fwd_status *status)
{
    return session->choice.action == FWD_BOOT_RUN && status->state == FWD_STATUS_REHEARSING &&
           session->machine->description->rehearse_slice > 0;
}

static enum fwd_reason rehearse(struct fwd_session *session, enum fwd_command command)
{
    fwd_machine_run_application(session->machine);
    enum fwd_reason reason = fwd_session_start(session);
    return reason == FWD_OK ? fwd_machine_install(session->machine, &session->update, command,
                                  fwd_session_acts, session)
                            : reason;
}

/* Runs on the device: what a boot loader does. */
static void work(void *arg)
{
    struct fwd_session *session = arg;
    struct fwd_update *update = &session->update;
    struct fwd_status status;
    enum fwd_reason reason = fwd_session_start(session);
    if (reason == FWD_OK)
        reason = fwd_boot_decide(update, &session->choice);
    if (reason != FWD_OK) {
        fwd_session_tell(session, reason);
        return;
    }
    fwd_update_status(update, &status);
    fwd_session_command(session, status.command);
    session->sink.resumed = session->choice.action == FWD_BOOT_RESUME;
    if (session->choice.action == FWD_BOOT_RESUME && status.exhausted) {
        reason = fwd_session_resume_quietly(session);
        if (reason == FWD_OK)
            fwd_session_tell(session, reason);
        else
            session->has_choice = fwd_boot_decide(update, &session->choice) == FWD_OK;
    } else if (session->choice.action == FWD_BOOT_RESUME)
        fwd_session_tell(session, fwd_update_resume(update));
    else if (goes_on(session, &status))
        fwd_session_tell(session, rehearse(session, status.command));
    else if (session->choice.outcome_pending)
        fwd_session_tell(session, session->choice.outcome);
    else
        session->has_choice = true; /* nothing to do */
    if (session->has_choice && session->choice.action == FWD_BOOT_RUN)
        fwd_machine_started(session->machine, update);
}

static int run(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_session session;
    const char *folder = args->operands[0];
    int status = (int)fwd_session_open(&session, args, folder, err);
    if (status == FWD_EXIT_DONE) {
        fwd_machine_run_boot_loader(session.machine);
        status = fwd_session_run(&session, work, folder, err);
    }
    bool recovery = session.has_choice && session.choice.action == FWD_BOOT_RECOVERY;
    if (status == FWD_EXIT_DONE && recovery)
        status = (int)fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: the firmware is incomplete and cannot run; install a full package: "
            "'fwdelta install PKG --command full --device %s'",
            folder, folder);
    fwd_session_close(&session);
    return status;
}

const struct fwd_subcommand fwd_command_boot = {
    .name = "boot",
    .operands = "DIR",
    .operands_min = 1,
    .operands_max = 1,
    .summary = "switch a simulated device on; it resumes what was cut",
    .about = "Switches a simulated device on. An update that a power cut interrupted is finished,\n"
             "a result that was not told yet is told, and then it is said what runs.",
    .options = options,
    .run = run,
};
