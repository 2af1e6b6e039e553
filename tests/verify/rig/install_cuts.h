/* Power cuts in an update: at every flash operation, in every way of tearing it, once and again in
 * the recovery. After the cuts the device is left alone and must end with the target. */
#ifndef FWD_TESTS_VERIFY_RIG_INSTALL_CUTS_H
#define FWD_TESTS_VERIFY_RIG_INSTALL_CUTS_H

#include "tests/verify/rig/install_shapes.h"

struct lab_tear {
    enum fwd_nor_tear tear;
    uint32_t seed;
};

/* Every kind; and those that differ most, for two cuts. */
extern const struct lab_tear lab_tears[];
extern const size_t lab_tear_count;
extern const struct lab_tear lab_few_tears[];
extern const size_t lab_few_tear_count;

/* A state of the device to which it can be brought back. */
struct lab_snapshot {
    struct fwd_nor_snapshot *flash;
    uint32_t counters[FWD_COMPONENTS_MAX];
};

struct lab_cuts {
    struct lab *lab;
    struct lab_snapshot start, middle;
    struct fwd_nor_hash *seen; /* states from which the recovery is known to succeed */
    size_t seen_count;
    uint64_t operations; /* of the uninterrupted update */
    uint64_t tried, recovered;
    char loss[300]; /* the first loss with its replay ids; "" when none */
};

/* Takes the device as it is for the start, and runs the update once without a cut. */
void lab_cuts_begin(struct lab_cuts *cuts, struct lab *lab);
void lab_cuts_end(struct lab_cuts *cuts);

/* The device as it was at the start, without power. */
void lab_cuts_restart(struct lab_cuts *cuts);

/* Power fails before the first operation from which on the journal is in that state; it has no
 * power afterwards. */
void lab_cuts_until(struct lab_cuts *cuts, uint8_t state);

/* One cut at every `stride`-th operation in every tear of the list. False: cuts->loss. */
bool lab_cuts_once(
    struct lab_cuts *cuts, const struct lab_tear *tears, size_t count, uint64_t stride);

/* The same, and after each of them a second cut at every `stride`-th operation of the recovery. */
bool lab_cuts_twice(struct lab_cuts *cuts, const struct lab_tear *tears, size_t count,
    const struct lab_tear *again, size_t again_count, uint64_t stride);

/* A cut at every operation, then `more` cuts, one in each of the next power cycles. */
bool lab_cuts_row(struct lab_cuts *cuts, unsigned more, uint64_t stride);

/* `usual`, or 1 when the environment asks for long tests (FWD_LONG=1). */
uint64_t lab_cuts_stride(uint64_t usual);

#endif
