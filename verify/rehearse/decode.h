/* Decoding a component: the codec under supervision. Sizes, digest, watchdog and guard words are
 * checked here, so that every pass (prove, stage, write) is a plain loop over chunks. */
#ifndef FWD_VERIFY_REHEARSE_DECODE_H
#define FWD_VERIFY_REHEARSE_DECODE_H

#include "verify/verify.h"

struct fwd_decode {
    struct fwd_update *update;
    const struct fwd_task *task;
    void *state;
    bool proven; /* an earlier pass gave the right digest: a failure now means change */
    bool open;
    uint32_t section_at; /* of the section, in the package area */
    uint32_t done;       /* bytes of the target so far */
    /* Who wants the bytes: FWD_OK, or a reason that ends the decoding. NULL: only the digest is
     * asked for. Set after fwd_decode_begin(). */
    enum fwd_reason (*take)(void *ctx, const struct fwd_chunk *chunk);
    void *ctx;
    struct fwd_flash_access package, source_flash;
    struct fwd_decode_job job;
};

/* Begins decoding task's component from the package area and the active slot. The decoder keeps
 * pointers to *decode: it stays where it is until fwd_decode_end(). */
FWD_MUST_USE enum fwd_reason fwd_decode_begin(
    struct fwd_decode *decode, struct fwd_update *update, const struct fwd_task *task, bool proven);

/* The next chunk, at most 4096 bytes, is decoded and taken. *size: of it; 0: the target is complete
 * and its digest right. FWD_OK; FWD_E_STREAM_INVALID, FWD_E_TARGET_DIGEST (FWD_E_PACKAGE_CHANGED
 * for both when proven), FWD_E_PACKAGE_IO, FWD_E_SOURCE_READ, FWD_E_DECODER_MEMORY, FWD_E_CANARY,
 * FWD_E_INTERNAL, or what take gives. */
FWD_MUST_USE enum fwd_reason fwd_decode_next(struct fwd_decode *decode, uint32_t *size);

/* The rest of it at once, and its end. */
FWD_MUST_USE enum fwd_reason fwd_decode_all(struct fwd_decode *decode);

/* To be called once after begin, whatever happened. */
void fwd_decode_end(struct fwd_decode *decode);

/* SHA-256 of a slot's first size bytes against digest: FWD_OK, `differs`, or `unreadable`. */
FWD_MUST_USE enum fwd_reason fwd_decode_check_slot(const struct fwd_update *update,
    const struct fwd_area *slot, const struct fwd_image *image, enum fwd_reason differs,
    enum fwd_reason unreadable);

/* The slot that holds the source, and the one to be written. */
const struct fwd_area *fwd_decode_source_slot(
    const struct fwd_update *update, const struct fwd_task *task);
const struct fwd_area *fwd_decode_target_slot(
    const struct fwd_update *update, const struct fwd_task *task);

#endif
