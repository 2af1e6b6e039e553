/* Certificates: the bytes of the entry (SPEC.md section 4.5). */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "format/certificate.h"
#include "format/component.h"
#include "tests/format/format_samples.h"

static const struct fwd_certificate sample = {
    .geometry = {1, 2, 3, 4, 5, 6, 7, 8},
    .staging_room = 0x00200000,
    .staged_bytes = 0x00010203,
    .staging_least = 0x00010202,
    .sigblock_size = 98,
    .scratch_copies = 5,
    .erases = 0x01020304,
    .erases_max = 7,
    .milliseconds = 8,
    .programmed = 0x0102030405060708,
    .decode_again_ms = 9,
};

/* [M100] */
START_TEST(a_certificate_has_the_layout_of_the_specification)
{
    static const uint8_t layout[FWD_CERTIFICATE_SIZE] = {1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0x20, 0, 3,
        2, 1, 0, 2, 2, 1, 0, 98, 0, 0, 0, 5, 0, 0, 0, 4, 3, 2, 1, 7, 0, 0, 0, 8, 0, 0, 0, 8, 7, 6,
        5, 4, 3, 2, 1, 9, 0, 0, 0};
    uint8_t bytes[FWD_CERTIFICATE_SIZE];
    struct fwd_certificate back;

    fwd_certificate_encode(&sample, bytes);
    ck_assert_mem_eq(bytes, layout, sizeof layout);
    ck_assert(fwd_certificate_decode(bytes, sizeof bytes, &back));
    ck_assert_mem_eq(back.geometry, sample.geometry, FWD_GEOMETRY_SIZE);
    ck_assert_uint_eq(back.staging_room, sample.staging_room);
    ck_assert_uint_eq(back.staged_bytes, sample.staged_bytes);
    ck_assert_uint_eq(back.staging_least, sample.staging_least);
    ck_assert_uint_eq(back.sigblock_size, sample.sigblock_size);
    ck_assert_uint_eq(back.scratch_copies, sample.scratch_copies);
    ck_assert_uint_eq(back.erases, sample.erases);
    ck_assert_uint_eq(back.erases_max, sample.erases_max);
    ck_assert_uint_eq(back.milliseconds, sample.milliseconds);
    ck_assert(back.programmed == sample.programmed);
    ck_assert_uint_eq(back.decode_again_ms, sample.decode_again_ms);
}
END_TEST

/* [M100]: of another size it is nothing that this version knows. */
START_TEST(a_certificate_of_another_size_is_none)
{
    uint8_t bytes[FWD_CERTIFICATE_SIZE + 1] = {0};
    struct fwd_certificate certificate;

    for (size_t size = 0; size <= sizeof bytes; size++) {
        uint8_t *copy = exact_copy(bytes, size);
        ck_assert(
            fwd_certificate_decode(copy, size, &certificate) == (size == FWD_CERTIFICATE_SIZE));
        free(copy);
    }
}
END_TEST

static void add_entry(struct fwd_writer *w, uint8_t type, const void *value, size_t size)
{
    fwd_entry_begin(w, type, size);
    fwd_write_bytes(w, value, size);
}

/* [M100]: among other entries, and behind one of another size. */
START_TEST(the_certificates_of_a_manifest_are_found)
{
    uint8_t bytes[400], value[FWD_CERTIFICATE_SIZE];
    struct fwd_writer w = fwd_writer_over(bytes, sizeof bytes);
    struct fwd_certificate found = sample;
    size_t at = 0;

    add_entry(&w, FWD_ENTRY_TOOL, "x", 1);
    add_entry(&w, FWD_ENTRY_CERTIFICATE, "later", 5);
    for (uint32_t i = 0; i < 2; i++) {
        found.erases = i + 1;
        fwd_certificate_encode(&found, value);
        add_entry(&w, FWD_ENTRY_CERTIFICATE, value, sizeof value);
    }
    add_entry(&w, FWD_ENTRY_VENDOR_FIRST, value, sizeof value);
    ck_assert(!w.failed);
    for (uint32_t i = 0; i < 2; i++) {
        ck_assert(fwd_certificate_next(bytes, w.at, &at, &found));
        ck_assert_uint_eq(found.erases, i + 1);
    }
    ck_assert(!fwd_certificate_next(bytes, w.at, &at, &found));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("certificate");
    TCase *tc = tcase_create("certificate");

    tcase_add_test(tc, a_certificate_has_the_layout_of_the_specification);
    tcase_add_test(tc, a_certificate_of_another_size_is_none);
    tcase_add_test(tc, the_certificates_of_a_manifest_are_found);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
