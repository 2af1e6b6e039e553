/* A device of two or three banks of 4 KiB, in which journal and version area are together. */
#ifndef FWD_TESTS_SIM_SHARED_SHARED_RIG_H
#define FWD_TESTS_SIM_SHARED_SHARED_RIG_H

#include "tests/sim/trust_rig.h"

#define SHARED_BLOCK 4096u
#define SHARED_KINDS 2 /* in place, A/B */

void shared_device(struct trust_rig *rig, int kind, uint32_t banks);

/* Garbage in the shared area. size: at most three banks. */
void shared_spoil(struct trust_rig *rig, uint32_t offset, uint32_t size);

/* Power on, and the journal is read. */
void shared_look(struct trust_rig *rig);

/* Of a set of banks: are there more than one? */
bool shared_in_several(uint16_t banks);

#endif
