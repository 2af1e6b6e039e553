/* What goes on between a host and a module, followed line by line: commands and their answers, the
 * download, the installation. Shared by host_*.c only. */
#ifndef FWD_MODULE_LOGCHECK_LOGCHECK_STATE_H
#define FWD_MODULE_LOGCHECK_LOGCHECK_STATE_H

#include "module/logcheck/logcheck_log.h"
#include "module/logcheck/logcheck_words.h"
#include "sim/family/profiles.h"

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

#endif
