/* Packages with a wrong byte, a missing end or something after it, on the device itself: each is
 * refused with one of the documented codes and nothing is written to a slot. */
#include "tests/verify/rig/install_shapes.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct lab_case small_case(void)
{
    return lab_case_delta(lab_shape("in place, unit 64"), lab_pattern("one byte changed"), false);
}

static bool code_allowed(uint16_t code)
{
    return code == 158 || code == 174 || code == 180 || code == 227 || code == 173;
}

/* As a copy, so that the package of the case stays whole. */
static enum fwd_reason install_bytes(
    struct lab *lab, const uint8_t *bytes, size_t size, uint32_t padding)
{
    struct fwd_bytes package = {(uint8_t *)(uintptr_t)bytes, size};
    enum fwd_reason reason = lab_start(lab);

    if (reason == FWD_OK)
        reason = lab_download(lab, &package, padding);
    return reason == FWD_OK ? fwd_update_install(&lab->update, FWD_COMMAND_DELTA) : reason;
}

static void expect_untouched(struct lab *lab, uint64_t writes, const char *what, size_t at)
{
    ck_assert_msg(lab_slot_writes(lab) == writes, "%s %zu: a slot was written", what, at);
    ck_assert_msg(lab->line_count == 0, "%s %zu: progress was told", what, at);
    const char *disturbed = lab_disturbed(lab);
    ck_assert_msg(!disturbed, "%s %zu: %s", what, at, disturbed);
}

static const uint8_t flips[] = {0x01, 0x80, 0xFF};

/* [M94] R36 R40 R22 R27; loop: which bits of the byte. */
START_TEST(every_changed_byte_is_refused)
{
    struct lab_case c = small_case();
    uint64_t writes = lab_slot_writes(c.lab);

    for (size_t at = 0; at < c.package.size; at++) {
        c.package.data[at] ^= flips[_i];
        enum fwd_reason reason = install_bytes(c.lab, c.package.data, c.package.size, 0);
        c.package.data[at] ^= flips[_i];
        ck_assert_msg(code_allowed(fwd_reason_code(reason)), "byte %zu gives %s", at,
            fwd_reason_info(reason)->name);
        expect_untouched(c.lab, writes, "byte", at);
    }
    ck_assert_int_eq(install_bytes(c.lab, c.package.data, c.package.size, 0), FWD_OK);
    lab_case_free(&c);
}
END_TEST

/* [M95] R39 */
START_TEST(every_truncation_is_refused)
{
    struct lab_case c = small_case();
    uint64_t writes = lab_slot_writes(c.lab);

    for (size_t size = 1; size < c.package.size; size++) {
        uint16_t code = fwd_reason_code(install_bytes(c.lab, c.package.data, size, 0));
        ck_assert_msg(code == (size < FWD_HEADER_SIZE ? 158 : 180), "%zu bytes give %u", size,
            (unsigned)code);
        expect_untouched(c.lab, writes, "length", size);
    }
    lab_case_free(&c);
}
END_TEST

static const struct {
    size_t appended;
    uint32_t padding;
    enum fwd_reason reason;
} lengths[] = {
    {1, 0, FWD_E_STORED_LENGTH},
    {2, 0, FWD_E_STORED_LENGTH},
    {3, 0, FWD_E_STORED_LENGTH},
    {1, 127, FWD_OK},
    {127, 127, FWD_OK},
    {128, 127, FWD_E_STORED_LENGTH},
    {1023, 1023, FWD_OK},
    {1024, 1023, FWD_E_STORED_LENGTH},
};

/* [M13] R39 R101: Xmodem fills its last block with 0x1A. */
START_TEST(appended_bytes_are_refused_beyond_the_padding_of_the_transport)
{
    struct lab_case c = small_case();
    size_t size = c.package.size + lengths[_i].appended;
    uint8_t *bytes = malloc(size);

    ck_assert_ptr_nonnull(bytes);
    memset(bytes, 0x1A, size);
    memcpy(bytes, c.package.data, c.package.size);
    ck_assert_int_eq(install_bytes(c.lab, bytes, size, lengths[_i].padding), lengths[_i].reason);
    free(bytes);
    lab_case_free(&c);
}
END_TEST

/* [M8] R38 */
START_TEST(files_that_are_no_packages_are_not_recognised)
{
    static const char *const files[] = {
        "FWD", "DELTA-UPDATE-FILE", "FWDE......................................................."};
    struct lab_case c = small_case();

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        const uint8_t *bytes = (const uint8_t *)files[i];
        enum fwd_reason reason = install_bytes(c.lab, bytes, strlen(files[i]), 0);
        ck_assert_uint_eq(fwd_reason_code(reason), 158);
    }
    lab_case_free(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("refuse_bytes");
    TCase *tests = tcase_create("refuse_bytes");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, every_changed_byte_is_refused, 0, sizeof flips);
    tcase_add_test(tests, every_truncation_is_refused);
    tcase_add_loop_test(tests, appended_bytes_are_refused_beyond_the_padding_of_the_transport, 0,
        sizeof lengths / sizeof lengths[0]);
    tcase_add_test(tests, files_that_are_no_packages_are_not_recognised);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
