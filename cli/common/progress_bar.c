#include "cli/common/progress_bar.h"

#include "hostio/host_terminal.h"

#include <stdio.h>
#include <unistd.h>

#define WIDTH 40u
#define TEXT  32u /* what stands beside the bar */

static const char *const phase_names[] = {
    [FWD_GEN_MATCH] = "comparing the images",
    [FWD_GEN_COMPRESS] = "compressing",
    [FWD_GEN_CHECK] = "installing on trial",
};

double fwd_progress_bar_seconds(const struct fwd_progress_bar *bar)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return 0;
    return (double)(now.tv_sec - bar->begun.tv_sec) +
           (double)(now.tv_nsec - bar->begun.tv_nsec) / 1e9;
}

static void report(void *ctx, enum fwd_gen_phase phase, unsigned percent)
{
    struct fwd_progress_bar *bar = ctx;
    char cells[WIDTH + 1];
    if (!bar->wanted || (phase == bar->phase && (int)percent == bar->shown) ||
        fwd_progress_bar_seconds(bar) < 1)
        return;
    unsigned room = fwd_terminal_width(stderr);
    unsigned width = room >= WIDTH + TEXT ? WIDTH : room > TEXT + 4 ? room - TEXT : 4;
    for (unsigned i = 0; i < width; i++)
        cells[i] = i < percent * width / 100 ? '#' : ' ';
    cells[width] = 0;
    /* a line that wraps would not be wiped away */
    fprintf(stderr, "\r[%s] %3u %% %-*.*s", cells, percent, room >= TEXT + 4 ? 22 : 0,
        room >= TEXT + 4 ? 22 : 0, phase_names[phase]);
    fflush(stderr);
    bar->visible = true;
    bar->phase = phase;
    bar->shown = (int)percent;
}

void fwd_progress_bar_begin(struct fwd_progress_bar *bar)
{
    *bar = (struct fwd_progress_bar){.shown = -1, .wanted = isatty(STDERR_FILENO) == 1};
    (void)clock_gettime(CLOCK_MONOTONIC, &bar->begun);
    bar->sink = (struct fwd_progress_sink){bar, report};
}

void fwd_progress_bar_end(struct fwd_progress_bar *bar)
{
    unsigned room = fwd_terminal_width(stderr);
    if (bar->visible)
        fprintf(stderr, "\r%*s\r", (int)(room > WIDTH + TEXT ? WIDTH + TEXT : room - 1), "");
    bar->visible = false;
}
