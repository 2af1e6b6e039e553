#include "tests/hostio/scratch_folder.h"

#include <check.h>
#include <dirent.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATHS 8

static char folder[64];
static char paths[PATHS][512];
static unsigned next_path;

void scratch_setup(void)
{
    strcpy(folder, "/tmp/fwdelta-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

void scratch_teardown(void)
{
    char command[256];
    (void)snprintf(command, sizeof command, "chmod -R u+rwx '%s' && rm -rf '%s'", folder, folder);
    ck_assert_int_eq(system(command), 0);
}

const char *scratch_path(const char *name)
{
    char *path = paths[next_path++ % PATHS];
    (void)snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

void scratch_write(const char *name, const void *data, size_t size)
{
    FILE *file = fopen(scratch_path(name), "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(data, 1, size, file), size);
    ck_assert_int_eq(fclose(file), 0);
}

void scratch_write_text(const char *name, const char *text)
{
    scratch_write(name, text, strlen(text));
}

bool scratch_exists(const char *name)
{
    return access(scratch_path(name), F_OK) == 0;
}

void scratch_expect(const char *name, const char *text)
{
    char found[1024];
    FILE *file = fopen(scratch_path(name), "rb");

    ck_assert_msg(file != NULL, "%s is not there", name);
    size_t size = fread(found, 1, sizeof found, file);
    (void)fclose(file);
    ck_assert_uint_eq(size, strlen(text));
    ck_assert_mem_eq(found, text, size);
}

void scratch_disk_is_full(bool full)
{
    const struct rlimit limit = {full ? 4096 : RLIM_INFINITY, RLIM_INFINITY};

    (void)signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

void scratch_ends_by(pid_t child, int signal_number)
{
    int status = 0;

    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status));
    ck_assert_int_eq(WTERMSIG(status), signal_number);
}

size_t scratch_count(void)
{
    size_t count = 0;
    DIR *dir = opendir(folder);
    ck_assert_ptr_nonnull(dir);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            count++;
    }
    (void)closedir(dir);
    return count;
}

bool scratch_run(const char *format, ...)
{
    char command[4096];
    int length = snprintf(command, sizeof command, "cd '%s' && ", folder);
    va_list arguments;
    va_start(arguments, format);
    length += vsnprintf(command + length, sizeof command - (size_t)length, format, arguments);
    va_end(arguments);
    ck_assert_uint_lt((size_t)length, sizeof command);
    return system(command) == 0;
}
