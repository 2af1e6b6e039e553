/* The undisturbed device: from the factory through its past to the update that is proven. Each
 * firmware on the way is one that it may run later. */
#include "sim/cost/certify.h"
#include "sim/torture/torture_internal.h"

#include <stdlib.h>
#include <string.h>

uint32_t fwd_torture_generation_max(const struct fwd_torture *torture)
{
    return torture->options->past_count + 2;
}

void fwd_torture_generation_free_all(struct fwd_torture *torture)
{
    uint32_t count = torture->generations != NULL ? fwd_torture_generation_max(torture) : 0;

    for (uint32_t i = 0; i < count; i++) {
        fwd_torture_image_free(torture->generations[i].images);
        fwd_nor_snapshot_free(torture->generations[i].device);
    }
    free(torture->generations);
    torture->generations = NULL;
}

void fwd_torture_generation_restore(struct fwd_torture *torture, uint32_t generation)
{
    const struct fwd_torture_generation *from = &torture->generations[generation];

    fwd_nor_restore(torture->machine->nor, from->device);
    fwd_torture_counters_put(torture, &from->counters);
}

/* Remembers what runs now, and the device unless it is the end. */
static enum fwd_fail remember(
    struct fwd_torture *torture, const uint8_t *slots, struct fwd_error *err)
{
    struct fwd_torture_generation *next = &torture->generations[torture->generation_count];
    bool last = torture->generation_count + 1 == fwd_torture_generation_max(torture);

    if (!fwd_torture_image_take(torture, torture->cycles[0], slots, next->images))
        return fwd_error_memory(err, "the images");
    fwd_torture_counters_take(torture, &next->counters);
    if (!last)
        next->device = fwd_nor_snapshot_new(torture->machine->nor);
    if (!last && next->device == NULL)
        return fwd_error_memory(err, "the device");
    torture->generation_count++;
    return FWD_FAIL_NONE;
}

/* Power on: what runs? */
static enum fwd_reason start(struct fwd_torture *torture, struct fwd_boot_choice *choice)
{
    struct fwd_torture_power_cycle *cycle = torture->cycles[0];

    fwd_torture_power_cycle_switch(torture);
    fwd_watchdog_start(&cycle->watchdog);
    cycle->reason = fwd_update_init(&cycle->update, &cycle->device);
    if (cycle->reason == FWD_OK)
        cycle->reason = fwd_torture_keyring_open(cycle);
    if (cycle->reason == FWD_OK)
        cycle->reason = fwd_boot_decide(&cycle->update, choice);
    if (cycle->reason == FWD_OK && choice->action != FWD_BOOT_RUN)
        cycle->reason = choice->outcome != FWD_OK ? choice->outcome : FWD_E_INTERNAL;
    if (cycle->reason == FWD_OK)
        fwd_torture_keyring_settle(cycle);
    return cycle->reason;
}

/* The set that the device has taken since it left the factory. */
static enum fwd_fail take_keys(struct fwd_torture *torture, struct fwd_error *err)
{
    struct fwd_torture_power_cycle *cycle = torture->cycles[0];
    const struct fwd_bytes *keys = torture->options->keys;
    const char *name = torture->options->keys_name;

    if (keys == NULL)
        return FWD_FAIL_NONE;
    if (!torture->machine->has_keyring)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "the keys of this device never change: it takes no other set of keys");
    enum fwd_reason reason = fwd_torture_keyring_install(cycle, keys->data, (uint32_t)keys->size);
    fwd_torture_keyring_settle(cycle);
    return reason == FWD_OK
               ? FWD_FAIL_NONE
               : fwd_error_fail(err, FWD_FAIL_REFUSED,
                     "%s: the device does not take this set of keys, which it is to "
                     "have before the update: %s",
                     name != NULL ? name : "the trust package", fwd_reason_info(reason)->meaning);
}

static enum fwd_fail begin(struct fwd_torture *torture, struct fwd_error *err)
{
    struct fwd_boot_choice choice;

    if (setjmp(torture->cycles[0]->restart) != 0)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "the device of %s does not start: the watchdog resets the device",
            torture->options->recipe->description);
    enum fwd_reason reason = start(torture, &choice);
    if (reason != FWD_OK) {
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "the device of %s does not start: %s; give it an image (--image NAME=FILE) and the "
            "keys "
            "that it trusts (--trust PUB)",
            torture->options->recipe->description,
            reason == FWD_E_INTERNAL ? "nothing in it may start"
                                     : fwd_reason_info(reason)->meaning);
    }
    enum fwd_fail fail = take_keys(torture, err);
    return fail == FWD_FAIL_NONE ? remember(torture, choice.slot, err) : fail;
}

static enum fwd_reason install_proven(struct fwd_torture_power_cycle *cycle)
{
    struct fwd_torture *torture = cycle->torture;

    if (!torture->changes_keys)
        return fwd_torture_start_install(
            cycle, torture->options->package, torture->options->package_size);
    torture->key_versions[0] = cycle->keyring.newest.set.version;
    enum fwd_reason reason = fwd_torture_keyring_install(
        cycle, torture->options->package, torture->options->package_size);
    torture->key_versions[1] = cycle->keyring.newest.set.version;
    return reason;
}

/* The next update, in one power cycle. */
static enum fwd_reason install(struct fwd_torture *torture, struct fwd_boot_choice *choice)
{
    struct fwd_torture_power_cycle *cycle = torture->cycles[0];
    const struct fwd_torture_options *options = torture->options;
    uint32_t number = torture->generation_count - 1;
    bool past = number < options->past_count;

    if (start(torture, choice) != FWD_OK)
        return cycle->reason;
    enum fwd_reason reason = past ? fwd_torture_start_install(cycle, options->past[number].data,
                                        (uint32_t)options->past[number].size)
                                  : install_proven(cycle);
    if (reason == FWD_OK)
        reason = fwd_boot_decide(&cycle->update, choice);
    if (reason == FWD_OK && choice->action != FWD_BOOT_RUN)
        reason = FWD_E_INTERNAL;
    if (reason == FWD_OK)
        reason = fwd_update_reported(&cycle->update);
    if (reason == FWD_OK && (past || !options->unconfirmed))
        reason = fwd_update_confirm(&cycle->update);
    return reason;
}

static void install_next(struct fwd_torture *torture, struct fwd_boot_choice *choice)
{
    struct fwd_torture_power_cycle *cycle = torture->cycles[0];

    cycle->cost = (struct fwd_torture_cost){0};
    cycle->end = FWD_END_NONE;
    cycle->what[0] = '\0';
    torture->write_count = 0;
    memset(torture->operations, 0, sizeof torture->operations);
    if (setjmp(cycle->restart) != 0) {
        fwd_torture_start_fail(cycle, "the watchdog resets the device");
        return;
    }
    cycle->reason = install(torture, choice);
    if (cycle->reason != FWD_OK)
        fwd_torture_start_fail(cycle, "it is refused");
    else if (fwd_nor_violations(torture->machine->nor) > 0)
        fwd_torture_start_fail(cycle, fwd_nor_violation_text(torture->machine->nor));
}

static uint64_t clock_of(const struct fwd_torture *torture)
{
    struct fwd_torture_power_cycle *cycle = torture->cycles[0];

    cycle->began_ns = 0;
    fwd_torture_power_cycle_clock(cycle);
    return cycle->cost.nanoseconds;
}

static enum fwd_fail next(struct fwd_torture *torture, struct fwd_error *err)
{
    struct fwd_torture_power_cycle *cycle = torture->cycles[0];
    struct fwd_boot_choice choice;

    cycle->update.decoded = 0;
    uint64_t began = clock_of(torture);
    install_next(torture, &choice);
    torture->update = cycle->cost;
    torture->update.nanoseconds = clock_of(torture) - began;
    if (cycle->end == FWD_END_BADLY && torture->changes_keys)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "the device does not take this set of keys even without a power cut: %s; see it with "
            "'fwdelta device trust'",
            cycle->what);
    if (cycle->end == FWD_END_BADLY)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "the package does not install on this device even without a power cut: %s; see it "
            "with 'fwdelta install'",
            cycle->what);
    return remember(torture, choice.slot, err);
}

/* Does the device run what it ran before the last update? */
static bool same_firmware(const struct fwd_torture *torture)
{
    const struct fwd_torture_generation *last =
        &torture->generations[fwd_torture_generation_max(torture) - 1];

    for (uint8_t i = 0; i < torture->machine->device.place_count; i++) {
        const struct fwd_torture_image *now = &last->images[i], *before = &last[-1].images[i];

        if (now->size != before->size ||
            memcmp(now->digest, before->digest, sizeof now->digest) != 0)
            return false;
    }
    return true;
}

/* Where nothing changes there is nothing to cut, and "no device was lost" would prove nothing. */
static enum fwd_fail check_change(const struct fwd_torture *torture, struct fwd_error *err)
{
    const char *name = torture->options->name != NULL ? torture->options->name : "the package";

    if (torture->changes_keys && torture->key_versions[0] == torture->key_versions[1])
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: the device has this set already; give the one that follows", name);
    if (!torture->changes_keys && same_firmware(torture))
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: the device has this firmware already; give the image before the update with "
            "--image",
            name);
    if (torture->update.operations > 0)
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: it installs without a flash operation, so there is none to cut power at", name);
}

/* Who wants to see the device go back needs an update that can. */
static enum fwd_fail check_trial(const struct fwd_torture *torture, struct fwd_error *err)
{
    struct fwd_status status;

    fwd_update_status(&torture->cycles[0]->update, &status);
    if (!torture->options->unconfirmed || status.state == FWD_STATUS_TRIAL)
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: this update is not on trial, so nothing goes back: the description needs "
        "policy.trial_starts, and the update must leave a way back: another slot, or room for the "
        "old blocks",
        torture->options->recipe->description);
}

enum fwd_fail fwd_torture_generation_make_all(struct fwd_torture *torture, struct fwd_error *err)
{
    uint32_t count = fwd_torture_generation_max(torture);

    torture->generations = calloc(count, sizeof *torture->generations);
    if (torture->generations == NULL)
        return fwd_error_memory(err, "the images");
    enum fwd_fail fail = begin(torture, err);
    while (fail == FWD_FAIL_NONE && torture->generation_count < count)
        fail = next(torture, err);
    if (fail == FWD_FAIL_NONE)
        fail = check_change(torture, err);
    return fail == FWD_FAIL_NONE ? check_trial(torture, err) : fail;
}
