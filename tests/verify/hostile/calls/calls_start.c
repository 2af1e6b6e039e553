#include "tests/verify/hostile/calls/calls_rig.h"

#define RESUMES_MAX 20

static void decide(struct calls *calls)
{
    if (fwd_boot_decide(&calls->lab->update, &calls->lab->choice) != FWD_OK)
        calls_broken(calls, "the boot decision fails");
    calls_check(calls);
    calls_check_choice(calls);
}

void calls_start(struct calls *calls)
{
    struct lab *lab = calls->lab;

    if (lab_start(lab) != FWD_OK)
        calls_broken(calls, "the start fails");
    calls->sending = &calls->packages[CALLS_DELTA];
    calls->sent = 0;
    decide(calls);
    for (int i = 0; lab->choice.action == FWD_BOOT_RESUME; i++) {
        if (i == RESUMES_MAX)
            calls_broken(calls, "resuming does not end");
        calls_log(calls, "resume", 0);
        calls_log_reason(calls, fwd_update_resume(&lab->update));
        decide(calls);
    }
    calls_log(calls, lab->choice.action == FWD_BOOT_RUN ? "run" : "recovery", 0);
}
