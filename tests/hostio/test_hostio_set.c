/* Outputs that belong together: all of them appear, or none. */
#include "hostio/host_file.h"
#include "hostio/host_file_set.h"
#include "hostio/host_signal.h"
#include "tests/hostio/scratch_folder.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum fwd_fail add(
    struct fwd_file_set *set, const char *name, const char *text, bool force, struct fwd_error *err)
{
    return fwd_file_set_add(set, scratch_path(name), text, strlen(text), 0600, force, err);
}

START_TEST(all_get_their_names_at_once)
{
    struct fwd_file_set set = {0};
    struct fwd_error err;
    scratch_write_text("b", "old");
    ck_assert_int_eq(add(&set, "a", "one", false, &err), FWD_FAIL_NONE);
    ck_assert_int_eq(add(&set, "b", "two", true, &err), FWD_FAIL_NONE);
    scratch_expect("b", "old");
    ck_assert_int_ne(access(scratch_path("a"), F_OK), 0);
    ck_assert_int_eq(fwd_file_set_keep(&set, &err), FWD_FAIL_NONE);
    fwd_file_set_free(&set);
    scratch_expect("a", "one");
    scratch_expect("b", "two");
    ck_assert_uint_eq(scratch_count(), 2);
}
END_TEST

START_TEST(without_a_set_a_file_gets_its_name_at_once)
{
    struct fwd_error err;
    ck_assert_int_eq(add(NULL, "a", "one", false, &err), FWD_FAIL_NONE);
    scratch_expect("a", "one");
}
END_TEST

/* The second of two files: how it cannot be written. */
static const struct {
    const char *name;
    enum fwd_fail fail;
    const char *sentence;
} second[] = {
    {"there", FWD_FAIL_REFUSED, "there: exists already"},
    {"nowhere/b", FWD_FAIL_ENVIRONMENT, "there is no such file or folder"},
    {"folder", FWD_FAIL_ENVIRONMENT, "folder: is a folder"},
};

START_TEST(one_that_cannot_be_written_leaves_none)
{
    struct fwd_file_set set = {0};
    struct fwd_error err;
    ck_assert(scratch_run("mkdir folder && echo old > there"));
    ck_assert_int_eq(add(&set, "a", "one", false, &err), FWD_FAIL_NONE);
    ck_assert_int_eq(add(&set, second[_i].name, "two", false, &err), second[_i].fail);
    ck_assert_ptr_nonnull(strstr(err.text, second[_i].sentence));
    fwd_file_set_free(&set);
    ck_assert_uint_eq(scratch_count(), 2);
}
END_TEST

START_TEST(a_disk_that_is_full_leaves_none)
{
    struct fwd_file_set set = {0};
    struct fwd_error err;
    static const uint8_t data[10000];
    scratch_write_text("b", "old");
    ck_assert_int_eq(add(&set, "a", "one", false, &err), FWD_FAIL_NONE);
    scratch_disk_is_full(true);
    enum fwd_fail fail =
        fwd_file_set_add(&set, scratch_path("b"), data, sizeof data, 0600, true, &err);
    scratch_disk_is_full(false);
    fwd_file_set_free(&set);
    ck_assert_int_eq(fail, FWD_FAIL_ENVIRONMENT);
    scratch_expect("b", "old");
    ck_assert_uint_eq(scratch_count(), 1);
}
END_TEST

/* Somebody else takes a name between writing and naming. The one that was added first is named
 * last. */
START_TEST(a_name_that_is_taken_meanwhile_leaves_none)
{
    struct fwd_file_set set = {0};
    struct fwd_error err;
    ck_assert_int_eq(add(&set, "a", "one", false, &err), FWD_FAIL_NONE);
    ck_assert_int_eq(add(&set, "b", "two", false, &err), FWD_FAIL_NONE);
    ck_assert_int_eq(add(&set, "c", "three", false, &err), FWD_FAIL_NONE);
    scratch_write_text("a", "of somebody else");
    ck_assert_int_eq(fwd_file_set_keep(&set, &err), FWD_FAIL_REFUSED);
    ck_assert_ptr_nonnull(strstr(err.text, "a: exists already"));
    fwd_file_set_free(&set);
    scratch_expect("a", "of somebody else");
    ck_assert_uint_eq(scratch_count(), 1);
}
END_TEST

START_TEST(a_signal_between_two_leaves_none)
{
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        struct fwd_file_set set = {0};
        struct fwd_error err;
        (void)signal(SIGTERM, SIG_DFL); /* the test runner has handlers of its own */
        bool good = add(&set, "a", "one", false, &err) == FWD_FAIL_NONE;
        (void)raise(SIGTERM);
        good = good && fwd_file_set_keep(&set, &err) == FWD_FAIL_ENVIRONMENT &&
               strstr(err.text, "interrupted") != NULL;
        if (good)
            fwd_file_set_free(&set); /* ends this process */
        _exit(99);
    }
    scratch_ends_by(child, SIGTERM);
    ck_assert_uint_eq(scratch_count(), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hostio set");
    TCase *files = tcase_create("files");
    tcase_add_checked_fixture(files, scratch_setup, scratch_teardown);
    tcase_add_test(files, all_get_their_names_at_once);
    tcase_add_test(files, without_a_set_a_file_gets_its_name_at_once);
    tcase_add_loop_test(
        files, one_that_cannot_be_written_leaves_none, 0, (int)(sizeof second / sizeof second[0]));
    tcase_add_test(files, a_disk_that_is_full_leaves_none);
    tcase_add_test(files, a_name_that_is_taken_meanwhile_leaves_none);
    tcase_add_test(files, a_signal_between_two_leaves_none);
    suite_add_tcase(suite, files);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
