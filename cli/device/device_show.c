#include "cli/device/device_show.h"

#include "cli/common/json_out.h"
#include "cli/common/print.h"
#include "cli/device/device_trust.h"
#include "cli/device/device_wear.h"
#include "format/component.h"
#include "format/header.h"
#include "verify/flash/version.h"

#include <inttypes.h>
#include <stdio.h>

static const char *state_name(const struct fwd_update *update)
{
    static const char *const names[] = {
        [FWD_STATUS_IDLE] = "idle",
        [FWD_STATUS_DOWNLOADING] = "a download has begun and not ended",
        [FWD_STATUS_READY] = "a package is stored; no update is pending",
        [FWD_STATUS_REHEARSING] = "rehearsing an update",
        [FWD_STATUS_STAGED] = "an update is staged",
        [FWD_STATUS_ACTING] = "firmware is being written",
        [FWD_STATUS_COMMITTING] = "the new firmware is written and verified",
        [FWD_STATUS_DONE] = "an update is done, its result not yet told",
        [FWD_STATUS_FAILED] = "an update failed, its result not yet told",
        [FWD_STATUS_LOST] = "the journal is lost",
        [FWD_STATUS_TRIAL] = "an update is on trial, not confirmed",
        [FWD_STATUS_REVERTING] = "a trial has failed, the device goes back",
    };
    struct fwd_status status;
    fwd_update_status(update, &status);
    if (status.state == FWD_STATUS_IDLE && status.session_known)
        return "the last update's result was told";
    return names[status.state];
}

/* Starts on trial so far; negative: nothing is. */
static int trial_start(const struct fwd_update *update)
{
    struct fwd_status status;
    fwd_update_status(update, &status);
    return status.state == FWD_STATUS_TRIAL ? status.starts : -1;
}

static const char *layout_name(const struct fwd_place *place)
{
    return place->layout == FWD_LAYOUT_AB ? "two slots (A/B)" : "in place";
}

/* What dependencies are compared with; 0: none. */
static uint32_t release_of(const struct fwd_machine *machine, uint8_t index,
    const struct fwd_version_table *versions, const struct fwd_version_entry *entry)
{
    struct fwd_component component;
    if (entry == NULL || entry->size == 0)
        return 0;
    if (entry->set == FWD_VERSION_NO_SET)
        return machine->trust.pins[index].counter;
    const struct fwd_version_set *set = &versions->record.sets[entry->set];
    return fwd_component_at(set->bytes + FWD_HEADER_SIZE, set->signed_size - FWD_HEADER_SIZE,
               entry->component, &component)
               ? fwd_component_release(&component)
               : 0;
}

static void print_component(
    const struct fwd_machine *machine, uint8_t index, const struct fwd_version_table *versions)
{
    const struct fwd_version_entry *entry =
        fwd_version_find(versions, machine->description->place_names[index]);
    const struct fwd_place *place = &machine->description->places[index];
    char digest[2 * FWD_DIGEST_SIZE + 1];
    printf("component  %s (%s), %s, slot of %" PRIu32 " bytes\n", place->name,
        fwd_description_role_name(place->role), layout_name(place), place->slots[0].size);
    if (entry == NULL || entry->size == 0) {
        printf("           empty\n");
        return;
    }
    fwd_print_hex(entry->digest, FWD_DIGEST_SIZE, digest);
    printf("           version %.*s, %" PRIu32 " bytes in slot %u, security counter %" PRIu32 "\n",
        entry->version.size > 0 ? (int)entry->version.size : 7,
        entry->version.size > 0 ? entry->version.bytes : "unknown", entry->size, entry->slot,
        machine->nvm.counters[index]);
    if (release_of(machine, index, versions, entry) > 0)
        printf(
            "           release number %" PRIu32 "\n", release_of(machine, index, versions, entry));
    printf("           SHA-256 %s\n", digest);
}

static void print_text(const struct fwd_machine *machine, const struct fwd_update *update,
    const struct fwd_version_table *versions)
{
    const struct fwd_device_description *d = machine->description;
    const struct fwd_nor_counts counts = fwd_nor_counts(machine->nor);
    char id[FWD_KEYID_TEXT_SIZE];
    printf("device     %s: product %s, hardware revision %" PRIu32 ", profile %s\n", d->name,
        d->product, d->hardware_revision, machine->profile->name);
    for (uint8_t i = 0; i < d->place_count; i++)
        print_component(machine, i, versions);
    printf("journal    %s\n", state_name(update));
    if (trial_start(update) >= 0)
        printf("trial      %d of %u starts; 'fwdelta device confirm %s' says that it is well\n",
            trial_start(update), (unsigned)machine->device.policy.trial_starts, machine->folder);
    fwd_device_trust_print(machine);
    for (size_t i = 0; i < machine->trust.count && !machine->has_keyring; i++) {
        const struct fwd_trust_entry *entry = machine->trust.entries[i];
        fwd_keyid_text(entry->key.id, id);
        if (entry->key.pkey == NULL)
            printf("key        unusable: %s\n", entry->file);
        else
            printf("key        %s (%s)\n", id, entry->key.algorithm->title);
    }
    if (machine->trust.count == 0)
        printf("key        none: every package is refused\n");
    printf("flash      %" PRIu64 " erases, %" PRIu64 " programs since the device was made\n",
        counts.erases, counts.programs);
    fwd_device_wear_print(machine);
}

static json_t *component_json(
    const struct fwd_machine *machine, uint8_t index, const struct fwd_version_table *versions)
{
    const struct fwd_version_entry *entry =
        fwd_version_find(versions, machine->description->place_names[index]);
    const struct fwd_place *place = &machine->description->places[index];
    bool empty = entry == NULL || entry->size == 0;
    return json_pack("{s:s, s:s, s:s, s:I, s:o, s:o, s:o, s:o, s:I, s:I}", "name", place->name,
        "role", fwd_description_role_name(place->role), "layout",
        place->layout == FWD_LAYOUT_AB ? "ab" : "in-place", "slot_size",
        (json_int_t)place->slots[0].size, "version",
        empty ? json_null() : fwd_json_out_text(entry->version), "size",
        empty ? json_null() : json_integer((json_int_t)entry->size), "slot",
        empty ? json_null() : json_integer((json_int_t)entry->slot), "sha256",
        empty ? json_null() : fwd_json_out_hex(entry->digest, FWD_DIGEST_SIZE), "security_counter",
        (json_int_t)machine->nvm.counters[index], "release",
        (json_int_t)release_of(machine, index, versions, entry));
}

static json_t *report_json(const struct fwd_machine *machine, const struct fwd_update *update,
    const struct fwd_version_table *versions)
{
    const struct fwd_device_description *d = machine->description;
    const struct fwd_nor_counts counts = fwd_nor_counts(machine->nor);
    json_t *components = json_array();
    json_t *keys = json_array();
    for (uint8_t i = 0; i < d->place_count; i++)
        json_array_append_new(components, component_json(machine, i, versions));
    for (size_t i = 0; i < machine->trust.count; i++) {
        if (machine->trust.entries[i]->key.pkey != NULL)
            json_array_append_new(
                keys, fwd_json_out_hex(machine->trust.entries[i]->key.id, FWD_KEY_ID_SIZE));
    }
    return json_pack("{s:s, s:s, s:I, s:s, s:o, s:s, s:o, s:o, s:o, s:I, s:I, s:o}", "name",
        d->name, "product", d->product, "hardware_revision", (json_int_t)d->hardware_revision,
        "profile", machine->profile->name, "components", components, "journal", state_name(update),
        "trial_starts", trial_start(update) >= 0 ? json_integer(trial_start(update)) : json_null(),
        "keys", keys, "trust", fwd_device_trust_json(machine), "erases", (json_int_t)counts.erases,
        "programs", (json_int_t)counts.programs, "wear", fwd_device_wear_json(machine));
}

enum fwd_fail fwd_device_not_started(
    const struct fwd_machine *machine, enum fwd_reason reason, struct fwd_error *err)
{
    return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
        "%s: the device does not start: %s (%s)%s%.300s", machine->folder,
        fwd_reason_info(reason)->meaning, fwd_reason_info(reason)->name,
        machine->flash_lost ? ": " : "", machine->flash_lost ? machine->flash_error.text : "");
}

enum fwd_fail fwd_device_show(
    struct fwd_machine *machine, struct fwd_update *update, bool json, struct fwd_error *err)
{
    struct fwd_version_table versions;
    enum fwd_reason reason = fwd_update_init(update, &machine->device);
    if (reason != FWD_OK)
        return fwd_device_not_started(machine, reason, err);
    fwd_version_load(update, &versions);
    if (json)
        return fwd_json_out("device", report_json(machine, update, &versions), err);
    print_text(machine, update, &versions);
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_device_confirm(struct fwd_machine *machine, bool json, struct fwd_error *err)
{
    struct fwd_update update;
    enum fwd_reason reason = fwd_update_init(&update, &machine->device);
    if (reason != FWD_OK)
        return fwd_device_not_started(machine, reason, err);
    bool trial = trial_start(&update) >= 0;
    reason = fwd_update_confirm(&update);
    if (reason == FWD_E_UPDATE_PENDING)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: the trial has failed already and the device goes back; 'fwdelta boot %s' goes on",
            machine->folder, machine->folder);
    if (reason != FWD_OK)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
            "%s: the confirmation cannot be recorded: %s (%s)", machine->folder,
            fwd_reason_info(reason)->meaning, fwd_reason_info(reason)->name);
    enum fwd_fail fail = fwd_machine_save(machine, err);
    if (fail == FWD_FAIL_NONE && json)
        return fwd_device_show(machine, &update, true, err);
    if (fail == FWD_FAIL_NONE)
        printf(trial ? "confirmed  %s: what is on trial stays\n"
                     : "confirmed  %s already: nothing is on trial\n",
            machine->folder);
    return fail;
}
