/* How a transfer ended: libcurl's words, the server's reply, and what AT commands say about it. */
#include "module/transport/transfer_internal.h"

#include <stdio.h>

#define CLASS_FTP     8u
#define CLASS_HTTP    3u
#define FTP_CANCELLED 40u
#define FTP_NO_LINK   12u
#define HTTP_NO_NAME  23u
#define OWN_CODES     1001u

static const struct {
    const char *name;
    const char *sentence;
} states[] = {
    [FWD_TRANSFER_IDLE] = {"idle", "nothing was asked for"},
    [FWD_TRANSFER_RUNNING] = {"running", "under way"},
    [FWD_TRANSFER_DONE] = {"done", "complete"},
    [FWD_TRANSFER_STOPPED] = {"stopped", "stopped by the host"},
    [FWD_TRANSFER_NAME] = {"name", "the host name could not be looked up"},
    [FWD_TRANSFER_CONNECT] = {"connect", "no connection to the server"},
    [FWD_TRANSFER_LOGIN] = {"login", "the server refused user name, password or account"},
    [FWD_TRANSFER_NO_FILE] = {"no-file", "the server has no such file"},
    [FWD_TRANSFER_SERVER] = {"server", "the server did not answer with a file"},
    [FWD_TRANSFER_TLS] = {"tls", "no secure connection to the server"},
    [FWD_TRANSFER_TIMEOUT] = {"timeout", "the server was silent for too long"},
    [FWD_TRANSFER_LOST] = {"lost", "the connection broke before the end of the file"},
    [FWD_TRANSFER_NO_RESUME] = {"no-resume", "the server cannot go on where the file ended"},
    [FWD_TRANSFER_TOO_LARGE] = {"too-large", "the file is larger than the module's storage"},
    [FWD_TRANSFER_STORAGE] = {"storage", "the module could not store what came"},
    [FWD_TRANSFER_INTERNAL] = {"internal", "libcurl failed"},
};

const char *fwd_transfer_state_name(enum fwd_transfer_state state)
{
    return (size_t)state < sizeof states / sizeof *states ? states[state].name : "unknown";
}

static const struct {
    CURLcode code;
    enum fwd_transfer_state state;
} codes[] = {
    {CURLE_COULDNT_RESOLVE_HOST, FWD_TRANSFER_NAME},
    {CURLE_COULDNT_CONNECT, FWD_TRANSFER_CONNECT},
    {CURLE_FTP_ACCEPT_FAILED, FWD_TRANSFER_CONNECT},
    {CURLE_FTP_PORT_FAILED, FWD_TRANSFER_CONNECT},
    {CURLE_LOGIN_DENIED, FWD_TRANSFER_LOGIN},
    {CURLE_FTP_WEIRD_PASS_REPLY, FWD_TRANSFER_LOGIN},
    {CURLE_REMOTE_FILE_NOT_FOUND, FWD_TRANSFER_NO_FILE},
    {CURLE_FTP_COULDNT_RETR_FILE, FWD_TRANSFER_NO_FILE},
    {CURLE_OPERATION_TIMEDOUT, FWD_TRANSFER_TIMEOUT},
    {CURLE_FTP_ACCEPT_TIMEOUT, FWD_TRANSFER_TIMEOUT},
    {CURLE_PARTIAL_FILE, FWD_TRANSFER_LOST},
    {CURLE_RECV_ERROR, FWD_TRANSFER_LOST},
    {CURLE_SEND_ERROR, FWD_TRANSFER_LOST},
    {CURLE_GOT_NOTHING, FWD_TRANSFER_LOST},
    {CURLE_ABORTED_BY_CALLBACK, FWD_TRANSFER_LOST},
    {CURLE_RANGE_ERROR, FWD_TRANSFER_NO_RESUME},
    {CURLE_BAD_DOWNLOAD_RESUME, FWD_TRANSFER_NO_RESUME},
    {CURLE_FTP_COULDNT_USE_REST, FWD_TRANSFER_NO_RESUME},
    {CURLE_SSL_CONNECT_ERROR, FWD_TRANSFER_TLS},
    {CURLE_PEER_FAILED_VERIFICATION, FWD_TRANSFER_TLS},
    {CURLE_SSL_CACERT_BADFILE, FWD_TRANSFER_TLS},
    {CURLE_SSL_CERTPROBLEM, FWD_TRANSFER_TLS},
    {CURLE_SSL_CIPHER, FWD_TRANSFER_TLS},
    {CURLE_SSL_ISSUER_ERROR, FWD_TRANSFER_TLS},
    {CURLE_SSL_INVALIDCERTSTATUS, FWD_TRANSFER_TLS},
    {CURLE_OUT_OF_MEMORY, FWD_TRANSFER_INTERNAL},
    {CURLE_FAILED_INIT, FWD_TRANSFER_INTERNAL},
    {CURLE_UNSUPPORTED_PROTOCOL, FWD_TRANSFER_INTERNAL},
    {CURLE_BAD_FUNCTION_ARGUMENT, FWD_TRANSFER_INTERNAL},
};

static enum fwd_transfer_state of_status(unsigned status)
{
    if (status == 401 || status == 407)
        return FWD_TRANSFER_LOGIN;
    if (status == 404 || status == 410)
        return FWD_TRANSFER_NO_FILE;
    return status == 416 ? FWD_TRANSFER_NO_RESUME : FWD_TRANSFER_SERVER;
}

static bool is_http(const struct fwd_transfer *t)
{
    return t->request.scheme != FWD_TRANSFER_FTP;
}

/* A name server that does not answer is a name that cannot be looked up. */
static bool name_is_known(const struct fwd_transfer *t)
{
    curl_off_t took = 0;

    (void)curl_easy_getinfo(t->easy, CURLINFO_NAMELOOKUP_TIME_T, &took);
    return took > 0;
}

static enum fwd_transfer_state of_code(const struct fwd_transfer *t, CURLcode code)
{
    bool complete = t->total != 0 && t->stored == t->total;

    if (code == CURLE_OK && is_http(t) && t->reply != (t->request.offset > 0 ? 206 : 200))
        return of_status(t->reply);
    if (code == CURLE_OK)
        return t->total == 0 || complete ? FWD_TRANSFER_DONE : FWD_TRANSFER_LOST;
    if (code == CURLE_WRITE_ERROR)
        return t->refusal != FWD_TRANSFER_IDLE ? t->refusal : FWD_TRANSFER_INTERNAL;
    /* FTP: all of the announced size is there, only the last word of the server is not */
    if (code == CURLE_ABORTED_BY_CALLBACK && complete)
        return FWD_TRANSFER_DONE;
    if (code == CURLE_HTTP_RETURNED_ERROR)
        return of_status(t->reply);
    if (code == CURLE_OPERATION_TIMEDOUT && !name_is_known(t))
        return FWD_TRANSFER_NAME;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (codes[i].code == code)
            return codes[i].state;
    }
    return FWD_TRANSFER_SERVER;
}

void fwd_transfer_judge(struct fwd_transfer *t, CURLcode code)
{
    long reply = 0;

    (void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &reply);
    t->reply = reply > 0 && reply < 1000 ? (unsigned)reply : 0;
    t->state = of_code(t, code);
    if (t->state == FWD_TRANSFER_DONE && t->total == 0)
        t->total = t->stored;
    bool more = code != CURLE_OK && code != CURLE_WRITE_ERROR && t->detail[0] != 0;
    (void)snprintf(t->text, sizeof t->text, "%s: %s%s%s%s", t->url, states[t->state].sentence,
        more ? " (" : "", more ? t->detail : "", more ? ")" : "");
}

struct fwd_transfer_report fwd_transfer_report(const struct fwd_transfer *t)
{
    return (struct fwd_transfer_report){.state = t->state,
        .stored = t->stored,
        .total = t->total,
        .reply = t->reply,
        .text = t->text[0] != 0 ? t->text : states[t->state].sentence};
}

static uint16_t own_code(enum fwd_transfer_state state)
{
    return (uint16_t)(OWN_CODES + state - FWD_TRANSFER_STOPPED);
}

static bool is_answer(const struct fwd_transfer_report *report)
{
    return report->reply != 0 &&
           (report->state == FWD_TRANSFER_LOGIN || report->state == FWD_TRANSFER_NO_FILE ||
               report->state == FWD_TRANSFER_SERVER || report->state == FWD_TRANSFER_NO_RESUME);
}

struct fwd_transfer_error fwd_transfer_error(
    enum fwd_transfer_scheme scheme, const struct fwd_transfer_report *report)
{
    bool ftp = scheme == FWD_TRANSFER_FTP;
    struct fwd_transfer_error error = {.class = ftp ? CLASS_FTP : CLASS_HTTP};

    if (report->state <= FWD_TRANSFER_DONE)
        return (struct fwd_transfer_error){0, 0};
    if (is_answer(report))
        error.code = (uint16_t)report->reply;
    else if (ftp && report->state == FWD_TRANSFER_STOPPED)
        error.code = FTP_CANCELLED;
    else if (ftp && (report->state == FWD_TRANSFER_NAME || report->state == FWD_TRANSFER_CONNECT))
        error.code = FTP_NO_LINK;
    else if (!ftp && report->state == FWD_TRANSFER_NAME)
        error.code = HTTP_NO_NAME;
    else
        error.code = own_code(report->state);
    return error;
}
