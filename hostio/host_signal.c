#include "hostio/host_signal.h"

#include <signal.h>
#include <stddef.h>

static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
#define NUMBER_COUNT (sizeof numbers / sizeof numbers[0])

/* A handler can reach nothing but globals. */
static volatile sig_atomic_t seen;
static struct sigaction before[NUMBER_COUNT];
static unsigned depth;

static void note(int number)
{
    seen = number;
}

void fwd_signal_hold(void)
{
    struct sigaction action = {0};
    if (depth++ > 0)
        return;
    seen = 0;
    action.sa_handler = note;
    /* no SA_RESTART: a read that waits for a pipe or the keyboard is to end, too */
    action.sa_flags = (int)SA_RESETHAND;
    (void)sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < NUMBER_COUNT; i++) {
        (void)sigaction(numbers[i], NULL, &before[i]);
        if (before[i].sa_handler != SIG_IGN)
            (void)sigaction(numbers[i], &action, NULL);
    }
}

bool fwd_signal_seen(void)
{
    return depth > 0 && seen != 0;
}

void fwd_signal_release(void)
{
    if (depth == 0 || --depth > 0)
        return;
    for (size_t i = 0; i < NUMBER_COUNT; i++)
        (void)sigaction(numbers[i], &before[i], NULL);
    if (seen != 0)
        (void)raise((int)seen);
}
