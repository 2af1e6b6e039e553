/* Undo in place: before the first write into firmware every old block that an update will overwrite
 * is kept, so that a trial can end with what was before. Only a device whose description names
 * `fwd_undo` links it. Where the blocks are: SPEC.md section 7.1. */
#ifndef FWD_VERIFY_UNDO_UNDO_H
#define FWD_VERIFY_UNDO_UNDO_H

#include "verify/flash/version.h"
#include "verify/rehearse/step_run.h"

struct fwd_undo {
    /* In `staged`, with update->trusted and ->plan of the session: keeps what its steps will
     * overwrite, reads it back and records that it did (record.undo). Nothing is kept, and
     * record.undo is 0, when the update goes on trial in no case: a full image in place, boot code,
     * no room in the areas or in the version record, blocks that take nothing. FWD_OK, also then;
     * FWD_E_JOURNAL_IO; FWD_E_STAGING_CORRUPT; FWD_E_STAGING_IO: the steps cannot be read. */
    enum fwd_reason (*keep)(struct fwd_update *update);
    /* Sets run->old and ->old_at of a step that was loaded. first: the first one of its component
     * at this start; those after it are asked in the order of the action. FWD_OK, FWD_E_STAGING_IO,
     * FWD_E_STAGING_CORRUPT. */
    enum fwd_reason (*find)(struct fwd_step_run *run, const struct fwd_staged *staged, bool first);
    /* Do the kept blocks, and those that no step overwrote, give what was before `current` in each
     * place? FWD_OK, FWD_E_STAGING_CORRUPT: no; FWD_E_STAGING_IO, FWD_E_SLOT_READ;
     * FWD_E_VERSION_RECORD: `current` does not say what was. */
    enum fwd_reason (*proves)(struct fwd_update *update, const struct fwd_version_table *current);
    /* In `reverting`: puts them back, block by block, each recorded. Nothing is written unless all
     * of it proves right. FWD_OK: done; else as `proves`, FWD_E_ERASE_FAILED, FWD_E_PROGRAM_FAILED,
     * FWD_E_READ_BACK, FWD_E_JOURNAL_IO. */
    enum fwd_reason (*restore)(struct fwd_update *update, const struct fwd_version_table *current);
};

#endif
