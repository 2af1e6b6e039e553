/* Reports as JUnit XML, for CI servers: a suite of cases. Names must be the same in each run, so
 * that a server can follow a case over time. Every text goes through fwd_xml_put(). */
#ifndef FWD_HOSTIO_HOST_JUNIT_H
#define FWD_HOSTIO_HOST_JUNIT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum fwd_junit_state {
    FWD_JUNIT_PASSED,
    FWD_JUNIT_FAILED,  /* what is looked at is not as it must be */
    FWD_JUNIT_ERROR,   /* it could not be looked at */
    FWD_JUNIT_SKIPPED, /* it was not looked at */
    FWD_JUNIT_STATES
};

struct fwd_junit_case {
    const char *group, *name;
    enum fwd_junit_state state;
    uint64_t assertions; /* 0: not said */
    /* Of one that did not pass; each may be NULL. */
    const char *type, *message; /* of few words; a sentence */
    const char *text;           /* more, in lines */
    char room[512];             /* for one of them, when it is put together */
};

/* counts: of cases, by state. seconds: negative: not said. */
void fwd_junit_begin(
    FILE *out, const char *suite, const size_t counts[FWD_JUNIT_STATES], double seconds);
void fwd_junit_case(FILE *out, const struct fwd_junit_case *c);
void fwd_junit_end(FILE *out);

/* A whole suite. next: fills the case at index, which is all zero before; called twice for each. */
void fwd_junit_suite(FILE *out, const char *suite, size_t count,
    void (*next)(const void *ctx, size_t index, struct fwd_junit_case *out), const void *ctx);

#endif
