/* What reaches a running Telit module from outside: short messages by a centre, and the connections
 * that it opens, in its poll loop. */
#ifndef FWD_MODULE_PROCESS_MODULE_OTA_H
#define FWD_MODULE_PROCESS_MODULE_OTA_H

#include "hostio/host_error.h"
#include "module/modem/modem_internal.h"
#include "module/transport/line_socket.h"

#include <poll.h>

struct fwd_module_ota_options {
    const char *centre; /* HOST:PORT of a centre for short messages; NULL: none */
    const char *sim;    /* IMSI[,NUMBER]; NULL: the SIM that was there before */
};

struct fwd_module_ota {
    struct fwd_modem *modem;
    char host[256]; /* of the centre */
    uint16_t port;  /* 0: there is none */
    struct fwd_line_socket centre, server;
    char greeting[64]; /* the SIM, as the centre is told */
    bool attached;
    uint64_t again;             /* real milliseconds: when the centre is looked for again */
    struct fwd_modem_ota radio; /* for the module */
};

/* FWD_FAIL_USAGE: not a centre. Before the module is made: its config points to ota->radio. */
enum fwd_fail fwd_module_ota_prepare(struct fwd_module_ota *ota,
    const struct fwd_module_ota_options *options, struct fwd_error *err);
/* Afterwards. FWD_FAIL_USAGE: not a SIM. */
enum fwd_fail fwd_module_ota_open(struct fwd_module_ota *ota, struct fwd_modem *modem,
    const struct fwd_module_ota_options *options, struct fwd_error *err);
void fwd_module_ota_close(struct fwd_module_ota *ota);

/* Adds what is to be watched, two entries at most; lowers *wait (real milliseconds, -1: for ever).
 */
size_t fwd_module_ota_watch(struct fwd_module_ota *ota, struct pollfd *fds, int *wait);
void fwd_module_ota_perform(struct fwd_module_ota *ota);

#endif
