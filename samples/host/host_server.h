/* The package comes from a LwM2M server, which has it installed, too (uFOTA): the host switches the
 * lines on that tell it, leaves the module alone meanwhile, and looks what became of it. */
#ifndef HOST_SERVER_H
#define HOST_SERVER_H

#include "host_module.h"

/* Before an update, and again after it: the switches are off then (but for a SARA-R4's). */
bool host_server_listen(struct host_link *link, const struct host_module *module);

/* Until the package is complete; false: it was cancelled, failed, or did not come. */
bool host_server_await_package(struct host_link *link, const struct host_module *module);

/* Until the module runs the version, or says that it could not. */
bool host_server_await_end(
    struct host_link *link, const struct host_module *module, const char *version);

#endif
