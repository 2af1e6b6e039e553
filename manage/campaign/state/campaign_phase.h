/* Where a campaign is, and what leads from there to where: one table. */
#ifndef FWD_MANAGE_CAMPAIGN_STATE_CAMPAIGN_PHASE_H
#define FWD_MANAGE_CAMPAIGN_STATE_CAMPAIGN_PHASE_H

#include <stdbool.h>

enum fwd_campaign_phase {
    FWD_CAMPAIGN_REQUESTED,
    FWD_CAMPAIGN_APPROVED,
    FWD_CAMPAIGN_TESTING,
    FWD_CAMPAIGN_TEST_REPORTED,
    FWD_CAMPAIGN_ACCEPTED,
    FWD_CAMPAIGN_FINAL,
    FWD_CAMPAIGN_FINAL_REPORTED,
    FWD_CAMPAIGN_CANCELLED,
    FWD_CAMPAIGN_PHASES
};

/* Who moves a campaign on. */
enum fwd_campaign_move {
    FWD_CAMPAIGN_APPROVE, /* the vendor */
    FWD_CAMPAIGN_START,   /* whoever runs it */
    FWD_CAMPAIGN_REPORT,  /* the server: every device has ended, or the time is over */
    FWD_CAMPAIGN_ACCEPT,  /* the customer, of a good test report */
    FWD_CAMPAIGN_CANCEL,
    FWD_CAMPAIGN_MOVES
};

/* False: that does not lead anywhere from there. */
bool fwd_campaign_phase_next(
    enum fwd_campaign_phase phase, enum fwd_campaign_move move, enum fwd_campaign_phase *next);
/* "test_reported" */
const char *fwd_campaign_phase_name(enum fwd_campaign_phase phase);
/* "approve" */
const char *fwd_campaign_move_name(enum fwd_campaign_move move);
/* Devices are updated in it. */
bool fwd_campaign_phase_runs(enum fwd_campaign_phase phase);

#endif
