/* The form of fwd_model_code() that this machine has against the one for every processor. */
#include "verify/refdelta/entropy/model.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

bool code_plainly(struct fwd_model *m, bool bit, uint32_t row, uint32_t second, uint32_t sse);

#define fwd_model_code code_plainly
#include "verify/refdelta/entropy/model_code.c"
#undef fwd_model_code

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
    struct memory memory;
    struct fwd_model model;
    struct fwd_bit_port port;
};

static bool note(void *ctx, bool bit, uint32_t one)
{
    ((struct memory *)ctx)->said = one;
    return bit;
}

static void open_side(struct side *s)
{
    const struct fwd_model_shape shape = {
        .directs = DIRECTS, .weights = ROWS, .seconds = SECONDS, .sse_rows = ROWS, .slots = SLOTS};

    memset(s, 0, sizeof *s);
    s->port = (struct fwd_bit_port){&s->memory, note};
    s->model = (struct fwd_model){.port = &s->port,
        .direct = s->memory.direct,
        .slots = s->memory.slots,
        .checks = s->memory.checks,
        .weights = s->memory.weights,
        .second = s->memory.second,
        .sse = s->memory.sse};
    fwd_model_reset(&s->model, &shape, NULL);
}

static uint32_t draw(uint32_t *state, uint32_t below)
{
    *state = *state * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)*state * below >> 32);
}

/* The same inputs for both: few contexts, so that two of them often share a slot. */
static void add_inputs(struct side sides[2], uint32_t *state)
{
    uint32_t directs = draw(state, 3), hashed = draw(state, 7 - directs);

    for (uint32_t i = 0; i < directs; i++) {
        uint32_t index = draw(state, DIRECTS);
        fwd_model_direct(&sides[0].model, index);
        fwd_model_direct(&sides[1].model, index);
    }
    for (uint32_t i = 0; i < hashed; i++) {
        uint32_t a = draw(state, 24), b = draw(state, 3);
        fwd_model_hashed(&sides[0].model, a, b);
        fwd_model_hashed(&sides[1].model, a, b);
    }
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
    uint32_t state = 7u + (uint32_t)_i;
    struct side sides[2];

    open_side(&sides[0]);
    open_side(&sides[1]);
    for (uint32_t i = 0; i < BITS; i++) {
        if (i % 8 == 0)
            push_weights(sides, &state);
        add_inputs(sides, &state);
        bool bit = draw(&state, 100) < ones[_i];
        uint32_t row = draw(&state, ROWS), second = draw(&state, 3) ? 0 : FWD_MODEL_NONE;
        uint32_t sse = draw(&state, 3) ? draw(&state, ROWS) : FWD_MODEL_NONE;
        sides[0].model.training = sides[1].model.training = draw(&state, 10) == 0;
        bool same = fwd_model_code(&sides[0].model, bit, row, second, sse) == bit &&
                    code_plainly(&sides[1].model, bit, row, second, sse) == bit &&
                    memcmp(&sides[0].memory, &sides[1].memory, sizeof sides[0].memory) == 0;
        if (!same) /* an assertion for each bit would take most of the time */
            ck_abort_msg("bit %u differs", (unsigned)i);
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
