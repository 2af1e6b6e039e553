#include "format/record/step.h"
#include "tests/format/format_samples.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define FAR ((int64_t)UINT32_MAX)

static const struct fwd_op valid_ops[] = {
    {FWD_OP_COPY, 1, 0},
    {FWD_OP_COPY, 31, 0},
    {FWD_OP_COPY, 32, 0}, /* two bytes */
    {FWD_OP_COPY, UINT32_MAX, 0},
    {FWD_OP_LITERAL, 1, 0},
    {FWD_OP_LITERAL, 4096, 0},
    {FWD_OP_LITERAL, UINT32_MAX, 0},
    {FWD_OP_SEEK, 0, 1},
    {FWD_OP_SEEK, 0, -1},
    {FWD_OP_SEEK, 0, 65536},
    {FWD_OP_SEEK, 0, FAR},
    {FWD_OP_SEEK, 0, -FAR},
};

static void assert_op(const struct fwd_op *op, const struct fwd_op *expected)
{
    ck_assert_int_eq(op->kind, expected->kind);
    ck_assert_uint_eq(op->length, expected->length);
    ck_assert(op->delta == expected->delta);
}

START_TEST(an_operation_comes_back_as_it_was_written)
{
    uint8_t bytes[FWD_OP_SIZE_MAX];
    struct fwd_writer w = fwd_writer_over(bytes, sizeof bytes);
    struct fwd_op op;
    size_t used;

    fwd_op_encode(&w, &valid_ops[_i]);
    ck_assert(!w.failed);
    ck_assert_int_eq(fwd_op_decode(bytes, sizeof bytes, &op, &used), FWD_OP_OK);
    ck_assert_uint_eq(used, w.at);
    assert_op(&op, &valid_ops[_i]);
}
END_TEST

/* A window that ends inside an operation asks for more at every split, and reads nothing beyond. */
START_TEST(a_part_of_an_operation_asks_for_more)
{
    uint8_t bytes[FWD_OP_SIZE_MAX];
    struct fwd_writer w = fwd_writer_over(bytes, sizeof bytes);
    struct fwd_op op;
    size_t used;

    fwd_op_encode(&w, &valid_ops[_i]);
    for (size_t available = 0; available < w.at; available++) {
        uint8_t *part = exact_copy(bytes, available);
        ck_assert_int_eq(fwd_op_decode(part, available, &op, &used), FWD_OP_MORE);
        free(part);
    }
    uint8_t *whole = exact_copy(bytes, w.at);
    ck_assert_int_eq(fwd_op_decode(whole, w.at, &op, &used), FWD_OP_OK);
    free(whole);
}
END_TEST

/* [M3] [M74] [M75] */
static const struct {
    const char *name;
    uint8_t bytes[FWD_OP_SIZE_MAX];
    size_t size;
    enum fwd_op_result expected;
} encodings[] = {
    {"copy of 1", {0x04}, 1, FWD_OP_OK},
    {"copy of 0", {0x00}, 1, FWD_OP_BAD},
    {"literal of 0", {0x01}, 1, FWD_OP_BAD},
    {"seek by 0", {0x02}, 1, FWD_OP_BAD},
    {"kind 3", {0x07}, 1, FWD_OP_BAD},
    {"not minimal", {0x84, 0x00}, 2, FWD_OP_BAD},
    {"not minimal in five bytes", {0x84, 0x80, 0x80, 0x80, 0x00}, 5, FWD_OP_BAD},
    {"fifth byte continues", {0x84, 0x80, 0x80, 0x80, 0x80}, 5, FWD_OP_BAD},
    {"longest copy", {0xFC, 0xFF, 0xFF, 0xFF, 0x3F}, 5, FWD_OP_OK},
    {"copy of 2^32", {0x80, 0x80, 0x80, 0x80, 0x40}, 5, FWD_OP_BAD},
    {"literal of 2^32", {0x81, 0x80, 0x80, 0x80, 0x40}, 5, FWD_OP_BAD},
    {"longest seek ahead", {0xFA, 0xFF, 0xFF, 0xFF, 0x7F}, 5, FWD_OP_OK},
    {"seek back by 2^32", {0xFE, 0xFF, 0xFF, 0xFF, 0x7F}, 5, FWD_OP_BAD},
};

START_TEST(encodings_are_judged_by_the_table)
{
    uint8_t *bytes = exact_copy(encodings[_i].bytes, encodings[_i].size);
    struct fwd_op op;
    size_t used;

    ck_assert_msg(fwd_op_decode(bytes, encodings[_i].size, &op, &used) == encodings[_i].expected,
        "%s", encodings[_i].name);
    free(bytes);
}
END_TEST

/* Over all first bytes and a sample of the others: what decodes encodes to the same bytes. */
START_TEST(no_operation_has_two_encodings)
{
    static const uint8_t others[] = {0x00, 0x01, 0x0F, 0x10, 0x3F, 0x40, 0x7F, 0x80, 0x81, 0xFF};
    enum { N = sizeof others };
    uint8_t bytes[FWD_OP_SIZE_MAX], again[FWD_OP_SIZE_MAX];
    struct fwd_op op;
    size_t used;

    for (unsigned first = 0; first < 256; first++) {
        for (unsigned n = 0; n < N * N * N * N; n++) {
            bytes[0] = (uint8_t)first;
            for (unsigned i = 1, left = n; i < FWD_OP_SIZE_MAX; i++, left /= N)
                bytes[i] = others[left % N];
            if (fwd_op_decode(bytes, sizeof bytes, &op, &used) != FWD_OP_OK)
                continue;
            struct fwd_writer w = fwd_writer_over(again, sizeof again);
            fwd_op_encode(&w, &op);
            if (w.failed || w.at != used || memcmp(bytes, again, used) != 0)
                ck_abort_msg("first byte %02x, sample %u", first, n);
        }
    }
}
END_TEST

static const struct fwd_op invalid_ops[] = {
    {FWD_OP_COPY, 0, 0},
    {FWD_OP_LITERAL, 0, 0},
    {FWD_OP_SEEK, 0, 0},
    {FWD_OP_SEEK, 0, FAR + 1},
    {FWD_OP_SEEK, 0, -FAR - 1},
    {(enum fwd_op_kind)3, 1, 0},
};

/* [M75] */
START_TEST(the_encoder_refuses_what_the_decoder_would)
{
    uint8_t bytes[FWD_OP_SIZE_MAX];
    struct fwd_writer w = fwd_writer_over(bytes, sizeof bytes);

    fwd_op_encode(&w, &invalid_ops[_i]);
    ck_assert(w.failed);
}
END_TEST

/* [M76]: the first half; that a COPY lies in the slot is the installer's to check. */
static const struct {
    struct fwd_op op;
    uint32_t from;
    bool valid;
    uint32_t to;
} moves[] = {
    {{FWD_OP_COPY, 10, 0}, 5, true, 15},
    {{FWD_OP_LITERAL, 10, 0}, 5, true, 15},
    {{FWD_OP_COPY, 10, 0}, UINT32_MAX - 10, true, UINT32_MAX},
    {{FWD_OP_COPY, 10, 0}, UINT32_MAX - 9, false, 0},
    {{FWD_OP_LITERAL, UINT32_MAX, 0}, UINT32_MAX, false, 0},
    {{FWD_OP_SEEK, 0, -5}, 5, true, 0},
    {{FWD_OP_SEEK, 0, -6}, 5, false, 0},
    {{FWD_OP_SEEK, 0, FAR}, 0, true, UINT32_MAX},
    {{FWD_OP_SEEK, 0, FAR}, 1, false, 0},
};

START_TEST(the_source_pointer_stays_within_32_bits)
{
    uint32_t at = moves[_i].from;

    ck_assert(fwd_op_advance(&moves[_i].op, &at) == moves[_i].valid);
    ck_assert_uint_eq(at, moves[_i].valid ? moves[_i].to : moves[_i].from);
}
END_TEST

/* A stream as an installer reads it: through windows of every size from 1 to 16 bytes. */
START_TEST(a_stream_decodes_alike_through_any_window)
{
    static const struct fwd_op stream[] = {{FWD_OP_COPY, 100, 0}, {FWD_OP_LITERAL, 3, 0},
        {FWD_OP_COPY, 5000, 0}, {FWD_OP_SEEK, 0, -70000}, {FWD_OP_COPY, 1, 0}};
    enum { COUNT = sizeof stream / sizeof stream[0] };
    uint8_t bytes[64];
    struct fwd_writer w = fwd_writer_over(bytes, sizeof bytes);

    for (size_t i = 0; i < COUNT; i++) {
        fwd_op_encode(&w, &stream[i]);
        if (stream[i].kind == FWD_OP_LITERAL)
            fwd_write_bytes(&w, "xyz", stream[i].length);
    }
    size_t at = 0, count = 0;
    while (at < w.at) {
        size_t window = (size_t)_i < w.at - at ? (size_t)_i : w.at - at, used;
        struct fwd_op op;
        enum fwd_op_result result;
        for (;; window++) {
            uint8_t *part = exact_copy(bytes + at, window);
            result = fwd_op_decode(part, window, &op, &used);
            free(part);
            if (result != FWD_OP_MORE)
                break;
        }
        ck_assert_int_eq(result, FWD_OP_OK);
        ck_assert_uint_lt(count, COUNT);
        assert_op(&op, &stream[count++]);
        at += used + (op.kind == FWD_OP_LITERAL ? op.length : 0);
    }
    ck_assert_uint_eq(at, w.at);
    ck_assert_uint_eq(count, COUNT);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("format_op");
    TCase *tc = tcase_create("op");
    int valid = sizeof valid_ops / sizeof valid_ops[0];

    tcase_add_loop_test(tc, an_operation_comes_back_as_it_was_written, 0, valid);
    tcase_add_loop_test(tc, a_part_of_an_operation_asks_for_more, 0, valid);
    tcase_add_loop_test(
        tc, encodings_are_judged_by_the_table, 0, sizeof encodings / sizeof encodings[0]);
    tcase_add_test(tc, no_operation_has_two_encodings);
    tcase_add_loop_test(tc, the_encoder_refuses_what_the_decoder_would, 0,
        sizeof invalid_ops / sizeof invalid_ops[0]);
    tcase_add_loop_test(
        tc, the_source_pointer_stays_within_32_bits, 0, sizeof moves / sizeof moves[0]);
    tcase_add_loop_test(tc, a_stream_decodes_alike_through_any_window, 1, 17);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
