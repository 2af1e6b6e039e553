/* fwdelta verify: every check that a device makes, in its order, and the code it would report. */
#include "cli/common/image_file.h"
#include "cli/common/option_check.h"
#include "cli/common/package_file.h"
#include "cli/report/report_file.h"
#include "cli/sign/key_option.h"
#include "cli/verify/verify_internal.h"
#include "keys/token/pkcs11.h"

#include <stdlib.h>
#include <string.h>

#define TRUST_MAX 16u

static const struct fwd_option options[] = {
    {"trust", 't', "PUB", true, "trusted public key (PEM), a folder of them, or a pkcs11: URI"},
    FWD_KEY_OPTIONS,
    {"source", 's', "OLD", true, "the installed image; NAME=OLD when there are several"},
    {"source-version", 0, "V", true,
        "with --device: the version it states for OLD; default: as PKG expects"},
    {"target", 0, "NEW", true, "compare with the new image; NAME=NEW when there are several"},
    {"device", 'd', "FILE", false,
        "ask a simulated device of this description; all of it with --source"},
    {"profile", 0, "NAME", false, "give the codes of this module; default: the device's"},
    {"command", 0, "KIND", false,
        "the command takes delta, full or any packages; default: PKG's kind"},
    {"installed", 0, "NAME=N", true,
        "release number of another component on the device, for what PKG requires"},
    {"at", 0, "TIME", false, "the time for what PKG says about it, as 2027-01-31; default: now"},
    {"threshold", 0, "N", false, "valid signatures needed; default: 1, or as the device says"},
    {"json", 'j', NULL, false, "report as JSON"},
    {"junit", 0, "FILE", false, "write a JUnit XML report, too: a test case for each check"},
    {"sarif", 0, "FILE", false, "write a SARIF report, too: a result for each failure"},
    {"force", 'f', NULL, false, "replace existing reports"},
    FWD_IMAGE_FILE_OPTIONS,
    {0},
};

static enum fwd_fail read_command(
    const char *text, enum fwd_command *command, struct fwd_error *err)
{
    static const char *const names[] = {
        [FWD_COMMAND_DELTA] = "delta", [FWD_COMMAND_FULL] = "full", [FWD_COMMAND_ANY] = "any"};
    *command = FWD_COMMAND_ANY;
    for (size_t i = 0; text != NULL && i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], text) == 0) {
            *command = (enum fwd_command)i;
            return FWD_FAIL_NONE;
        }
    }
    if (text == NULL)
        return FWD_FAIL_NONE;
    return fwd_error_fail(
        err, FWD_FAIL_USAGE, "--command: expected delta, full or any, found '%s'", text);
}

static enum fwd_fail read_profile(
    const char *name, const struct fwd_profile **profile, struct fwd_error *err)
{
    char names[256];

    if (name == NULL || (*profile = fwd_profile_find(name)) != NULL)
        return FWD_FAIL_NONE;
    fwd_profile_names(false, names, sizeof names);
    return fwd_error_fail(
        err, FWD_FAIL_USAGE, "--profile: expected one of %s, found '%s'", names, name);
}

/* Options for tokens want a --trust that names one. */
static enum fwd_fail check_tokens(const struct fwd_args *args, struct fwd_error *err)
{
    const char *path;
    size_t at = 0;
    while ((path = fwd_args_next(args, "trust", &at)) != NULL) {
        if (fwd_pkcs11_is_uri(path))
            return FWD_FAIL_NONE;
    }
    return fwd_option_check_without(
        args, FWD_KEY_PASSPHRASE_NAMES "pkcs11-module ", "keys in files", err);
}

static enum fwd_fail read_options(struct fwd_verify_subject *subject, struct fwd_error *err)
{
    const struct fwd_args *args = subject->args;
    size_t trusts = fwd_args_count(args, "trust");
    if (fwd_option_check_needs(args, FWD_IMAGE_FILE_NAMES, " source target ", err) !=
            FWD_FAIL_NONE ||
        fwd_option_check_needs(args, " source-version ", " source ", err) != FWD_FAIL_NONE ||
        fwd_option_check_needs(args, " source-version ", " device ", err) != FWD_FAIL_NONE)
        return FWD_FAIL_USAGE;
    if (trusts == 0 || trusts > TRUST_MAX)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "--trust PUB is needed, 1 to %u times: the public keys to check with", TRUST_MAX);
    enum fwd_fail fail = check_tokens(args, err);
    if (fail == FWD_FAIL_NONE)
        fail = read_command(fwd_args_text(args, "command"), &subject->command, err);
    if (fail == FWD_FAIL_NONE)
        fail = read_profile(fwd_args_text(args, "profile"), &subject->profile, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_verify_read_time(subject, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_verify_check_installed(args, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_args_u32(args, "threshold", 1, FWD_SIGNATURES_MAX, &subject->threshold, err);
    return fail;
}

/* The public key that lies in a token beside its private key. */
static enum fwd_fail trust_token(
    struct fwd_verify_subject *subject, const char *uri, struct fwd_error *err)
{
    struct fwd_keypair key = {0};
    char name[4096];
    enum fwd_fail fail = fwd_key_option_read(subject->args, uri, &key, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    fwd_pkcs11_name(uri, name, sizeof name);
    return fwd_trust_add(&subject->trust, &key, name, NULL, err);
}

static enum fwd_fail load(struct fwd_verify_subject *subject, struct fwd_error *err)
{
    const char *path;
    size_t at = 0;
    enum fwd_fail fail = fwd_crypto_port_init(&subject->crypto, err);
    while (fail == FWD_FAIL_NONE && (path = fwd_args_next(subject->args, "trust", &at)) != NULL)
        fail = fwd_pkcs11_is_uri(path)
                   ? trust_token(subject, path, err)
                   : fwd_trust_load(&subject->trust, path, FWD_TRUST_STRICT, err);
    if (fail == FWD_FAIL_NONE && fwd_args_has(subject->args, "device"))
        fail = fwd_description_load(
            fwd_args_text(subject->args, "device"), &subject->description, err);
    /* as many as the device with these keys demands */
    if (fail == FWD_FAIL_NONE && subject->threshold == 0 && subject->description == NULL)
        subject->threshold = subject->trust.threshold;
    subject->signed_bytes = malloc(FWD_SIGNED_MAX + FWD_SIGBLOCK_MAX);
    if (fail == FWD_FAIL_NONE && subject->signed_bytes == NULL)
        fail = fwd_error_memory(err, subject->path);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_package_file_read(subject->path, &subject->package, err);
    return fail;
}

/* Why what is not checked is not checked: an earlier failure, or what was not given. */
static void explain_skipped(struct fwd_verify_subject *subject)
{
    bool failed = false;
    for (enum fwd_check_step step = 0; step < FWD_CHECK_STEPS; step++) {
        if (failed)
            fwd_check_list_skip(&subject->list, step, "an earlier check failed");
        else if (step == FWD_CHECK_TARGET)
            fwd_check_list_skip(&subject->list, step, "--target is not given");
        else if (fwd_args_has(subject->args, "device"))
            fwd_check_list_skip(&subject->list, step, "the device did not come to it");
        else
            fwd_check_list_skip(&subject->list, step, "--device is not given");
        failed = failed || subject->list.checks[step].state == FWD_CHECK_FAILED;
    }
}

static enum fwd_fail refuse(const struct fwd_verify_subject *subject, struct fwd_error *err)
{
    const struct fwd_check *target = &subject->list.checks[FWD_CHECK_TARGET];
    enum fwd_reason reason = fwd_check_list_reason(&subject->list);
    const struct fwd_reason_info *info = fwd_reason_info(reason);
    if (reason != FWD_OK)
        return fwd_error_fail(err, FWD_FAIL_REFUSED, "%s: refused: %s (%s); what to do: %s",
            subject->path, info->meaning, info->name, info->advice);
    if (target->state == FWD_CHECK_FAILED)
        return fwd_error_fail(err, FWD_FAIL_REFUSED, "%s: %s; compare the versions of the files",
            subject->path, target->why);
    return FWD_FAIL_NONE;
}

static enum fwd_fail verify(struct fwd_verify_subject *subject, struct fwd_error *err)
{
    static const char *const reports[] = {"junit", "sarif", NULL};
    enum fwd_fail fail = read_options(subject, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_option_check_needs(subject->args, " force ", " junit sarif ", err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_report_file_check(subject->args, reports, err);
    if (fail == FWD_FAIL_NONE)
        fail = load(subject, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_verify_in_memory(subject, err);
    if (fail == FWD_FAIL_NONE && fwd_args_has(subject->args, "device"))
        fail = fwd_verify_on_device(subject, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    fwd_verify_conditions(subject);
    explain_skipped(subject);
    fail = fwd_verify_report(subject, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_verify_files(subject, err);
    return fail == FWD_FAIL_NONE ? refuse(subject, err) : fail;
}

static int run(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_verify_subject subject = {.args = args, .path = args->operands[0]};
    bool trust_package = false;
    enum fwd_fail fail = fwd_verify_trust_package(args, &trust_package, err);
    if (trust_package || fail != FWD_FAIL_NONE)
        return (int)fail;
    fail = verify(&subject, err);
    fwd_verify_images_free(&subject);
    free(subject.signed_bytes);
    fwd_bytes_free(&subject.package);
    fwd_trust_free(&subject.trust);
    fwd_description_free(subject.description);
    fwd_crypto_port_free(&subject.crypto);
    return (int)fail;
}

const struct fwd_subcommand fwd_command_verify = {
    .name = "verify",
    .operands = "PKG --trust PUB",
    .operands_min = 1,
    .operands_max = 1,
    .summary = "make every check that a device makes, and give its code",
    .about = "Makes the checks of a package in the order in which devices make them: one line for\n"
             "each, passed, failed, or not checked and why. Then the final result code that a\n"
             "device would give. With --source the package is decoded; with --device it is\n"
             "installed on a simulated device.",
    .options = options,
    .run = run,
};
