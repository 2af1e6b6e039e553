/* The checks of a package in the order of SPEC.md section 10, and what became of each. */
#ifndef FWD_CLI_VERIFY_CHECK_LIST_H
#define FWD_CLI_VERIFY_CHECK_LIST_H

#include "format/reason.h"

#include <stdbool.h>

enum fwd_check_step {
    FWD_CHECK_ENVIRONMENT,  /* E1 to E7 */
    FWD_CHECK_KIND,         /* V1 */
    FWD_CHECK_FORMAT,       /* V2 */
    FWD_CHECK_SIZES,        /* V3 */
    FWD_CHECK_KEYS,         /* V4 */
    FWD_CHECK_SIGNATURES,   /* V5 */
    FWD_CHECK_MANIFEST,     /* V5b */
    FWD_CHECK_PAYLOAD,      /* V5c */
    FWD_CHECK_STRUCTURE,    /* V6 */
    FWD_CHECK_POLICY,       /* V7 */
    FWD_CHECK_INSTALLED,    /* V8 */
    FWD_CHECK_COUNTERS,     /* V8a */
    FWD_CHECK_DEPENDENCIES, /* V8b */
    FWD_CHECK_EXPIRY,       /* V8c */
    FWD_CHECK_SOURCE,       /* V9 */
    FWD_CHECK_MEMORY,       /* I1 */
    FWD_CHECK_PLACES,       /* I2 */
    FWD_CHECK_DECODE,       /* I3 */
    FWD_CHECK_STAGING,      /* I3a */
    FWD_CHECK_WRITE,        /* I4 to I7 */
    FWD_CHECK_FINISH,       /* F1 */
    FWD_CHECK_TARGET,       /* the file given with --target */
    FWD_CHECK_STEPS
};

enum fwd_check_state { FWD_CHECK_SKIPPED, FWD_CHECK_PASSED, FWD_CHECK_FAILED };

struct fwd_check {
    enum fwd_check_state state;
    enum fwd_reason reason; /* of a failed one */
    char why[200];          /* of a failed or skipped one */
};

struct fwd_check_list {
    struct fwd_check checks[FWD_CHECK_STEPS];
};

const char *fwd_check_step_id(enum fwd_check_step step);   /* "V5b" */
const char *fwd_check_step_text(enum fwd_check_step step); /* what is checked */

/* Marks the steps from first to last as passed, unless they failed. */
void fwd_check_list_pass(
    struct fwd_check_list *list, enum fwd_check_step first, enum fwd_check_step last);
/* Marks the reason's step as failed, those between first and it as passed. FWD_OK: all of first to
 * last pass. */
void fwd_check_list_result(struct fwd_check_list *list, enum fwd_check_step first,
    enum fwd_check_step last, enum fwd_reason reason);
/* A step stays unchecked for this reason; the first one given counts. */
__attribute__((format(printf, 3, 4))) void fwd_check_list_skip(
    struct fwd_check_list *list, enum fwd_check_step step, const char *format, ...);

/* What a device answers: the first failure, or FWD_OK. --target does not count. */
enum fwd_reason fwd_check_list_reason(const struct fwd_check_list *list);

/* Was anything that a device checks left unchecked? */
bool fwd_check_list_partial(const struct fwd_check_list *list);

#endif
