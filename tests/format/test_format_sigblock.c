#include "format/crc32.h"
#include "format/cursor.h"
#include "format/sigblock.h"
#include "tests/format/format_samples.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static uint8_t block[FWD_SIGBLOCK_MAX + 64];
static uint32_t block_size;

static void make_block(uint8_t count)
{
    block_size = fwd_sigblock_size(sample_signatures(), count);
    ck_assert(fwd_sigblock_encode(sample_signatures(), count, block, block_size));
}

static enum fwd_reason decode(const uint8_t *bytes, size_t size, struct fwd_sigblock *out)
{
    uint8_t *copy = exact_copy(bytes, size);
    enum fwd_reason reason = fwd_sigblock_decode(copy, size, out);

    free(copy);
    return reason;
}

/* After a change of the entries, so that the CRC is not what refuses. */
static void renew_crc(size_t size)
{
    struct fwd_writer w = fwd_writer_over(block + 2, 4);
    uint32_t crc = fwd_crc32(0, block, 2);

    fwd_write_le32(&w, fwd_crc32(crc, block + FWD_SIGBLOCK_HEAD, size - FWD_SIGBLOCK_HEAD));
}

START_TEST(signatures_come_back_as_they_were_written)
{
    struct fwd_sigblock decoded;

    make_block((uint8_t)_i);
    ck_assert_int_eq(fwd_sigblock_decode(block, block_size, &decoded), FWD_OK);
    ck_assert_uint_eq(decoded.block_size, block_size);
    ck_assert_int_eq(decoded.count, _i);
    for (int i = 0; i < _i; i++) {
        const struct fwd_signature *expected = &sample_signatures()[i];
        ck_assert_uint_eq(decoded.signatures[i].algorithm, expected->algorithm);
        ck_assert_mem_eq(decoded.signatures[i].key_id, expected->key_id, FWD_KEY_ID_SIZE);
        ck_assert_uint_eq(decoded.signatures[i].size, expected->size);
        ck_assert_mem_eq(decoded.signatures[i].bytes, expected->bytes, expected->size);
    }
}
END_TEST

START_TEST(one_ed25519_signature_takes_81_bytes)
{
    ck_assert_uint_eq(fwd_sigblock_size(sample_signatures(), 1), 81);
    ck_assert_uint_eq(fwd_sigblock_size(NULL, 0), FWD_SIGBLOCK_HEAD);
}
END_TEST

/* R39 [M39] */
START_TEST(every_truncation_is_refused)
{
    struct fwd_sigblock decoded;

    make_block(SAMPLE_SIGNATURES);
    for (size_t size = 0; size < block_size; size++)
        ck_assert_int_eq(decode(block, size, &decoded), FWD_E_SIGBLOCK_SIZE);
    ck_assert_int_eq(decode(block, block_size + 1, &decoded), FWD_E_SIGBLOCK_SIZE);
}
END_TEST

/* R36 [M40]: no change goes unseen. */
START_TEST(every_changed_byte_is_refused)
{
    struct fwd_sigblock decoded;

    make_block(SAMPLE_SIGNATURES);
    for (size_t at = 0; at < block_size; at++) {
        for (unsigned change = 1; change < 256; change = change * 2 + 1) {
            block[at] ^= (uint8_t)change;
            enum fwd_reason reason = decode(block, block_size, &decoded);
            block[at] ^= (uint8_t)change;
            if (reason != FWD_E_SIGBLOCK_SIZE && reason != FWD_E_BAD_SIGNATURE)
                ck_abort_msg("byte %zu changed by %02x", at, change);
        }
    }
}
END_TEST

/* [M40]: without the CRC a second signer would only seem to be foreign. */
START_TEST(a_changed_key_id_is_a_bad_signature_not_a_foreign_one)
{
    struct fwd_sigblock decoded;

    make_block(2);
    block[FWD_SIGBLOCK_HEAD + FWD_SIGNATURE_HEAD + 64 + 1] ^= 1;
    ck_assert_int_eq(decode(block, block_size, &decoded), FWD_E_BAD_SIGNATURE);
}
END_TEST

/* [M39] [M41]: lengths of the second entry that would leave the block, or are out of limits. */
static const uint16_t bad_lengths[] = {
    0, 70, 72, FWD_SIGNATURE_MAX, FWD_SIGNATURE_MAX + 1, 0x7FFF, 0xFFF4, UINT16_MAX};

START_TEST(a_length_that_does_not_fit_is_refused)
{
    struct fwd_sigblock decoded;

    make_block(2);
    struct fwd_writer w =
        fwd_writer_over(block + FWD_SIGBLOCK_HEAD + FWD_SIGNATURE_HEAD + 64 + 9, 2);
    fwd_write_le16(&w, bad_lengths[_i]);
    renew_crc(block_size);
    ck_assert_int_eq(decode(block, block_size, &decoded), FWD_E_SIGBLOCK_SIZE);
}
END_TEST

/* [M39]: although its entry would fill the block. */
START_TEST(an_empty_signature_is_refused)
{
    const uint32_t size = FWD_SIGBLOCK_HEAD + FWD_SIGNATURE_HEAD;
    struct fwd_sigblock decoded;

    make_block(1);
    struct fwd_writer w = fwd_writer_over(block, 2);
    fwd_write_le16(&w, (uint16_t)size);
    w = fwd_writer_over(block + size - 2, 2);
    fwd_write_le16(&w, 0);
    renew_crc(size);
    ck_assert_int_eq(decode(block, size, &decoded), FWD_E_SIGBLOCK_SIZE);
}
END_TEST

/* [M39] */
START_TEST(a_fifth_entry_is_refused)
{
    struct fwd_signature five[FWD_SIGNATURES_MAX + 1];
    struct fwd_sigblock decoded;

    for (size_t i = 0; i < FWD_SIGNATURES_MAX + 1; i++)
        five[i] = sample_signatures()[0];
    ck_assert(!fwd_sigblock_encode(five, FWD_SIGNATURES_MAX + 1, block, sizeof block));

    ck_assert(fwd_sigblock_encode(five, FWD_SIGNATURES_MAX, block, sizeof block));
    uint32_t four = fwd_sigblock_size(five, FWD_SIGNATURES_MAX);
    uint32_t entry = FWD_SIGNATURE_HEAD + five[0].size;
    memcpy(block + four, block + FWD_SIGBLOCK_HEAD, entry);
    struct fwd_writer w = fwd_writer_over(block, 2);
    fwd_write_le16(&w, (uint16_t)(four + entry));
    renew_crc(four + entry);
    ck_assert_int_eq(decode(block, four + entry, &decoded), FWD_E_SIGBLOCK_SIZE);
}
END_TEST

/* [M38]: the size, before the block is read as a whole. */
static const struct {
    const char *name;
    uint16_t block;
    enum fwd_reason expected;
} heads[] = {
    {"empty block", FWD_SIGBLOCK_HEAD, FWD_OK},
    {"largest block", FWD_SIGBLOCK_MAX, FWD_OK},
    {"block below its head", FWD_SIGBLOCK_HEAD - 1, FWD_E_SIGBLOCK_SIZE},
    {"block above its limit", FWD_SIGBLOCK_MAX + 1, FWD_E_SIGBLOCK_SIZE},
    {"huge", UINT16_MAX, FWD_E_SIGBLOCK_SIZE},
};

START_TEST(the_head_bounds_the_size)
{
    struct fwd_writer w = fwd_writer_over(block, 2);
    uint32_t size;

    fwd_write_le16(&w, heads[_i].block);
    ck_assert_msg(fwd_sigblock_head(block, 2, &size) == heads[_i].expected, "%s", heads[_i].name);
    ck_assert_int_eq(fwd_sigblock_head(block, 1, &size), FWD_E_SIGBLOCK_SIZE);
}
END_TEST

START_TEST(the_encoder_refuses_what_the_decoder_would)
{
    struct fwd_signature signature = sample_signatures()[0];

    ck_assert(!fwd_sigblock_encode(&signature, 1, block, 80));
    signature.size = 0;
    ck_assert(!fwd_sigblock_encode(&signature, 1, block, sizeof block));
    signature.size = FWD_SIGNATURE_MAX + 1;
    ck_assert(!fwd_sigblock_encode(&signature, 1, block, sizeof block));

    uint8_t *large = calloc(1, FWD_SIGNATURE_MAX);
    ck_assert_ptr_nonnull(large);
    struct fwd_signature two[2] = {{9, signature.key_id, large, FWD_SIGNATURE_MAX},
        {9, signature.key_id, large, FWD_SIGNATURE_MAX}};
    ck_assert(fwd_sigblock_encode(two, 1, block, sizeof block));
    ck_assert(!fwd_sigblock_encode(two, 2, block, sizeof block)); /* 16 KiB and 28 bytes */
    free(large);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("format_sigblock");
    TCase *tc = tcase_create("sigblock");

    tcase_add_loop_test(tc, signatures_come_back_as_they_were_written, 0, SAMPLE_SIGNATURES + 1);
    tcase_add_test(tc, one_ed25519_signature_takes_81_bytes);
    tcase_add_test(tc, every_truncation_is_refused);
    tcase_add_test(tc, every_changed_byte_is_refused);
    tcase_add_test(tc, a_changed_key_id_is_a_bad_signature_not_a_foreign_one);
    tcase_add_loop_test(
        tc, a_length_that_does_not_fit_is_refused, 0, sizeof bad_lengths / sizeof bad_lengths[0]);
    tcase_add_test(tc, an_empty_signature_is_refused);
    tcase_add_test(tc, a_fifth_entry_is_refused);
    tcase_add_loop_test(tc, the_head_bounds_the_size, 0, sizeof heads / sizeof heads[0]);
    tcase_add_test(tc, the_encoder_refuses_what_the_decoder_would);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
