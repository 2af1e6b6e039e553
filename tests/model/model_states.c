/* Prints tests/model/states.pml: the states of the journal and what may follow, as the code's table
 * has it. */
#include "format/record/journal_record.h"
#include "verify/flash/states.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static const char *name_of(uint8_t state)
{
    return state == FWD_STATE_LOST ? "lost" : fwd_state_name(state);
}

static void print_names(void)
{
    for (uint8_t state = 0; state <= FWD_STATE_LAST; state++) {
        if (state == 8) /* no release used it */
            continue;
        printf("#define ");
        for (const char *at = name_of(state); *at != '\0'; at++)
            putchar(toupper((unsigned char)*at));
        printf(" %u\n", state);
    }
}

static unsigned followers(uint8_t from)
{
    unsigned mask = 0;

    for (uint8_t to = 0; to <= FWD_STATE_LAST; to++)
        mask |= (unsigned)fwd_states_allowed(from, to) << to;
    return mask;
}

/* A chain of conditions: Promela has no constant arrays. */
static void print_table(const char *name, unsigned (*value)(uint8_t))
{
    printf("#define %s(state) (", name);
    for (uint8_t state = 0; state <= FWD_STATE_LAST; state++)
        printf("\\\n    ((state) == %u -> %u : ", state, value(state));
    printf("0");
    for (uint8_t state = 0; state <= FWD_STATE_LAST; state++)
        putchar(')');
    puts(")");
}

static unsigned resume(uint8_t state)
{
    return (unsigned)fwd_states_resume(state);
}

int main(void)
{
    puts("/* The states of the journal, what may follow each (bit n: state n) and how it is "
         "resumed: the table of\n"
         " * verify/install/states_table.c. Made by model_states; a test compares. When a row of "
         "the code "
         "has changed, look at\n"
         " * what the models say about it, then: build/release/tests/model_states "
         ">tests/model/states.pml */");
    print_names();
    print_table("FOLLOWERS", followers);
    print_table("RESUME", resume);
    puts("#define FOLLOWS(from, to) ((FOLLOWERS(from) >> (to)) & 1)");
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
