/* fwdelta module sms-center STATE: the update server of Telit modules. */
#ifndef FWD_CLI_MODULE_CMD_SMS_CENTER_H
#define FWD_CLI_MODULE_CMD_SMS_CENTER_H

#include "cli/common/args.h"

/* operands: "sms-center", STATE. Options: listen, address, number. Gives the exit status. */
int fwd_sms_center_run(const struct fwd_args *args, struct fwd_error *err);

#endif
