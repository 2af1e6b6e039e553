#include "cli/device/session.h"

#include "cli/device/session_report.h"
#include "verify/flash/version.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void print_line(void *ctx, const char *line)
{
    struct fwd_session *session = ctx;
    if (session->json) {
        json_array_append_new(session->lines, json_string(line));
        return;
    }
    puts(line);
    fflush(stdout); /* the process may be killed to play a power cut */
}

static void progress(void *ctx, enum fwd_progress phase, uint32_t percent)
{
    const struct fwd_session *session = ctx;
    fwd_line_sink_progress(&session->sink, phase, percent);
}

void fwd_session_acts(void *ctx)
{
    const struct fwd_session *session = ctx;
    fwd_flash_cost_mark(session->progress, FWD_FLASH_ACTS, session->machine, &session->update);
}

static void reached(void *ctx, enum fwd_point point)
{
    if (point == FWD_POINT_INSTALLATION)
        fwd_session_acts(ctx);
}

enum fwd_fail fwd_session_open(struct fwd_session *session, const struct fwd_args *args,
    const char *folder, struct fwd_error *err)
{
    memset(session, 0, sizeof *session);
    session->args = args;
    session->folder = folder;
    session->json = fwd_args_has(args, "json");
    session->lines = json_array();
    enum fwd_fail fail = fwd_cut_option_read(args, &session->has_cut, &session->cut, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_machine_open(folder, fwd_decoders, fwd_decoders_count, &session->machine, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    session->sink = (struct fwd_line_sink){
        .profile = session->machine->profile, .ctx = session, .print = print_line};
    session->machine->progress = progress;
    session->machine->progress_ctx = session;
    session->machine->reached = reached;
    fwd_machine_power_cycle(session->machine);
    session->operations = fwd_nor_operations(session->machine->nor);
    session->counts = fwd_nor_counts(session->machine->nor);
    session->progress = fwd_flash_cost_begin(session->machine);
    return FWD_FAIL_NONE;
}

void fwd_session_close(struct fwd_session *session)
{
    fwd_flash_cost_free(session->progress);
    fwd_machine_close(session->machine);
    json_decref(session->lines);
    memset(session, 0, sizeof *session);
}

void fwd_session_command(struct fwd_session *session, enum fwd_command command)
{
    session->sink.command =
        command == FWD_COMMAND_FULL && session->sink.profile->install[FWD_PROFILE_UPDATE] != NULL
            ? FWD_PROFILE_UPDATE
            : FWD_PROFILE_INSTALL;
}

enum fwd_reason fwd_session_start(struct fwd_session *session)
{
    enum fwd_reason reason = fwd_update_init(&session->update, &session->machine->device);
    session->started = reason == FWD_OK;
    return reason;
}

void fwd_session_booted(struct fwd_session *session)
{
    fwd_flash_cost_free(session->progress);
    session->progress = fwd_flash_cost_begin(session->machine);
}

enum fwd_reason fwd_session_resume_quietly(struct fwd_session *session)
{
    session->machine->progress = NULL;
    enum fwd_reason reason = fwd_update_resume(&session->update);
    session->machine->progress = progress;
    return reason;
}

/* Some modules tell the version of what runs now. */
static void note_version(struct fwd_session *session)
{
    struct fwd_version_table versions;
    if (session->sink.profile->done_version == NULL)
        return;
    fwd_version_load(&session->update, &versions);
    const struct fwd_version_entry *entry =
        fwd_version_find(&versions, session->machine->description->place_names[0]);
    if (entry == NULL)
        return;
    snprintf(session->version, sizeof session->version, "%.*s", (int)entry->version.size,
        entry->version.size > 0 ? entry->version.bytes : "");
    session->sink.version = session->version;
}

void fwd_session_tell(struct fwd_session *session, enum fwd_reason reason)
{
    session->reason = reason;
    if (!session->started) {
        session->final = true;
        session->code = fwd_line_sink_final(&session->sink, reason);
        return;
    }
    enum fwd_reason decided = fwd_boot_decide(&session->update, &session->choice);
    session->has_choice = decided == FWD_OK;
    /* a device that tries again at its next start has no result yet */
    if (reason != FWD_OK && session->choice.action == FWD_BOOT_RESUME)
        return;
    session->final = true;
    note_version(session);
    session->code = fwd_line_sink_final(&session->sink, reason);
    enum fwd_reason reported = fwd_update_reported(&session->update);
    (void)reported; /* if it cannot be recorded, the next start tells the result again */
}

static int power_was_cut(const struct fwd_session *session, struct fwd_error *err)
{
    char id[FWD_NOR_CUT_TEXT];
    if (session->machine->resets > 0) {
        fwd_error_set(err,
            "the watchdog has reset the device: more than %" PRIu64
            " bytes of work without a call of 'alive'; 'fwdelta boot %s' goes on",
            session->machine->watchdog.limit, session->folder);
        return FWD_EXIT_CUT;
    }
    fwd_nor_cut_print(&session->cut, id);
    fwd_error_set(err,
        "power was cut at flash operation %" PRIu64 " (%s); 'fwdelta boot %s' goes on",
        session->cut.operation, id, session->folder);
    return FWD_EXIT_CUT;
}

static int refused(const struct fwd_session *session, const char *subject, struct fwd_error *err)
{
    const struct fwd_reason_info *info = fwd_reason_info(session->reason);
    const struct fwd_machine *machine = session->machine;
    if (machine->flash_lost && session->reason == FWD_E_FLASH_OPEN)
        return (int)fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
            "the device answers code %u (%s): %.300s; restore the file, or make the device anew "
            "with 'fwdelta device create'",
            session->code, info->name, machine->flash_error.text);
    if (!session->final)
        return (int)fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: the update failed: %s (%s); the device stays in its installer and tries again at "
            "its next start: 'fwdelta boot %s'",
            subject, info->meaning, info->name, session->folder);
    return (int)fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: the update failed with code %u: %s (%s); what to do: %s", subject, session->code,
        info->meaning, info->name, info->advice);
}

int fwd_session_run(struct fwd_session *session, void (*fn)(void *session), const char *subject,
    struct fwd_error *err)
{
    struct fwd_nor *nor = session->machine->nor;
    if (session->has_cut)
        fwd_nor_arm(nor, &session->cut);
    bool whole = fwd_nor_run(nor, fn, session);
    if (session->pending)
        return (int)fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: an interrupted update is pending; finish it first with 'fwdelta boot %s'",
            session->folder, session->folder);
    uint64_t operations = fwd_nor_operations(nor) - session->operations;
    if (session->has_cut && !fwd_nor_fired(nor))
        fprintf(stderr,
            "fwdelta %s: note: operation %" PRIu64 " was not reached, so power was not cut; there "
            "were %" PRIu64 " flash operations\n",
            session->args->command->name, session->cut.operation, operations);
    bool cut = !whole || (session->has_cut && fwd_nor_fired(nor));
    enum fwd_fail fail = fwd_session_report(session, cut, err);
    if (fail != FWD_FAIL_NONE)
        return (int)fail;
    if (cut)
        return power_was_cut(session, err);
    if (session->reason != FWD_OK)
        return refused(session, subject, err);
    return FWD_EXIT_DONE;
}
