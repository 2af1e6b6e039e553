/* Shared by campaign_rehearse*.c only. */
#ifndef FWD_MANAGE_CAMPAIGN_REHEARSE_CAMPAIGN_REHEARSE_INTERNAL_H
#define FWD_MANAGE_CAMPAIGN_REHEARSE_CAMPAIGN_REHEARSE_INTERNAL_H

#include "manage/campaign/rehearse/campaign_rehearse.h"

#include <sys/types.h>

#define FWD_CAMPAIGN_CREWS_MAX 64u

/* What a process has used. */
struct fwd_campaign_usage {
    double cpu_s;
    long max_rss_kb;
    size_t descriptors;
};

struct fwd_campaign_stage {
    const struct fwd_campaign_rehearsal *rehearsal;
    char folder[256], state[FWD_CAMPAIGN_PATH];
    char lwm2m[64], content[64];
    pid_t keeper;                                /* of the folder; 0: none */
    int alive;                                   /* its pipe, which all processes have open */
    pid_t server, crews[FWD_CAMPAIGN_CREWS_MAX]; /* 0: none */
    unsigned crew_count;
    struct fwd_campaign_usage server_usage, crew_usage; /* of all of a kind; memory: the largest */
    struct fwd_campaign_shared {
        volatile int pause;          /* the modules' time stands still */
        volatile uint32_t caught_up; /* how often the server had nothing to do */
        volatile uint64_t now_ms[FWD_CAMPAIGN_CREWS_MAX];
        struct fwd_error trouble[FWD_CAMPAIGN_CREWS_MAX];
    } * shared; /* by all processes */
    uint32_t killed;
    uint64_t next_kill_ms;
    double seconds;
};

/* ---- campaign_rehearse_process.c ------------------------------------------------------------- */

/* Starts the server, and returns when it listens. */
enum fwd_fail fwd_campaign_rehearse_serve(struct fwd_campaign_stage *stage, struct fwd_error *err);
/* Starts the modules, and returns when they are there. */
enum fwd_fail fwd_campaign_rehearse_man(struct fwd_campaign_stage *stage, struct fwd_error *err);
/* Kills the server and starts it again, when it is time for it. */
enum fwd_fail fwd_campaign_rehearse_kill(struct fwd_campaign_stage *stage, struct fwd_error *err);
/* Ends all of them. */
void fwd_campaign_rehearse_stop(struct fwd_campaign_stage *stage);
/* Has one of them ended by itself? */
bool fwd_campaign_rehearse_broken(struct fwd_campaign_stage *stage, struct fwd_error *err);
uint64_t fwd_campaign_rehearse_ms(void);
/* The campaign's clock: the modules', that of the slowest process; from the schedule's start on. */
int64_t fwd_campaign_rehearse_clock(void *stage);

/* ---- campaign_rehearse_folder.c -------------------------------------------------------------- */

/* Makes the folder. It is removed by fwd_campaign_rehearse_remove(), or when the last process of
 * the rehearsal has ended, also by SIGKILL. */
enum fwd_fail fwd_campaign_rehearse_folder(struct fwd_campaign_stage *stage, struct fwd_error *err);
void fwd_campaign_rehearse_remove(struct fwd_campaign_stage *stage); /* when there is one */

/* ---- campaign_rehearse_report.c -------------------------------------------------------------- */

/* As fwd_campaign_rehearse() returns it. */
enum fwd_fail fwd_campaign_rehearse_report(struct fwd_campaign_stage *stage,
    struct fwd_file_set *set, const char *junit, const char *html, bool force, json_t **report,
    struct fwd_error *err);

#endif
