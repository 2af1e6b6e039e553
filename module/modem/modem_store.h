/* What a module remembers besides firmware and the channel of results: a file module.json in the
 * device folder, always replaced as a whole, and made when it is not there.
 *
 *     {"imei": "357591080029488", "backups": 0, "mno_profile": 90, "pin": "",
 *      "settings": {"+IPR": "115200", "+CGDCONT": "1,\"IP\",\"apn\""},
 *      "urcs": {"install": false, "ufotastat": "", "ulwm2mstat": ""},
 *      "package": {"source": "ftp", "installable": true}, "pending": "install",
 *      "resume": {"name": "/fw/delta", "stored": 2048, "total": 100000}, "download_only": false,
 *      "update_port": 1, "update_baud": 115200,
 *      "ufota": {"state": 1, "result": 0, "uri": "http://...", "mode": 2, "paused": false,
 *          "waiting": true, "pushed": false, "dropped": false, "total": 0, "severity": 1,
 *          "defer": 0, "changed_at": 1700000000},
 *      "lifetime": 86400, "accounts": {"security": [...], "servers": [...]}, "sequans": {...},
 *      "imsi": "001010123456789", "number": "+15550100", "telit": {...}, "armed_backup": true,
 * "needs_cpms": true}
 *
 * Every member may be left out. */
#ifndef FWD_MODULE_MODEM_MODEM_STORE_H
#define FWD_MODULE_MODEM_MODEM_STORE_H

#include "hostio/host_error.h"
#include "manage/lwm2m/lwm2m_accounts.h"
#include "sim/family/exclusion.h"
#include "sim/family/profiles.h"

#include <jansson.h>

#define FWD_STORE_NAME_MAX   256u
#define FWD_STORE_SET_MAX    512u /* characters of a setting */
#define FWD_STORE_MNO_GLOBAL 90u

/* What happens at the next start. */
enum fwd_store_pending {
    FWD_PENDING_NOTHING,
    FWD_PENDING_INSTALL, /* +UFWINSTALL, or the server, was obeyed */
    FWD_PENDING_UPDATE,  /* an image came by +UFWUPD */
    FWD_PENDING_RECEIVE, /* SARA-R5: +UFWUPD waits in firmware update mode */
    FWD_PENDING_STATES
};

/* How a server's package is dealt with: +UFOTACONFIG (R159). */
enum fwd_ufota_mode {
    FWD_UFOTA_AUTOMATIC,
    FWD_UFOTA_DOWNLOAD_ONLY, /* the host installs */
    FWD_UFOTA_ASK,           /* the host says when */
    FWD_UFOTA_DISABLED,
    FWD_UFOTA_MODES
};

/* Resources 3 and 5 of object 5. */
enum fwd_ufota_state {
    FWD_UFOTA_IDLE,
    FWD_UFOTA_DOWNLOADING,
    FWD_UFOTA_DOWNLOADED,
    FWD_UFOTA_UPDATING
};
enum fwd_ufota_result {
    FWD_UFOTA_INITIAL,
    FWD_UFOTA_SUCCESS,
    FWD_UFOTA_NO_ROOM,
    FWD_UFOTA_NO_MEMORY,
    FWD_UFOTA_LOST,
    FWD_UFOTA_DAMAGED,
    FWD_UFOTA_UNSUPPORTED,
    FWD_UFOTA_BAD_URI,
    FWD_UFOTA_FAILED,
    FWD_UFOTA_PROTOCOL,
    FWD_UFOTA_CANCELLED /* 1.1; 1.0 has FAILED */
};

struct fwd_store_ufota {
    enum fwd_ufota_state state;
    enum fwd_ufota_result result;
    char uri[FWD_STORE_NAME_MAX];
    enum fwd_ufota_mode mode;
    bool paused;
    bool waiting;   /* for the host's word */
    bool pushed;    /* the package comes in the server's own messages */
    bool dropped;   /* will not go on at the next start (R71) */
    uint64_t total; /* of what is paused */
    uint32_t severity, defer;
    uint32_t changed_at; /* seconds of real time: of the state */
};

struct fwd_modem_store {
    char imei[16];
    uint32_t backups;
    bool armed_backup; /* one more at the next start (R244) */
    bool needs_cpms;   /* messages are stored once +CPMS was given (R244) */
    uint32_t mno;
    char pin[9];
    char imsi[16], number[21]; /* of the SIM */
    json_t *settings;          /* owned; command name: its parameters as given */
    json_t *held;              /* owned; the same, of those that a start forgets: not in the file */
    bool urc_install;          /* fourth parameter of +UFWINSTALL */
    char urc_ufotastat[16], urc_ulwm2mstat[16];
    struct fwd_store_ufota ufota;
    int64_t lifetime;        /* that the server or the host has set; 0: none did */
    json_t *sequans;         /* owned; of a RYZ014: see module/ufota/sequans.h; NULL: nothing */
    json_t *telit;           /* owned; of a Telit module: see module/telit/telit.h; NULL: nothing */
    json_t *accounts;        /* owned; what a bootstrap server has written; NULL: none did */
    enum fwd_method package; /* how the package in the package area came */
    bool installable;        /* by +UFWINSTALL */
    enum fwd_store_pending pending;
    char resume_name[FWD_STORE_NAME_MAX]; /* "": nothing to resume */
    uint64_t resume_stored, resume_total;
    struct fwd_channel update; /* of SARA-R5's +UFWUPD */
};

/* Factory values; imei from seed, which should differ from device to device. */
enum fwd_fail fwd_modem_store_init(
    struct fwd_modem_store *store, const char *seed, struct fwd_error *err);

/* Reads folder/module.json if it is there, after fwd_modem_store_init(). FWD_FAIL_REFUSED: not a
 * valid one. */
enum fwd_fail fwd_modem_store_load(
    struct fwd_modem_store *store, const char *folder, struct fwd_error *err);
enum fwd_fail fwd_modem_store_save(
    const struct fwd_modem_store *store, const char *folder, struct fwd_error *err);
void fwd_modem_store_free(struct fwd_modem_store *store);

/* A setting as text; fallback when it has none. Valid until it is changed. */
const char *fwd_modem_store_get(
    const struct fwd_modem_store *store, const char *name, const char *fallback);
uint32_t fwd_modem_store_u32(
    const struct fwd_modem_store *store, const char *name, uint32_t fallback);
/* False: no memory, or not printable ASCII. */
bool fwd_modem_store_set(struct fwd_modem_store *store, const char *name, const char *value);

/* The same for settings that a start forgets. */
const char *fwd_modem_store_held(
    const struct fwd_modem_store *store, const char *name, const char *fallback);
bool fwd_modem_store_hold(struct fwd_modem_store *store, const char *name, const char *value);
void fwd_modem_store_forget(struct fwd_modem_store *store);

#endif
