/* Certificates: the bytes of the entry (SPEC.md section 4.5). */
#include "format/certificate.h"
#include "format/component.h"
#include "tests/format/format_samples.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct fwd_certificate sample = {
    .geometry = {1, 2, 3, 4, 5, 6, 7, 8},
    .staging_room = 0x00200000,
    .staged_bytes = 0x00010203,
    .staging_least = 127,
    .sigblock_size = 81,
    .scratch_copies = 5,
    .erases = 128,
    .erases_max = 2,
    .milliseconds = 300,
    .programmed = UINT32_MAX,
    .decode_again_ms = 0,
    .memory = 130,
    .rehearsal_ms = 200,
    .action_ms = 99,
    .start_signatures = 1,
    .start_hashed = 16384,
    .start_ms = 6,
    .start_kilo_cycles = 7,
};

static const uint8_t sample_bytes[] = {1, 2, 3, 4, 5, 6, 7, 8, 0x80, 0x80, 0x80, 1, 0x83, 0x84, 4,
    127, 81, 5, 0x80, 1, 2, 0xAC, 2, 0xFF, 0xFF, 0xFF, 0xFF, 15, 0, 0x82, 1, 0xC8, 1, 99, 1, 0x80,
    0x80, 1, 6, 7};

/* [M100] */
START_TEST(a_certificate_has_the_layout_of_the_specification)
{
    uint8_t bytes[FWD_CERTIFICATE_MAX];
    struct fwd_certificate back = {.staging_room = 0};

    ck_assert_uint_eq(fwd_certificate_encode(&sample, bytes), sizeof sample_bytes);
    ck_assert_mem_eq(bytes, sample_bytes, sizeof sample_bytes);
    ck_assert(fwd_certificate_decode(bytes, sizeof sample_bytes, &back));
    ck_assert_mem_eq(&back, &sample, sizeof sample);
}
END_TEST

/* [M100]: with less or more it is nothing that this version knows. */
START_TEST(a_certificate_of_another_size_is_none)
{
    uint8_t bytes[sizeof sample_bytes + 2] = {0};
    struct fwd_certificate certificate;

    memcpy(bytes, sample_bytes, sizeof sample_bytes);
    for (size_t size = 0; size <= sizeof bytes; size++) {
        uint8_t *copy = exact_copy(bytes, size);
        /* one more number: what is kept */
        bool kept = size == sizeof sample_bytes + 1;
        ck_assert(fwd_certificate_decode(copy, size, &certificate) ==
                  (size == sizeof sample_bytes || kept));
        ck_assert(!kept || (certificate.has_kept && certificate.kept_bytes == 0));
        free(copy);
    }
    bytes[FWD_GEOMETRY_SIZE + 3] = 0x81; /* [M4]: a number that does not end where it did */
    ck_assert(!fwd_certificate_decode(bytes, sizeof sample_bytes, &certificate));
}
END_TEST

/* The largest numbers, and the smallest. */
START_TEST(a_certificate_never_takes_more_than_its_limit)
{
    struct fwd_certificate largest;
    uint8_t bytes[FWD_CERTIFICATE_MAX];

    memset(&largest, 0xFF, sizeof largest);
    largest.has_kept = true;
    ck_assert_uint_eq(fwd_certificate_encode(&largest, bytes), FWD_CERTIFICATE_MAX);
    memset(&largest, 0, sizeof largest);
    ck_assert_uint_eq(fwd_certificate_encode(&largest, bytes), FWD_GEOMETRY_SIZE + 17);
}
END_TEST

static void add_entry(struct fwd_writer *w, uint8_t type, const void *value, size_t size)
{
    fwd_entry_begin(w, type, size);
    fwd_write_bytes(w, value, size);
}

/* [M100]: among other entries, and after one of another size. */
START_TEST(the_certificates_of_a_manifest_are_found)
{
    uint8_t bytes[400], value[FWD_CERTIFICATE_MAX];
    struct fwd_writer w = fwd_writer_over(bytes, sizeof bytes);
    struct fwd_certificate found = sample;
    size_t at = 0;

    add_entry(&w, FWD_ENTRY_TOOL, "x", 1);
    add_entry(&w, FWD_ENTRY_CERTIFICATE, "later", 5);
    for (uint32_t i = 0; i < 2; i++) {
        found.erases = i + 1;
        size_t size = fwd_certificate_encode(&found, value);
        add_entry(&w, FWD_ENTRY_CERTIFICATE, value, size);
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
    tcase_add_test(tc, a_certificate_never_takes_more_than_its_limit);
    tcase_add_test(tc, the_certificates_of_a_manifest_are_found);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
