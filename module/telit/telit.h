/* What a Telit module with Premium FOTA Management does otherwise: it is registered with an update
 * server by SMS or TCP, is told by it when to update, fetches the package by FTP, and reports
 * (R190..R206, R262..R265). What the documents leave open is listed in README.md.
 *
 * What it remembers is one JSON object, fwd_modem_store.telit:
 *
 *     {"server": "+39335475718", "waiting": "sms", "registered": 1, "imsi": "222015602005678",
 *      "automatic": 1, "bearer": 2, "apn": "ibox.tim.it", "user": "", "password": "",
 *      "host": "ota.example.com", "port": 4242, "mode": 2, "bfr": 0,
 *      "update": {"id": 7, "op": "update", "tcp": 0, "from": "+39...", "host": "ftp.example.com",
 *          "port": 21, "path": "fw.upd", "user": "", "pass": "", "csd": "", "apn": "", "result":
 * 128, "told": 1}} */
#ifndef FWD_MODULE_TELIT_TELIT_H
#define FWD_MODULE_TELIT_TELIT_H

#include "module/modem/modem_internal.h"
#include "module/telit/telit_message.h"

/* Is this module one? All else is about one. */
bool fwd_telit_is(const struct fwd_modem *m);

/* ---- what it remembers ----------------------------------------------------------------------- */

/* "" when there is no such text. Valid until it is changed. */
const char *fwd_telit_text(const struct fwd_modem *m, const char *name);
int64_t fwd_telit_number(const struct fwd_modem *m, const char *name, int64_t fallback);
/* Saved by fwd_modem_save(). Text that is not UTF-8 is left out. */
void fwd_telit_set_text(struct fwd_modem *m, const char *name, const char *value);
void fwd_telit_set_number(struct fwd_modem *m, const char *name, int64_t value);

/* ---- what the host wants; false: not now ----------------------------------------------------- */

/* #OTASNAP: by SMS; "": no registration by itself when the SIM changes. */
bool fwd_telit_register_sms(struct fwd_modem *m, const char *number);
/* #OTASNAPIP: by TCP. */
bool fwd_telit_register_tcp(
    struct fwd_modem *m, const char *host, uint16_t port, const char *own_number);
/* #OTASUAN. */
bool fwd_telit_answer(struct fwd_modem *m, bool yes);
/* #OTASUAN: 0 holds #OTAEV back, others do not; clear: what was held back is forgotten, else said.
 */
void fwd_telit_events(struct fwd_modem *m, unsigned mode, bool clear);
/* #OTAIPUPD. */
bool fwd_telit_update(struct fwd_modem *m);
/* An update is on its way, from the host's consent to its end. */
bool fwd_telit_busy(const struct fwd_modem *m);
/* Commands that would disturb it are refused (R148). */
bool fwd_telit_inhibits(const struct fwd_modem *m);

/* ---- what comes from outside ----------------------------------------------------------------- */

/* A short message. coding: "7": no class, seven bits; "8.0": class 0, eight bits; others exist.
 * False: it is none of the server's, and the host should have it. */
bool fwd_telit_sms(struct fwd_modem *m, const char *from, const char *coding, const char *text);
/* Of the connection that was asked for. */
void fwd_telit_connected(struct fwd_modem *m);
void fwd_telit_line(struct fwd_modem *m, const char *line, size_t size);
void fwd_telit_closed(struct fwd_modem *m);

/* ---- the module's life: see struct fwd_modem_hooks ------------------------------------------- */

void fwd_telit_awake(struct fwd_modem *m);
void fwd_telit_network(struct fwd_modem *m, bool online);
void fwd_telit_resetting(struct fwd_modem *m);
void fwd_telit_installing(struct fwd_modem *m);
void fwd_telit_installed(struct fwd_modem *m); /* m->reason */
void fwd_telit_answer_due(struct fwd_modem *m);
void fwd_telit_step_due(struct fwd_modem *m);
void fwd_telit_fetched(struct fwd_modem *m, const struct fwd_transfer_report *report);

#endif
