/* The AT interface as a module's state sees it: what fwd_modem_new() wants. */
#ifndef FWD_MODULE_AT_AT_HOOKS_H
#define FWD_MODULE_AT_AT_HOOKS_H

#include "module/modem/modem.h"

extern const struct fwd_modem_hooks fwd_at_hooks;

/* A short message has come. coding: see fwd_telit_sms(). */
void fwd_at_hooks_sms(struct fwd_modem *m, const char *from, const char *coding, const char *text);

#endif
