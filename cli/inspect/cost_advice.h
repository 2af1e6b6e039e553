/* What a release engineer can do to make the next delta smaller, from the costs of this one. */
#ifndef FWD_CLI_INSPECT_COST_ADVICE_H
#define FWD_CLI_INSPECT_COST_ADVICE_H

#include "cli/inspect/inspect_costs.h"

/* Fills report->advice: 1 to 4 sentences, what would save most first. pair: the images. */
void fwd_cost_advice(const struct fwd_pair *pair, struct fwd_delta_report *report);

#endif
