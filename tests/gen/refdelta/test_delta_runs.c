/* The runs of a `fwd` stream: what is written comes back; what is forged, or lies outside the
 * images, is noticed. */
#include "tests/gen/refdelta/delta_rig.h"
#include "verify/refdelta/runs.h"

#include <check.h>

/* The models of the two directions. */
static struct fwd_runs models[2];

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
    Suite *suite = suite_create("delta runs");
    TCase *tcase = tcase_create("delta runs");
    SRunner *runner = srunner_create(suite);

    suite_add_tcase(suite, tcase);
    tcase_set_timeout(tcase, 120);
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
