/* fwdelta's device library: checks and installs a package, survives any power cut, reports one
 * reason. Freestanding C11, no heap; the caller gives all memory.
 *
 * A boot loader's life with it (PORTING.md has the whole story):
 *
 *     struct fwd_update update;
 *     fwd_update_init(&update, &device);
 *     struct fwd_boot_choice boot;
 *     if (fwd_boot_decide(&update, &boot) == FWD_OK && boot.action == FWD_BOOT_RESUME)
 *         fwd_update_resume(&update);   // then decide again
 *
 * and the application's:
 *
 *     fwd_download_begin(&update, 0); fwd_download_write(...)...; fwd_download_end(&update);
 *     fwd_update_install(&update, FWD_COMMAND_DELTA);
 */
#ifndef FWD_VERIFY_VERIFY_H
#define FWD_VERIFY_VERIFY_H

#include "format/release.h"
#include "verify/codec.h"
#include "verify/ports.h"
#include "verify/update_state.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- the device, as its maker describes it; const, outlives every call ----------------------- */

enum fwd_layout {
    FWD_LAYOUT_IN_PLACE, /* one slot, overwritten */
    FWD_LAYOUT_AB        /* two slots; the inactive one is written, then a switch */
};

struct fwd_place {
    const char *name; /* component name, at most FWD_NAME_MAX characters */
    uint8_t role;     /* FWD_ROLE_* */
    enum fwd_layout layout;
    bool resumer_inside;      /* the code that resumes an update runs from this slot */
    bool not_needed;          /* the device may start although this place does not hold what it
                                 should: data, a profile */
    struct fwd_area slots[2]; /* in place: only the first */
};

/* When the firmware is verified before it starts. */
enum fwd_verify_start {
    FWD_VERIFY_START_ALWAYS,
    /* Only at a start after an update, after a start that ended otherwise than by a clean end
     * (fwd_host_port.unclean), with a lost journal, an unreadable copy of the version record, a
     * record that is not the journal's, a missing or wrong MAC, or a counter that is not the
     * record's own. For slots, journal and version area that nobody else can write: old bytes of
     * the two that are put back have right MACs. Needs the MAC port, otherwise as ALWAYS. */
    FWD_VERIFY_START_IN_DOUBT
};

#define FWD_VERSION_ROOM_USUAL 512u
#define FWD_VERSION_ROOM_PLACE 512u

struct fwd_policy {
    uint8_t threshold;        /* distinct valid signatures needed, 1..FWD_CONFIG_SIGNATURES */
    uint8_t max_attempts;     /* attempts that ended in an error before it stays failed; 0: 3 */
    uint32_t package_max;     /* bytes; 0: the package area's size */
    uint8_t max_starts;       /* starts in a row without progress before an update that has not
                                 written into firmware in place is given up; 0: 8 */
    uint8_t max_power_starts; /* the same for starts after a loss of power; 0: 64 */
    uint32_t record_max;      /* bytes of the largest version record; RAM twice; 0:
                                 FWD_VERSION_ROOM_USUAL + FWD_VERSION_ROOM_PLACE for each place */
    uint8_t trial_starts;     /* starts on trial, of updates that wrote other slots only, before the
                                 device goes back; 0: no trial. Needs fwd_device.trial. */
    enum fwd_verify_start verify_start;
    bool refuse_downgrade;     /* true: a component's security counter must be above the device's,
                                  unless that is 0; with fwd_device.releases, and where it states a
                                  release number, that may not be below the installed one instead.
                                  false: it may also be equal, and the release number lower */
    bool refuse_without_clock; /* with fwd_device.expiry, of a package that states an end, while
                                  nobody knows the time. true: refused; false: installed */
};

struct fwd_trial;
extern const struct fwd_trial fwd_trial;
struct fwd_undo;
extern const struct fwd_undo fwd_undo;
struct fwd_pinned;
extern const struct fwd_pinned fwd_pinned;
struct fwd_certified;
extern const struct fwd_certified fwd_certified;
struct fwd_sharing;
extern const struct fwd_sharing fwd_sharing;
struct fwd_releases;
extern const struct fwd_releases fwd_releases;
extern const struct fwd_releases fwd_releases_met; /* for trials: all that is needed is there */
struct fwd_expiry;
extern const struct fwd_expiry fwd_expiry;
struct fwd_slices;
extern const struct fwd_slices fwd_slices;

struct fwd_device {
    const struct fwd_ports *ports;
    const struct fwd_trial *trial; /* &fwd_trial; NULL: no trial, and none of its code */
    const struct fwd_undo *undo;   /* &fwd_undo: deltas in place go on trial, too, where staging and
                                      package area have room for the old blocks; NULL: never, and
                                      none of its code */
    const struct fwd_pinned *pinned; /* &fwd_pinned: images that keys->pinned vouches for start,
                                        too; NULL: only what was signed */
    const struct fwd_certified *certified; /* &fwd_certified: a package whose certificate wants more
                                              staging room than there is, is refused before it is
                                              decoded; NULL: while it is */
    const struct fwd_sharing *sharing;   /* &fwd_sharing: `version` is `journal`, half of each bank
                                            for either, two or three erase blocks in all; NULL: areas
                                            of their own */
    const struct fwd_releases *releases; /* &fwd_releases: packages with dependencies are installed
                                            where what they need is; NULL: never */
    const struct fwd_expiry *expiry;     /* &fwd_expiry: a package is not installed after the time
                                            that it states, by ports->clock; NULL: at any time */
    const struct fwd_slices *slices;     /* &fwd_slices: fwd_update_rehearse_slice() has room in the
                                            work memory; NULL: it is never called */
    const struct fwd_place *places;
    uint8_t place_count; /* 1..FWD_CONFIG_COMPONENTS */
    const struct fwd_codec *const *codecs;
    uint8_t codec_count;
    const char *product; /* NULL: any product's package is accepted */
    uint32_t hardware_revision;
    struct fwd_policy policy;
    uint32_t sigblock_max; /* largest signature block accepted: 64..FWD_SIGBLOCK_MAX */
    uint8_t *memory;       /* work memory; fwd_update_memory() says how much */
    uint32_t memory_size;
    struct fwd_area package, staging, scratch, journal, version;
};

/* Places of a device that fwd_update_init() has taken; a constant where there can be only one. */
static inline uint8_t fwd_places(const struct fwd_device *device)
{
    return FWD_CONFIG_COMPONENTS == 1 ? 1 : device->place_count;
}

/* device->places[place]; a constant where there can be only one. */
static inline const struct fwd_place *fwd_place_at(const struct fwd_device *device, uint8_t place)
{
    return &device->places[FWD_INDEX(place)];
}

/* The place has two slots. */
static inline bool fwd_place_two_slots(const struct fwd_place *place)
{
    return FWD_CONFIG_IN_PLACE == 0 || place->layout == FWD_LAYOUT_AB;
}

/* ---- an update in progress ------------------------------------------------------------------- */

/* Everything that is not constant; the caller allocates it, the library fills it. */
struct fwd_update {
    const struct fwd_device *device;
    uint16_t retained; /* bit n: place n passes the start test as it is recorded now */
    uint16_t active;   /* bit n: slot 1 of place n is the one that runs */
    bool waits;        /* this start waits for a version record, or a slot, that cannot be read */
    uint32_t held;     /* bytes of a download that is admitted late, in work.signed_bytes */
    uint32_t held_padding;
    bool holding;         /* such a download has begun */
    bool hashed;          /* every target in place was, after its last write at this start */
    bool apart;           /* the rehearsal alone: the boot loader does the rest */
    uint32_t slicing;     /* a rehearsal goes on, and the journal is at this number; 0: none does */
    uint32_t slice_sum;   /* of what it remembers in the work memory */
    uint32_t old_at;      /* of the kept blocks: that of the step, or of the next one (undo/) */
    uint8_t tries;        /* of this start to go on, that ended in an error */
    bool resume_ended;    /* and no more help, at this start */
    bool stranded;        /* fwd_boot_decide() has found nothing that starts, nor goes on */
    enum fwd_reason last; /* of them */
    uint32_t counters[FWD_CONFIG_COMPONENTS]; /* signed ones of what runs now, by place */
    struct fwd_workspace work;                /* device->memory, divided */
    struct fwd_plan plan;
    struct fwd_journal journal;
    struct fwd_trusted trusted;
    struct fwd_progress_state progress;
    struct fwd_flash_writer download;
    struct fwd_cost cost;
    uint64_t decoded; /* bytes of targets, since fwd_update_init() */
};

/* Bytes of device->memory that are needed apart from the decoder's arena: what is beyond serves
 * as arena. 0: the description is not usable. */
uint32_t fwd_update_memory(const struct fwd_device *device);

/* Divides the memory and reads the journal; writes nothing. Call once after every start.
 * FWD_OK; FWD_E_WORKSPACE; FWD_E_AREA_LAYOUT; FWD_E_FLASH_OPEN. */
FWD_MUST_USE enum fwd_reason fwd_update_init(
    struct fwd_update *update, const struct fwd_device *device);

/* ---- download: the package's bytes into the package area ------------------------------------- */

/* padding: 0, or the largest number of bytes that the transport may append (Xmodem: 127 or 1023).
 * Refused with FWD_E_UPDATE_PENDING while an interrupted update needs the package area.
 *
 * When firmware in place may be incomplete, or an update cannot end by itself and its attempts are
 * spent, or the journal could not be read at this start, the package area is not touched before the
 * signed bytes of the package have passed: a full image for every place in place, or images for
 * inactive slots only. fwd_download_write() then returns the reason of a refusal, and what was
 * interrupted stays as it was. Results of the three: FWD_OK, FWD_E_PACKAGE_IO, FWD_E_PACKAGE_LIMIT,
 * FWD_E_JOURNAL_IO; late also those of fwd_update_install() up to policy and counters, and
 * FWD_E_RECOVERY_NEEDS_FULL. */
FWD_MUST_USE enum fwd_reason fwd_download_begin(struct fwd_update *update, uint32_t padding);
FWD_MUST_USE enum fwd_reason fwd_download_write(
    struct fwd_update *update, const void *bytes, uint32_t size);
FWD_MUST_USE enum fwd_reason fwd_download_end(struct fwd_update *update);

/* For a package that somebody else has put into the package area: a modem's stack, a file system, a
 * debugger. `stored` bytes from its start, `padding` of them at most are not the package's. It then
 * waits as if it had been downloaded, and is checked in the same way. Ask before it is written, too
 * (stored 0): what it would overwrite may be needed. FWD_OK: the area is free, or the package
 * waits; FWD_E_UPDATE_PENDING, FWD_E_TRIAL_PENDING: an update needs the area; FWD_E_JOURNAL_LOST:
 * only a download is admitted; FWD_E_RECOVERY_NEEDS_FULL: the same, firmware in place is
 * incomplete; FWD_E_PACKAGE_LIMIT; FWD_E_VERSION_RECORD as fwd_download_begin(); FWD_E_JOURNAL_IO.
 */
FWD_MUST_USE enum fwd_reason fwd_download_adopt(
    struct fwd_update *update, uint32_t stored, uint32_t padding);

/* ---- installation ---------------------------------------------------------------------------- */

/* Which packages a command takes (spec: +UFWINSTALL deltas, +UFWUPD full packages). */
enum fwd_command { FWD_COMMAND_DELTA, FWD_COMMAND_FULL, FWD_COMMAND_ANY };

/* Validates and installs the downloaded package: all checks in the order of the specification,
 * rehearsal, action, finalization. FWD_OK: installed, or already installed (then nothing was
 * printed or written). Otherwise the first reason; fwd_boot_decide() says what runs now. */
FWD_MUST_USE enum fwd_reason fwd_update_install(
    struct fwd_update *update, enum fwd_command command);

/* For an application that leaves as little as possible to its boot loader: all checks and the
 * rehearsal, while the old firmware runs. `host.alive` is called between slices of at most 4 KiB of
 * work: an application without tasks lives on in it, and does not call the library there. FWD_OK:
 * the outcome is proven (status STAGED) and the next start carries it out, or already installed;
 * FWD_E_UPDATE_PENDING: an update is past that. Otherwise as fwd_update_install(), and the old
 * firmware goes on. A start before the end runs the old firmware at once, without a write: the
 * application calls again, and may abandon. */
FWD_MUST_USE enum fwd_reason fwd_update_rehearse(
    struct fwd_update *update, enum fwd_command command);

/* The same in slices, for an application without tasks: it calls again while *more is true, and
 * lives in between. A slice ends when `work` bytes of package and images have been hashed or
 * decoded, at most 4 KiB later, and wherever one thing is complete and the next begins. With them
 * goes what they cause: comparing, programming, the erase and the reading back of an erase block
 * that they complete, a record of the journal. The first slice checks the signatures, and of
 * places with two slots hashes what runs, as a start does; the start of a codec is a slice, too.
 * Needs device->slices. Between slices fwd_update_status() tells the percentage, and
 * fwd_update_abandon() ends it; any other call, of a keyring's, too, makes the next slice begin
 * again. Slots, package area, work memory and the hashes of the crypto port belong to the rehearsal
 * until it has ended. FWD_OK with *more false: as FWD_OK of fwd_update_rehearse(). Any other
 * reason: as that, and *more is false; FWD_E_CANARY: also when the work memory was written over. */
FWD_MUST_USE enum fwd_reason fwd_update_rehearse_slice(
    struct fwd_update *update, enum fwd_command command, uint32_t work, bool *more);

/* ---- boot ------------------------------------------------------------------------------------ */

enum fwd_boot_action {
    FWD_BOOT_RUN = 0x4B96D25A, /* start the firmware in `slot`: it was verified */
    FWD_BOOT_RESUME = 1,       /* call fwd_update_resume(), then decide again */
    FWD_BOOT_RECOVERY /* nothing that is signed is complete: accept a full package, run nothing.
                         Every start tries to resume first. */
};

struct fwd_boot_choice {
    enum fwd_boot_action action;
    uint8_t slot[FWD_CONFIG_COMPONENTS]; /* per place of the device: 0 or 1 */
    bool outcome_pending; /* an update ended and fwd_update_reported() was not called */
    enum fwd_reason outcome;
    enum fwd_reason start; /* why the current version record does not start; FWD_OK: it does */
};

/* Decides what starts, by one test: signatures, product, hardware, counters, and the hash of each
 * slot that is needed. First the current version record, then what was before it, then proofs
 * elsewhere. Needs the flash, crypto, keys and the counter; not the environment of an update.
 * Raises the counters to those of what starts; with FWD_VERIFY_START_IN_DOUBT the first start after
 * an update appends one record; otherwise writes nothing. Uses the work memory. FWD_OK, or a reason
 * with action RECOVERY. */
FWD_MUST_USE enum fwd_reason fwd_boot_decide(
    struct fwd_update *update, struct fwd_boot_choice *choice);

/* Goes on with what a power cut interrupted, until it has ended. Result as fwd_update_install();
 * FWD_E_NO_PROGRESS: given up, the old firmware runs; FWD_E_TRIAL_FAILED: the device has gone back.
 */
FWD_MUST_USE enum fwd_reason fwd_update_resume(struct fwd_update *update);

/* The outcome has been told to whoever waits for it: nothing is pending any more. */
FWD_MUST_USE enum fwd_reason fwd_update_reported(struct fwd_update *update);

/* What runs on trial is well: it stays, and the security counters follow at the next start. May be
 * called at every start, on trial or not. FWD_OK; FWD_E_UPDATE_PENDING: the device goes back
 * already; FWD_E_JOURNAL_IO: it is not recorded. */
FWD_MUST_USE enum fwd_reason fwd_update_confirm(struct fwd_update *update);

/* What runs on trial is not well: the next start goes back. FWD_OK, also while the device goes
 * back; FWD_E_NOT_STARTABLE: nothing is on trial, so nothing is kept to go back to;
 * FWD_E_JOURNAL_IO. */
FWD_MUST_USE enum fwd_reason fwd_update_revert(struct fwd_update *update);

/* For a device that has firmware but no version record and no journal, as a fleet has whose earlier
 * boot loader did not write them: header, manifest and signature block of the full package that the
 * slots hold, `size` bytes. Signatures and slots are checked as at a start. FWD_OK;
 * FWD_E_UPDATE_PENDING: the device has a record already; or the first reason of the checks. */
FWD_MUST_USE enum fwd_reason fwd_update_provision(
    struct fwd_update *update, const void *signed_bytes, uint32_t size);

/* ---- the factory ----------------------------------------------------------------------------- */

struct fwd_version_record; /* format/record/version_record.h */

/* Takes bytes that belong to an area whose blocks are erased. False: it cannot. */
typedef bool fwd_provision_put(
    void *ctx, const struct fwd_area *area, uint32_t offset, const void *bytes, uint32_t size);

/* Hands out what the factory programs for `record`: two copies into the version area, and the head
 * of an idle journal that names it. Needs device->ports->crypto and no other port. buf: room bytes,
 * at least those of the record. FWD_OK; FWD_E_VERSION_ROOM: the record is larger than the device
 * takes (fwd_version_room()), or than buf; FWD_E_AREA_LAYOUT: journal or version area is too small;
 * FWD_E_VERSION_RECORD: put failed. */
FWD_MUST_USE enum fwd_reason fwd_provision_factory(const struct fwd_device *device,
    const struct fwd_version_record *record, uint8_t *buf, uint32_t room, fwd_provision_put *put,
    void *ctx);

/* ---- looking, and giving up ------------------------------------------------------------------ */

enum fwd_status_state {
    FWD_STATUS_IDLE,        /* nothing, or an update that ended and was reported */
    FWD_STATUS_DOWNLOADING, /* a download has begun */
    FWD_STATUS_READY,       /* a complete package waits */
    FWD_STATUS_REHEARSING,  /* interrupted before its outcome was proven */
    FWD_STATUS_STAGED,      /* interrupted before its first write into firmware */
    FWD_STATUS_ACTING,      /* interrupted while firmware is written */
    FWD_STATUS_COMMITTING,  /* the new firmware is complete, its record is not */
    FWD_STATUS_DONE,        /* installed, not reported */
    FWD_STATUS_FAILED,      /* failed, not reported */
    FWD_STATUS_LOST,        /* the journal cannot be read at this start */
    FWD_STATUS_TRIAL,       /* installed, and not confirmed */
    FWD_STATUS_REVERTING    /* the trial has failed; the device goes back */
};

struct fwd_status {
    enum fwd_status_state state;
    uint32_t percent;       /* of the phase, as it would be printed if it went on now */
    uint8_t attempts;       /* of this update that ended in an error */
    uint8_t starts;         /* without progress, of all causes; on trial: so far */
    enum fwd_reason reason; /* of the last end, refusal or failed attempt; FWD_OK: none */
    bool session_known;     /* there was an update, and this is it: */
    uint8_t session[FWD_SESSION_SIZE]; /* first bytes of SHA-256 over header and manifest */
    enum fwd_command command;          /* that it was asked with */
    uint8_t component;                 /* being written: index in the manifest */
    uint32_t stored, padding;          /* bytes in the package area, and how many may be padding */
    bool complete;                     /* the package in the package area is complete */
    bool pending;                      /* fwd_update_resume() would go on with something */
    bool exhausted;   /* and has failed as often as policy.max_attempts says: each start still
                         tries, but nobody needs to be told again */
    bool destructive; /* firmware in place may be incomplete: only a full package ends it */
};

/* What the library knows; reads nothing but RAM, writes nothing. */
void fwd_update_status(const struct fwd_update *update, struct fwd_status *status);

/* "idle", "downloading", ... as above, in lower case. */
const char *fwd_status_name(enum fwd_status_state state);

/* Ends an update that has not written into firmware in place: recorded as failed for `reason`
 * (usually FWD_E_ABANDONED); the package stays, and may be asked for again. FWD_OK, also when there
 * is none; FWD_E_UPDATE_PENDING: it is past that point, and is only ended by a full package; it is
 * then not resumed at this start any more. */
FWD_MUST_USE enum fwd_reason fwd_update_abandon(struct fwd_update *update, enum fwd_reason reason);

#ifdef __cplusplus
}
#endif

#endif
