/* What a package asks of the device besides its own images: releases of other components, and the
 * time. */
#include "cli/verify/verify_internal.h"
#include "format/dependency.h"
#include "format/text.h"
#include "hostio/host_time.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- the time -------------------------------------------------------------------------------- */

enum fwd_fail fwd_verify_read_time(struct fwd_verify_subject *subject, struct fwd_error *err)
{
    const char *text = fwd_args_text(subject->args, "at");

    subject->now = fwd_host_time_now();
    if (text == NULL || fwd_host_time_parse(text, FWD_HOST_TIME_FIRST, &subject->now))
        return FWD_FAIL_NONE;
    return fwd_error_fail(
        err, FWD_FAIL_USAGE, "--at: expected " FWD_HOST_TIME_EXPECTED ", found '%.100s'", text);
}

/* With a device its own clock has answered. */
static void check_time(struct fwd_verify_subject *subject)
{
    const struct fwd_manifest *m = &subject->trusted.manifest;
    char end[FWD_HOST_TIME_TEXT], now[FWD_HOST_TIME_TEXT];

    if (subject->description != NULL && subject->description->expiry)
        return;
    if (m->expires && subject->description != NULL) {
        fwd_check_list_skip(
            &subject->list, FWD_CHECK_EXPIRY, "this device does not look at the time");
        return;
    }
    fwd_check_list_result(&subject->list, FWD_CHECK_EXPIRY, FWD_CHECK_EXPIRY,
        m->expires && subject->now > m->not_after ? FWD_E_EXPIRED : FWD_OK);
    struct fwd_check *check = &subject->list.checks[FWD_CHECK_EXPIRY];
    if (check->state != FWD_CHECK_FAILED)
        return;
    fwd_host_time_text(m->not_after, end);
    fwd_host_time_text(subject->now, now);
    snprintf(check->why, sizeof check->why,
        "it is %s, and the package is not to be installed after %s", now, end);
}

/* ---- releases -------------------------------------------------------------------------------- */

static enum fwd_fail bad_installed(const char *text, struct fwd_error *err)
{
    return fwd_error_fail(err, FWD_FAIL_USAGE,
        "--installed: expected NAME=N, a component of the device and its release number, found "
        "'%.100s'",
        text);
}

static bool read_installed(const char *text, struct fwd_text *name, uint64_t *release)
{
    const char *number;

    return fwd_args_named(text, name, &number) && fwd_args_number(number, 0, UINT32_MAX, release);
}

static bool find_installed(const struct fwd_args *args, struct fwd_text name, uint64_t *release)
{
    struct fwd_text given;
    const char *text;
    size_t at = 0;

    while ((text = fwd_args_next(args, "installed", &at)) != NULL) {
        if (read_installed(text, &given, release) && fwd_text_equal(given, name))
            return true;
    }
    return false;
}

enum fwd_fail fwd_verify_check_installed(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_text name;
    uint64_t release;
    const char *text;
    size_t at = 0;

    while ((text = fwd_args_next(args, "installed", &at)) != NULL) {
        if (!read_installed(text, &name, &release))
            return bad_installed(text, err);
        if (fwd_args_named_before(args, "installed", text))
            return fwd_error_fail(err, FWD_FAIL_USAGE,
                "--installed: component %.*s is given twice; give the release number that the "
                "device has",
                (int)name.size, name.bytes);
    }
    return FWD_FAIL_NONE;
}

static bool in_package(
    const struct fwd_verify_subject *subject, struct fwd_text name, uint64_t *release)
{
    const struct fwd_manifest *m = &subject->trusted.manifest;

    for (uint8_t i = 0; i < m->component_count; i++) {
        *release = fwd_component_release(&m->components[i]);
        if (fwd_text_equal(m->components[i].name, name))
            return true;
    }
    return false;
}

static bool on_device(const struct fwd_verify_subject *subject, struct fwd_text name)
{
    const struct fwd_device_description *d = subject->description;

    for (uint8_t i = 0; d != NULL && i < d->place_count; i++) {
        if (fwd_text_equal(fwd_text_of(d->place_names[i]), name))
            return true;
    }
    return d == NULL;
}

static void refuse(
    struct fwd_verify_subject *subject, const struct fwd_dependency *needed, const char *found)
{
    struct fwd_check *check = &subject->list.checks[FWD_CHECK_DEPENDENCIES];

    *check = (struct fwd_check){.state = FWD_CHECK_FAILED, .reason = FWD_E_DEPENDENCY};
    snprintf(check->why, sizeof check->why,
        "it requires %.*s of release number %" PRIu32 " or higher, and %s", (int)needed->name.size,
        needed->name.bytes, needed->release, found);
}

static bool compare(struct fwd_verify_subject *subject, const struct fwd_dependency *needed,
    const char *who, uint64_t release)
{
    char found[64];

    snprintf(found, sizeof found, "%s %" PRIu64, who, release);
    if (release < needed->release)
        refuse(subject, needed, found);
    return release >= needed->release;
}

/* False: it is not met, or not known. */
static bool check_dependency(
    struct fwd_verify_subject *subject, const struct fwd_dependency *needed)
{
    uint64_t release = 0;

    if (in_package(subject, needed->name, &release))
        return compare(subject, needed, "itself brings", release);
    if (!on_device(subject, needed->name)) {
        refuse(subject, needed, "this device has no such component");
        return false;
    }
    if (find_installed(subject->args, needed->name, &release))
        return compare(subject, needed, "the device has", release);
    fwd_check_list_skip(&subject->list, FWD_CHECK_DEPENDENCIES,
        "it requires %.*s of release number %" PRIu32
        " or higher; --installed %.*s=N says what the device has",
        (int)needed->name.size, needed->name.bytes, needed->release, (int)needed->name.size,
        needed->name.bytes);
    return false;
}

static void check_dependencies(struct fwd_verify_subject *subject)
{
    const struct fwd_manifest *m = &subject->trusted.manifest;
    struct fwd_dependency needed;
    bool met = true;
    uint16_t at = 0;

    subject->list.checks[FWD_CHECK_DEPENDENCIES] = (struct fwd_check){.state = FWD_CHECK_SKIPPED};
    while (m->dependencies != NULL &&
           subject->list.checks[FWD_CHECK_DEPENDENCIES].state != FWD_CHECK_FAILED &&
           fwd_dependency_next(m->dependencies, m->dependencies_size, &at, &needed))
        met = check_dependency(subject, &needed) && met;
    if (met)
        fwd_check_list_result(
            &subject->list, FWD_CHECK_DEPENDENCIES, FWD_CHECK_DEPENDENCIES, FWD_OK);
}

/* ---- both ------------------------------------------------------------------------------------ */

/* What comes after a failure was not come to, whatever the trial has found. */
static void forget_after(struct fwd_verify_subject *subject, enum fwd_check_step failed)
{
    for (enum fwd_check_step step = failed + 1; step < FWD_CHECK_TARGET; step++)
        subject->list.checks[step] = (struct fwd_check){.state = FWD_CHECK_SKIPPED};
}

static bool failed_before(const struct fwd_check_list *list)
{
    for (enum fwd_check_step step = 0; step < FWD_CHECK_DEPENDENCIES; step++) {
        if (list->checks[step].state == FWD_CHECK_FAILED)
            return true;
    }
    return false;
}

void fwd_verify_conditions(struct fwd_verify_subject *subject)
{
    struct fwd_check *checks = subject->list.checks;

    if (!subject->is_trusted || subject->is_installed || failed_before(&subject->list))
        return;
    check_dependencies(subject);
    if (checks[FWD_CHECK_DEPENDENCIES].state == FWD_CHECK_FAILED) {
        forget_after(subject, FWD_CHECK_DEPENDENCIES);
        return;
    }
    check_time(subject);
    if (checks[FWD_CHECK_EXPIRY].state == FWD_CHECK_FAILED)
        forget_after(subject, FWD_CHECK_EXPIRY);
}
