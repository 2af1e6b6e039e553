/* A component entry of the manifest (SPEC.md section 4.3): the value of the entry, not its head. */
#ifndef FWD_FORMAT_COMPONENT_H
#define FWD_FORMAT_COMPONENT_H

#include "format/cursor.h"
#include "format/manifest.h"

/* A value outside its limits is written as it is; decoding refuses it. A NULL digest sets
 * w->failed. last: of its package, so that its section size follows from the others. */
void fwd_component_encode(struct fwd_writer *w, const struct fwd_component *component, bool last);

/* Head of an entry of the manifest or of an extension: type with the critical bit, size of the
 * value.
 */
void fwd_entry_begin(struct fwd_writer *w, uint8_t type, size_t size);

/* FWD_OK, FWD_E_MANIFEST_SYNTAX, FWD_E_MANIFEST_VALUE, FWD_E_UNKNOWN_CRITICAL. The result points
 * into bytes; section_size is 0 when the entry states none. */
FWD_MUST_USE enum fwd_reason fwd_component_decode(
    const uint8_t *bytes, size_t size, struct fwd_component *component);

/* Component `index` of an encoded manifest. False: it has none of that number, or not well formed.
 */
bool fwd_component_at(
    const uint8_t *manifest, size_t size, uint8_t index, struct fwd_component *component);

#endif
