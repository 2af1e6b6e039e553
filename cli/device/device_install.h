/* A package on its way onto a simulated device: downloaded and installed. Shared by install and
 * 'device flash'. */
#ifndef FWD_CLI_DEVICE_DEVICE_INSTALL_H
#define FWD_CLI_DEVICE_DEVICE_INSTALL_H

#include "cli/device/session.h"
#include "hostio/host_file.h"

struct fwd_device_install {
    struct fwd_session session; /* open; first, as it is what runs on the device */
    struct fwd_bytes package;   /* with the padding of the transport */
    uint32_t padding;           /* at most, as the device knows the transport */
    enum fwd_command command;
};

/* Runs it to its end, or to the power cut, and reports. path: the package, for the sentence. Gives
 * the exit status. */
int fwd_device_install_run(struct fwd_device_install *in, const char *path, struct fwd_error *err);

#endif
