/* Codecs that remember: the same pieces for the same bytes, and the real codec for all others. */
#include "gen/memory_input.h"
#include "gen/package/decode_cache.h"

#include <check.h>
#include <string.h>

#define SIZE  1000u
#define PIECE 300u

/* Gives what `add` makes of the source, then ends as `end` says. */
static struct {
    uint8_t add;
    uint32_t too_many; /* bytes beyond the target */
    enum fwd_reason open, end;
    unsigned opened, closed;
} fake;

struct fake_state {
    const struct fwd_decode_job *job;
    uint32_t at;
    uint8_t piece[PIECE];
};

static enum fwd_reason fake_arena(const struct fwd_component *component, uint32_t *size)
{
    (void)component;
    *size = sizeof(struct fake_state);
    return FWD_OK;
}

static enum fwd_reason fake_open(const struct fwd_decode_job *job, void **state)
{
    struct fake_state *s = (struct fake_state *)(void *)job->arena;

    *s = (struct fake_state){.job = job};
    *state = s;
    fake.opened += fake.open == FWD_OK;
    return fake.open;
}

static enum fwd_reason fake_next(void *state, struct fwd_chunk *chunk)
{
    struct fake_state *s = state;
    uint32_t left = s->job->component->target.size + fake.too_many - s->at;

    *chunk = (struct fwd_chunk){.bytes = s->piece, .size = left < PIECE ? left : PIECE};
    if (left == 0)
        return fake.end;
    chunk->has_source = s->at < PIECE;
    chunk->source_offset = s->at;
    for (uint32_t i = 0; i < chunk->size; i++) {
        uint8_t byte = 0;
        if (s->at + i < SIZE)
            ck_assert_int_eq(fwd_input_read(&s->job->source, s->at + i, &byte, 1), FWD_OK);
        s->piece[i] = (uint8_t)(byte + fake.add);
    }
    s->at += chunk->size;
    return FWD_OK;
}

static void fake_close(void *state)
{
    (void)state;
    fake.closed++;
}

static const struct fwd_codec fake_codec = {.id = FWD_CODEC_FWD,
    .needs_source = true,
    .arena = fake_arena,
    .open = fake_open,
    .next = fake_next,
    .close = fake_close};
static const struct fwd_codec *const codecs[] = {&fake_codec};

static uint8_t source[SIZE], section[10], params[2];
static struct fwd_decode_cache replay;

/* One decoding, its job and what came of it. */
struct run {
    struct fwd_component component;
    struct fwd_decode_job job;
    _Alignas(16) uint8_t arena[sizeof(struct fake_state)];
    void *state;
    uint8_t out[2 * SIZE];
    uint32_t size, with_source;
};

static void setup(void)
{
    memset(&fake, 0, sizeof fake);
    fake.add = 1;
    for (unsigned i = 0; i < SIZE; i++)
        source[i] = (uint8_t)(i * 7);
    memset(section, 5, sizeof section);
    memset(params, 9, sizeof params);
    fwd_decode_cache_init(&replay, codecs, 1);
}

static void teardown(void)
{
    fwd_decode_cache_free(&replay);
}

static enum fwd_reason run_open(struct run *r)
{
    *r = (struct run){.component = {.codec = FWD_CODEC_FWD,
                          .codec_params = params,
                          .codec_params_size = sizeof params,
                          .section_size = sizeof section,
                          .source = {.size = SIZE},
                          .target = {.size = SIZE}}};
    r->job = (struct fwd_decode_job){.component = &r->component,
        .codec = replay.list[0],
        .section = fwd_memory_input(section, sizeof section),
        .source = fwd_memory_input(source, SIZE),
        .arena = r->arena,
        .arena_size = sizeof r->arena};
    return replay.list[0]->open(&r->job, &r->state);
}

/* False at the end of the target, or with *reason. */
static bool run_next(struct run *r, enum fwd_reason *reason)
{
    struct fwd_chunk chunk;

    *reason = replay.list[0]->next(r->state, &chunk);
    if (*reason != FWD_OK || chunk.size == 0)
        return false;
    ck_assert_uint_le(r->size + chunk.size, sizeof r->out);
    memcpy(r->out + r->size, chunk.bytes, chunk.size);
    r->size += chunk.size;
    r->with_source += chunk.has_source ? chunk.size : 0;
    return true;
}

static enum fwd_reason run_all(struct run *r)
{
    enum fwd_reason reason = run_open(r);

    if (reason != FWD_OK)
        return reason;
    while (run_next(r, &reason))
        continue;
    replay.list[0]->close(r->state);
    return reason;
}

static void expect(const struct run *r)
{
    ck_assert_uint_eq(r->size, SIZE);
    ck_assert_uint_eq(r->with_source, PIECE);
    for (unsigned i = 0; i < SIZE; i++)
        ck_assert_uint_eq(r->out[i], (uint8_t)(source[i] + fake.add));
}

START_TEST(the_same_bytes_are_decoded_once)
{
    struct run r;

    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(run_all(&r), FWD_OK);
        expect(&r);
    }
    ck_assert_uint_eq(replay.decodings, 1);
    ck_assert_uint_eq(fake.opened, 1);
    ck_assert_uint_eq(fake.closed, 1);
}
END_TEST

/* A byte of the source, of the section, of the parameters. */
START_TEST(other_bytes_are_decoded_anew)
{
    uint8_t *const changed[] = {&source[SIZE - 1], &section[9], &params[0]};
    struct run r;

    ck_assert_int_eq(run_all(&r), FWD_OK);
    *changed[_i] ^= 1;
    ck_assert_int_eq(run_all(&r), FWD_OK);
    expect(&r);
    ck_assert_uint_eq(replay.decodings, 2);
    *changed[_i] ^= 1;
    ck_assert_int_eq(run_all(&r), FWD_OK);
    expect(&r);
    ck_assert_uint_eq(replay.decodings, 2);
}
END_TEST

START_TEST(decodings_may_be_interleaved)
{
    struct run first, second;
    enum fwd_reason reason;
    bool more = true;

    ck_assert_int_eq(run_all(&first), FWD_OK);
    ck_assert_int_eq(run_open(&first), FWD_OK);
    source[0] ^= 1;
    ck_assert_int_eq(run_open(&second), FWD_OK);
    while (more) {
        more = run_next(&first, &reason);
        ck_assert(run_next(&second, &reason) == more);
    }
    expect(&second);
    source[0] ^= 1;
    expect(&first);
    replay.list[0]->close(first.state);
    replay.list[0]->close(second.state);
    ck_assert_ptr_null(replay.open);
}
END_TEST

/* As a power cut leaves them: at the beginning, in the middle, before the end was seen. */
START_TEST(an_abandoned_decoding_teaches_nothing)
{
    struct run r;
    enum fwd_reason reason;

    ck_assert_int_eq(run_open(&r), FWD_OK);
    for (int i = 0; i < 2 * _i; i++)
        ck_assert(run_next(&r, &reason));
    ck_assert_int_eq(run_all(&r), FWD_OK);
    expect(&r);
    ck_assert_uint_eq(replay.decodings, 2);
    ck_assert_uint_eq(replay.tape_count, 1);
}
END_TEST

static const struct {
    uint32_t too_many;
    enum fwd_reason open, end;
} failures[] = {
    {0, FWD_E_STREAM_INVALID, FWD_OK}, {0, FWD_OK, FWD_E_STREAM_INVALID},
    {1, FWD_OK, FWD_OK}, /* the installer says so */
};

START_TEST(what_fails_is_not_remembered)
{
    struct run r;

    fake.too_many = failures[_i].too_many;
    fake.open = failures[_i].open;
    fake.end = failures[_i].end;
    for (unsigned i = 1; i <= 2; i++) {
        enum fwd_reason reason = run_all(&r);
        ck_assert_int_eq(
            reason, failures[_i].open != FWD_OK ? failures[_i].open : failures[_i].end);
        ck_assert_uint_eq(replay.decodings, i);
    }
    ck_assert_uint_eq(replay.tape_count, 0);
    ck_assert_uint_eq(fake.opened, fake.closed);
    ck_assert_ptr_null(replay.open);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("replay");
    TCase *tests = tcase_create("replay");
    SRunner *runner = srunner_create(suite);

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, the_same_bytes_are_decoded_once);
    tcase_add_loop_test(tests, other_bytes_are_decoded_anew, 0, 3);
    tcase_add_test(tests, decodings_may_be_interleaved);
    tcase_add_loop_test(tests, an_abandoned_decoding_teaches_nothing, 0, 3);
    tcase_add_loop_test(tests, what_fails_is_not_remembered, 0, 3);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
