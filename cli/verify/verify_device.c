/* The answer of a device: the package is installed on one in memory, made as its description says
 * and loaded with the images given with --source. Without them only what the description says is
 * asked. */
#include "cli/common/image_option.h"
#include "cli/device/session.h"
#include "cli/verify/verify_internal.h"
#include "verify/install/load_package.h"
#include "verify/trust/expiry.h"
#include "verify/trust/plan.h"

#include <string.h>

struct rehearsal {
    struct fwd_machine *machine;
    struct fwd_update update;
    char names[FWD_COMPONENTS_MAX][FWD_NAME_MAX + 1];
    char versions[FWD_COMPONENTS_MAX][FWD_VERSION_MAX + 1];
    struct fwd_machine_image images[FWD_COMPONENTS_MAX];
    size_t image_count;
};

static void copy_text(struct fwd_text text, char *out)
{
    if (text.size > 0)
        memcpy(out, text.bytes, text.size);
    out[text.size] = 0;
}

/* --source-version of a component: VERSION, or NAME=VERSION when there are several; NULL: not
 * given. */
static const char *stated_version(
    const struct fwd_verify_subject *subject, const char *name, struct fwd_error *err)
{
    const char *text;
    size_t at = 0;
    while ((text = fwd_args_next(subject->args, "source-version", &at)) != NULL) {
        const char *version = NULL;
        uint8_t index = 0;
        if (fwd_image_option_find(&subject->trusted.manifest, "source-version", text, &index,
                &version, err) != FWD_FAIL_NONE)
            return NULL;
        if (fwd_text_equal(subject->trusted.manifest.components[index].name, fwd_text_of(name)))
            return version;
    }
    return NULL;
}

/* What the device has: the sources, under the versions that are given, or else those that the
 * package expects. */
static void load_images(
    const struct fwd_verify_subject *subject, struct rehearsal *r, struct fwd_error *err)
{
    const struct fwd_manifest *m = &subject->trusted.manifest;
    for (uint8_t i = 0; subject->is_trusted && i < m->component_count; i++) {
        const struct fwd_bytes *source = &subject->images[i].source;
        if (source->data == NULL)
            continue;
        size_t at = r->image_count++;
        copy_text(m->components[i].name, r->names[at]);
        copy_text(m->components[i].source.version, r->versions[at]);
        const char *version = stated_version(subject, r->names[at], err);
        r->images[at] = (struct fwd_machine_image){.component = r->names[at],
            .bytes = source->data,
            .size = (uint32_t)source->size,
            .version = version != NULL ? version : r->versions[at]};
    }
}

static bool has_every_source(const struct fwd_verify_subject *subject)
{
    const struct fwd_manifest *m = &subject->trusted.manifest;
    for (uint8_t i = 0; subject->is_trusted && i < m->component_count; i++) {
        if ((m->components[i].flags & FWD_COMPONENT_HAS_SOURCE) != 0 &&
            subject->images[i].source.data == NULL)
            return false;
    }
    return true;
}

/* The device of the description may lack a component: then its image is left out, and the device
 * itself says so. */
static enum fwd_fail make_machine(
    const struct fwd_verify_subject *subject, struct rehearsal *r, struct fwd_error *err)
{
    const struct fwd_device_description *description = subject->description;
    const char *path = fwd_args_text(subject->args, "device");
    const char *trust[16];
    const char *text;
    size_t at = 0;
    struct fwd_machine_recipe recipe = {.description = path, .images = r->images, .trust = trust};
    for (size_t i = 0; i < r->image_count; i++) {
        for (uint8_t j = 0; j < description->place_count; j++) {
            if (strcmp(description->place_names[j], r->images[i].component) == 0)
                r->images[recipe.image_count++] = r->images[i];
        }
    }
    while ((text = fwd_args_next(subject->args, "trust", &at)) != NULL && recipe.trust_count < 16)
        trust[recipe.trust_count++] = text;
    return fwd_machine_new(&recipe, fwd_decoders, fwd_decoders_count, &r->machine, err);
}

static enum fwd_reason download(const struct fwd_verify_subject *subject, struct rehearsal *r)
{
    struct fwd_update *update = &r->update;
    if (subject->threshold > 0)
        r->machine->device.policy.threshold = (uint8_t)subject->threshold;
    enum fwd_reason reason = fwd_update_init(update, &r->machine->device);
    if (reason == FWD_OK)
        reason = fwd_download_begin(update, 0);
    if (reason == FWD_OK)
        reason = fwd_download_write(update, subject->package.data, (uint32_t)subject->package.size);
    if (reason == FWD_OK)
        reason = fwd_download_end(update);
    return reason;
}

static enum fwd_reason install(const struct fwd_verify_subject *subject, struct rehearsal *r)
{
    enum fwd_reason reason = download(subject, r);
    return reason == FWD_OK ? fwd_update_install(&r->update, subject->command) : reason;
}

/* V8a, I1 and I2: what a device that allows the package finds without looking at its firmware. */
static void check_resources(struct fwd_verify_subject *subject, const struct fwd_update *update,
    const struct fwd_version_table *versions)
{
    struct fwd_check_list *list = &subject->list;
    enum fwd_reason reason = fwd_plan_counters(update, versions);
    if (reason == FWD_OK && update->device->expiry != NULL)
        reason = update->device->expiry->check(update);
    fwd_check_list_result(list, FWD_CHECK_COUNTERS, FWD_CHECK_EXPIRY, reason);
    if (reason == FWD_OK)
        fwd_check_list_result(list, FWD_CHECK_MEMORY, FWD_CHECK_PLACES,
            fwd_plan_resources(&update->plan, update->work.arena_size));
}

/* Without the images: the checks that the description and the manifest decide. */
static void check_description(struct fwd_verify_subject *subject, struct rehearsal *r)
{
    static const enum fwd_check_step needing[] = {FWD_CHECK_INSTALLED, FWD_CHECK_SOURCE,
        FWD_CHECK_DECODE, FWD_CHECK_STAGING, FWD_CHECK_WRITE, FWD_CHECK_FINISH};
    struct fwd_update *update = &r->update;
    struct fwd_version_table versions;
    enum fwd_reason reason = download(subject, r);
    if (reason == FWD_OK)
        reason = fwd_load_package(
            update, subject->command, (uint32_t)subject->package.size, 0, &versions);
    if (reason == FWD_OK)
        reason = fwd_plan_policy(update->device, &update->trusted, &update->plan, subject->command);
    fwd_check_list_result(&subject->list, FWD_CHECK_ENVIRONMENT, FWD_CHECK_POLICY, reason);
    if (reason != FWD_OK)
        return;
    check_resources(subject, update, &versions);
    for (size_t i = 0; i < sizeof needing / sizeof needing[0]; i++)
        fwd_check_list_skip(
            &subject->list, needing[i], "it needs --source: the image that the device has");
}

static void note_cost(struct fwd_verify_subject *subject, struct rehearsal *r)
{
    const struct fwd_nor_counts counts = fwd_nor_counts(r->machine->nor);
    uint32_t arena = 0;
    for (uint8_t i = 0; i < subject->trusted.manifest.component_count; i++) {
        if (subject->trusted.manifest.components[i].arena_size > arena)
            arena = subject->trusted.manifest.components[i].arena_size;
    }
    subject->has_cost = true;
    subject->staged_bytes = r->update.cost.staged_bytes;
    subject->memory = fwd_update_memory(&r->machine->device) + arena;
    subject->erases = counts.erases;
    subject->programs = counts.programs;
    subject->seconds = (double)counts.nanoseconds / 1e9;
}

static void note_result(
    struct fwd_verify_subject *subject, struct rehearsal *r, enum fwd_reason reason)
{
    struct fwd_check_list *list = &subject->list;
    struct fwd_status status;
    fwd_update_status(&r->update, &status);
    bool installed = reason == FWD_OK && status.state != FWD_STATUS_DONE;
    subject->is_installed = installed;
    enum fwd_check_step last = installed ? FWD_CHECK_INSTALLED - 1 : FWD_CHECK_FINISH;
    fwd_check_list_result(list, FWD_CHECK_ENVIRONMENT, last, reason);
    if (installed)
        fwd_check_list_skip(
            list, FWD_CHECK_INSTALLED, "all of it is installed already: 128 at once");
    if (reason == FWD_OK && !installed)
        note_cost(subject, r);
}

/* The answer is the device's, in its order; what this computer found does not come into it. With
 * images left out it is all there is to say about the images that are given. */
static void forget_own(struct fwd_verify_subject *subject)
{
    enum fwd_check_step last = has_every_source(subject) ? FWD_CHECK_TARGET - 1 : FWD_CHECK_POLICY;
    for (enum fwd_check_step step = 0; step <= last; step++)
        subject->list.checks[step] = (struct fwd_check){.state = FWD_CHECK_SKIPPED};
}

/* A clock that nobody has set stays so. */
static void set_clock(
    const struct fwd_verify_subject *subject, struct fwd_device_description *description)
{
    if (!fwd_args_has(subject->args, "at") || description->clock < FWD_DEVICE_CLOCK_HOST)
        return;
    description->clock = FWD_DEVICE_CLOCK_STANDS;
    description->clock_time = subject->now;
}

enum fwd_fail fwd_verify_on_device(struct fwd_verify_subject *subject, struct fwd_error *err)
{
    struct rehearsal r = {0};
    load_images(subject, &r, err);
    forget_own(subject);
    enum fwd_fail fail = make_machine(subject, &r, err);
    if (fail == FWD_FAIL_NONE) {
        if (subject->profile == NULL)
            subject->profile = r.machine->profile;
        set_clock(subject, r.machine->description);
        if (has_every_source(subject))
            note_result(subject, &r, install(subject, &r));
        else
            check_description(subject, &r);
    }
    fwd_machine_close(r.machine);
    return fail;
}
