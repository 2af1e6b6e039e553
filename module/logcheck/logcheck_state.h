/* What goes on between a host and a module, followed line by line: commands and their answers, the
 * download, the installation. Shared by host_*.c only. */
#ifndef FWD_MODULE_LOGCHECK_LOGCHECK_STATE_H
#define FWD_MODULE_LOGCHECK_LOGCHECK_STATE_H

#include "sim/family/profiles.h"
#include "module/logcheck/logcheck_log.h"

#define FWD_HOST_PORTS   3u
#define FWD_HOST_SOCKETS 16u

#define FWD_HOST_UBLOX ((unsigned)FWD_FAMILY_ALL)

enum fwd_logcheck_stage {
    FWD_LOGCHECK_NOTHING,
    FWD_HOST_DOWNLOADING,
    FWD_HOST_DOWNLOADED, /* complete, not being installed yet */
    FWD_HOST_INSTALLING
};

struct fwd_logcheck_command {
    const char *text; /* NULL: none is waiting for its answer */
    unsigned line;
    int64_t ms;
};

struct fwd_logcheck_state {
    unsigned family;                   /* enum fwd_family; 0: not known */
    const struct fwd_profile *profile; /* NULL: not known */
    bool exact;                        /* else only its family is that of profile */

    enum fwd_logcheck_stage stage;
    enum fwd_method method; /* of the download */
    unsigned stage_line;    /* where the stage began */
    int64_t stage_ms;
    bool stage_timed;
    unsigned updates;     /* installations that ended well (SARA-R4: that ended) */
    unsigned update_line; /* of the last one's end */
    bool cancelled;       /* the last server download was */
    bool full;            /* the package came by +UFWUPD */

    bool sockets[FWD_HOST_SOCKETS];
    struct fwd_logcheck_command pending[FWD_HOST_PORTS];
    bool deaf; /* a command had no answer since the stage began */
    bool power_on;

    /* of the event that was just taken */
    const struct fwd_logcheck_event *event;
    enum fwd_logcheck_stage before;   /* stage before it */
    struct fwd_logcheck_command done; /* the command that it answered; text NULL: none */
    bool ok;                          /* answered with OK */
    bool restarted;                   /* power came on without having been switched off */
};

void fwd_logcheck_state_begin(
    struct fwd_logcheck_state *s, const struct fwd_profile *profile, bool exact);
void fwd_logcheck_state_take(struct fwd_logcheck_state *s, const struct fwd_logcheck_event *event);

/* Is text the command AT<name>, in any form? In *rest what follows the name ("", "=1,2", "?"). */
bool fwd_logcheck_is(const char *text, const char *name, const char **rest);
/* Is it AT<name>=... with this first parameter? */
bool fwd_logcheck_is_set(const char *text, const char *name, long first);
/* The parameter at index (from 0) of what follows a name, as a number; -1: there is none. */
long fwd_logcheck_number(const char *rest, unsigned index);
/* Numbers of a line "NAME: n, m, ..."; gives how many. */
unsigned fwd_logcheck_line(const char *text, const char *name, long *numbers, unsigned max);

/* Which use of exclusion.h a command is; 0: none. */
unsigned fwd_logcheck_use(const char *text);

/* Would this command restart the module or switch it off? */
bool fwd_logcheck_restarts(const char *text);

#endif
