/* The receiver against Debian's sx (lrzsz) and the sample host's sender, over a socket pair and
 * over a pseudo-terminal (R101). */
#include "module/transport/xmodem.h"
#include "samples/host/host_xmodem.h"
#include "tests/hostio/scratch_folder.h"
#include "tests/module/peer_process.h"

#include <check.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define MAX 200000u

struct line {
    struct fwd_xmodem x;
    int fd;   /* ours */
    int peer; /* sx's */
    uint8_t *got;
    size_t size, room;
    size_t heard;     /* bytes from sx */
    size_t damage_at; /* one of them is damaged; SIZE_MAX: none */
};

static bool sink(void *ctx, const uint8_t *data, size_t size)
{
    struct line *line = ctx;

    if (line->size + size > line->room)
        return false;
    memcpy(line->got + line->size, data, size);
    line->size += size;
    return true;
}

static uint64_t now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void open_pty(struct line *line)
{
    struct termios raw;

    line->fd = posix_openpt(O_RDWR | O_NOCTTY);
    ck_assert_int_ge(line->fd, 0);
    ck_assert_int_eq(grantpt(line->fd), 0);
    ck_assert_int_eq(unlockpt(line->fd), 0);
    line->peer = open(ptsname(line->fd), O_RDWR | O_NOCTTY);
    ck_assert_int_ge(line->peer, 0);
    ck_assert_int_eq(tcgetattr(line->peer, &raw), 0);
    cfmakeraw(&raw);
    ck_assert_int_eq(tcsetattr(line->peer, TCSANOW, &raw), 0);
}

static void open_line(struct line *line, bool pty)
{
    int pair[2];

    memset(line, 0, sizeof *line);
    line->got = malloc(MAX);
    line->room = MAX;
    line->damage_at = SIZE_MAX;
    ck_assert_ptr_nonnull(line->got);
    if (pty) {
        open_pty(line);
        return;
    }
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    line->fd = pair[0];
    line->peer = pair[1];
}

static void close_line(struct line *line)
{
    (void)close(line->fd);
    free(line->got);
}

static const struct sender {
    bool sample; /* of samples/host, else sx */
    size_t block;
} senders[] = {{false, 128}, {false, 1024}, {true, 128}, {true, 1024}};
#define SENDERS (int)(sizeof senders / sizeof *senders)

static pid_t start_sx(struct line *line, bool large, const char *path)
{
    const char *argv[] = {peer_find("sx"), large ? "-k" : "-q", path, NULL};

    ck_assert_msg(argv[0] != NULL, "sx (lrzsz) is not installed");
    return peer_start(argv, line->peer, line->peer);
}

static pid_t start_sample(struct line *line, size_t block, const char *path)
{
    struct host_link link = {.fd = line->peer};
    pid_t pid = fork();

    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        FILE *file = fopen(path, "rb");
        _exit(file != NULL && host_xmodem_send(&link, file, block) ? 0 : 1);
    }
    return pid;
}

static pid_t start_sender(struct line *line, const struct sender *sender, const char *file)
{
    char path[512];

    strcpy(path, scratch_path(file));
    pid_t pid = sender->sample ? start_sample(line, sender->block, path)
                               : start_sx(line, sender->block == 1024, path);
    (void)close(line->peer);
    return pid;
}

static void speak(struct line *line)
{
    uint8_t bytes[16];
    size_t size = fwd_xmodem_output(&line->x, bytes, sizeof bytes);

    if (size > 0)
        (void)!write(line->fd, bytes, size);
}

static void hear(struct line *line)
{
    uint8_t bytes[700];
    ssize_t size = read(line->fd, bytes, sizeof bytes);

    for (ssize_t i = 0; i < size; i++) {
        if (line->heard + (size_t)i == line->damage_at)
            bytes[i] ^= 0x08;
    }
    for (size_t used = 0; size > 0 && used < (size_t)size;) {
        used += fwd_xmodem_feed(&line->x, bytes + used, (size_t)size - used, now_ms());
        speak(line);
        if (line->x.result != FWD_XMODEM_RUNNING)
            break;
    }
    line->heard += size > 0 ? (size_t)size : 0;
}

static int wait_time(const struct line *line)
{
    uint64_t deadline = fwd_xmodem_deadline(&line->x);
    uint64_t now = now_ms();

    return deadline <= now ? 0 : deadline - now > 1000 ? 1000 : (int)(deadline - now);
}

static void receive(struct line *line)
{
    struct fwd_xmodem_times times = fwd_xmodem_times(1, FWD_XMODEM_FLOOR_MS);
    struct fwd_xmodem_setup setup = fwd_xmodem_setup(&times, sink, line);

    fwd_xmodem_start(&line->x, &setup, now_ms());
    while (line->x.result == FWD_XMODEM_RUNNING) {
        struct pollfd fd = {.fd = line->fd, .events = POLLIN};

        speak(line);
        if (poll(&fd, 1, wait_time(line)) > 0 && (fd.revents & POLLIN) != 0)
            hear(line);
        else
            fwd_xmodem_tick(&line->x, now_ms());
    }
    speak(line);
}

static uint8_t *make_file(const char *name, size_t size)
{
    uint8_t *bytes = malloc(size + 1);

    ck_assert_ptr_nonnull(bytes);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(i * 131u >> 3);
    scratch_write(name, bytes, size);
    return bytes;
}

static void expect_file(const struct line *line, const uint8_t *bytes, size_t size)
{
    ck_assert_uint_ge(line->size, size);
    ck_assert_uint_lt(line->size - size, line->x.block);
    ck_assert_int_eq(memcmp(line->got, bytes, size), 0);
    for (size_t i = size; i < line->size; i++)
        ck_assert_uint_eq(line->got[i], FWD_XMODEM_FILL);
}

static const size_t sizes[] = {1, 127, 128, 129, 1023, 1024, 1025, 1152, 65536, 150001};

/* Both senders and block sizes, both kinds of line; the filling of the last block is all that is
 * added. */
START_TEST(a_file_arrives)
{
    size_t size = sizes[_i / 2 / SENDERS];
    struct line line;
    uint8_t *bytes = make_file("file", size);

    open_line(&line, _i % 2 != 0);
    pid_t pid = start_sender(&line, &senders[_i / 2 % SENDERS], "file");
    receive(&line);
    ck_assert_msg(line.x.result == FWD_XMODEM_DONE, "%s", fwd_xmodem_result_name(line.x.result));
    ck_assert_int_eq(peer_wait(&pid), 0);
    expect_file(&line, bytes, size);
    ck_assert(line.x.crc);
    ck_assert_uint_eq(line.x.errors, 0);
    close_line(&line);
    free(bytes);
}
END_TEST

static const size_t damaged[] = {0, 1, 2, 3, 70, 131, 132, 133, 5000};

START_TEST(damage_on_the_line_is_repaired)
{
    struct line line;
    uint8_t *bytes = make_file("file", 9000);

    open_line(&line, true);
    line.damage_at = damaged[_i / 2];
    pid_t pid = start_sender(&line, &senders[_i % 2 * 2], "file");
    receive(&line);
    ck_assert_msg(line.x.result == FWD_XMODEM_DONE, "%s", fwd_xmodem_result_name(line.x.result));
    ck_assert_int_eq(peer_wait(&pid), 0);
    expect_file(&line, bytes, 9000);
    close_line(&line);
    free(bytes);
}
END_TEST

START_TEST(a_sender_hears_that_the_receiver_stops)
{
    struct line line;
    uint8_t *bytes = make_file("file", 50000);

    open_line(&line, true);
    line.room = 20000;
    pid_t pid = start_sender(&line, &senders[1 + _i * 2], "file");
    receive(&line);
    ck_assert_int_eq(line.x.result, FWD_XMODEM_REFUSED);
    ck_assert_int_ne(peer_wait(&pid), 0);
    ck_assert_uint_eq(line.size, 19 * 1024);
    close_line(&line);
    free(bytes);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("xmodem with senders");
    TCase *tests = tcase_create("senders");

    tcase_add_checked_fixture(tests, scratch_setup, scratch_teardown);
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(
        tests, a_file_arrives, 0, 2 * SENDERS * (int)(sizeof sizes / sizeof *sizes));
    tcase_add_loop_test(
        tests, damage_on_the_line_is_repaired, 0, 2 * (int)(sizeof damaged / sizeof *damaged));
    tcase_add_loop_test(tests, a_sender_hears_that_the_receiver_stops, 0, 2);
    suite_add_tcase(suite, tests);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
