#include "cli/verify/check_list.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

static const struct {
    const char *id;
    const char *text;
} steps[FWD_CHECK_STEPS] = {
    [FWD_CHECK_ENVIRONMENT] = {"E1-E7", "the device is in order and stores the package"},
    [FWD_CHECK_KIND] = {"V1", "it is a package, of a kind that the command takes"},
    [FWD_CHECK_FORMAT] = {"V2", "the format version is known"},
    [FWD_CHECK_SIZES] = {"V3", "the sizes agree with each other and with the file"},
    [FWD_CHECK_KEYS] = {"V4", "it is signed with a key that is trusted"},
    [FWD_CHECK_SIGNATURES] = {"V5", "every signature of a trusted key is valid, and they suffice"},
    [FWD_CHECK_MANIFEST] = {"V5b", "the manifest is well formed"},
    [FWD_CHECK_PAYLOAD] = {"V5c", "the payload is the one that was signed"},
    [FWD_CHECK_STRUCTURE] = {"V6", "kind, sections and codec parameters agree"},
    [FWD_CHECK_POLICY] = {"V7", "product, hardware, roles, sizes and signers fit the device"},
    [FWD_CHECK_INSTALLED] = {"V8", "not all of it is installed already"},
    [FWD_CHECK_COUNTERS] = {"V8a", "the security counters do not go back"},
    [FWD_CHECK_DEPENDENCIES] = {"V8b", "the components that it requires are there"},
    [FWD_CHECK_EXPIRY] = {"V8c", "it may still be installed"},
    [FWD_CHECK_SOURCE] = {"V9", "the installed image is the one it starts from"},
    [FWD_CHECK_MEMORY] = {"I1", "the decoder's memory is there"},
    [FWD_CHECK_PLACES] = {"I2", "the device has every component"},
    [FWD_CHECK_DECODE] = {"I3", "it decodes to the target that the manifest names"},
    [FWD_CHECK_STAGING] = {"I3a", "the steps fit the staging area"},
    [FWD_CHECK_WRITE] = {"I4-I7", "it is written, and reads back as the target"},
    [FWD_CHECK_FINISH] = {"F1", "the version record is written"},
    [FWD_CHECK_TARGET] = {"target", "the target is the file given with --target"},
};

/* Reasons that are found at a step, from the first number to the last. */
static const struct {
    enum fwd_reason first, last;
    enum fwd_check_step step;
} finds[] = {
    {FWD_E_FLASH_OPEN, FWD_E_AREA_LAYOUT, FWD_CHECK_ENVIRONMENT},
    {FWD_E_TOO_SHORT, FWD_E_FULL_NOT_DELTA, FWD_CHECK_KIND},
    {FWD_E_FORMAT_VERSION, FWD_E_FORMAT_VERSION, FWD_CHECK_FORMAT},
    {FWD_E_MANIFEST_SIZE, FWD_E_STORED_LENGTH, FWD_CHECK_SIZES},
    {FWD_E_UNSIGNED, FWD_E_KEY_INVALID, FWD_CHECK_KEYS},
    {FWD_E_BAD_SIGNATURE, FWD_E_TOO_FEW_SIGNATURES, FWD_CHECK_SIGNATURES},
    {FWD_E_PAYLOAD_DIGEST, FWD_E_PAYLOAD_DIGEST, FWD_CHECK_PAYLOAD},
    {FWD_E_NOT_AUTHORISED, FWD_E_NOT_AUTHORISED, FWD_CHECK_POLICY},
    {FWD_E_NO_CLOCK, FWD_E_NO_CLOCK, FWD_CHECK_EXPIRY},
    {FWD_E_DEPENDENCY, FWD_E_DEPENDENCY, FWD_CHECK_DEPENDENCIES},
    {FWD_E_EXPIRED, FWD_E_EXPIRED, FWD_CHECK_EXPIRY},
    {FWD_E_MANIFEST_SYNTAX, FWD_E_UNKNOWN_CRITICAL, FWD_CHECK_MANIFEST},
    {FWD_E_KIND_CONTENT, FWD_E_SECTION_OVERLAP, FWD_CHECK_STRUCTURE},
    {FWD_E_ROLLBACK, FWD_E_ROLLBACK, FWD_CHECK_COUNTERS},
    {FWD_E_DOWNGRADE, FWD_E_DOWNGRADE, FWD_CHECK_COUNTERS},
    {FWD_E_STAGING_TOO_SMALL, FWD_E_STAGING_TOO_SMALL, FWD_CHECK_STAGING},
    {FWD_E_DUPLICATE_COMPONENT, FWD_E_PACKAGE_LIMIT, FWD_CHECK_POLICY},
    {FWD_E_SOURCE_VERSION, FWD_E_SOURCE_READ, FWD_CHECK_SOURCE},
    {FWD_E_RECOVERY_NEEDS_FULL, FWD_E_RECOVERY_NEEDS_FULL, FWD_CHECK_POLICY},
    {FWD_E_DECODER_MEMORY, FWD_E_DECODER_MEMORY, FWD_CHECK_MEMORY},
    {FWD_E_COMPONENT_ABSENT, FWD_E_COMPONENT_ABSENT, FWD_CHECK_PLACES},
    {FWD_E_STREAM_INVALID, FWD_E_TARGET_DIGEST, FWD_CHECK_DECODE},
    {FWD_E_VERSION_RECORD, FWD_E_FINALIZE, FWD_CHECK_FINISH},
};

const char *fwd_check_step_id(enum fwd_check_step step)
{
    return steps[step].id;
}

const char *fwd_check_step_text(enum fwd_check_step step)
{
    return steps[step].text;
}

/* The step at which a reason is found. */
static enum fwd_check_step step_of(enum fwd_reason reason)
{
    for (size_t i = 0; i < sizeof finds / sizeof finds[0]; i++) {
        if (reason >= finds[i].first && reason <= finds[i].last)
            return finds[i].step;
    }
    return FWD_CHECK_WRITE;
}

void fwd_check_list_pass(
    struct fwd_check_list *list, enum fwd_check_step first, enum fwd_check_step last)
{
    for (enum fwd_check_step step = first; step <= last; step++) {
        if (list->checks[step].state == FWD_CHECK_SKIPPED)
            list->checks[step] = (struct fwd_check){.state = FWD_CHECK_PASSED};
    }
}

void fwd_check_list_result(struct fwd_check_list *list, enum fwd_check_step first,
    enum fwd_check_step last, enum fwd_reason reason)
{
    if (reason == FWD_OK) {
        fwd_check_list_pass(list, first, last);
        return;
    }
    enum fwd_check_step step = step_of(reason);
    if (step > first)
        fwd_check_list_pass(list, first, step - 1);
    struct fwd_check *check = &list->checks[step];
    *check = (struct fwd_check){.state = FWD_CHECK_FAILED, .reason = reason};
    snprintf(check->why, sizeof check->why, "%s", fwd_reason_info(reason)->meaning);
}

void fwd_check_list_skip(
    struct fwd_check_list *list, enum fwd_check_step step, const char *format, ...)
{
    struct fwd_check *check = &list->checks[step];
    va_list arguments;
    if (check->state != FWD_CHECK_SKIPPED || check->why[0] != 0)
        return;
    va_start(arguments, format);
    vsnprintf(check->why, sizeof check->why, format, arguments);
    va_end(arguments);
}

enum fwd_reason fwd_check_list_reason(const struct fwd_check_list *list)
{
    for (size_t i = 0; i < FWD_CHECK_TARGET; i++) {
        if (list->checks[i].state == FWD_CHECK_FAILED)
            return list->checks[i].reason;
    }
    return FWD_OK;
}

bool fwd_check_list_partial(const struct fwd_check_list *list)
{
    for (size_t i = 0; i < FWD_CHECK_TARGET; i++) {
        if (list->checks[i].state == FWD_CHECK_SKIPPED)
            return true;
    }
    return false;
}
