/* Flash below the installer's simulated device that is torn as an id of a counterexample says: what
 * a cut touched reads as it was, as it was to be, or as nothing, anew at each start until it is
 * erased. trace_id.awk says what is in an id. */
#ifndef FWD_TESTS_MODEL_REPLAY_FLASH_H
#define FWD_TESTS_MODEL_REPLAY_FLASH_H

#include "tests/verify/rig/install_rig.h"

#define REPLAY_SIZE  2048u /* of a release */
#define REPLAY_BLOCK 1024u /* of a slot in place */

/* Puts itself between the device and its flash; one device at a time. */
void replay_flash_begin(struct lab *lab);

/* A start; no cut is due, nothing is hidden. */
void replay_flash_start(void);
/* What is due from now on, NULL: nothing; cut: AREA.WHAT.READS, power fails there; wear:
 * STATE:STEP, from that record on the journal takes none. */
void replay_flash_due(const char *cut, const char *wear);
/* How much of what was due the device never came to. */
unsigned replay_flash_passed(void);
/* The journal takes no record at this start. */
void replay_flash_mute(void);
/* The journal is gone. */
void replay_flash_lose(void);
/* The area gives nothing at this start, or what is erased. False: there is no such area. */
bool replay_flash_hide(const char *area, bool blank);
/* The size of the package that comes next: the cut of its last program. */
void replay_flash_package(uint32_t size);

/* As the device reads it. */
enum fwd_io replay_flash_read(
    const struct fwd_area *area, uint32_t offset, void *buf, uint32_t size);

#endif
