/* A virtual module for tests: a device folder, packages for it, a clock that is moved by hand, a
 * host that reads what the ports say, a sender of Xmodem, and a server that is made up. */
#ifndef FWD_TESTS_MODULE_MODULE_RIG_H
#define FWD_TESTS_MODULE_MODULE_RIG_H

#include "hostio/host_file.h"
#include "module/modem/modem_internal.h"

#include <check.h>

enum module_package {
    MODULE_NOTHING,   /* zeroes: an ordinary file */
    MODULE_DELTA,     /* 1.0.0 -> 1.1.0 */
    MODULE_FULL,      /* 1.1.0 */
    MODULE_OTHER,     /* a delta for another source */
    MODULE_INSTALLED, /* a delta whose target is 1.0.0 */
    MODULE_FLIPPED,   /* the full package with one wrong byte */
    MODULE_FORGED,    /* the delta, changed after it was signed */
    MODULE_PROFILE,   /* an operator profile, mno-2 in version 7.2 */
    MODULE_PACKAGES
};

/* What a port said: a line, or a byte that is part of none. */
struct module_item {
    enum fwd_port port;
    bool line;
    uint8_t byte;
    char text[600];
    uint64_t at; /* virtual milliseconds */
};

#define MODULE_ITEMS 4096

struct module_server {
    bool running;
    struct fwd_transfer_request request; /* of the transfer that runs; its texts are copies */
    char host[300], path[300];
    enum module_package package;
    uint32_t size;                /* of what is served when package is MODULE_NOTHING */
    uint64_t stop_at;             /* the connection breaks there; 0: never */
    enum fwd_transfer_state fail; /* RUNNING: it works */
    unsigned starts;
    uint64_t at; /* next byte */
};

/* What a Telit module has sent to its update server. */
struct module_message {
    bool tcp;    /* else by SMS */
    char to[32]; /* of an SMS */
    char text[500];
};

#define MODULE_MESSAGES 64

struct module_rig {
    struct fwd_machine *machine;
    struct fwd_modem *modem;
    struct fwd_modem_config config;
    const struct fwd_profile *profile;
    uint64_t now;
    struct module_item items[MODULE_ITEMS];
    size_t count, taken;
    uint8_t last_byte[FWD_PORTS]; /* that was no part of a line */
    json_t *events;
    struct module_server server;
    struct fwd_modem_fetcher fetcher;
    struct fwd_modem_ota ota; /* in place of an update server of Telit modules */
    struct module_message sent[MODULE_MESSAGES];
    size_t sent_count, sent_taken;
    char ota_host[64];
    bool ota_connecting, ota_open, ota_deaf; /* deaf: nobody listens there */
    bool ota_attached;
    struct fwd_modem_lwm2m lwm2m; /* in place of a client: a server that is always there */
    bool lwm2m_on;                /* started */
    unsigned lwm2m_updates;       /* that were asked for */
    unsigned lwm2m_states;        /* news of resource 5/0/3 */
    struct fwd_lwm2m_status lwm2m_bootstrap, lwm2m_server;
    bool lwm2m_other;   /* lwm2m_server counts */
    const char *cut_on; /* power is cut when a line begins so; NULL: never */
    int cut_skip;       /* so many of them pass first */
    bool usb;           /* is the USB port there? */
    char folder[300];
};

/* A test of a program, and how often it runs (loop tests). */
struct module_rig_test {
    const TTest *test;
    int loops;
};

/* main() of a program: its tests, up to one without a test, in one scratch folder with packages. */
int module_rig_main(const char *name, const struct module_rig_test *tests);
/* The same, with another time for each test than two minutes. */
int module_rig_run(const char *name, const struct module_rig_test *tests, unsigned seconds);

/* It is too large for the stack. */
struct module_rig *module_rig_alloc(void);
void module_rig_release(struct module_rig *rig);

/* Made once, for all rigs of the program; needs the scratch folder of scratch_setup(). */
void module_rig_packages(void);
void module_rig_packages_free(void);
const struct fwd_bytes *module_rig_package(enum module_package which);

/* A new device of a sample description ("dual-slot", "inplace-4k"; "dual-slot@10.00.003": it says
 * to have that version) with firmware 1.0.0, switched on as the module of a profile, started,
 * without echo. */
void module_rig_new(struct module_rig *rig, const char *device, const char *profile);
/* A device that is there already, just switched on. */
void module_rig_open(struct module_rig *rig, const char *folder, const char *profile);
void module_rig_free(struct module_rig *rig);
/* Power off without a word, and on again. */
void module_rig_power_cycle(struct module_rig *rig);

/* The next thing that happens: true when there was anything left to happen. */
bool module_rig_step(struct module_rig *rig);
/* Lets time pass. */
void module_rig_pass(struct module_rig *rig, uint64_t ms);
/* Until nothing is due any more, or a line came; then the next item of a port, NULL when none. */
const struct module_item *module_rig_next(struct module_rig *rig, enum fwd_port port);

void module_rig_send(struct module_rig *rig, enum fwd_port port, const void *bytes, size_t size);
/* A command line. */
void module_rig_command(struct module_rig *rig, enum fwd_port port, const char *line);
/* The same on the primary UART, and its answer is this line; then OK if the line is none itself. */
void module_rig_expect(struct module_rig *rig, const char *command, const char *line);
/* The next line of a port is this one. */
void module_rig_line(struct module_rig *rig, enum fwd_port port, const char *line);
/* Lines are skipped until one begins so. */
const char *module_rig_until(struct module_rig *rig, enum fwd_port port, const char *begin);
/* Nothing waits to be read, and nothing will come. */
void module_rig_silent(struct module_rig *rig, enum fwd_port port);

/* Sends a package by Xmodem to a port that waits for it, in blocks of 128 or 1024 bytes. */
void module_rig_xmodem(
    struct module_rig *rig, enum fwd_port port, enum module_package which, size_t block);
/* By +UDWNFILE; OK comes. */
void module_rig_download(struct module_rig *rig, enum module_package which);

/* The server writes the URI of a package that module_rig's server has, and its answer is 2.04. */
void module_rig_uri(struct module_rig *rig, enum module_package which);
/* It comes, until it is complete. */
void module_rig_arrives(struct module_rig *rig);
/* Both, and no line is left. */
void module_rig_from_server(struct module_rig *rig, enum module_package which);
void module_rig_execute(struct module_rig *rig);

/* What the rig itself calls: its servers begin, and serve a little more. */
void module_rig_server_init(struct module_rig *rig);
void module_rig_serve(struct module_rig *rig);
void module_rig_ota_init(struct module_rig *rig);
/* The connection that a Telit module has asked for opens, or does not. */
void module_rig_ota_step(struct module_rig *rig);
/* A Telit module with a fixed speed, so that no line is lost; the delta is served to it. */
struct module_rig *module_rig_telit(const char *device);
/* The next line is "#OTAEV: <event>". */
void module_rig_event(struct module_rig *rig, const char *event);
/* The next message that a Telit module sends, by that way and of that type ("REG"); its text. */
const char *module_rig_message(struct module_rig *rig, const char *way, const char *type);
/* No message waits, and none will come. */
void module_rig_no_message(struct module_rig *rig);
/* What its server sends. sms: from +390001, without class, in seven bits. */
void module_rig_answer(struct module_rig *rig, const char *way, const char *text);

/* The version that ATI tells. */
const char *module_rig_version(struct module_rig *rig);
/* Programs and erases of the firmware's slots. */
uint64_t module_rig_slot_writes(const struct module_rig *rig);
/* How many events have this member with this text. */
unsigned module_rig_events(const struct module_rig *rig, const char *member, const char *text);

#endif
