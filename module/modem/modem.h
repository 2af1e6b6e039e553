/* A virtual u-blox module: the AT interface of a simulated device. It has no input and output of
 * its own and no clock: the owner gives it bytes and asks when it has something to do next, so that
 * the same module speaks on pseudo-terminals (module_loop.h) and in tests whose time is made up.
 *
 * All times are virtual milliseconds. Nothing waits, except that an installation runs to its end
 * inside fwd_modem_tick(), as a module answers nobody meanwhile. */
#ifndef FWD_MODULE_MODEM_MODEM_H
#define FWD_MODULE_MODEM_MODEM_H

#include "manage/lwm2m/lwm2m_accounts.h"
#include "module/transport/transfer.h"
#include "sim/device/machine.h"
#include "sim/family/line_sink.h"
#include "sim/family/traits.h"

#include <jansson.h>

struct fwd_modem;

/* Downloads from real servers, or what stands for them in a test. */
struct fwd_modem_fetcher {
    void *ctx;
    /* Starts; the end comes by fwd_modem_fetched(). False: it could not even be started. */
    bool (*start)(void *ctx, const struct fwd_transfer_request *request);
    void (*cancel)(void *ctx);  /* no more bytes from here on; no fwd_modem_fetched() */
    void (*hang_up)(void *ctx); /* connections that were kept are closed */
};

/* The LwM2M client, or what stands for it in a test. */
struct fwd_modem_lwm2m {
    void *ctx;
    void (*start)(void *ctx); /* the network is there */
    void (*stop)(void *ctx);
    void (*changed)(void *ctx, const struct fwd_lwm2m_path *path); /* a value of an object */
    bool (*update)(void *ctx, uint16_t short_id);
    void (*deregister)(void *ctx);
    bool (*registered)(void *ctx, uint16_t short_id);
    struct fwd_lwm2m_status (*status)(void *ctx, uint16_t short_id);
};

/* The radio of a Telit module, as far as its update server is concerned, or what stands for it in a
 * test. What comes is told by module/telit/telit.h. */
struct fwd_modem_ota {
    void *ctx;
    /* A SIM is reachable for short messages, or no longer. */
    void (*attach)(void *ctx, const char *imsi, const char *number, bool on);
    /* False: there is nobody to take it. */
    bool (*sms)(void *ctx, const char *to, const char *text);
    /* Begins; what comes of it is told later. False: it could not even be started. */
    bool (*connect)(void *ctx, const char *host, uint16_t port);
    void (*send)(void *ctx, const char *line);
    void (*close)(void *ctx); /* nothing is told any more of this connection */
};

struct fwd_modem_config {
    void *ctx;
    uint64_t (*now)(void *ctx); /* virtual milliseconds; never goes back */
    void (*write)(void *ctx, enum fwd_port port, const void *bytes, size_t size);
    void (*speed)(void *ctx, enum fwd_port port, uint32_t baud); /* in use from now on */
    /* The port is there, or gone (USB while the firmware does not run). */
    void (*present)(void *ctx, enum fwd_port port, bool present);
    /* One event of the log: {"event": ...}, without time; not owned. */
    void (*event)(void *ctx, const json_t *event);
    /* An installation has kept the flash busy for so many more milliseconds. It may be asked to
     * stop here, by fwd_modem_switch_off(). */
    void (*busy)(void *ctx, uint64_t ms);
    const struct fwd_modem_fetcher *fetcher;
    const struct fwd_modem_lwm2m *lwm2m; /* NULL: no server was named */
    const struct fwd_modem_ota *ota;     /* NULL: nobody is reached by SMS or TCP */

    /* Timers that face another program never fall under this many virtual milliseconds. */
    uint32_t peer_floor_ms;
    uint32_t peer_quiet_ms; /* silence that ends a damaged Xmodem block; 0: 200 */
    uint32_t scale;         /* virtual seconds in a real one: times of transfers are real */

    enum fwd_line_spelling spelling;
    bool umbrella;           /* see fwd_profile_code() */
    bool ok_after_error1;    /* a time-out ends with OK, as one transcript shows */
    bool cancel_as_printed;  /* SARA-R5: a cancel is +UFOTASTAT: 3,3,100 (R156) */
    bool lwm2m_11;           /* object 5 is that of 1.1 */
    bool strict_ranges;      /* RYZ014: the certificate's number is 11 to 19, not 60 */
    bool legacy_boot_window; /* a cut while boot code is written is the end (R64) */
};

enum fwd_modem_power {
    FWD_MODEM_ON,
    FWD_MODEM_OFF, /* switched off */
    FWD_MODEM_CUT  /* an armed cut of the flash took its power */
};

/* What the module does with lines: those of the AT interface are in module/at/at_hooks.h. */
struct fwd_modem_hooks;

/* Makes the module of an open device, switched off. machine, profile, hooks, config: outlive it.
 * FWD_FAIL_REFUSED: what the device folder holds is not valid. */
enum fwd_fail fwd_modem_new(struct fwd_machine *machine, const struct fwd_profile *profile,
    const struct fwd_modem_hooks *hooks, const struct fwd_modem_config *config,
    struct fwd_modem **out, struct fwd_error *err);
void fwd_modem_free(struct fwd_modem *modem); /* NULL-safe */

/* Power on: what was pending goes on once it has started. */
void fwd_modem_switch_on(struct fwd_modem *modem);
/* A clean end. In an installation it is a power cut, as for a module. */
void fwd_modem_switch_off(struct fwd_modem *modem);
enum fwd_modem_power fwd_modem_power(const struct fwd_modem *modem);

/* Bytes from the host. */
void fwd_modem_receive(
    struct fwd_modem *modem, enum fwd_port port, const uint8_t *bytes, size_t size);

/* Does what is due. */
void fwd_modem_tick(struct fwd_modem *modem);
/* When something is due next; UINT64_MAX: nothing. */
uint64_t fwd_modem_due(const struct fwd_modem *modem);

/* Bytes came; total: of the whole file, 0 when it is not known. */
void fwd_modem_fetching(struct fwd_modem *modem, uint64_t total);
/* The download that was started ended, otherwise than by cancel. */
void fwd_modem_fetched(struct fwd_modem *modem, const struct fwd_transfer_report *report);

/* What the module is, for whoever prints it. */
const struct fwd_traits *fwd_modem_traits(const struct fwd_modem *modem);

#endif
