/* A device whose application rehearses in slices. */
#ifndef FWD_TESTS_VERIFY_RIG_SLICES_RIG_H
#define FWD_TESTS_VERIFY_RIG_SLICES_RIG_H

#include "tests/verify/rig/install_shapes.h"

/* In place, with two slots, and one place of each. */
#define SLICES_SHAPES 3
/* More than any rehearsal has. */
#define SLICES_MAX 100000u

/* With a delta downloaded. */
struct lab_case slices_waiting(int shape);

struct fwd_status slices_status(const struct lab *lab);

enum fwd_reason slices_one(struct lab *lab, uint32_t work, bool *more);
/* To the end, or `most` slices, each of which succeeds and goes back in no percentage. How many
 * there were. */
unsigned slices_go_on(struct lab *lab, uint32_t work, unsigned most);
void slices_until_rehearsing(struct lab *lab);
/* To the end, whatever it is. */
enum fwd_reason slices_end(struct lab *lab);

/* Asserts that it is staged, and that the boot loader, which has nothing to decode, installs it. */
void slices_act(struct lab_case *c);

#endif
