/* A virtual module that runs: pseudo-terminals, virtual time, real downloads, a log. */
#ifndef FWD_MODULE_PROCESS_MODULE_LOOP_H
#define FWD_MODULE_PROCESS_MODULE_LOOP_H

#include "module/modem/modem.h"
#include "module/process/module_lwm2m.h"
#include "module/process/module_ota.h"

struct fwd_module_loop_options {
    const struct fwd_profile *profile;
    const char *link; /* of the primary UART; the others are LINK.aux and LINK.usb */
    /* Port of 127.0.0.1 that is the primary UART, too; 0: none. With one, the module runs where
     * there are no pseudo-terminals, and then has no other ports. */
    uint32_t tcp;
    const char *log;     /* NULL: none */
    const char *ca_file; /* NULL: the certificates of the system */
    struct fwd_module_lwm2m_options lwm2m;
    struct fwd_module_ota_options ota;
    bool strict_speed;              /* host and module see nothing but noise at different speeds */
    uint32_t scale;                 /* of time */
    struct fwd_modem_config config; /* only what changes the behaviour of the module */
    const struct fwd_nor_cut *cut;  /* NULL: none */
};

/* Where a port is. */
struct fwd_module_terminal {
    enum fwd_port port;
    char link[4096];
    char terminal[64];
};

/* Runs the module of an open device until SIGINT, SIGTERM or SIGHUP, or a cut. ready: called once,
 * with ready_ctx, when the ports are there. */
enum fwd_fail fwd_module_loop(struct fwd_machine *machine,
    const struct fwd_module_loop_options *options,
    void (*ready)(void *ready_ctx, const struct fwd_module_terminal *terminals, size_t count),
    void *ready_ctx, enum fwd_modem_power *end, struct fwd_error *err);

#endif
