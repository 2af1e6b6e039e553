#include "manage/campaign/state/campaign_phase.h"

#include <stddef.h>

static const char *const phases[FWD_CAMPAIGN_PHASES] = {"requested", "approved", "testing",
    "test_reported", "accepted", "final", "final_reported", "cancelled"};
static const char *const moves[FWD_CAMPAIGN_MOVES] = {
    "approve", "start", "report", "accept", "cancel"};

static const struct {
    enum fwd_campaign_phase from;
    enum fwd_campaign_move move;
    enum fwd_campaign_phase to;
} ways[] = {
    {FWD_CAMPAIGN_REQUESTED, FWD_CAMPAIGN_APPROVE, FWD_CAMPAIGN_APPROVED},
    {FWD_CAMPAIGN_APPROVED, FWD_CAMPAIGN_START, FWD_CAMPAIGN_TESTING},
    {FWD_CAMPAIGN_TESTING, FWD_CAMPAIGN_REPORT, FWD_CAMPAIGN_TEST_REPORTED},
    {FWD_CAMPAIGN_TEST_REPORTED, FWD_CAMPAIGN_ACCEPT, FWD_CAMPAIGN_ACCEPTED},
    {FWD_CAMPAIGN_ACCEPTED, FWD_CAMPAIGN_START, FWD_CAMPAIGN_FINAL},
    {FWD_CAMPAIGN_FINAL, FWD_CAMPAIGN_REPORT, FWD_CAMPAIGN_FINAL_REPORTED},
    {FWD_CAMPAIGN_REQUESTED, FWD_CAMPAIGN_CANCEL, FWD_CAMPAIGN_CANCELLED},
    {FWD_CAMPAIGN_APPROVED, FWD_CAMPAIGN_CANCEL, FWD_CAMPAIGN_CANCELLED},
    {FWD_CAMPAIGN_TESTING, FWD_CAMPAIGN_CANCEL, FWD_CAMPAIGN_CANCELLED},
    {FWD_CAMPAIGN_TEST_REPORTED, FWD_CAMPAIGN_CANCEL, FWD_CAMPAIGN_CANCELLED},
    {FWD_CAMPAIGN_ACCEPTED, FWD_CAMPAIGN_CANCEL, FWD_CAMPAIGN_CANCELLED},
    {FWD_CAMPAIGN_FINAL, FWD_CAMPAIGN_CANCEL, FWD_CAMPAIGN_CANCELLED},
};

bool fwd_campaign_phase_next(
    enum fwd_campaign_phase phase, enum fwd_campaign_move move, enum fwd_campaign_phase *next)
{
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (ways[i].from == phase && ways[i].move == move) {
            *next = ways[i].to;
            return true;
        }
    }
    return false;
}

const char *fwd_campaign_phase_name(enum fwd_campaign_phase phase)
{
    return phases[phase];
}

const char *fwd_campaign_move_name(enum fwd_campaign_move move)
{
    return moves[move];
}

bool fwd_campaign_phase_runs(enum fwd_campaign_phase phase)
{
    return phase == FWD_CAMPAIGN_TESTING || phase == FWD_CAMPAIGN_FINAL;
}
