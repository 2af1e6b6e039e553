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
    struct fwd_area slots[2]; /* in place: only the first */
};

struct fwd_policy {
    uint8_t threshold;     /* distinct valid signatures needed, 1..FWD_SIGNATURES_MAX */
    uint8_t max_attempts;  /* attempts that ended in an error before it stays failed; 0: 3 */
    uint32_t package_max;  /* bytes; 0: the package area's size */
    bool refuse_downgrade; /* true: a component's security counter must be above the device's,
                              unless that is 0; false: it may also be equal */
};

struct fwd_device {
    const struct fwd_ports *ports;
    struct fwd_area package, staging, scratch, journal, version;
    const struct fwd_place *places;
    uint8_t place_count; /* 1..FWD_COMPONENTS_MAX */
    const struct fwd_codec *const *codecs;
    uint8_t codec_count;
    const char *product; /* NULL: any product's package is accepted */
    uint32_t hardware_revision;
    struct fwd_policy policy;
    uint32_t sigblock_max; /* largest signature block accepted: 64..FWD_SIGBLOCK_MAX */
    uint8_t *memory;       /* work memory; fwd_update_memory() says how much */
    uint32_t memory_size;
};

/* ---- an update in progress ------------------------------------------------------------------- */

/* Everything that is not constant; the caller allocates it, the library fills it. */
struct fwd_update {
    const struct fwd_device *device;
    struct fwd_journal journal;
    struct fwd_workspace work; /* device->memory, divided */
    struct fwd_trusted trusted;
    struct fwd_plan plan;
    struct fwd_progress_state progress;
    struct fwd_cost cost;
    uint64_t decoded; /* bytes of targets, since fwd_update_init() */
    struct fwd_flash_writer download;
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
 * Results of the three: FWD_OK, FWD_E_PACKAGE_IO, FWD_E_PACKAGE_LIMIT, FWD_E_JOURNAL_IO. */
FWD_MUST_USE enum fwd_reason fwd_download_begin(struct fwd_update *update, uint32_t padding);
FWD_MUST_USE enum fwd_reason fwd_download_write(
    struct fwd_update *update, const void *bytes, uint32_t size);
FWD_MUST_USE enum fwd_reason fwd_download_end(struct fwd_update *update);

/* ---- installation ---------------------------------------------------------------------------- */

/* Which packages a command takes (spec: +UFWINSTALL deltas, +UFWUPD full packages). */
enum fwd_command { FWD_COMMAND_DELTA, FWD_COMMAND_FULL, FWD_COMMAND_ANY };

/* Validates and installs the downloaded package: all checks in the order of the specification,
 * rehearsal, action, finalization. FWD_OK: installed, or already installed (then nothing was
 * printed or written). Otherwise the first reason; fwd_boot_decide() says what runs now. */
FWD_MUST_USE enum fwd_reason fwd_update_install(
    struct fwd_update *update, enum fwd_command command);

/* ---- boot ------------------------------------------------------------------------------------ */

enum fwd_boot_action {
    FWD_BOOT_RUN,     /* start the firmware in `slot` */
    FWD_BOOT_RESUME,  /* call fwd_update_resume(), then decide again */
    FWD_BOOT_RECOVERY /* the firmware is incomplete: accept a full package, run nothing */
};

struct fwd_boot_choice {
    enum fwd_boot_action action;
    uint8_t slot[FWD_COMPONENTS_MAX]; /* per place of the device: 0 or 1 */
    bool outcome_pending;             /* an update ended and fwd_update_reported() was not called */
    enum fwd_reason outcome;
};

/* Reads journal and version record; writes nothing. FWD_OK, or a reason with action RECOVERY. */
FWD_MUST_USE enum fwd_reason fwd_boot_decide(
    struct fwd_update *update, struct fwd_boot_choice *choice);

/* Goes on with what a power cut interrupted, until it has ended. Result as fwd_update_install(). */
FWD_MUST_USE enum fwd_reason fwd_update_resume(struct fwd_update *update);

/* The outcome has been told to whoever waits for it: nothing is pending any more. */
FWD_MUST_USE enum fwd_reason fwd_update_reported(struct fwd_update *update);

#ifdef __cplusplus
}
#endif

#endif
