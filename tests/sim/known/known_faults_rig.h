/* What the tests of known faults share: faults by which a device was lost, or ran what nobody had
 * signed, done to a device again. One test case for each; `PROGRAM NAME` runs one. */
#ifndef FWD_TESTS_SIM_KNOWN_KNOWN_FAULTS_RIG_H
#define FWD_TESTS_SIM_KNOWN_KNOWN_FAULTS_RIG_H

#include "tests/sim/trust_rig.h"

#include <check.h>

#define KNOWN_FAULTS_STARTS 12
/* Twice as many starts as any limit of the library allows. */
#define KNOWN_FAULTS_MANY_STARTS 150

/* Shapes of torture_rig.h. */
extern const char *const known_faults_in_place, *const known_faults_two_slots;

/* A device of that shape; images of fifteen erase blocks of 4 KiB. */
void known_faults_new(struct trust_rig *rig, const char *shape);
/* Packages for any product, by the first key. */
struct fwd_bytes known_faults_delta(struct trust_rig *rig, int from, int to, uint32_t counter);
struct fwd_bytes known_faults_full(struct trust_rig *rig, int to, uint32_t counter);
/* Installs, and remembers the device. */
void known_faults_begin(struct trust_rig *rig, const struct fwd_bytes *package);
/* The first operation of rig->next whose cut leaves that state in the journal; 0: none. */
uint64_t known_faults_operation(struct trust_rig *rig, enum fwd_state state);

/* A test, the name by which it is asked for, and how often it is looped. */
struct known_faults_test {
    const char *name;
    const TTest *test;
    int count;
};

/* Runs all tests up to one without a test, or that of the name in argv; what main() returns. A name
 * that is not there is a failure. */
int known_faults_main(int argc, char **argv, const struct known_faults_test *tests);

#endif
