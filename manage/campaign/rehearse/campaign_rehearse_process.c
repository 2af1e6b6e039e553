/* The processes of a rehearsal. */
#include "manage/campaign/rehearse/campaign_rehearse_internal.h"
#include "manage/campaign/server/campaign_server.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MODULES_PER_CREW 250u
#define KILL_MS          400u /* between two kills, at most */

uint64_t fwd_campaign_rehearse_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

int64_t fwd_campaign_rehearse_clock(void *ctx)
{
    const struct fwd_campaign_stage *stage = ctx;
    uint64_t least = UINT64_MAX;
    int64_t start = 0;

    for (unsigned i = 0; i < stage->crew_count; i++)
        least = stage->shared->now_ms[i] < least ? stage->shared->now_ms[i] : least;
    (void)fwd_campaign_time(stage->rehearsal->campaign->start, &start);
    return start + (int64_t)(least / 1000);
}

/* ---- processes ------------------------------------------------------------------------------- */

/* Each module has some sockets. */
static void want_descriptors(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

static size_t descriptors_of(pid_t pid)
{
    char path[32];
    size_t count = 0;

    (void)snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *folder = opendir(path);
    while (folder != NULL && readdir(folder) != NULL)
        count++;
    if (folder != NULL)
        (void)closedir(folder);
    return count;
}

static void end(pid_t *pid, int signal, struct fwd_campaign_usage *usage)
{
    struct rusage used = {0};

    if (*pid <= 0)
        return;
    size_t descriptors = descriptors_of(*pid);
    (void)kill(*pid, signal);
    while (wait4(*pid, NULL, 0, &used) < 0 && errno == EINTR)
        continue;
    *pid = 0;
    usage->cpu_s += (double)used.ru_utime.tv_sec + (double)used.ru_utime.tv_usec / 1e6 +
                    (double)used.ru_stime.tv_sec + (double)used.ru_stime.tv_usec / 1e6;
    usage->max_rss_kb = used.ru_maxrss > usage->max_rss_kb ? used.ru_maxrss : usage->max_rss_kb;
    usage->descriptors = descriptors > usage->descriptors ? descriptors : usage->descriptors;
}

/* A child that does not outlive the rehearsal. False: it has ended already. */
static bool depend_on(pid_t parent)
{
    return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent;
}

/* A byte means that the process is there; its end, that it is not. */
static bool is_there(int fd)
{
    char byte;
    ssize_t got;

    do {
        got = read(fd, &byte, 1);
    } while (got < 0 && errno == EINTR);
    return got == 1;
}

/* ---- the server ------------------------------------------------------------------------------ */

static int ready_fd = -1;

static void ready(const struct fwd_campaign_server_places *places)
{
    (void)places;
    if (write(ready_fd, "+", 1) != 1)
        _exit(FWD_FAIL_ENVIRONMENT);
}

static void caught_up(void *ctx)
{
    struct fwd_campaign_stage *stage = ctx;

    stage->shared->caught_up++;
}

static int serve(struct fwd_campaign_stage *stage)
{
    const struct fwd_campaign_rehearsal *r = stage->rehearsal;
    struct fwd_campaign_server_options o = {.campaign = r->campaign,
        .check = r->check,
        .lwm2m = stage->lwm2m,
        .content = stage->content,
        .clock = fwd_campaign_rehearse_clock,
        .clock_ctx = stage,
        .caught_up = caught_up};
    struct fwd_campaign_state *state = NULL;
    struct fwd_error err = {""};

    enum fwd_fail fail = fwd_campaign_state_open(stage->state, r->campaign, true, &state, &err);
    o.state = state;
    if (fail == FWD_FAIL_NONE)
        fail = fwd_campaign_server_run(&o, ready, &err);
    fwd_campaign_state_close(state);
    if (fail != FWD_FAIL_NONE)
        fprintf(stderr, "fwdelta campaign rehearse: the server: %s\n", err.text);
    return (int)fail;
}

enum fwd_fail fwd_campaign_rehearse_serve(struct fwd_campaign_stage *stage, struct fwd_error *err)
{
    int fds[2];

    if (pipe(fds) != 0)
        return fwd_error_fail(
            err, FWD_FAIL_ENVIRONMENT, "no pipe can be made: %s", fwd_error_cause(errno));
    (void)fflush(stdout);
    pid_t own = getpid();
    stage->server = fork();
    if (stage->server == 0) {
        if (!depend_on(own))
            _exit(FWD_FAIL_ENVIRONMENT);
        ready_fd = fds[1];
        (void)close(fds[0]);
        want_descriptors();
        _exit(serve(stage));
    }
    (void)close(fds[1]);
    bool there = stage->server > 0 && is_there(fds[0]);
    (void)close(fds[0]);
    return there ? FWD_FAIL_NONE
                 : fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "the server did not start");
}

enum fwd_fail fwd_campaign_rehearse_kill(struct fwd_campaign_stage *stage, struct fwd_error *err)
{
    const struct fwd_campaign_rehearsal *r = stage->rehearsal;
    uint64_t now = fwd_campaign_rehearse_ms();

    if (stage->killed >= r->kills || now < stage->next_kill_ms)
        return FWD_FAIL_NONE;
    bool first = stage->next_kill_ms == 0;
    stage->next_kill_ms =
        now + 20 + fwd_campaign_fault_random(r->seed ^ 0x6B696C6Cu, stage->killed) % KILL_MS;
    if (first)
        return FWD_FAIL_NONE;
    stage->killed++;
    stage->shared->pause = 1;
    end(&stage->server, SIGKILL, &stage->server_usage);
    enum fwd_fail fail = fwd_campaign_rehearse_serve(stage, err);
    stage->shared->pause = 0;
    return fail;
}

/* ---- the modules ----------------------------------------------------------------------------- */

static struct fwd_campaign_crew_plan plan_of(const struct fwd_campaign_stage *stage, unsigned crew)
{
    const struct fwd_campaign_rehearsal *r = stage->rehearsal;
    bool secure = strncmp(stage->content, "https", 5) == 0;

    return (struct fwd_campaign_crew_plan){.campaign = r->campaign,
        .recipe = r->recipe,
        .profile = r->check->profile,
        .codecs = r->codecs,
        .codec_count = r->codec_count,
        .shares = r->shares,
        .seed = r->seed,
        .package_size = r->check->packages[0].bytes.size,
        .scale = r->scale,
        .folder = stage->folder,
        .server = stage->lwm2m,
        .ca_file = secure ? r->campaign->certificate : NULL,
        .logs = r->logs,
        .pause = &stage->shared->pause,
        .caught_up = &stage->shared->caught_up,
        .now_ms = &stage->shared->now_ms[crew],
        .trouble = &stage->shared->trouble[crew],
        .crew = crew,
        .crews = stage->crew_count};
}

static bool start_crew(struct fwd_campaign_stage *stage, unsigned crew, int *fd)
{
    struct fwd_campaign_crew_plan plan = plan_of(stage, crew);
    int fds[2];

    if (pipe(fds) != 0)
        return false;
    pid_t own = getpid();
    stage->crews[crew] = fork();
    if (stage->crews[crew] == 0) {
        if (!depend_on(own))
            _exit(FWD_FAIL_ENVIRONMENT);
        (void)close(fds[0]);
        want_descriptors();
        _exit(fwd_campaign_crew_run(&plan, fds[1]));
    }
    (void)close(fds[1]);
    *fd = fds[0];
    return stage->crews[crew] > 0;
}

enum fwd_fail fwd_campaign_rehearse_man(struct fwd_campaign_stage *stage, struct fwd_error *err)
{
    size_t modules = stage->rehearsal->campaign->device_count;
    int fds[FWD_CAMPAIGN_CREWS_MAX];
    unsigned started = 0;
    bool fine = true;

    stage->crew_count = (unsigned)((modules - 1) / MODULES_PER_CREW) + 1;
    stage->crew_count = stage->crew_count < 2 && modules > 1 ? 2 : stage->crew_count;
    if (stage->crew_count > FWD_CAMPAIGN_CREWS_MAX)
        stage->crew_count = FWD_CAMPAIGN_CREWS_MAX;
    for (; fine && started < stage->crew_count; started++)
        fine = start_crew(stage, started, &fds[started]);
    for (unsigned i = 0; i < started; i++) {
        fine = fine && is_there(fds[i]);
        (void)close(fds[i]);
    }
    for (unsigned i = 0; i < started && !fine; i++) {
        if (stage->shared->trouble[i].text[0] != '\0')
            return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s", stage->shared->trouble[i].text);
    }
    return fine ? FWD_FAIL_NONE
                : fwd_error_fail(
                      err, FWD_FAIL_ENVIRONMENT, "the virtual modules could not be started");
}

/* ---- the end --------------------------------------------------------------------------------- */

void fwd_campaign_rehearse_stop(struct fwd_campaign_stage *stage)
{
    for (unsigned i = 0; i < stage->crew_count; i++)
        end(&stage->crews[i], SIGTERM, &stage->crew_usage);
    end(&stage->server, SIGTERM, &stage->server_usage);
}

bool fwd_campaign_rehearse_broken(struct fwd_campaign_stage *stage, struct fwd_error *err)
{
    bool broken = waitpid(stage->server, NULL, WNOHANG) == stage->server;

    if (broken)
        stage->server = 0;
    for (unsigned i = 0; i < stage->crew_count && !broken; i++) {
        broken = waitpid(stage->crews[i], NULL, WNOHANG) == stage->crews[i];
        if (broken)
            stage->crews[i] = 0;
    }
    if (broken)
        fwd_error_set(err, "a process of the rehearsal ended by itself");
    return broken;
}
