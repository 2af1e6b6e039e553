/* What may be installed on a device whose firmware in place may be incomplete, or whose journal
 * could not be read: a block whose erase was cut may read as the source of a delta now, and as
 * nothing later. */
#ifndef FWD_VERIFY_INSTALL_ADMIT_H
#define FWD_VERIFY_INSTALL_ADMIT_H

#include "verify/verify.h"

/* update->trusted with update->plan has no delta in place, and the device can start with it: what
 * it leaves alone is retained (update->retained) and intact. FWD_OK; FWD_E_RECOVERY_NEEDS_FULL;
 * FWD_E_JOURNAL_LOST: the same, because the journal cannot be read at this start. */
FWD_MUST_USE enum fwd_reason fwd_admit_full(struct fwd_update *update);

/* The package whose head is in work->signed_bytes (update->held) is signed, allowed on this device
 * (policy, counters), and as above. When the device cannot start as it is, the journal may from now
 * on go on in RAM. Overwrites update->trusted. FWD_OK or the first reason. */
FWD_MUST_USE enum fwd_reason fwd_admit_held(struct fwd_update *update);

#endif
