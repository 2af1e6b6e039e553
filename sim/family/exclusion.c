#include "sim/family/exclusion.h"

/* Two rows of every table say the same: no method besides a running one. */
#define METHODS (FWD_USE_SERVER | FWD_USE_FTP | FWD_USE_HTTP | FWD_USE_XMODEM | FWD_USE_RAW)
#define FILES   (FWD_USE_FILE | FWD_USE_READ)

static const unsigned r4[FWD_METHODS] = {
    [FWD_METHOD_SERVER] = METHODS | FWD_USE_LINK,                          /* R141 */
    [FWD_METHOD_FTP] = METHODS | FILES | FWD_USE_LINK | FWD_USE_FTP_OTHER, /* R142 */
    [FWD_METHOD_XMODEM] = METHODS | FILES | FWD_USE_LINK,                  /* R143 */
    [FWD_METHOD_RAW] = METHODS | FILES | FWD_USE_LINK,                     /* R144 */
};

/* R145: symmetric; files and Direct Link stay. */
static const unsigned lara[FWD_METHODS] = {
    [FWD_METHOD_SERVER] = METHODS,
    [FWD_METHOD_FTP] = METHODS,
    [FWD_METHOD_HTTP] = METHODS,
    [FWD_METHOD_XMODEM] = METHODS,
    [FWD_METHOD_RAW] = METHODS,
};

/* R146, R147; HTTP is not in its table, but one method at a time is stated. */
static const unsigned r5[FWD_METHODS] = {
    [FWD_METHOD_SERVER] = METHODS | FWD_USE_LINK,
    [FWD_METHOD_FTP] = METHODS | FWD_USE_LINK,
    [FWD_METHOD_HTTP] = METHODS | FWD_USE_LINK,
    [FWD_METHOD_XMODEM] = METHODS | FWD_USE_LINK,
    [FWD_METHOD_RAW] = METHODS | FWD_USE_LINK,
};

bool fwd_exclusion_refuses(enum fwd_family family, enum fwd_method running, enum fwd_use use)
{
    const unsigned *table = family == FWD_FAMILY_R4 ? r4 : family == FWD_FAMILY_R5 ? r5 : lara;

    return (table[running] & (unsigned)use) != 0;
}

const char *fwd_method_name(enum fwd_method method)
{
    static const char *const names[FWD_METHODS] = {"none", "lwm2m", "ftp", "http", "xmodem", "raw"};

    return names[method];
}
