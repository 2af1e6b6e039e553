#include "cli/prove/prove_trial.h"

#include "keys/crypto_port.h"
#include "sim/family/profiles.h"

#include <stdlib.h>
#include <string.h>

enum fwd_fail fwd_prove_trial_make(struct fwd_prove_trial *trial,
    const struct fwd_prove_subject *subject, const struct fwd_machine_recipe *recipe,
    struct fwd_error *err)
{
    memset(trial, 0, sizeof *trial);
    trial->subject = subject;
    trial->recipe = recipe;
    return fwd_machine_new(recipe, fwd_decoders, fwd_decoders_count, &trial->machine, err);
}

void fwd_prove_trial_free(struct fwd_prove_trial *trial)
{
    fwd_machine_close(trial->machine);
    trial->machine = NULL;
}

/* ---- what runs ------------------------------------------------------------------------------- */

static const struct fwd_machine_image *old_image(
    const struct fwd_machine_recipe *recipe, const char *component)
{
    for (size_t i = 0; i < recipe->image_count; i++) {
        if (strcmp(recipe->images[i].component, component) == 0)
            return &recipe->images[i];
    }
    return NULL;
}

static const struct fwd_component *new_image(
    const struct fwd_prove_subject *s, const char *component)
{
    for (uint8_t i = 0; i < s->manifest.component_count; i++) {
        if (fwd_text_equal(s->manifest.components[i].name, fwd_text_of(component)))
            return &s->manifest.components[i];
    }
    return NULL;
}

/* bytes: room for the largest of both. */
static enum fwd_prove_runs in_slot(
    const struct fwd_prove_trial *trial, uint8_t place, uint8_t slot, uint8_t *bytes)
{
    const char *name = trial->machine->description->place_names[place];
    const struct fwd_machine_image *old = old_image(trial->recipe, name);
    const struct fwd_component *c = new_image(trial->subject, name);
    uint8_t digest[FWD_DIGEST_SIZE];
    if (c != NULL && fwd_machine_read_slot(trial->machine, place, slot, bytes, c->target.size) &&
        fwd_crypto_port_sha256(bytes, c->target.size, digest) &&
        fwd_image_digest_equal(&c->target, digest))
        return FWD_PROVE_NEW;
    if (old != NULL && fwd_machine_read_slot(trial->machine, place, slot, bytes, old->size) &&
        memcmp(bytes, old->bytes, old->size) == 0)
        return FWD_PROVE_OLD;
    return FWD_PROVE_OTHER;
}

static size_t largest(const struct fwd_prove_trial *trial)
{
    const struct fwd_device_description *d = trial->machine->description;
    size_t size = 1;
    for (uint8_t i = 0; i < d->place_count; i++) {
        for (int slot = 0; slot < 2; slot++)
            size = d->places[i].slots[slot].size > size ? d->places[i].slots[slot].size : size;
    }
    return size;
}

/* Which set is in force, if the firmware is what it was? */
static enum fwd_prove_runs with_keys(
    const struct fwd_prove_trial *trial, enum fwd_prove_runs firmware)
{
    const struct fwd_keyring *keyring = &trial->machine->keyring;
    if (firmware != FWD_PROVE_OLD)
        return firmware == FWD_PROVE_NOTHING ? firmware : FWD_PROVE_OTHER;
    if (keyring->lost || keyring->doubt)
        return FWD_PROVE_NO_KEYS;
    if (memcmp(keyring->newest.session, trial->subject->set_session, FWD_SESSION_SIZE) == 0)
        return FWD_PROVE_NEW;
    return keyring->newest.set.version == keyring->built_in ? FWD_PROVE_OLD : FWD_PROVE_OTHER;
}

/* All components of the package at once: one of them old and one new is neither. */
static enum fwd_prove_runs what_runs(struct fwd_prove_trial *trial)
{
    const struct fwd_device_description *d = trial->machine->description;
    struct fwd_boot_choice choice;
    enum fwd_prove_runs runs = FWD_PROVE_NOTHING;
    if (fwd_boot_decide(&trial->update, &choice) != FWD_OK || choice.action != FWD_BOOT_RUN)
        return runs;
    uint8_t *bytes = malloc(largest(trial));
    for (uint8_t i = 0; i < d->place_count && bytes != NULL; i++) {
        const char *name = d->place_names[i];
        if (trial->subject->changes_keys ? old_image(trial->recipe, name) == NULL
                                         : new_image(trial->subject, name) == NULL)
            continue;
        enum fwd_prove_runs one = in_slot(trial, i, choice.slot[i], bytes);
        runs = runs == FWD_PROVE_NOTHING || runs == one ? one : FWD_PROVE_OTHER;
    }
    free(bytes);
    return trial->subject->changes_keys ? with_keys(trial, runs) : runs;
}

const char *fwd_prove_runs_text(const struct fwd_prove_subject *subject, enum fwd_prove_runs runs)
{
    static const char *const keys[] = {[FWD_PROVE_NOTHING] = "nothing",
        [FWD_PROVE_OLD] = "the firmware, with the old set of keys in force",
        [FWD_PROVE_NEW] = "the firmware, with the new set of keys in force",
        [FWD_PROVE_NO_KEYS] = "the firmware, and no set of keys is in force",
        [FWD_PROVE_OTHER] = "other firmware, or with another set of keys"};
    static const char *const texts[] = {[FWD_PROVE_NOTHING] = "nothing",
        [FWD_PROVE_OLD] = "the old firmware",
        [FWD_PROVE_NEW] = "the new firmware",
        [FWD_PROVE_OTHER] = "other firmware"};
    return subject->changes_keys ? keys[runs] : texts[runs];
}

/* ---- the installation ------------------------------------------------------------------------ */

static void moment(const struct fwd_prove_trial *trial, const char *what)
{
    if (trial->moment != NULL)
        trial->moment(trial->ctx, what);
}

static enum fwd_reason install(
    struct fwd_prove_trial *trial, const struct fwd_bytes *package, enum fwd_command command)
{
    struct fwd_update *update = &trial->update;
    enum fwd_reason reason = fwd_download_begin(update, 0);
    if (reason == FWD_OK)
        reason = fwd_download_write(update, package->data, (uint32_t)package->size);
    if (reason == FWD_OK)
        reason = fwd_download_end(update);
    if (reason != FWD_OK)
        return reason;
    moment(trial, "download");
    reason = fwd_machine_install(trial->machine, update, command, NULL, NULL);
    moment(trial, "installation");
    return reason;
}

static enum fwd_reason read_bytes(void *ctx, uint32_t offset, void *buf, uint32_t size)
{
    const struct fwd_bytes *bytes = ctx;
    memcpy(buf, bytes->data + offset, size);
    return FWD_OK;
}

/* As an application hands a set of keys over. */
static enum fwd_reason change_keys(struct fwd_prove_trial *trial, const struct fwd_bytes *package)
{
    struct fwd_bytes bytes = *package;
    const struct fwd_input input = {&bytes, read_bytes, (uint32_t)package->size};
    enum fwd_reason reason = fwd_keyring_install(&trial->machine->keyring, &trial->update, &input);
    moment(trial, "installation");
    return reason;
}

/* A full package is what a boot loader takes when no firmware can run; in slices, too, the boot
 * loader runs when an installation has ended. */
static void power_on(struct fwd_prove_trial *trial)
{
    fwd_machine_power_cycle(trial->machine);
    if (trial->subject->divided.header.kind == FWD_KIND_FULL)
        fwd_machine_run_boot_loader(trial->machine);
    else
        fwd_machine_run_application(trial->machine);
}

void fwd_prove_trial_run(
    struct fwd_prove_trial *trial, const struct fwd_bytes *package, enum fwd_command command)
{
    power_on(trial);
    trial->runs = FWD_PROVE_NOTHING;
    trial->reason = fwd_update_init(&trial->update, &trial->machine->device);
    if (trial->reason == FWD_OK) {
        struct fwd_boot_choice choice;
        enum fwd_reason decided = fwd_boot_decide(&trial->update, &choice);
        (void)decided; /* as every start does; an empty device is in RECOVERY */
        moment(trial, "start");
        trial->reason = trial->subject->changes_keys ? change_keys(trial, package)
                                                     : install(trial, package, command);
        trial->runs = what_runs(trial);
        if (trial->subject->changes_keys && trial->runs != FWD_PROVE_NOTHING)
            fwd_machine_started(trial->machine, &trial->update);
        enum fwd_reason told = fwd_update_reported(&trial->update);
        (void)told; /* if it cannot be recorded, the next start tells the result again */
        moment(trial, "finish");
    }
    trial->code = fwd_profile_code(trial->machine->profile, trial->reason, false);
}

void fwd_prove_trial_settle(struct fwd_prove_trial *trial)
{
    enum fwd_reason confirmed = fwd_update_confirm(&trial->update);
    (void)confirmed; /* what the next installation says decides */
}
