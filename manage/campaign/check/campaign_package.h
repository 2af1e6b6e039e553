/* What the packages of a campaign say about themselves, once their signatures are checked. */
#ifndef FWD_MANAGE_CAMPAIGN_CHECK_CAMPAIGN_PACKAGE_H
#define FWD_MANAGE_CAMPAIGN_CHECK_CAMPAIGN_PACKAGE_H

#include "hostio/host_file.h"
#include "manage/campaign/file/campaign.h"

struct fwd_campaign_package {
    struct fwd_bytes bytes; /* owned */
    bool delta;
    char from[2 * FWD_CAMPAIGN_VERSION], to[2 * FWD_CAMPAIGN_VERSION]; /* of the first component */
    uint8_t digest[32];
};

/* Reads a package and checks its signatures with the keys of the campaign. FWD_FAIL_REFUSED: not a
 * package, or not signed as it should be; FWD_FAIL_ENVIRONMENT: a file cannot be read. */
enum fwd_fail fwd_campaign_package_open(const struct fwd_campaign *campaign, const char *path,
    struct fwd_campaign_package *out, struct fwd_error *err);
void fwd_campaign_package_close(struct fwd_campaign_package *package);

#endif
