/* What the tests of Telit modules share beyond module_rig.h. */
#ifndef FWD_TESTS_MODULE_TELIT_TELIT_RIG_H
#define FWD_TESTS_MODULE_TELIT_TELIT_RIG_H

#include "tests/module/module_rig.h"

/* Messages of the server. */
#define TELIT_SMS_UPDATE                                                                           \
    "FWOTA1 7 CMD op=update mode=auto via=sms host=ftp.example.com path=fw/delta.upd"
#define TELIT_TCP_UPDATE "FWOTA1 7 CMD op=update mode=auto via=tcp host=ota.example.com port=4242"
#define TELIT_PROGRESS   "FWOTA1 7 PROG host=ftp.example.com path=fw/delta.upd user=me pass=secret"

/* A command of the host: where the server is. */
#define TELIT_SERVER "AT#OTAIPCFG=4242,\"ota.example.com\""

/* Power off and on, and the time that a start takes. */
void telit_cycle(struct module_rig *rig);
void telit_ends_with(const char *text, const char *end);

#endif
