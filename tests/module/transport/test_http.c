/* Downloads from a real nginx, by HTTP and HTTPS. */
#define _GNU_SOURCE /* unshare() */
#include "keys/md5.h"
#include "tests/hostio/scratch_folder.h"
#include "tests/module/transport/server_rig.h"

#include <check.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
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

int main(void)
{
    Suite *suite = suite_create("http");
    TCase *tests = tcase_create("nginx");

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
    suite_add_tcase(suite, tests);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
