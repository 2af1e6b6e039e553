#include "cli/module/cmd_log_check.h"

#include "cli/common/json_out.h"
#include "module/logcheck/logcheck_rules.h"

#include <stdio.h>
#include <string.h>

static const char *status_word(enum fwd_logcheck_status status)
{
    static const char *const words[] = {
        "kept", "broken", "no-occasion", "other-family", "not-visible"};

    return words[status];
}

static const char *status_text(enum fwd_logcheck_status status)
{
    static const char *const texts[] = {
        "kept", "BROKEN", "no occasion", "not for this module", "not visible in a log"};

    return texts[status];
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static json_t *breaks_json(const struct fwd_logcheck_verdict *verdict)
{
    json_t *list = json_array();

    for (size_t i = 0; i < verdict->breaks && i < FWD_LOGCHECK_BREAKS_MAX; i++)
        json_array_append_new(list, json_pack("{s:i, s:o}", "line", (int)verdict->first[i].line,
                                        "text", fwd_json_out_string(verdict->first[i].text)));
    return list;
}

static json_t *report_json(const char *file, const struct fwd_logcheck_report *report)
{
    json_t *rules = json_array();

    for (size_t i = 0; i < FWD_LOGCHECK_RULES; i++) {
        const struct fwd_logcheck_verdict *verdict = &report->verdicts[i];

        json_array_append_new(
            rules, json_pack("{s:s, s:s, s:s, s:i, s:o}", "id", fwd_logcheck_rule_id(i), "rule",
                       fwd_logcheck_rule_title(i), "status", status_word(verdict->status), "breaks",
                       (int)verdict->breaks, "first", breaks_json(verdict)));
    }
    return json_pack("{s:o, s:s, s:i, s:o}", "log", fwd_json_out_string(file), "family",
        report->family, "rules_broken", (int)report->broken, "rules", rules);
}

/* ---- text ------------------------------------------------------------------------------------ */

static void print_rule(size_t index, const struct fwd_logcheck_verdict *verdict)
{
    printf("%-4s %-20s %s\n", fwd_logcheck_rule_id(index), status_text(verdict->status),
        fwd_logcheck_rule_title(index));
    for (size_t i = 0; i < verdict->breaks && i < FWD_LOGCHECK_BREAKS_MAX; i++)
        printf("       line %u: %s\n", verdict->first[i].line, verdict->first[i].text);
    if (verdict->breaks > FWD_LOGCHECK_BREAKS_MAX)
        printf("       and %zu more\n", verdict->breaks - FWD_LOGCHECK_BREAKS_MAX);
}

static void print_report(const struct fwd_logcheck_report *report)
{
    printf("module  %s\n", report->family);
    for (size_t i = 0; i < FWD_LOGCHECK_RULES; i++)
        print_rule(i, &report->verdicts[i]);
}

/* ---- the command ----------------------------------------------------------------------------- */

static int broken(const char *file, const struct fwd_logcheck_report *report, struct fwd_error *err)
{
    char list[160] = "";
    size_t used = 0;

    for (size_t i = 0; i < FWD_LOGCHECK_RULES && used < sizeof list; i++) {
        const struct fwd_logcheck_verdict *verdict = &report->verdicts[i];

        if (verdict->status == FWD_LOGCHECK_BROKEN)
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%s (line %u)",
                used > 0 ? ", " : "", fwd_logcheck_rule_id(i), verdict->first[0].line);
    }
    return (int)fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: the host application broke %zu of its rules: %s", file, report->broken, list);
}

int fwd_log_check_run(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_logcheck_log log = {0};
    struct fwd_logcheck_report report;
    enum fwd_fail fail;
    const char *file;

    if (args->operand_count != 2)
        return (int)fwd_error_fail(err, FWD_FAIL_USAGE,
            "expected FILE: a log that 'fwdelta module --log' wrote, or a plain AT log");
    file = args->operands[1];
    fail = fwd_logcheck_log_read(&log, file, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_logcheck_check(&log, fwd_args_text(args, "profile"), &report, err);
    fwd_logcheck_log_free(&log);
    if (fail != FWD_FAIL_NONE)
        return (int)fail;
    if (fwd_args_has(args, "json"))
        fail = fwd_json_out("log-check", report_json(file, &report), err);
    else
        print_report(&report);
    if (fail != FWD_FAIL_NONE)
        return (int)fail;
    return report.broken > 0 ? broken(file, &report, err) : FWD_EXIT_DONE;
}
