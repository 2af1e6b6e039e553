/* Did a host application keep to what the modules' documents ask of it? The host rules H1..H18,
 * applied to a log of what it and a module said to each other. */
#ifndef FWD_MODULE_LOGCHECK_LOGCHECK_RULES_H
#define FWD_MODULE_LOGCHECK_LOGCHECK_RULES_H

#include "module/logcheck/logcheck_log.h"

#define FWD_LOGCHECK_RULES      18u
#define FWD_LOGCHECK_BREAKS_MAX 8u /* of one rule; more are counted only */
#define FWD_HOST_TEXT           240u

enum fwd_logcheck_status {
    FWD_LOGCHECK_KEPT,
    FWD_LOGCHECK_BROKEN,
    FWD_HOST_NO_OCCASION,    /* nothing in the log that it is about */
    FWD_HOST_OTHER_FAMILY,   /* it is not for this module */
    FWD_LOGCHECK_NOT_VISIBLE /* no log can show it: ask whoever wrote the host application */
};

struct fwd_logcheck_break {
    unsigned line; /* of the log */
    char text[FWD_HOST_TEXT];
};

struct fwd_logcheck_verdict {
    enum fwd_logcheck_status status;
    size_t breaks; /* all of them */
    struct fwd_logcheck_break first[FWD_LOGCHECK_BREAKS_MAX];
};

struct fwd_logcheck_report {
    const char *family; /* "LARA-R6", "Telit" ...; "unknown" */
    size_t broken;      /* rules */
    struct fwd_logcheck_verdict verdicts[FWD_LOGCHECK_RULES];
};

/* Applies all rules. profile: name of a module profile, telit-pfm or ryz014; NULL: as the log says.
 * FWD_FAIL_USAGE: there is no such profile. */
enum fwd_fail fwd_logcheck_check(const struct fwd_logcheck_log *log, const char *profile,
    struct fwd_logcheck_report *report, struct fwd_error *err);

/* "H1" and a sentence; index from 0. */
const char *fwd_logcheck_rule_id(size_t index);
const char *fwd_logcheck_rule_title(size_t index);

#endif
