/* What was proven, as JUnit XML: a test case for each phase and tear. */
#include "hostio/host_file.h"
#include "hostio/host_xml.h"
#include "sim/torture/torture.h"

#include <inttypes.h>
#include <stdlib.h>

/* The name is the same in each run, so that a CI server can follow it over time. */
static void put_case(FILE *out, const struct fwd_torture_tally *tally, int phase, int tear)
{
    fprintf(out, "  <testcase classname=\"%s\" name=\"%s\" assertions=\"%" PRIu64 "\">\n",
        fwd_torture_phase_name((enum fwd_torture_phase)phase),
        fwd_nor_tear_name((enum fwd_nor_tear)tear), tally->cuts[phase][tear]);
    if (tally->lost[phase][tear] > 0) {
        fprintf(out, "    <failure message=\"%" PRIu64 " of %" PRIu64 " cuts failed\">\n",
            tally->lost[phase][tear], tally->cuts[phase][tear]);
        for (uint64_t i = 0; i < tally->described; i++) {
            const struct fwd_torture_failure *failure = &tally->failures[i];
            if ((int)failure->phase != phase || (int)failure->tear != tear)
                continue;
            fwd_xml_put(out, failure->id);
            fputs(": ", out);
            fwd_xml_put(out, failure->what);
            fputc('\n', out);
        }
        fputs("    </failure>\n", out);
    }
    fputs("  </testcase>\n", out);
}

/* Cuts and repeated cuts whose failure belongs to no test case of its own are in the last one. */
static void put_whole(FILE *out, const struct fwd_torture_tally *tally)
{
    fputs("  <testcase classname=\"all\" name=\"no device is lost\">\n", out);
    if (tally->failure_count > 0) {
        fprintf(out, "    <failure message=\"%" PRIu64 " failures\">", tally->failure_count);
        for (uint64_t i = 0; i < tally->described; i++) {
            fwd_xml_put(out, tally->failures[i].id);
            fputc('\n', out);
        }
        fputs("</failure>\n", out);
    }
    fputs("  </testcase>\n", out);
}

void fwd_torture_put_junit(FILE *out, const char *name, const struct fwd_torture_report *report)
{
    const struct fwd_torture_tally *tally = &report->tally;
    unsigned tests = 1, failed = tally->failure_count > 0 ? 1 : 0;

    for (int i = 0; i < FWD_TORTURE_PHASES * FWD_NOR_TEARS; i++) {
        int phase = i / FWD_NOR_TEARS, tear = i % FWD_NOR_TEARS;
        tests += tally->cuts[phase][tear] > 0 ? 1 : 0;
        failed += tally->lost[phase][tear] > 0 ? 1 : 0;
    }
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"", out);
    fwd_xml_put(out, name);
    fprintf(out, "\" tests=\"%u\" failures=\"%u\" errors=\"0\" time=\"%.1f\">\n", tests, failed,
        report->seconds);
    for (int i = 0; i < FWD_TORTURE_PHASES * FWD_NOR_TEARS; i++) {
        if (tally->cuts[i / FWD_NOR_TEARS][i % FWD_NOR_TEARS] > 0)
            put_case(out, tally, i / FWD_NOR_TEARS, i % FWD_NOR_TEARS);
    }
    put_whole(out, tally);
    fputs("</testsuite>\n", out);
}

enum fwd_fail fwd_torture_write_junit(const char *path, const char *name,
    const struct fwd_torture_report *report, bool force, struct fwd_error *err)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out == NULL)
        return fwd_error_memory(err, path);
    fwd_torture_put_junit(out, name, report);
    bool complete = ferror(out) == 0;
    if (fclose(out) != 0 || !complete) {
        free(text);
        return fwd_error_memory(err, path);
    }
    enum fwd_fail fail = fwd_file_write_atomic(path, text, size, 0666, force, err);
    free(text);
    return fail;
}
