/* fwdelta explain: what a result code or a reason means, and what to do. */
#include "cli/common/args.h"
#include "cli/common/json_out.h"
#include "cli/common/print.h"

#include <stdio.h>
#include <string.h>

static const struct fwd_option options[] = {
    {"json", 'j', NULL, false, "report as JSON"},
    {0},
};

static const char *old_firmware(const struct fwd_reason_info *info)
{
    if (info->reason == FWD_OK)
        return "does not run any more; the new firmware does";
    if (info->changed == FWD_CHANGED_NEVER)
        return "still runs; nothing was written";
    if (info->changed == FWD_CHANGED_YES)
        return "does not run; firmware was being written, and the device stays in its installer";
    return "still runs if no line of installation progress was printed; otherwise the device "
           "stays in its installer";
}

static const char *old_firmware_word(const struct fwd_reason_info *info)
{
    if (info->reason == FWD_OK || info->changed == FWD_CHANGED_YES)
        return "no";
    return info->changed == FWD_CHANGED_NEVER ? "yes" : "before-installation";
}

/* Damage on the way: another transfer may bring other bytes. */
static bool transfer_helps(const struct fwd_reason_info *info)
{
    static const enum fwd_reason reasons[] = {FWD_E_MANIFEST_SIZE, FWD_E_SIGBLOCK_SIZE,
        FWD_E_STORED_LENGTH, FWD_E_BAD_SIGNATURE, FWD_E_PAYLOAD_DIGEST};
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (info->reason == reasons[i])
            return true;
    }
    return false;
}

static const char *retry(const struct fwd_reason_info *info)
{
    if (info->reason == FWD_OK)
        return "not needed";
    if (transfer_helps(info))
        return "the same bytes: no; transferring the package again may help";
    return info->retry == FWD_RETRY_YES ? "yes" : "no: the same package will not install here";
}

static void print_reason(const struct fwd_reason_info *info)
{
    printf("%s (code %u, reason %d)\n", info->name, info->code, (int)info->reason);
    printf("  meaning       %s\n", info->meaning);
    printf("  phase         %s\n", fwd_print_phase(info->phase));
    printf("  old firmware  %s\n", old_firmware(info));
    printf("  try again     %s\n", retry(info));
    printf("  what to do    %s\n", info->advice);
}

static json_t *reason_json(const struct fwd_reason_info *info)
{
    return json_pack("{s:s, s:i, s:i, s:s, s:s, s:s, s:b, s:b, s:s}", "reason", info->name,
        "number", (int)info->reason, "code", (int)info->code, "meaning", info->meaning, "phase",
        fwd_print_phase(info->phase), "old_firmware_runs", old_firmware_word(info),
        "retry_is_useful", info->retry == FWD_RETRY_YES || transfer_helps(info),
        "transferring_again_may_help", transfer_helps(info), "what_to_do", info->advice);
}

static json_t *code_json(const struct fwd_code_info *code)
{
    json_t *reasons = json_array();
    const struct fwd_reason_info *info;
    for (size_t i = 0; (info = fwd_reason_at(i)) != NULL; i++) {
        if (info->code == code->code)
            json_array_append_new(reasons, reason_json(info));
    }
    return json_pack("{s:i, s:s, s:i, s:o}", "code", (int)code->code, "meaning", code->meaning,
        "lwm2m_update_result", (int)code->lwm2m_result, "reasons", reasons);
}

static void print_code(const struct fwd_code_info *code)
{
    const struct fwd_reason_info *info;
    printf("%u: %s\n", code->code, code->meaning);
    printf("LwM2M Update Result %u. What can be behind it:\n", code->lwm2m_result);
    for (size_t i = 0; (info = fwd_reason_at(i)) != NULL; i++) {
        if (info->code == code->code) {
            putchar('\n');
            print_reason(info);
        }
    }
}

static int list_all(bool json, struct fwd_error *err)
{
    const struct fwd_code_info *code;
    const struct fwd_reason_info *info;
    json_t *all = json_array();
    for (size_t i = 0; (code = fwd_code_at(i)) != NULL; i++) {
        if (json) {
            json_array_append_new(all, code_json(code));
            continue;
        }
        printf("%u  %s\n", code->code, code->meaning);
        for (size_t j = 0; (info = fwd_reason_at(j)) != NULL; j++) {
            if (info->code == code->code)
                printf("       %-22s %s\n", info->name, info->meaning);
        }
    }
    if (json)
        return (int)fwd_json_out("explain", all, err);
    json_decref(all);
    return FWD_EXIT_DONE;
}

static int explain_code(uint64_t number, bool json, struct fwd_error *err)
{
    const struct fwd_code_info *code =
        number <= UINT16_MAX ? fwd_code_info((uint16_t)number) : NULL;
    /* R34: a meaning is never invented */
    if (code == NULL)
        return (int)fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%llu is an unlisted code: contact the vendor of the module; 'fwdelta explain' lists "
            "the codes that are documented",
            (unsigned long long)number);
    if (json)
        return (int)fwd_json_out("explain", code_json(code), err);
    print_code(code);
    return FWD_EXIT_DONE;
}

static int run(const struct fwd_args *args, struct fwd_error *err)
{
    uint64_t number = 0;
    const struct fwd_reason_info *info;
    bool json = fwd_args_has(args, "json");
    if (args->operand_count == 0)
        return list_all(json, err);
    const char *what = args->operands[0];
    if (fwd_args_number(what, 0, UINT32_MAX, &number))
        return explain_code(number, json, err);
    for (size_t i = 0; (info = fwd_reason_at(i)) != NULL; i++) {
        if (strcmp(info->name, what) != 0)
            continue;
        if (json)
            return (int)fwd_json_out("explain", reason_json(info), err);
        print_reason(info);
        return FWD_EXIT_DONE;
    }
    return (int)fwd_error_fail(err, FWD_FAIL_USAGE,
        "'%s' is neither a result code nor the name of a reason; 'fwdelta explain' lists both",
        what);
}

const struct fwd_subcommand fwd_command_explain = {
    .name = "explain",
    .operands = "[CODE|REASON]",
    .operands_max = 1,
    .summary = "what a result code means and what to do",
    .about = "Explains a final result code (128 to 247) or the name of a reason: its meaning, the\n"
             "phase, whether the old firmware still runs, whether trying again helps, what to do.\n"
             "Without an argument it lists all.",
    .options = options,
    .run = run,
};
