/* The dependencies of a package (SPEC.md section 4.6): which releases the components of a device
 * must have at least, counted as they are after the installation. The value of one manifest entry.
 */
#ifndef FWD_FORMAT_DEPENDENCY_H
#define FWD_FORMAT_DEPENDENCY_H

#include "format/manifest.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fwd_dependency {
    struct fwd_text name;
    uint32_t release; /* 1 or more */
};

/* One dependency after the other: start with *at = 0. False at the end, where *at is size, or when
 * the list is not well formed. */
bool fwd_dependency_next(
    const uint8_t *bytes, uint16_t size, uint16_t *at, struct fwd_dependency *dependency);

/* Returns the bytes written; 0 when they do not fit or a value is outside its limits. */
size_t fwd_dependency_encode(
    const struct fwd_dependency *dependencies, uint8_t count, uint8_t *out, size_t size);

#ifdef __cplusplus
}
#endif

#endif
