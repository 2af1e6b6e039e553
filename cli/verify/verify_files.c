/* What verify found, for CI servers (JUnit XML) and code hosts (SARIF). */
#include "cli/common/json_out.h"
#include "cli/report/report_file.h"
#include "cli/report/sarif_out.h"
#include "cli/verify/verify_internal.h"
#include "hostio/host_xml.h"

/* The name is the same in each run, so that a CI server can follow it over time. */
static void put_case(FILE *out, enum fwd_check_step step, const struct fwd_check *check)
{
    const char *id = fwd_check_step_id(step);
    fprintf(out, "  <testcase classname=\"fwdelta.verify\" name=\"%s: %s\"", id,
        fwd_check_step_text(step));
    if (check->state == FWD_CHECK_PASSED) {
        fputs("/>\n", out);
        return;
    }
    fputs(">\n", out);
    if (check->state == FWD_CHECK_FAILED) {
        const struct fwd_reason_info *info = fwd_reason_info(check->reason);
        fprintf(out, "    <failure type=\"%s\" message=\"", info->name);
        fwd_xml_put(out, check->why);
        fputs("\">what to do: ", out);
        fwd_xml_put(out, info->advice);
        fputs("</failure>\n", out);
    } else {
        fputs("    <skipped message=\"", out);
        fwd_xml_put(out, check->why);
        fputs("\"/>\n", out);
    }
    fputs("  </testcase>\n", out);
}

static bool put_junit(FILE *out, const void *ctx)
{
    const struct fwd_verify_subject *subject = ctx;
    unsigned counts[FWD_CHECK_FAILED + 1] = {0};
    json_t *name = fwd_json_out_string(subject->path);
    if (name == NULL)
        return false;
    for (enum fwd_check_step step = 0; step < FWD_CHECK_STEPS; step++)
        counts[subject->list.checks[step].state]++;
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"", out);
    fwd_xml_put(out, json_string_value(name));
    fprintf(out, "\" tests=\"%u\" failures=\"%u\" errors=\"0\" skipped=\"%u\">\n",
        (unsigned)FWD_CHECK_STEPS, counts[FWD_CHECK_FAILED], counts[FWD_CHECK_SKIPPED]);
    for (enum fwd_check_step step = 0; step < FWD_CHECK_STEPS; step++)
        put_case(out, step, &subject->list.checks[step]);
    fputs("</testsuite>\n", out);
    json_decref(name);
    return true;
}

static bool put_sarif(FILE *out, const void *ctx)
{
    const struct fwd_verify_subject *subject = ctx;
    struct fwd_sarif sarif;
    size_t rules = 0;
    fwd_sarif_begin(&sarif, subject->path, &subject->package);
    for (enum fwd_check_step step = 0; step < FWD_CHECK_STEPS; step++) {
        const struct fwd_check *check = &subject->list.checks[step];
        if (check->state != FWD_CHECK_FAILED)
            continue;
        const struct fwd_reason_info *info = fwd_reason_info(check->reason);
        fwd_sarif_rule(&sarif, info->name, info->meaning, info->advice);
        fwd_sarif_result(&sarif, rules++, info->name, check->why, fwd_check_step_id(step));
    }
    bool made = fwd_sarif_put(out, &sarif);
    fwd_sarif_free(&sarif);
    return made;
}

enum fwd_fail fwd_verify_files(const struct fwd_verify_subject *subject, struct fwd_error *err)
{
    struct fwd_file_set set = {0};
    enum fwd_fail fail =
        fwd_report_file_write(&set, subject->args, "junit", put_junit, subject, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_report_file_write(&set, subject->args, "sarif", put_sarif, subject, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_file_set_keep(&set, err);
    fwd_file_set_free(&set);
    return fail;
}
