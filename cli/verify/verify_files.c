/* What verify found, for CI servers (JUnit XML) and code hosts (SARIF). */
#include "cli/common/json_out.h"
#include "cli/report/report_file.h"
#include "cli/report/sarif_out.h"
#include "cli/verify/verify_internal.h"
#include "hostio/host_junit.h"

static void put_case(FILE *out, enum fwd_check_step step, const struct fwd_check *check)
{
    static const enum fwd_junit_state states[] = {[FWD_CHECK_PASSED] = FWD_JUNIT_PASSED,
        [FWD_CHECK_SKIPPED] = FWD_JUNIT_SKIPPED,
        [FWD_CHECK_FAILED] = FWD_JUNIT_FAILED};
    struct fwd_junit_case c = {.group = "fwdelta.verify", .state = states[check->state]};
    char name[256], text[512];

    (void)snprintf(name, sizeof name, "%s: %s", fwd_check_step_id(step), fwd_check_step_text(step));
    c.name = name;
    c.message = check->why;
    if (check->state == FWD_CHECK_FAILED) {
        const struct fwd_reason_info *info = fwd_reason_info(check->reason);
        (void)snprintf(text, sizeof text, "what to do: %s", info->advice);
        c.type = info->name;
        c.text = text;
    }
    fwd_junit_case(out, &c);
}

static bool put_junit(FILE *out, const void *ctx)
{
    const struct fwd_verify_subject *subject = ctx;
    size_t counts[FWD_JUNIT_STATES] = {0};
    json_t *name = fwd_json_out_string(subject->path);

    if (name == NULL)
        return false;
    for (enum fwd_check_step step = 0; step < FWD_CHECK_STEPS; step++) {
        enum fwd_check_state state = subject->list.checks[step].state;
        counts[state == FWD_CHECK_FAILED    ? FWD_JUNIT_FAILED
               : state == FWD_CHECK_SKIPPED ? FWD_JUNIT_SKIPPED
                                            : FWD_JUNIT_PASSED]++;
    }
    fwd_junit_begin(out, json_string_value(name), counts, -1);
    for (enum fwd_check_step step = 0; step < FWD_CHECK_STEPS; step++)
        put_case(out, step, &subject->list.checks[step]);
    fwd_junit_end(out);
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
