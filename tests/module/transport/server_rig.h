/* A real vsftpd and a real nginx on free ports of 127.0.0.1, serving the scratch folder's "root",
 * and a download driven to its end from a poll loop. */
#ifndef FWD_TESTS_MODULE_TRANSPORT_SERVER_RIG_H
#define FWD_TESTS_MODULE_TRANSPORT_SERVER_RIG_H

#include "module/transport/transfer.h"

#include <sys/types.h>

#define RIG_FILE     "root/fw.upd"
#define RIG_SIZE     3000000u
#define RIG_RATE     1500000u /* bytes per second from the slow places */
#define RIG_USER     "ftp"
#define RIG_PASSWORD "secret"

struct rig_server {
    pid_t pid;
    uint16_t port;   /* FTP, HTTP */
    uint16_t secure; /* HTTPS */
};

/* Makes "root" with fw.upd (no two places of it alike) and small.upd (1000 bytes). */
void rig_files(void);

/* The byte of fw.upd at an offset. */
uint8_t rig_byte(size_t offset);

/* vsftpd: user ftp, password secret; slow. nginx: /..., /slow/..., /secret/... (user, password),
 * /moved, /broken; certificate "ca.pem" in the scratch folder for the name localhost only.
 * again: at the ports it had. */
void rig_start_ftp(struct rig_server *server, bool again);
void rig_start_http(struct rig_server *server, bool again);
void rig_stop(struct rig_server *server);

/* What came, and what to do meanwhile. */
struct rig_download {
    uint8_t *bytes; /* RIG_SIZE */
    size_t size;
    size_t room;            /* the sink refuses more */
    size_t act_at;          /* once that many bytes are there ... */
    void (*act)(void *ctx); /* ... this happens; NULL: nothing */
    void *ctx;
    struct fwd_transfer *t;
    int longest_ms; /* that fwd_transfer_perform() took */
};

/* For act: the server, or the transfer, that ctx points to ends. */
void rig_act_stop(void *ctx);
void rig_act_cancel(void *ctx);

void rig_open(struct rig_download *download);
void rig_close(struct rig_download *download);

/* Runs a request to its end; sink and ctx are the rig's. */
struct fwd_transfer_report rig_run(
    struct rig_download *download, struct fwd_transfer_request request);

/* All of fw.upd is there, and nothing else. */
void rig_expect_file(const struct rig_download *download);

#endif
