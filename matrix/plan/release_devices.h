/* Which devices are for which product, where the release file does not say. */
#ifndef FWD_MATRIX_PLAN_RELEASE_DEVICES_H
#define FWD_MATRIX_PLAN_RELEASE_DEVICES_H

#include "matrix/plan/release_file.h"

/* Sets what each product without a list is on: the devices whose descriptions name it, and those
 * whose descriptions cannot be read, so that their jobs say so. FWD_FAIL_REFUSED: a product has no
 * device. */
enum fwd_fail fwd_release_devices_find(struct fwd_release_file *release, struct fwd_error *err);

#endif
