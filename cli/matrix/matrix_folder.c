#include "cli/matrix/matrix_folder.h"

#include "hostio/host_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX 65536u
#define SCHEMA   "fwdelta-matrix-folder-1"

static bool path_in(const char *dir, const char *name, char path[PATH_MAX])
{
    int length = snprintf(path, PATH_MAX, "%s/%s", dir, name);

    return length > 0 && length < PATH_MAX;
}

/* Where the program is that the jobs call: in the folder of this one, or in ../../bin of it. */
static enum fwd_fail find_program(char path[PATH_MAX], struct fwd_error *err)
{
    char folder[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", folder, sizeof folder - 1);

    folder[size > 0 ? size : 0] = '\0';
    char *slash = strrchr(folder, '/');
    if (slash != NULL)
        *slash = '\0';
    if (path_in(folder, "fwdelta", path) && access(path, X_OK) == 0)
        return FWD_FAIL_NONE;
    if (path_in(folder, "../../bin/fwdelta", path) && access(path, X_OK) == 0)
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
        "the program fwdelta is neither in %s nor in ../../bin of it; install it there", folder);
}

/* ---- matrix.json ----------------------------------------------------------------------------- */

/* The release file that a folder was planned from; freed by the caller. NULL: err says why. */
static char *read_release(const char *dir, struct fwd_error *err)
{
    struct fwd_bytes text = {NULL, 0};
    char path[PATH_MAX];

    if (!path_in(dir, "matrix.json", path) ||
        fwd_file_read(path, FILE_MAX, &text, NULL) != FWD_FAIL_NONE) {
        fwd_error_set(
            err, "%s: is not the folder of a plan; make it with: fwdelta matrix plan", dir);
        return NULL;
    }
    json_t *json = json_loadb((const char *)text.data, text.size, 0, NULL);
    const char *schema = json_string_value(json_object_get(json, "schema"));
    const char *release = json_string_value(json_object_get(json, "release"));
    char *copy =
        schema != NULL && strcmp(schema, SCHEMA) == 0 && release != NULL ? strdup(release) : NULL;
    if (copy == NULL)
        fwd_error_set(err, "%s: is not what fwdelta matrix plan wrote there; plan again", path);
    json_decref(json);
    fwd_bytes_free(&text);
    return copy;
}

static enum fwd_fail write_release(const char *dir, const char *release, struct fwd_error *err)
{
    char path[PATH_MAX];
    json_t *json = json_pack("{s:s, s:s}", "schema", SCHEMA, "release", release);
    char *text = json != NULL ? json_dumps(json, JSON_INDENT(2)) : NULL;
    enum fwd_fail fail = FWD_FAIL_ENVIRONMENT;

    if (text == NULL || !path_in(dir, "matrix.json", path))
        fail = fwd_error_memory(err, dir);
    else
        fail = fwd_file_write_atomic(path, text, strlen(text), 0666, true, err);
    free(text);
    json_decref(json);
    return fail;
}

/* ---- the folder ------------------------------------------------------------------------------ */

/* Is there nothing in a folder but what a plan that broke off has left? */
static bool is_empty(const char *dir)
{
    DIR *folder = opendir(dir);
    const struct dirent *entry;
    bool empty = folder != NULL;

    while (empty && (entry = readdir(folder)) != NULL)
        empty = entry->d_name[0] == '.' || strcmp(entry->d_name, "jobs") == 0 ||
                strcmp(entry->d_name, "lost+found") == 0;
    if (folder != NULL)
        (void)closedir(folder);
    return empty;
}

static enum fwd_fail make_folder(const char *dir, struct fwd_error *err)
{
    if (mkdir(dir, 0777) == 0 || errno == EEXIST)
        return FWD_FAIL_NONE;
    return fwd_error_fail(
        err, FWD_FAIL_ENVIRONMENT, "%s: cannot be made: %s", dir, fwd_error_cause(errno));
}

enum fwd_fail fwd_matrix_folder_make(const char *dir, const char *release, struct fwd_error *err)
{
    char path[PATH_MAX], *absolute = realpath(release, NULL);

    if (absolute == NULL)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: %s", release, fwd_error_cause(errno));
    enum fwd_fail fail = make_folder(dir, err);
    bool ours = path_in(dir, "matrix.json", path) && access(path, F_OK) == 0;
    if (fail == FWD_FAIL_NONE && !ours && !is_empty(dir))
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: is there, and no earlier plan; give a new folder, or an empty one", dir);
    if (fail == FWD_FAIL_NONE && path_in(dir, "jobs", path))
        fail = make_folder(path, err);
    if (fail == FWD_FAIL_NONE)
        fail = write_release(dir, absolute, err);
    free(absolute);
    return fail;
}

enum fwd_fail fwd_matrix_folder_open(
    const char *folder, char dir[PATH_MAX], struct fwd_matrix_plan *plan, struct fwd_error *err)
{
    char program[PATH_MAX], cache[PATH_MAX];

    *plan = (struct fwd_matrix_plan){0};
    if (realpath(folder, dir) == NULL)
        return fwd_error_fail(
            err, FWD_FAIL_ENVIRONMENT, "%s: %s; plan first", folder, fwd_error_cause(errno));
    char *release = read_release(dir, err);
    if (release == NULL)
        return FWD_FAIL_ENVIRONMENT;
    enum fwd_fail fail = find_program(program, err);
    if (fail == FWD_FAIL_NONE && !path_in(dir, "inputs.txt", cache))
        fail = fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: the name is too long", dir);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_matrix_plan_make(release, program, cache, plan, err);
    free(release);
    return fail;
}

enum fwd_fail fwd_matrix_folder_lock(const char *dir, struct fwd_error *err)
{
    char path[PATH_MAX];
    int fd = path_in(dir, "lock", path) ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666) : -1;

    if (fd < 0)
        return fwd_error_fail(
            err, FWD_FAIL_ENVIRONMENT, "%s/lock: %s", dir, fwd_error_cause(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return FWD_FAIL_NONE; /* it stays open, so that the lock lasts */
    (void)close(fd);
    return fwd_error_fail(
        err, FWD_FAIL_REFUSED, "%s: another run works in this folder; wait for its end", dir);
}
