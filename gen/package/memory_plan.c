#include "gen/package/memory_plan.h"

#include "gen/bsdiff/suffix.h"
#include "gen/refdelta/nearby.h"
#include "gen/refdelta/sparse_index.h"

#include <inttypes.h>

/* The program, its libraries, an arena of the decoder, tables of fixed size. */
#define PROGRAM (24u << 20)
#define MIB     (1u << 20)

/* A suffix array, and words of the image that may be addresses. */
static uint64_t order_memory(const struct fwd_pair *pair)
{
    return fwd_suffix_memory(pair->source_size) + (3u << 18);
}

/* While runs are searched: the images rewritten, an index, marks of words, pieces of ways, and what
 * an earlier candidate left. While they are coded there is the output instead of the first two. */
static uint64_t search_memory(const struct fwd_pair *pair, const struct fwd_search_bounds *bounds)
{
    uint64_t both = (uint64_t)pair->source_size + pair->target_size;
    uint64_t index = bounds->stride > 0 ? fwd_sparse_index_memory(pair->source_size, bounds->stride)
                                        : order_memory(pair);

    if (fwd_refdelta_search_nearby(pair))
        index += fwd_nearby_memory(pair->source_size);
    uint64_t searching = (bounds->plain ? 0 : both) + index;
    uint64_t coding = (uint64_t)pair->target_size;
    return (searching > coding ? searching : coding) + both / 16 +
           (bounds->stride > 0 || bounds->plain ? pair->target_size / 2 : pair->target_size) +
           fwd_refdelta_search_pieces(pair) * FWD_SEARCH_PIECE;
}

static enum fwd_fail refuse(uint64_t least, const char *what, struct fwd_error *err)
{
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s takes %" PRIu64 " MiB of memory, more than --memory allows: give --memory %" PRIu64 "M",
        what, (least + MIB - 1) / MIB, (least + MIB - 1) / MIB);
}

enum fwd_fail fwd_memory_plan_search(const struct fwd_memory_limit *limit,
    const struct fwd_pair *pair, struct fwd_search_bounds *bounds, struct fwd_error *err)
{
    uint64_t need;

    *bounds = (struct fwd_search_bounds){0};
    if (limit->most == 0)
        return FWD_FAIL_NONE;
    bounds->bounded = true;
    for (unsigned plain = 0; plain < 2; plain++) {
        bounds->plain = plain != 0;
        bounds->stride = 0;
        need = PROGRAM + limit->images + search_memory(pair, bounds);
        if (need <= limit->most)
            return FWD_FAIL_NONE;
        for (uint32_t stride = FWD_SPARSE_STRIDE_LEAST; stride <= FWD_SPARSE_STRIDE_MOST;
             stride *= 2) {
            bounds->stride = stride;
            need = PROGRAM + limit->images + search_memory(pair, bounds);
            if (need <= limit->most)
                return FWD_FAIL_NONE;
        }
    }
    return refuse(need, "the search for a delta", err);
}

enum fwd_fail fwd_memory_plan_trial(const struct fwd_memory_limit *limit, uint64_t package,
    uint64_t flash, bool *replay, struct fwd_error *err)
{
    /* it is there as it was made, signed, and in the devices' flash */
    uint64_t need = PROGRAM + limit->images + 3 * package + flash;

    *replay = limit->most == 0 || need + package + limit->images <= limit->most;
    return limit->most == 0 || need <= limit->most ? FWD_FAIL_NONE
                                                   : refuse(need, "the trial installation", err);
}
