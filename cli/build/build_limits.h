/* What the devices that a package is for let a decoder have. */
#ifndef FWD_CLI_BUILD_BUILD_LIMITS_H
#define FWD_CLI_BUILD_BUILD_LIMITS_H

#include "cli/build/build_spec.h"

/* The least of all devices; without one, codecs are the usual ones and the arenas 0. */
struct fwd_build_limits {
    uint32_t delta_codecs; /* bit n: codec n; of the applications, which rehearse deltas */
    uint32_t full_codecs;  /* of the boot loaders, too, which write full images; of a full package
                              what the boot loaders alone decode when they have none in common */
    uint32_t delta_arena, full_arena; /* with --ram that */
};

/* FWD_FAIL_REFUSED: a device has no memory for a decoder, or none of its programs decodes a codec
 * that was asked for. */
enum fwd_fail fwd_build_limits_find(const struct fwd_build_spec *spec, bool full_package,
    struct fwd_build_limits *limits, struct fwd_error *err);

#endif
