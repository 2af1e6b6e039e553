/* Downloads from a real nginx, by HTTP and HTTPS. */
#define _GNU_SOURCE /* unshare() */
#include "keys/md5.h"
#include "tests/hostio/scratch_folder.h"
#include "tests/module/peer_process.h"
#include "tests/module/transport/server_rig.h"

#include <arpa/inet.h>
#include <check.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct rig_server server;
static struct rig_download download;

static void setup(void)
{
    scratch_setup();
    rig_files();
    rig_start_http(&server, false);
    rig_open(&download);
}

static void teardown(void)
{
    rig_close(&download);
    rig_stop(&server);
    scratch_teardown();
}

static struct fwd_transfer_request request(const char *path)
{
    return (struct fwd_transfer_request){
        .scheme = FWD_TRANSFER_HTTP, .host = "127.0.0.1", .port = server.port, .path = path};
}

static struct fwd_transfer_request secure(const char *path)
{
    return (struct fwd_transfer_request){.scheme = FWD_TRANSFER_HTTPS,
        .host = "localhost",
        .port = server.secure,
        .path = path,
        .ca_file = scratch_path("ca.pem")};
}

/* R138 */
START_TEST(a_file_arrives_with_its_md5)
{
    struct fwd_error err = {""};
    struct fwd_transfer_request wanted = _i == 0 ? request("/fw.upd") : secure("/fw.upd");
    struct fwd_md5 *md5 = fwd_md5_new(&err);
    char text[FWD_MD5_TEXT];

    wanted.md5 = md5;
    struct fwd_transfer_report report = rig_run(&download, wanted);
    ck_assert_msg(report.state == FWD_TRANSFER_DONE, "%s", report.text);
    ck_assert_uint_eq(report.reply, 200);
    ck_assert_uint_eq(report.total, RIG_SIZE);
    rig_expect_file(&download);
    ck_assert(fwd_md5_text(md5, text));
    ck_assert(scratch_run("test \"$(md5sum <%s | cut -c 1-32)\" = %s", RIG_FILE, text));
    fwd_md5_free(md5);
}
END_TEST

static const struct {
    const char *name;
    const char *path, *user, *password;
    uint64_t offset, max;
    bool tls;
    const char *host; /* NULL: the right one */
    bool trusted;
    enum fwd_transfer_state state;
    unsigned code; /* R139; the class is 3 */
} refusals[] = {
    {"wrong name", "/nope", NULL, NULL, 0, 0, false, NULL, true, FWD_TRANSFER_NO_FILE, 404},
    {"wrong case", "/FW.upd", NULL, NULL, 0, 0, false, NULL, true, FWD_TRANSFER_NO_FILE, 404},
    {"no user", "/secret/fw.upd", NULL, NULL, 0, 0, false, NULL, true, FWD_TRANSFER_LOGIN, 401},
    {"wrong password", "/secret/fw.upd", RIG_USER, "no", 0, 0, false, NULL, true,
        FWD_TRANSFER_LOGIN, 401},
    {"moved", "/moved", NULL, NULL, 0, 0, false, NULL, true, FWD_TRANSFER_SERVER, 302},
    {"broken", "/broken", NULL, NULL, 0, 0, false, NULL, true, FWD_TRANSFER_SERVER, 503},
    {"too large", "/fw.upd", NULL, NULL, 0, RIG_SIZE - 1, false, NULL, true, FWD_TRANSFER_TOO_LARGE,
        1011},
    {"past the end", "/small.upd", NULL, NULL, 2000, 0, false, NULL, true, FWD_TRANSFER_NO_RESUME,
        416},
    {"cannot resume", "/whole/small.upd", NULL, NULL, 500, 0, false, NULL, true,
        FWD_TRANSFER_NO_RESUME, 200},
    {"certificate of nobody", "/fw.upd", NULL, NULL, 0, 0, true, NULL, false, FWD_TRANSFER_TLS,
        1007},
    {"certificate of another", "/fw.upd", NULL, NULL, 0, 0, true, "127.0.0.1", true,
        FWD_TRANSFER_TLS, 1007},
};

START_TEST(a_refusal_has_one_reason)
{
    struct fwd_transfer_request wanted =
        refusals[_i].tls ? secure(refusals[_i].path) : request(refusals[_i].path);

    wanted.user = refusals[_i].user;
    wanted.password = refusals[_i].password;
    wanted.offset = refusals[_i].offset;
    wanted.max_size = refusals[_i].max;
    if (refusals[_i].host != NULL)
        wanted.host = refusals[_i].host;
    if (!refusals[_i].trusted)
        wanted.ca_file = NULL;
    struct fwd_transfer_report report = rig_run(&download, wanted);
    struct fwd_transfer_error error = fwd_transfer_error(wanted.scheme, &report);
    ck_assert_msg(report.state == refusals[_i].state, "%s: %s: %s", refusals[_i].name,
        fwd_transfer_state_name(report.state), report.text);
    ck_assert_uint_eq(download.size, 0);
    ck_assert_msg(error.class == 3 && error.code == refusals[_i].code, "%s: %u,%u",
        refusals[_i].name, (unsigned)error.class, (unsigned)error.code);
    ck_assert_int_eq(rig_run(&download, request("/small.upd")).state, FWD_TRANSFER_DONE);
    ck_assert_uint_eq(download.size, 1000);
}
END_TEST

/* The system's folder of certificates, as this process alone sees it. False: not allowed here. */
static bool replace_system_certificates(void)
{
    bool own = unshare(CLONE_NEWNS) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0;

    return own && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount(scratch_path("certs"), "/etc/ssl/certs", NULL, MS_BIND, NULL) == 0;
}

/* In a process of its own: 0 when the server is trusted without a file of ours, and refused with
 * one; 77 when this machine does not let it try. */
static int try_both(void)
{
    struct fwd_transfer_request wanted = secure("/fw.upd");

    if (!replace_system_certificates())
        return 77;
    wanted.ca_file = NULL;
    if (rig_run(&download, wanted).state != FWD_TRANSFER_DONE)
        return 1;
    wanted.ca_file = scratch_path("other.pem");
    fwd_transfer_hang_up(download.t);
    download.size = 0;
    return rig_run(&download, wanted).state == FWD_TRANSFER_TLS ? 0 : 2;
}

/* A file of certificates is trusted in place of what the system trusts, not besides it. */
START_TEST(a_file_of_certificates_replaces_the_systems)
{
    int status = 0;

    ck_assert(
        scratch_run("mkdir certs && cp ca.pem certs/ && openssl rehash certs && "
                    "openssl req -x509 -newkey rsa:2048 -nodes -keyout other.key -out other.pem "
                    "-subj /CN=other -days 30 2>/dev/null && "
                    "cp other.pem certs/ca-certificates.crt"));
    pid_t pid = fork();
    if (pid == 0)
        _exit(try_both());
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77)
        printf("not tried: this machine gives no mount namespace\n");
    else
        ck_assert_msg(WEXITSTATUS(status) == 0, "%s",
            WEXITSTATUS(status) == 1 ? "the system's certificates are not looked at"
                                     : "the system's certificates are trusted, too");
}
END_TEST

START_TEST(a_password_is_sent)
{
    struct fwd_transfer_request wanted = request("/secret/small.upd");

    wanted.user = RIG_USER;
    wanted.password = RIG_PASSWORD;
    struct fwd_transfer_report report = rig_run(&download, wanted);
    ck_assert_msg(report.state == FWD_TRANSFER_DONE, "%s", report.text);
    ck_assert_uint_eq(download.size, 1000);
}
END_TEST

START_TEST(a_path_is_a_request_target)
{
    static const char *const paths[] = {
        "/small.upd?version=2&x=%41", "small.upd", "/a%20b%2541;type=a.upd", "/x/../small.upd"};

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct fwd_transfer_report report = rig_run(&download, request(paths[i]));

        ck_assert_msg(report.state == FWD_TRANSFER_DONE, "%s", report.text);
        ck_assert_uint_eq(download.size, 1000 * (i + 1));
    }
}
END_TEST

/* The name a device will use, while the server is somewhere else: its certificate is still right.
 */
START_TEST(a_name_may_be_served_from_elsewhere)
{
    char connect_to[64];
    struct fwd_transfer_request wanted = secure("/small.upd");

    (void)snprintf(
        connect_to, sizeof connect_to, "localhost:443:127.0.0.1:%u", (unsigned)server.secure);
    wanted.port = 0;
    wanted.connect_to = connect_to;
    struct fwd_transfer_report report = rig_run(&download, wanted);
    ck_assert_msg(report.state == FWD_TRANSFER_DONE, "%s", report.text);
    ck_assert_uint_eq(download.size, 1000);
}
END_TEST

START_TEST(an_interrupted_file_is_resumed)
{
    download.act_at = 700000;
    download.act = rig_act_stop;
    download.ctx = &server;
    struct fwd_transfer_report report = rig_run(&download, request("/slow/fw.upd"));
    ck_assert_msg(report.state == FWD_TRANSFER_LOST, "%s", report.text);
    ck_assert_uint_eq(report.stored, download.size);
    ck_assert_uint_lt(download.size, RIG_SIZE);

    rig_start_http(&server, true);
    struct fwd_transfer_request rest = request("/slow/fw.upd");
    rest.offset = download.size;
    report = rig_run(&download, rest);
    ck_assert_msg(report.state == FWD_TRANSFER_DONE, "%s", report.text);
    ck_assert_uint_eq(report.reply, 206);
    rig_expect_file(&download);
}
END_TEST

START_TEST(a_cancel_ends_it_at_once)
{
    download.act_at = 300000;
    download.act = rig_act_cancel;
    download.ctx = download.t;
    struct fwd_transfer_report report = rig_run(&download, request("/slow/fw.upd"));
    size_t size = download.size;

    ck_assert_int_eq(report.state, FWD_TRANSFER_STOPPED);
    ck_assert_uint_lt(size, RIG_SIZE);
    fwd_transfer_perform(download.t);
    ck_assert_uint_eq(download.size, size);
    ck_assert_int_eq(rig_run(&download, request("/small.upd")).state, FWD_TRANSFER_DONE);
}
END_TEST

/* ---- without a server ------------------------------------------------------------------------ */

static void setup_alone(void)
{
    scratch_setup();
    rig_open(&download);
}

static void teardown_alone(void)
{
    rig_close(&download);
    scratch_teardown();
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
    Suite *suite = suite_create("http");
    TCase *tests = tcase_create("nginx");
    TCase *alone = tcase_create("alone");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, a_file_arrives_with_its_md5, 0, 2);
    tcase_add_loop_test(
        tests, a_refusal_has_one_reason, 0, (int)(sizeof refusals / sizeof *refusals));
    tcase_add_test(tests, a_file_of_certificates_replaces_the_systems);
    tcase_add_test(tests, a_password_is_sent);
    tcase_add_test(tests, a_path_is_a_request_target);
    tcase_add_test(tests, a_name_may_be_served_from_elsewhere);
    tcase_add_test(tests, an_interrupted_file_is_resumed);
    tcase_add_test(tests, a_cancel_ends_it_at_once);
    tcase_add_checked_fixture(alone, setup_alone, teardown_alone);
    tcase_set_timeout(alone, 120);
    tcase_add_test(alone, a_name_that_nobody_knows_is_told);
    tcase_add_test(alone, nobody_at_the_port_is_told);
    tcase_add_test(alone, a_silent_server_gets_its_two_seconds);
    tcase_add_test(alone, a_server_that_does_not_say_good_bye_holds_nobody_up);
    tcase_add_loop_test(alone, a_senseless_request_is_refused_before_anything_is_sent, 0,
        (int)(sizeof senseless / sizeof *senseless));
    tcase_add_loop_test(alone, every_end_has_a_name_and_its_own_code, 0, FWD_TRANSFER_INTERNAL + 1);
    suite_add_tcase(suite, tests);
    suite_add_tcase(suite, alone);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
