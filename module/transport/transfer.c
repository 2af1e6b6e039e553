#include "module/transport/transfer.h"

#include "keys/md5.h"
#include "module/transport/transfer_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define USUAL_MS 30000u

static enum fwd_fail curl_failed(struct fwd_error *err)
{
    return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
        "libcurl cannot be used: it has no memory, or was built without FTP, HTTP or HTTPS");
}

enum fwd_fail fwd_transfer_new(struct fwd_transfer **out, struct fwd_error *err)
{
    struct fwd_transfer *t = calloc(1, sizeof *t);

    *out = NULL;
    if (t == NULL)
        return fwd_error_memory(err, "a download");
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        free(t);
        return curl_failed(err);
    }
    for (size_t i = 0; i < FWD_TRANSFER_FDS; i++)
        t->open[i] = CURL_SOCKET_BAD;
    t->multi = curl_multi_init();
    t->easy = curl_easy_init();
    if (t->multi == NULL || t->easy == NULL) {
        fwd_transfer_free(t);
        return curl_failed(err);
    }
    *out = t;
    return FWD_FAIL_NONE;
}

void fwd_transfer_free(struct fwd_transfer *t)
{
    if (t == NULL)
        return;
    fwd_transfer_cancel(t);
    fwd_transfer_poll_break(t);
    (void)curl_multi_cleanup(t->multi);
    curl_easy_cleanup(t->easy);
    curl_slist_free_all(t->connect_to);
    free(t->server);
    free(t->url);
    free(t);
    curl_global_cleanup();
}

static uint64_t announced(const struct fwd_transfer *t)
{
    curl_off_t rest = -1;

    (void)curl_easy_getinfo(t->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &rest);
    return rest < 0 ? 0 : t->request.offset + (uint64_t)rest;
}

/* Why these bytes are not wanted; IDLE: they are. */
static enum fwd_transfer_state refusal(struct fwd_transfer *t, size_t size)
{
    uint64_t max = t->request.max_size;
    long reply = 0;

    (void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &reply);
    /* the page behind a 302 is not the file */
    if (t->request.scheme != FWD_TRANSFER_FTP && reply != (t->request.offset > 0 ? 206 : 200))
        return FWD_TRANSFER_SERVER;
    if (max != 0 && (t->total > max || size > max || t->stored > max - size))
        return FWD_TRANSFER_TOO_LARGE;
    return FWD_TRANSFER_IDLE;
}

static size_t on_bytes(char *bytes, size_t one, size_t size, void *ctx)
{
    struct fwd_transfer *t = ctx;

    (void)one; /* is 1 */
    if (t->total == 0)
        t->total = announced(t);
    t->refusal = refusal(t, size);
    if (t->refusal != FWD_TRANSFER_IDLE)
        return 0;
    if (!t->request.sink(t->request.ctx, (const uint8_t *)bytes, size) ||
        (t->request.md5 != NULL && !fwd_md5_add(t->request.md5, bytes, size))) {
        t->refusal = FWD_TRANSFER_STORAGE;
        return 0;
    }
    t->stored += size;
    return size;
}

static long at_least_floor(uint32_t ms)
{
    uint32_t wanted = ms == 0 ? USUAL_MS : ms;

    return wanted < FWD_TRANSFER_FLOOR_MS ? (long)FWD_TRANSFER_FLOOR_MS : (long)wanted;
}

/* Nothing of this computer's habits: no proxy, no netrc, no redirects, no signals. */
static bool set_manners(struct fwd_transfer *t, const struct fwd_transfer_request *request)
{
    static const char *const protocols[] = {"ftp", "http", "https"};
    long idle = at_least_floor(request->idle_ms);
    CURL *easy = t->easy;

    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, protocols[request->scheme]) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, t->detail) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, at_least_floor(request->connect_ms)) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (idle + 999) / 1000) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, (idle + 999) / 1000) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_bytes) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEDATA, t) == CURLE_OK;
}

static bool set_request(struct fwd_transfer *t, const struct fwd_transfer_request *request)
{
    CURL *easy = t->easy;

    if (request->connect_to != NULL) {
        t->connect_to = curl_slist_append(NULL, request->connect_to);
        if (t->connect_to == NULL ||
            curl_easy_setopt(easy, CURLOPT_CONNECT_TO, t->connect_to) != CURLE_OK)
            return false;
    }
    return curl_easy_setopt(easy, CURLOPT_URL, t->url) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_USERNAME, request->user) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PASSWORD,
               request->password != NULL || request->user == NULL ? request->password : "") ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_RESUME_FROM_LARGE, (curl_off_t)request->offset) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_NOBODY, request->login_only ? 1L : 0L) == CURLE_OK;
}

/* In place of the system's certificates, which libcurl would search its folder of them for. */
static bool trust_only(CURL *easy, const char *ca_file)
{
    return ca_file == NULL || (curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file) == CURLE_OK &&
                                  curl_easy_setopt(easy, CURLOPT_CAPATH, NULL) == CURLE_OK);
}

static bool set_protocol(struct fwd_transfer *t, const struct fwd_transfer_request *request)
{
    CURL *easy = t->easy;

    if (request->scheme == FWD_TRANSFER_FTP)
        return curl_easy_setopt(easy, CURLOPT_FTP_FILEMETHOD, (long)CURLFTPMETHOD_NOCWD) ==
                   CURLE_OK &&
               curl_easy_setopt(easy, CURLOPT_FTP_ACCOUNT, request->account) == CURLE_OK &&
               curl_easy_setopt(easy, CURLOPT_ACCEPTTIMEOUT_MS,
                   at_least_floor(request->connect_ms)) == CURLE_OK &&
               curl_easy_setopt(easy, CURLOPT_FTPPORT, request->active ? "-" : NULL) == CURLE_OK;
    return curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_FAILONERROR, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_USERAGENT, "fwdelta") == CURLE_OK &&
           trust_only(easy, request->ca_file);
}

/* A connection to another server is of no use any more; see hang_up() for why libcurl must not be
 * the one who closes it. */
static enum fwd_fail keep_server(
    struct fwd_transfer *t, const struct fwd_transfer_request *request, struct fwd_error *err)
{
    char server[640];

    (void)snprintf(server, sizeof server, "%d %s %u %s", (int)request->scheme, request->host,
        (unsigned)request->port, request->user != NULL ? request->user : "");
    if (t->server != NULL && strcmp(t->server, server) == 0)
        return FWD_FAIL_NONE;
    fwd_transfer_hang_up(t);
    t->server = strdup(server);
    return t->server != NULL ? FWD_FAIL_NONE : fwd_error_memory(err, "a download");
}

static void forget_last(struct fwd_transfer *t, char *url)
{
    free(t->url);
    t->url = url;
    t->refusal = FWD_TRANSFER_IDLE;
    t->total = 0;
    t->reply = 0;
    t->detail[0] = 0;
    t->text[0] = 0;
}

enum fwd_fail fwd_transfer_start(
    struct fwd_transfer *t, const struct fwd_transfer_request *request, struct fwd_error *err)
{
    if (t->state == FWD_TRANSFER_RUNNING)
        return fwd_error_fail(err, FWD_FAIL_USAGE, "a download is under way already");
    char *url = fwd_transfer_url(request, err);
    if (url == NULL)
        return FWD_FAIL_USAGE;
    enum fwd_fail fail = keep_server(t, request, err);
    if (fail != FWD_FAIL_NONE) {
        free(url);
        return fail;
    }
    forget_last(t, url);
    t->request = *request;
    t->stored = request->offset;
    curl_easy_reset(t->easy);
    curl_slist_free_all(t->connect_to);
    t->connect_to = NULL;
    fwd_transfer_poll_attach(t);
    if (!set_manners(t, request) || !set_request(t, request) || !set_protocol(t, request) ||
        curl_multi_add_handle(t->multi, t->easy) != CURLM_OK) {
        t->state = FWD_TRANSFER_INTERNAL;
        return curl_failed(err);
    }
    t->state = FWD_TRANSFER_RUNNING;
    return FWD_FAIL_NONE;
}

void fwd_transfer_cancel(struct fwd_transfer *t)
{
    if (t->state != FWD_TRANSFER_RUNNING)
        return;
    (void)curl_multi_remove_handle(t->multi, t->easy);
    t->state = FWD_TRANSFER_STOPPED;
    (void)snprintf(t->text, sizeof t->text, "%s: stopped by the host", t->url);
}

/* libcurl would send QUIT and wait up to two minutes for the answer; on a broken connection it does
 * not. A new multi handle is how it forgets what it kept. */
void fwd_transfer_hang_up(struct fwd_transfer *t)
{
    CURLM *fresh;

    if (t->state == FWD_TRANSFER_RUNNING || t->server == NULL)
        return;
    free(t->server);
    t->server = NULL;
    fwd_transfer_poll_break(t);
    fresh = curl_multi_init();
    if (fresh == NULL)
        return; /* the connection is broken, and that will be found out */
    (void)curl_multi_cleanup(t->multi);
    t->multi = fresh;
}

enum fwd_transfer_state fwd_transfer_state(const struct fwd_transfer *t)
{
    return t->state;
}
