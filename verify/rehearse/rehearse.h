/* Rehearsal: everything that can be known without writing firmware in place. Decodes each component
 * while the source is whole, proves the target digest, stages the steps of in-place deltas, and
 * writes the inactive slots of two-slot components.
 *
 * It is done in pieces, so that an application can go on between them: a piece of flash is hashed,
 * a chunk decoded and taken, or what comes next is found. */
#ifndef FWD_VERIFY_REHEARSE_REHEARSE_H
#define FWD_VERIFY_REHEARSE_REHEARSE_H

#include "verify/flash/version.h"
#include "verify/rehearse/decode.h"
#include "verify/rehearse/slot.h"

enum fwd_rehearsal_state {
    FWD_REHEARSAL_COMPLETE,
    FWD_REHEARSAL_PAYLOAD, /* of the package is hashed: in slices only */
    FWD_REHEARSAL_SOURCE,  /* of `task` is next */
    FWD_REHEARSAL_SLOT,    /* the inactive one of `task` is next */
    FWD_REHEARSAL_SLOT_WRITTEN,
    FWD_REHEARSAL_IN_PLACE /* rehearse_in_place.c has more */
};

struct fwd_rehearsal {
    struct fwd_update *update;
    uint8_t state;   /* enum fwd_rehearsal_state; counts while no component is being decoded */
    uint8_t task;    /* of the plan */
    uint8_t begun;   /* inactive slots before this one were written in an earlier power cycle */
    uint8_t command; /* as it is recorded */
    bool blind;      /* no version record could be read when it began */
    bool unfinished; /* holds() or digest() wants to be asked the same again */
    uint32_t work;   /* bytes decoded, and hashed by those, so far; may wrap */
    /* fwd_decode_check_slot(), or what does the same in pieces. */
    enum fwd_reason (*holds)(const struct fwd_update *update, const struct fwd_area *slot,
        const struct fwd_image *image, enum fwd_reason differs, enum fwd_reason unreadable);
    /* What does the work of fwd_flash_digest() in pieces; NULL: that does it at once. */
    enum fwd_reason (*digest)(const struct fwd_update *update, const struct fwd_flash_access *flash,
        uint32_t begin, uint32_t size, uint8_t digest[FWD_DIGEST_SIZE]);
    uint32_t done; /* bytes that those have hashed, of what they are asked for */
    struct fwd_slot_writer writer;
    struct fwd_decode decode;
};

/* What fwd_update_rehearse_slice() keeps in the work memory. */
struct fwd_slices {
    uint32_t size; /* of a rehearsal with all that belongs to it */
};

/* Begins, in a rehearsal whose `update` and `holds` are set and all else 0, or `digest`, too.
 * FWD_OK, FWD_E_SOURCE_VERSION. */
FWD_MUST_USE enum fwd_reason fwd_rehearsal_begin(
    struct fwd_rehearsal *rehearsal, uint8_t command, const struct fwd_version_table *versions);

/* One piece of work: at most 4 KiB of an image, with what an erase block takes that it completes;
 * or what comes next is found. FWD_OK; or a reason, which ends the rehearsal. */
FWD_MUST_USE enum fwd_reason fwd_rehearsal_step(struct fwd_rehearsal *rehearsal);

/* V9, I1..I3. update->trusted and ->plan are those of the package area. Ends with the journal in
 * state STAGED. FWD_OK, or the first reason; firmware in place is unchanged in any case. */
FWD_MUST_USE enum fwd_reason fwd_rehearse(
    struct fwd_update *update, enum fwd_command command, const struct fwd_version_table *versions);

/* ---- for those who take part ----------------------------------------------------------------- */

/* From begin to end. */
FWD_MUST_USE enum fwd_reason fwd_rehearsal_run(struct fwd_rehearsal *rehearsal,
    enum fwd_command command, const struct fwd_version_table *versions);

/* A chunk of rehearsal->decode, which is open. */
FWD_MUST_USE enum fwd_reason fwd_rehearsal_decode(struct fwd_rehearsal *rehearsal);

/* What comes after the inactive slots: what goes in place is decoded, proven and staged, and state
 * STAGED recorded. A library for two slots only has verify/two_slots/rehearse_ab.c in place of
 * rehearse_in_place.c; each has fwd_rehearse(), too, as it knows how much it keeps. */
FWD_MUST_USE enum fwd_reason fwd_rehearsal_in_place(
    struct fwd_rehearsal *rehearsal, const struct fwd_task *task);

#endif
