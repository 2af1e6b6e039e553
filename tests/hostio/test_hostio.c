/* hostio/: whole files in and out, with one sentence for every way in which it can go wrong. */
#include "hostio/host_file.h"
#include "hostio/host_signal.h"
#include "hostio/host_temp.h"
#include "tests/hostio/scratch_folder.h"

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
    const char *name; /* of the input */
    enum fwd_fail fail;
    const char *sentence; /* a part of it */
} bad_inputs[] = {
    {"missing", FWD_FAIL_ENVIRONMENT,
        "missing: cannot be read: there is no such file or folder; check the path"},
    {"folder", FWD_FAIL_ENVIRONMENT, "folder: is a folder"},
    {"device", FWD_FAIL_ENVIRONMENT, "device: is a device"},
    {"empty", FWD_FAIL_REFUSED, "empty is empty; expected a file with content"},
    {"huge-and-sparse", FWD_FAIL_REFUSED, "has 8796093022208 bytes; the limit for "},
    {"long", FWD_FAIL_REFUSED, "long has 101 bytes; the limit for this file is 100 bytes"},
    {"pipe-without-writer", FWD_FAIL_REFUSED, "is empty"},
    {"file/inside", FWD_FAIL_ENVIRONMENT, "a part of the path is not a folder"},
    {"loop", FWD_FAIL_ENVIRONMENT, "the symbolic links form a loop"},
};

START_TEST(a_bad_input_gives_one_sentence_and_no_bytes)
{
    struct fwd_bytes bytes = {NULL, 1};
    struct fwd_error err = {""};
    ck_assert(scratch_run("mkdir folder && : > empty && truncate -s 8T huge-and-sparse && "
                          "head -c 101 /dev/zero > long && mkfifo pipe-without-writer && "
                          "ln -s /dev/zero device && echo > file && ln -s loop loop"));
    enum fwd_fail fail = fwd_file_read(scratch_path(bad_inputs[_i].name), 100, &bytes, &err);
    ck_assert_int_eq(fail, bad_inputs[_i].fail);
    ck_assert_ptr_nonnull(strstr(err.text, bad_inputs[_i].sentence));
    ck_assert_ptr_null(strchr(err.text, '\n'));
    ck_assert_ptr_null(bytes.data);
    ck_assert_uint_eq(bytes.size, 0);
}
END_TEST

START_TEST(a_file_is_read_whole_up_to_the_limit)
{
    struct fwd_bytes bytes;
    struct fwd_error err;
    uint8_t data[100];
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)i;
    scratch_write("input", data, sizeof data);
    ck_assert_int_eq(fwd_file_read(scratch_path("input"), sizeof data, &bytes, &err), 0);
    ck_assert_uint_eq(bytes.size, sizeof data);
    ck_assert_mem_eq(bytes.data, data, sizeof data);
    ck_assert_uint_eq(bytes.data[sizeof data], 0);
    fwd_bytes_free(&bytes);
    ck_assert_ptr_null(bytes.data);
    fwd_bytes_free(&bytes);
    fwd_bytes_wipe(NULL);
}
END_TEST

START_TEST(a_pipe_is_read_to_its_end)
{
    struct fwd_bytes bytes;
    struct fwd_error err;
    ck_assert(scratch_run("mkfifo pipe && (head -c 300000 /dev/zero > pipe &)"));
    ck_assert(scratch_run("sleep 0.3"));
    ck_assert_int_eq(fwd_file_read(scratch_path("pipe"), 1000000, &bytes, &err), FWD_FAIL_NONE);
    ck_assert_uint_eq(bytes.size, 300000);
    fwd_bytes_free(&bytes);
}
END_TEST

START_TEST(an_empty_file_is_read_where_that_makes_sense)
{
    struct fwd_bytes bytes;
    struct fwd_error err;
    scratch_write("empty", "", 0);
    ck_assert_int_eq(fwd_file_read_or_empty(scratch_path("empty"), 10, &bytes, &err), 0);
    ck_assert_uint_eq(bytes.size, 0);
    ck_assert_ptr_nonnull(bytes.data);
    fwd_bytes_wipe(&bytes);
}
END_TEST

START_TEST(an_output_is_replaced_only_with_force)
{
    struct fwd_error err;
    struct stat info;
    const char *path = scratch_path("output");
    ck_assert_int_eq(fwd_file_write_atomic(path, "one", 3, 0600, false, &err), FWD_FAIL_NONE);
    ck_assert_int_eq(stat(path, &info), 0);
    ck_assert_uint_eq(info.st_mode & 0777, 0600);
    ck_assert_int_eq(fwd_file_may_write(path, false, &err), FWD_FAIL_REFUSED);
    ck_assert_int_eq(fwd_file_write_atomic(path, "two", 3, 0600, false, &err), FWD_FAIL_REFUSED);
    ck_assert_ptr_nonnull(strstr(err.text, "exists already; use --force"));
    scratch_expect("output", "one");
    ck_assert_int_eq(fwd_file_may_write(path, true, &err), FWD_FAIL_NONE);
    ck_assert_int_eq(fwd_file_write_atomic(path, "three", 5, 0600, true, &err), FWD_FAIL_NONE);
    scratch_expect("output", "three");
    ck_assert_uint_eq(scratch_count(), 1);
}
END_TEST

START_TEST(a_link_as_output_keeps_being_a_link)
{
    struct fwd_error err;
    struct stat info;
    ck_assert(scratch_run("mkdir inner && echo old > inner/file && ln -s inner/file link"));
    ck_assert_int_eq(
        fwd_file_write_atomic(scratch_path("link"), "new", 3, 0644, true, &err), FWD_FAIL_NONE);
    ck_assert_int_eq(lstat(scratch_path("link"), &info), 0);
    ck_assert(S_ISLNK(info.st_mode));
    scratch_expect("inner/file", "new");
}
END_TEST

static const struct {
    const char *name;
    enum fwd_fail fail;
    const char *sentence;
} bad_outputs[] = {
    {"folder", FWD_FAIL_ENVIRONMENT, "folder: is a folder"},
    {"no/such/folder", FWD_FAIL_ENVIRONMENT, "cannot be written: there is no such file or folder"},
    {"file/inside", FWD_FAIL_ENVIRONMENT, "a part of the path is not a folder"},
    {"null", FWD_FAIL_ENVIRONMENT, "null: is a device or a pipe"},
    {"pipe", FWD_FAIL_ENVIRONMENT, "pipe: is a device or a pipe"},
};

START_TEST(a_bad_output_gives_one_sentence_and_leaves_nothing)
{
    struct fwd_error err = {""};
    ck_assert(scratch_run("mkdir folder && ln -s /dev/null null && mkfifo pipe && echo > file"));
    size_t before = scratch_count();
    const char *path = scratch_path(bad_outputs[_i].name);
    ck_assert_int_eq(fwd_file_write_atomic(path, "x", 1, 0644, true, &err), bad_outputs[_i].fail);
    ck_assert_ptr_nonnull(strstr(err.text, bad_outputs[_i].sentence));
    err.text[0] = 0;
    ck_assert_int_eq(fwd_file_may_write(path, true, &err), bad_outputs[_i].fail);
    ck_assert_ptr_nonnull(strstr(err.text, bad_outputs[_i].sentence));
    ck_assert_uint_eq(scratch_count(), before);
}
END_TEST

START_TEST(a_name_that_is_too_long_leaves_nothing)
{
    struct fwd_error err;
    char name[300];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = 0;
    /* the scratch path itself is cut at 255 characters: beyond NAME_MAX with ours */
    ck_assert_int_eq(chdir(scratch_path(".")), 0);
    ck_assert_int_eq(fwd_file_write_atomic(name, "x", 1, 0644, false, &err), FWD_FAIL_ENVIRONMENT);
    ck_assert_ptr_nonnull(strstr(err.text, "the name is too long"));
    ck_assert_uint_eq(scratch_count(), 0);
}
END_TEST

START_TEST(a_write_that_fails_half_way_leaves_nothing)
{
    struct fwd_error err;
    static const uint8_t data[10000];
    scratch_write_text("output", "old");
    scratch_disk_is_full(true);
    enum fwd_fail fail =
        fwd_file_write_atomic(scratch_path("output"), data, sizeof data, 0644, true, &err);
    scratch_disk_is_full(false);
    ck_assert_int_eq(fail, FWD_FAIL_ENVIRONMENT);
    ck_assert_ptr_nonnull(strstr(err.text, "output: cannot be written: the file would be larger"));
    scratch_expect("output", "old");
    ck_assert_uint_eq(scratch_count(), 1);
}
END_TEST

START_TEST(a_folder_without_write_permission_is_named)
{
    struct fwd_error err;
    if (geteuid() == 0)
        return; /* root may write everywhere */
    ck_assert(scratch_run("mkdir locked && chmod 500 locked"));
    ck_assert_int_eq(
        fwd_file_may_write(scratch_path("locked/x"), false, &err), FWD_FAIL_ENVIRONMENT);
    ck_assert_int_eq(fwd_file_write_atomic(scratch_path("locked/x"), "x", 1, 0644, false, &err),
        FWD_FAIL_ENVIRONMENT);
    ck_assert_ptr_nonnull(strstr(err.text, "permission denied"));
}
END_TEST

START_TEST(a_sentence_that_is_too_long_is_cut)
{
    struct fwd_error err;
    ck_assert_int_eq(fwd_error_fail(&err, FWD_FAIL_USAGE, "%0600d", 1), FWD_FAIL_USAGE);
    ck_assert_uint_eq(strlen(err.text), sizeof err.text - 1);
    fwd_error_set(NULL, "nobody reads %s", "this");
    ck_assert_str_eq(fwd_error_cause(ENOSPC), "the disk is full");
    ck_assert_str_eq(fwd_error_cause(EADDRINUSE), "another program has it");
    ck_assert_str_eq(fwd_error_cause(EBADF), "it is not open");
    ck_assert_ptr_nonnull(fwd_error_cause(-1));
}
END_TEST

static const struct {
    const char *name;
    const char *shown;
} names[] = {
    {"plain name", "plain name"},
    {"a\nb", "a\\nb"},
    {"a\rb\tc", "a\\rb\\tc"},
    {"\x1b[31mred", "\\x1b[31mred"},
    {"\x7f\x01", "\\x7f\\x01"},
    {"\xc3\xa4", "\xc3\xa4"},
};

START_TEST(a_sentence_has_no_control_characters)
{
    struct fwd_error err;
    fwd_error_set(&err, "<%s>", names[_i].name);
    ck_assert_ptr_nonnull(strstr(err.text, names[_i].shown));
    ck_assert_uint_eq(strlen(err.text), strlen(names[_i].shown) + 2);
}
END_TEST

START_TEST(escapes_do_not_overflow_a_sentence)
{
    struct fwd_error err;
    char name[600];
    memset(name, 1, sizeof name - 1);
    name[sizeof name - 1] = 0;
    fwd_error_set(&err, "%s", name);
    ck_assert_uint_eq(strlen(err.text), (sizeof err.text - 1) / 4 * 4);
}
END_TEST

static const struct {
    const char *output, *input;
    bool same;
} pairs[] = {
    {"file", "file", true},
    {"./file", "file", true},
    {"hard", "file", true},
    {"soft", "file", true},
    {"file", "soft", true},
    {"missing", "missing", true},
    {"other", "file", false},
    {"new", "file", false},
    {"file", "new", false},
};

START_TEST(an_output_that_is_an_input_is_refused)
{
    struct fwd_error err = {""};
    ck_assert(scratch_run("echo 1 > file && echo 1 > other && ln file hard && ln -s file soft"));
    enum fwd_fail fail =
        fwd_file_check_output(scratch_path(pairs[_i].output), scratch_path(pairs[_i].input), &err);
    ck_assert_int_eq(fail, pairs[_i].same ? FWD_FAIL_USAGE : FWD_FAIL_NONE);
    ck_assert(pairs[_i].same == (strstr(err.text, "give another name") != NULL));
}
END_TEST

static const struct {
    const char *path, *other;
    bool same;
} places[] = {
    {"new", "new", true},
    {"new", "./new", true},
    {"folder/new", "folder/../folder/new", true},
    {"folder/new", "back/new", true},
    {"file", "soft", true},
    {"file", "hard", false}, /* each name gets a file of its own */
    {"new", "folder/new", false},
    {"new", "other", false},
    {"missing/new", "missing/./new", false},
};

START_TEST(two_names_of_one_output_are_found)
{
    char path[512];
    ck_assert(scratch_run("echo 1 > file && ln file hard && ln -s file soft && mkdir folder && "
                          "ln -s folder back"));
    (void)snprintf(path, sizeof path, "%s", scratch_path(places[_i].path));
    ck_assert(fwd_file_same_place(path, scratch_path(places[_i].other)) == places[_i].same);
}
END_TEST

START_TEST(a_replaced_file_keeps_its_mode_when_asked)
{
    struct fwd_error err;
    struct stat info;
    const char *path = scratch_path("output");
    ck_assert_int_eq(fwd_file_write_atomic(path, "one", 3, 0600, false, &err), FWD_FAIL_NONE);
    ck_assert_int_eq(chmod(path, 0606), 0); /* more than the umask leaves */
    ck_assert_int_eq(
        fwd_file_write_atomic(path, "two", 3, 0600 | FWD_FILE_KEEP_MODE, true, &err), 0);
    ck_assert_int_eq(stat(path, &info), 0);
    ck_assert_uint_eq(info.st_mode & 07777, 0606);
    ck_assert_int_eq(fwd_file_write_atomic(path, "two", 3, 0600, true, &err), 0);
    ck_assert_int_eq(stat(path, &info), 0);
    ck_assert_uint_eq(info.st_mode & 07777, 0600);
    ck_assert_int_eq(
        fwd_file_write_atomic(scratch_path("new"), "x", 1, 0600 | FWD_FILE_KEEP_MODE, false, &err),
        FWD_FAIL_NONE);
}
END_TEST

/* With a temporary name and, where the system has that, without a name. */
START_TEST(a_new_file_gets_its_name_only_when_it_is_complete)
{
    struct fwd_temp temp;
    bool named = _i % 2 != 0;
    bool replace = _i / 2 != 0;
    char folder[4096];
    (void)snprintf(folder, sizeof folder, "%s", scratch_path("."));
    scratch_write_text("old", "old");
    ck_assert(fwd_temp_open(&temp, folder, 0600, named));
    ck_assert_uint_eq(scratch_count(), temp.path[0] != 0 ? 2 : 1);
    ck_assert_int_eq(write(temp.fd, "new", 3), 3);
    if (!replace) {
        ck_assert(!fwd_temp_move(&temp, folder, scratch_path("old"), false));
        ck_assert_int_eq(errno, EEXIST);
    } else {
        ck_assert(fwd_temp_move(&temp, folder, scratch_path("old"), true));
    }
    fwd_temp_drop(&temp);
    scratch_expect("old", replace ? "new" : "old");
    ck_assert_uint_eq(scratch_count(), 1);
}
END_TEST

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

START_TEST(a_signal_waits_until_nothing_half_done_is_left)
{
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        struct fwd_error err;
        (void)signal(signals[_i], SIG_DFL); /* the test runner has handlers of its own */
        fwd_signal_hold();
        (void)raise(signals[_i]);
        bool good = fwd_signal_seen() &&
                    fwd_file_write_atomic(scratch_path("a"), "x", 1, 0600, false, &err) ==
                        FWD_FAIL_ENVIRONMENT &&
                    strstr(err.text, "interrupted") != NULL && scratch_count() == 0;
        if (good)
            fwd_signal_release(); /* ends this process */
        _exit(99);
    }
    scratch_ends_by(child, signals[_i]);
    ck_assert_uint_eq(scratch_count(), 0);
}
END_TEST

START_TEST(an_ignored_signal_stays_ignored)
{
    (void)signal(SIGHUP, SIG_IGN);
    fwd_signal_hold();
    (void)raise(SIGHUP);
    ck_assert(!fwd_signal_seen());
    fwd_signal_release();
    (void)raise(SIGHUP);
    (void)signal(SIGHUP, SIG_DFL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hostio");
    TCase *files = tcase_create("files");
    tcase_add_checked_fixture(files, scratch_setup, scratch_teardown);
    tcase_add_loop_test(files, a_bad_input_gives_one_sentence_and_no_bytes, 0,
        (int)(sizeof bad_inputs / sizeof bad_inputs[0]));
    tcase_add_test(files, a_file_is_read_whole_up_to_the_limit);
    tcase_add_test(files, a_pipe_is_read_to_its_end);
    tcase_add_test(files, an_empty_file_is_read_where_that_makes_sense);
    tcase_add_test(files, an_output_is_replaced_only_with_force);
    tcase_add_test(files, a_link_as_output_keeps_being_a_link);
    tcase_add_loop_test(files, a_bad_output_gives_one_sentence_and_leaves_nothing, 0,
        (int)(sizeof bad_outputs / sizeof bad_outputs[0]));
    tcase_add_test(files, a_name_that_is_too_long_leaves_nothing);
    tcase_add_test(files, a_write_that_fails_half_way_leaves_nothing);
    tcase_add_test(files, a_folder_without_write_permission_is_named);
    tcase_add_test(files, a_sentence_that_is_too_long_is_cut);
    tcase_add_loop_test(
        files, a_sentence_has_no_control_characters, 0, (int)(sizeof names / sizeof names[0]));
    tcase_add_test(files, escapes_do_not_overflow_a_sentence);
    tcase_add_loop_test(
        files, an_output_that_is_an_input_is_refused, 0, (int)(sizeof pairs / sizeof pairs[0]));
    tcase_add_loop_test(
        files, two_names_of_one_output_are_found, 0, (int)(sizeof places / sizeof places[0]));
    tcase_add_test(files, a_replaced_file_keeps_its_mode_when_asked);
    tcase_add_loop_test(files, a_new_file_gets_its_name_only_when_it_is_complete, 0, 4);
    tcase_add_loop_test(files, a_signal_waits_until_nothing_half_done_is_left, 0,
        (int)(sizeof signals / sizeof signals[0]));
    tcase_add_test(files, an_ignored_signal_stays_ignored);
    suite_add_tcase(suite, files);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
