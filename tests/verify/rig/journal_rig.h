/* The journal by itself, on the small device of the installer's tests. */
#ifndef FWD_TESTS_VERIFY_RIG_JOURNAL_RIG_H
#define FWD_TESTS_VERIFY_RIG_JOURNAL_RIG_H

#include "tests/verify/rig/install_shapes.h"
#include "verify/flash/journal.h"

struct journal_rig {
    struct lab_shape shape;
    struct lab *lab;
    struct fwd_journal journal;
    uint8_t page[512]; /* as the installer gives it */
};

/* A journal of so many blocks, each of them a bank, with what the factory writes. */
struct journal_rig *journal_rig_new(uint32_t banks, const char *shape);
void journal_rig_free(struct journal_rig *rig);

/* Takes power away and gives it back, and asserts that the journal is read. */
void journal_rig_power(struct journal_rig *rig);
enum fwd_reason journal_rig_append(struct journal_rig *rig, uint8_t state, uint32_t step);
/* From now on operations in that bank fail, so many of them; 0: all. */
void journal_rig_break(
    struct journal_rig *rig, enum fwd_nor_operation operation, uint32_t bank, uint32_t times);

#endif
