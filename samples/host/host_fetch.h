/* The module fetches the package itself, by FTP (+UFTPC) or by HTTP or HTTPS (+UHTTPC). */
#ifndef HOST_FETCH_H
#define HOST_FETCH_H

#include "host_link.h"

/* Configures the module's client, waits for a network, and sees the download through. False: the
 * module has no package, and stderr says why. */
bool host_fetch(struct host_link *link, const char *url);

#endif
