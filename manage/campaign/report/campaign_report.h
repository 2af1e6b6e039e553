/* What became of a campaign: in total and for each device, as JSON, JUnit and HTML. All that may
 * differ between two runs of the same campaign is in members "times". */
#ifndef FWD_MANAGE_CAMPAIGN_REPORT_CAMPAIGN_REPORT_H
#define FWD_MANAGE_CAMPAIGN_REPORT_CAMPAIGN_REPORT_H

#include "hostio/host_file_set.h"
#include "hostio/host_time.h"
#include "manage/campaign/state/campaign_state.h"

#include <jansson.h>
#include <stdio.h>

struct fwd_campaign_counts {
    size_t devices;
    size_t outcomes[FWD_CAMPAIGN_OUTCOMES];
    uint64_t attempts, bytes;
};

/* Of the test devices, or of all. */
struct fwd_campaign_counts fwd_campaign_report_counts(
    const struct fwd_campaign *campaign, struct fwd_campaign_state *state, bool test);
/* Did every test device end well? False also when there is none. */
bool fwd_campaign_report_test_is_good(
    const struct fwd_campaign *campaign, struct fwd_campaign_state *state);

/* NULL: no memory. */
json_t *fwd_campaign_report_json(
    const struct fwd_campaign *campaign, struct fwd_campaign_state *state);

struct fwd_campaign_page {
    size_t registered; /* devices, now */
    int64_t now;
    unsigned refresh_s; /* the browser loads it again after so long; 0: never */
    void (*more)(FILE *out, const void *ctx); /* before the devices; NULL: nothing more */
    const void *ctx;
};

/* A page without scripts. */
void fwd_campaign_report_html(FILE *out, const struct fwd_campaign *campaign,
    struct fwd_campaign_state *state, const struct fwd_campaign_page *page);

enum fwd_fail fwd_campaign_report_junit(struct fwd_file_set *set, const char *path,
    const struct fwd_campaign *campaign, struct fwd_campaign_state *state, bool force,
    struct fwd_error *err);

/* "2026-12-01T02:00:00Z"; 0: "". */
#define FWD_CAMPAIGN_TIME_TEXT FWD_HOST_TIME_TEXT
void fwd_campaign_report_time(int64_t seconds, char text[FWD_CAMPAIGN_TIME_TEXT]);
/* How far a device is, or how it has ended, in a word. */
const char *fwd_campaign_report_word(const struct fwd_campaign_unit *unit);
/* Why a device did not end as wanted, in a few words; "": it did, or goes on. */
#define FWD_CAMPAIGN_WHY 192u
void fwd_campaign_report_why(const struct fwd_campaign_unit *unit, char text[FWD_CAMPAIGN_WHY]);

#endif
