/* Shared by transfer*.c only. */
#ifndef FWD_MODULE_TRANSPORT_TRANSFER_INTERNAL_H
#define FWD_MODULE_TRANSPORT_TRANSFER_INTERNAL_H

#include "module/transport/transfer.h"

#include <curl/curl.h>

struct fwd_transfer {
    CURLM *multi;
    CURL *easy;   /* in multi while a transfer runs */
    char *server; /* "scheme host port user" of the kept connection; NULL: none */

    /* of the transfer, or of the last one */
    struct fwd_transfer_request request; /* its strings are not kept */
    enum fwd_transfer_state state;
    enum fwd_transfer_state refusal; /* why the bytes were refused; IDLE: they were not */
    uint64_t stored, total;
    unsigned reply;
    char *url;
    struct curl_slist *connect_to;
    char detail[CURL_ERROR_SIZE];
    char text[512];

    /* transfer_poll.c */
    curl_socket_t open[FWD_TRANSFER_FDS]; /* CURL_SOCKET_BAD: free */
    int64_t entered;                      /* monotonic ms: when libcurl got control */
};

/* Checks the request and returns the URL, to be freed; NULL: err says what is wrong. */
char *fwd_transfer_url(const struct fwd_transfer_request *request, struct fwd_error *err);

/* Lets the easy handle tell of its sockets and its waiting. */
void fwd_transfer_poll_attach(struct fwd_transfer *t);
/* Breaks open connections, so that libcurl does not wait for a server to say good-bye. */
void fwd_transfer_poll_break(struct fwd_transfer *t);

/* Sets state, reply and text from what libcurl says about the end. */
void fwd_transfer_judge(struct fwd_transfer *t, CURLcode code);

#endif
