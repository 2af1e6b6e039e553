/* The range coder and numbers of codec `fwd`: what is written comes back; what is cut or cannot be
 * read is noticed. */
#include "tests/gen/refdelta/delta_rig.h"
#include "verify/refdelta/runs.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* ---- the range coder ------------------------------------------------------------------------- */

#define BITS_MAX 20000u

enum rule { LIKELY, UNLIKELY, RANDOM };

struct bits {
    const char *name;
    uint32_t one; /* 0: another probability for each bit */
    enum rule rule;
    uint32_t count;
};

static const struct bits bit_cases[] = {
    {"no bit at all", 32768, RANDOM, 0},
    {"one bit", 32768, RANDOM, 1},
    {"even odds", 32768, RANDOM, 5000},
    {"as good as certain, and so", 65520, LIKELY, BITS_MAX},
    {"as good as certain, but not so", 65520, UNLIKELY, 5000},
    {"as good as impossible, and so", 16, LIKELY, BITS_MAX},
    {"as good as impossible, but not so", 16, UNLIKELY, 5000},
    {"rare, at random", 16, RANDOM, 5000},
    {"common, at random", 65520, RANDOM, 5000},
    {"all probabilities, always the likely bit", 0, LIKELY, BITS_MAX},
    {"all probabilities, always the unlikely bit", 0, UNLIKELY, 5000},
    {"all probabilities at random", 0, RANDOM, BITS_MAX},
};
#define BIT_CASES ((int)(sizeof bit_cases / sizeof bit_cases[0]))

struct bit {
    uint16_t one;
    bool value;
};

static struct bit *make_bits(const struct bits *c)
{
    struct bit *bits = malloc((c->count + 1) * sizeof *bits);
    uint32_t state = 17;

    ck_assert_ptr_nonnull(bits);
    for (uint32_t i = 0; i < c->count; i++) {
        uint32_t one = c->one ? c->one : 16 + delta_random(&state) % 65505;
        bool random = delta_random(&state) >> 20 & 1, likely = one >= 32768;
        bits[i].one = (uint16_t)one;
        bits[i].value = c->rule == RANDOM ? random : likely == (c->rule == LIKELY);
    }
    return bits;
}

static struct fwd_bytes write_bits(const struct bit *bits, uint32_t count)
{
    struct delta_writer w;

    delta_writer_begin(&w);
    for (uint32_t i = 0; i < count; i++)
        ck_assert(w.port.code(w.port.ctx, bits[i].value, bits[i].one) == bits[i].value);
    return delta_writer_end(&w);
}

/* Are these the bits, and did the stream end where it should? */
static enum fwd_reason read_bits(
    const uint8_t *bytes, size_t size, const struct bit *bits, uint32_t count, unsigned fails_at)
{
    struct delta_reader r;
    bool same = true;

    delta_reader_begin(&r, bytes, (uint32_t)size, fails_at);
    for (uint32_t i = 0; i < count; i++)
        if (r.port.code(r.port.ctx, false, bits[i].one) != bits[i].value)
            same = false;
    enum fwd_reason reason = delta_reader_end(&r);
    return reason == FWD_OK && !same ? FWD_E_TARGET_DIGEST : reason;
}

START_TEST(bits_come_back)
{
    const struct bits *c = &bit_cases[_i];
    struct bit *bits = make_bits(c);
    struct fwd_bytes stream = write_bits(bits, c->count);

    ck_assert_uint_ge(stream.size, 1);
    ck_assert_msg(read_bits(stream.data, stream.size, bits, c->count, 0) == FWD_OK, "%s", c->name);
    /* an unlikely bit of 1/4096 costs 12 bits, a likely one next to nothing */
    if (c->one && c->one != 32768 && c->rule != RANDOM)
        ck_assert_uint_le(stream.size, c->rule == LIKELY ? 16 : c->count * 12 / 8 + 16);
    fwd_bytes_free(&stream);
    free(bits);
}
END_TEST

START_TEST(a_cut_stream_is_noticed)
{
    const struct bits *c = &bit_cases[_i];
    struct bit *bits = make_bits(c);
    struct fwd_bytes stream = write_bits(bits, c->count);
    size_t most = stream.size < 300 ? stream.size : 300;

    for (size_t cut = 1; cut < most; cut++) {
        enum fwd_reason reason = read_bits(stream.data, stream.size - cut, bits, c->count, 0);
        ck_assert_msg(reason != FWD_OK, "%s, %zu bytes less", c->name, cut);
    }
    fwd_bytes_free(&stream);
    free(bits);
}
END_TEST

START_TEST(bytes_that_no_bit_needs_are_noticed)
{
    const struct bits *c = &bit_cases[_i];
    struct bit *bits = make_bits(c);
    struct fwd_bytes stream = write_bits(bits, c->count);
    uint8_t *longer = calloc(1, stream.size + 5);

    ck_assert_ptr_nonnull(longer);
    memcpy(longer, stream.data, stream.size);
    ck_assert_int_eq(read_bits(longer, stream.size + 5, bits, c->count, 0), FWD_E_STREAM_INVALID);
    free(longer);
    fwd_bytes_free(&stream);
    free(bits);
}
END_TEST

START_TEST(a_read_that_fails_gives_its_reason)
{
    const struct bits *c = &bit_cases[_i];
    struct bit *bits = make_bits(c);
    struct fwd_bytes stream = write_bits(bits, c->count);
    unsigned reads = (unsigned)((stream.size + FWD_RANGE_BUFFER - 1) / FWD_RANGE_BUFFER);

    for (unsigned n = 1; n <= reads; n++)
        ck_assert_int_eq(read_bits(stream.data, stream.size, bits, c->count, n), FWD_E_PACKAGE_IO);
    ck_assert_int_eq(read_bits(stream.data, stream.size, bits, c->count, reads + 1), FWD_OK);
    fwd_bytes_free(&stream);
    free(bits);
}
END_TEST

START_TEST(the_middle_lies_in_the_interval)
{
    static const uint32_t lows[] = {0, 1, 0x00FFFFFF, 0x7FFFFFFF, 0xFFFFFFFE};
    static const uint32_t ranges[] = {
        1, 2, 65535, 65536, 65537, 0x00FFFFFF, 0x7FFFFFFF, UINT32_MAX};
    static const uint32_t ones[] = {16, 32, 32768, 65504, 65520};

    for (unsigned i = 0; i < 5 * 8 * 5; i++) {
        uint32_t low = lows[i % 5], range = ranges[i / 5 % 8];
        uint32_t high = range > UINT32_MAX - low ? UINT32_MAX : low + range;
        uint32_t middle = fwd_range_middle(low, high, ones[i / 40]);
        ck_assert_msg(middle >= low && middle < high, "%u: %u..%u", i, low, high);
    }
}
END_TEST

/* ---- numbers --------------------------------------------------------------------------------- */

enum way { ADAPTIVE, MIXED, PLAIN, WAYS };

/* The models of the two directions, which must stay alike. */
static struct fwd_runs models[2];

static uint32_t code_number(struct fwd_model *m, enum way way, uint32_t value)
{
    const struct fwd_exp_golomb_mix mix = {.set = FWD_RUNS_SIZE,
        .first = FWD_RUNS_MIX + FWD_EXP_GOLOMB_LENGTHS,
        .second = FWD_RUNS_MIX + FWD_RUNS_TABLE,
        .row = 2};

    if (way == ADAPTIVE)
        return fwd_exp_golomb_code(m, value, FWD_RUNS_JUMP);
    return way == MIXED ? fwd_exp_golomb_mixed(m, value, &mix) : fwd_exp_golomb_plain(m, value);
}

static uint32_t number_of(uint32_t i)
{
    uint32_t power = 1u << (i % 90 / 3);

    if (i >= 90)
        return i - 90;
    return power + i % 3 - 1 <= (1u << 30) - 2 ? power + i % 3 - 1 : (1u << 30) - 2;
}

START_TEST(numbers_come_back)
{
    struct delta_writer w;
    struct delta_reader r;

    delta_writer_begin(&w);
    models[0].left = 7;
    fwd_runs_begin(&models[0], &w.port, 1, 1);
    for (uint32_t i = 0; i < 600; i++)
        ck_assert_uint_eq(code_number(&models[0].model, (enum way)_i, number_of(i)), number_of(i));
    ck_assert_uint_eq(fwd_exp_golomb_bits(&models[0].model, 0xDEADBEEF, 32), 0xDEADBEEF);
    struct fwd_bytes stream = delta_writer_end(&w);
    delta_reader_begin(&r, stream.data, (uint32_t)stream.size, 0);
    models[1].left = 0;
    fwd_runs_begin(&models[1], &r.port, 1, 1);
    ck_assert_uint_eq(models[1].left, 7);
    for (uint32_t i = 0; i < 600; i++)
        ck_assert_uint_eq(code_number(&models[1].model, (enum way)_i, 0), number_of(i));
    ck_assert_uint_eq(fwd_exp_golomb_bits(&models[1].model, 0, 32), 0xDEADBEEF);
    ck_assert_int_eq(delta_reader_end(&r), FWD_OK);
    ck_assert_mem_eq(models[0].direct, models[1].direct, sizeof models[0].direct);
    ck_assert_mem_eq(models[0].weights, models[1].weights, sizeof models[0].weights);
    ck_assert_mem_eq(models[0].sse, models[1].sse, sizeof models[0].sse);
    fwd_bytes_free(&stream);
}
END_TEST

/* A stream of ones would be a number without end. */
START_TEST(a_number_ends)
{
    uint8_t zeros[64] = {0}, ones[64];
    struct delta_reader r;

    memset(ones, 0xFF, sizeof ones);
    for (unsigned i = 0; i < 2; i++) {
        delta_reader_begin(&r, i ? ones : zeros, sizeof zeros, 0);
        fwd_runs_begin(&models[0], &r.port, 1, 1);
        ck_assert_uint_le(models[0].left, (1u << 30) - 2);
        ck_assert_uint_le(code_number(&models[0].model, (enum way)_i, 0), (1u << 30) - 2);
        (void)delta_reader_end(&r);
    }
}
END_TEST

START_TEST(the_length_of_a_number_is_its_bits)
{
    ck_assert_uint_eq(fwd_exp_golomb_length(0), 0);
    for (uint32_t bits = 1; bits <= 32; bits++) {
        ck_assert_uint_eq(fwd_exp_golomb_length(1u << (bits - 1)), bits);
        ck_assert_uint_eq(fwd_exp_golomb_length(UINT32_MAX >> (32 - bits)), bits);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("delta coder");
    TCase *tcase = tcase_create("delta coder");
    SRunner *runner = srunner_create(suite);

    suite_add_tcase(suite, tcase);
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, bits_come_back, 0, BIT_CASES);
    tcase_add_loop_test(tcase, a_cut_stream_is_noticed, 0, BIT_CASES);
    tcase_add_loop_test(tcase, bytes_that_no_bit_needs_are_noticed, 0, BIT_CASES);
    tcase_add_loop_test(tcase, a_read_that_fails_gives_its_reason, 0, BIT_CASES);
    tcase_add_test(tcase, the_middle_lies_in_the_interval);
    tcase_add_loop_test(tcase, numbers_come_back, 0, WAYS);
    tcase_add_loop_test(tcase, a_number_ends, 0, WAYS);
    tcase_add_test(tcase, the_length_of_a_number_is_its_bits);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
