/* The module with real peers as they come from Debian: sx, vsftpd, nginx. */
#include "tests/hostio/scratch_folder.h"
#include "tests/module/module_rig.h"
#include "tests/module/peer_process.h"
#include "tests/module/process/module_process.h"
#include "tests/module/transport/server_rig.h"

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct module_process p;
static struct rig_server server;

static void ask(const char *command)
{
    module_process_command(&p, command);
    ck_assert_msg(module_process_wait(&p, "\r\nOK\r\n", "ERROR") == 1, "%s", command);
}

static void askf(const char *format, const char *text)
{
    char command[600];

    (void)snprintf(command, sizeof command, format, text);
    ask(command);
}

static void switch_on(const char *profile)
{
    module_process_device(&p, "device", "dual-slot", MODULE_PROCESS_IMAGE);
    (void)snprintf(p.profile, sizeof p.profile, "%s", profile);
    (void)snprintf(p.ca, sizeof p.ca, "%s", scratch_path("ca.pem"));
    if (!scratch_exists("ca.pem"))
        p.ca[0] = 0;
    module_process_start(&p);
    ck_assert(module_process_ready(&p));
    ask("ATE0");
}

static void expect_version(const char *version)
{
    ck_assert(module_process_ready(&p));
    ask("ATE0");
    ck_assert(module_process_version(&p, version));
    (void)module_process_stop(&p, SIGTERM);
}

static void expect_lines_until_128(const char *line)
{
    char text[64];

    (void)snprintf(text, sizeof text, "%s: 128\r\n", line);
    ck_assert_int_eq(module_process_wait(&p, text, NULL), 1);
}

static void write_package(const char *name, enum module_package which)
{
    const struct fwd_bytes *package = module_rig_package(which);

    scratch_write(name, package->data, package->size);
}

/* ---- sx -------------------------------------------------------------------------------------- */

static void send_by_sx(const char *option, const char *file)
{
    char tty[320], path[320];
    const char *argv[] = {peer_find("sx"), option, path, NULL};
    int fd;

    ck_assert_msg(argv[0] != NULL, "sx (lrzsz) is not installed");
    (void)snprintf(path, sizeof path, "%s", scratch_path(file));
    (void)snprintf(tty, sizeof tty, "%s/tty", p.folder);
    fd = open(tty, O_RDWR | O_NOCTTY);
    ck_assert_int_ge(fd, 0);
    pid_t pid = peer_start(argv, fd, fd);
    (void)close(fd);
    ck_assert_int_eq(peer_wait(&pid), 0);
}

static const struct {
    const char *profile;
    const char *command;
    const char *option; /* of sx: -k is 1024 byte blocks, -q says nothing */
} by_sx[] = {
    {"lara-r6-01b", "AT+UFWUPD=3", "-q"},
    {"lara-r6-01b", "AT+UFWUPD=3", "-k"},
    {"lara-l6", "AT+UFWUPD=3", "-k"},
    {"sara-r5", "AT+UFWUPD=1,460800", "-q"},
    {"sara-r5", "AT+UFWUPD=1,460800", "-k"},
};

/* R94, R96, R99, R101 */
START_TEST(sx_updates_a_module)
{
    write_package("full.upd", MODULE_FULL);
    switch_on(by_sx[_i].profile);
    module_process_command(&p, by_sx[_i].command);
    ck_assert_int_eq(module_process_wait(&p, "+UFWUPD: ONGOING\r\n", NULL), 1);
    send_by_sx(by_sx[_i].option, "full.upd");
    expect_lines_until_128("+UFWUPD");
    expect_version("1.1.0");
}
END_TEST

/* However fast the module's time goes, a program that is slow to start finds one C, and not a line
 * full of NAKs. */
START_TEST(a_sender_gets_two_real_seconds)
{
    double start = module_process_seconds();

    switch_on("lara-r6-01b");
    module_process_command(&p, "AT+UFWUPD=3");
    ck_assert_int_eq(module_process_wait(&p, "+UFWUPD: ONGOING\r\n", NULL), 1);
    ck_assert_int_eq(module_process_wait(&p, "C", "\x15"), 1);
    ck_assert_int_eq(module_process_wait(&p, "C", "\x15"), 1);
    ck_assert(module_process_seconds() - start >= 1.9);
    (void)module_process_stop(&p, SIGTERM);
}
END_TEST

/* R91, R93: SARA-R4 stores the package without a word, and installs it when it is told to. */
START_TEST(sx_brings_sara_r4_a_package)
{
    write_package("delta.upd", MODULE_DELTA);
    switch_on("sara-r4");
    module_process_command(&p, "AT+UFWUPD=3");
    ck_assert_int_eq(module_process_wait(&p, "+UFWUPD: ONGOING\r\n", NULL), 1);
    send_by_sx(_i == 0 ? "-q" : "-k", "delta.upd");
    ck_assert(module_process_ready(&p));
    ask("AT+UFWINSTALL");
    expect_version("1.1.0");
}
END_TEST

/* ---- vsftpd ---------------------------------------------------------------------------------- */

static void log_in(const char *password)
{
    char line[64];

    ask("AT+UFTP=0,\"127.0.0.1\"");
    ask("AT+UFTP=2,\"" RIG_USER "\"");
    askf("AT+UFTP=3,\"%s\"", password);
    ask("AT+UFTP=6,1");
    (void)snprintf(line, sizeof line, "AT+UFTP=7,%u", (unsigned)server.port);
    ask(line);
    ask("AT+UFTPC=1");
}

static void start_ftp(const char *profile)
{
    rig_start_ftp(&server, false);
    switch_on(profile);
    log_in(RIG_PASSWORD);
    ck_assert_int_eq(module_process_wait(&p, "+UUFTPCR: 1,1\r\n", NULL), 1);
}

/* As the module prints it after a file that arrived. */
static void expect_md5(const char *file)
{
    const char *end = NULL;

    while ((end = memchr(p.got, '\n', p.size)) == NULL)
        (void)module_process_look(&p, "\1", "\1");
    ck_assert_ptr_nonnull(end);
    ck_assert(scratch_run("test \"$(md5sum <%s | cut -c 1-32)\" = '%.32s'", file, p.got));
}

/* R125, R126, R133 */
START_TEST(vsftpd_brings_a_package)
{
    write_package("root/delta.upd", MODULE_DELTA);
    start_ftp(_i == 0 ? "lara-r6-01b" : "sara-r5");
    askf("AT+UFTPC=100,\"%s\"", scratch_path("root/delta.upd"));
    ck_assert_int_eq(module_process_wait(&p, "+UUFTPCR: 100,1,\"", "100,0"), 1);
    expect_md5("root/delta.upd");
    ask("AT+UFWINSTALL=1,115200");
    expect_lines_until_128("+UUFWINSTALL");
    expect_version("1.1.0");
    rig_stop(&server);
}
END_TEST

/* A delta to an image of noise: large enough to be interrupted. The codec that is made soonest. */
static void large_package(void)
{
    ck_assert(scratch_run(
        "head -c 1200000 root/fw.upd >noise.bin && '%s' gen '%s' noise.bin "
        "--codec bsdiff-xz --key key.pem --from-version 1.0.0 --to-version 1.1.0 --force-delta "
        "--product demo --force -o root/large.upd >/dev/null",
        FWD_PROGRAM, MODULE_PROCESS_IMAGE));
}

/* R128, R129, R132, R67: the server dies, the module is killed, and the file goes on. */
START_TEST(an_interrupted_ftp_download_is_resumed)
{
    char command[600];

    start_ftp("sara-r4");
    askf("AT+UFTPC=100,\"%s\"", scratch_path("root/large.upd"));
    ck_assert_int_eq(module_process_wait(&p, " / 12", "100,0"), 1);
    rig_stop(&server);
    ck_assert_int_eq(module_process_wait(&p, "+UUFTPCR: 100,0\r\n", "100,1"), 1);
    if (_i == 1) {
        (void)module_process_stop(&p, SIGKILL);
        module_process_start(&p);
        ck_assert(module_process_ready(&p));
        ask("ATE0");
    }
    rig_start_ftp(&server, true);
    if (_i == 0)
        (void)module_process_command(&p, "AT+UFTPC=0");
    if (_i == 0)
        ck_assert_int_ne(module_process_wait(&p, "OK\r\n", "ERROR\r\n"), 0);
    log_in(RIG_PASSWORD);
    ck_assert_int_eq(module_process_wait(&p, "+UUFTPCR: 1,1\r\n", NULL), 1);
    (void)snprintf(
        command, sizeof command, "AT+UFTPC=100,\"%s\",1", scratch_path("root/large.upd"));
    ask(command);
    ck_assert_int_eq(module_process_wait(&p, "+UUFTPCR: 100,1\r\n", "100,0"), 1);
    /* it did not begin at the beginning again */
    ck_assert_uint_eq(module_process_logged(&p, "\"state\":\"begin\",\"bytes\":0,"), 1);
    ck_assert_uint_eq(module_process_logged(&p, "\"state\":\"begin\""), 2);
    ask("AT+UFWINSTALL");
    expect_version("1.1.0");
    rig_stop(&server);
}
END_TEST

/* R128, R131, R134 */
START_TEST(an_ftp_download_is_cancelled)
{
    char command[600];

    start_ftp("sara-r4");
    askf("AT+UFTPC=100,\"%s\"", scratch_path("root/large.upd"));
    ck_assert_int_eq(module_process_wait(&p, " / 12", "100,0"), 1);
    (void)snprintf(
        command, sizeof command, "AT+UFTPC=100,\"%s\",0", scratch_path("root/large.upd"));
    ask(command);
    ck_assert_int_eq(module_process_wait(&p, "+UUFTPCR: 100,0\r\n", "100,1"), 1);
    module_process_command(&p, "AT+UFTPER");
    ck_assert_int_eq(module_process_wait(&p, "+UFTPER: 8,40\r\n", "ERROR"), 1);
    (void)snprintf(
        command, sizeof command, "AT+UFTPC=100,\"%s\",1", scratch_path("root/large.upd"));
    module_process_command(&p, command);
    ck_assert_int_eq(module_process_wait(&p, "+CME ERROR", NULL), 1);
    (void)module_process_stop(&p, SIGTERM);
    rig_stop(&server);
}
END_TEST

static const struct {
    const char *file;
    const char *error;
} ftp_failures[] = {
    {"root/Delta.upd", "+UFTPER: 8,550\r\n"}, /* names are case sensitive */
    {"root/fw.upd", "+UFTPER: 8,1011\r\n"},   /* larger than the module's storage */
};

START_TEST(an_ftp_download_fails)
{
    write_package("root/delta.upd", MODULE_DELTA);
    start_ftp("lara-r6-00b");
    askf("AT+UFTPC=100,\"%s\"", scratch_path(ftp_failures[_i].file));
    ck_assert_int_eq(module_process_wait(&p, "+UUFTPCR: 100,0\r\n", "100,1"), 1);
    module_process_command(&p, "AT+UFTPER");
    ck_assert_int_eq(module_process_wait(&p, ftp_failures[_i].error, "ERROR"), 1);
    module_process_command(&p, "AT+UFWINSTALL=1,115200");
    ck_assert_int_eq(module_process_wait(&p, "+CME ERROR: operation not allowed\r\n", NULL), 1);
    expect_version("1.0.0");
    rig_stop(&server);
}
END_TEST

START_TEST(vsftpd_refuses_a_password)
{
    rig_start_ftp(&server, false);
    switch_on("lara-r6-01b");
    log_in("wrong");
    ck_assert_int_eq(module_process_wait(&p, "+UUFTPCR: 1,0\r\n", "1,1"), 1);
    module_process_command(&p, "AT+UFTPER");
    ck_assert_int_eq(module_process_wait(&p, "+UFTPER: 8,530\r\n", "ERROR"), 1);
    (void)module_process_stop(&p, SIGTERM);
    rig_stop(&server);
}
END_TEST

/* ---- nginx ----------------------------------------------------------------------------------- */

static void set_http(bool tls)
{
    char line[64];

    /* the certificate is for the name, not for the address */
    ask(tls ? "AT+UHTTP=0,1,\"localhost\"" : "AT+UHTTP=0,0,\"127.0.0.1\"");
    (void)snprintf(
        line, sizeof line, "AT+UHTTP=0,5,%u", (unsigned)(tls ? server.secure : server.port));
    ask(line);
    ask(tls ? "AT+UHTTP=0,6,1" : "AT+UHTTP=0,6,0");
}

/* R138 */
START_TEST(nginx_brings_a_package)
{
    write_package("root/delta.upd", MODULE_DELTA);
    rig_start_http(&server, false);
    switch_on(_i == 2 ? "sara-r5" : "lara-r6-01b");
    set_http(_i > 0);
    ask("AT+UHTTPC=0,100,\"/delta.upd\"");
    ck_assert_int_eq(module_process_wait(&p, "+UUHTTPCR: 0,100,1,200,\"", "100,0"), 1);
    expect_md5("root/delta.upd");
    ask("AT+UFWINSTALL=1,115200");
    expect_lines_until_128("+UUFWINSTALL");
    expect_version("1.1.0");
    rig_stop(&server);
}
END_TEST

static const struct {
    const char *path;
    bool tls, trusted;
    const char *error;
} http_failures[] = {
    {"/nope", false, true, "+UHTTPER: 0,3,404\r\n"},
    {"/fw.upd", false, true, "+UHTTPER: 0,3,1011\r\n"},
    {"/small.upd", true, false, "+UHTTPER: 0,3,1007\r\n"},
};

START_TEST(an_http_download_fails)
{
    rig_start_http(&server, false);
    if (!http_failures[_i].trusted)
        ck_assert(scratch_run("mv ca.pem other.pem && sed 's/ca.pem/other.pem/' nginx.conf >x"));
    switch_on("lara-r6-01b");
    set_http(http_failures[_i].tls);
    askf("AT+UHTTPC=0,100,\"%s\"", http_failures[_i].path);
    ck_assert_int_eq(module_process_wait(&p, "+UUHTTPCR: 0,100,0,0\r\n", "100,1"), 1);
    module_process_command(&p, "AT+UHTTPER=0");
    ck_assert_int_eq(module_process_wait(&p, http_failures[_i].error, "ERROR"), 1);
    expect_version("1.0.0");
    rig_stop(&server);
    (void)scratch_run("rm -f ca.pem");
}
END_TEST

static void setup(void)
{
    scratch_setup();
    module_rig_packages();
    rig_files();
    large_package();
}

static void teardown(void)
{
    module_rig_packages_free();
    scratch_teardown();
}

#define COUNT(table) (int)(sizeof table / sizeof *(table))

int main(void)
{
    Suite *suite = suite_create("module and its peers");
    TCase *tests = tcase_create("peers");

    tcase_add_unchecked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 240);
    tcase_add_loop_test(tests, sx_updates_a_module, 0, COUNT(by_sx));
    tcase_add_test(tests, a_sender_gets_two_real_seconds);
    tcase_add_loop_test(tests, sx_brings_sara_r4_a_package, 0, 2);
    tcase_add_loop_test(tests, vsftpd_brings_a_package, 0, 2);
    tcase_add_loop_test(tests, an_interrupted_ftp_download_is_resumed, 0, 2);
    tcase_add_test(tests, an_ftp_download_is_cancelled);
    tcase_add_loop_test(tests, an_ftp_download_fails, 0, COUNT(ftp_failures));
    tcase_add_test(tests, vsftpd_refuses_a_password);
    tcase_add_loop_test(tests, nginx_brings_a_package, 0, 3);
    tcase_add_loop_test(tests, an_http_download_fails, 0, COUNT(http_failures));
    suite_add_tcase(suite, tests);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
