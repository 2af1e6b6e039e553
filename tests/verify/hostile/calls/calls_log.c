#include "tests/verify/hostile/calls/calls_rig.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

static void append(struct calls *calls, const char *text)
{
    size_t used = strlen(calls->log);

    (void)snprintf(calls->log + used, sizeof calls->log - used, "%s", text);
    if (calls->loud) {
        fputs(text, stdout);
        fflush(stdout); /* a sanitizer may end the program in the next call */
    }
}

void calls_log(struct calls *calls, const char *what, uint32_t number)
{
    char text[64];

    (void)snprintf(text, sizeof text, "\n  %s %u", what, (unsigned)number);
    append(calls, text);
}

void calls_log_reason(struct calls *calls, enum fwd_reason reason)
{
    append(calls, " ");
    append(calls, fwd_reason_info(reason)->name);
}

void calls_broken(struct calls *calls, const char *what)
{
    if (!calls->loud)
        puts(calls->log);
    fflush(stdout);
    ck_abort_msg("%s (seed %llu, forgery %d, \"%s\", state %s)", what,
        (unsigned long long)calls->seed, (int)calls->forgery, calls->shape.name,
        fwd_state_name(calls->lab->update.journal.record.state));
}
