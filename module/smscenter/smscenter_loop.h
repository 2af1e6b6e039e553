/* The update server of Telit modules as a process: one TCP port for short messages and for updates,
 * orders from standard input, news on standard output. */
#ifndef FWD_MODULE_SMSCENTER_SMSCENTER_LOOP_H
#define FWD_MODULE_SMSCENTER_SMSCENTER_LOOP_H

#include "hostio/host_error.h"

#include <stdint.h>

struct fwd_smscenter_options {
    const char *state;  /* file */
    uint16_t port;      /* of 127.0.0.1 */
    const char *host;   /* as modules are told to reach it; NULL: 127.0.0.1 */
    const char *number; /* NULL: as before */
};

/* Runs until SIGINT, SIGTERM or SIGHUP. */
enum fwd_fail fwd_smscenter_loop(
    const struct fwd_smscenter_options *options, struct fwd_error *err);

#endif
