/* A rehearsal that the application goes on with when it has time. A part that can be left out. */
#include "format/crc32.h"
#include "verify/flash/area.h"
#include "verify/flash/hash.h"
#include "verify/install/install_internal.h"
#include "verify/install/load_package.h"
#include "verify/install/resume.h"
#include "verify/install/trial.h"
#include "verify/rehearse/rehearse.h"
#include "verify/rehearse/session_record.h"
#include "verify/trust/plan.h"

#include <string.h>

/* One piece of what is hashed, at each call. */
static enum fwd_reason digest(const struct fwd_update *update, const struct fwd_flash_access *flash,
    uint32_t begin, uint32_t size, uint8_t digest[FWD_DIGEST_SIZE])
{
    struct fwd_rehearsal *r = update->work.slices;
    enum fwd_reason reason = FWD_OK;

    if (!r->unfinished) {
        r->done = 0;
        reason = fwd_hash_begin(flash->ports, FWD_HASH_TARGET);
    }
    uint32_t piece = size - r->done < FWD_IO_SIZE ? size - r->done : FWD_IO_SIZE;
    if (reason == FWD_OK)
        reason = fwd_flash_hash(
            flash, begin + r->done, piece, FWD_HASH_TARGET, update->work.io, FWD_IO_SIZE);
    r->work += piece;
    r->done += piece;
    r->unfinished = reason == FWD_OK && r->done < size;
    if (reason != FWD_OK || r->unfinished)
        return reason;
    return fwd_hash_end(flash->ports, FWD_HASH_TARGET, digest);
}

static enum fwd_reason holds(const struct fwd_update *update, const struct fwd_area *slot,
    const struct fwd_image *image, enum fwd_reason differs, enum fwd_reason unreadable)
{
    const struct fwd_flash_access flash = {update->device->ports, slot, unreadable};
    uint8_t found[FWD_DIGEST_SIZE];

    if (image->size > slot->size)
        return differs;
    enum fwd_reason reason = digest(update, &flash, 0, image->size, found);
    if (reason != FWD_OK || update->work.slices->unfinished)
        return reason;
    return fwd_image_digest_equal(image, found) ? FWD_OK : differs;
}

/* Up to the signatures. */
static enum fwd_reason begin(struct fwd_update *update, enum fwd_command command)
{
    enum fwd_reason reason = FWD_OK;

    memset(update->work.slices, 0, update->device->slices->size);
    *update->work.slices = (struct fwd_rehearsal){
        .update = update, .state = FWD_REHEARSAL_PAYLOAD, .holds = holds, .digest = digest};
    update->last = FWD_OK;
    update->progress.told = UINT32_MAX;
    if (fwd_trial_runs(update))
        return FWD_E_TRIAL_PENDING;
    if (fwd_resume_pending(update))
        reason = fwd_session_count_start(update);
    return reason == FWD_OK ? fwd_install_open(update, command) : reason;
}

/* A rehearsal that was cut, as fwd_resume_rehearsal(): its inactive slot may run now. */
static enum fwd_reason goes_on(struct fwd_update *update, bool version)
{
    if (memcmp(update->trusted.session, update->journal.record.session, FWD_SESSION_SIZE) != 0)
        return FWD_E_PACKAGE_LOST;
    return fwd_plan_in_place(&update->plan) > 0 ? fwd_session_wait_for_version(update, version)
                                                : FWD_OK;
}

/* The rest of the checks; then the rehearsal begins. */
static enum fwd_reason payload(struct fwd_rehearsal *r, enum fwd_command command)
{
    struct fwd_update *update = r->update;
    const struct fwd_flash_access flash = {
        update->device->ports, &update->device->package, FWD_E_PACKAGE_UNREADABLE};
    struct fwd_version_table versions;
    uint8_t found[FWD_DIGEST_SIZE];
    bool installed = false;
    enum fwd_reason reason =
        digest(update, &flash, update->trusted.payload_offset, update->trusted.payload_size, found);

    if (reason != FWD_OK || r->unfinished)
        return reason;
    reason = fwd_load_package_payload(update, found, &versions);
    if (reason == FWD_OK && update->journal.record.state == FWD_STATE_REHEARSING)
        reason = goes_on(update, versions.found);
    if (reason == FWD_OK)
        reason = fwd_install_check(update, command, &versions, &installed);
    r->state = FWD_REHEARSAL_COMPLETE;
    if (reason != FWD_OK || installed)
        return reason;
    return fwd_rehearsal_begin(r, (uint8_t)(command | FWD_RECORD_BY_APPLICATION), &versions);
}

/* Until so many bytes are done, or one thing is: what begins then is another slice. */
static enum fwd_reason go_on(struct fwd_rehearsal *r, enum fwd_command command, uint32_t work)
{
    enum fwd_reason reason;
    uint32_t before;

    r->work = 0;
    do {
        before = r->work;
        reason = r->state == FWD_REHEARSAL_PAYLOAD ? payload(r, command) : fwd_rehearsal_step(r);
    } while (reason == FWD_OK && r->work != before && r->work < work &&
             r->state != FWD_REHEARSAL_COMPLETE);
    return reason;
}

/* Of what is believed at the next slice and proven by nothing else: how far it is, and which blocks
 * change. */
static uint32_t sum_of(const struct fwd_update *update)
{
    const struct fwd_workspace *work = &update->work;
    uint32_t crc = fwd_crc32(0, work->changed, (size_t)(work->version - work->changed));

    return fwd_crc32(crc, (const uint8_t *)work->slices, update->device->slices->size);
}

/* The next one, unless what the application did in between was to write over the work memory. */
static enum fwd_reason next_slice(
    struct fwd_update *update, enum fwd_command command, uint32_t work)
{
    return sum_of(update) == update->slice_sum ? go_on(update->work.slices, command, work)
                                               : FWD_E_CANARY;
}

enum fwd_reason fwd_update_rehearse_slice(
    struct fwd_update *update, enum fwd_command command, uint32_t work, bool *more)
{
    struct fwd_rehearsal *r = update->work.slices;
    uint8_t state = update->journal.record.state;
    bool begun = update->slicing != 0 && update->slicing == update->journal.sequence;

    *more = false;
    if (r == NULL)
        return FWD_E_WORKSPACE;
    if (fwd_resume_pending(update) && state != FWD_STATE_REHEARSING)
        return state == FWD_STATE_STAGED ? FWD_OK : FWD_E_UPDATE_PENDING;
    enum fwd_reason reason = begun ? next_slice(update, command, work) : begin(update, command);
    *more = reason == FWD_OK && r->state != FWD_REHEARSAL_COMPLETE;
    update->slicing = *more ? update->journal.sequence : 0;
    if (*more)
        update->slice_sum = sum_of(update);
    if (reason != FWD_OK)
        fwd_install_failed(update, reason);
    return reason;
}
