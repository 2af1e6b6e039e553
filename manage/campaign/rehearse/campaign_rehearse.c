#include "hostio/host_signal.h"
#include "manage/campaign/rehearse/campaign_rehearse_internal.h"
#include "manage/campaign/report/campaign_report.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define TICK_US 20000

/* ---- the stage ------------------------------------------------------------------------------- */

/* 0: none is free. */
static unsigned free_port(int type)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof a;
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    bool fine = fd >= 0 && bind(fd, (struct sockaddr *)&a, size) == 0 &&
                getsockname(fd, (struct sockaddr *)&a, &size) == 0;

    if (fd >= 0)
        (void)close(fd);
    return fine ? ntohs(a.sin_port) : 0;
}

static enum fwd_fail make_stage(struct fwd_campaign_stage *stage, struct fwd_error *err)
{
    const struct fwd_campaign *c = stage->rehearsal->campaign;
    bool secure = c->https == FWD_CAMPAIGN_YES, keys = c->devices[0].key_size > 0;
    unsigned lwm2m = free_port(SOCK_DGRAM), content = free_port(SOCK_STREAM);

    if (stage->rehearsal->logs != NULL && mkdir(stage->rehearsal->logs, 0777) != 0)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
            "%s: the folder for the logs cannot be made: %s; name one that is not there yet",
            stage->rehearsal->logs, fwd_error_cause(errno));
    stage->shared = mmap(
        NULL, sizeof *stage->shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (stage->shared == MAP_FAILED)
        return fwd_error_memory(err, "the rehearsal");
    enum fwd_fail fail = fwd_campaign_rehearse_folder(stage, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    if (lwm2m == 0 || content == 0)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "no port of 127.0.0.1 is free");
    (void)snprintf(stage->state, sizeof stage->state, "%s/state", stage->folder);
    (void)snprintf(
        stage->lwm2m, sizeof stage->lwm2m, "%s://127.0.0.1:%u", keys ? "coaps" : "coap", lwm2m);
    (void)snprintf(stage->content, sizeof stage->content, "%s:%u",
        secure ? "https://localhost" : "http://127.0.0.1", content);
    return FWD_FAIL_NONE;
}

/* ---- the campaign ---------------------------------------------------------------------------- */

static void say(const struct fwd_campaign_stage *stage, const char *line)
{
    if (stage->rehearsal->say != NULL)
        stage->rehearsal->say(line);
}

/* The state is opened for a moment only: a process must not inherit it. */
static enum fwd_fail move(
    struct fwd_campaign_stage *stage, enum fwd_campaign_move how, struct fwd_error *err)
{
    struct fwd_campaign_state *state = NULL;
    enum fwd_fail fail =
        fwd_campaign_state_open(stage->state, stage->rehearsal->campaign, false, &state, err);

    if (fail == FWD_FAIL_NONE)
        fail = fwd_campaign_state_move(
            state, how, "the rehearsal", fwd_campaign_rehearse_clock(stage), err);
    fwd_campaign_state_close(state);
    return fail;
}

static enum fwd_fail look(const struct fwd_campaign_stage *stage, enum fwd_campaign_phase *phase,
    bool *good, struct fwd_error *err)
{
    struct fwd_campaign_state *state = NULL;
    enum fwd_fail fail =
        fwd_campaign_state_open(stage->state, stage->rehearsal->campaign, false, &state, err);

    if (fail == FWD_FAIL_NONE) {
        *phase = fwd_campaign_state_phase(state);
        *good = fwd_campaign_report_test_is_good(stage->rehearsal->campaign, state);
    }
    fwd_campaign_state_close(state);
    return fail;
}

/* Until a phase is reported. *good: the test devices ended well. */
static enum fwd_fail wait_for(struct fwd_campaign_stage *stage, enum fwd_campaign_phase wanted,
    bool *good, struct fwd_error *err)
{
    enum fwd_campaign_phase phase = FWD_CAMPAIGN_REQUESTED;
    enum fwd_fail fail = FWD_FAIL_NONE;

    while (fail == FWD_FAIL_NONE && phase != wanted) {
        (void)usleep(TICK_US);
        if (fwd_signal_seen())
            return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "the rehearsal was interrupted");
        if (fwd_campaign_rehearse_broken(stage, err))
            return FWD_FAIL_ENVIRONMENT;
        fail = fwd_campaign_rehearse_kill(stage, err);
        if (fail == FWD_FAIL_NONE)
            fail = look(stage, &phase, good, err);
    }
    return fail;
}

static enum fwd_fail carry_out(struct fwd_campaign_stage *stage, struct fwd_error *err)
{
    bool good = false;

    enum fwd_fail fail = move(stage, FWD_CAMPAIGN_APPROVE, err);
    if (fail == FWD_FAIL_NONE)
        fail = move(stage, FWD_CAMPAIGN_START, err);
    if (fail == FWD_FAIL_NONE)
        say(stage, "test phase");
    if (fail == FWD_FAIL_NONE)
        fail = wait_for(stage, FWD_CAMPAIGN_TEST_REPORTED, &good, err);
    if (fail != FWD_FAIL_NONE || !good)
        return fail; /* the report says why it is not good */
    fail = move(stage, FWD_CAMPAIGN_ACCEPT, err);
    if (fail == FWD_FAIL_NONE)
        fail = move(stage, FWD_CAMPAIGN_START, err);
    if (fail == FWD_FAIL_NONE)
        say(stage, "final phase");
    return fail == FWD_FAIL_NONE ? wait_for(stage, FWD_CAMPAIGN_FINAL_REPORTED, &good, err) : fail;
}

enum fwd_fail fwd_campaign_rehearse(const struct fwd_campaign_rehearsal *rehearsal,
    struct fwd_file_set *set, const char *junit, const char *html, bool force, json_t **report,
    struct fwd_error *err)
{
    struct fwd_campaign_stage stage = {.rehearsal = rehearsal};
    uint64_t begun = fwd_campaign_rehearse_ms();

    *report = NULL;
    fwd_signal_hold();
    enum fwd_fail fail = make_stage(&stage, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_campaign_rehearse_man(&stage, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_campaign_rehearse_serve(&stage, err);
    if (fail == FWD_FAIL_NONE)
        fail = carry_out(&stage, err);
    fwd_campaign_rehearse_stop(&stage);
    stage.seconds = (double)(fwd_campaign_rehearse_ms() - begun) / 1000;
    if (fail == FWD_FAIL_NONE)
        fail = fwd_campaign_rehearse_report(&stage, set, junit, html, force, report, err);
    fwd_campaign_rehearse_remove(&stage);
    fwd_signal_release();
    return fail;
}
