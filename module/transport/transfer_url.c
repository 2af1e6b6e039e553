/* Requests into URLs. What a host typed behind AT+UFTPC goes into the command lines of a protocol:
 * nothing may end a line there, or mean something else. */
#include "module/transport/transfer_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_printable(const char *text, bool space)
{
    for (; *text != 0; text++) {
        unsigned char c = (unsigned char)*text;

        if (c < 0x20 || c == 0x7F || (c == 0x20 && !space))
            return false;
    }
    return true;
}

static bool is_host(const char *host)
{
    static const char name[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    static const char v6[] = "0123456789abcdefABCDEF:.";

    if (host == NULL || host[0] == 0 || strlen(host) > 255)
        return false;
    return host[strspn(host, strchr(host, ':') != NULL ? v6 : name)] == 0;
}

static enum fwd_fail check(const struct fwd_transfer_request *request, struct fwd_error *err)
{
    const char *const texts[] = {request->user, request->password, request->account};
    const char *path = request->path;

    if (!is_host(request->host))
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "a download needs the name or the IP address of a server; '%s' is neither",
            request->host != NULL ? request->host : "");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (texts[i] != NULL && !is_printable(texts[i], true))
            return fwd_error_fail(err, FWD_FAIL_USAGE,
                "user name, password and account may not hold control characters");
    }
    if (request->login_only)
        return FWD_FAIL_NONE;
    if (request->sink == NULL || path == NULL || path[0] == 0 || path[strlen(path) - 1] == '/')
        return fwd_error_fail(
            err, FWD_FAIL_USAGE, "'%s' is not the name of a file", path != NULL ? path : "");
    if (request->scheme == FWD_TRANSFER_FTP
            ? !is_printable(path, true)
            : !is_printable(path, false) || strchr(path, '#') != NULL)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "'%s' holds characters that the name of a file on a server cannot have", path);
    return FWD_FAIL_NONE;
}

/* FTP: every byte as it is meant. HTTP: the path is a request target already, query included. */
static void append_path(char *url, const struct fwd_transfer_request *request)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
    bool ftp = request->scheme == FWD_TRANSFER_FTP;
    char *out = url + strlen(url);

    if (ftp || request->path[0] != '/')
        *out++ = '/';
    for (const char *in = request->path; *in != 0; in++) {
        if (!ftp || strchr(plain, *in) != NULL)
            *out++ = *in;
        else
            out += sprintf(out, "%%%02X", (unsigned)(unsigned char)*in);
    }
    *out = 0;
}

char *fwd_transfer_url(const struct fwd_transfer_request *request, struct fwd_error *err)
{
    static const char *const schemes[] = {"ftp", "http", "https"};
    char port[8] = "";

    if (check(request, err) != FWD_FAIL_NONE)
        return NULL;
    bool v6 = strchr(request->host, ':') != NULL;
    if (request->port != 0)
        (void)snprintf(port, sizeof port, ":%u", (unsigned)request->port);
    size_t size = strlen(request->host) + 32;
    if (!request->login_only)
        size += 3 * strlen(request->path);
    char *url = malloc(size);
    if (url == NULL) {
        (void)fwd_error_memory(err, "the address of a download");
        return NULL;
    }
    (void)snprintf(url, size, "%s://%s%s%s%s", schemes[request->scheme], v6 ? "[" : "",
        request->host, v6 ? "]" : "", port);
    if (request->login_only)
        strcat(url, "/");
    else
        append_path(url, request);
    return url;
}
