/* Shared by ufota*.c only. */
#ifndef FWD_MODULE_UFOTA_UFOTA_INTERNAL_H
#define FWD_MODULE_UFOTA_UFOTA_INTERNAL_H

#include "manage/coap/coap.h"
#include "module/ufota/ufota.h"

#define FWD_UFOTA_OBJECT 5u

/* Resources of object 5. */
enum fwd_ufota_resource {
    FWD_UFOTA_PACKAGE = 0,
    FWD_UFOTA_URI = 1,
    FWD_UFOTA_UPDATE = 2,
    FWD_UFOTA_STATE = 3,
    FWD_UFOTA_RESULT = 5,
    FWD_UFOTA_NAME = 6,
    FWD_UFOTA_VERSION = 7,
    FWD_UFOTA_PROTOCOLS = 8,
    FWD_UFOTA_METHOD = 9,
    FWD_UFOTA_CANCEL = 10,
    FWD_UFOTA_SEVERITY = 11,
    FWD_UFOTA_CHANGED_AT = 12,
    FWD_UFOTA_DEFER = 13
};

/* What the last number of +UFOTASTAT: 2,3,<x> says; the documents name 100 only, u-blox's own host
 * library the others. */
enum fwd_ufota_cause {
    FWD_UFOTA_CAUSE_USER = 100,
    FWD_UFOTA_CAUSE_MEMORY = 101,
    FWD_UFOTA_CAUSE_NETWORK = 102,
    FWD_UFOTA_CAUSE_UNKNOWN = 103,
    FWD_UFOTA_CAUSE_URI = 104,
    FWD_UFOTA_CAUSE_LOST = 105
};

/* ---- ufota.c --------------------------------------------------------------------------------- */

/* Sets and saves the two resources, and tells the server what has changed. */
void fwd_ufota_set(struct fwd_modem *m, enum fwd_ufota_state state, enum fwd_ufota_result result);
/* The download has ended without a package. */
void fwd_ufota_fail(struct fwd_modem *m, enum fwd_ufota_result result, enum fwd_ufota_cause cause);
/* A package that the server sent before is not the one that it wants now: were it kept until the
 * new one is complete, the start after a power cut would take it for that one. Not saved yet. */
void fwd_ufota_forget(struct fwd_modem *m);
/* All bytes are in the inbox: they become the package. */
void fwd_ufota_complete(struct fwd_modem *m);

/* ---- ufota_download.c ------------------------------------------------------------------------ */

void fwd_ufota_begin_in(struct fwd_modem *m, uint64_t ms, bool resume);
void fwd_ufota_begin(struct fwd_modem *m);
/* The transfer ends; what it has brought stays when keep says so. */
void fwd_ufota_stop(struct fwd_modem *m, const char *how, bool keep);
/* Scheme, host, port and path of a URI; FWD_UFOTA_INITIAL: fine. */
enum fwd_ufota_result fwd_ufota_split(
    struct fwd_modem *m, const char *uri, struct fwd_transfer_request *request);

/* ---- ufota_lines.c --------------------------------------------------------------------------- */

void fwd_ufota_say_started(struct fwd_modem *m); /* the client */
void fwd_ufota_say_begin(struct fwd_modem *m);
void fwd_ufota_say_progress(struct fwd_modem *m);
void fwd_ufota_say_paused(struct fwd_modem *m);
void fwd_ufota_say_question(struct fwd_modem *m);
void fwd_ufota_say_complete(struct fwd_modem *m);
void fwd_ufota_say_failed(struct fwd_modem *m, enum fwd_ufota_cause cause);

#endif
