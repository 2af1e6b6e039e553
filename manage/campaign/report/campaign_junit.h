/* JUnit XML of a campaign: one suite, a test case for each rule or device. */
#ifndef FWD_MANAGE_CAMPAIGN_REPORT_CAMPAIGN_JUNIT_H
#define FWD_MANAGE_CAMPAIGN_REPORT_CAMPAIGN_JUNIT_H

#include "hostio/host_file_set.h"

#include <stdbool.h>
#include <stddef.h>

enum fwd_campaign_junit_state {
    FWD_CAMPAIGN_JUNIT_PASSED,
    FWD_CAMPAIGN_JUNIT_FAILED,
    FWD_CAMPAIGN_JUNIT_SKIPPED
};

struct fwd_campaign_junit_case {
    const char *group, *name; /* the same in each run */
    enum fwd_campaign_junit_state state;
    const char *text; /* why; NULL: nothing to say */
};

/* Writes a file, as fwd_file_set_add(). next: fills the case at index, for 0 to count - 1. */
enum fwd_fail fwd_campaign_junit_write(struct fwd_file_set *set, const char *path,
    const char *suite, size_t count,
    void (*next)(void *ctx, size_t index, struct fwd_campaign_junit_case *out), void *ctx,
    bool force, struct fwd_error *err);

#endif
