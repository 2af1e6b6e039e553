/* A campaign and its state, opened by the command line. */
#ifndef FWD_CLI_CAMPAIGN_CAMPAIGN_FILES_H
#define FWD_CLI_CAMPAIGN_CAMPAIGN_FILES_H

#include "cli/common/args.h"
#include "manage/campaign/check/campaign_check.h"
#include "manage/campaign/state/campaign_state.h"

struct fwd_campaign_files {
    struct fwd_campaign *campaign;
    struct fwd_campaign_state *state;
    char path[FWD_CAMPAIGN_PATH]; /* of the state */
};

/* create: a state that is not there is made. */
enum fwd_fail fwd_campaign_files_open(const struct fwd_args *args, bool create,
    struct fwd_campaign_files *files, struct fwd_error *err);
void fwd_campaign_files_close(struct fwd_campaign_files *files);

/* FWD_FAIL_USAGE: --junit, --html or --report names a file that the campaign names, or its state.
 */
enum fwd_fail fwd_campaign_files_outputs(
    const struct fwd_args *args, const struct fwd_campaign *campaign, struct fwd_error *err);

/* FWD_FAIL_REFUSED: the campaign breaks a rule, and the sentence says which; warnings apart. */
enum fwd_fail fwd_campaign_files_rules(
    const struct fwd_campaign_check *check, struct fwd_error *err);

#endif
