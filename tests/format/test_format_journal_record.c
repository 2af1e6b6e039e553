#include "format/crc32.h"
#include "format/cursor.h"
#include "format/record/journal_record.h"
#include "tests/format/format_samples.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct fwd_record sample = {
    .sequence = 0x01020304,
    .session = {0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xAB, 0xAC, 0xAD,
        0xAE, 0xAF},
    .state = FWD_STATE_ACTING,
    .flags = FWD_RECORD_DESTRUCTIVE | FWD_RECORD_SAVED,
    .command = 2,
    .attempts = 3,
    .component = 4,
    .version_bank = 1,
    .reason = 0x0506,
    .step = 0x0708090A,
    .staging_at = 0x11121314,
    .staging_end = 0x21222324,
    .scratch = 0x31323334,
    .stored = 0x41424344,
    .padding = 0x51525354,
    .staging_digest = {0xD0, 0xD1},
    .starts = 0x61,
    .power_starts = 0x62,
    .best_component = 0x63,
    .best_state = 0x64,
    .best_step = 0x65666768,
    .version_number = 0x71727374,
    .version_digest = {0xE0, 0xE1, 0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7},
    .active = 0x8182,
    .staging_begin = 0x91929394,
    .undo = 0xA1A2,
    .mac = {0xF0, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7},
};

static const uint8_t layout[] = {'F', 'W', 'J', '1', 4, 3, 2, 1, 0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5,
    0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xAB, 0xAC, 0xAD, 0xAE, 0xAF, 5, 6, 2, 3, 4, 1, 6, 5, 0x0A, 9, 8,
    7, 0x14, 0x13, 0x12, 0x11, 0x24, 0x23, 0x22, 0x21, 0x34, 0x33, 0x32, 0x31, 0x44, 0x43, 0x42,
    0x41, 0x54, 0x53, 0x52, 0x51, 0xD0, 0xD1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x61, 0x62, 0x63, 0x64, 0x68, 0x67, 0x66, 0x65, 0x74, 0x73,
    0x72, 0x71, 0xE0, 0xE1, 0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0x82, 0x81, 0x94, 0x93, 0x92, 0x91,
    0xA2, 0xA1, 0xF0, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7};

static void renew_crc(uint8_t *bytes)
{
    struct fwd_writer w = fwd_writer_over(bytes + 124, 4);

    fwd_write_le32(&w, fwd_crc32(0, bytes, 124));
}

START_TEST(a_record_has_the_layout_of_the_specification)
{
    uint8_t bytes[FWD_RECORD_SIZE], again[FWD_RECORD_SIZE];
    struct fwd_record record;

    fwd_record_encode(&sample, bytes);
    ck_assert_mem_eq(bytes, layout, sizeof layout);
    ck_assert(fwd_record_decode(bytes, &record));
    fwd_record_encode(&record, again);
    ck_assert_mem_eq(bytes, again, sizeof bytes);
    ck_assert_uint_eq(record.step, sample.step);
    ck_assert_uint_eq(record.padding, sample.padding);
}
END_TEST

/* [M78] */
START_TEST(any_changed_byte_makes_it_no_record)
{
    uint8_t bytes[FWD_RECORD_SIZE];
    struct fwd_record record;

    fwd_record_encode(&sample, bytes);
    for (size_t at = 0; at < sizeof bytes; at++) {
        for (unsigned change = 1; change < 256; change++) {
            bytes[at] ^= (uint8_t)change;
            if (fwd_record_decode(bytes, &record))
                ck_abort_msg("byte %zu changed by %02x", at, change);
            bytes[at] ^= (uint8_t)change;
        }
    }
}
END_TEST

/* [M2] [M78]: fields out of their range under a valid CRC. */
static const struct {
    const char *name;
    size_t at;
    uint8_t value;
    bool valid;
} fields[] = {
    {"unchanged", 24, FWD_STATE_ACTING, true},
    {"state 0", 24, 0, false},
    {"first state", 24, FWD_STATE_IDLE, true},
    {"last state", 24, FWD_STATE_REVERTING, true},
    {"a state after the last", 24, FWD_STATE_LAST + 1, false},
    {"unknown state", 24, 255, false},
    {"every flag", 25, FWD_RECORD_FLAGS, true},
    {"a state that no release used", 24, 8, false},
};

START_TEST(fields_keep_their_limits)
{
    uint8_t bytes[FWD_RECORD_SIZE];
    struct fwd_record record;

    fwd_record_encode(&sample, bytes);
    bytes[fields[_i].at] = fields[_i].value;
    renew_crc(bytes);
    ck_assert_msg(fwd_record_decode(bytes, &record) == fields[_i].valid, "%s", fields[_i].name);
}
END_TEST

START_TEST(erased_flash_is_no_record)
{
    uint8_t bytes[FWD_RECORD_SIZE];
    struct fwd_record record;

    memset(bytes, 0xFF, sizeof bytes);
    ck_assert(!fwd_record_decode(bytes, &record));
    memset(bytes, 0x00, sizeof bytes);
    ck_assert(!fwd_record_decode(bytes, &record));
}
END_TEST

START_TEST(every_state_has_a_name_of_its_own)
{
    for (uint8_t state = FWD_STATE_IDLE; state <= FWD_STATE_REVERTING; state++) {
        if (state == 8)
            continue; /* not used */
        ck_assert_str_ne(fwd_state_name(state), "unknown");
        for (uint8_t other = FWD_STATE_IDLE; other < state; other++)
            ck_assert_str_ne(fwd_state_name(state), fwd_state_name(other));
    }
    ck_assert_str_eq(fwd_state_name(0), "unknown");
    ck_assert_str_eq(fwd_state_name(14), "unknown");
    ck_assert_str_eq(fwd_state_name(255), "unknown");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("format_journal_record");
    TCase *tc = tcase_create("record");

    tcase_add_test(tc, a_record_has_the_layout_of_the_specification);
    tcase_add_test(tc, any_changed_byte_makes_it_no_record);
    tcase_add_loop_test(tc, fields_keep_their_limits, 0, sizeof fields / sizeof fields[0]);
    tcase_add_test(tc, erased_flash_is_no_record);
    tcase_add_test(tc, every_state_has_a_name_of_its_own);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
