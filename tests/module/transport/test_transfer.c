/* Transfers that have no server, or one that does not behave; requests that are refused, and how an
 * end is told. */
#include "tests/hostio/scratch_folder.h"
#include "tests/module/peer_process.h"
#include "tests/module/transport/server_rig.h"

#include <arpa/inet.h>
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct rig_download download;

static void setup(void)
{
    scratch_setup();
    rig_open(&download);
}

static void teardown(void)
{
    rig_close(&download);
    scratch_teardown();
}

static struct fwd_transfer_request request(const char *path)
{
    return (struct fwd_transfer_request){
        .scheme = FWD_TRANSFER_HTTP, .host = "127.0.0.1", .path = path};
}

/* R134, R139 */
START_TEST(a_name_that_nobody_knows_is_told)
{
    struct fwd_transfer_request wanted = request("/fw.upd");

    wanted.host = "no-such-host.invalid";
    wanted.connect_ms = 1;
    struct fwd_transfer_report report = rig_run(&download, wanted);
    ck_assert_msg(report.state == FWD_TRANSFER_NAME, "%s: %s",
        fwd_transfer_state_name(report.state), report.text);
    ck_assert_uint_eq(fwd_transfer_error(FWD_TRANSFER_HTTP, &report).class, 3);
    ck_assert_uint_eq(fwd_transfer_error(FWD_TRANSFER_HTTP, &report).code, 23);
    ck_assert_uint_eq(fwd_transfer_error(FWD_TRANSFER_FTP, &report).class, 8);
    ck_assert_uint_eq(fwd_transfer_error(FWD_TRANSFER_FTP, &report).code, 12);
}
END_TEST

START_TEST(nobody_at_the_port_is_told)
{
    struct fwd_transfer_request wanted = request("/fw.upd");

    wanted.port = peer_free_port();
    struct fwd_transfer_report report = rig_run(&download, wanted);
    ck_assert_msg(report.state == FWD_TRANSFER_CONNECT, "%s", report.text);
    ck_assert_uint_eq(fwd_transfer_error(FWD_TRANSFER_FTP, &report).code, 12);
}
END_TEST

static int listener(uint16_t *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, size), 0);
    ck_assert_int_eq(listen(fd, 4), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

/* However short the caller's time is, a real server gets two seconds. */
START_TEST(a_silent_server_gets_its_two_seconds)
{
    struct fwd_transfer_request wanted = request("/fw.upd");
    int fd = listener(&wanted.port);
    struct timespec from, to;

    wanted.connect_ms = 1;
    wanted.idle_ms = 1;
    (void)clock_gettime(CLOCK_MONOTONIC, &from);
    struct fwd_transfer_report report = rig_run(&download, wanted);
    (void)clock_gettime(CLOCK_MONOTONIC, &to);
    ck_assert_msg(report.state == FWD_TRANSFER_TIMEOUT, "%s", report.text);
    ck_assert_int_ge(
        (to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000, 1900);
    (void)close(fd);
}
END_TEST

/* An FTP server that sends all of a file and then never says so. */
static void say(int fd, const char *text)
{
    ck_assert_int_eq(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

static void stubborn_server(int listening, int data_listening, uint16_t data_port)
{
    int fd = accept(listening, NULL, NULL);
    char line[512];
    char answer[64];

    say(fd, "220 here\r\n");
    while (recv(fd, line, sizeof line - 1, 0) > 0) {
        if (strncmp(line, "USER", 4) == 0) {
            say(fd, "230 in\r\n");
        } else if (strncmp(line, "PWD", 3) == 0) {
            say(fd, "257 \"/\"\r\n");
        } else if (strncmp(line, "EPSV", 4) == 0) {
            (void)snprintf(answer, sizeof answer, "229 (|||%u|)\r\n", (unsigned)data_port);
            say(fd, answer);
        } else if (strncmp(line, "TYPE", 4) == 0) {
            say(fd, "200 ok\r\n");
        } else if (strncmp(line, "SIZE", 4) == 0) {
            say(fd, "213 5\r\n");
        } else if (strncmp(line, "RETR", 4) == 0) {
            int data = accept(data_listening, NULL, NULL);

            say(fd, "150 (5 bytes)\r\n");
            say(data, "12345");
            (void)close(data);
        }
    }
    _exit(0);
}

START_TEST(a_server_that_does_not_say_good_bye_holds_nobody_up)
{
    struct fwd_transfer_request wanted = request("fw");
    uint16_t data_port;
    int listening = listener(&wanted.port);
    int data_listening = listener(&data_port);
    pid_t pid = fork();

    if (pid == 0)
        stubborn_server(listening, data_listening, data_port);
    wanted.scheme = FWD_TRANSFER_FTP;
    struct fwd_transfer_report report = rig_run(&download, wanted);
    ck_assert_msg(report.state == FWD_TRANSFER_DONE, "%s", report.text);
    ck_assert_uint_eq(download.size, 5);
    ck_assert_int_lt(download.longest_ms, 20000);
    (void)kill(pid, SIGKILL);
    (void)peer_wait(&pid);
}
END_TEST

static const struct {
    const char *name;
    enum fwd_transfer_scheme scheme;
    const char *host, *user, *path;
} senseless[] = {
    {"no host", FWD_TRANSFER_HTTP, NULL, NULL, "/x"},
    {"empty host", FWD_TRANSFER_FTP, "", NULL, "/x"},
    {"host with a path", FWD_TRANSFER_HTTP, "a/b", NULL, "/x"},
    {"host with a user", FWD_TRANSFER_HTTP, "a@b", NULL, "/x"},
    {"host with a line end", FWD_TRANSFER_HTTP, "a\r\nb", NULL, "/x"},
    {"brackets", FWD_TRANSFER_HTTP, "[::1]", NULL, "/x"},
    {"user with a line end", FWD_TRANSFER_FTP, "a", "u\r\nDELE x", "/x"},
    {"no path", FWD_TRANSFER_FTP, "a", NULL, NULL},
    {"empty path", FWD_TRANSFER_FTP, "a", NULL, ""},
    {"a folder", FWD_TRANSFER_FTP, "a", NULL, "/x/"},
    {"path with a line end", FWD_TRANSFER_FTP, "a", NULL, "/x\r\nDELE y"},
    {"path with a space", FWD_TRANSFER_HTTP, "a", NULL, "/x y"},
    {"path with a fragment", FWD_TRANSFER_HTTP, "a", NULL, "/x#y"},
};

START_TEST(a_senseless_request_is_refused_before_anything_is_sent)
{
    struct fwd_error err = {""};
    struct fwd_transfer_request wanted = {.scheme = senseless[_i].scheme,
        .host = senseless[_i].host,
        .user = senseless[_i].user,
        .path = senseless[_i].path};
    int dummy = 0;

    wanted.ctx = &dummy;
    wanted.sink = (bool (*)(void *, const uint8_t *, size_t))(uintptr_t)abort;
    ck_assert_msg(
        fwd_transfer_start(download.t, &wanted, &err) == FWD_FAIL_USAGE, "%s", senseless[_i].name);
    ck_assert_int_eq(fwd_transfer_state(download.t), FWD_TRANSFER_IDLE);
    ck_assert_str_ne(err.text, "");
}
END_TEST

/* Own numbers follow the order of the enum, and stay clear of documented and server numbers. */
START_TEST(every_end_has_a_name_and_its_own_code)
{
    struct fwd_transfer_report report = {.state = (enum fwd_transfer_state)_i, .reply = 0};
    struct fwd_transfer_error error = fwd_transfer_error(FWD_TRANSFER_HTTP, &report);
    bool good = report.state <= FWD_TRANSFER_DONE;

    ck_assert_str_ne(fwd_transfer_state_name(report.state), "unknown");
    ck_assert_uint_eq(error.class, good ? 0 : 3);
    if (report.state == FWD_TRANSFER_NAME)
        ck_assert_uint_eq(error.code, 23);
    else
        ck_assert_int_eq(error.code, good ? 0 : 1001 + _i - FWD_TRANSFER_STOPPED);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("transfer");
    TCase *alone = tcase_create("alone");

    tcase_add_checked_fixture(alone, setup, teardown);
    tcase_set_timeout(alone, 120);
    tcase_add_test(alone, a_name_that_nobody_knows_is_told);
    tcase_add_test(alone, nobody_at_the_port_is_told);
    tcase_add_test(alone, a_silent_server_gets_its_two_seconds);
    tcase_add_test(alone, a_server_that_does_not_say_good_bye_holds_nobody_up);
    tcase_add_loop_test(alone, a_senseless_request_is_refused_before_anything_is_sent, 0,
        (int)(sizeof senseless / sizeof *senseless));
    tcase_add_loop_test(alone, every_end_has_a_name_and_its_own_code, 0, FWD_TRANSFER_INTERNAL + 1);
    suite_add_tcase(suite, alone);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
