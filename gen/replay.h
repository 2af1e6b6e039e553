/* Decodes once what is decoded again and again: codecs that remember what the real one gave for a
 * component and give the same pieces the next time. For trial installations of one package with the
 * same sources, where six decodings of the same bytes would be most of the work: a decoder's output
 * depends on nothing but section and source. Not for threads: one installation at a time. */
#ifndef FWD_GEN_REPLAY_H
#define FWD_GEN_REPLAY_H

#include "format/manifest.h"
#include "verify/codec.h"

#define FWD_REPLAY_CODECS_MAX 8u

struct fwd_replay;

struct fwd_replay_codec {
    struct fwd_codec codec; /* what an installer sees; first, so that a job leads back to it */
    const struct fwd_codec *inner;
    struct fwd_replay *replay;
};

/* What was given for the component whose section is at an offset of the payload. */
struct fwd_replay_tape {
    uint32_t section_offset;
    struct fwd_chunk *chunks; /* bytes: NULL, they follow each other in `bytes` */
    uint8_t *bytes;
    size_t count, room; /* chunks */
    size_t size;        /* bytes so far */
    bool complete;
};

struct fwd_replay {
    struct fwd_replay_codec codecs[FWD_REPLAY_CODECS_MAX];
    const struct fwd_codec *list[FWD_REPLAY_CODECS_MAX]; /* for struct fwd_device */
    uint8_t count;
    struct fwd_replay_tape tapes[FWD_COMPONENTS_MAX];
    uint8_t tape_count;
    unsigned decodings; /* by the real codecs, begun */

    /* the decoding that is going on */
    struct fwd_replay_tape *tape; /* NULL: nothing is remembered of it */
    const struct fwd_codec *inner;
    void *state; /* of the inner codec; NULL: the tape is played */
    uint32_t target_size;
    size_t at, given;
};

/* codecs: 1..FWD_REPLAY_CODECS_MAX of them. replay must stay where it is. */
void fwd_replay_init(
    struct fwd_replay *replay, const struct fwd_codec *const *codecs, uint8_t count);
void fwd_replay_free(struct fwd_replay *replay);

#endif
