/* What install and boot tell besides the lines of the module. */
#ifndef FWD_CLI_DEVICE_SESSION_REPORT_H
#define FWD_CLI_DEVICE_SESSION_REPORT_H

#include "cli/device/session.h"

/* cut: power was cut; what the device knows then is not looked at. */
enum fwd_fail fwd_session_report(
    const struct fwd_session *session, bool cut, struct fwd_error *err);

#endif
