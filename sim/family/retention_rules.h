/* What an update preserves and what it erases, as data of a family (R74..R90). */
#ifndef FWD_SIM_FAMILY_RETENTION_RULES_H
#define FWD_SIM_FAMILY_RETENTION_RULES_H

#include <stdbool.h>

/* How the package came and is installed. */
enum fwd_way {
    FWD_WAY_SERVER,  /* downloaded by the LwM2M client */
    FWD_WAY_INSTALL, /* +UFWINSTALL */
    FWD_WAY_UPDATE,  /* +UFWUPD */
    FWD_WAYS
};

enum fwd_fate { FWD_KEPT, FWD_ERASED };

struct fwd_retention_rules {
    enum fwd_fate files[FWD_WAYS], client_files[FWD_WAYS]; /* tags USER, LWM2M */
    enum fwd_fate messages, certificates;                  /* tags SMS, CERT */
    enum fwd_fate settings;  /* ERASED: what +IPR and its like have stored is the factory's again */
    const char *const *kept; /* but those of these commands, up to a NULL; NULL: all of them */
    enum fwd_fate operator_list; /* tag MNO */
    bool global[FWD_WAYS];       /* the operator profile is the global one afterwards */
    bool backup[FWD_WAYS];       /* it backs its file system up by itself (R88) */
    bool restarts_for_operator; /* another profile than the global one costs a second start (R85) */
};

#endif
