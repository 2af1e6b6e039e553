/* keys/: the question for a passphrase, asked on a pseudo terminal. */
#include "keys/passphrase.h"

#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define SHOWN_MAX 4096

/* In a session of its own, so that the pseudo terminal is its terminal: asks, and writes the
 * passphrase or the sentence to `result`. */
static void ask_in_child(const char *terminal, bool twice, int result)
{
    struct fwd_passphrase passphrase;
    struct fwd_error err = {""};
    (void)setsid();
    if (open(terminal, O_RDWR) < 0)
        _exit(2);
    struct fwd_passphrase_source source = fwd_passphrase_from_terminal();
    enum fwd_fail fail = source.get(source.ctx, "release.pem", twice, &passphrase, &err);
    const char *text = fail == FWD_FAIL_NONE ? passphrase.text : err.text;
    _exit(write(result, text, strlen(text)) < 0 ? 2 : (int)fail);
}

/* Reads on, at least one byte, until what the terminal showed ends with `until`. */
static void wait_for(int master, char *shown, const char *until)
{
    size_t size = strlen(shown);
    do {
        ck_assert_uint_lt(size + 1, SHOWN_MAX);
        ck_assert_int_eq(read(master, shown + size, 1), 1);
        shown[++size] = 0;
    } while (size < strlen(until) || strcmp(shown + size - strlen(until), until) != 0);
}

static const struct {
    bool twice;
    const char *typed[2];
    enum fwd_fail fail;
    const char *result;
} questions[] = {
    {false, {"secret\n", NULL}, FWD_FAIL_NONE, "secret"},
    {false, {"secreT\177t\n", NULL}, FWD_FAIL_NONE, "secret"},
    {true, {"secret\n", "secret\n"}, FWD_FAIL_NONE, "secret"},
    {true, {"secret\n", "secrets\n"}, FWD_FAIL_REFUSED,
        "release.pem: the two passphrases differ; no key was written"},
    {false, {"\n", NULL}, FWD_FAIL_REFUSED, "release.pem: no passphrase was given"},
    {false, {"secret\003", NULL}, FWD_FAIL_REFUSED,
        "release.pem: interrupted; no passphrase was given"},
    {true, {"secret\n", "\003"}, FWD_FAIL_REFUSED,
        "release.pem: interrupted; no passphrase was given"},
};

START_TEST(the_terminal_is_asked_without_echo_and_left_as_it_was)
{
    char shown[SHOWN_MAX] = "";
    char result[512] = "";
    int pipe_ends[2], status = 0;
    struct termios settings;
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    ck_assert_int_ge(master, 0);
    ck_assert_int_eq(grantpt(master), 0);
    ck_assert_int_eq(unlockpt(master), 0);
    const char *terminal = ptsname(master);
    int keep = open(terminal, O_RDWR | O_NOCTTY); /* the settings are looked at afterwards */
    ck_assert_int_ge(keep, 0);
    ck_assert_int_eq(pipe(pipe_ends), 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0)
        ask_in_child(terminal, questions[_i].twice, pipe_ends[1]);
    for (int i = 0; i < 2 && questions[_i].typed[i] != NULL; i++) {
        const char *typed = questions[_i].typed[i];
        wait_for(master, shown, "release.pem: ");
        ck_assert_int_eq(write(master, typed, strlen(typed)), (ssize_t)strlen(typed));
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_ge(read(pipe_ends[0], result, sizeof result - 1), 0);
    ck_assert_str_eq(result, questions[_i].result);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == (int)questions[_i].fail);
    ck_assert_ptr_null(strstr(shown, "secr"));
    ck_assert_int_eq(tcgetattr(keep, &settings), 0);
    ck_assert_uint_ne(settings.c_lflag & ECHO, 0);
    ck_assert_uint_ne(settings.c_lflag & ISIG, 0);
    (void)close(keep);
    (void)close(master);
    (void)close(pipe_ends[0]);
    (void)close(pipe_ends[1]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("keys: passphrase");
    TCase *terminal = tcase_create("terminal");
    tcase_set_timeout(terminal, 20);
    tcase_add_loop_test(terminal, the_terminal_is_asked_without_echo_and_left_as_it_was, 0,
        (int)(sizeof questions / sizeof questions[0]));
    suite_add_tcase(suite, terminal);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
