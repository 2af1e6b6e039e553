#include "manage/campaign/content/campaign_content.h"

#include "hostio/host_file.h"

#include <microhttpd.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define URI_MAX     256u
#define CONNECTIONS 4096u
#define IDLE_S      30u
#define KEY_MAX     1048576u

struct fwd_campaign_content {
    struct fwd_campaign_content_config config;
    struct MHD_Daemon *daemon;
    struct fwd_bytes certificate, key;
    bool secure;
    char host[URI_MAX], port[8];
    char uri[URI_MAX + 32];
};

/* ---- serving --------------------------------------------------------------------------------- */

/* "bytes=100-" and "bytes=100-199"; false: none, or one that is not understood and so ignored. */
static bool take_range(const char *text, size_t size, size_t *from, size_t *count)
{
    unsigned long long first, last;
    int used = 0;

    if (text == NULL || sscanf(text, "bytes=%llu-%n", &first, &used) != 1 || used == 0)
        return false;
    if (text[used] == '\0')
        last = size > 0 ? size - 1 : 0;
    else if (sscanf(text + used, "%llu%n", &last, &used) != 1 || last < first)
        return false;
    *from = first < size ? (size_t)first : size;
    last = last < size ? last : size - 1;
    *count = *from < size ? (size_t)last - *from + 1 : 0;
    return true;
}

static struct MHD_Response *part_of(const struct fwd_campaign_served *s, size_t from, size_t count)
{
    enum MHD_ResponseMemoryMode mode = s->owned ? MHD_RESPMEM_MUST_COPY : MHD_RESPMEM_PERSISTENT;
    void *bytes = (void *)(uintptr_t)(s->bytes != NULL ? s->bytes + from : NULL);

    return MHD_create_response_from_buffer(count, bytes, mode);
}

static enum MHD_Result send_part(
    struct MHD_Connection *connection, const struct fwd_campaign_served *s)
{
    const char *range = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Range");
    size_t from = 0, count = s->size;
    bool part = s->status == MHD_HTTP_OK && take_range(range, s->size, &from, &count);
    unsigned status = !part       ? s->status
                      : count > 0 ? MHD_HTTP_PARTIAL_CONTENT
                                  : MHD_HTTP_RANGE_NOT_SATISFIABLE;
    char text[96];

    struct MHD_Response *response = part_of(s, from, count);
    if (response == NULL)
        return MHD_NO;
    if (part && count > 0)
        (void)snprintf(text, sizeof text, "bytes %zu-%zu/%zu", from, from + count - 1, s->size);
    else
        (void)snprintf(text, sizeof text, "bytes */%zu", s->size);
    if (part)
        (void)MHD_add_response_header(response, "Content-Range", text);
    (void)MHD_add_response_header(response, "Accept-Ranges", "bytes");
    if (s->type != NULL)
        (void)MHD_add_response_header(response, "Content-Type", s->type);
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *upload, size_t *upload_size, void **own)
{
    struct fwd_campaign_content *c = ctx;
    struct fwd_campaign_served served = {.status = MHD_HTTP_METHOD_NOT_ALLOWED};
    static int begun;

    (void)version, (void)upload;
    if (*own == NULL) { /* the head is there; the answer follows at the next call */
        *own = &begun;
        return MHD_YES;
    }
    if (*upload_size > 0) {
        *upload_size = 0;
        return MHD_YES;
    }
    if (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0)
        c->config.get(c->config.ctx, url, &served);
    enum MHD_Result result = send_part(connection, &served);
    if (served.owned)
        free((void *)(uintptr_t)served.bytes);
    return result;
}

/* ---- opening --------------------------------------------------------------------------------- */

static bool take_uri(struct fwd_campaign_content *c, const char *uri)
{
    bool plain = strncmp(uri, "http://", 7) == 0;

    c->secure = strncmp(uri, "https://", 8) == 0;
    if (!plain && !c->secure)
        return false;
    uri += plain ? 7 : 8;
    size_t size = strcspn(uri, ":/");
    if (size == 0 || size >= sizeof c->host)
        return false;
    memcpy(c->host, uri, size);
    uri += size;
    (void)snprintf(c->port, sizeof c->port, "%s", c->secure ? "443" : "80");
    if (*uri == ':') {
        size = strspn(uri + 1, "0123456789");
        if (size == 0 || size > 5 || strtoul(uri + 1, NULL, 10) > 65535)
            return false;
        memcpy(c->port, uri + 1, size);
        c->port[size] = '\0';
        uri += 1 + size;
    }
    return *uri == '\0' || strcmp(uri, "/") == 0;
}

bool fwd_campaign_content_is_uri(const char *uri)
{
    struct fwd_campaign_content any = {0};

    return take_uri(&any, uri) && strtoul(any.port, NULL, 10) > 0;
}

static enum fwd_fail read_keys(struct fwd_campaign_content *c, struct fwd_error *err)
{
    const char *certificate = c->config.certificate, *key = c->config.key;

    if (!c->secure)
        return FWD_FAIL_NONE;
    if (certificate == NULL || certificate[0] == '\0' || key == NULL || key[0] == '\0')
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "%s: https:// needs the members certificate and key, PEM files", c->config.uri);
    enum fwd_fail fail =
        fwd_file_read_as("a certificate", certificate, KEY_MAX, &c->certificate, err);
    return fail == FWD_FAIL_NONE ? fwd_file_read_as("a key", key, KEY_MAX, &c->key, err) : fail;
}

/* Ours, because libmicrohttpd lets either nobody have a port that is still closing, or two servers
 * one that is in use. -1: it is taken. */
static int listening_socket(const struct addrinfo *a)
{
    int on = 1, fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, SOMAXCONN) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

static struct MHD_Daemon *start(struct fwd_campaign_content *c, int fd, bool v6)
{
    unsigned flags = MHD_USE_EPOLL | (c->secure ? MHD_USE_TLS : 0) | (v6 ? MHD_USE_IPv6 : 0);
    struct MHD_OptionItem keys[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, c->certificate.data},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, c->key.data},
        {MHD_OPTION_END, 0, NULL},
    };

    return MHD_start_daemon(flags, 0, NULL, NULL, on_request, c, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, IDLE_S,
        MHD_OPTION_ARRAY, c->secure ? keys : keys + 2, MHD_OPTION_END);
}

static enum fwd_fail listen_at(struct fwd_campaign_content *c, struct fwd_error *err)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM}, *found = NULL;

    if (getaddrinfo(c->host, c->port, &hints, &found) != 0 || found == NULL)
        return fwd_error_fail(
            err, FWD_FAIL_ENVIRONMENT, "the name '%s' cannot be looked up", c->host);
    int fd = listening_socket(found);
    c->daemon = fd >= 0 ? start(c, fd, found->ai_family == AF_INET6) : NULL;
    freeaddrinfo(found);
    if (fd < 0)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
            "%s: the address cannot be used; is it taken?", c->config.uri);
    if (c->daemon == NULL) /* it is closed with the daemon otherwise */
        (void)close(fd);
    const union MHD_DaemonInfo *port =
        c->daemon != NULL ? MHD_get_daemon_info(c->daemon, MHD_DAEMON_INFO_BIND_PORT) : NULL;
    if (port == NULL)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: cannot be served%s", c->config.uri,
            c->secure ? "; are certificate and key valid, and do they belong together?" : "");
    (void)snprintf(c->uri, sizeof c->uri, "%s://%s:%u", c->secure ? "https" : "http", c->host,
        (unsigned)port->port);
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_campaign_content_open(const struct fwd_campaign_content_config *config,
    struct fwd_campaign_content **out, struct fwd_error *err)
{
    struct fwd_campaign_content *c = calloc(1, sizeof *c);

    *out = NULL;
    if (c == NULL)
        return fwd_error_memory(err, config->uri);
    c->config = *config;
    enum fwd_fail fail = take_uri(c, config->uri)
                             ? read_keys(c, err)
                             : fwd_error_fail(err, FWD_FAIL_USAGE,
                                   "'%s' is not a place for content; expected http://HOST:PORT or "
                                   "https://HOST:PORT",
                                   config->uri);
    if (fail == FWD_FAIL_NONE)
        fail = listen_at(c, err);
    if (fail == FWD_FAIL_NONE)
        *out = c;
    else
        fwd_campaign_content_close(c);
    return fail;
}

void fwd_campaign_content_close(struct fwd_campaign_content *c)
{
    if (c == NULL)
        return;
    if (c->daemon != NULL)
        MHD_stop_daemon(c->daemon);
    fwd_bytes_free(&c->certificate);
    fwd_bytes_wipe(&c->key);
    free(c);
}

const char *fwd_campaign_content_uri(const struct fwd_campaign_content *c)
{
    return c->uri;
}

/* ---- polling --------------------------------------------------------------------------------- */

size_t fwd_campaign_content_watch(
    struct fwd_campaign_content *c, struct pollfd *fds, size_t room, int *wait_ms)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(c->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    MHD_UNSIGNED_LONG_LONG due;

    if (MHD_get_timeout(c->daemon, &due) == MHD_YES &&
        (*wait_ms < 0 || due < (unsigned long long)*wait_ms))
        *wait_ms = (int)due;
    if (room == 0 || info == NULL)
        return 0;
    fds[0] = (struct pollfd){info->epoll_fd, POLLIN, 0};
    return 1;
}

void fwd_campaign_content_perform(struct fwd_campaign_content *c)
{
    (void)MHD_run(c->daemon);
}
