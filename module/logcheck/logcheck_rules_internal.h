/* Shared by host_rules*.c only. Each rule looks at every event after the state took it, and once
 * more at the end of the log. */
#ifndef FWD_MODULE_LOGCHECK_LOGCHECK_RULES_INTERNAL_H
#define FWD_MODULE_LOGCHECK_LOGCHECK_RULES_INTERNAL_H

#include "module/logcheck/logcheck_rules.h"
#include "module/logcheck/logcheck_state.h"

#define FWD_HOST_NAMES 64u
#define FWD_HOST_NAME  24u

enum fwd_logcheck_rule {
    FWD_HOST_H1,
    FWD_HOST_H2,
    FWD_HOST_H3,
    FWD_HOST_H4,
    FWD_HOST_H5,
    FWD_HOST_H6,
    FWD_HOST_H7,
    FWD_HOST_H8,
    FWD_HOST_H9,
    FWD_HOST_H10,
    FWD_HOST_H11,
    FWD_HOST_H12,
    FWD_HOST_H13,
    FWD_HOST_H14,
    FWD_HOST_H15,
    FWD_HOST_H16,
    FWD_HOST_H17,
    FWD_HOST_H18
};

/* Which lines about the server's download a host has switched on. */
struct fwd_logcheck_urcs {
    bool lwm2m, fota, install;
};

struct fwd_logcheck_check {
    struct fwd_logcheck_state state;
    struct fwd_logcheck_report *report;
    unsigned updates_seen;
    bool updated; /* this event ended an installation that changed the firmware */
    unsigned last_line;
    int64_t last_ms;
    bool last_timed;

    struct fwd_logcheck_urcs on;    /* H1 */
    struct fwd_logcheck_urcs again; /* H2: what is missing since the update */
    unsigned polled_since;          /* H8: line where the window began; 0: a command came since */
    bool version_due;               /* H10 */
    bool apn_due, edrx_due;         /* H11 */
    bool edrx_off;                  /* H12 */
    bool verizon;                   /* H13 ... */
    bool uri_read, uri_elsewhere, server_failed;
    unsigned registrations;
    int64_t registered_ms;
    bool ftp_cancelled;  /* H15 */
    bool ftp_cancelling; /* H16 */
    bool ipr_fixed;      /* H17 ... */
    bool pin_used, pin_due;
    char settings[FWD_HOST_NAMES][FWD_HOST_NAME];
    size_t settings_count;
    bool settings_due[FWD_HOST_NAMES];
};

/* The rule had something to look at. */
void fwd_logcheck_occasion(struct fwd_logcheck_check *c, enum fwd_logcheck_rule rule);
__attribute__((format(printf, 4, 5))) void fwd_logcheck_break(struct fwd_logcheck_check *c,
    enum fwd_logcheck_rule rule, unsigned line, const char *format, ...);

/* The stage changed to this one with this event. */
bool fwd_logcheck_entered(const struct fwd_logcheck_check *c, enum fwd_logcheck_stage stage);
/* The server's package is complete, or an installation runs. */
bool fwd_logcheck_in_window(const struct fwd_logcheck_check *c);
/* Milliseconds since the stage began; -1: not known. */
int64_t fwd_logcheck_elapsed(const struct fwd_logcheck_check *c);
/* Longest documented time of the installation that runs, ms; 0: none is documented. */
int64_t fwd_logcheck_limit(const struct fwd_logcheck_check *c);

/* One function per rule, in the files host_rules_*.c. */
void fwd_logcheck_h1(struct fwd_logcheck_check *c);
void fwd_logcheck_h2(struct fwd_logcheck_check *c);
void fwd_logcheck_h2_end(struct fwd_logcheck_check *c);
void fwd_logcheck_h3(struct fwd_logcheck_check *c);
void fwd_logcheck_h4(struct fwd_logcheck_check *c);
void fwd_logcheck_h5(struct fwd_logcheck_check *c);
void fwd_logcheck_h6(struct fwd_logcheck_check *c);
void fwd_logcheck_h8(struct fwd_logcheck_check *c);
void fwd_logcheck_h8_end(struct fwd_logcheck_check *c);
void fwd_logcheck_h9(struct fwd_logcheck_check *c);
void fwd_logcheck_h9_end(struct fwd_logcheck_check *c);
void fwd_logcheck_h10(struct fwd_logcheck_check *c);
void fwd_logcheck_h10_end(struct fwd_logcheck_check *c);
void fwd_logcheck_h11(struct fwd_logcheck_check *c);
void fwd_logcheck_h11_end(struct fwd_logcheck_check *c);
void fwd_logcheck_h12(struct fwd_logcheck_check *c);
void fwd_logcheck_h13(struct fwd_logcheck_check *c);
void fwd_logcheck_h13_end(struct fwd_logcheck_check *c);
void fwd_logcheck_h14(struct fwd_logcheck_check *c);
void fwd_logcheck_h15(struct fwd_logcheck_check *c);
void fwd_logcheck_h16(struct fwd_logcheck_check *c);
void fwd_logcheck_h17(struct fwd_logcheck_check *c);
void fwd_logcheck_h17_end(struct fwd_logcheck_check *c);
void fwd_logcheck_h18(struct fwd_logcheck_check *c);

#endif
