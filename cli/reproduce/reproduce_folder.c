#include "cli/reproduce/reproduce_folder.h"

#include "hostio/host_signal.h"
#include "keys/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEYS_MAX    16u
#define PACKAGE_MAX 268435456u

enum fwd_fail fwd_reproduce_folder_make(struct fwd_reproduce_folder *folder, struct fwd_error *err)
{
    const char *place = getenv("TMPDIR");
    (void)snprintf(folder->path, sizeof folder->path, "%.400s/fwdelta-reproduce.XXXXXX",
        place != NULL && place[0] != 0 ? place : "/tmp");
    if (mkdtemp(folder->path) != NULL)
        return FWD_FAIL_NONE;
    enum fwd_fail fail = fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
        "%s: no temporary folder can be made there: %s; set TMPDIR", folder->path,
        fwd_error_cause(errno));
    folder->path[0] = 0;
    return fail;
}

static void key_path(const struct fwd_reproduce_folder *folder, unsigned number, const char *ending,
    char path[FWD_REPRODUCE_PATH])
{
    (void)snprintf(path, FWD_REPRODUCE_PATH, "%.450s/key%u%s", folder->path, number, ending);
}

enum fwd_fail fwd_reproduce_folder_key(struct fwd_reproduce_folder *folder,
    const struct fwd_algorithm *algorithm, unsigned number, char path[FWD_REPRODUCE_PATH],
    struct fwd_error *err)
{
    struct fwd_keypair key = {0};
    key_path(folder, number, ".pem", path);
    enum fwd_fail fail = fwd_keypair_generate(algorithm, &key, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_keyfile_write(&key, path, NULL, false, err);
    fwd_keypair_free(&key);
    return fail;
}

/* In the child. */
static void become(char *const *words, bool has_timestamp, uint64_t timestamp)
{
    char text[24];
    int nothing = open("/dev/null", O_WRONLY);
    (void)snprintf(text, sizeof text, "%" PRIu64, timestamp);
    if (has_timestamp)
        (void)setenv("SOURCE_DATE_EPOCH", text, 1);
    if (nothing >= 0)
        (void)dup2(nothing, STDOUT_FILENO);
    (void)execv("/proc/self/exe", words);
    _exit(127);
}

enum fwd_fail fwd_reproduce_folder_run(struct fwd_reproduce_folder *folder, char *const *words,
    bool has_timestamp, uint64_t timestamp, struct fwd_bytes *package, struct fwd_error *err)
{
    char path[FWD_REPRODUCE_PATH];
    int status = 0;
    (void)fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        become(words, has_timestamp, timestamp);
    if (child < 0)
        return fwd_error_fail(
            err, FWD_FAIL_ENVIRONMENT, "no process can be made: %s", fwd_error_cause(errno));
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
        if (fwd_signal_seen())
            (void)kill(child, SIGTERM);
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return fwd_error_fail(err,
            WIFEXITED(status) && WEXITSTATUS(status) == FWD_FAIL_ENVIRONMENT ? FWD_FAIL_ENVIRONMENT
                                                                             : FWD_FAIL_REFUSED,
            "gen makes no package of these images with these options, for the reason in the line "
            "before: give the images and options that the package was made from");
    (void)snprintf(path, sizeof path, "%.480s/package", folder->path);
    return fwd_file_read_as("a package", path, PACKAGE_MAX, package, err);
}

void fwd_reproduce_folder_remove(struct fwd_reproduce_folder *folder)
{
    char path[FWD_REPRODUCE_PATH];
    if (folder->path[0] == 0)
        return;
    for (unsigned i = 0; i < KEYS_MAX; i++) {
        key_path(folder, i, ".pem", path);
        (void)unlink(path);
        key_path(folder, i, ".pub.pem", path);
        (void)unlink(path);
    }
    (void)snprintf(path, sizeof path, "%.480s/package", folder->path);
    (void)unlink(path);
    (void)rmdir(folder->path);
    folder->path[0] = 0;
}
