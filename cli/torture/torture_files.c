#include "cli/torture/torture_files.h"

#include "cli/common/json_out.h"
#include "cli/common/option_check.h"
#include "cli/report/report_file.h"
#include "cli/report/sarif_out.h"
#include "cli/torture/torture_replay.h"

#include <errno.h>
#include <stdlib.h>

static const char *const files[] = {"report", "junit", "sarif", NULL};

/* What the reports are made of. */
struct source {
    const struct fwd_args *args;
    const struct fwd_torture_report *report;
    const char *path; /* of the package */
    const char *name; /* the same in UTF-8 */
    struct fwd_bytes package;
};

enum fwd_fail fwd_torture_reports_check(const struct fwd_args *args, struct fwd_error *err)
{
    enum fwd_fail fail = fwd_option_check_needs(args, " force ", " report junit sarif ", err);
    return fail == FWD_FAIL_NONE ? fwd_report_file_check(args, files, err) : fail;
}

static bool put_json(FILE *out, const void *ctx)
{
    const struct source *s = ctx;
    char *text = fwd_torture_json(s->name, s->report);
    bool made = text != NULL;
    if (made)
        fprintf(out, "%s\n", text);
    free(text);
    return made;
}

static bool put_junit(FILE *out, const void *ctx)
{
    const struct source *s = ctx;
    fwd_torture_put_junit(out, s->name, s->report);
    return true;
}

/* A loss, with the command that shows it again. */
static void put_result(struct fwd_sarif *sarif, size_t rule, const char *id, const struct source *s,
    const struct fwd_torture_failure *failure)
{
    char *command = fwd_torture_replay_command(s->args, failure->id);
    char *message = NULL;
    size_t size;
    FILE *out = command != NULL ? open_memstream(&message, &size) : NULL;

    if (out != NULL) {
        fprintf(out, "%s; see it again: %s", failure->what, command);
        bool made = fclose(out) == 0;
        fwd_sarif_result(sarif, rule, id, made ? message : failure->what, failure->id);
    }
    free(message);
    free(command);
}

/* A rule for each phase in which devices were lost, a result for each loss that is described. */
static bool put_sarif(FILE *out, const void *ctx)
{
    const struct source *s = ctx;
    const struct fwd_torture_tally *tally = &s->report->tally;
    struct fwd_sarif sarif;
    size_t rules = 0;
    fwd_sarif_begin(&sarif, s->path, &s->package);
    for (int phase = 0; phase < FWD_TORTURE_PHASES; phase++) {
        char id[64], text[120];
        bool ruled = false;
        (void)snprintf(
            id, sizeof id, "power-cut-%s", fwd_torture_phase_name((enum fwd_torture_phase)phase));
        (void)snprintf(text, sizeof text, "a power cut in phase '%s' loses no device",
            fwd_torture_phase_name((enum fwd_torture_phase)phase));
        for (uint32_t i = 0; i < tally->described; i++) {
            const struct fwd_torture_failure *failure = &tally->failures[i];
            if ((int)failure->phase != phase)
                continue;
            if (!ruled)
                fwd_sarif_rule(&sarif, id, text, "see it again: the command of each result");
            ruled = true;
            put_result(&sarif, rules, id, s, failure);
        }
        rules += ruled ? 1 : 0;
    }
    bool made = fwd_sarif_put(out, &sarif);
    fwd_sarif_free(&sarif);
    return made;
}

static enum fwd_fail print_again(const struct source *s, struct fwd_error *err)
{
    for (uint32_t i = 0; i < s->report->tally.described; i++) {
        char *command = fwd_torture_replay_command(s->args, s->report->tally.failures[i].id);
        if (command == NULL)
            return fwd_error_memory(err, "the report");
        printf("see again   %s\n", command);
        free(command);
    }
    return FWD_FAIL_NONE;
}

static enum fwd_fail print(
    const struct fwd_args *args, const struct source *s, struct fwd_error *err)
{
    if (!fwd_args_has(args, "json")) {
        fwd_torture_print(stdout, s->report);
        return print_again(s, err);
    }
    if (!put_json(stdout, s))
        return fwd_error_memory(err, "the report");
    if (fflush(stdout) == 0)
        return FWD_FAIL_NONE;
    return fwd_error_fail(
        err, FWD_FAIL_ENVIRONMENT, "standard output cannot be written: %s", fwd_error_cause(errno));
}

enum fwd_fail fwd_torture_reports(const struct fwd_args *args,
    const struct fwd_torture_options *options, const struct fwd_torture_report *report,
    struct fwd_error *err)
{
    json_t *name = fwd_json_out_string(args->operands[0]);
    const struct source s = {.args = args,
        .report = report,
        .path = args->operands[0],
        .name = json_string_value(name),
        .package = {(uint8_t *)(uintptr_t)options->package, options->package_size}};
    struct fwd_file_set set = {0};
    enum fwd_fail fail = name != NULL ? print(args, &s, err) : fwd_error_memory(err, "the report");
    if (fail == FWD_FAIL_NONE)
        fail = fwd_report_file_write(&set, args, "report", put_json, &s, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_report_file_write(&set, args, "junit", put_junit, &s, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_report_file_write(&set, args, "sarif", put_sarif, &s, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_file_set_keep(&set, err);
    fwd_file_set_free(&set);
    json_decref(name);
    return fail;
}
