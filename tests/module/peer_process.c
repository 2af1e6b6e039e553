#include "tests/module/peer_process.h"

#include <arpa/inet.h>
#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static bool is_program(char *path, size_t size, const char *folder, int length, const char *name)
{
    (void)snprintf(path, size, "%.*s/%s", length, folder, name);
    return access(path, X_OK) == 0;
}

const char *peer_find(const char *program)
{
    static char path[512];
    const char *folders = getenv("PATH");

    while (folders != NULL && *folders != 0) {
        size_t length = strcspn(folders, ":");

        if (is_program(path, sizeof path, folders, (int)length, program))
            return path;
        folders += length + (folders[length] == ':');
    }
    if (is_program(path, sizeof path, "/usr/sbin", 9, program) ||
        is_program(path, sizeof path, "/sbin", 5, program))
        return path;
    return NULL;
}

static void become(int from, int to)
{
    int fd = from >= 0 ? from : open("/dev/null", O_RDWR);

    if (fd < 0 || dup2(fd, to) < 0)
        _exit(127);
}

pid_t peer_start(const char *const *argv, int in, int out)
{
    pid_t parent = getpid();
    pid_t pid = fork();

    ck_assert_int_ge(pid, 0);
    if (pid > 0) {
        (void)setpgid(pid, pid);
        return pid;
    }
    (void)setpgid(0, 0);
    /* a test that crashes leaves no server behind */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
        _exit(127);
    become(in, STDIN_FILENO);
    become(out, STDOUT_FILENO);
    if (getenv("FWD_PEER_LOUD") == NULL)
        become(-1, STDERR_FILENO);
    (void)execv(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

int peer_stop(pid_t *pid, int signal)
{
    int status = 0;

    if (*pid == 0)
        return 0;
    (void)kill(-*pid, signal);
    while (waitpid(*pid, &status, 0) != *pid) {
    }
    (void)kill(-*pid, SIGKILL);
    *pid = 0;
    return status;
}

int peer_wait(pid_t *pid)
{
    int status = 0;

    while (waitpid(*pid, &status, 0) != *pid) {
    }
    (void)kill(-*pid, SIGKILL);
    *pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static struct sockaddr_in loopback(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

uint16_t peer_free_port(void)
{
    struct sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, size), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    (void)close(fd);
    return ntohs(address.sin_port);
}

static void pause_a_little(void)
{
    const struct timespec pause = {.tv_nsec = 20000000};

    (void)nanosleep(&pause, NULL);
}

bool peer_listens(uint16_t port)
{
    struct sockaddr_in address = loopback(port);

    for (int i = 0; i < 1500; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        bool there = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;

        (void)close(fd);
        if (there)
            return true;
        pause_a_little();
    }
    return false;
}

/* The kernel's table: "sl: local-address:port remote-address:port state ...", 01 is established. */
static int sessions(uint16_t port)
{
    char line[512];
    unsigned local, state;
    int count = 0;
    FILE *table = fopen("/proc/net/tcp", "r");

    ck_assert_ptr_nonnull(table);
    while (fgets(line, sizeof line, table) != NULL)
        count += sscanf(line, " %*d: %*8x:%x %*8x:%*x %x", &local, &state) == 2 && local == port &&
                 state == 1;
    (void)fclose(table);
    return count;
}

bool peer_has_sessions(uint16_t port, int count)
{
    for (int i = 0; i < 1500; i++) {
        if (sessions(port) == count)
            return true;
        pause_a_little();
    }
    return false;
}
