#include "format/header.h"
#include "format/limits.h"
#include "tests/format/format_samples.h"

#include <check.h>
#include <stdlib.h>

static const uint8_t sample_payload[FWD_DIGEST_SIZE] = {0xD0, 0xD1, [31] = 0xDF};

static const struct fwd_header sample = {
    .kind = FWD_KIND_DELTA,
    .major = FWD_FORMAT_MAJOR,
    .minor = FWD_FORMAT_MINOR,
    .manifest_size = 0x0203,
    .payload_size = 0x04050607,
    .payload_digest = sample_payload,
};

static const uint8_t sample_bytes[FWD_HEADER_SIZE] = {
    'F', 'W', 'D', 'D', 0x10, 0x03, 0x02, 0x07, 0x06, 0x05, 0x04, 0xD0, 0xD1, [42] = 0xDF};

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
    ck_assert_ptr_eq(header.payload_digest, bytes + FWD_HEADER_SIZE - FWD_DIGEST_SIZE);
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
static enum fwd_reason expected_change(int at, uint8_t value)
{
    if (at < 3)
        return FWD_E_BAD_MAGIC;
    if (at == 3)
        return value == FWD_KIND_FULL || value == FWD_KIND_TRUST ? FWD_OK : FWD_E_UNKNOWN_KIND;
    if (at == 4)
        return value >> 4 == FWD_FORMAT_MAJOR ? FWD_OK : FWD_E_FORMAT_VERSION;
    if (at == 6)
        return value * 256u + 3 <= FWD_SIGNED_MAX - FWD_HEADER_SIZE ? FWD_OK : FWD_E_MANIFEST_SIZE;
    return FWD_OK; /* the lower byte of the manifest size, payload size and digest */
}

/* R37 R38 R39 [M8] [M9] [M10]: all 255 other values of each byte. */
START_TEST(any_changed_byte_gives_the_reason_of_its_field)
{
    for (unsigned change = 1; change < 256; change++) {
        uint8_t bytes[FWD_HEADER_SIZE];
        struct fwd_header header;

        fwd_header_encode(&sample, bytes);
        bytes[_i] ^= (uint8_t)change;
        ck_assert_msg(
            fwd_header_decode(bytes, sizeof bytes, &header) == expected_change(_i, bytes[_i]),
            "byte %d changed by %02x", _i, change);
    }
}
END_TEST

/* [M9] [M11]: before trust, the minor version is read, not judged. */
START_TEST(the_minor_version_is_left_to_later_checks)
{
    struct fwd_header newer = sample, header;
    uint8_t bytes[FWD_HEADER_SIZE];

    newer.minor = 15;
    fwd_header_encode(&newer, bytes);
    ck_assert_int_eq(fwd_header_decode(bytes, sizeof bytes, &header), FWD_OK);
    ck_assert_uint_eq(header.major, FWD_FORMAT_MAJOR);
    ck_assert_uint_eq(header.minor, 15);
}
END_TEST

/* [M8] [M9] [M10]: with several faults the first check decides. */
START_TEST(the_first_check_decides)
{
    struct fwd_header header;
    uint8_t bytes[FWD_HEADER_SIZE] = {'F', 'W', 'Q', 0, 0x20, 0xFF, 0xFF};

    ck_assert_int_eq(fwd_header_decode(bytes, sizeof bytes, &header), FWD_E_BAD_MAGIC);
    bytes[2] = 'D';
    ck_assert_int_eq(fwd_header_decode(bytes, sizeof bytes, &header), FWD_E_UNKNOWN_KIND);
    bytes[3] = FWD_KIND_FULL;
    ck_assert_int_eq(fwd_header_decode(bytes, sizeof bytes, &header), FWD_E_FORMAT_VERSION);
    bytes[4] = 0x10;
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
    tcase_add_test(tc, the_minor_version_is_left_to_later_checks);
    tcase_add_test(tc, the_first_check_decides);
    tcase_add_test(tc, header_and_manifest_fill_their_limit_exactly);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
