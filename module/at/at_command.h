/* AT commands as data: name, families, forms, what each parameter may be, and who carries it out.
 * One file of commands per family of commands, each with a table; at_dispatch.c walks them. */
#ifndef FWD_MODULE_AT_AT_COMMAND_H
#define FWD_MODULE_AT_AT_COMMAND_H

#include "module/at/at_parse.h"
#include "module/modem/modem_internal.h"

/* What a command answers. */
enum fwd_at_answer {
    FWD_AT_OK,
    FWD_AT_LATER,       /* it will answer itself; the port is busy until then */
    FWD_AT_RESET,       /* OK, then the module starts anew */
    FWD_AT_OFF,         /* OK, then it is off */
    FWD_AT_ERROR,       /* ERROR, whatever +CMEE says */
    FWD_AT_NOT_ALLOWED, /* +CME ERROR, or ERROR, from here on */
    FWD_AT_NOT_SUPPORTED,
    FWD_AT_PARAMETERS,
    FWD_AT_MEMORY,
    FWD_AT_NO_CARRIER, /* a call that cannot be */
    FWD_AT_IN_USE      /* another download runs */
};

struct fwd_at_spec {
    uint8_t kinds;    /* FWD_AT_* kinds; 0: no such parameter. FWD_AT_EMPTY: may be left out */
    int64_t min, max; /* of a number; max 0: any */
    uint32_t size;    /* most characters of a text or word; 0: FWD_MODEM_VALUE_MAX */
};

/* Besides enum fwd_at_form: what follows "=" need not be parameters, run() looks at call->raw. */
#define FWD_AT_WHOLE 16

struct fwd_at_command {
    const char *name;
    uint8_t families; /* enum fwd_family */
    uint8_t forms;    /* enum fwd_at_form */
    struct fwd_at_spec params[FWD_AT_PARAMS_MAX];
    const char *test; /* answer of the test form after "+NAME: "; NULL: OK alone, "": run() */
    enum fwd_at_answer (*run)(
        struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call);
};

struct fwd_at_table {
    const struct fwd_at_command *commands;
    size_t count;
};

extern const struct fwd_at_table fwd_at_info, fwd_at_serial, fwd_at_settings, fwd_at_files,
    fwd_at_download, fwd_at_update, fwd_at_ftp, fwd_at_http, fwd_at_network, fwd_at_radio,
    fwd_at_context, fwd_at_call, fwd_at_ufota, fwd_at_lwm2m, fwd_at_messages, fwd_at_security,
    fwd_at_sequans, fwd_at_sequans_dm, fwd_at_sequans_nvm, fwd_at_upgrade, fwd_at_telit,
    fwd_at_telit_settings;

/* Carries out a command line and answers it. */
void fwd_at_line(struct fwd_modem *m, enum fwd_port port, const char *line, size_t size);

/* The final line of an answer. */
void fwd_at_final(struct fwd_modem *m, enum fwd_port port, enum fwd_at_answer answer);

/* The port takes command lines again after FWD_AT_LATER. */
void fwd_at_finish(struct fwd_modem *m, enum fwd_port port, enum fwd_at_answer answer);

/* ---- commands that go on after their line: see struct fwd_modem_hooks ------------------------ */

void fwd_at_xmodem_begin(struct fwd_modem *m, enum fwd_port port);
size_t fwd_at_xmodem_feed(struct fwd_modem *m, const uint8_t *bytes, size_t size);
void fwd_at_xmodem_tick(struct fwd_modem *m);
void fwd_at_update_ready(struct fwd_modem *m);
void fwd_at_update_received(struct fwd_modem *m, enum fwd_xmodem_result result);
void fwd_at_download_ready(struct fwd_modem *m, enum fwd_port port);
size_t fwd_at_download_feed(
    struct fwd_modem *m, enum fwd_port port, const uint8_t *bytes, size_t size);
void fwd_at_download_timeout(struct fwd_modem *m, enum fwd_port port);
void fwd_at_download_drop(struct fwd_modem *m, enum fwd_port port);
void fwd_at_ftp_ready(struct fwd_modem *m);
void fwd_at_ftp_cancelled(struct fwd_modem *m);
void fwd_at_ftp_status(struct fwd_modem *m);
void fwd_at_ftp_done(struct fwd_modem *m, const struct fwd_transfer_report *report);
void fwd_at_http_done(struct fwd_modem *m, const struct fwd_transfer_report *report);
void fwd_at_call_drop(struct fwd_modem *m);
/* A short message that the host should have. */
void fwd_at_message_came(struct fwd_modem *m, const char *from, const char *text);
void fwd_at_upgrade_fetching(struct fwd_modem *m);
void fwd_at_upgrade_fetched(struct fwd_modem *m, const struct fwd_transfer_report *report);

/* ---- for the commands ------------------------------------------------------------------------ */

/* Is this use refused because of what runs? */
bool fwd_at_refused(const struct fwd_modem *m, enum fwd_use use);

/* Does a Telit module refuse this because of an update in progress? */
bool fwd_at_telit_inhibits(const struct fwd_modem *m, const struct fwd_at_call *call);

/* Asks for exactly size bytes, or, when text says so, for at most that many characters, which
 * Ctrl-Z ends and escape drops. keep(): they are in m->raw[port]; gives the command's enum
 * fwd_at_answer. m->raw[port].name is the caller's until then. */
enum fwd_at_answer fwd_at_download_ask(struct fwd_modem *m, enum fwd_port port, size_t size,
    bool text, int (*keep)(struct fwd_modem *m, enum fwd_port port));

/* The parameter at an index, empty when there is none. */
const struct fwd_at_param *fwd_at_param(const struct fwd_at_call *call, size_t index);

#endif
