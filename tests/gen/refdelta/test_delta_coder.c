/* The range coder, numbers and runs of codec `fwd`: what is written comes back; what is cut, forged
 * or cannot be read is noticed. */
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

/* ---- runs ------------------------------------------------------------------------------------ */

#define RUNS_MAX 400u

struct run_list {
    struct fwd_run list[RUNS_MAX];
    uint32_t count, source_size, target_size;
};

/* Runs of all sizes, some after gaps, some with the difference of an earlier one. */
static struct run_list random_runs(uint32_t seed, uint32_t source_size, uint32_t target_size)
{
    struct run_list runs = {.source_size = source_size, .target_size = target_size};
    uint32_t state = seed * 77 + 5, to = 0;

    while (runs.count < RUNS_MAX && to < target_size) {
        uint32_t r = delta_random(&state), from = delta_random(&state) % source_size;
        uint32_t gap = r % 3 ? 0 : (r >> 8) % 300, size = 1 + (r >> 16) % (r % 5 ? 40 : 5000);
        const struct fwd_run *old = runs.count > 3 ? &runs.list[runs.count - 1 - r % 4] : NULL;
        if (gap >= target_size - to)
            break;
        to += gap;
        if (old != NULL && (r >> 4) % 2 && to + (old->from - old->to) < source_size)
            from = to + (old->from - old->to);
        size = size < source_size - from ? size : source_size - from;
        size = size < target_size - to ? size : target_size - to;
        runs.list[runs.count++] = (struct fwd_run){to, from, size, r >> 30 != 0};
        to += size;
    }
    return runs;
}

static struct fwd_bytes write_runs(const struct run_list *runs)
{
    struct delta_writer w;

    delta_writer_begin(&w);
    models[0].left = runs->count;
    fwd_runs_begin(&models[0], &w.port, runs->source_size, runs->target_size);
    for (uint32_t i = 0; i < runs->count; i++) {
        struct fwd_run run = runs->list[i];
        ck_assert_int_eq(fwd_runs_next(&models[0], &run), FWD_OK);
    }
    return delta_writer_end(&w);
}

/* *good: runs before a refusal. */
static enum fwd_reason read_runs(const struct fwd_bytes *stream, struct run_list *runs)
{
    struct delta_reader r;
    enum fwd_reason reason = FWD_OK;

    delta_reader_begin(&r, stream->data, (uint32_t)stream->size, 0);
    models[1].left = 0;
    fwd_runs_begin(&models[1], &r.port, runs->source_size, runs->target_size);
    for (runs->count = 0; reason == FWD_OK && models[1].left > 0; runs->count += reason == FWD_OK) {
        struct fwd_run run = {0};
        reason = fwd_runs_next(&models[1], &run);
        ck_assert_uint_lt(runs->count, RUNS_MAX);
        runs->list[runs->count] = run;
    }
    enum fwd_reason end = delta_reader_end(&r);
    return reason == FWD_OK ? end : reason;
}

static void expect_same_runs(const struct run_list *a, const struct run_list *b)
{
    ck_assert_uint_eq(a->count, b->count);
    for (uint32_t i = 0; i < a->count; i++) {
        ck_assert_uint_eq(a->list[i].to, b->list[i].to);
        ck_assert_uint_eq(a->list[i].from, b->list[i].from);
        ck_assert_uint_eq(a->list[i].size, b->list[i].size);
        ck_assert_int_eq(a->list[i].mapped, b->list[i].mapped);
    }
}

static struct run_list runs_case(int i)
{
    static const uint32_t sizes[][2] = {
        {1, 1}, {100000, 100000}, {3, 90000}, {90000, 5}, {1 << 20, 1 << 18}, {4096, 65536}};

    return random_runs((uint32_t)i, sizes[i % 6][0], sizes[i % 6][1]);
}

START_TEST(runs_come_back)
{
    struct run_list runs = runs_case(_i), again = runs;
    struct fwd_bytes stream = write_runs(&runs);

    ck_assert_int_eq(read_runs(&stream, &again), FWD_OK);
    expect_same_runs(&runs, &again);
    fwd_bytes_free(&stream);
}
END_TEST

/* The farthest there and back that a number holds. */
START_TEST(runs_span_the_largest_images)
{
    const uint32_t most = FWD_DELTA_IMAGE_MAX;
    struct run_list runs = {.source_size = most, .target_size = most, .count = 4}, again = runs;
    runs.list[0] = (struct fwd_run){0, most - 1, 1, true};
    runs.list[1] = (struct fwd_run){1, 1, 1, false};
    runs.list[2] = (struct fwd_run){2, most - 1, 1, true};
    runs.list[3] = (struct fwd_run){most - 1, 1, 1, true};
    struct fwd_bytes stream = write_runs(&runs);

    ck_assert_int_eq(read_runs(&stream, &again), FWD_OK);
    expect_same_runs(&runs, &again);
    fwd_bytes_free(&stream);
    runs.count = 1;
    runs.list[0] = (struct fwd_run){0, 0, most, true};
    stream = write_runs(&runs);
    ck_assert_int_eq(read_runs(&stream, &again), FWD_OK);
    expect_same_runs(&runs, &again);
    fwd_bytes_free(&stream);
}
END_TEST

/* Images that are smaller than those that the stream was made for. */
struct outside {
    const char *name;
    uint32_t source_size, target_size;
    uint32_t good; /* runs before the refusal; 3: none is refused */
};

static const struct outside outsides[] = {
    {"just large enough", 900, 600, 3},
    {"a source byte less", 899, 600, 1},
    {"a target byte less", 900, 599, 2},
    {"the last run begins at the target's end", 900, 500, 2},
    {"the last gap leads beyond the target", 900, 450, 2},
    {"the second run begins at the source's end", 800, 600, 1},
    {"the second run begins beyond the source", 700, 600, 1},
    {"a source of one byte", 1, 600, 0},
    {"a target of one byte", 900, 1, 0},
};

START_TEST(runs_outside_the_images_are_refused)
{
    const struct outside *o = &outsides[_i];
    struct run_list runs = {.count = 3, .source_size = 5000, .target_size = 5000};
    runs.list[0] = (struct fwd_run){10, 20, 90, true};
    runs.list[1] = (struct fwd_run){100, 800, 100, true};
    runs.list[2] = (struct fwd_run){500, 30, 100, false};
    struct fwd_bytes stream = write_runs(&runs);

    runs.source_size = o->source_size;
    runs.target_size = o->target_size;
    enum fwd_reason reason = read_runs(&stream, &runs);
    ck_assert_msg(reason == (o->good == 3 ? FWD_OK : FWD_E_STREAM_INVALID), "%s", o->name);
    ck_assert_uint_eq(runs.count, o->good);
    fwd_bytes_free(&stream);
}
END_TEST

START_TEST(a_run_before_the_source_is_refused)
{
    struct delta_writer w;

    delta_writer_begin(&w);
    models[0].left = 1;
    fwd_runs_begin(&models[0], &w.port, 100, 100);
    struct fwd_run run = {.to = 0, .from = UINT32_MAX, .size = 2};
    ck_assert_int_eq(fwd_runs_next(&models[0], &run), FWD_E_STREAM_INVALID);
    struct fwd_bytes stream = delta_writer_end(&w);
    fwd_bytes_free(&stream);
}
END_TEST

/* Any bytes end: in runs inside the images, or with a reason. */
START_TEST(forged_runs_stay_inside_the_images)
{
    uint32_t state = (uint32_t)_i + 1;
    uint8_t bytes[96];

    for (unsigned round = 0; round < 200; round++) {
        struct delta_reader r;
        uint32_t size = 1 + delta_random(&state) % sizeof bytes, runs = 0;
        for (uint32_t i = 0; i < size; i++)
            bytes[i] = (uint8_t)(delta_random(&state) >> 9);
        delta_reader_begin(&r, bytes, size, 0);
        models[1].left = 0;
        fwd_runs_begin(&models[1], &r.port, 1000, 800);
        while (models[1].left > 0 && r.range.failed == FWD_OK) {
            struct fwd_run run = {0};
            if (fwd_runs_next(&models[1], &run) != FWD_OK)
                break;
            ck_assert(run.size > 0 && run.size <= 1000 && run.from <= 1000 - run.size);
            ck_assert(run.size <= 800 && run.to <= 800 - run.size);
            ck_assert_uint_le(++runs, 800);
        }
        (void)delta_reader_end(&r);
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
    tcase_add_loop_test(tcase, runs_come_back, 0, 30);
    tcase_add_test(tcase, runs_span_the_largest_images);
    tcase_add_loop_test(
        tcase, runs_outside_the_images_are_refused, 0, (int)(sizeof outsides / sizeof outsides[0]));
    tcase_add_test(tcase, a_run_before_the_source_is_refused);
    tcase_add_loop_test(tcase, forged_runs_stay_inside_the_images, 0, 10);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
