/* Decodes once what is decoded again and again: codecs that remember what the real one gave, and
 * give the same pieces when section and source are the same bytes again, which they read and
 * compare each time. A decoder's output depends on nothing else, so nothing but time differs; only
 * how the flash is read does, so that this is not for tests whose flash fails at the Nth read. For
 * trial installations and power cuts, where decoding would be most of the work. Decodings may be
 * interleaved and abandoned, but belong to one thread. */
#ifndef FWD_GEN_PACKAGE_DECODE_CACHE_H
#define FWD_GEN_PACKAGE_DECODE_CACHE_H

#include "format/manifest.h"
#include "verify/codec.h"

#define FWD_REPLAY_CODECS_MAX 8u

struct fwd_decode_cache;
struct fwd_decode_cache_decoding;

struct fwd_decode_cache_codec {
    struct fwd_codec codec; /* what an installer sees; first, so that a job leads back to it */
    const struct fwd_codec *inner;
    struct fwd_decode_cache *replay;
};

/* What was given for one component. */
struct fwd_decode_cache_tape {
    uint16_t codec;
    uint32_t params_size, section_size, source_size, target_size;
    uint8_t *inputs;          /* codec parameters, section and source, one after the other */
    struct fwd_chunk *chunks; /* bytes: NULL, they follow each other in `bytes` */
    uint8_t *bytes;
    size_t count, room; /* chunks */
    size_t size;        /* bytes so far */
};

struct fwd_decode_cache {
    struct fwd_decode_cache_codec codecs[FWD_REPLAY_CODECS_MAX];
    const struct fwd_codec *list[FWD_REPLAY_CODECS_MAX]; /* for struct fwd_device */
    uint8_t count;
    struct fwd_decode_cache_tape tapes[FWD_COMPONENTS_MAX]; /* complete ones */
    uint8_t tape_count;
    struct fwd_decode_cache_decoding *open; /* also those that were abandoned */
    unsigned decodings;                     /* by the real codecs, begun */
};

/* codecs: 1..FWD_REPLAY_CODECS_MAX of them. replay must stay where it is. */
void fwd_decode_cache_init(
    struct fwd_decode_cache *replay, const struct fwd_codec *const *codecs, uint8_t count);
void fwd_decode_cache_free(struct fwd_decode_cache *replay);

#endif
