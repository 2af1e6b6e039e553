/* What a RYZ014 does otherwise: its client is configured by the host (profiles of DM servers), its
 * lines are +SQNFOTA, and its results are told after the start (R207..R220, R266..R269). The
 * configuration is one JSON object, fwd_modem_store.sequans:
 *
 *     {"autoconnect": 1, "fota": {"profile": "standard", "mode": 0, "report": 2, "step": 10,
 *          "timer": 60, "download": 600, "certificate": 11},
 *      "profiles": {"standard": {"service": 1,
 *          "servers": [{"id": 100, "lifetime": 60, "url": "coap://...", "cid": 1, "type": "dm"}],
 *          "keys": [{"id": 100, "identity": "...", "secret": "hexadecimal"}]}},
 *      "onboarded": 1, "points": {"oem": {...}}} */
#ifndef FWD_MODULE_UFOTA_SEQUANS_H
#define FWD_MODULE_UFOTA_SEQUANS_H

#include "module/modem/modem_internal.h"

#define FWD_SEQUANS_NAME_MAX 32u

/* Is this module one? All else is about one. */
bool fwd_sequans_is(const struct fwd_modem *m);

/* ---- configuration --------------------------------------------------------------------------- */

/* An object inside fwd_modem_store.sequans, made when it is not there; not owned. */
json_t *fwd_sequans_part(struct fwd_modem *m, const char *name);
/* The profile of that name; NULL: there is none. */
json_t *fwd_sequans_profile(struct fwd_modem *m, const char *name);
/* A number of an object; fallback when it has none. */
int64_t fwd_sequans_number(const json_t *object, const char *name, int64_t fallback);
/* Accounts have changed: what a bootstrap server wrote is of an earlier life, and the module has to
 * register anew. */
void fwd_sequans_changed(struct fwd_modem *m);
/* Is it coap://HOST[:PORT] or coaps://HOST[:PORT]? */
bool fwd_sequans_url(const char *url);
/* Accounts of the profile in force; false: it has no server, or its service is off. */
bool fwd_sequans_accounts(struct fwd_modem *m, struct fwd_lwm2m_accounts *accounts);
/* The number that the profile in force gives its bootstrap server; 0: it has none. */
uint16_t fwd_sequans_bootstrap(struct fwd_modem *m);
/* Its first server that manages; 0: none. */
uint16_t fwd_sequans_server(struct fwd_modem *m);

/* ---- the module's life ----------------------------------------------------------------------- */

/* It takes command lines again: what was configured is in force, and what became of an update is
 * told. */
void fwd_sequans_awake(struct fwd_modem *m);
void fwd_sequans_client_starts(struct fwd_modem *m);
void fwd_sequans_registered(struct fwd_modem *m);
void fwd_sequans_wanted(struct fwd_modem *m); /* the server has a package */
void fwd_sequans_begins(struct fwd_modem *m);
void fwd_sequans_progress(struct fwd_modem *m);
void fwd_sequans_complete(struct fwd_modem *m);
void fwd_sequans_executes(struct fwd_modem *m);
void fwd_sequans_fails(struct fwd_modem *m, unsigned result);
void fwd_sequans_installed(struct fwd_modem *m); /* m->reason */
/* R267: the server wants to be asked. */
void fwd_sequans_asked(struct fwd_modem *m);
/* It may have set another lifetime, which is the timer's, too, until the next start. */
void fwd_sequans_accounts_changed(struct fwd_modem *m);
/* The FOTA timer, the limit of a download. */
void fwd_sequans_check_due(struct fwd_modem *m);
void fwd_sequans_limit_due(struct fwd_modem *m);

#endif
