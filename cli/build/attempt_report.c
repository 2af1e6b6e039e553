#include "cli/build/attempt_report.h"

#include "cli/common/delta_option.h"
#include "cli/common/print.h"
#include "sim/device/decoder.h"

#include <stdio.h>

static const char *const ends[] = {[FWD_ATTEMPT_CHOSEN] = "chosen",
    [FWD_ATTEMPT_LARGER] = "larger",
    [FWD_ATTEMPT_STOPPED] = "stopped",
    [FWD_ATTEMPT_SKIPPED] = "skipped",
    [FWD_ATTEMPT_REFUSED] = "refused"};

static bool is_measured(const struct fwd_build_attempt *a)
{
    return a->end == FWD_ATTEMPT_CHOSEN || a->end == FWD_ATTEMPT_LARGER;
}

static json_t *attempt_json(const struct fwd_build_attempt *a)
{
    return json_pack("{s:s, s:o, s:s, s:o, s:o}", "codec", fwd_print_codec(a->codec), "isa",
        fwd_decoder_codec_has_isa(a->codec) ? json_string(fwd_delta_isa_name(a->isa)) : json_null(),
        "result", ends[a->end], "size", is_measured(a) ? json_integer(a->size) : json_null(),
        "more_than", a->end == FWD_ATTEMPT_STOPPED ? json_integer(a->size) : json_null());
}

json_t *fwd_attempt_report_json(const struct fwd_build_outcome *outcome)
{
    json_t *list = json_array();

    for (size_t i = 0; i < outcome->attempt_count; i++)
        json_array_append_new(list, attempt_json(&outcome->attempts[i]));
    return list;
}

static void print_attempt(const struct fwd_build_attempt *a)
{
    printf("%s%s%s", fwd_print_codec(a->codec), fwd_decoder_codec_has_isa(a->codec) ? " for " : "",
        fwd_decoder_codec_has_isa(a->codec) ? fwd_delta_isa_name(a->isa) : "");
    if (is_measured(a))
        printf(" %u bytes", (unsigned)a->size);
    else if (a->end == FWD_ATTEMPT_STOPPED)
        printf(" over %u bytes", (unsigned)a->size);
    else
        printf(" %s", ends[a->end]);
}

void fwd_attempt_report_print(const struct fwd_build_outcome *outcome)
{
    if (outcome->attempt_count < 2)
        return;
    printf("tried        ");
    for (size_t i = 0; i < outcome->attempt_count; i++) {
        printf("%s", i > 0 ? ", " : "");
        print_attempt(&outcome->attempts[i]);
    }
    printf("\n");
}
