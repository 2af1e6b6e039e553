#include "tests/module/process/module_process.h"

#include "tests/hostio/scratch_folder.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 60000

void module_process_device(
    struct module_process *p, const char *name, const char *device, const char *image)
{
    memset(p, 0, sizeof *p);
    p->uart = -1;
    snprintf(p->folder, sizeof p->folder, "%s", scratch_path(name));
    snprintf(p->log, sizeof p->log, "%s.log", p->folder);
    snprintf(p->profile, sizeof p->profile, "lara-r6-01b");
    snprintf(p->scale, sizeof p->scale, "1000");
    ck_assert(scratch_run("rm -rf '%s' '%s'", p->folder, p->log));
    ck_assert(scratch_run("'%s' device create '%s' --description '%s/samples/devices/%s.json' "
                          "--image firmware='%s' --version 1.0.0 --trust key.pub.pem >/dev/null",
        FWD_PROGRAM, p->folder, FWD_SOURCE_DIR, device, image));
}

/* Its first line names the primary UART, and its ports are there then. */
static void wait_for_ports(struct module_process *p, int output)
{
    char said[512];
    size_t size = 0;

    while (size < sizeof said - 1 && memchr(said, '\n', size) == NULL) {
        ssize_t n = read(output, said + size, sizeof said - 1 - size);
        ck_assert_msg(n > 0, "the module ended at once");
        size += (size_t)n;
    }
    (void)close(output);
    char link[320];
    snprintf(link, sizeof link, "%s/tty", p->folder);
    p->uart = open(link, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    ck_assert_msg(p->uart >= 0, "%s: %s", link, strerror(errno));
}

void module_process_start(struct module_process *p)
{
    int pipes[2];

    ck_assert_int_eq(pipe(pipes), 0);
    p->pid = fork();
    ck_assert_int_ge(p->pid, 0);
    if (p->pid == 0) {
        (void)dup2(pipes[1], 1);
        (void)close(pipes[0]);
        (void)close(pipes[1]);
        const char *argv[16] = {FWD_PROGRAM, "module", p->folder, "--profile", p->profile,
            "--time-scale", p->scale, "--log", p->log};
        size_t count = 9;
        if (p->ca[0] != '\0') {
            argv[count++] = "--ca";
            argv[count++] = p->ca;
        }
        argv[count] = p->option;
        execv(FWD_PROGRAM, (char **)argv);
        _exit(127);
    }
    (void)close(pipes[1]);
    p->size = 0;
    p->gone = false;
    wait_for_ports(p, pipes[0]);
}

int module_process_stop(struct module_process *p, int number)
{
    int status = 0;

    (void)kill(p->pid, number);
    ck_assert_int_eq(waitpid(p->pid, &status, 0), p->pid);
    if (p->uart >= 0)
        (void)close(p->uart);
    p->uart = -1;
    p->pid = 0;
    return status;
}

/* ---- bytes ----------------------------------------------------------------------------------- */

void module_process_send(struct module_process *p, const void *bytes, size_t size)
{
    const char *from = bytes;
    struct pollfd fd = {p->uart, POLLOUT, 0};

    while (size > 0 && !p->gone) {
        ssize_t n = write(p->uart, from, size);
        if (n > 0) {
            from += n;
            size -= (size_t)n;
        } else if (errno == EAGAIN) {
            ck_assert_int_gt(poll(&fd, 1, PATIENCE_MS), 0);
            p->gone = (fd.revents & (POLLHUP | POLLERR)) != 0;
        } else if (errno != EINTR) {
            p->gone = true;
        }
    }
}

void module_process_command(struct module_process *p, const char *line)
{
    module_process_send(p, line, strlen(line));
    module_process_send(p, "\r", 1);
}

/* Reads what is there, waiting at most so long; false: nothing came. */
static bool fill(struct module_process *p, int ms)
{
    struct pollfd fd = {p->uart, POLLIN, 0};

    if (p->size > sizeof p->got / 2) { /* nobody looks that far back */
        memmove(p->got, p->got + p->size / 2, p->size - p->size / 2);
        p->size -= p->size / 2;
    }
    if (poll(&fd, 1, ms) <= 0)
        return false;
    ssize_t n = read(p->uart, p->got + p->size, sizeof p->got - 1 - p->size);
    if (n > 0)
        p->size += (size_t)n;
    else if (n == 0 || errno != EAGAIN)
        p->gone = true;
    return n > 0;
}

static bool take(struct module_process *p, const char *text)
{
    size_t length = strlen(text);

    for (size_t i = 0; i + length <= p->size; i++) {
        if (memcmp(p->got + i, text, length) != 0)
            continue;
        memmove(p->got, p->got + i + length, p->size - i - length);
        p->size -= i + length;
        return true;
    }
    return false;
}

int module_process_wait(struct module_process *p, const char *a, const char *b)
{
    for (;;) {
        if (b != NULL && take(p, b))
            return 2;
        if (take(p, a))
            return 1;
        if (p->gone)
            return 0;
        if (!fill(p, PATIENCE_MS) && !p->gone)
            ck_abort_msg("'%s' is waited for, but only this came: %.*s", a, (int)p->size, p->got);
    }
}

int module_process_look(struct module_process *p, const char *a, const char *b)
{
    (void)fill(p, 20);
    return take(p, b) ? 2 : take(p, a) ? 1 : 0;
}

bool module_process_ready(struct module_process *p)
{
    for (int i = 0; i < 3000 && !p->gone; i++) {
        module_process_command(p, "AT");
        if (fill(p, 20) && take(p, "OK\r\n")) {
            while (fill(p, 20))
                ;
            p->size = 0;
            return !p->gone;
        }
    }
    ck_assert_msg(p->gone, "AT is not answered");
    return false;
}

bool module_process_version(struct module_process *p, const char *version)
{
    char line[80];

    snprintf(line, sizeof line, "Revision: %s\r\n", version);
    module_process_command(p, "ATI");
    int found = module_process_wait(p, "SVN: 02", line);
    if (found == 2)
        (void)module_process_wait(p, "SVN: 02", NULL);
    (void)module_process_wait(p, "OK\r\n", NULL);
    return found == 2;
}

unsigned module_process_logged(const struct module_process *p, const char *text)
{
    char line[1024];
    unsigned count = 0;
    FILE *file = fopen(p->log, "r");

    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        count += strstr(line, text) != NULL ? 1 : 0;
    if (file != NULL)
        (void)fclose(file);
    return count;
}

bool module_process_download(struct module_process *p, const struct fwd_bytes *package)
{
    char line[64];

    snprintf(line, sizeof line, "AT+UDWNFILE=\"x\",%zu,\"FOAT\"", package->size);
    module_process_command(p, line);
    if (module_process_wait(p, ">", NULL) != 1)
        return false;
    module_process_send(p, package->data, package->size);
    return module_process_wait(p, "OK\r\n", NULL) == 1;
}

bool module_process_update(struct module_process *p, const struct fwd_bytes *package)
{
    if (!module_process_ready(p))
        return false;
    module_process_command(p, "ATE0");
    if (module_process_wait(p, "OK\r\n", NULL) != 1)
        return false;
    if (module_process_version(p, "1.1.0"))
        return !p->gone;
    if (p->gone || !module_process_download(p, package))
        return false;
    module_process_command(p, "AT+UFWINSTALL=1,115200");
    if (module_process_wait(p, "OK\r\n", NULL) != 1 ||
        module_process_wait(p, "+UUFWINSTALL: 128\r\n", NULL) != 1 || !module_process_ready(p))
        return false;
    module_process_command(p, "ATE0");
    return module_process_wait(p, "OK\r\n", NULL) == 1 && module_process_version(p, "1.1.0");
}

double module_process_seconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}
