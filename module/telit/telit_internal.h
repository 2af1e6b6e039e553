/* Shared by telit*.c only. */
#ifndef FWD_MODULE_TELIT_TELIT_INTERNAL_H
#define FWD_MODULE_TELIT_TELIT_INTERNAL_H

#include "module/telit/telit.h"

#define FWD_TELIT_ANSWER_MS 60000u /* R193 */
#define FWD_TELIT_AGAIN_MS  60000u /* until the result is sent again; not documented */
#define FWD_TELIT_OK        128u

/* ---- telit.c --------------------------------------------------------------------------------- */

/* "#OTAEV: <event>", unless the host does not want it. event: a literal. */
void fwd_telit_say(struct fwd_modem *m, const char *event);
/* The update that the module was told to make; NULL: none. */
json_t *fwd_telit_job(const struct fwd_modem *m);
const char *fwd_telit_job_text(const struct fwd_modem *m, const char *name);
int64_t fwd_telit_job_number(const struct fwd_modem *m, const char *name, int64_t fallback);
void fwd_telit_job_end(struct fwd_modem *m);
/* Calls, contexts, sockets and FTP sessions of the host end (R149, R265). */
void fwd_telit_close_all(struct fwd_modem *m);
/* R234: the Python interpreter stands still. */
void fwd_telit_halt_script(struct fwd_modem *m);

/* ---- telit_link.c ---------------------------------------------------------------------------- */

/* False: it does not fit, or nobody takes it. */
bool fwd_telit_send_sms(
    struct fwd_modem *m, const char *to, const struct fwd_telit_message *message);
/* To the server of #OTASNAPIP or #OTAIPCFG, unless the job names another one. step: until it ends.
 * False: it cannot even be begun. */
bool fwd_telit_connect(struct fwd_modem *m, enum fwd_telit_step step);
void fwd_telit_send(struct fwd_modem *m, const struct fwd_telit_message *message);
void fwd_telit_hang_up(struct fwd_modem *m);
/* Fields that each message of the module has. */
void fwd_telit_begin_message(
    struct fwd_modem *m, struct fwd_telit_message *message, enum fwd_telit_type type, uint32_t id);

/* ---- telit_register.c ------------------------------------------------------------------------ */

/* The module itself: R264. */
void fwd_telit_describe(struct fwd_modem *m, struct fwd_telit_message *message);
/* The network has taken the module. */
void fwd_telit_register_again(struct fwd_modem *m);
/* The administrator wants it (R200). */
void fwd_telit_register_forced(struct fwd_modem *m, const char *server);
void fwd_telit_register_connected(struct fwd_modem *m);
void fwd_telit_acknowledged(struct fwd_modem *m, const struct fwd_telit_message *message);
void fwd_telit_register_ended(struct fwd_modem *m);

/* ---- telit_request.c ------------------------------------------------------------------------- */

void fwd_telit_provisioned(
    struct fwd_modem *m, const char *from, const struct fwd_telit_message *message);
void fwd_telit_commanded(
    struct fwd_modem *m, const char *from, const struct fwd_telit_message *message);

/* ---- telit_update.c -------------------------------------------------------------------------- */

/* The host or the server has agreed: it begins once the command line is answered. */
void fwd_telit_begin_soon(struct fwd_modem *m);
void fwd_telit_ask_connected(struct fwd_modem *m);
void fwd_telit_progress(struct fwd_modem *m, const struct fwd_telit_message *message);
/* The job ends without an update. code: as of u-blox. */
void fwd_telit_fail(struct fwd_modem *m, unsigned code);
/* The job has ended: the server is told. */
void fwd_telit_report(struct fwd_modem *m);
void fwd_telit_report_connected(struct fwd_modem *m);
void fwd_telit_report_later(struct fwd_modem *m);

#endif
