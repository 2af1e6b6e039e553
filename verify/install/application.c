/* What an application does, and leaves the rest to its boot loader. A part that can be left out. */
#include "verify/install/resume.h"
#include "verify/rehearse/session_record.h"

enum fwd_reason fwd_update_rehearse(struct fwd_update *update, enum fwd_command command)
{
    if (fwd_resume_pending(update) && update->journal.record.state != FWD_STATE_REHEARSING)
        return update->journal.record.state == FWD_STATE_STAGED ? FWD_OK : FWD_E_UPDATE_PENDING;
    update->apart = true;
    enum fwd_reason reason = fwd_update_install(update, command);
    update->apart = false;
    return reason;
}
