/* A simulated device at work: opened, powered on, watched, and its result reported. Shared by
 * install and boot. */
#ifndef FWD_CLI_DEVICE_SESSION_H
#define FWD_CLI_DEVICE_SESSION_H

#include "cli/device/cut_option.h"
#include "gen/package/decoders.h"
#include "sim/cost/flash_cost.h"
#include "sim/device/machine.h"
#include "sim/family/line_sink.h"

#include <jansson.h>

struct fwd_session {
    const struct fwd_args *args;
    const char *folder;
    struct fwd_machine *machine;
    struct fwd_update update;
    struct fwd_line_sink sink;
    char version[FWD_VERSION_MAX + 1]; /* what runs, for a module that tells it */
    bool json;
    json_t *lines;       /* with --json: what the module printed */
    uint64_t operations; /* at the start */
    struct fwd_nor_counts counts;
    struct fwd_flash_meter *progress; /* NULL: no memory for it */
    bool has_cut;
    struct fwd_nor_cut cut;

    /* What came out. */
    enum fwd_reason reason;
    bool final;      /* the result is final: it was reported, and will not change */
    uint16_t code;   /* of a final result */
    bool started;    /* the library started: the rest and `update` mean something */
    bool pending;    /* an interrupted update is pending, so nothing was begun */
    bool has_choice; /* the device got as far as deciding what to run */
    struct fwd_boot_choice choice;
};

/* Opens the device, reads --cut, switches power on. Always followed by fwd_session_close(). */
enum fwd_fail fwd_session_open(struct fwd_session *session, const struct fwd_args *args,
    const char *folder, struct fwd_error *err);
void fwd_session_close(struct fwd_session *session);

/* The lines of the module are those of this command from now on. */
void fwd_session_command(struct fwd_session *session, enum fwd_command command);

/* To be called by what runs on the device: starts the library. */
FWD_MUST_USE enum fwd_reason fwd_session_start(struct fwd_session *session);

/* The device has started its firmware: what that took is no part of what an update costs. */
void fwd_session_booted(struct fwd_session *session);

/* Firmware in place, or the switch, is next: what comes is counted apart, too. ctx: the session. */
void fwd_session_acts(void *ctx);

/* What was tried before, and told: resumes without a word. */
FWD_MUST_USE enum fwd_reason fwd_session_resume_quietly(struct fwd_session *session);

/* To be called by what runs on the device: decides what runs now, tells the result when it is
 * final (once: it is then recorded as reported). */
void fwd_session_tell(struct fwd_session *session, enum fwd_reason reason);

/* Runs fn on the device, until it returns or the power is cut, and reports. subject: the package
 * or the device, for the sentence. Gives the exit status. */
int fwd_session_run(struct fwd_session *session, void (*fn)(void *session), const char *subject,
    struct fwd_error *err);

#endif
