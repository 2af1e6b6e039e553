#include <check.h>
#include <stdlib.h>

#include "format/header.h"
#include "format/limits.h"
#include "tests/format/format_samples.h"

static const struct fwd_header sample = {
    .kind = FWD_KIND_DELTA,
    .major = FWD_FORMAT_MAJOR,
    .minor = FWD_FORMAT_MINOR,
    .header_size = FWD_HEADER_SIZE,
    .manifest_size = 0x0203,
    .payload_size = 0x04050607,
};

static const uint8_t sample_bytes[FWD_HEADER_SIZE] = {
    'F', 'W', 'D', 'P', 'D', 1, 0, 0, 16, 0, 0x03, 0x02, 0x07, 0x06, 0x05, 0x04};

START_TEST(a_header_has_the_layout_of_the_specification)
{
    uint8_t bytes[FWD_HEADER_SIZE];
    struct fwd_header header;

    fwd_header_encode(&sample, bytes);
    ck_assert_mem_eq(bytes, sample_bytes, sizeof bytes);
    ck_assert_int_eq(fwd_header_decode(bytes, sizeof bytes, &header), FWD_OK);
    ck_assert_uint_eq(header.kind, sample.kind);
    ck_assert_uint_eq(header.manifest_size, sample.manifest_size);
    ck_assert_uint_eq(header.payload_size, sample.payload_size);
}
END_TEST

/* R38 [M8]: no file that is too short is a package. */
START_TEST(a_shorter_file_is_refused_as_too_short)
{
    struct fwd_header header;
    uint8_t *bytes = exact_copy(sample_bytes, (size_t)_i);

    ck_assert_int_eq(fwd_header_decode(bytes, (size_t)_i, &header), FWD_E_TOO_SHORT);
    free(bytes);
}
END_TEST

/* What a changed byte at this place must give; FWD_OK: it is for the signature to find. */
static const enum fwd_reason flipped[FWD_HEADER_SIZE] = {
    FWD_E_BAD_MAGIC, FWD_E_BAD_MAGIC, FWD_E_BAD_MAGIC, FWD_E_BAD_MAGIC, /* magic */
    FWD_E_UNKNOWN_KIND,                                                 /* kind */
    FWD_E_FORMAT_VERSION,                                               /* major */
    FWD_OK, FWD_OK,                                                     /* minor, flags */
    FWD_E_HEADER_SIZE, FWD_E_HEADER_SIZE,                               /* header size */
    FWD_OK, FWD_E_MANIFEST_SIZE,                                        /* manifest size */
    FWD_OK, FWD_OK, FWD_OK, FWD_OK,                                     /* payload size */
};

/* R37 R38 R39 [M8] [M9] [M10]: all 255 other values of each byte. */
START_TEST(any_changed_byte_gives_the_reason_of_its_field)
{
    for (unsigned change = 1; change < 256; change++) {
        uint8_t bytes[FWD_HEADER_SIZE];
        struct fwd_header header;

        fwd_header_encode(&sample, bytes);
        bytes[_i] ^= (uint8_t)change;
        enum fwd_reason expected = flipped[_i];
        if (_i == 4 && bytes[4] == FWD_KIND_FULL)
            expected = FWD_OK;
        if (_i == 11 && bytes[11] * 256 + 3 <= (int)(FWD_SIGNED_MAX - FWD_HEADER_SIZE))
            expected = FWD_OK;
        ck_assert_msg(fwd_header_decode(bytes, sizeof bytes, &header) == expected,
            "byte %d changed by %02x", _i, change);
    }
}
END_TEST

/* [M9] [M11]: before trust, minor version and flags are read, not judged. */
START_TEST(minor_version_and_flags_are_left_to_later_checks)
{
    struct fwd_header newer = sample, header;
    uint8_t bytes[FWD_HEADER_SIZE];

    newer.minor = 255;
    newer.flags = 255;
    fwd_header_encode(&newer, bytes);
    ck_assert_int_eq(fwd_header_decode(bytes, sizeof bytes, &header), FWD_OK);
    ck_assert_uint_eq(header.minor, 255);
    ck_assert_uint_eq(header.flags, 255);
}
END_TEST

/* [M8] [M9] [M10]: with several faults the first check decides. */
START_TEST(the_first_check_decides)
{
    struct fwd_header header;
    uint8_t bytes[FWD_HEADER_SIZE] = {'F', 'W', 'D', 'Q', 0, 2, 0, 0, 1, 1, 0xFF, 0xFF};

    ck_assert_int_eq(fwd_header_decode(bytes, sizeof bytes, &header), FWD_E_BAD_MAGIC);
    bytes[3] = 'P';
    ck_assert_int_eq(fwd_header_decode(bytes, sizeof bytes, &header), FWD_E_UNKNOWN_KIND);
    bytes[4] = FWD_KIND_FULL;
    ck_assert_int_eq(fwd_header_decode(bytes, sizeof bytes, &header), FWD_E_FORMAT_VERSION);
    bytes[5] = 1;
    ck_assert_int_eq(fwd_header_decode(bytes, sizeof bytes, &header), FWD_E_HEADER_SIZE);
    bytes[8] = 16;
    bytes[9] = 0;
    ck_assert_int_eq(fwd_header_decode(bytes, sizeof bytes, &header), FWD_E_MANIFEST_SIZE);
}
END_TEST

START_TEST(header_and_manifest_fill_their_limit_exactly)
{
    struct fwd_header largest = sample, header;
    uint8_t bytes[FWD_HEADER_SIZE];

    largest.manifest_size = FWD_SIGNED_MAX - FWD_HEADER_SIZE;
    fwd_header_encode(&largest, bytes);
    ck_assert_int_eq(fwd_header_decode(bytes, sizeof bytes, &header), FWD_OK);
    largest.manifest_size++;
    fwd_header_encode(&largest, bytes);
    ck_assert_int_eq(fwd_header_decode(bytes, sizeof bytes, &header), FWD_E_MANIFEST_SIZE);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("format_header");
    TCase *tc = tcase_create("header");

    tcase_add_test(tc, a_header_has_the_layout_of_the_specification);
    tcase_add_loop_test(tc, a_shorter_file_is_refused_as_too_short, 0, FWD_HEADER_SIZE);
    tcase_add_loop_test(tc, any_changed_byte_gives_the_reason_of_its_field, 0, FWD_HEADER_SIZE);
    tcase_add_test(tc, minor_version_and_flags_are_left_to_later_checks);
    tcase_add_test(tc, the_first_check_decides);
    tcase_add_test(tc, header_and_manifest_fill_their_limit_exactly);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
