/* fwdelta device flash DIR PACKAGE: what the u-blox tool EasyFlash does with a .dof file
 * (R241..R244, R257): full firmware from a computer, a backup of what belongs to the one module, a
 * trace log. */
#ifndef FWD_CLI_DEVICE_DEVICE_FLASH_H
#define FWD_CLI_DEVICE_DEVICE_FLASH_H

#include "cli/common/args.h"

int fwd_device_flash(const struct fwd_args *args, const char *folder, struct fwd_error *err);

#endif
