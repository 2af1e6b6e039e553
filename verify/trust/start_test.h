/* The one test for what starts: who signed it, for what product and hardware, with what authority
 * and security counter, and is it what is in the slot. Nothing else decides RUN. It is not the test
 * for installing (plan.h), which also refuses downgrades and lacking resources. */
#ifndef FWD_VERIFY_TRUST_START_TEST_H
#define FWD_VERIFY_TRUST_START_TEST_H

#include "verify/flash/version.h"

/* What starts, and what is known of it. Zero before the first test. */
struct fwd_start {
    uint8_t slot[FWD_CONFIG_COMPONENTS];     /* per place of the device */
    uint32_t counter[FWD_CONFIG_COMPONENTS]; /* signed security counters of what starts; 0: none */
    uint32_t floor[FWD_CONFIG_COMPONENTS]; /* counters of the record that the journal names: what is
                                           tried after it may not be below */
    uint32_t proof[FWD_CONFIG_COMPONENTS]; /* FWD_START_PROVEN: see fwd_start_proven() */
    bool named;                            /* it is what the record says that the journal names */
};

/* Far from each other, from zero, and from what a register holds by chance. */
#define FWD_START_PROVEN    0x69D2A53Cu /* verdicts and digest are right */
#define FWD_START_UNDOUBTED 0x9325C6B1u /* policy "in doubt": nothing was verified */

enum fwd_start_depth {
    FWD_START_SIGNED, /* without hashing the slots */
    FWD_START_SLOTS,  /* hashing where there are two: which of them runs is to be known */
    FWD_START_HASHED
};

/* Tests a version record; before: what it says that the places held before. Every place that the
 * device needs to start must pass. Overwrites update->trusted. *start: slots and counters, also
 * when a place that is not needed does not pass. FWD_OK; FWD_E_VERSION_RECORD (a place is missing,
 * or contradicts what was signed), a reason of fwd_authenticate(), FWD_E_PRODUCT, _HARDWARE, _ROLE,
 * _TARGET_TOO_LARGE, _NOT_AUTHORISED, _ROLLBACK, _COUNTER, _TARGET_CORRUPT, _SLOT_READ. */
FWD_MUST_USE enum fwd_reason fwd_start_test_record(struct fwd_update *update,
    const struct fwd_version_table *table, bool before, enum fwd_start_depth depth,
    struct fwd_start *start);

/* The second answer to "may it start?", out of what the checks have seen and not of where they have
 * gone: a fault that makes the processor skip an instruction of the first answer does not change
 * it. False: do not start. */
bool fwd_start_proven(const struct fwd_update *update, const struct fwd_start *start);

/* Bit n: what the current version record says of place n passes. Sets update->counters, and when
 * the record can be read update->active: the slots that it names, or where the depth hashes and
 * they do not start the other ones, if what was there before does. Overwrites update->trusted. */
uint16_t fwd_start_test_retained(struct fwd_update *update, enum fwd_start_depth depth);

/* The record that installing update->trusted, with update->plan, will make: what the package brings
 * with its planned digests in place of hashes, or hashed; what it leaves alone must be `retained`.
 * FWD_OK, FWD_E_NOT_STARTABLE, or a reason as above. */
FWD_MUST_USE enum fwd_reason fwd_start_test_future(
    struct fwd_update *update, uint16_t retained, enum fwd_start_depth depth);

/* A package whose signed bytes were found and authenticated elsewhere than in the version area
 * (update->trusted, update->plan): are its targets in the slots? With two slots either may hold it.
 * What it does not bring must be not needed, or pinned. *start as above. */
FWD_MUST_USE enum fwd_reason fwd_start_test_package(
    struct fwd_update *update, struct fwd_start *start);

/* Makes the counters of the device those of what starts, if the journal names its record: other
 * proof may be of a slot that was never finished, and gone at the next start. A counter that cannot
 * be advanced never withholds a start: it is tried again at the next. */
void fwd_start_count(const struct fwd_update *update, const struct fwd_start *start);

#endif
