/* States of a device from which an update is known to end well, and what that costs. */
#ifndef FWD_SIM_TORTURE_TORTURE_MEMO_H
#define FWD_SIM_TORTURE_TORTURE_MEMO_H

#include "sim/torture/torture.h"

struct fwd_torture_known {
    struct fwd_nor_hash state;
    struct fwd_torture_cost cost; /* from here to the end */
};

/* Start with {0}. */
struct fwd_torture_memo {
    struct fwd_torture_known *slots;
    size_t room, count;
};

/* NULL when the state is not known. Valid until the next addition. */
const struct fwd_torture_known *fwd_torture_memo_find(
    const struct fwd_torture_memo *memo, struct fwd_nor_hash state);
/* Without memory for it the state stays unknown, which costs time only. */
void fwd_torture_memo_add(
    struct fwd_torture_memo *memo, struct fwd_nor_hash state, struct fwd_torture_cost cost);
void fwd_torture_memo_free(struct fwd_torture_memo *memo);

/* Another number into a state. */
struct fwd_nor_hash fwd_torture_memo_stir(
    struct fwd_nor_hash state, const void *bytes, size_t size);

#endif
