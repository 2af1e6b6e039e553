/* Shared by campaign*.c only. */
#ifndef FWD_MANAGE_CAMPAIGN_FILE_CAMPAIGN_INTERNAL_H
#define FWD_MANAGE_CAMPAIGN_FILE_CAMPAIGN_INTERNAL_H

#include "manage/campaign/file/campaign.h"

/* One more device. False: no memory, or more than FWD_CAMPAIGN_DEVICES. */
bool fwd_campaign_add_device(struct fwd_campaign *campaign, const char *imei, size_t size);
/* A file with an IMEI a line. */
enum fwd_fail fwd_campaign_read_devices(
    struct fwd_campaign *campaign, const char *path, struct fwd_error *err);
/* A file with the keys of devices; after they are sorted. */
enum fwd_fail fwd_campaign_read_keys(
    struct fwd_campaign *campaign, const char *path, struct fwd_error *err);
/* In the order of their IMEIs, with the mark of those that are tried first. */
void fwd_campaign_sort(struct fwd_campaign *campaign);

#endif
