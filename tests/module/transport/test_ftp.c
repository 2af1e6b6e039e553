/* Downloads from a real vsftpd. */
#include "keys/md5.h"
#include "tests/hostio/scratch_folder.h"
#include "tests/module/peer_process.h"
#include "tests/module/transport/server_rig.h"

#include <arpa/inet.h>
#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct rig_server server;
static struct rig_download download;

static void setup(void)
{
    scratch_setup();
    rig_files();
    rig_start_ftp(&server, false);
    rig_open(&download);
}

static void teardown(void)
{
    rig_close(&download);
    rig_stop(&server);
    scratch_teardown();
}

/* vsftpd that runs as the one who started it does not lock a session into its root. */
static struct fwd_transfer_request request(const char *file)
{
    return (struct fwd_transfer_request){.scheme = FWD_TRANSFER_FTP,
        .host = "127.0.0.1",
        .port = server.port,
        .user = RIG_USER,
        .password = RIG_PASSWORD,
        .path = scratch_path(file)};
}

static void expect_md5(const struct fwd_md5 *md5)
{
    char text[FWD_MD5_TEXT];

    ck_assert(fwd_md5_text(md5, text));
    ck_assert(scratch_run("test \"$(md5sum <%s | cut -c 1-32)\" = %s", RIG_FILE, text));
}

/* R126, R132, R133 */
START_TEST(a_file_arrives_with_its_size_and_its_md5)
{
    struct fwd_error err = {""};
    struct fwd_transfer_request wanted = request(RIG_FILE);
    struct fwd_md5 *md5 = fwd_md5_new(&err);

    ck_assert_msg(md5 != NULL, "%s", err.text);
    wanted.md5 = md5;
    wanted.max_size = RIG_SIZE;
    struct fwd_transfer_report report = rig_run(&download, wanted);
    ck_assert_msg(report.state == FWD_TRANSFER_DONE, "%s", report.text);
    ck_assert_uint_eq(report.stored, RIG_SIZE);
    ck_assert_uint_eq(report.total, RIG_SIZE);
    ck_assert_uint_eq(fwd_transfer_error(FWD_TRANSFER_FTP, &report).code, 0);
    rig_expect_file(&download);
    expect_md5(md5);
    fwd_md5_free(md5);
}
END_TEST

START_TEST(the_server_may_connect_to_the_module)
{
    struct fwd_transfer_request wanted = request("root/small.upd");

    wanted.active = true;
    struct fwd_transfer_report report = rig_run(&download, wanted);
    ck_assert_msg(report.state == FWD_TRANSFER_DONE, "%s", report.text);
    ck_assert_uint_eq(download.size, 1000);
}
END_TEST

/* R125: the login is kept for the download. */
START_TEST(a_login_is_kept_until_hang_up)
{
    struct fwd_transfer_request login = request(RIG_FILE);

    login.login_only = true;
    ck_assert_int_eq(rig_run(&download, login).state, FWD_TRANSFER_DONE);
    ck_assert_int_eq(rig_run(&download, request("root/small.upd")).state, FWD_TRANSFER_DONE);
    ck_assert(peer_has_sessions(server.port, 1));
    fwd_transfer_hang_up(download.t);
    ck_assert(peer_has_sessions(server.port, 0));
    ck_assert_int_eq(rig_run(&download, request("root/small.upd")).state, FWD_TRANSFER_DONE);
    ck_assert_uint_eq(download.size, 2000);
}
END_TEST

static const struct {
    const char *name;
    const char *user, *password, *file;
    uint64_t offset, max;
    enum fwd_transfer_state state;
    unsigned class, code; /* R134 */
} refusals[] = {
    {"user", "bob", RIG_PASSWORD, RIG_FILE, 0, 0, FWD_TRANSFER_LOGIN, 8, 530},
    {"password", RIG_USER, "wrong", RIG_FILE, 0, 0, FWD_TRANSFER_LOGIN, 8, 530},
    {"no password", RIG_USER, NULL, RIG_FILE, 0, 0, FWD_TRANSFER_LOGIN, 8, 530},
    {"wrong name", RIG_USER, RIG_PASSWORD, "root/FW.upd", 0, 0, FWD_TRANSFER_NO_FILE, 8, 550},
    {"a folder", RIG_USER, RIG_PASSWORD, "root", 0, 0, FWD_TRANSFER_NO_FILE, 8, 550},
    {"too large", RIG_USER, RIG_PASSWORD, RIG_FILE, 0, RIG_SIZE - 1, FWD_TRANSFER_TOO_LARGE, 8,
        1011},
    {"resumed past the end", RIG_USER, RIG_PASSWORD, "root/small.upd", 1001, 0,
        FWD_TRANSFER_NO_RESUME, 8, 213},
};

START_TEST(a_refusal_has_one_reason)
{
    struct fwd_transfer_request wanted = request(refusals[_i].file);

    wanted.user = refusals[_i].user;
    wanted.password = refusals[_i].password;
    wanted.offset = refusals[_i].offset;
    wanted.max_size = refusals[_i].max;
    struct fwd_transfer_report report = rig_run(&download, wanted);
    struct fwd_transfer_error error = fwd_transfer_error(FWD_TRANSFER_FTP, &report);
    ck_assert_msg(report.state == refusals[_i].state, "%s: %s: %s", refusals[_i].name,
        fwd_transfer_state_name(report.state), report.text);
    ck_assert_uint_eq(download.size, 0);
    ck_assert_msg(error.class == refusals[_i].class && error.code == refusals[_i].code, "%s: %u,%u",
        refusals[_i].name, (unsigned)error.class, (unsigned)error.code);
    ck_assert_ptr_null(strstr(report.text, RIG_PASSWORD));
    /* and nothing is broken by it */
    ck_assert_int_eq(rig_run(&download, request("root/small.upd")).state, FWD_TRANSFER_DONE);
}
END_TEST

START_TEST(any_name_is_sent_as_it_is)
{
    struct fwd_transfer_report report = rig_run(&download, request("root/a b%41;type=a.upd"));

    ck_assert_msg(report.state == FWD_TRANSFER_DONE, "%s", report.text);
    ck_assert_uint_eq(download.size, 1000);
}
END_TEST

/* R128, R129: what is there stays, and the rest is fetched from where it ended, by another process
 */
START_TEST(an_interrupted_file_is_resumed)
{
    struct fwd_error err = {""};
    struct fwd_md5 *md5 = fwd_md5_new(&err);

    download.act_at = 700000;
    download.act = rig_act_stop;
    download.ctx = &server;
    struct fwd_transfer_report report = rig_run(&download, request(RIG_FILE));
    ck_assert_msg(report.state == FWD_TRANSFER_LOST, "%s", report.text);
    ck_assert_uint_eq(report.total, RIG_SIZE);
    ck_assert_uint_eq(report.stored, download.size);
    ck_assert_uint_lt(download.size, RIG_SIZE);

    rig_start_ftp(&server, true);
    struct fwd_transfer_request rest = request(RIG_FILE);
    rest.offset = download.size;
    rest.md5 = md5;
    ck_assert(fwd_md5_add(md5, download.bytes, download.size));
    report = rig_run(&download, rest);
    ck_assert_msg(report.state == FWD_TRANSFER_DONE, "%s", report.text);
    ck_assert_uint_eq(report.total, RIG_SIZE);
    rig_expect_file(&download);
    expect_md5(md5);
    fwd_md5_free(md5);
}
END_TEST

START_TEST(a_resumed_file_that_is_complete_is_done)
{
    struct fwd_transfer_request rest = request("root/small.upd");

    rest.offset = 1000;
    struct fwd_transfer_report report = rig_run(&download, rest);
    ck_assert_msg(report.state == FWD_TRANSFER_DONE, "%s", report.text);
    ck_assert_uint_eq(report.stored, 1000);
    ck_assert_uint_eq(download.size, 0);
}
END_TEST

/* R128, R131, R134 */
START_TEST(a_cancel_ends_it_at_once)
{
    download.act_at = 300000;
    download.act = rig_act_cancel;
    download.ctx = download.t;
    struct fwd_transfer_report report = rig_run(&download, request(RIG_FILE));
    struct fwd_transfer_error error = fwd_transfer_error(FWD_TRANSFER_FTP, &report);
    size_t size = download.size;

    ck_assert_int_eq(report.state, FWD_TRANSFER_STOPPED);
    ck_assert_uint_eq(error.class, 8);
    ck_assert_uint_eq(error.code, 40);
    ck_assert_uint_lt(size, RIG_SIZE);
    fwd_transfer_perform(download.t);
    ck_assert_uint_eq(download.size, size);
    ck_assert_int_eq(rig_run(&download, request("root/small.upd")).state, FWD_TRANSFER_DONE);
    ck_assert_uint_eq(download.size, size + 1000);
}
END_TEST

START_TEST(full_storage_ends_it)
{
    download.room = 500000;
    struct fwd_transfer_report report = rig_run(&download, request(RIG_FILE));

    ck_assert_int_eq(report.state, FWD_TRANSFER_STORAGE);
    ck_assert_uint_le(download.size, 500000);
    ck_assert_uint_eq(report.stored, download.size);
}
END_TEST

START_TEST(only_one_runs_at_a_time)
{
    struct fwd_error err = {""};
    struct fwd_transfer_request wanted = request(RIG_FILE);

    wanted.login_only = true;
    ck_assert_int_eq(fwd_transfer_start(download.t, &wanted, &err), FWD_FAIL_NONE);
    ck_assert_int_eq(fwd_transfer_start(download.t, &wanted, &err), FWD_FAIL_USAGE);
    ck_assert_int_eq(fwd_transfer_state(download.t), FWD_TRANSFER_RUNNING);
    fwd_transfer_cancel(download.t);
    ck_assert_int_eq(fwd_transfer_state(download.t), FWD_TRANSFER_STOPPED);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ftp");
    TCase *tests = tcase_create("vsftpd");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, a_file_arrives_with_its_size_and_its_md5);
    tcase_add_test(tests, the_server_may_connect_to_the_module);
    tcase_add_test(tests, a_login_is_kept_until_hang_up);
    tcase_add_loop_test(
        tests, a_refusal_has_one_reason, 0, (int)(sizeof refusals / sizeof *refusals));
    tcase_add_test(tests, any_name_is_sent_as_it_is);
    tcase_add_test(tests, an_interrupted_file_is_resumed);
    tcase_add_test(tests, a_resumed_file_that_is_complete_is_done);
    tcase_add_test(tests, a_cancel_ends_it_at_once);
    tcase_add_test(tests, full_storage_ends_it);
    tcase_add_test(tests, only_one_runs_at_a_time);
    suite_add_tcase(suite, tests);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
