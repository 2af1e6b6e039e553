/* The transition table of the journal's states, over the full cross product, against the table that
 * verify/DESIGN.md prints. */
#include "tests/format/spec_table.h"
#include "verify/flash/states.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const char *name_of(uint8_t state)
{
    return state == FWD_STATE_LOST ? "lost" : fwd_state_name(state);
}

/* Whether a comma separated list has the word. */
static bool lists(const char *list, const char *word)
{
    size_t size = strlen(word);

    for (const char *at = strstr(list, word); at != NULL; at = strstr(at + 1, word)) {
        bool starts = at == list || at[-1] == ' ';
        if (starts && (at[size] == ',' || at[size] == '\0'))
            return true;
    }
    return false;
}

START_TEST(what_may_follow_a_state_is_what_the_design_says)
{
    uint8_t from = (uint8_t)_i;
    const struct spec_row *row = NULL;

    if (from == 8) /* no release used it */
        return;
    /* The section has a table of meanings, too: the row wanted names states only. */
    struct spec_table table = spec_table_read(FWD_SOURCE_DIR "/verify/DESIGN.md", "## 5.");
    for (size_t i = 0; i < table.count; i++) {
        if (strcmp(table.rows[i].cells[0], name_of(from)) == 0 && table.rows[i].cells[1] != NULL &&
            (lists(table.rows[i].cells[1], name_of(from)) || from == FWD_STATE_LOST))
            row = &table.rows[i];
    }
    ck_assert_msg(row != NULL, "DESIGN.md has no row for %s", name_of(from));
    for (uint8_t to = 0; to <= FWD_STATE_LAST; to++) {
        bool listed = to != FWD_STATE_LOST && lists(row->cells[1], name_of(to));
        ck_assert_msg(fwd_states_allowed(from, to) == listed,
            "%s to %s: the code says %d, DESIGN.md %d", name_of(from), name_of(to),
            fwd_states_allowed(from, to), listed);
    }
    spec_table_free(&table);
}
END_TEST

START_TEST(states_beyond_the_last_follow_and_lead_nowhere)
{
    for (unsigned state = 0; state < 256; state++) {
        ck_assert(!fwd_states_allowed((uint8_t)(FWD_STATE_LAST + 1), (uint8_t)state));
        if (state > FWD_STATE_LAST)
            ck_assert(!fwd_states_allowed(FWD_STATE_IDLE, (uint8_t)state));
    }
}
END_TEST

/* A state that can be interrupted has somebody who goes on with it. */
START_TEST(each_state_in_progress_has_its_handler)
{
    for (uint8_t state = 0; state <= FWD_STATE_LAST; state++) {
        const struct fwd_state_row *row = &fwd_states_table[state];
        ck_assert_msg((row->resume != NULL) == fwd_states_in_progress(state), "%s", name_of(state));
        ck_assert_int_eq((enum fwd_resume)row->kind, fwd_states_resume(state));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("states");
    TCase *tcase = tcase_create("states");

    tcase_add_loop_test(
        tcase, what_may_follow_a_state_is_what_the_design_says, 0, FWD_STATE_LAST + 1);
    tcase_add_test(tcase, states_beyond_the_last_follow_and_lead_nowhere);
    tcase_add_test(tcase, each_state_in_progress_has_its_handler);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
