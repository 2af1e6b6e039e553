/* Traces that a build leaves in an image: they make every build another image. */
#ifndef FWD_GEN_PACKAGE_BUILD_STAMP_H
#define FWD_GEN_PACKAGE_BUILD_STAMP_H

#include "gen/bsdiff/tuples.h"

enum fwd_stamp_kind {
    FWD_STAMP_NONE,
    FWD_STAMP_TIME, /* text hh:mm:ss, as __TIME__ gives it */
    FWD_STAMP_ID    /* a GNU build id */
};

struct fwd_stamp {
    enum fwd_stamp_kind kind;
    uint32_t at, size; /* in the target */
};

/* The first one of the target that the source does not have too; of the first 64 that there are. */
struct fwd_stamp fwd_stamp_find(const struct fwd_pair *pair);

#endif
