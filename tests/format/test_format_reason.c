#include "format/reason.h"
#include "tests/format/format_samples.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* R33: the documented codes, all of them and no other. */
static const uint16_t documented[] = {128, 129, 130, 131, 132, 134, 140, 141, 144, 145, 148, 158,
    160, 168, 173, 174, 178, 180, 195, 224, 227, 230, 247};
enum { DOCUMENTED = sizeof documented / sizeof documented[0] };

START_TEST(exactly_the_documented_codes_are_assigned)
{
    size_t next = 0;

    for (unsigned code = 0; code <= UINT16_MAX; code++) {
        bool assigned = next < DOCUMENTED && documented[next] == code;
        if ((fwd_code_info((uint16_t)code) != NULL) != assigned)
            ck_abort_msg("code %u", code);
        next += assigned;
    }
    ck_assert_ptr_nonnull(fwd_code_at(DOCUMENTED - 1));
    ck_assert_ptr_null(fwd_code_at(DOCUMENTED));
}
END_TEST

/* [M96] */
START_TEST(every_reason_has_an_assigned_code_and_texts)
{
    const struct fwd_reason_info *info;

    for (size_t i = 0; (info = fwd_reason_at(i)) != NULL; i++) {
        ck_assert_msg(fwd_code_info(info->code) != NULL, "%s", info->name);
        ck_assert_uint_gt(strlen(info->meaning), 0);
        ck_assert_uint_gt(strlen(info->advice), 0);
        ck_assert_msg(strspn(info->name, "abcdefghijklmnopqrstuvwxyz-") == strlen(info->name), "%s",
            info->name);
    }
}
END_TEST

START_TEST(numbers_and_names_are_unique_and_ascending)
{
    const struct fwd_reason_info *a, *b;

    for (size_t i = 0; (a = fwd_reason_at(i)) != NULL; i++) {
        for (size_t j = 0; j < i; j++) {
            b = fwd_reason_at(j);
            ck_assert_int_lt(b->reason, a->reason);
            ck_assert_str_ne(b->name, a->name);
        }
    }
}
END_TEST

/* R33: each documented code can be the answer to something. */
START_TEST(every_code_is_the_code_of_some_reason)
{
    const struct fwd_reason_info *info;
    bool used = false;

    for (size_t i = 0; (info = fwd_reason_at(i)) != NULL && !used; i++)
        used = info->code == documented[_i];
    ck_assert_msg(used, "code %u", documented[_i]);
}
END_TEST

START_TEST(a_reason_is_found_by_its_number)
{
    const struct fwd_reason_info *info;

    for (size_t i = 0; (info = fwd_reason_at(i)) != NULL; i++)
        ck_assert_ptr_eq(fwd_reason_info(info->reason), info);
    ck_assert_int_eq(fwd_reason_info(FWD_OK)->code, 128);
    ck_assert_int_eq(fwd_reason_info((enum fwd_reason)9999)->reason, FWD_E_INTERNAL);
}
END_TEST

/* The list without texts, for devices, is the same list. */
START_TEST(codes_and_retries_are_alike_with_and_without_texts)
{
    const struct fwd_reason_info *info;

    for (size_t i = 0; (info = fwd_reason_at(i)) != NULL; i++) {
        ck_assert_uint_eq(fwd_reason_code(info->reason), info->code);
        ck_assert_int_eq(fwd_reason_retry(info->reason), info->retry);
    }
    ck_assert_uint_eq(fwd_reason_code((enum fwd_reason)9999), 129);
}
END_TEST

/* R22 R60: what is found out before the first write says so. */
START_TEST(no_early_reason_admits_a_write)
{
    const struct fwd_reason_info *info;

    for (size_t i = 0; (info = fwd_reason_at(i)) != NULL; i++) {
        if (info->phase == FWD_PHASE_START ||
            (info->phase == FWD_PHASE_VALIDATION && info->reason != FWD_E_RECOVERY_NEEDS_FULL))
            ck_assert_msg(info->changed == FWD_CHANGED_NEVER, "%s", info->name);
    }
}
END_TEST

/* R34: an unlisted code is a failed update, and has no meaning of its own. */
START_TEST(lwm2m_results_are_those_of_the_object)
{
    for (int i = 0; i < DOCUMENTED; i++) {
        uint8_t result = fwd_code_lwm2m(documented[i]);
        ck_assert_uint_le(result, 9);
        ck_assert((result == 1) == (documented[i] == 128));
    }
    ck_assert_ptr_null(fwd_code_info(133));
    ck_assert_uint_eq(fwd_code_lwm2m(133), 8);
    ck_assert_uint_eq(fwd_code_lwm2m(173), 5);
    ck_assert_uint_eq(fwd_code_lwm2m(158), 6);
    ck_assert_uint_eq(fwd_code_lwm2m(141), 3);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("format_reason");
    TCase *tc = tcase_create("reason");

    tcase_add_test(tc, exactly_the_documented_codes_are_assigned);
    tcase_add_test(tc, every_reason_has_an_assigned_code_and_texts);
    tcase_add_test(tc, numbers_and_names_are_unique_and_ascending);
    tcase_add_loop_test(tc, every_code_is_the_code_of_some_reason, 0, DOCUMENTED);
    tcase_add_test(tc, a_reason_is_found_by_its_number);
    tcase_add_test(tc, codes_and_retries_are_alike_with_and_without_texts);
    tcase_add_test(tc, no_early_reason_admits_a_write);
    tcase_add_test(tc, lwm2m_results_are_those_of_the_object);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
