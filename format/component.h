/* A component entry of the manifest (SPEC.md section 4.3): the value of the entry, not its head. */
#ifndef FWD_FORMAT_COMPONENT_H
#define FWD_FORMAT_COMPONENT_H

#include "format/cursor.h"
#include "format/manifest.h"

/* A value outside its limits is written as it is; decoding refuses it. A NULL digest sets
 * w->failed. */
void fwd_component_encode(struct fwd_writer *w, const struct fwd_component *component);

/* FWD_OK, FWD_E_MANIFEST_SYNTAX, FWD_E_MANIFEST_VALUE, FWD_E_UNKNOWN_CRITICAL. The result points
 * into bytes. */
FWD_MUST_USE enum fwd_reason fwd_component_decode(
    const uint8_t *bytes, size_t size, struct fwd_component *component);

#endif
