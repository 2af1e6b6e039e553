#include "format/dependency.h"
#include "tests/format/format_samples.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define NAME31 "1234567890123456789012345678901"

/* [M116] [M6] */
static const struct {
    const char *name;
    const char *list;
    uint16_t size;
    int count; /* of well-formed dependencies; the rest of the list is not looked at */
    bool whole;
} lists[] = {
    {"one", "\4boot\3", 6, 1, true},
    {"two", "\4boot\3\1m\1", 9, 2, true},
    {"one twice", "\1m\1\1m\1", 6, 2, true},
    {"longest name", "\x1F" NAME31 "\1", 33, 1, true},
    {"highest release", "\1m\xFF\xFF\xFF\xFF\x0F", 7, 1, true},
    {"none", "", 0, 0, true},
    {"release 0", "\1m\0", 3, 0, false},
    {"second of release 0", "\1m\1\1n\0", 6, 1, false},
    {"no name", "\0\1", 2, 0, false},
    {"name too long", "\x20" NAME31 "2\1", 34, 0, false},
    {"no name that is one", "\1/\1", 3, 0, false},
    {"cut in the name", "\4boo", 4, 0, false},
    {"cut before the release", "\4boot", 5, 0, false},
    {"cut in the release", "\1m\x81", 3, 0, false},
    {"release not minimal", "\1m\x81\0", 4, 0, false},
    {"release of 33 bits", "\1m\xFF\xFF\xFF\xFF\x1F", 7, 0, false},
};

START_TEST(a_list_is_read_as_far_as_it_is_well_formed)
{
    uint8_t *copy = exact_copy(lists[_i].list, lists[_i].size);
    struct fwd_dependency dependency;
    uint16_t at = 0;
    int count = 0;

    while (fwd_dependency_next(copy, lists[_i].size, &at, &dependency)) {
        ck_assert_uint_gt(dependency.release, 0);
        count++;
    }
    ck_assert_msg(count == lists[_i].count, "%s", lists[_i].name);
    ck_assert_msg((at == lists[_i].size) == lists[_i].whole, "%s", lists[_i].name);
    free(copy);
}
END_TEST

START_TEST(a_list_comes_back_as_it_was_written)
{
    const struct fwd_dependency two[] = {{fwd_text_of("boot"), 3}, {fwd_text_of("modem"), 70000}};
    struct fwd_dependency dependency;
    uint8_t bytes[32];
    uint16_t at = 0;
    size_t size = fwd_dependency_encode(two, 2, bytes, sizeof bytes);

    ck_assert_uint_eq(size, 6 + 6 + 3);
    for (int i = 0; i < 2; i++) {
        ck_assert(fwd_dependency_next(bytes, (uint16_t)size, &at, &dependency));
        ck_assert(fwd_text_equal(dependency.name, two[i].name));
        ck_assert_uint_eq(dependency.release, two[i].release);
    }
    ck_assert_uint_eq(at, size);
    ck_assert_uint_eq(fwd_dependency_encode(two, 2, bytes, size - 1), 0);
}
END_TEST

START_TEST(nothing_is_written_that_would_be_refused)
{
    const struct fwd_dependency wrong[] = {
        {fwd_text_of("boot"), 0}, {fwd_text_of("a/b"), 1}, {fwd_text_of(NULL), 1}};
    uint8_t bytes[32];

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        ck_assert_uint_eq(fwd_dependency_encode(&wrong[i], 1, bytes, sizeof bytes), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dependency");
    TCase *tests = tcase_create("dependency");

    tcase_add_loop_test(
        tests, a_list_is_read_as_far_as_it_is_well_formed, 0, sizeof lists / sizeof lists[0]);
    tcase_add_test(tests, a_list_comes_back_as_it_was_written);
    tcase_add_test(tests, nothing_is_written_that_would_be_refused);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
