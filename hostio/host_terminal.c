#include "hostio/host_terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define USUAL     80u
#define NARROWEST 20u
#define WIDEST    200u

static unsigned bounded(long width)
{
    return width < (long)NARROWEST ? NARROWEST : width > (long)WIDEST ? WIDEST : (unsigned)width;
}

unsigned fwd_terminal_width(FILE *stream)
{
    struct winsize size = {0};
    const char *columns = getenv("COLUMNS");
    char *end = NULL;
    if (isatty(fileno(stream)) != 1)
        return USUAL;
    if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return bounded(size.ws_col);
    long number = columns != NULL ? strtol(columns, &end, 10) : 0;
    return columns != NULL && *columns != 0 && *end == 0 && number > 0 ? bounded(number) : USUAL;
}

static bool is_coloured(FILE *stream)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    return isatty(fileno(stream)) == 1 && (no == NULL || *no == 0) && term != NULL && *term != 0 &&
           strcmp(term, "dumb") != 0;
}

/* ECMA-48, 8.3.117. */
const char *fwd_terminal_begin(FILE *stream, enum fwd_terminal_colour colour)
{
    static const char *const codes[] = {[FWD_COLOUR_GOOD] = "\x1B[32m",
        [FWD_COLOUR_BAD] = "\x1B[1;31m",
        [FWD_COLOUR_WARN] = "\x1B[33m",
        [FWD_COLOUR_FAINT] = "\x1B[2m"};
    return is_coloured(stream) ? codes[colour] : "";
}

const char *fwd_terminal_end(FILE *stream)
{
    return is_coloured(stream) ? "\x1B[0m" : "";
}
