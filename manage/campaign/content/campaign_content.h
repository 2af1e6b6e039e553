/* Files over HTTP or HTTPS, in the owner's poll loop: packages for devices, pages for people. The
 * work is libmicrohttpd's. Parts of a file (Range) are served, so that a download that broke goes
 * on where it was. */
#ifndef FWD_MANAGE_CAMPAIGN_CONTENT_CAMPAIGN_CONTENT_H
#define FWD_MANAGE_CAMPAIGN_CONTENT_CAMPAIGN_CONTENT_H

#include "hostio/host_error.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fwd_campaign_served {
    unsigned status;      /* of HTTP: 200, 404, 410 */
    const char *type;     /* MIME */
    const uint8_t *bytes; /* with `owned` they are freed by free(), else outlive the server */
    size_t size;
    bool owned;
};

struct fwd_campaign_content_config {
    void *ctx;
    /* What is at a path ("/a/b", without a query). */
    void (*get)(void *ctx, const char *path, struct fwd_campaign_served *out);
    const char *uri;               /* http://HOST[:PORT] or https://...; port 0: one that is free */
    const char *certificate, *key; /* PEM files, for https; else NULL or "" */
};

struct fwd_campaign_content;

/* http:// or https://, a host, a port from 1 to 65535 or none, and no path: can one fetch there? */
bool fwd_campaign_content_is_uri(const char *uri);

/* FWD_FAIL_USAGE: not such a URI, or no certificate; FWD_FAIL_ENVIRONMENT: the port is taken. */
enum fwd_fail fwd_campaign_content_open(const struct fwd_campaign_content_config *config,
    struct fwd_campaign_content **out, struct fwd_error *err);
void fwd_campaign_content_close(struct fwd_campaign_content *content); /* NULL-safe */
/* Where it is: with the port that it has. */
const char *fwd_campaign_content_uri(const struct fwd_campaign_content *content);

size_t fwd_campaign_content_watch(
    struct fwd_campaign_content *content, struct pollfd *fds, size_t room, int *wait_ms);
void fwd_campaign_content_perform(struct fwd_campaign_content *content);

#endif
