/* A file that somebody still writes to is no input. read() is wrapped by the linker, so that the
 * change happens exactly between two reads. */
#include "hostio/host_file.h"
#include "tests/hostio/scratch_folder.h"

#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum change { GROWS, SHRINKS, IS_WRITTEN, STAYS };

static const struct {
    const char *name;
    enum change change;
    enum fwd_fail fail;
} cases[] = {
    {"grows", GROWS, FWD_FAIL_ENVIRONMENT},
    {"shrinks", SHRINKS, FWD_FAIL_ENVIRONMENT},
    {"is written in place", IS_WRITTEN, FWD_FAIL_ENVIRONMENT},
    {"stays as it is", STAYS, FWD_FAIL_NONE},
};

static enum change pending = STAYS;

ssize_t __real_read(int fd, void *buffer, size_t size);
ssize_t __wrap_read(int fd, void *buffer, size_t size);

static void change_file(enum change change)
{
    const char *path = scratch_path("image");
    int fd = open(path, O_WRONLY | (change == GROWS ? O_APPEND : 0));
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = 1000000000}};

    ck_assert_int_ge(fd, 0);
    if (change == SHRINKS)
        ck_assert_int_eq(ftruncate(fd, 10), 0);
    else
        ck_assert_int_eq(write(fd, "x", 1), 1);
    /* a clock with coarse ticks might not show it */
    ck_assert_int_eq(futimens(fd, times), 0);
    close(fd);
}

ssize_t __wrap_read(int fd, void *buffer, size_t size)
{
    ssize_t got = __real_read(fd, buffer, size);
    if (pending != STAYS && got > 0)
        change_file(pending);
    pending = STAYS;
    return got;
}

START_TEST(a_file_that_changes_while_it_is_read_is_an_error)
{
    struct fwd_bytes bytes;
    struct fwd_error err = {""};
    scratch_write("image", "0123456789abcdef", 16);
    pending = cases[_i].change;
    enum fwd_fail fail = fwd_file_read(scratch_path("image"), 1000, &bytes, &err);
    ck_assert_msg(fail == cases[_i].fail, "%s: %s", cases[_i].name, err.text);
    if (fail != FWD_FAIL_NONE) {
        ck_assert_ptr_nonnull(strstr(err.text, "image: changed while it was read"));
        ck_assert_ptr_null(bytes.data);
    }
    fwd_bytes_free(&bytes);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hostio_changed");
    TCase *tcase = tcase_create("changed");
    tcase_add_checked_fixture(tcase, scratch_setup, scratch_teardown);
    tcase_add_loop_test(tcase, a_file_that_changes_while_it_is_read_is_an_error, 0,
        (int)(sizeof cases / sizeof cases[0]));
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
