/* The folder of a rehearsal, which is removed whatever becomes of its processes. */
#include "manage/campaign/rehearse/campaign_rehearse_internal.h"

#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *ftw)
{
    (void)info, (void)kind, (void)ftw;
    return remove(path);
}

static void remove_folder(const char *folder)
{
    (void)nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/* Another process, which no key of the terminal reaches. All processes of the rehearsal inherit the
 * writing end of its pipe, and nobody writes: it can be read when the last of them has ended, be it
 * that it was killed. */
static _Noreturn void stay(const char *folder, int fd)
{
    char byte;

    (void)setsid();
    (void)signal(SIGTERM, SIG_IGN);
    while (read(fd, &byte, 1) < 0 && errno == EINTR)
        continue;
    remove_folder(folder);
    _exit(0);
}

static bool keep(struct fwd_campaign_stage *stage)
{
    int fds[2];

    if (pipe(fds) != 0)
        return false;
    (void)fflush(stdout);
    stage->keeper = fork();
    if (stage->keeper == 0) {
        (void)close(fds[1]);
        stay(stage->folder, fds[0]);
    }
    (void)close(fds[0]);
    stage->alive = fds[1];
    return stage->keeper > 0;
}

enum fwd_fail fwd_campaign_rehearse_folder(struct fwd_campaign_stage *stage, struct fwd_error *err)
{
    const char *temp = getenv("TMPDIR");

    (void)snprintf(stage->folder, sizeof stage->folder, "%.200s/fwdelta-rehearse.XXXXXX",
        temp != NULL && temp[0] != '\0' ? temp : "/tmp");
    if (mkdtemp(stage->folder) == NULL) {
        fwd_error_set(err, "%s: cannot be made: %s", stage->folder, fwd_error_cause(errno));
        stage->folder[0] = '\0';
        return FWD_FAIL_ENVIRONMENT;
    }
    return keep(stage) ? FWD_FAIL_NONE
                       : fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "no process can be started: %s",
                             fwd_error_cause(errno));
}

void fwd_campaign_rehearse_remove(struct fwd_campaign_stage *stage)
{
    if (stage->folder[0] == '\0')
        return;
    if (stage->keeper <= 0) {
        remove_folder(stage->folder);
        return;
    }
    (void)close(stage->alive);
    while (waitpid(stage->keeper, NULL, 0) < 0 && errno == EINTR)
        continue;
}
