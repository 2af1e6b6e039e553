/* Policy verify_start "in doubt": when what starts need not be verified again. */
#ifndef FWD_VERIFY_TRUST_DOUBT_H
#define FWD_VERIFY_TRUST_DOUBT_H

#include "verify/trust/start_test.h"

/* True: the current record starts as it is recorded, without a signature check and without a hash;
 * *start is set. Never with policy ALWAYS, without the MAC port, with a lost journal, while
 * something is in progress, at the first start after an update, when a copy of the version record
 * does not read, or has no right MAC, or is not the one that the journal names. */
bool fwd_doubt_none(struct fwd_update *update, struct fwd_start *start);

#endif
