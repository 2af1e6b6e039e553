/* The port between the installer and the codecs. A decoder pulls: it has random access to its
 * section of the payload and to the source image, and gives the target in sequence. It restarts
 * only from the start. All its memory is the arena. */
#ifndef FWD_VERIFY_CODEC_H
#define FWD_VERIFY_CODEC_H

#include "format/manifest.h"
#include "format/reason.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes that can be read in any order. */
struct fwd_input {
    void *ctx;
    /* Reads size bytes at offset; offset + size <= input->size is checked by fwd_input_read.
     * FWD_OK, or the reason that the reader of these bytes reports. */
    enum fwd_reason (*read)(void *ctx, uint32_t offset, void *buf, uint32_t size);
    uint32_t size;
};

/* FWD_E_STREAM_INVALID when the range leaves the input. */
FWD_MUST_USE enum fwd_reason fwd_input_read(
    const struct fwd_input *input, uint32_t offset, void *buf, uint32_t size);

struct fwd_codec;

/* What a decoder works on. */
struct fwd_decode_job {
    const struct fwd_component *component;
    const struct fwd_codec *codec; /* the one that is opened; for codecs that wrap another */
    struct fwd_input section;      /* the component's bytes of the payload */
    struct fwd_input source;       /* size 0 when the component has no source */
    uint8_t *arena;                /* aligned to 16 bytes */
    uint32_t arena_size;           /* at least component->arena_size */
};

/* A piece of the target. */
struct fwd_chunk {
    const uint8_t *bytes; /* valid until the next call */
    uint32_t size;        /* 0 only at the end of the target */
    /* When set, byte i of the chunk stands for byte source_offset + i of the source: most of them
     * are equal. The range lies inside the source. */
    bool has_source;
    uint32_t source_offset;
};

struct fwd_codec {
    uint16_t id; /* FWD_CODEC_* */
    bool needs_source;
    /* The memory formula of SPEC.md section 6, from the codec parameters and sizes of the
     * component. FWD_OK and *arena_size, or FWD_E_SECTION_CONTENT when the parameters are
     * malformed or contradict the section's size. */
    enum fwd_reason (*arena)(const struct fwd_component *component, uint32_t *arena_size);
    /* Begins. The job must stay valid. *state: place in the arena for the other functions.
     * FWD_OK, FWD_E_STREAM_INVALID, FWD_E_DECODER_MEMORY, or a reason of the inputs. */
    enum fwd_reason (*open)(const struct fwd_decode_job *job, void **state);
    /* The next piece, at most 4096 bytes; size 0 when the target is complete and section and
     * streams were consumed exactly. After anything but FWD_OK only close may be called. */
    enum fwd_reason (*next)(void *state, struct fwd_chunk *chunk);
    /* Gives back what the decoder holds (nothing outside the arena). NULL: nothing to do. */
    void (*close)(void *state);
};

extern const struct fwd_codec fwd_codec_stored;
/* `fwd` with every instruction set, or with Thumb and Thumb-2 and none: a device links one of
 * them. */
extern const struct fwd_codec fwd_codec_fwd;
extern const struct fwd_codec fwd_codec_fwd_thumb;
/* The same two of `lite`, the small class. */
extern const struct fwd_codec fwd_codec_lite;
extern const struct fwd_codec fwd_codec_lite_thumb;
/* With liblzma, in a library of their own (fwdelta-verify-xz): */
extern const struct fwd_codec fwd_codec_xz;
extern const struct fwd_codec fwd_codec_bsdiff_xz;

/* NULL when the list has no codec of that id. */
const struct fwd_codec *fwd_codec_find(
    const struct fwd_codec *const *codecs, uint8_t count, uint16_t id);

#ifdef __cplusplus
}
#endif

#endif
