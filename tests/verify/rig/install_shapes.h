/* Geometries, and one ready-made update on each, for the tests of the installer. */
#ifndef FWD_TESTS_VERIFY_RIG_INSTALL_SHAPES_H
#define FWD_TESTS_VERIFY_RIG_INSTALL_SHAPES_H

#include "tests/verify/rig/install_rig.h"

/* One component `app`: in place and A/B, program units 1..256, erased 0xFF and 0x00, mixed blocks.
 */
extern const struct lab_shape lab_shapes[];
extern const size_t lab_shape_count;
const struct lab_shape *lab_shape(const char *name);

/* A device, an update for it, and what both are made of. */
struct lab_case {
    struct lab *lab;
    struct lab_recipe recipe;
    struct fwd_bytes package;
    struct lab_image *images; /* source and target of each part */
};

/* The recipe of an update by pattern for each place of the shape, in its order. */
struct lab_case lab_case_delta(
    const struct lab_shape *shape, const struct lab_pattern *pattern, bool descending);
/* The same images as a full package. */
struct lab_case lab_case_full(const struct lab_shape *shape, const struct lab_pattern *pattern);
/* Builds the package again after the recipe was changed. */
void lab_case_rebuild(struct lab_case *c);
void lab_case_free(struct lab_case *c);

/* Asserts that the package is downloaded after a start. */
void lab_case_download(struct lab_case *c);
/* And rehearsed by the application: staged. */
void lab_case_rehearse(struct lab_case *c);
/* Asserts that by the last boot decision every place runs its new image, or its old one. */
void lab_case_runs(const struct lab_case *c, bool new);

#endif
