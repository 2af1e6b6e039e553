/* The actions of fwdelta campaign; each returns the exit status. */
#ifndef FWD_CLI_CAMPAIGN_CAMPAIGN_ACTIONS_H
#define FWD_CLI_CAMPAIGN_CAMPAIGN_ACTIONS_H

#include "cli/common/args.h"

int fwd_campaign_actions_check(const struct fwd_args *args, struct fwd_error *err);
int fwd_campaign_actions_serve(const struct fwd_args *args, struct fwd_error *err);
int fwd_campaign_actions_rehearse(const struct fwd_args *args, struct fwd_error *err);
int fwd_campaign_actions_status(const struct fwd_args *args, struct fwd_error *err);
int fwd_campaign_actions_approve(const struct fwd_args *args, struct fwd_error *err);
int fwd_campaign_actions_start(const struct fwd_args *args, struct fwd_error *err);
int fwd_campaign_actions_accept(const struct fwd_args *args, struct fwd_error *err);
int fwd_campaign_actions_withdraw(const struct fwd_args *args, struct fwd_error *err);
int fwd_campaign_actions_cancel(const struct fwd_args *args, struct fwd_error *err);

#endif
