/* What a start answers to each recorded state: the table of verify/DESIGN.md section 7.1 must be
 * what the code does, word for word. R58 R60 */
#include "tests/format/spec_table.h"
#include "tests/verify/rig/install_cuts.h"
#include "tests/verify/rig/install_images.h"
#include "verify/flash/states.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define DESIGN FWD_SOURCE_DIR "/verify/DESIGN.md"

enum { UNUSED_STATE = 8 }; /* of the numbers up to FWD_STATE_LAST */

static void fill(struct lab *lab, uint16_t area, uint8_t value)
{
    uint8_t bytes[256];

    memset(bytes, value, sizeof bytes);
    for (uint32_t at = 0; at < lab->areas[area].size; at += (uint32_t)sizeof bytes)
        ck_assert(fwd_nor_poke(lab->nor, area, at, bytes, sizeof bytes));
}

static void expect_cell(const struct spec_row *printed, size_t cell, const char *text)
{
    ck_assert_msg(printed->cells[cell] != NULL && strcmp(printed->cells[cell], text) == 0,
        "%s: \"%s\" is printed, the answer is \"%s\"", printed->cells[0],
        printed->cells[cell] != NULL ? printed->cells[cell] : "", text);
}

static enum fwd_boot_action decide(struct lab *lab)
{
    ck_assert_int_eq(fwd_boot_decide(&lab->update, &lab->choice), FWD_OK);
    return lab->choice.action;
}

static const char *const answers[][2] = {
    {"RUN", "RECOVERY"}, {"RESUME, then RUN", "RESUME, then RECOVERY"}};

/* The answers of one start, until no RESUME is among them. */
static const char *answer(struct lab *lab, uint8_t state)
{
    int resumed = 0;

    fwd_nor_power_off(lab->nor);
    ck_assert_int_eq(lab_start(lab), FWD_OK);
    ck_assert(lab->update.journal.lost == (state == FWD_STATE_LOST));
    for (int tries = 0; decide(lab) == FWD_BOOT_RESUME && tries < 10; tries++) {
        ck_assert_int_ne(fwd_update_resume(&lab->update), FWD_OK);
        resumed = 1;
    }
    ck_assert_int_ne(lab->choice.action, FWD_BOOT_RESUME);
    return answers[resumed][lab->choice.action == FWD_BOOT_RUN ? 0 : 1];
}

static const char *name_of(uint8_t state)
{
    return state == FWD_STATE_LOST ? "lost" : fwd_state_name(state);
}

/* As the library writes it: into two banks. */
static void put_record(struct lab *lab, uint8_t state, uint8_t flags)
{
    struct fwd_record record = {.sequence = 9, .state = state, .flags = flags};
    uint8_t bytes[FWD_RECORD_SIZE];
    uint32_t bank = lab->shape->service_block;

    fill(lab, LAB_AREA_JOURNAL, state == FWD_STATE_LOST ? 0x5A : 0xFF);
    fwd_record_encode(&record, bytes);
    for (uint32_t at = 0; state != FWD_STATE_LOST && at < 2 * bank; at += bank)
        ck_assert(fwd_nor_poke(lab->nor, LAB_AREA_JOURNAL, at, bytes, sizeof bytes));
}

/* 7.1: the answer of fwd_boot_decide to each state, with and without the flag `destructive`. */
START_TEST(the_printed_answers_are_those_of_the_code)
{
    struct spec_table table = spec_table_read(DESIGN, "### 7.1");
    struct lab_case c =
        lab_case_delta(lab_shape("in place, unit 64"), lab_pattern("three steps"), false);

    c.lab->faulty = true;
    for (size_t broken = 0; broken < 2; broken++) {
        for (uint8_t state = FWD_STATE_LOST; state <= FWD_STATE_LAST; state++) {
            const struct spec_row *printed = spec_table_find(&table, 0, name_of(state));
            if (state == UNUSED_STATE)
                continue;
            ck_assert_msg(printed != NULL, "%s is not printed", name_of(state));
            put_record(c.lab, state, 0);
            expect_cell(printed, 1 + broken, answer(c.lab, state));
            put_record(c.lab, state, FWD_RECORD_DESTRUCTIVE);
            expect_cell(printed, 1 + broken, answer(c.lab, state));
        }
        lab_flip(c.lab, LAB_AREA_SLOTS, 5, 0x10);
    }
    ck_assert_uint_eq(table.count, FWD_STATE_LAST);
    spec_table_free(&table);
    lab_case_free(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("boot_answers");
    TCase *tests = tcase_create("boot_answers");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, the_printed_answers_are_those_of_the_code);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
