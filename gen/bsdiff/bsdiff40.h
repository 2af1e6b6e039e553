/* Patches in the format of bsdiff 4 ("BSDIFF40"): bspatch applies what is exported, patches made by
 * bsdiff can be imported. */
#ifndef FWD_GEN_BSDIFF_BSDIFF40_H
#define FWD_GEN_BSDIFF_BSDIFF40_H

#include "gen/bsdiff/tuples.h"
#include "hostio/host_file.h"

/* *out: the patch, freed by the caller. tuples must be valid for the pair.
 * FWD_FAIL_ENVIRONMENT: no memory. */
enum fwd_fail fwd_bsdiff40_export(const struct fwd_pair *pair, const struct fwd_tuples *tuples,
    struct fwd_bytes *out, struct fwd_error *err);

/* Applies a patch of any origin: *target is the new image and *tuples the same delta as a canonical
 * list; both are freed by the caller. name: of the patch file, for sentences. The source must not
 * be empty. FWD_FAIL_REFUSED: not a BSDIFF40 patch, damaged, or for an image that would be larger
 * than FWD_SUFFIX_MAX. */
enum fwd_fail fwd_bsdiff40_import(const char *name, const struct fwd_bytes *patch,
    const struct fwd_bytes *source, struct fwd_bytes *target, struct fwd_tuples *tuples,
    struct fwd_error *err);

#endif
