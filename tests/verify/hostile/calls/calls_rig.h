/* A device to which anything happens, by a seed: calls of the library in any order, power cuts at
 * any operation and, when asked for, areas written by somebody who has no key. What must hold is
 * asserted wherever it could be broken:
 *
 *   - every read, program and erase lies inside one of the device's areas, and slots of firmware
 *     are written at their time only (calls_flash.c);
 *   - the boot decision is to RUN only what was signed, or pinned by the factory, and whose
 *     security counter is not below the device's, in every place (calls_promises.c);
 *   - what the library holds of a download stays in its buffer, and its status is a documented one
 *     (calls_promises.c); work memory has exactly the size that was asked for, so that
 *     AddressSanitizer sees each byte beyond;
 *   - without forgeries all places run one release, and nothing is done that no flash allows
 *     (calls_promises.c);
 *   - resuming ends, and at last every device takes a full package and runs it (calls_rescue.c).
 *
 * What happened is told when one of them fails; the same seed makes the same again. */
#ifndef FWD_TESTS_VERIFY_HOSTILE_CALLS_RIG_H
#define FWD_TESTS_VERIFY_HOSTILE_CALLS_RIG_H

#include "tests/verify/hostile/calls/dice.h"
#include "tests/verify/rig/install_shapes.h"

/* What somebody else writes while power is off. */
enum calls_forgery {
    CALLS_NOTHING_FORGED,
    CALLS_JOURNAL_FORGED,
    CALLS_RECORDS_FORGED /* version and package area, too */
};

/* Releases of all places. Their images differ, except where a pattern changes nothing. */
enum calls_release {
    CALLS_OLD,  /* pinned by the factory; no security counter */
    CALLS_NEW,  /* with a counter or without */
    CALLS_LAST, /* with a counter above: the way out at the end */
    CALLS_RELEASES
};

enum calls_package {
    CALLS_DELTA,   /* old to new */
    CALLS_FULL,    /* new */
    CALLS_BACK,    /* old, signed */
    CALLS_HOSTILE, /* bytes behind a header that is right */
    CALLS_GIVEN,   /* of these above anything may be given to the device at any time */
    CALLS_RESCUE = CALLS_GIVEN,
    CALLS_PACKAGES
};

struct calls {
    uint64_t seed;
    enum calls_forgery forgery;
    struct dice dice;
    struct lab_shape shape;
    struct lab_case c;
    struct lab *lab; /* c.lab */
    struct lab_image last[LAB_PLACES_MAX];
    uint32_t counters[CALLS_RELEASES];
    struct fwd_bytes packages[CALLS_PACKAGES];
    struct fwd_flash_port guard; /* between the library and the flash */
    struct fwd_mac_port mac;

    const struct fwd_bytes *sending; /* the download in progress */
    uint32_t sent;                   /* bytes of it */

    bool loud; /* each call is printed when it is made */
    char log[16384];
};

/* Everything by the seed: geometry, policy, releases, packages (calls_device.c). */
void calls_device_make(struct calls *calls, enum calls_forgery forgery, uint64_t seed, bool loud);
void calls_device_free(struct calls *calls);

/* Puts the guard between library and flash (calls_flash.c). */
void calls_flash_guard(struct calls *calls);

/* Power on, and what a boot loader does: decide, resume, decide again (calls_start.c). */
void calls_start(struct calls *calls);
/* Some calls, as an application makes them or as none should. */
void calls_make_some(struct calls *calls);

/* Somebody writes records, and whatever calls->forgery allows, while power is off. */
void calls_forge(struct calls *calls);

/* Asserts that a full package is installed within some starts, and runs. */
void calls_rescue(struct calls *calls);

/* ---- what must hold (calls_promises.c) ------------------------------------------------------- */

/* Asserts what must hold after any call. */
void calls_check(struct calls *calls);
/* Asserts what a boot decision promises, right after it. */
void calls_check_choice(struct calls *calls);
/* Does every place run its image of the release, by the last boot decision? */
bool calls_runs(const struct calls *calls, enum calls_release release);
/* Ends the test: what was broken, and what led to it. */
void calls_broken(struct calls *calls, const char *what);

/* ---- what happened (calls_log.c) ------------------------------------------------------------- */

void calls_log(struct calls *calls, const char *what, uint32_t number);
/* The result of a call. Any is right: what matters is asserted elsewhere. */
void calls_log_reason(struct calls *calls, enum fwd_reason reason);

#endif
