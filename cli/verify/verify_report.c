#include "cli/common/json_out.h"
#include "cli/common/print.h"
#include "cli/verify/verify_internal.h"
#include "hostio/host_terminal.h"
#include "keys/keyid.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const state_names[] = {
    [FWD_CHECK_SKIPPED] = "not checked",
    [FWD_CHECK_PASSED] = "passed",
    [FWD_CHECK_FAILED] = "FAILED",
};

static const enum fwd_terminal_colour colours[] = {
    [FWD_CHECK_SKIPPED] = FWD_COLOUR_FAINT,
    [FWD_CHECK_PASSED] = FWD_COLOUR_GOOD,
    [FWD_CHECK_FAILED] = FWD_COLOUR_BAD,
};

static const char *const command_names[] = {
    [FWD_COMMAND_DELTA] = "delta", [FWD_COMMAND_FULL] = "full", [FWD_COMMAND_ANY] = "any"};

static uint16_t code_of(const struct fwd_verify_subject *subject, enum fwd_reason reason)
{
    return subject->profile != NULL ? fwd_profile_code(subject->profile, reason, false)
                                    : fwd_reason_info(reason)->code;
}

static uint8_t lwm2m_of(const struct fwd_verify_subject *subject, enum fwd_reason reason)
{
    return subject->profile != NULL ? fwd_profile_lwm2m(subject->profile, reason)
                                    : fwd_code_lwm2m(fwd_reason_info(reason)->code);
}

static json_t *checks_json(const struct fwd_check_list *list)
{
    json_t *array = json_array();
    for (enum fwd_check_step step = 0; step < FWD_CHECK_STEPS; step++) {
        const struct fwd_check *check = &list->checks[step];
        bool failed = check->state == FWD_CHECK_FAILED;
        json_array_append_new(array,
            json_pack("{s:s, s:s, s:s, s:o, s:o}", "step", fwd_check_step_id(step), "check",
                fwd_check_step_text(step), "state", failed ? "failed" : state_names[check->state],
                "reason", failed ? json_string(fwd_reason_info(check->reason)->name) : json_null(),
                "why", check->why[0] != 0 ? fwd_json_out_string(check->why) : json_null()));
    }
    return array;
}

/* The steps that "complete" misses. */
static json_t *unchecked_json(const struct fwd_check_list *list)
{
    json_t *array = json_array();
    for (enum fwd_check_step step = 0; step < FWD_CHECK_TARGET; step++) {
        if (list->checks[step].state == FWD_CHECK_SKIPPED)
            json_array_append_new(array, json_string(fwd_check_step_id(step)));
    }
    return array;
}

static json_t *cost_json(const struct fwd_verify_subject *subject)
{
    if (!subject->has_cost)
        return json_null();
    return json_pack("{s:I, s:I, s:I, s:I, s:f}", "memory", (json_int_t)subject->memory,
        "staged_bytes", (json_int_t)subject->staged_bytes, "erases", (json_int_t)subject->erases,
        "programs", (json_int_t)subject->programs, "seconds_on_device", subject->seconds);
}

static json_t *signers_json(const struct fwd_verify_subject *subject)
{
    json_t *array = json_array();
    for (uint8_t i = 0; subject->is_trusted && i < subject->trusted.signer_count; i++) {
        const struct fwd_keypair *key = subject->trusted.signers[i].handle;
        json_array_append_new(array, fwd_json_out_hex(key->id, FWD_KEY_ID_SIZE));
    }
    return array;
}

static bool target_differs(const struct fwd_verify_subject *subject)
{
    return subject->list.checks[FWD_CHECK_TARGET].state == FWD_CHECK_FAILED;
}

static json_t *report_json(const struct fwd_verify_subject *subject)
{
    enum fwd_reason reason = fwd_check_list_reason(&subject->list);
    const struct fwd_reason_info *info = fwd_reason_info(reason);
    return json_pack("{s:o, s:s, s:b, s:b, s:o, s:o, s:o, s:s, s:s, s:i, s:i, s:o, s:o}", "file",
        fwd_json_out_string(subject->path), "command", command_names[subject->command], "accepted",
        reason == FWD_OK && !target_differs(subject), "complete",
        !fwd_check_list_partial(&subject->list), "not_checked", unchecked_json(&subject->list),
        "checks", checks_json(&subject->list), "signers", signers_json(subject), "reason",
        info->name, "meaning", info->meaning, "code", (int)code_of(subject, reason),
        "lwm2m_update_result", (int)lwm2m_of(subject, reason), "profile",
        fwd_json_out_string(subject->profile != NULL ? subject->profile->name : NULL), "cost",
        cost_json(subject));
}

static void print_signers(const struct fwd_verify_subject *subject)
{
    char id[FWD_KEYID_TEXT_SIZE];
    for (uint8_t i = 0; subject->is_trusted && i < subject->trusted.signer_count; i++) {
        const struct fwd_keypair *key = subject->trusted.signers[i].handle;
        fwd_keyid_text(key->id, id);
        printf("signed by key %s (%s)\n", id, key->algorithm->title);
    }
}

static void print_text(const struct fwd_verify_subject *subject)
{
    enum fwd_reason reason = fwd_check_list_reason(&subject->list);
    for (enum fwd_check_step step = 0; step < FWD_CHECK_STEPS; step++) {
        const struct fwd_check *check = &subject->list.checks[step];
        printf("%-6s %s%-11s%s  %s", fwd_check_step_id(step),
            fwd_terminal_begin(stdout, colours[check->state]), state_names[check->state],
            fwd_terminal_end(stdout), fwd_check_step_text(step));
        if (check->state == FWD_CHECK_FAILED)
            printf(": %s (%s)", check->why, fwd_reason_info(check->reason)->name);
        else if (check->state == FWD_CHECK_SKIPPED)
            printf(": %s", check->why);
        putchar('\n');
    }
    print_signers(subject);
    if (subject->has_cost)
        printf("on the device: %" PRIu32 " bytes of memory, %" PRIu32 " bytes staged, %" PRIu64
               " erases, %" PRIu64 " programs, about %.1f s\n",
            subject->memory, subject->staged_bytes, subject->erases, subject->programs,
            subject->seconds);
    if (!fwd_args_has(subject->args, "command") && subject->command != FWD_COMMAND_ANY)
        printf("command: %s, by the kind of the package%s\n", command_names[subject->command],
            subject->command == FWD_COMMAND_FULL ? " ('fwdelta install' needs --command full)"
                                                 : "");
    printf("result: %u (%s)%s%s, LwM2M Update Result %u%s\n", code_of(subject, reason),
        fwd_reason_info(reason)->name, subject->profile != NULL ? " from a " : "",
        subject->profile != NULL ? subject->profile->name : "", lwm2m_of(subject, reason),
        reason == FWD_OK && fwd_check_list_partial(&subject->list) ? ", as far as checked" : "");
}

enum fwd_fail fwd_verify_report(const struct fwd_verify_subject *subject, struct fwd_error *err)
{
    if (fwd_args_has(subject->args, "json"))
        return fwd_json_out("verify", report_json(subject), err);
    print_text(subject);
    return FWD_FAIL_NONE;
}
