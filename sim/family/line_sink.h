/* The lines a module prints during an update (R23..R32). Connect fwd_line_sink_progress() to the
 * progress function of the host port, and call fwd_line_sink_final() with the outcome. */
#ifndef FWD_SIM_FAMILY_LINE_SINK_H
#define FWD_SIM_FAMILY_LINE_SINK_H

#include "sim/family/profiles.h"
#include "verify/ports.h"

/* Line names are not spelled alike everywhere in the modules' documents (R121, R122). */
enum fwd_line_spelling {
    FWD_LINES_CANONICAL, /* +UFWPREVAL, +UUFWINSTALL */
    FWD_LINES_ONE_U,     /* +UFWPREVAL, +UFWINSTALL */
    FWD_LINES_TWO_U      /* +UUFWPREVAL, +UUFWINSTALL */
};

struct fwd_line_sink {
    const struct fwd_profile *profile;
    enum fwd_profile_command command;
    enum fwd_line_spelling spelling;
    bool umbrella;       /* see fwd_profile_code() */
    bool resumed;        /* the installation was interrupted, and goes on now */
    const char *version; /* that runs after a success, for modules that tell it; NULL: unknown */
    void *ctx;
    /* line: without the end of line; valid during the call */
    void (*print)(void *ctx, const char *line);
};

/* Some modules say that a package is there and will be installed, before they look at it. */
void fwd_line_sink_begin(const struct fwd_line_sink *sink);

void fwd_line_sink_progress(
    const struct fwd_line_sink *sink, enum fwd_progress phase, uint32_t percent);

/* Prints the result line, unless the module is silent, and returns the code. */
uint16_t fwd_line_sink_final(const struct fwd_line_sink *sink, enum fwd_reason reason);

#endif
