#include "format/crc32.h"
#include "format/header.h"
#include "format/record/step.h"
#include "tests/format/format_samples.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct fwd_staging_head sample_head = {
    .signed_size = 300, .sigblock_size = 98, .session = {1, 2, 3}};

START_TEST(a_staging_head_has_the_layout_of_the_specification)
{
    static const uint8_t layout[] = {'F', 'W', 'S', '1', 1, 0, 0, 0, 0x2C, 1, 0, 0, 98, 0, 0, 0, 1,
        2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    uint8_t bytes[FWD_STAGING_HEAD_SIZE];
    struct fwd_staging_head head;

    fwd_staging_head_encode(&sample_head, bytes);
    ck_assert_mem_eq(bytes, layout, sizeof layout);
    ck_assert(fwd_staging_head_decode(bytes, &head));
    ck_assert_uint_eq(head.signed_size, sample_head.signed_size);
    ck_assert_uint_eq(head.sigblock_size, sample_head.sigblock_size);
    ck_assert_mem_eq(head.session, sample_head.session, FWD_SESSION_SIZE);
}
END_TEST

/* [M64] */
START_TEST(any_changed_byte_makes_it_no_staging_head)
{
    uint8_t bytes[FWD_STAGING_HEAD_SIZE];
    struct fwd_staging_head head;

    fwd_staging_head_encode(&sample_head, bytes);
    for (size_t bit = 0; bit < 8 * sizeof bytes; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        ck_assert(!fwd_staging_head_decode(bytes, &head));
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}
END_TEST

/* [M64]: sizes out of their limits under a valid CRC. */
static const struct {
    const char *name;
    uint32_t signed_size, sigblock_size;
    bool valid;
} head_sizes[] = {
    {"smallest", FWD_HEADER_SIZE, FWD_SIGBLOCK_HEAD, true},
    {"largest", FWD_SIGNED_MAX, FWD_SIGBLOCK_MAX, true},
    {"signed too small", FWD_HEADER_SIZE - 1, 98, false},
    {"signed too large", FWD_SIGNED_MAX + 1, 98, false},
    {"block too small", 300, FWD_SIGBLOCK_HEAD - 1, false},
    {"block too large", 300, FWD_SIGBLOCK_MAX + 1, false},
    {"both huge", UINT32_MAX, UINT32_MAX, false},
};

START_TEST(staging_sizes_keep_their_limits)
{
    struct fwd_staging_head head = {
        .signed_size = head_sizes[_i].signed_size, .sigblock_size = head_sizes[_i].sigblock_size};
    uint8_t bytes[FWD_STAGING_HEAD_SIZE];

    fwd_staging_head_encode(&head, bytes);
    ck_assert_msg(
        fwd_staging_head_decode(bytes, &head) == head_sizes[_i].valid, "%s", head_sizes[_i].name);
}
END_TEST

/* [M65] */
START_TEST(the_first_step_follows_the_copies)
{
    ck_assert_uint_eq(fwd_staging_steps_at(&sample_head), 36 + 300 + 98);
}
END_TEST

static const struct fwd_step_head sample_step_head = {
    .block_offset = 0x00010000, .block_size = 4096, .data_size = 4000, .component = 3};

START_TEST(a_step_head_has_the_layout_of_the_specification)
{
    static const uint8_t layout[FWD_STEP_HEAD_SIZE] = {
        0, 0, 1, 0, 0, 0x10, 0, 0, 0xA0, 0x0F, 0, 0, 3, 0, 0, 0};
    uint8_t bytes[FWD_STEP_HEAD_SIZE];
    struct fwd_step_head head;

    fwd_step_head_encode(&sample_step_head, bytes);
    ck_assert_mem_eq(bytes, layout, sizeof layout);
    ck_assert(fwd_step_head_decode(bytes, &head));
    ck_assert_uint_eq(head.block_offset, sample_step_head.block_offset);
    ck_assert_uint_eq(head.block_size, sample_step_head.block_size);
    ck_assert_uint_eq(head.data_size, sample_step_head.data_size);
    ck_assert_uint_eq(head.component, sample_step_head.component);
}
END_TEST

START_TEST(a_step_tail_has_the_layout_of_the_specification)
{
    static const uint8_t layout[8] = {0x4D, 3, 2, 1, 1, 0, 0, 0};
    struct fwd_step_tail sample = {.ops_size = 0x0102034D, .flags = FWD_STEP_READS_OWN_BLOCK}, tail;
    uint8_t bytes[FWD_STEP_TAIL_SIZE];

    memcpy(sample.digest, sample_digest(5), FWD_DIGEST_SIZE);
    fwd_step_tail_encode(&sample, bytes);
    ck_assert_mem_eq(bytes, layout, sizeof layout);
    ck_assert_mem_eq(bytes + sizeof layout, sample.digest, FWD_DIGEST_SIZE);
    ck_assert(fwd_step_tail_decode(bytes, &tail));
    ck_assert_uint_eq(tail.ops_size, sample.ops_size);
    ck_assert_uint_eq(tail.flags, sample.flags);
    ck_assert_mem_eq(tail.digest, sample.digest, FWD_DIGEST_SIZE);
}
END_TEST

START_TEST(a_table_entry_has_the_layout_of_the_specification)
{
    static const uint8_t layout[FWD_STAGED_SIZE] = {
        15, 1, 0, 0, 4, 3, 2, 1, 0x14, 0x13, 0x12, 0x11, 0x24, 0x23, 0x22, 0x21};
    static const struct fwd_staged sample = {.component = 15,
        .flags = FWD_STAGED_DESCENDING,
        .steps = 0x01020304,
        .begin = 0x11121314,
        .end = 0x21222324};
    uint8_t bytes[FWD_STAGED_SIZE];
    struct fwd_staged staged;

    fwd_staged_encode(&sample, bytes);
    ck_assert_mem_eq(bytes, layout, sizeof layout);
    ck_assert(fwd_staged_decode(bytes, &staged));
    ck_assert_uint_eq(staged.component, sample.component);
    ck_assert_uint_eq(staged.flags, sample.flags);
    ck_assert_uint_eq(staged.steps, sample.steps);
    ck_assert_uint_eq(staged.begin, sample.begin);
    ck_assert_uint_eq(staged.end, sample.end);
}
END_TEST

/* A change of some bytes of a valid structure. */
struct change {
    const char *name;
    size_t at;
    uint8_t value[4];
    size_t size;
    bool valid;
};

/* [M2] [M68] */
static const struct change head_changes[] = {
    {"whole block of data", 8, {0x00, 0x10}, 2, true},
    {"more data than block", 8, {0x01, 0x10}, 2, false},
    {"no data", 8, {0, 0}, 2, false},
    {"one byte of data", 8, {1, 0}, 2, true},
    {"last component", 12, {15}, 1, true},
    {"unknown component", 12, {16}, 1, false},
    {"reserved byte", 13, {1}, 1, false},
    {"last reserved byte", 15, {1}, 1, false},
    {"last block of the largest slot", 0, {0xFF, 0xEF, 0xFF, 0xFF}, 4, true},
    {"block beyond 32 bits", 0, {0x00, 0xF0, 0xFF, 0xFF}, 4, false},
};

START_TEST(step_heads_keep_their_limits)
{
    const struct change *change = &head_changes[_i];
    uint8_t bytes[FWD_STEP_HEAD_SIZE];
    struct fwd_step_head head;

    fwd_step_head_encode(&sample_step_head, bytes);
    memcpy(bytes + change->at, change->value, change->size);
    ck_assert_msg(fwd_step_head_decode(bytes, &head) == change->valid, "%s", change->name);
}
END_TEST

/* [M2] [M68] */
static const struct change tail_changes[] = {
    {"one byte of operations", 0, {1}, 1, true},
    {"no operations", 0, {0}, 1, false},
    {"reads its own block", 4, {1}, 1, true},
    {"unknown flag", 4, {2}, 1, false},
    {"reserved byte", 5, {1}, 1, false},
    {"last reserved byte", 7, {0x80}, 1, false},
};

START_TEST(step_tails_keep_their_limits)
{
    const struct change *change = &tail_changes[_i];
    struct fwd_step_tail tail = {.ops_size = 77};
    uint8_t bytes[FWD_STEP_TAIL_SIZE];

    fwd_step_tail_encode(&tail, bytes);
    memcpy(bytes + change->at, change->value, change->size);
    ck_assert_msg(fwd_step_tail_decode(bytes, &tail) == change->valid, "%s", change->name);
}
END_TEST

/* [M2] [M98] */
static const struct change entry_changes[] = {
    {"last component", 0, {15}, 1, true},
    {"unknown component", 0, {16}, 1, false},
    {"descending", 1, {1}, 1, true},
    {"unknown flag", 1, {2}, 1, false},
    {"reserved byte", 2, {1}, 1, false},
    {"last reserved byte", 3, {1}, 1, false},
    {"no steps", 8, {200}, 1, true},
    {"begin above end", 8, {201}, 1, false},
};

START_TEST(table_entries_keep_their_limits)
{
    const struct change *change = &entry_changes[_i];
    struct fwd_staged staged = {.component = 1, .steps = 2, .begin = 100, .end = 200};
    uint8_t bytes[FWD_STAGED_SIZE];

    fwd_staged_encode(&staged, bytes);
    memcpy(bytes + change->at, change->value, change->size);
    ck_assert_msg(fwd_staged_decode(bytes, &staged) == change->valid, "%s", change->name);
}
END_TEST

#define COUNT(table) ((int)(sizeof table / sizeof(table)[0]))

int main(void)
{
    Suite *suite = suite_create("format_step");
    TCase *tc = tcase_create("step");

    tcase_add_test(tc, a_staging_head_has_the_layout_of_the_specification);
    tcase_add_test(tc, any_changed_byte_makes_it_no_staging_head);
    tcase_add_loop_test(tc, staging_sizes_keep_their_limits, 0, COUNT(head_sizes));
    tcase_add_test(tc, the_first_step_follows_the_copies);
    tcase_add_test(tc, a_step_head_has_the_layout_of_the_specification);
    tcase_add_test(tc, a_step_tail_has_the_layout_of_the_specification);
    tcase_add_test(tc, a_table_entry_has_the_layout_of_the_specification);
    tcase_add_loop_test(tc, step_heads_keep_their_limits, 0, COUNT(head_changes));
    tcase_add_loop_test(tc, step_tails_keep_their_limits, 0, COUNT(tail_changes));
    tcase_add_loop_test(tc, table_entries_keep_their_limits, 0, COUNT(entry_changes));
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
