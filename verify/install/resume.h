/* How each state goes on after a power cut: the handlers of states_table.c. Each may be cut
 * anywhere and called again. Results are reasons of the update; FWD_OK: it is installed. */
#ifndef FWD_VERIFY_INSTALL_RESUME_H
#define FWD_VERIFY_INSTALL_RESUME_H

#include "verify/verify.h"

/* The rehearsal begins again; a package that is not the same any more ends it. */
FWD_MUST_USE enum fwd_reason fwd_resume_rehearsal(struct fwd_update *update);

/* Everything is checked again, then the action. Staged steps that cannot be used are staged again:
 * nothing was written on their word. */
FWD_MUST_USE enum fwd_reason fwd_resume_staged(struct fwd_update *update);

/* Trust is renewed from the staged copy, or the package; then the rest of the action. Also after
 * the action, as long as the new version record is still to be made. */
FWD_MUST_USE enum fwd_reason fwd_resume_action(struct fwd_update *update);

/* Everything comes from the version record. */
FWD_MUST_USE enum fwd_reason fwd_resume_commit(struct fwd_update *update);

/* The one question "is an update in progress?" of a device: never with a lost journal. */
bool fwd_resume_pending(const struct fwd_update *update);

#endif
