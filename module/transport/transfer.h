/* Downloads from real FTP, HTTP and HTTPS servers (R123..R140), one at a time, from a poll loop:
 * nothing here waits. The work is libcurl's; this is the only header of the tree about it.
 *
 *     fwd_transfer_new(&t, &err);
 *     fwd_transfer_start(t, &request, &err);
 *     while (fwd_transfer_state(t) == FWD_TRANSFER_RUNNING) {
 *         n = fwd_transfer_fds(t, fds, FWD_TRANSFER_FDS, &timeout_ms);
 *         poll(fds, n, timeout_ms);
 *         fwd_transfer_perform(t);
 *     }
 *     fwd_transfer_report(t)
 *
 * Times are real milliseconds: a peer outside does not live on the virtual clock. None is under
 * FWD_TRANSFER_FLOOR_MS, whatever is asked for. */
#ifndef FWD_MODULE_TRANSPORT_TRANSFER_H
#define FWD_MODULE_TRANSPORT_TRANSFER_H

#include "hostio/host_error.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FWD_TRANSFER_FLOOR_MS 2000u
#define FWD_TRANSFER_FDS      8u

struct fwd_md5; /* keys/md5.h */
struct fwd_transfer;

enum fwd_transfer_scheme { FWD_TRANSFER_FTP, FWD_TRANSFER_HTTP, FWD_TRANSFER_HTTPS };

/* How a transfer ended, or that it has not. What the sink got stays where the caller put it;
 * whether it may be resumed is the caller's rule. */
enum fwd_transfer_state {
    FWD_TRANSFER_IDLE, /* nothing was started yet */
    FWD_TRANSFER_RUNNING,
    FWD_TRANSFER_DONE,      /* all of it is stored; login_only: logged in */
    FWD_TRANSFER_STOPPED,   /* fwd_transfer_cancel() */
    FWD_TRANSFER_NAME,      /* the host's name could not be looked up */
    FWD_TRANSFER_CONNECT,   /* nobody listens there, or no route */
    FWD_TRANSFER_LOGIN,     /* user, password or account refused (FTP 530 ..., HTTP 401, 407) */
    FWD_TRANSFER_NO_FILE,   /* no such file (FTP 550, HTTP 404, 410) */
    FWD_TRANSFER_SERVER,    /* the server answered something else that is no file */
    FWD_TRANSFER_TLS,       /* no secure connection: certificate, host name, protocol */
    FWD_TRANSFER_TIMEOUT,   /* no byte for idle_ms, or no connection for connect_ms */
    FWD_TRANSFER_LOST,      /* the connection broke before the end */
    FWD_TRANSFER_NO_RESUME, /* the server cannot go on at offset, or the file is shorter */
    FWD_TRANSFER_TOO_LARGE, /* more than max_size, announced or sent */
    FWD_TRANSFER_STORAGE,   /* the sink refused */
    FWD_TRANSFER_INTERNAL   /* libcurl or memory failed */
};

/* What to fetch. Strings are copied; they may be NULL where that is said. */
struct fwd_transfer_request {
    enum fwd_transfer_scheme scheme;
    const char *host;       /* name or IP address, v6 without brackets */
    uint16_t port;          /* 0: that of the scheme */
    const char *user;       /* NULL: anonymous (FTP), none (HTTP) */
    const char *password;   /* NULL: "" */
    const char *account;    /* FTP ACCT, if the server asks for one; NULL: none */
    bool active;            /* FTP: the server connects to us (PORT / EPRT); else passive */
    const char *ca_file;    /* HTTPS: PEM certificates to trust; NULL: those of the system */
    const char *connect_to; /* "HOST:PORT:ADDRESS:PORT", where a connection to HOST:PORT really goes
                               (empty: any), as curl's --connect-to; NULL: where the name says */
    const char *path;    /* as the server knows it: FTP file name; HTTP request target, with "/" */
    bool login_only;     /* FTP: log in and keep the connection for the next start; no path */
    uint64_t offset;     /* resume: this many bytes are there already */
    uint64_t max_size;   /* of the whole file; 0: no limit */
    uint32_t connect_ms; /* 0: 30000 */
    uint32_t idle_ms;    /* 0: 30000 */
    /* Gets the bytes in order, beginning at offset. Valid during the call. false: STORAGE. Must
     * not call back into the transfer. */
    bool (*sink)(void *ctx, const uint8_t *data, size_t size);
    void *ctx;
    /* NULL, or a running digest that gets every byte that the sink took. For a resumed file the
     * caller has fed it the bytes before offset. Not owned; must outlive the transfer. */
    struct fwd_md5 *md5;
};

struct fwd_transfer_report {
    enum fwd_transfer_state state;
    uint64_t stored;  /* offset + what the sink took */
    uint64_t total;   /* size of the whole file as announced; 0: not known (yet) */
    unsigned reply;   /* last FTP reply or HTTP status; 0: none */
    const char *text; /* one sentence for a log; valid until the next start; never NULL */
};

/* FWD_FAIL_ENVIRONMENT: libcurl or memory is not as needed. */
enum fwd_fail fwd_transfer_new(struct fwd_transfer **out, struct fwd_error *err);

/* Ends what runs and closes kept connections; NULL-safe. */
void fwd_transfer_free(struct fwd_transfer *t);

/* Starts a download; nothing is sent before fwd_transfer_perform(). Connections that are still open
 * from before are used again when host, port and user agree.
 * FWD_FAIL_USAGE: one runs already, or the request makes no sense (no host, a host or a name with
 * control characters, ...); the state stays as it was. FWD_FAIL_ENVIRONMENT: libcurl failed. */
enum fwd_fail fwd_transfer_start(
    struct fwd_transfer *t, const struct fwd_transfer_request *request, struct fwd_error *err);

/* What to poll() for: fills at most room entries (FWD_TRANSFER_FDS is always enough), returns how
 * many, and lowers *timeout_ms (-1: for ever) to the time after which fwd_transfer_perform() is
 * due. */
size_t fwd_transfer_fds(struct fwd_transfer *t, struct pollfd *fds, size_t room, int *timeout_ms);

/* Does what can be done without waiting; call it after poll(), whatever that said. Calls the sink.
 */
void fwd_transfer_perform(struct fwd_transfer *t);

/* Ends the transfer that runs, as STOPPED, at once: the connection is closed, no byte reaches the
 * sink any more. Does nothing when none runs. */
void fwd_transfer_cancel(struct fwd_transfer *t);

/* Closes connections that were kept (FTP: QUIT, logged out). Not while a transfer runs. */
void fwd_transfer_hang_up(struct fwd_transfer *t);

enum fwd_transfer_state fwd_transfer_state(const struct fwd_transfer *t);
struct fwd_transfer_report fwd_transfer_report(const struct fwd_transfer *t);

/* "done", "no-file" ...: for logs. */
const char *fwd_transfer_state_name(enum fwd_transfer_state state);

/* What +UFTPER and +UHTTPER answer after a transfer. Documented are FTP 8,40 (cancelled by the
 * host), FTP 8,12 (no connection) and HTTP 3,23 (host name lookup failed); 0,0 is success. A
 * refusal by the server is its reply (8,550; 3,404). What the documents do not name has numbers of
 * our own, from 1001 on, in the order of enum fwd_transfer_state, so that nobody takes them for
 * documented. */
struct fwd_transfer_error {
    uint16_t class;
    uint16_t code;
};
struct fwd_transfer_error fwd_transfer_error(
    enum fwd_transfer_scheme scheme, const struct fwd_transfer_report *report);

#endif
