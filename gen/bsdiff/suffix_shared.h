/* The suffix array of an image that several codings need: made once, by the first that asks. */
#ifndef FWD_GEN_BSDIFF_SUFFIX_SHARED_H
#define FWD_GEN_BSDIFF_SUFFIX_SHARED_H

#include "gen/bsdiff/suffix.h"

#include <pthread.h>

struct fwd_suffix_shared {
    pthread_mutex_t lock;
    struct fwd_suffix suffix; /* order NULL: not made yet */
};

void fwd_suffix_shared_open(struct fwd_suffix_shared *shared);
void fwd_suffix_shared_close(struct fwd_suffix_shared *shared);

/* From any thread, always for the same image. shared NULL: the array is made in *own, which the
 * caller frees in any case. FWD_FAIL_ENVIRONMENT: no memory. */
enum fwd_fail fwd_suffix_shared_get(struct fwd_suffix_shared *shared, const uint8_t *bytes,
    uint32_t size, struct fwd_suffix *own, const struct fwd_suffix **suffix, struct fwd_error *err);

#endif
