/* One .xz stream inside a section, as SPEC.md section 6 restricts it: one block, filter LZMA2 only,
 * the dictionary that the codec parameters declare, check NONE or CRC32, no padding after it.
 * liblzma decodes; all its memory comes from the arena, so nothing needs to be given back. */
#ifndef FWD_VERIFY_CODEC_XZ_STREAM_H
#define FWD_VERIFY_CODEC_XZ_STREAM_H

#include "verify/codec.h"

#include <lzma.h>

/* Dictionary code of a stream that is not there. */
#define FWD_XZ_ABSENT 0xFFu
/* What a stream needs besides its dictionary: liblzma's tables, our state, the buffers. */
#define FWD_XZ_MARGIN 65536u
#define FWD_XZ_INPUT  512u

/* Memory that is only ever handed out. */
struct fwd_xz_arena {
    uint8_t *bytes; /* aligned to 16 */
    uint32_t size;
    uint32_t used;
};

/* Zero is no special state: open fills it. Must not move while it is open. */
struct fwd_xz_stream {
    const struct fwd_input *input;
    uint32_t at, end; /* what of the input was not read yet */
    uint32_t dictionary;
    lzma_allocator allocator;
    lzma_stream lzma;
    lzma_stream_flags flags;
    lzma_block block;
    lzma_filter filters[LZMA_FILTERS_MAX + 1];
    bool ended; /* the block's last byte was given */
    uint8_t bytes[FWD_XZ_INPUT];
};

/* The dictionary in bytes of a code 0..40 of the xz format; false for other codes. */
bool fwd_xz_dictionary(uint8_t code, uint32_t *size);

/* Adds the arena of a stream with this code to *total; nothing for FWD_XZ_ABSENT. False when the
 * code is unknown or the sum leaves 32 bits. */
bool fwd_xz_arena_add(uint8_t code, uint32_t *total);

/* size bytes aligned to 16, or NULL when they are not left. */
void *fwd_xz_arena_take(struct fwd_xz_arena *arena, size_t size);

/* Begins with bytes [offset, offset + size) of input, which must stay valid.
 * FWD_OK, FWD_E_STREAM_INVALID, or a reason of the input. */
FWD_MUST_USE enum fwd_reason fwd_xz_stream_open(struct fwd_xz_stream *stream,
    const struct fwd_input *input, uint32_t offset, uint32_t size, uint8_t code,
    struct fwd_xz_arena *arena);

/* Decodes exactly size bytes; FWD_E_STREAM_INVALID when the stream has fewer. */
FWD_MUST_USE enum fwd_reason fwd_xz_stream_read(
    struct fwd_xz_stream *stream, void *buf, uint32_t size);

/* FWD_OK only when everything was decoded, and the input consumed, to the last byte. */
FWD_MUST_USE enum fwd_reason fwd_xz_stream_finish(struct fwd_xz_stream *stream);

#endif
