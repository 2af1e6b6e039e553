#include "format/crc32.h"
#include "format/cursor.h"
#include "format/record/version_record.h"
#include "tests/format/format_samples.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define TEXT31 "1234567890123456789012345678901"
#define TEXT63 TEXT31 "." TEXT31
#define SIGNED "fifty bytes, which are more than the header has...." /* 51 */
#define BLOCK  "signature block."
#define SIZE   (113 + 2 * 2 + 2 * 3 + 4 + 51 + 16 + 8)

static uint8_t bytes[FWD_VERSION_RECORD_MAX];
static struct fwd_version_record decoded;

static struct fwd_version_record sample_record(void)
{
    return (struct fwd_version_record){
        .sequence = 0x01020304,
        .entries = {{fwd_text_of("firmware"), fwd_text_of("1.0"), 1, 0, 2, 0x00011170,
                        sample_digest(1)},
            {fwd_text_of("boot"), fwd_text_of(""), 0, FWD_VERSION_NO_SET, 0, 0, sample_digest(2)}},
        .before = {{0, 0, 1}, {0, FWD_VERSION_NO_SET, 0}},
        .sets = {{(const uint8_t *)SIGNED, (const uint8_t *)BLOCK, sizeof SIGNED - 1,
            sizeof BLOCK - 1}},
        .count = 2,
        .set_count = 1,
        .has_before = true,
    };
}

static bool decode(const uint8_t *at, size_t size)
{
    uint8_t *copy = exact_copy(at, size);
    bool valid = fwd_version_record_decode(copy, size, &decoded);

    free(copy);
    return valid;
}

static void renew_crc(size_t size)
{
    struct fwd_writer w = fwd_writer_over(bytes + size - 4, 4);

    fwd_write_le32(&w, fwd_crc32(0, bytes, size - 4));
}

START_TEST(a_record_has_the_layout_of_the_specification)
{
    static const uint8_t head[] = {'F', 'W', 'V', '1', 4, 3, 2, 1, SIZE, 0, 0, 0, 2, 1, 1, 0, 8,
        'f', 'i', 'r', 'm', 'w', 'a', 'r', 'e', 3, '1', '.', '0', 1, 0, 2, 0x70, 0x11, 1, 0};
    struct fwd_version_record sample = sample_record();
    uint32_t sequence, total;

    ck_assert_uint_eq(fwd_version_record_encode(&sample, bytes, sizeof bytes), SIZE);
    ck_assert_mem_eq(bytes, head, sizeof head);
    ck_assert(fwd_version_record_head(bytes, &sequence, &total));
    ck_assert_uint_eq(sequence, sample.sequence);
    ck_assert_uint_eq(total, SIZE);
    /* Read with what follows it in flash. */
    ck_assert(fwd_version_record_decode(bytes, sizeof bytes, &decoded));
    ck_assert_uint_eq(decoded.sequence, sample.sequence);
    ck_assert_uint_eq(decoded.count, 2);
    for (int i = 0; i < 2; i++) {
        const struct fwd_version_entry *entry = &decoded.entries[i], *other = &sample.entries[i];
        ck_assert(fwd_text_equal(entry->name, other->name));
        ck_assert(fwd_text_equal(entry->version, other->version));
        ck_assert_uint_eq(entry->slot, other->slot);
        ck_assert_uint_eq(entry->size, other->size);
        ck_assert_mem_eq(entry->digest, other->digest, FWD_DIGEST_SIZE);
        ck_assert_uint_eq(entry->set, other->set);
        ck_assert_uint_eq(entry->component, other->component);
        ck_assert_mem_eq(&decoded.before[i], &sample.before[i], sizeof sample.before[i]);
    }
    ck_assert(decoded.has_before);
    ck_assert_uint_eq(decoded.set_count, 1);
    ck_assert_mem_eq(decoded.sets[0].bytes, SIGNED BLOCK, sizeof SIGNED + sizeof BLOCK - 2);
}
END_TEST

/* [M87] */
START_TEST(any_truncation_or_changed_byte_makes_it_no_record)
{
    struct fwd_version_record sample = sample_record();
    size_t size = fwd_version_record_encode(&sample, bytes, sizeof bytes);

    for (size_t cut = 0; cut < size; cut++)
        ck_assert(!decode(bytes, cut));
    for (size_t bit = 0; bit < 8 * size; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        ck_assert_msg(!decode(bytes, size), "bit %zu", bit);
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    ck_assert(decode(bytes, size));
}
END_TEST

/* [M2] [M87] [M88]: under a valid CRC. */
static const struct {
    const char *name;
    size_t at;
    uint8_t value;
} changes[] = {
    {"no place", 12, 0},
    {"fewer places than bytes", 12, 1},
    {"more places than bytes", 12, 3},
    {"too many places", 12, 17},
    {"fewer sets than bytes", 13, 0},
    {"more sets than bytes", 13, 2},
    {"too many sets", 13, 17},
    {"an unknown flag", 14, 3},
    {"reserved byte", 15, 1},
    {"empty name", 16, 0},
    {"name beyond the record", 16, 255},
    {"name with a space", 17, ' '},
    {"version with a control character", 26, '\n'},
    {"slot 2", 29, 2},
    {"no such set", 30, 1},
    {"a component beyond any manifest", 31, FWD_COMPONENTS_MAX},
    {"a set smaller than a header", SIZE - 12 - 71, FWD_HEADER_SIZE},
};

START_TEST(fields_keep_their_limits)
{
    struct fwd_version_record sample = sample_record();
    size_t size = fwd_version_record_encode(&sample, bytes, sizeof bytes);

    bytes[changes[_i].at] = changes[_i].value;
    renew_crc(size);
    ck_assert_msg(!decode(bytes, size), "%s", changes[_i].name);
}
END_TEST

/* [M87]: a total length that another layout of the same bytes would make valid. */
START_TEST(the_places_fill_the_total_length)
{
    struct fwd_version_record sample = sample_record();
    size_t size = fwd_version_record_encode(&sample, bytes, sizeof bytes);

    bytes[8]++;
    bytes[size] = 0;
    renew_crc(size + 1);
    ck_assert(!decode(bytes, size + 1));
}
END_TEST

static const uint32_t bad_totals[] = {0, 19, FWD_VERSION_RECORD_MAX + 1, 0x7FFFFFFF, UINT32_MAX};

START_TEST(a_total_length_out_of_limits_is_refused)
{
    struct fwd_version_record sample = sample_record();
    size_t size = fwd_version_record_encode(&sample, bytes, sizeof bytes);
    struct fwd_writer w = fwd_writer_over(bytes + 8, 4);
    uint32_t sequence, total;

    fwd_write_le32(&w, bad_totals[_i]);
    ck_assert(!fwd_version_record_head(bytes, &sequence, &total));
    ck_assert(!decode(bytes, size));
}
END_TEST

/* [M88] */
START_TEST(the_encoder_refuses_what_the_decoder_would)
{
    static const struct fwd_version_entry bad[] = {
        {{"", 0}, {"1", 1}, 0, 0, 0, 1, (const uint8_t *)TEXT63},
        {{"a b", 3}, {"1", 1}, 0, 0, 0, 1, (const uint8_t *)TEXT63},
        {{"a", 1}, {"\x80", 1}, 0, 0, 0, 1, (const uint8_t *)TEXT63},
        {{"a", 1}, {TEXT63 "4", 64}, 0, 0, 0, 1, (const uint8_t *)TEXT63},
        {{"a", 1}, {"1", 1}, 2, 0, 0, 1, (const uint8_t *)TEXT63},
        {{"a", 1}, {"1", 1}, 0, 1, 0, 1, (const uint8_t *)TEXT63}, /* no such set */
        {{"a", 1}, {"1", 1}, 0, 0, FWD_COMPONENTS_MAX, 1, (const uint8_t *)TEXT63},
        {{"a", 1}, {"1", 1}, 0, FWD_VERSION_NO_SET, 1, 1, (const uint8_t *)TEXT63},
        {{"a", 1}, {"1", 1}, 0, 0, 0, 1, NULL},
    };
    struct fwd_version_record sample = sample_record();

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        sample.entries[0] = bad[i];
        ck_assert_uint_eq(fwd_version_record_encode(&sample, bytes, sizeof bytes), 0);
    }
    sample = sample_record();
    sample.count = 0;
    ck_assert_uint_eq(fwd_version_record_encode(&sample, bytes, sizeof bytes), 0);
    sample.count = FWD_COMPONENTS_MAX + 1;
    ck_assert_uint_eq(fwd_version_record_encode(&sample, bytes, sizeof bytes), 0);
    sample = sample_record();
    sample.sequence = 0;
    ck_assert_uint_eq(fwd_version_record_encode(&sample, bytes, sizeof bytes), 0);
    sample = sample_record();
    sample.before[1].slot = 2;
    ck_assert_uint_eq(fwd_version_record_encode(&sample, bytes, sizeof bytes), 0);
    sample = sample_record();
    sample.sets[0].signed_size = FWD_HEADER_SIZE;
    ck_assert_uint_eq(fwd_version_record_encode(&sample, bytes, sizeof bytes), 0);
    sample = sample_record();
    ck_assert_uint_eq(fwd_version_record_encode(&sample, bytes, SIZE - 1), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("format_version_record");
    TCase *tc = tcase_create("version_record");

    tcase_add_test(tc, a_record_has_the_layout_of_the_specification);
    tcase_add_test(tc, any_truncation_or_changed_byte_makes_it_no_record);
    tcase_add_loop_test(tc, fields_keep_their_limits, 0, sizeof changes / sizeof changes[0]);
    tcase_add_test(tc, the_places_fill_the_total_length);
    tcase_add_loop_test(
        tc, a_total_length_out_of_limits_is_refused, 0, sizeof bad_totals / sizeof bad_totals[0]);
    tcase_add_test(tc, the_encoder_refuses_what_the_decoder_would);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
