/* An update server for Telit modules, and the centre that carries their short messages: what it
 * knows of modules, what it says to each message, and what its operator orders. It has no input and
 * output of its own; smscenter_loop.h has. The state is one JSON file, written after each change:
 *
 *     {"number": "+390001", "next": 12,
 *      "modules": {"357591080029488": {"imsi": "222015602005678", "number": "+39335475718",
 *          "model": "GE910-QUAD", "plmn": "22201", "sw": "10.00.005",
 *          "job": {"id": 11, "op": "update", "protocol": "combined", "mode": "manual",
 *              "state": "commanded", "host": "ftp.example.com", "port": 21, "path": "fw.upd",
 *              "user": "", "pass": ""},
 *          "result": 128}},
 *      "messages": [{"id": 3, "to": "+39335475718", "from": "+390001", "coding": "7", "text":
 * "..."}]} */
#ifndef FWD_MODULE_SMSCENTER_SMSCENTER_H
#define FWD_MODULE_SMSCENTER_SMSCENTER_H

#include "hostio/host_error.h"
#include "module/telit/telit_message.h"

#include <jansson.h>

#define FWD_SMSCENTER_NUMBER "+390001" /* of the server, unless told otherwise */

struct fwd_smscenter {
    json_t *root; /* owned */
    char path[4096];
    char host[256]; /* where modules reach this server by TCP */
    uint16_t port;
    void *ctx;
    void (*say)(void *ctx, const char *text);   /* a line for the operator */
    void (*reply)(void *ctx, const char *line); /* on the connection whose message is dealt with */
    void (*deliver)(void *ctx);                 /* there are new short messages */
};

/* Reads the state, or begins with none. number: NULL: as before. FWD_FAIL_REFUSED: the file is no
 * such state. */
enum fwd_fail fwd_smscenter_open(
    struct fwd_smscenter *c, const char *path, const char *number, struct fwd_error *err);
/* Writes the state, as each change does. FWD_FAIL_ENVIRONMENT: it cannot be written. */
enum fwd_fail fwd_smscenter_write(const struct fwd_smscenter *c, struct fwd_error *err);
void fwd_smscenter_close(struct fwd_smscenter *c);
const char *fwd_smscenter_number(const struct fwd_smscenter *c);

/* A line of a module by TCP, or an SMS to this server; from: NULL by TCP. */
void fwd_smscenter_receive(struct fwd_smscenter *c, const char *from, const char *line);
/* A line of the operator; see the help that "help" prints. */
void fwd_smscenter_order(struct fwd_smscenter *c, const char *line);

/* ---- short messages -------------------------------------------------------------------------- */

/* Takes one; to the server itself: fwd_smscenter_receive(). */
void fwd_smscenter_submit(struct fwd_smscenter *c, const char *from, const char *to,
    const char *coding, const char *text);
/* Messages in the order in which they came: [{"id", "to", "from", "coding", "text"}]; not owned. */
const json_t *fwd_smscenter_messages(const struct fwd_smscenter *c);
/* One has arrived. */
void fwd_smscenter_delivered(struct fwd_smscenter *c, uint32_t id);

#endif
