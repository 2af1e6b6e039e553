/* uFOTA: a server's LwM2M client brings a package. What the server writes and executes comes from
 * the objects (ufota_objects.c), what the host decides from commands; between them the download, as
 * the families' documents have it (R150..R163, R68..R72). */
#ifndef FWD_MODULE_UFOTA_UFOTA_H
#define FWD_MODULE_UFOTA_UFOTA_H

#include "module/modem/modem_internal.h"

/* Makes objects and accounts; called once, when the module is made. */
void fwd_ufota_init(struct fwd_modem *m);

/* ---- the module's life: see struct fwd_modem_hooks ------------------------------------------- */

/* The network has taken the module: its client starts, what was interrupted goes on. */
void fwd_ufota_online(struct fwd_modem *m);
void fwd_ufota_offline(struct fwd_modem *m);
/* The module starts anew; what is going on is forgotten, what is stored stays. */
void fwd_ufota_resetting(struct fwd_modem *m);
/* The host is about to reset the module (+CFUN=16). */
void fwd_ufota_host_resets(struct fwd_modem *m);
void fwd_ufota_stored(struct fwd_modem *m, enum fwd_method method);
void fwd_ufota_installed(struct fwd_modem *m);
void fwd_ufota_due(struct fwd_modem *m);
void fwd_ufota_execute_due(struct fwd_modem *m);
void fwd_ufota_fetching(struct fwd_modem *m);
void fwd_ufota_fetched(struct fwd_modem *m, const struct fwd_transfer_report *report);

/* ---- what the server wants: CoAP codes ------------------------------------------------------- */

uint8_t fwd_ufota_write_uri(struct fwd_modem *m, const char *uri);
/* A piece of the package itself. */
uint8_t fwd_ufota_push(
    struct fwd_modem *m, uint64_t offset, const uint8_t *bytes, size_t size, bool last);
uint8_t fwd_ufota_execute(struct fwd_modem *m);
uint8_t fwd_ufota_server_cancels(struct fwd_modem *m);

/* ---- what the host wants; false: not now ----------------------------------------------------- */

bool fwd_ufota_cancel(struct fwd_modem *m);
bool fwd_ufota_pause(struct fwd_modem *m);
bool fwd_ufota_resume(struct fwd_modem *m);
/* seconds 0: no. */
bool fwd_ufota_answer(struct fwd_modem *m, uint32_t seconds);

/* ---- what is going on ------------------------------------------------------------------------ */

/* Does a package come, or will it? Then the memory for one is in use. */
bool fwd_ufota_busy(const struct fwd_modem *m);
/* Whole pages that are stored of the package that comes. */
uint64_t fwd_ufota_stored_bytes(const struct fwd_modem *m);

/* A URI's scheme, host, port and path; false: none that packages come from. */
bool fwd_ufota_split_url(
    struct fwd_modem *m, const char *url, struct fwd_transfer_request *request);

/* ---- the client's server --------------------------------------------------------------------- */

/* Does the client start at all with this operator's profile? */
bool fwd_ufota_has_client(const struct fwd_modem *m);
/* 721, or the operator's. */
uint16_t fwd_ufota_server_id(const struct fwd_modem *m);
/* News of the client, for the lines that the host has asked for. */
void fwd_ufota_registered(struct fwd_modem *m, uint16_t short_id);
/* The server wants to hear from this module now. */
void fwd_ufota_asked(struct fwd_modem *m);
void fwd_ufota_notified(struct fwd_modem *m, uint16_t short_id, const struct fwd_lwm2m_path *path);
/* The accounts that the client uses are made anew from what is stored and from the factory. server,
 * bootstrap: where they are; NULL: not named. */
void fwd_ufota_accounts(struct fwd_modem *m, const struct fwd_lwm2m_security *server,
    const struct fwd_lwm2m_security *bootstrap);
/* The accounts were changed: by a server, a bootstrap server, the host. */
void fwd_ufota_accounts_changed(struct fwd_modem *m);
/* A lifetime, as the host sets it; -1: no updates are due any more. False: no such server. */
bool fwd_ufota_set_lifetime(struct fwd_modem *m, int64_t seconds);

#endif
