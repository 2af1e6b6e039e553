/* Shared by campaign_check*.c only. */
#ifndef FWD_MANAGE_CAMPAIGN_CHECK_CAMPAIGN_CHECK_INTERNAL_H
#define FWD_MANAGE_CAMPAIGN_CHECK_CAMPAIGN_CHECK_INTERNAL_H

#include "manage/campaign/check/campaign_check.h"

/* Rules: true: kept. why: what was found, or is wrong. */
bool fwd_campaign_check_imeis(const struct fwd_campaign_check *check, struct fwd_error *why);
bool fwd_campaign_check_tests(const struct fwd_campaign_check *check, struct fwd_error *why);
bool fwd_campaign_check_final(const struct fwd_campaign_check *check, struct fwd_error *why);
bool fwd_campaign_check_names(const struct fwd_campaign_check *check, struct fwd_error *why);

#endif
