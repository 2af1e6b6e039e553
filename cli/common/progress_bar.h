/* A bar on a terminal for what takes longer than a second. Nothing is printed elsewhere. */
#ifndef FWD_CLI_COMMON_PROGRESS_BAR_H
#define FWD_CLI_COMMON_PROGRESS_BAR_H

#include "gen/job_progress.h"

#include <stdbool.h>
#include <time.h>

struct fwd_progress_bar {
    struct timespec begun;
    bool wanted;  /* standard error is a terminal */
    bool visible; /* something is to be wiped away */
    int shown;    /* percent, -1: none */
    enum fwd_gen_phase phase;
    struct fwd_progress_sink sink; /* ctx is this struct: it must not move */
};

void fwd_progress_bar_begin(struct fwd_progress_bar *bar);
void fwd_progress_bar_end(struct fwd_progress_bar *bar);

/* Since begin. */
double fwd_progress_bar_seconds(const struct fwd_progress_bar *bar);

#endif
