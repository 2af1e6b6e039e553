/* A campaign is carried out before it begins: its server and as many virtual modules as asked for,
 * as processes of this computer, over real sockets; from approval to the final report. */
#ifndef FWD_MANAGE_CAMPAIGN_REHEARSE_CAMPAIGN_REHEARSE_H
#define FWD_MANAGE_CAMPAIGN_REHEARSE_CAMPAIGN_REHEARSE_H

#include "hostio/host_file_set.h"
#include "manage/campaign/check/campaign_check.h"
#include "manage/campaign/rehearse/campaign_crew.h"

#include <jansson.h>
#include <stdio.h>

struct fwd_campaign_rehearsal {
    struct fwd_campaign *campaign; /* with the devices of the rehearsal */
    const struct fwd_campaign_check *check;
    const struct fwd_machine_recipe *recipe;
    const struct fwd_codec *const *codecs;
    uint8_t codec_count;
    struct fwd_campaign_shares shares;
    uint64_t seed;
    uint32_t scale;
    uint32_t kills;   /* so many times the server is killed at random moments, and started again */
    const char *logs; /* folder that is made, for the log of each module; NULL: none is kept */
    void (*say)(const char *line); /* where it is; NULL: nobody wants to know */
};

/* Carries it out, in a folder of its own under TMPDIR that is removed afterwards. *report: what
 * fwd_campaign_report_json() says, and for each device "rehearsal": what went wrong with it, and
 * why it ended so, and where its log says so; owned. junit, html: files, NULL: not wanted.
 * FWD_FAIL_REFUSED: a device did not end as it should, or the test phase did not end well; the
 * report is there. */
enum fwd_fail fwd_campaign_rehearse(const struct fwd_campaign_rehearsal *rehearsal,
    struct fwd_file_set *set, const char *junit, const char *html, bool force, json_t **report,
    struct fwd_error *err);

#endif
