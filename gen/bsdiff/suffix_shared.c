#include "gen/bsdiff/suffix_shared.h"

void fwd_suffix_shared_open(struct fwd_suffix_shared *shared)
{
    *shared = (struct fwd_suffix_shared){.lock = PTHREAD_MUTEX_INITIALIZER};
}

void fwd_suffix_shared_close(struct fwd_suffix_shared *shared)
{
    fwd_suffix_free(&shared->suffix);
    pthread_mutex_destroy(&shared->lock);
}

enum fwd_fail fwd_suffix_shared_get(struct fwd_suffix_shared *shared, const uint8_t *bytes,
    uint32_t size, struct fwd_suffix *own, const struct fwd_suffix **suffix, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;

    *own = (struct fwd_suffix){0};
    *suffix = shared != NULL ? &shared->suffix : own;
    if (shared == NULL)
        return fwd_suffix_build(own, bytes, size, err);
    pthread_mutex_lock(&shared->lock);
    if (shared->suffix.order == NULL)
        fail = fwd_suffix_build(&shared->suffix, bytes, size, err);
    pthread_mutex_unlock(&shared->lock);
    return fail;
}
