/* A past for a simulated device, and a way out: earlier firmware with the updates that lead from it
 * to the device as it is described, and the new firmware as a full package. They are signed with
 * keys of fwd_keypair_simulated(), which the recipe trusts; the same input gives the same bytes. */
#ifndef FWD_SIM_HISTORY_HISTORY_H
#define FWD_SIM_HISTORY_HISTORY_H

#include "hostio/host_file.h"
#include "sim/device/machine.h"

#define FWD_HISTORY_PAST_MAX 16u

struct fwd_history_options {
    const struct fwd_machine_recipe *recipe; /* the device before the update */
    const struct fwd_codec *const *codecs;
    uint8_t codec_count;
    struct fwd_bytes package; /* the update: tells components, products and counters */
    uint32_t past;            /* updates before it, 0..FWD_HISTORY_PAST_MAX */
};

struct fwd_history {
    struct fwd_machine_recipe recipe; /* the device before the first update of its past */
    struct fwd_bytes past[FWD_HISTORY_PAST_MAX];
    uint32_t past_count;
    struct fwd_bytes full; /* no data: it does not fit the device */

    /* private */
    struct fwd_machine_image images[FWD_COMPONENTS_MAX];
    struct fwd_bytes oldest[FWD_COMPONENTS_MAX];
};

/* *history: must not move; to be freed whatever comes out. FWD_FAIL_REFUSED: the update does not
 * install on the device. FWD_FAIL_ENVIRONMENT: no memory. */
enum fwd_fail fwd_history_make(
    const struct fwd_history_options *options, struct fwd_history *history, struct fwd_error *err);
void fwd_history_free(struct fwd_history *history);

#endif
