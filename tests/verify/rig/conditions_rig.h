/* Packages that ask something of a device besides its own images, and a device for them: `app` in
 * place and `radio` with two slots. */
#ifndef FWD_TESTS_VERIFY_RIG_CONDITIONS_RIG_H
#define FWD_TESTS_VERIFY_RIG_CONDITIONS_RIG_H

#include "format/dependency.h"
#include "tests/verify/rig/install_shapes.h"

enum { CONDITIONS_APP, CONDITIONS_RADIO };

/* Of the next package. */
struct conditions {
    struct fwd_dependency needed[2];
    uint8_t count;
    uint32_t release[2]; /* of its parts */
    uint8_t cut;         /* bytes that the list lacks at its end */
    bool expires;
    uint64_t not_after;
    uint8_t list[64];
};
extern struct conditions conditions_asks;

/* Adds a dependency. */
void conditions_need(const char *name, uint32_t release);

/* A device that orders releases, and an update of both places that asks nothing. */
struct lab_case conditions_device(void);
/* The update of one of the two alone. */
void conditions_only(struct lab_case *c, int part);
/* Of `app` alone, which needs release 7 of `radio`; that is the one that is there. */
struct lab_case conditions_app(void);

/* Builds the package and installs it. */
enum fwd_reason conditions_install(struct lab_case *c);
/* Asserts that the old firmware runs and nothing is pending. */
void conditions_expect_old(struct lab *lab);
/* Rehearsed by the application, and then power is cut until the boot loader has written into the
 * old firmware of `app`. */
void conditions_cut_in_the_action(struct lab_case *c);
/* Cuts power before an operation from now on. */
void conditions_cut_before(struct lab *lab, uint64_t operation);

#endif
