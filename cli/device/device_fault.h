/* fwdelta device fault: breaking a simulated device on purpose. */
#ifndef FWD_CLI_DEVICE_DEVICE_FAULT_H
#define FWD_CLI_DEVICE_DEVICE_FAULT_H

#include "cli/common/args.h"

/* The options that it takes, for the list of 'fwdelta device'. */
#define FWD_DEVICE_FAULT_OPTIONS                                                                   \
    {"hook", 0, "POINT=REASON", true, "fault: at this point the device gives this reason"},        \
        {"fault", 0, "SPEC", true, "fault: as program,fail,area=firmware,skip=20,times=1"},        \
        {"flip", 0, "AREA:OFFSET", true, "fault: flip a bit in flash"},                            \
        {"spoil", 0, "AREA:OFFSET", true, "fault: make a program unit unreadable"},                \
        {"destroy", 0, "TABLE", true, "fault: partition-table, bad-block-table or file-store"},    \
        {"counter", 0, "NAME=N", true, "fault: set the security counter of a component"},          \
        {"channel", 0, "PORT:BAUD", false, "fault: where results go; 'unreadable'"},               \
        {"remove", 0, "WHAT", true, "fault: flash or keys"},                                       \
    {                                                                                              \
        "clear", 0, NULL, false, "fault: first remove all hooks and faults"                        \
    }

/* Their names, each between spaces. */
#define FWD_DEVICE_FAULT_NAMES " hook fault flip spoil destroy counter channel remove clear "

int fwd_device_fault(const struct fwd_args *args, const char *folder, struct fwd_error *err);

#endif
