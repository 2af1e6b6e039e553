/* A delta as the bsdiff algorithm sees it: the target is a sequence of tuples, each a run that is
 * like a run of the source (its bytes are coded as differences) and a run of new bytes. */
#ifndef FWD_GEN_BSDIFF_TUPLES_H
#define FWD_GEN_BSDIFF_TUPLES_H

#include "hostio/host_error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The two images; not owned. source NULL, size 0: none. */
struct fwd_pair {
    const uint8_t *source;
    const uint8_t *target;
    uint32_t source_size;
    uint32_t target_size;
};

struct fwd_tuple {
    uint32_t diff;  /* bytes of the target that are source + difference */
    uint32_t extra; /* new bytes after them */
    int32_t seek;   /* then the source pointer moves by this */
};

/* In a canonical list no tuple is without output, and the last seek is 0. */
struct fwd_tuples {
    struct fwd_tuple *list;
    size_t count;
    size_t room;
};

/* Builds a canonical list from runs in the order of the target; seeks follow from the runs. Begin
 * with {.tuples = list}. */
struct fwd_weaver {
    struct fwd_tuples *tuples;
    struct fwd_tuple tuple; /* not yet in the list */
    uint32_t source_at;     /* after its run of the source */
    bool failed;            /* no memory */
};

/* A run of size bytes that are like the source at source_at. The source must not be empty. */
void fwd_weaver_diff(struct fwd_weaver *weaver, uint32_t source_at, uint32_t size);
/* A run of size new bytes. */
void fwd_weaver_extra(struct fwd_weaver *weaver, uint32_t size);
/* The target is complete. False: no memory. */
bool fwd_weaver_end(struct fwd_weaver *weaver);

/* NULL-safe for a zeroed struct. */
void fwd_tuples_free(struct fwd_tuples *tuples);

/* Does the list cover the whole target with source ranges inside the source? */
bool fwd_tuples_valid(const struct fwd_tuples *tuples, const struct fwd_pair *pair);

/* The sums of the two kinds of runs. */
void fwd_tuples_sum(const struct fwd_tuples *tuples, uint32_t *diff, uint32_t *extra);

/* Writes differences and new bytes into two buffers of the sizes that fwd_tuples_sum() gave. The
 * list must be valid for the pair. */
void fwd_tuples_split(
    const struct fwd_tuples *tuples, const struct fwd_pair *pair, uint8_t *diff, uint8_t *extra);

#endif
