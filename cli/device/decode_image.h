/* Decodes one component of a trusted package in memory, with the decoders that devices use. */
#ifndef FWD_CLI_DEVICE_DECODE_IMAGE_H
#define FWD_CLI_DEVICE_DECODE_IMAGE_H

#include "hostio/host_file.h"
#include "verify/codec.h"

struct fwd_decode_image {
    const struct fwd_component *component;
    const uint8_t *section;  /* component->section_size bytes */
    struct fwd_bytes source; /* {NULL, 0}: none; not owned */
    /* Is given each piece of the target; NULL: nobody looks. False stops: FWD_E_INTERNAL. */
    bool (*piece)(void *ctx, const struct fwd_chunk *chunk);
    void *ctx;
};

/* target: component->target.size bytes. FWD_OK, FWD_E_STREAM_INVALID, FWD_E_SECTION_CONTENT,
 * FWD_E_DECODER_MEMORY (this computer does not have the arena), FWD_E_UNKNOWN_CODEC. The digest is
 * not looked at. */
FWD_MUST_USE enum fwd_reason fwd_decode_image(
    const struct fwd_decode_image *decode, uint8_t *target);

#endif
