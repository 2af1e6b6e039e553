/* Writing a whole image into a slot as it is decoded: the inactive slot of a two-slot component, or
 * the only slot from a full package. Each block is erased, programmed, read back and then recorded
 * as done; blocks that were recorded before a power cut are passed over. */
#ifndef FWD_VERIFY_REHEARSE_SLOT_H
#define FWD_VERIFY_REHEARSE_SLOT_H

#include "verify/flash/area.h"
#include "verify/rehearse/decode.h"

struct fwd_slot_writer {
    struct fwd_update *update;
    const struct fwd_area *slot;
    struct fwd_block block;      /* being written */
    struct fwd_flash_writer out; /* of that block */
    uint32_t at;                 /* bytes of the target taken */
    uint32_t size;               /* of the target */
};

/* Begins to decode task's component into its target slot. The journal's record says how many blocks
 * of this component are done (`component` and `step`), and is appended to with its state unchanged.
 * proven: the package was decoded with the right digest before. What decoding then gives, also:
 * FWD_E_PROGRAM_FAILED, _ERASE_FAILED, _READ_BACK, _JOURNAL_IO. */
FWD_MUST_USE enum fwd_reason fwd_slot_write_begin(struct fwd_slot_writer *writer,
    struct fwd_decode *decode, struct fwd_update *update, const struct fwd_task *task, bool proven);

/* All of it at once, of a proven package. FWD_OK: the slot's content was read back and has the
 * target digest; FWD_E_SLOT_READ, FWD_E_TARGET_CORRUPT, or as above. */
FWD_MUST_USE enum fwd_reason fwd_slot_write(struct fwd_update *update, const struct fwd_task *task);

#endif
