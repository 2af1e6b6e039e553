#include "sim/family/line_sink.h"

#include <inttypes.h>
#include <stdio.h>

static void print(const struct fwd_line_sink *sink, const char *name, uint32_t value)
{
    char line[64];

    snprintf(line, sizeof line, "%s: %" PRIu32, name, value);
    sink->print(sink->ctx, line);
}

static const char *validation_name(const struct fwd_line_sink *sink)
{
    const char *name = sink->profile->validation;

    if (name != NULL && sink->spelling == FWD_LINES_TWO_U && sink->command == FWD_PROFILE_INSTALL)
        return "+UUFWPREVAL";
    return name;
}

static const char *install_name(const struct fwd_line_sink *sink)
{
    if (sink->spelling == FWD_LINES_ONE_U && sink->command == FWD_PROFILE_INSTALL)
        return "+UFWINSTALL";
    return sink->profile->install[sink->command];
}

void fwd_line_sink_begin(const struct fwd_line_sink *sink)
{
    const char *const *begun = sink->profile->begun;

    for (size_t i = 0; i < sizeof sink->profile->begun / sizeof *begun && begun[i] != NULL; i++)
        sink->print(sink->ctx, begun[i]);
}

void fwd_line_sink_progress(
    const struct fwd_line_sink *sink, enum fwd_progress phase, uint32_t percent)
{
    if (!sink->profile->reports || percent > 100)
        return;
    if (phase == FWD_PROGRESS_VALIDATION) {
        if (validation_name(sink) != NULL)
            print(sink, validation_name(sink), percent);
        return;
    }
    /* R29: installation lines begin with 1, also when they start again. */
    if (install_name(sink) != NULL &&
        percent > (sink->resumed && sink->profile->continues ? 1u : 0u))
        print(sink, install_name(sink), percent);
}

static void say_done(const struct fwd_line_sink *sink)
{
    char line[128];

    sink->print(sink->ctx, sink->profile->done);
    if (sink->profile->done_version == NULL)
        return;
    snprintf(line, sizeof line, "%s,\"%s\"", sink->profile->done_version,
        sink->version != NULL ? sink->version : "");
    sink->print(sink->ctx, line);
}

static void say_failed(const struct fwd_line_sink *sink, enum fwd_reason reason)
{
    char line[64];

    sink->print(sink->ctx, sink->profile->failed);
    if (sink->profile->failed_result == NULL)
        return;
    snprintf(line, sizeof line, "%s,%u", sink->profile->failed_result,
        (unsigned)fwd_profile_lwm2m(sink->profile, reason));
    sink->print(sink->ctx, line);
}

uint16_t fwd_line_sink_final(const struct fwd_line_sink *sink, enum fwd_reason reason)
{
    uint16_t code = fwd_profile_code(sink->profile, reason, sink->umbrella);

    /* R23: a failed validation too is reported by the line of the installation. */
    if (sink->profile->done != NULL && reason == FWD_OK)
        say_done(sink);
    else if (sink->profile->done != NULL)
        say_failed(sink, reason);
    else if (sink->profile->reports)
        print(sink, install_name(sink), code);
    return code;
}
