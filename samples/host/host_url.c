#include "host_url.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *scheme;
    unsigned port;
} schemes[] = {{"ftp", 21}, {"http", 80}, {"https", 443}};

/* What stands before "://"; 0: none of the three. */
static size_t scheme_size(const char *text, unsigned *port)
{
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        size_t size = strlen(schemes[i].scheme);

        *port = schemes[i].port;
        if (strncmp(text, schemes[i].scheme, size) == 0 && strncmp(text + size, "://", 3) == 0)
            return size;
    }
    return 0;
}

bool host_url_is(const char *text)
{
    unsigned port;

    return scheme_size(text, &port) > 0;
}

bool host_url_is_address(const struct host_url *url)
{
    return strspn(url->host, "0123456789.") == strlen(url->host);
}

static bool take(char *out, size_t room, const char *from, size_t size)
{
    if (size >= room)
        return false;
    memcpy(out, from, size);
    out[size] = 0;
    return strpbrk(out, "\"\\") == NULL; /* an AT command quotes it */
}

/* "USER:PASSWORD@", or nothing; *at is after it. */
static bool take_user(struct host_url *url, const char **at, const char *end)
{
    const char *sign = memchr(*at, '@', (size_t)(end - *at));

    if (sign == NULL)
        return true;
    const char *colon = memchr(*at, ':', (size_t)(sign - *at));
    const char *user_end = colon != NULL ? colon : sign;
    const char *password = colon != NULL ? colon + 1 : sign;
    bool good = take(url->user, sizeof url->user, *at, (size_t)(user_end - *at)) &&
                take(url->password, sizeof url->password, password, (size_t)(sign - password));
    *at = sign + 1;
    return good;
}

static bool take_host(struct host_url *url, const char *at, const char *end)
{
    const char *colon = memchr(at, ':', (size_t)(end - at));
    const char *host_end = colon != NULL ? colon : end;
    char *rest = NULL;

    if (colon != NULL) {
        unsigned long port = strtoul(colon + 1, &rest, 10);
        if (rest != end || port < 1 || port > 65535)
            return false;
        url->port = (unsigned)port;
    }
    return host_end > at && take(url->host, sizeof url->host, at, (size_t)(host_end - at));
}

bool host_url_split(const char *text, struct host_url *url)
{
    memset(url, 0, sizeof *url);
    size_t size = scheme_size(text, &url->port);
    const char *at = text + size + 3;
    const char *end = size > 0 ? strchr(at, '/') : NULL;

    return end != NULL && take(url->scheme, sizeof url->scheme, text, size) &&
           take_user(url, &at, end) && take_host(url, at, end) && end[1] != 0 &&
           take(url->path, sizeof url->path, end, strlen(end));
}
