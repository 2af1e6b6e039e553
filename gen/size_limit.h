/* Several codings of the same thing compete: one that is already larger than another that is
 * complete may stop. Which those may be is fixed, so that the outcome does not depend on timing. */
#ifndef FWD_GEN_SIZE_LIMIT_H
#define FWD_GEN_SIZE_LIMIT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of a coding that is not complete, or was not possible. */
#define FWD_SIZE_UNKNOWN UINT32_MAX

struct fwd_size_limit {
    const _Atomic uint32_t *sizes; /* of the competitors, or FWD_SIZE_UNKNOWN */
    size_t count;
    uint32_t extra; /* bytes that belong to this coding besides what is counted */
};

/* The most bytes that are still of use. limit NULL: no limit. */
static inline uint32_t fwd_size_limit_of(const struct fwd_size_limit *limit)
{
    uint32_t least = FWD_SIZE_UNKNOWN;

    for (size_t i = 0; limit != NULL && i < limit->count; i++) {
        uint32_t size = atomic_load(&limit->sizes[i]);
        least = size < least ? size : least;
    }
    if (least == FWD_SIZE_UNKNOWN)
        return least;
    return least > limit->extra ? least - limit->extra : 0;
}

/* Does a coding of so many bytes lose already? */
static inline bool fwd_size_limit_passed(const struct fwd_size_limit *limit, size_t size)
{
    return limit != NULL && size > fwd_size_limit_of(limit);
}

#endif
