/* Messages between a Telit module and its update server. Each is one line of text, the same by SMS
 * and by TCP; PROTOCOL.md specifies it. The vendor's own format is not public: this one is ours.
 *
 *     FWOTA1 7 CMD op=update mode=auto via=sms host=ftp.example.com path=fw.upd */
#ifndef FWD_MODULE_TELIT_TELIT_MESSAGE_H
#define FWD_MODULE_TELIT_TELIT_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FWD_TELIT_LINE_MAX  480u /* characters of a message by TCP */
#define FWD_TELIT_SMS_MAX   160u /* and of one by SMS */
#define FWD_TELIT_FIELDS    12u
#define FWD_TELIT_KEY_MAX   8u
#define FWD_TELIT_VALUE_MAX 127u

enum fwd_telit_type {
    FWD_TELIT_HELLO,    /* module: begins each TCP connection */
    FWD_TELIT_REG,      /* module: Remote Registration */
    FWD_TELIT_REG_ACK,  /* server */
    FWD_TELIT_PROV,     /* server: Provisioning */
    FWD_TELIT_PROV_ACK, /* module */
    FWD_TELIT_CMD,      /* server: Command, Query, Test */
    FWD_TELIT_CMD_ACK,  /* module */
    FWD_TELIT_PROG,     /* Command Progress: by SMS the module's, by TCP the server's */
    FWD_TELIT_PROG_ACK, /* module */
    FWD_TELIT_FINAL,    /* module: Command Final */
    FWD_TELIT_INFO,     /* module: answer to a query */
    FWD_TELIT_TYPES
};

struct fwd_telit_field {
    char key[FWD_TELIT_KEY_MAX + 1];
    char value[FWD_TELIT_VALUE_MAX + 1]; /* decoded; no control characters */
};

struct fwd_telit_message {
    enum fwd_telit_type type;
    uint32_t id; /* of what it is about; 0: of nothing */
    struct fwd_telit_field fields[FWD_TELIT_FIELDS];
    size_t count;
};

enum fwd_telit_parsed {
    FWD_TELIT_FINE,
    FWD_TELIT_OTHER,  /* an ordinary text */
    FWD_TELIT_VERSION /* ours, but of another version, or damaged: nobody shows it, nobody obeys it
                       */
};

void fwd_telit_message_begin(
    struct fwd_telit_message *message, enum fwd_telit_type type, uint32_t id);
/* False: no room, or a character below the space in it. key, value: copied. */
bool fwd_telit_message_set(struct fwd_telit_message *message, const char *key, const char *value);
/* The value of a field; fallback when it has none. Valid as long as the message. */
const char *fwd_telit_message_get(
    const struct fwd_telit_message *message, const char *key, const char *fallback);
/* A number of at most nine digits; fallback when it is none. */
uint32_t fwd_telit_message_number(
    const struct fwd_telit_message *message, const char *key, uint32_t fallback);

/* The line, ended by a zero. False: longer than room - 1. */
bool fwd_telit_message_print(const struct fwd_telit_message *message, char *line, size_t room);
/* Any bytes are fine. *message is complete only when it is FWD_TELIT_FINE. */
enum fwd_telit_parsed fwd_telit_message_parse(
    struct fwd_telit_message *message, const char *line, size_t size);

#endif
