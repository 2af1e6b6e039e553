/* What was proven, as JUnit XML: a test case for each phase and tear. */
#include "hostio/host_file.h"
#include "hostio/host_file_set.h"
#include "hostio/host_junit.h"
#include "sim/torture/torture.h"

#include <inttypes.h>
#include <stdlib.h>

/* phase -1: of all failures, their ids only. Owned by the caller; NULL: no memory, and the report
 * says less. */
static char *lines_of(const struct fwd_torture_tally *tally, int phase, int tear)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out == NULL)
        return NULL;
    for (uint64_t i = 0; i < tally->described; i++) {
        const struct fwd_torture_failure *failure = &tally->failures[i];
        if (phase < 0)
            fprintf(out, "%s\n", failure->id);
        else if ((int)failure->phase == phase && (int)failure->tear == tear)
            fprintf(out, "\n%s: %s", failure->id, failure->what);
    }
    (void)fclose(out);
    return text;
}

static void put_case(FILE *out, const struct fwd_torture_tally *tally, int phase, int tear)
{
    uint64_t cuts = tally->cuts[phase][tear], lost = tally->lost[phase][tear];
    char message[80];
    struct fwd_junit_case c = {fwd_torture_phase_name((enum fwd_torture_phase)phase),
        fwd_nor_tear_name((enum fwd_nor_tear)tear), lost > 0 ? FWD_JUNIT_FAILED : FWD_JUNIT_PASSED,
        cuts, NULL, message, NULL, ""};
    char *lines = lost > 0 ? lines_of(tally, phase, tear) : NULL;

    (void)snprintf(message, sizeof message, "%" PRIu64 " of %" PRIu64 " cuts failed", lost, cuts);
    c.text = lines;
    fwd_junit_case(out, &c);
    free(lines);
}

/* Cuts and repeated cuts whose failure belongs to no test case of its own are in the last one. */
static void put_whole(FILE *out, const struct fwd_torture_tally *tally)
{
    bool failed = tally->failure_count > 0;
    char message[40];
    char *lines = failed ? lines_of(tally, -1, -1) : NULL;

    (void)snprintf(message, sizeof message, "%" PRIu64 " failures", tally->failure_count);
    fwd_junit_case(
        out, &(struct fwd_junit_case){"all", "no device is lost",
                 failed ? FWD_JUNIT_FAILED : FWD_JUNIT_PASSED, 0, NULL, message, lines, ""});
    free(lines);
}

void fwd_torture_put_junit(FILE *out, const char *name, const struct fwd_torture_report *report)
{
    const struct fwd_torture_tally *tally = &report->tally;
    size_t counts[FWD_JUNIT_STATES] = {0};

    counts[tally->failure_count > 0 ? FWD_JUNIT_FAILED : FWD_JUNIT_PASSED]++;
    for (int i = 0; i < FWD_TORTURE_PHASES * FWD_NOR_TEARS; i++) {
        int phase = i / FWD_NOR_TEARS, tear = i % FWD_NOR_TEARS;
        if (tally->cuts[phase][tear] > 0)
            counts[tally->lost[phase][tear] > 0 ? FWD_JUNIT_FAILED : FWD_JUNIT_PASSED]++;
    }
    fwd_junit_begin(out, name, counts, report->seconds);
    for (int i = 0; i < FWD_TORTURE_PHASES * FWD_NOR_TEARS; i++) {
        if (tally->cuts[i / FWD_NOR_TEARS][i % FWD_NOR_TEARS] > 0)
            put_case(out, tally, i / FWD_NOR_TEARS, i % FWD_NOR_TEARS);
    }
    put_whole(out, tally);
    fwd_junit_end(out);
}

struct source {
    const char *name;
    const struct fwd_torture_report *report;
};

static bool put_source(FILE *out, const void *ctx)
{
    const struct source *s = ctx;

    fwd_torture_put_junit(out, s->name, s->report);
    return true;
}

enum fwd_fail fwd_torture_write_junit(const char *path, const char *name,
    const struct fwd_torture_report *report, bool force, struct fwd_error *err)
{
    const struct source s = {name, report};

    return fwd_file_set_put(NULL, path, put_source, &s, force, err);
}
