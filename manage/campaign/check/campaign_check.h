/* The rules of a campaign, C1 to C13: what is looked at before one begins. */
#ifndef FWD_MANAGE_CAMPAIGN_CHECK_CAMPAIGN_CHECK_H
#define FWD_MANAGE_CAMPAIGN_CHECK_CAMPAIGN_CHECK_H

#include "manage/campaign/check/campaign_package.h"
#include "manage/campaign/file/campaign.h"

#define FWD_CAMPAIGN_RULES 13u

enum fwd_campaign_verdict {
    FWD_CAMPAIGN_KEPT,
    FWD_CAMPAIGN_BROKEN,
    FWD_CAMPAIGN_WARNED, /* broken, and the rule is a warning */
    FWD_CAMPAIGN_SKIPPED /* what it looks at is missing, and another rule says so */
};

struct fwd_campaign_finding {
    const char *id;    /* "C1" */
    const char *title; /* what the rule asks for */
    enum fwd_campaign_verdict verdict;
    struct fwd_error why; /* a sentence; of KEPT: what was found */
};

struct fwd_campaign_check {
    const struct fwd_campaign *campaign;
    const struct fwd_profile *profile; /* NULL: the product is not known */
    /* The campaign's packages in their order, those that could be read. */
    struct fwd_campaign_package packages[FWD_CAMPAIGN_FILES];
    size_t package_count;
    struct fwd_error package_error; /* why the next one could not be read */
    struct fwd_campaign_finding findings[FWD_CAMPAIGN_RULES];
    unsigned broken, warned;
};

/* Applies all rules. campaign: outlives the check, which is freed by fwd_campaign_check_free(). */
void fwd_campaign_check_run(const struct fwd_campaign *campaign, struct fwd_campaign_check *check);
void fwd_campaign_check_free(struct fwd_campaign_check *check);

/* "kept", "BROKEN", "warning", "skipped". */
const char *fwd_campaign_verdict_word(enum fwd_campaign_verdict verdict);

#endif
