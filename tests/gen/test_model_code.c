/* The form of the probability model that this machine has against the one for every processor. */
#include "verify/refdelta/entropy/model.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* What a form offers. */
struct form {
    void (*reset)(struct fwd_model *m, const struct fwd_model_shape *shape, const uint8_t *start);
    void (*direct)(struct fwd_model *m, uint32_t index);
    void (*hashed)(struct fwd_model *m, uint32_t a, uint32_t b);
    bool (*code)(struct fwd_model *m, bool bit, uint32_t row, uint32_t second, uint32_t sse);
    bool (*flag)(struct fwd_model *m, bool bit, uint32_t index);
    bool (*raw)(struct fwd_model *m, bool bit);
    uint32_t (*hash)(uint32_t a, uint32_t b);
};

static const struct form ours = {fwd_model_reset, fwd_model_direct, fwd_model_hashed,
    fwd_model_code, fwd_model_flag, fwd_model_raw, fwd_model_hash};

void plain_reset(struct fwd_model *m, const struct fwd_model_shape *shape, const uint8_t *start);
void plain_direct(struct fwd_model *m, uint32_t index);
void plain_hashed(struct fwd_model *m, uint32_t a, uint32_t b);
bool plain_code(struct fwd_model *m, bool bit, uint32_t row, uint32_t second, uint32_t sse);
bool plain_flag(struct fwd_model *m, bool bit, uint32_t index);
bool plain_raw(struct fwd_model *m, bool bit);
uint32_t plain_hash(uint32_t a, uint32_t b);

#define fwd_model_reset  plain_reset
#define fwd_model_direct plain_direct
#define fwd_model_hashed plain_hashed
#define fwd_model_code   plain_code
#define fwd_model_flag   plain_flag
#define fwd_model_raw    plain_raw
#define fwd_model_hash   plain_hash
#include "verify/refdelta/entropy/model.c"
#include "verify/refdelta/entropy/model_code.c"

static const struct form plain = {
    plain_reset, plain_direct, plain_hashed, plain_code, plain_flag, plain_raw, plain_hash};

#define DIRECTS 64u
#define ROWS    8u
#define SECONDS 81u
#define SLOTS   256u
#define BITS    20000u

/* Everything that a model learns, and what it said of each bit. */
struct memory {
    uint16_t direct[DIRECTS];
    uint16_t slots[SLOTS];
    uint32_t checks[SLOTS / 4];
    int16_t weights[ROWS * FWD_MODEL_INPUTS];
    int16_t second[SECONDS * FWD_MODEL_INPUTS];
    uint16_t sse[ROWS * FWD_MODEL_KNOTS];
    uint32_t said;
};

struct side {
    const struct form *form;
    struct memory memory;
    struct fwd_model model;
    struct fwd_bit_port port;
};

static bool note(void *ctx, bool bit, uint32_t one)
{
    ((struct memory *)ctx)->said = one;
    return bit;
}

static void open_side(struct side *s, const struct form *form, const uint8_t *start)
{
    const struct fwd_model_shape shape = {
        .directs = DIRECTS, .weights = ROWS, .seconds = SECONDS, .sse_rows = ROWS, .slots = SLOTS};

    memset(s, 0, sizeof *s);
    s->form = form;
    s->port = (struct fwd_bit_port){&s->memory, note};
    s->model = (struct fwd_model){.port = &s->port,
        .direct = s->memory.direct,
        .slots = s->memory.slots,
        .checks = s->memory.checks,
        .weights = s->memory.weights,
        .second = s->memory.second,
        .sse = s->memory.sse};
    form->reset(&s->model, &shape, start);
}

static uint32_t draw(uint32_t *state, uint32_t below)
{
    *state = *state * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)*state * below >> 32);
}

/* The same inputs for both: few contexts, so that two of them often share a slot, and many, so that
 * they take each other's. */
static void add_inputs(struct side sides[2], uint32_t *state)
{
    uint32_t directs = draw(state, 7), hashed = draw(state, 7 - directs);

    for (uint32_t i = 0; i < directs; i++) {
        uint32_t index = draw(state, DIRECTS);
        for (uint32_t k = 0; k < 2; k++)
            sides[k].form->direct(&sides[k].model, index);
    }
    for (uint32_t i = 0; i < hashed; i++) {
        uint32_t a = draw(state, draw(state, 4) ? 24 : 4000), b = draw(state, 3);
        for (uint32_t k = 0; k < 2; k++)
            sides[k].form->hashed(&sides[k].model, a, b);
    }
}

static bool code_both(struct side sides[2], bool bit, uint32_t *state)
{
    uint32_t row = draw(state, ROWS), second = draw(state, 3) ? 0 : FWD_MODEL_NONE;
    uint32_t sse = draw(state, 3) ? draw(state, ROWS) : FWD_MODEL_NONE;
    bool training = draw(state, 10) == 0, same = true;

    for (uint32_t k = 0; k < 2; k++) {
        sides[k].model.training = training;
        same &= sides[k].form->code(&sides[k].model, bit, row, second, sse) == bit;
    }
    return same;
}

static bool flag_both(struct side sides[2], bool bit, uint32_t *state)
{
    uint32_t index = draw(state, DIRECTS);
    bool raw = draw(state, 4) == 0, same = true;

    for (uint32_t k = 0; k < 2; k++)
        same &= (raw ? sides[k].form->raw(&sides[k].model, bit)
                     : sides[k].form->flag(&sides[k].model, bit, index)) == bit;
    return same;
}

static bool alike(const struct side sides[2])
{
    return memcmp(&sides[0].memory, &sides[1].memory, sizeof sides[0].memory) == 0;
}

/* One weight of each kind to its limit, from which it may not leave. */
static void push_weights(struct side sides[2], uint32_t *state)
{
    int16_t limit = draw(state, 2) ? 32767 : -32767;
    uint32_t first = draw(state, ROWS * FWD_MODEL_INPUTS);
    uint32_t second = draw(state, SECONDS * FWD_MODEL_INPUTS);

    for (uint32_t i = 0; i < 2; i++) {
        sides[i].memory.weights[first] = limit;
        sides[i].memory.second[second] = limit;
    }
}

/* Bits that are 1 so often in a hundred: probabilities in the middle and at their limits. */
static const uint32_t ones[] = {2, 50, 90, 99, 100};

START_TEST(both_forms_say_and_learn_the_same)
{
    static const uint8_t start[DIRECTS / 2] = {0x1F, 0x80, 0xE2, 0x37};
    uint32_t state = 7u + (uint32_t)_i;
    struct side sides[2];

    open_side(&sides[0], &ours, _i % 2 ? start : NULL);
    open_side(&sides[1], &plain, _i % 2 ? start : NULL);
    ck_assert(alike(sides));
    for (uint32_t i = 0; i < BITS; i++) {
        if (i % 8 == 0)
            push_weights(sides, &state);
        bool bit = draw(&state, 100) < ones[_i], flag = draw(&state, 8) == 0;
        if (!flag)
            add_inputs(sides, &state);
        bool same = flag ? flag_both(sides, bit, &state) : code_both(sides, bit, &state);
        if (!same || !alike(sides)) /* an assertion for each bit would take most of the time */
            ck_abort_msg("bit %u differs", (unsigned)i);
    }
}
END_TEST

START_TEST(both_forms_hash_alike)
{
    uint32_t state = 5;

    for (uint32_t i = 0; i < 1000; i++) {
        uint32_t a = draw(&state, UINT32_MAX), b = draw(&state, UINT32_MAX);
        ck_assert_uint_eq(ours.hash(a, b), plain.hash(a, b));
    }
}
END_TEST

static Suite *make_suite(void)
{
    Suite *suite = suite_create("model_code");
    TCase *tcase = tcase_create("model_code");

    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(
        tcase, both_forms_say_and_learn_the_same, 0, (int)(sizeof ones / sizeof ones[0]));
    tcase_add_test(tcase, both_forms_hash_alike);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(make_suite());

    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
