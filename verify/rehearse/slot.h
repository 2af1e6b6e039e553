/* Writing a whole image into a slot as it is decoded: the inactive slot of a two-slot component, or
 * the only slot from a full package. Each block is erased, programmed, read back and then recorded
 * as done; blocks that were recorded before a power cut are passed over. */
#ifndef FWD_VERIFY_REHEARSE_SLOT_H
#define FWD_VERIFY_REHEARSE_SLOT_H

#include "verify/verify.h"

/* Decodes task's component into its target slot. The journal's record says how many blocks of this
 * component are done (`component` and `step`), and is appended to with its state unchanged.
 * proven: the package was decoded with the right digest before.
 * FWD_OK: the slot's content was read back and has the target digest; FWD_E_PROGRAM_FAILED,
 * _ERASE_FAILED, _SLOT_READ, _READ_BACK, _TARGET_CORRUPT, _JOURNAL_IO, or what decoding returns. */
FWD_MUST_USE enum fwd_reason fwd_slot_write(
    struct fwd_update *update, const struct fwd_task *task, bool proven);

#endif
