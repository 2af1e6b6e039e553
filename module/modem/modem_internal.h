/* What the files of the virtual module share. */
#ifndef FWD_MODULE_MODEM_MODEM_INTERNAL_H
#define FWD_MODULE_MODEM_MODEM_INTERNAL_H

#include "keys/md5.h"
#include "module/modem/modem.h"
#include "module/modem/modem_store.h"
#include "module/transport/xmodem.h"

#define FWD_MODEM_LINE_MAX        2048u /* characters of a command line */
#define FWD_MODEM_FTP_SETTINGS    9u    /* op codes 0..8 */
#define FWD_MODEM_HTTP_PROFILES   4u
#define FWD_MODEM_HTTP_SETTINGS   7u /* op codes 0..6 */
#define FWD_MODEM_CLIENT_PROFILES 7u /* of +UPSD */
#define FWD_MODEM_VALUE_MAX       256u
#define FWD_MODEM_REGISTRATIONS   3                         /* +CREG, +CGREG, +CEREG */
#define FWD_MODEM_CELL            "\"0001\",\"01A2D001\",7" /* where the module is, for them */

/* What the bytes of a port are. */
enum fwd_port_mode {
    FWD_PORT_MODE_DEAF,    /* nobody listens: starting, installing */
    FWD_PORT_MODE_COMMAND, /* command lines */
    FWD_PORT_MODE_BUSY,    /* a command is being carried out; input is lost */
    FWD_PORT_MODE_RAW,     /* +UDWNFILE */
    FWD_PORT_MODE_XMODEM
};

enum fwd_modem_phase {
    FWD_MODEM_PHASE_OFF,
    FWD_MODEM_PHASE_STARTING,
    FWD_MODEM_PHASE_NORMAL,
    FWD_MODEM_PHASE_UPDATE_MODE,
    FWD_MODEM_PHASE_INSTALLING,
    FWD_MODEM_PHASE_DEAD /* boot code is gone */
};

/* A timer fires once. Two of one kind do not exist. */
enum fwd_timer {
    FWD_TIMER_BOOT,                                /* the module has started */
    FWD_TIMER_READY,                               /* +UFWUPD: the handshake begins */
    FWD_TIMER_PROMPT,                              /* +UDWNFILE: >; one for each port */
    FWD_TIMER_IDLE = FWD_TIMER_PROMPT + FWD_PORTS, /* +UDWNFILE: no byte came; for each port */
    FWD_TIMER_FETCH = FWD_TIMER_IDLE + FWD_PORTS,  /* +UFTPC=100: OK, and the transfer begins */
    FWD_TIMER_UFOTA,                               /* the server's download: its next step */
    FWD_TIMER_EXECUTE,    /* the server's package: the start that installs it */
    FWD_TIMER_ATTACH,     /* the network has taken the module */
    FWD_TIMER_CHECK,      /* RYZ014: asks its server */
    FWD_TIMER_LIMIT,      /* RYZ014: a download has lasted long enough */
    FWD_TIMER_CANCEL,     /* +UFTPC=100,...,0: the cancel has been carried out */
    FWD_TIMER_OTA_ANSWER, /* Telit: the host has not answered */
    FWD_TIMER_PSM,        /* nothing has happened for so long: the module may sleep */
    FWD_TIMER_OTA_STEP,   /* Telit: what comes next */
    FWD_TIMERS
};

struct fwd_modem_port {
    enum fwd_port_mode mode;
    uint32_t baud;
    char line[FWD_MODEM_LINE_MAX];
    size_t size;
    bool overflow; /* the line is too long: it is answered by an error */
    bool eot;      /* Xmodem ended here, and nothing came since: its EOT may come again */
    uint64_t raw;  /* bytes since the last "data" event */
};

struct fwd_modem;

/* A download by +UDWNFILE at a port, or other bytes after a prompt. */
struct fwd_modem_raw {
    bool package;   /* else a file, which does not disturb the download of a package */
    uint64_t left;  /* bytes still to come; 0: none runs */
    uint8_t *bytes; /* of a file; owned */
    size_t size;
    char tag[32], name[FWD_STORE_NAME_MAX];
    bool text; /* Ctrl-Z ends it; left: how many characters more it may have */
    /* Takes what came instead, and gives the command's answer; NULL: +UDWNFILE's. */
    int (*keep)(struct fwd_modem *m, enum fwd_port port);
};

/* What a download by the server's client is waiting for. */
enum fwd_ufota_step {
    FWD_UFOTA_STEP_NONE,
    FWD_UFOTA_STEP_ANSWER,    /* the host's; at the time it is taken for yes */
    FWD_UFOTA_STEP_BEGIN,     /* the time to begin */
    FWD_UFOTA_STEP_RUNNING,   /* bytes */
    FWD_UFOTA_STEP_AGAIN,     /* the time of the next attempt */
    FWD_UFOTA_STEP_SUSPENDED, /* the next start of the module (R72) */
    FWD_UFOTA_STEP_PAUSED     /* the host */
};

struct fwd_modem_ufota {
    enum fwd_ufota_step step;
    unsigned attempts; /* since bytes came last */
    bool resume;       /* begin with the bytes that are there */
    int told;          /* percent of the last line; -1: none */
    struct fwd_lwm2m_accounts accounts;
    struct fwd_lwm2m_object device, firmware;                /* objects 3 and 5 */
    char host[FWD_STORE_NAME_MAX], path[FWD_STORE_NAME_MAX]; /* of the transfer */
};

/* RYZ014: what was configured at the last start, and what is going on. */
struct fwd_modem_sequans {
    bool configured; /* the FOTA client has a profile */
    char profile[33];
    unsigned report, step; /* level of lines; percent between two of progress */
    uint32_t timer, limit; /* seconds between checks; of a download; 0: none */
    unsigned percent;      /* of the next line of progress */
    unsigned told;         /* 1 installed, else an Update Result: to be told after the start */
    bool upgraded;         /* it came by +SQNSUPGRADE */
    char user[65], password[65]; /* in its URL */
    bool full;                   /* +CFUN=1,1: the radio is on after this start */
    uint64_t registered_at;
};

/* A Telit module and its update server: what is going on. */
enum fwd_telit_step {
    FWD_TELIT_STEP_NONE,
    FWD_TELIT_STEP_REGISTER, /* a connection, to be registered */
    FWD_TELIT_STEP_QUESTION, /* the host has to answer */
    FWD_TELIT_STEP_BEGIN,    /* the host has agreed */
    FWD_TELIT_STEP_ASK,      /* a connection: the server says where the package is */
    FWD_TELIT_STEP_DOWNLOAD,
    FWD_TELIT_STEP_REPORT /* a connection, for the result */
};

#define FWD_TELIT_EVENTS 8u

struct fwd_modem_telit {
    enum fwd_telit_step step;
    bool connected;
    bool autobaud; /* no character came since the start: lines are lost */
    bool script;   /* a Python script runs */
    bool gprs, ftp;
    uint8_t contexts, sockets;          /* bits: active, open */
    const char *held[FWD_TELIT_EVENTS]; /* events that #OTASUAN holds back */
    size_t held_count;
    uint32_t toggles_ms; /* since DCD changed last, of an installation */
    bool dcd;
};

struct fwd_modem {
    struct fwd_machine *machine;
    const struct fwd_modem_hooks *hooks;
    const struct fwd_profile *profile;
    const struct fwd_traits *traits;
    struct fwd_modem_config config;
    struct fwd_modem_store store;
    struct fwd_update update; /* the library's state, since the last start */
    bool update_ready;        /* the library started */

    enum fwd_modem_power power;
    enum fwd_modem_phase phase;
    uint64_t due[FWD_TIMERS]; /* UINT64_MAX: not running */
    struct fwd_modem_port ports[FWD_PORTS];
    bool off_asked; /* switch off as soon as the flash is at rest */

    /* volatile configuration */
    char ftp[FWD_MODEM_FTP_SETTINGS][FWD_MODEM_VALUE_MAX + 1];
    char http[FWD_MODEM_HTTP_PROFILES][FWD_MODEM_HTTP_SETTINGS][FWD_MODEM_VALUE_MAX + 1];
    bool ftp_login;
    struct fwd_transfer_error ftp_error, http_error[FWD_MODEM_HTTP_PROFILES];
    uint32_t cfun;
    bool detached;                                       /* +COPS=2 */
    bool attached;                                       /* to the network */
    bool asleep;                                         /* saving power */
    uint8_t registration_lines[FWD_MODEM_REGISTRATIONS]; /* 0, 1, 2: as +CEREG=<n> */
    uint8_t operator_form;                               /* +COPS=3,<format> */
    uint8_t cell_form;                                   /* +UCGED=<mode> */
    uint8_t client_cids[FWD_MODEM_CLIENT_PROFILES];      /* contexts of +UPSD's profiles */
    bool client_active[FWD_MODEM_CLIENT_PROFILES];
    char call[32];       /* the number of the call; "": none */
    bool versions_asked; /* +UMNOPROF=,1 */
    bool pin_entered;
    uint8_t cmee;
    bool echo;

    /* the download that runs */
    enum fwd_method running;
    enum fwd_port running_port; /* where it was asked for */
    int inbox;                  /* descriptor of incoming.part, or -1 */
    uint64_t stored;            /* bytes in it */
    uint64_t begun;             /* when its first byte could come */
    uint64_t total;             /* announced; 0: not known */
    uint64_t told;              /* of the last status line */
    struct fwd_modem_raw raw[FWD_PORTS];
    struct fwd_xmodem xmodem;
    bool xmodem_on;
    uint64_t xmodem_lag; /* time that the receiver does not count */
    bool login;          /* the transfer that runs only logs in */
    char path[FWD_STORE_NAME_MAX];
    uint32_t http_profile;

    struct fwd_modem_ufota ufota;
    struct fwd_modem_sequans sequans;
    struct fwd_modem_telit telit;

    /* the installation that runs */
    struct fwd_channel channel;
    enum fwd_profile_command command;
    uint64_t flash_ns;  /* told to config.busy so far */
    uint64_t flash_ago; /* milliseconds of it that have passed already, beside a transfer */
    struct fwd_nor_counts counts;
    enum fwd_reason reason;
    bool lines;        /* this installation prints lines */
    bool installed;    /* the package seems to be installed already */
    bool validating;   /* the first line of validation was printed */
    bool second_start; /* once it has ended and the module has started, it starts again (R85) */
};

/* ---- modem_time.c ---------------------------------------------------------------------------- */

uint64_t fwd_modem_now(const struct fwd_modem *m);
void fwd_modem_after(struct fwd_modem *m, unsigned timer, uint64_t ms);
void fwd_modem_stop(struct fwd_modem *m, unsigned timer);
/* A documented time that faces another program: not under the floor. */
uint64_t fwd_modem_peer(const struct fwd_modem *m, uint64_t ms);

/* ---- modem_say.c ----------------------------------------------------------------------------- */

/* A line, framed. Lost when the port does not exist. */
void fwd_modem_line(struct fwd_modem *m, enum fwd_port port, const char *line);
__attribute__((format(printf, 3, 4))) void fwd_modem_linef(
    struct fwd_modem *m, enum fwd_port port, const char *format, ...);
/* A line that nobody asked for: on every port that takes command lines. */
__attribute__((format(printf, 2, 3))) void fwd_modem_urc(
    struct fwd_modem *m, const char *format, ...);
/* Bytes as they are. */
void fwd_modem_bytes(struct fwd_modem *m, enum fwd_port port, const void *bytes, size_t size);

/* The port's raw bytes since the last call become an event. */
void fwd_modem_log_data(struct fwd_modem *m, enum fwd_port port);
void fwd_modem_log_line(
    struct fwd_modem *m, const char *event, enum fwd_port port, const char *text, size_t size);
void fwd_modem_log_power(struct fwd_modem *m, const char *state);
void fwd_modem_log_transfer(struct fwd_modem *m, const char *state);
/* A message to or from a Telit module's server. way: "sms", "tcp". */
void fwd_modem_log_ota(
    struct fwd_modem *m, const char *way, const char *direction, const char *text);
/* "entered", "left", "held off". */
void fwd_modem_log_psm(struct fwd_modem *m, const char *state);
/* What the module accepts, and its documents advise against. */
void fwd_modem_log_warning(struct fwd_modem *m, const char *text);
void fwd_modem_log_script(struct fwd_modem *m, const char *state);
void fwd_modem_log_pin(struct fwd_modem *m, const char *pin, int level);
void fwd_modem_log_flash(struct fwd_modem *m);
void fwd_modem_log_result(struct fwd_modem *m, uint16_t code);
void fwd_modem_phase(struct fwd_modem *m, enum fwd_modem_phase phase, const char *by);
void fwd_modem_speed(struct fwd_modem *m, enum fwd_port port, uint32_t baud);
/* Version of the main firmware, as it runs. text ends with a zero. */
void fwd_modem_version(struct fwd_modem *m, char text[FWD_VERSION_MAX + 1]);

/* ---- modem_network.c ------------------------------------------------------------------------- */

/* Registered: transfers work. */
bool fwd_modem_online(const struct fwd_modem *m);
/* <stat> of +CEREG: 0 not, 1 registered, 2 searching. */
unsigned fwd_modem_registration(const struct fwd_modem *m);
/* What it depends on has changed. */
void fwd_modem_network(struct fwd_modem *m);
void fwd_modem_attached(struct fwd_modem *m);

/* ---- modem_psm.c ----------------------------------------------------------------------------- */

/* Something happens: the module is awake, and may sleep later. */
void fwd_modem_psm_active(struct fwd_modem *m);
void fwd_modem_psm_due(struct fwd_modem *m);

/* ---- modem_boot.c, modem_install.c ----------------------------------------------------------- */

/* Off and on: nothing volatile stays. */
void fwd_modem_reset(struct fwd_modem *m, const char *by);
void fwd_modem_started(struct fwd_modem *m);
void fwd_modem_run_installation(struct fwd_modem *m, bool resume);
/* Does the package, as far as it can be trusted, name what is installed? (modem_peek.c) */
bool fwd_modem_peek_installed(const struct fwd_modem *m);
/* The manifest of a package, at its word; it points into bytes. */
bool fwd_modem_peek_manifest(const uint8_t *bytes, size_t size, struct fwd_manifest *manifest);
/* That of the package that is stored; bytes: FWD_SIGNED_MAX. */
bool fwd_modem_peek_package(
    const struct fwd_modem *m, uint8_t bytes[FWD_SIGNED_MAX], struct fwd_manifest *manifest);
/* Is boot code being written over itself? */
bool fwd_modem_peek_boot_code(const struct fwd_modem *m);
/* Carries fn out on the device; true when power was not cut. */
bool fwd_modem_on_device(struct fwd_modem *m, void (*fn)(void *arg), void *arg);
void fwd_modem_save(struct fwd_modem *m);
struct fwd_line_sink fwd_modem_sink(struct fwd_modem *m);

/* ---- modem_inbox.c --------------------------------------------------------------------------- */

/* Where incoming bytes are kept until they are complete; offset: so many are there already, and
 * stay. */
bool fwd_modem_inbox_open(struct fwd_modem *m, uint64_t offset);
bool fwd_modem_inbox_write(struct fwd_modem *m, const uint8_t *bytes, size_t size);
/* Closes it; keep: it can be resumed. */
void fwd_modem_inbox_close(struct fwd_modem *m, bool keep);
/* Its bytes become the package. method: how it came. padding: see fwd_download_begin(). */
enum fwd_reason fwd_modem_inbox_commit(
    struct fwd_modem *m, enum fwd_method method, uint32_t padding);
/* Bytes that lie there from before; it is closed. */
uint64_t fwd_modem_inbox_size(const struct fwd_modem *m);
/* MD5 of its bytes, in hexadecimal digits. */
bool fwd_modem_inbox_md5(struct fwd_modem *m, char text[FWD_MD5_TEXT]);
/* The largest that has room. */
uint64_t fwd_modem_package_room(const struct fwd_modem *m);
/* Is there one, complete? */
bool fwd_modem_has_package(const struct fwd_modem *m);

/* A method begins and ends: one at a time. */
void fwd_modem_begin(struct fwd_modem *m, enum fwd_method method, enum fwd_port port);
void fwd_modem_end(struct fwd_modem *m, const char *state);

/* ---- what stands above ----------------------------------------------------------------------- */

/* The commands, which stand above the module's state: it hands them lines, and what comes after
 * their line. None is NULL. Those that return a size tell how many bytes they took. */
struct fwd_modem_hooks {
    /* The module was made, and its store read. */
    void (*made)(struct fwd_modem *m);
    void (*line)(struct fwd_modem *m, enum fwd_port port, const char *line, size_t size);
    void (*line_too_long)(struct fwd_modem *m, enum fwd_port port);

    /* +UFWUPD: a transfer is to begin (also without a command, in update mode), bytes came, time
     * passed, the module has prepared itself */
    void (*xmodem_begin)(struct fwd_modem *m, enum fwd_port port);
    size_t (*xmodem_feed)(struct fwd_modem *m, const uint8_t *bytes, size_t size);
    void (*xmodem_tick)(struct fwd_modem *m);
    void (*update_ready)(struct fwd_modem *m);

    /* +UDWNFILE: time for the prompt, bytes came, none came for too long, it is given up */
    void (*raw_ready)(struct fwd_modem *m, enum fwd_port port);
    size_t (*raw_feed)(struct fwd_modem *m, enum fwd_port port, const uint8_t *bytes, size_t size);
    void (*raw_timeout)(struct fwd_modem *m, enum fwd_port port);
    void (*raw_drop)(struct fwd_modem *m, enum fwd_port port);

    /* +UFTPC=100: time for the transfer, the cancel is carried out */
    void (*ftp_ready)(struct fwd_modem *m);
    void (*ftp_cancelled)(struct fwd_modem *m);

    /* A package is complete. An installation has ended; m->reason says how. Both before the store
     * is saved. */
    void (*stored)(struct fwd_modem *m, enum fwd_method method);
    void (*installed)(struct fwd_modem *m);
    /* Timers of downloads by the server's client: the next step, the execution. */
    void (*ufota_due)(struct fwd_modem *m);
    void (*execute_due)(struct fwd_modem *m);
    /* The module takes command lines again. */
    void (*awake)(struct fwd_modem *m);
    void (*check_due)(struct fwd_modem *m);
    void (*limit_due)(struct fwd_modem *m);
    void (*ota_answer_due)(struct fwd_modem *m);
    void (*ota_step_due)(struct fwd_modem *m);
    /* An installation begins. */
    void (*installing)(struct fwd_modem *m);
    /* The network has taken the module, or lost it. */
    void (*network)(struct fwd_modem *m, bool online);
    /* The module is about to start anew: what is going on ends. */
    void (*resetting)(struct fwd_modem *m);

    /* Downloads: see fwd_modem_fetching(), fwd_modem_fetched() */
    void (*fetching)(struct fwd_modem *m);
    void (*fetched)(struct fwd_modem *m, const struct fwd_transfer_report *report);
};

#endif
