/* The log of a virtual module as a file: continued, cut short, and on a full disk. */
#include "hostio/host_file.h"
#include "module/process/event_log.h"
#include "tests/hostio/scratch_folder.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define FIRST  "{\"t\":1.0,\"event\":\"first\"}\n"
#define SECOND "{\"t\":3.5,\"event\":\"second\"}\n"

static void write_event(struct fwd_event_log *log, uint64_t ms, const char *name)
{
    json_t *event = json_pack("{s:s}", "event", name);

    fwd_event_log_write(log, ms, event);
    json_decref(event);
}

static const struct {
    const char *before, *after;
} continued[] = {
    {"", "{\"t\":2.5,\"event\":\"second\"}\n"},
    {FIRST, FIRST SECOND},
    {FIRST "{", FIRST SECOND},
    {FIRST "{\"t\":9.0,\"eve", FIRST SECOND},
    {"{\"t\":9", "{\"t\":2.5,\"event\":\"second\"}\n"},
    {FIRST "a remark\n", FIRST "a remark\n" SECOND},
};

START_TEST(a_log_goes_on_after_its_last_whole_line)
{
    struct fwd_event_log log = {0};
    struct fwd_error err = {""};

    scratch_write_text("log", continued[_i].before);
    ck_assert_int_eq(fwd_event_log_open(&log, scratch_path("log"), &err), FWD_FAIL_NONE);
    write_event(&log, 2500, "second");
    ck_assert_int_eq(fwd_event_log_close(&log, &err), FWD_FAIL_NONE);
    scratch_expect("log", continued[_i].after);
}
END_TEST

START_TEST(another_file_is_never_made_shorter)
{
    struct fwd_event_log log = {0};
    struct fwd_error err = {""};

    scratch_write_text("log", "no log and no end of the line");
    ck_assert_int_eq(fwd_event_log_open(&log, scratch_path("log"), &err), FWD_FAIL_NONE);
    ck_assert_int_eq(fwd_event_log_close(&log, &err), FWD_FAIL_NONE);
    scratch_expect("log", "no log and no end of the line");
}
END_TEST

START_TEST(a_full_disk_leaves_whole_lines_and_is_told)
{
    struct fwd_event_log log = {0};
    struct fwd_error err = {""};
    char text[4096];

    memset(text, ' ', sizeof text);
    memcpy(text + 4060 - strlen(FIRST), FIRST, strlen(FIRST));
    text[4060 - strlen(FIRST) - 1] = '\n';
    scratch_write("log", text, 4060);
    ck_assert_int_eq(fwd_event_log_open(&log, scratch_path("log"), &err), FWD_FAIL_NONE);
    scratch_disk_is_full(true);
    write_event(&log, 2500, "one that does not fit any more");
    write_event(&log, 2500, "nor does this one fit");
    scratch_disk_is_full(false);
    ck_assert_int_eq(fwd_event_log_close(&log, &err), FWD_FAIL_ENVIRONMENT);
    ck_assert_msg(strstr(err.text, "/log: the log is not complete: 2 events could not be written: "
                                   "the disk is full") != NULL,
        "%s", err.text);
    struct fwd_bytes file;
    ck_assert_int_eq(fwd_file_read(scratch_path("log"), 4096, &file, &err), FWD_FAIL_NONE);
    ck_assert_uint_eq(file.size, 4060);
    ck_assert_mem_eq(file.data, text, 4060);
    fwd_bytes_free(&file);
}
END_TEST

START_TEST(a_log_that_cannot_be_written_says_why)
{
    struct fwd_event_log log = {0};
    struct fwd_error err = {""};

    ck_assert_int_eq(
        fwd_event_log_open(&log, scratch_path("absent/log"), &err), FWD_FAIL_ENVIRONMENT);
    ck_assert(strstr(err.text, "there is no such file or folder") != NULL);
    write_event(&log, 1, "into nothing");
    ck_assert_int_eq(fwd_event_log_close(&log, &err), FWD_FAIL_NONE);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("event log");
    TCase *tests = tcase_create("event log");

    tcase_add_checked_fixture(tests, scratch_setup, scratch_teardown);
    tcase_add_loop_test(tests, a_log_goes_on_after_its_last_whole_line, 0,
        (int)(sizeof continued / sizeof *continued));
    tcase_add_test(tests, another_file_is_never_made_shorter);
    tcase_add_test(tests, a_full_disk_leaves_whole_lines_and_is_told);
    tcase_add_test(tests, a_log_that_cannot_be_written_says_why);
    suite_add_tcase(suite, tests);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
