/* Compressed and encrypted parts of a new image, as gen and inspect tell of them. */
#ifndef FWD_CLI_REPORT_OPAQUE_OUT_H
#define FWD_CLI_REPORT_OPAQUE_OUT_H

#include "gen/locate/opaque.h"

#include <jansson.h>

#define FWD_OPAQUE_ADVICE_SIZE 320u

struct fwd_opaque_parts {
    struct fwd_opaque list[FWD_OPAQUE_MAX];
    size_t count;
    uint32_t fresh; /* of all: bytes that the old image has nowhere */
};

/* FWD_FAIL_ENVIRONMENT: no memory. */
enum fwd_fail fwd_opaque_out_find(
    const struct fwd_pair *pair, struct fwd_opaque_parts *parts, struct fwd_error *err);

json_t *fwd_opaque_out_json(const struct fwd_opaque_parts *parts);

/* "65536 bytes at 0x00012000: gzip, 65000 of them new" */
void fwd_opaque_out_text(const struct fwd_opaque *part, char text[FWD_OPAQUE_ADVICE_SIZE]);

/* What they cost and what to do about it, by the one that costs most. parts->fresh must not be 0.
 */
void fwd_opaque_out_advice(const struct fwd_opaque_parts *parts, char text[FWD_OPAQUE_ADVICE_SIZE]);

#endif
