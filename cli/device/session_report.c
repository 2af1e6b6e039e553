#include "cli/device/session_report.h"

#include "cli/common/certificate_out.h"
#include "cli/common/json_out.h"
#include "sim/cost/certify.h"
#include "sim/cost/decode_cost.h"
#include "verify/flash/version.h"

#include <inttypes.h>
#include <stdio.h>

static const char *action_name(enum fwd_boot_action action)
{
    if (action == FWD_BOOT_RUN)
        return "run";
    return action == FWD_BOOT_RESUME ? "resume" : "recovery";
}

/* Flash operations of the session: in this unit cuts are counted. */
static struct fwd_nor_counts spent(const struct fwd_session *session)
{
    return fwd_nor_counts_since(fwd_nor_counts(session->machine->nor), session->counts);
}

/* On the device, by the times of its description. */
static double seconds(const struct fwd_session *session)
{
    const struct fwd_machine *machine = session->machine;
    uint64_t ns = spent(session).nanoseconds +
                  fwd_flash_cost_hash_ns(machine->description, machine->crypto.hashed) +
                  fwd_decode_cost_ns(machine->description,
                      fwd_flash_cost_decode_rate(session->progress, &session->update),
                      session->update.decoded);
    return (double)ns / 1e9;
}

/* Where a device has fallen back, the record names what does not run. */
static bool named_runs(
    const struct fwd_session *session, uint8_t place, const struct fwd_version_entry *entry)
{
    return entry != NULL && entry->slot == session->choice.slot[place];
}

static json_t *running_json(const struct fwd_session *session)
{
    const struct fwd_device_description *d = session->machine->description;
    struct fwd_version_table versions;
    json_t *list = json_array();
    fwd_version_load(&session->update, &versions);
    for (uint8_t i = 0; i < d->place_count; i++) {
        const struct fwd_version_entry *entry = fwd_version_find(&versions, d->place_names[i]);
        json_array_append_new(list,
            json_pack("{s:s, s:i, s:o}", "component", d->place_names[i], "slot",
                (int)session->choice.slot[i], "version",
                named_runs(session, i, entry) ? fwd_json_out_text(entry->version) : json_null()));
    }
    return list;
}

static json_t *result_json(const struct fwd_session *session)
{
    const struct fwd_reason_info *info = fwd_reason_info(session->reason);
    const struct fwd_nvm *nvm = &session->machine->nvm;
    if (!session->final)
        return json_pack("{s:s, s:s, s:n, s:n}", "reason", info->name, "meaning", info->meaning,
            "code", "lwm2m_update_result");
    struct fwd_channel channel = fwd_profile_channel(session->sink.profile, session->sink.command,
        session->code, nvm->channel_readable ? &nvm->channel : NULL);
    return json_pack("{s:s, s:s, s:i, s:i, s:i, s:I}", "reason", info->name, "meaning",
        info->meaning, "code", (int)session->code, "lwm2m_update_result",
        (int)fwd_profile_lwm2m(session->sink.profile, session->reason), "port", (int)channel.port,
        "baud", (json_int_t)channel.baud);
}

/* What it cost the flash, and the least that it could have cost. */
static bool measure(const struct fwd_session *session, struct fwd_flash_cost *cost)
{
    if (session->progress == NULL)
        return false;
    fwd_flash_cost_end(session->progress, session->machine, &session->update, cost);
    return true;
}

static const char *compare(const struct fwd_session *session, const struct fwd_flash_cost *cost,
    struct fwd_certificate *certificate)
{
    /* nothing is decoded when the target is installed already, or by the rest of an update */
    return session->started && session->reason == FWD_OK && session->update.decoded > 0
               ? fwd_certify_compare(&session->update, cost, certificate)
               : NULL;
}

static json_t *certificate_json(
    const struct fwd_session *session, const struct fwd_flash_cost *cost)
{
    struct fwd_certificate certificate;
    const char *differs = compare(session, cost, &certificate);
    if (differs == NULL)
        return json_null();
    json_t *json = fwd_certificate_out_json(&certificate);
    json_object_set_new(json, "differs_in", *differs != 0 ? json_string(differs) : json_null());
    return json;
}

static void print_certificate(const struct fwd_session *session, const struct fwd_flash_cost *cost)
{
    struct fwd_certificate certificate;
    char text[FWD_CERTIFICATE_TEXT];
    const char *differs = compare(session, cost, &certificate);
    if (differs == NULL)
        return;
    fwd_certificate_out_text(&certificate, text);
    printf("certificate  %s\n", text);
    if (*differs == 0)
        printf("             this is what was counted, but for the version area: %" PRIu64
               " bytes, %" PRIu64 ".%03" PRIu64 " s, by what was installed before\n",
            cost->version, cost->version_ns / 1000000000u, cost->version_ns / 1000000u % 1000u);
    else
        printf("             counted otherwise: %s (it is for a package without padding, a blank "
               "journal, a device as it left the factory, and no power cut)\n",
            differs);
}

/* The blocks of an area that were erased, by number. */
static json_t *erased_blocks(const struct fwd_session *session, uint16_t area)
{
    json_t *blocks = json_object();
    for (uint32_t i = 0; i < fwd_nor_block_count(session->machine->nor, area); i++) {
        uint32_t erases = fwd_flash_cost_erases(session->progress, session->machine, area, i);
        char number[16];
        snprintf(number, sizeof number, "%" PRIu32, i);
        if (erases > 0)
            json_object_set_new(blocks, number, json_integer(erases));
    }
    return blocks;
}

static json_t *wear_json(const struct fwd_session *session, const struct fwd_flash_cost *cost)
{
    json_t *areas = json_object();
    for (uint16_t id = 0; id < FWD_AREA_COUNT; id++) {
        char name[FWD_NAME_MAX + 3];
        if (cost->area_erases[id] == 0)
            continue;
        fwd_description_area_name(session->machine->description, id, name);
        json_object_set_new(areas, name,
            json_pack("{s:I, s:I, s:o}", "erases", (json_int_t)cost->area_erases[id],
                "most_of_a_block", (json_int_t)cost->area_erases_max[id], "by_block",
                erased_blocks(session, id)));
    }
    return areas;
}

static json_t *cost_json(const struct fwd_session *session)
{
    struct fwd_flash_cost c;
    if (!measure(session, &c))
        return json_null();
    json_t *json = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:I, s:o}",
        "most_erases_of_a_block", (json_int_t)c.erases_max, "bytes_programmed",
        (json_int_t)c.programmed, "firmware_bytes", (json_int_t)c.slots, "scratch_bytes",
        (json_int_t)c.scratch, "journal_bytes", (json_int_t)c.journal, "staging_bytes",
        (json_int_t)c.staging, "staging_room", (json_int_t)c.staging_room, "scratch_copies",
        (json_int_t)c.scratch_uses, "changed_blocks", (json_int_t)c.changed_blocks, "changed_bytes",
        (json_int_t)c.changed_bytes, "self_read_bytes",
        c.partial ? json_null() : json_integer((json_int_t)c.self_read_bytes),
        "unchanged_blocks_erased", (json_int_t)c.unchanged_erased, "ratio_to_least_possible",
        c.partial ? json_null() : json_real((double)fwd_flash_cost_ratio(&c) / 1000));
    json_object_set_new(json, "wear", wear_json(session, &c));
    json_object_set_new(json, "spare_staging_bytes", json_integer((json_int_t)c.spare));
    json_object_set_new(json, "seconds_hashing", json_real((double)c.hash_ns / 1e9));
    json_object_set_new(json, "seconds_decoding", json_real((double)c.decode_ns / 1e9));
    json_object_set_new(json, "action",
        c.acts ? json_pack("{s:I, s:I, s:I, s:f}", "erases", (json_int_t)c.action.erases,
                     "programs", (json_int_t)c.action.programs, "bytes_programmed",
                     (json_int_t)c.action.programmed, "seconds", (double)c.action.nanoseconds / 1e9)
               : json_null());
    json_object_set_new(json, "certificate", certificate_json(session, &c));
    return json;
}

static json_t *report_json(const struct fwd_session *session, bool cut)
{
    const struct fwd_nor_counts counts = spent(session);
    const struct fwd_cost *cost = &session->update.cost;
    char id[FWD_NOR_CUT_TEXT] = "";
    if (session->has_cut)
        fwd_nor_cut_print(&session->cut, id);
    bool known = !cut && session->has_choice;
    return json_pack("{s:o, s:s, s:O, s:b, s:o, s:o, s:o, s:o, s:I, s:I, s:f, s:I, s:I, s:o}",
        "device", fwd_json_out_string(session->folder), "profile", session->sink.profile->name,
        "lines", session->lines, "power_cut", cut, "cut",
        session->has_cut ? json_string(id) : json_null(), "result",
        cut ? json_null() : result_json(session), "next",
        known ? json_string(action_name(session->choice.action)) : json_null(), "running",
        known ? running_json(session) : json_array(), "erases", (json_int_t)counts.erases,
        "programs", (json_int_t)counts.programs, "seconds_on_device", seconds(session),
        "staged_bytes", (json_int_t)cost->staged_bytes, "steps", (json_int_t)cost->steps,
        "flash_cost", cut ? json_null() : cost_json(session));
}

static void print_running(const struct fwd_session *session)
{
    const struct fwd_device_description *d = session->machine->description;
    struct fwd_version_table versions;
    if (session->choice.action == FWD_BOOT_RECOVERY) {
        printf("the firmware is incomplete: the device waits for a full package\n");
        return;
    }
    if (session->choice.action == FWD_BOOT_RESUME) {
        printf("the update is not finished: the next start goes on with it\n");
        return;
    }
    fwd_version_load(&session->update, &versions);
    for (uint8_t i = 0; i < d->place_count; i++) {
        const struct fwd_version_entry *entry = fwd_version_find(&versions, d->place_names[i]);
        struct fwd_text version = entry != NULL ? entry->version : fwd_text_of(NULL);
        if (version.size == 0)
            version = fwd_text_of("unknown");
        if (entry == NULL || entry->size == 0)
            printf("%s: empty\n", d->place_names[i]);
        else if (named_runs(session, i, entry))
            printf("%s: version %.*s runs from slot %u\n", d->place_names[i], (int)version.size,
                version.bytes, session->choice.slot[i]);
        else
            printf("%s: slot %u runs; version %.*s in slot %u, which the version record names, "
                   "does not start\n",
                d->place_names[i], session->choice.slot[i], (int)version.size, version.bytes,
                entry->slot);
    }
}

static void print_wear(const struct fwd_session *session, const struct fwd_flash_cost *cost)
{
    const char *separator = "wear         ";
    for (uint16_t id = 0; id < FWD_AREA_COUNT; id++) {
        char name[FWD_NAME_MAX + 3];
        if (cost->area_erases[id] == 0)
            continue;
        fwd_description_area_name(session->machine->description, id, name);
        printf("%s%s %" PRIu32 " (at most %" PRIu32 " of a block)", separator, name,
            cost->area_erases[id], cost->area_erases_max[id]);
        separator = ", ";
    }
    printf("\n");
}

static void print_text(const struct fwd_session *session, bool cut)
{
    const struct fwd_nor_counts counts = spent(session);
    if (session->final && !session->sink.profile->reports)
        printf("this module reports nothing; result %u (%s)\n", session->code,
            fwd_reason_info(session->reason)->name);
    if (!cut && session->has_choice)
        print_running(session);
    printf("flash: %" PRIu64 " erases, %" PRIu64 " programs, about %.1f s on the device\n",
        counts.erases, counts.programs, seconds(session));
    struct fwd_flash_cost cost;
    if (!cut && fwd_args_has(session->args, "cost") && measure(session, &cost)) {
        fwd_flash_cost_print(stdout, &cost);
        print_wear(session, &cost);
        print_certificate(session, &cost);
    }
}

enum fwd_fail fwd_session_report(const struct fwd_session *session, bool cut, struct fwd_error *err)
{
    if (session->json)
        return fwd_json_out("install", report_json(session, cut), err);
    print_text(session, cut);
    return FWD_FAIL_NONE;
}
