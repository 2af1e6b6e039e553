/* One download at a time: which commands are refused while which download runs, per family
 * (R141..R147). */
#ifndef FWD_SIM_FAMILY_EXCLUSION_H
#define FWD_SIM_FAMILY_EXCLUSION_H

#include <stdbool.h>

/* How a package comes into the module. */
enum fwd_method {
    FWD_METHOD_NONE,
    FWD_METHOD_SERVER, /* the LwM2M client */
    FWD_METHOD_FTP,    /* +UFTPC=100 */
    FWD_METHOD_HTTP,   /* +UHTTPC=<p>,100 */
    FWD_METHOD_XMODEM, /* +UFWUPD */
    FWD_METHOD_RAW,    /* +UDWNFILE with the tag FOAT */
    FWD_METHODS
};

/* What may be refused: bits. */
enum fwd_use {
    FWD_USE_SERVER = 1,    /* a download by the LwM2M client */
    FWD_USE_FTP = 2,       /* +UFTPC=100 */
    FWD_USE_FTP_OTHER = 4, /* +UFTPC but 6, 7, 100 */
    FWD_USE_LINK = 8,      /* Direct Link: +USODL, +UFTPC=6, =7 */
    FWD_USE_HTTP = 16,     /* +UHTTPC=<p>,100 */
    FWD_USE_XMODEM = 32,   /* +UFWUPD */
    FWD_USE_RAW = 64,      /* +UDWNFILE with the tag FOAT */
    FWD_USE_FILE = 128,    /* +UDWNFILE with another tag */
    FWD_USE_READ = 256     /* +URDFILE */
};

/* Two rows of every table say the same: no method besides a running one. */
#define FWD_USE_METHODS (FWD_USE_SERVER | FWD_USE_FTP | FWD_USE_HTTP | FWD_USE_XMODEM | FWD_USE_RAW)

struct fwd_profile;

/* Is this refused while `running` runs? False for FWD_METHOD_NONE. */
bool fwd_exclusion_refuses(
    const struct fwd_profile *profile, enum fwd_method running, enum fwd_use use);
/* Is it refused by every family that speaks AT here? For whoever does not know which one it is. */
bool fwd_exclusion_refused_by_all(enum fwd_method running, enum fwd_use use);

/* "none", "lwm2m", "ftp", "http", "xmodem", "raw". */
const char *fwd_method_name(enum fwd_method method);

#endif
