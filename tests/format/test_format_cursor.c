#include "format/crc32.h"
#include "format/cursor.h"
#include "tests/format/format_samples.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

START_TEST(integers_are_little_endian_both_ways)
{
    static const uint8_t expected[] = {
        0x01, 0x03, 0x02, 0x07, 0x06, 0x05, 0x04, 0x0F, 0x0E, 0x0D, 0x0C, 0x0B, 0x0A, 0x09, 0x08};
    uint8_t bytes[sizeof expected];
    struct fwd_writer w = fwd_writer_over(bytes, sizeof bytes);

    fwd_write_u8(&w, 0x01);
    fwd_write_le16(&w, 0x0203);
    fwd_write_le32(&w, 0x04050607);
    fwd_write_le64(&w, 0x08090A0B0C0D0E0F);
    ck_assert(!w.failed && w.at == sizeof bytes);
    ck_assert_mem_eq(bytes, expected, sizeof bytes);

    struct fwd_reader r = fwd_reader_over(bytes, sizeof bytes);
    ck_assert_uint_eq(fwd_read_u8(&r), 0x01);
    ck_assert_uint_eq(fwd_read_le16(&r), 0x0203);
    ck_assert_uint_eq(fwd_read_le32(&r), 0x04050607);
    ck_assert_uint_eq(fwd_read_le64(&r), 0x08090A0B0C0D0E0F);
    ck_assert(!r.failed && fwd_reader_left(&r) == 0);
}
END_TEST

START_TEST(a_read_past_the_end_fails_and_stays_failed)
{
    uint8_t *bytes = exact_copy("abc", 3);
    struct fwd_reader r = fwd_reader_over(bytes, 3);

    ck_assert_uint_eq(fwd_read_le32(&r), 0);
    ck_assert(r.failed);
    ck_assert_uint_eq(fwd_read_u8(&r), 0); /* although a byte would be there */
    ck_assert_ptr_null(fwd_read_bytes(&r, 0));
    ck_assert_uint_eq(fwd_reader_left(&r), 0);

    r = fwd_reader_over(bytes, 3);
    ck_assert_ptr_null(fwd_read_bytes(&r, SIZE_MAX));
    ck_assert(r.failed);
    free(bytes);
}
END_TEST

START_TEST(a_write_past_the_end_fails_and_writes_nothing_more)
{
    uint8_t bytes[4] = {9, 9, 9, 9};
    struct fwd_writer w = fwd_writer_over(bytes, 3);

    fwd_write_le16(&w, 0x0201);
    fwd_write_le16(&w, 0x0403);
    fwd_write_u8(&w, 5);
    ck_assert(w.failed && w.at == 2);
    ck_assert_uint_eq(bytes[2], 9);
    ck_assert_uint_eq(bytes[3], 9);
}
END_TEST

START_TEST(a_writer_without_bytes_only_counts)
{
    struct fwd_writer w = fwd_writer_over(NULL, 5);

    fwd_write_le32(&w, 1);
    ck_assert(!w.failed && w.at == 4);
    fwd_write_le16(&w, 1);
    ck_assert(w.failed);
}
END_TEST

static const struct {
    const char *name;
    uint8_t bytes[6];
    size_t size;
    bool valid;
    uint32_t value;
} varints[] = {
    {"zero", {0x00}, 1, true, 0},
    {"largest of one byte", {0x7F}, 1, true, 127},
    {"smallest of two bytes", {0x80, 0x01}, 2, true, 128},
    {"largest", {0xFF, 0xFF, 0xFF, 0xFF, 0x0F}, 5, true, UINT32_MAX},
    {"33 bits", {0xFF, 0xFF, 0xFF, 0xFF, 0x1F}, 5, false, 0},
    {"fifth byte continues", {0x80, 0x80, 0x80, 0x80, 0x80, 0x01}, 6, false, 0},
    {"not minimal zero", {0x80, 0x00}, 2, false, 0},
    {"not minimal", {0xFF, 0x80, 0x00}, 3, false, 0},
    {"ends early", {0x80}, 1, false, 0},
    {"empty", {0}, 0, false, 0},
};

/* [M3] [M4] */
START_TEST(varints_are_bounded_and_minimal)
{
    uint8_t *bytes = exact_copy(varints[_i].bytes, varints[_i].size);
    struct fwd_reader r = fwd_reader_over(bytes, varints[_i].size);
    uint8_t again[5];
    struct fwd_writer w = fwd_writer_over(again, sizeof again);

    ck_assert_msg(fwd_read_varint(&r) == varints[_i].value, "%s", varints[_i].name);
    ck_assert_msg(r.failed == !varints[_i].valid, "%s", varints[_i].name);
    if (varints[_i].valid) {
        fwd_write_varint(&w, varints[_i].value);
        ck_assert_uint_eq(w.at, varints[_i].size);
        ck_assert_mem_eq(again, bytes, w.at);
    }
    free(bytes);
}
END_TEST

START_TEST(zigzag_alternates_signs_and_reaches_both_ends)
{
    static const struct {
        int32_t value;
        uint32_t code;
    } pairs[] = {
        {0, 0}, {-1, 1}, {1, 2}, {-2, 3}, {INT32_MAX, UINT32_MAX - 1}, {INT32_MIN, UINT32_MAX}};

    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        ck_assert_uint_eq(fwd_zigzag(pairs[i].value), pairs[i].code);
        ck_assert_int_eq(fwd_unzigzag(pairs[i].code), pairs[i].value);
    }
}
END_TEST

/* [M7]: the result; that the loop has no early end is for the reader of cursor.c to see. */
START_TEST(digests_differ_in_any_single_bit)
{
    uint8_t other[FWD_DIGEST_SIZE];

    memcpy(other, sample_digest(0), sizeof other);
    ck_assert(fwd_digest_equal(other, sample_digest(0), sizeof other));
    for (size_t bit = 0; bit < 8 * sizeof other; bit++) {
        other[bit / 8] ^= (uint8_t)(1 << bit % 8);
        ck_assert(!fwd_digest_equal(other, sample_digest(0), sizeof other));
        other[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}
END_TEST

START_TEST(crc32_is_that_of_zlib_and_can_be_continued)
{
    ck_assert_uint_eq(fwd_crc32(0, "123456789", 9), 0xCBF43926);
    ck_assert_uint_eq(fwd_crc32(fwd_crc32(0, "1234", 4), "56789", 5), 0xCBF43926);
    ck_assert_uint_eq(fwd_crc32(0, "", 0), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("format_cursor");
    TCase *tc = tcase_create("cursor");

    tcase_add_test(tc, integers_are_little_endian_both_ways);
    tcase_add_test(tc, a_read_past_the_end_fails_and_stays_failed);
    tcase_add_test(tc, a_write_past_the_end_fails_and_writes_nothing_more);
    tcase_add_test(tc, a_writer_without_bytes_only_counts);
    tcase_add_loop_test(tc, varints_are_bounded_and_minimal, 0, sizeof varints / sizeof varints[0]);
    tcase_add_test(tc, zigzag_alternates_signs_and_reaches_both_ends);
    tcase_add_test(tc, digests_differ_in_any_single_bit);
    tcase_add_test(tc, crc32_is_that_of_zlib_and_can_be_continued);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
