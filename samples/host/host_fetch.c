#include "host_fetch.h"

#include "host_module.h"
#include "host_url.h"

#include <string.h>

#define COMMAND_SECONDS  60 /* a SARA-R4 takes about 16 to begin a download by FTP */
#define LOGIN_SECONDS    180
#define DOWNLOAD_SECONDS 6000 /* the longest documented time: SARA-R4 on NB-IoT */

/* ---- +UFTP and +UHTTP ------------------------------------------------------------------------ */

static bool say(struct host_link *link, const char *name, int parameter, const char *value)
{
    char text[300];

    (void)snprintf(text, sizeof text, "AT+%s%d,\"%s\"", name, parameter, value);
    return host_link_command(link, text, 5, NULL, NULL);
}

static bool say_number(struct host_link *link, const char *name, int parameter, unsigned value)
{
    char text[64];

    (void)snprintf(text, sizeof text, "AT+%s%d,%u", name, parameter, value);
    return host_link_command(link, text, 5, NULL, NULL);
}

/* Parameter 0 is an address, 1 a name; 2 and 3 are user and password, for both commands. */
static bool say_server(struct host_link *link, const char *name, const struct host_url *url)
{
    return say(link, name, host_url_is_address(url) ? 0 : 1, url->host) &&
           (url->user[0] == 0 || say(link, name, 2, url->user)) &&
           (url->password[0] == 0 || say(link, name, 3, url->password));
}

/* ---- results --------------------------------------------------------------------------------- */

/* Waits for a line that says how it ended: good, or bad. Progress is neither. */
static bool await_result(struct host_link *link, const char *good, const char *bad, int seconds)
{
    while (host_link_line(link, seconds)) {
        if (strncmp(link->line, good, strlen(good)) == 0)
            return true;
        if (strncmp(link->line, bad, strlen(bad)) == 0 || strstr(link->line, "ERROR") != NULL)
            return false;
    }
    return false;
}

static void take_reason(void *ctx, const char *line)
{
    if (strstr(line, "PER: ") != NULL)
        (void)snprintf(ctx, 64, "%s", strchr(line, ':') + 2);
}

/* The class and the code that the module gives. */
static bool explain(struct host_link *link, const char *command)
{
    char reason[64] = "?", text[128];

    (void)host_link_command(link, command, 5, take_reason, reason);
    (void)snprintf(
        text, sizeof text, "the module did not get the package; %s says %s", command + 2, reason);
    return host_fail(text);
}

/* ---- the two ways ---------------------------------------------------------------------------- */

static bool by_ftp(struct host_link *link, const struct host_url *url)
{
    char text[300];

    if (!say_server(link, "UFTP=", url) || !say_number(link, "UFTP=", 6, 1) || /* passive */
        !say_number(link, "UFTP=", 7, url->port))
        return host_fail("the module does not take the FTP server");
    if (!host_link_command(link, "AT+UFTPC=1", COMMAND_SECONDS, NULL, NULL) ||
        !await_result(link, "+UUFTPCR: 1,1", "+UUFTPCR: 1,0", LOGIN_SECONDS))
        return explain(link, "AT+UFTPER");
    /* without its slash: from where the login leads to */
    (void)snprintf(text, sizeof text, "AT+UFTPC=100,\"%s\"", url->path + 1);
    return (host_link_command(link, text, COMMAND_SECONDS, NULL, NULL) &&
               await_result(link, "+UUFTPCR: 100,1", "+UUFTPCR: 100,0", DOWNLOAD_SECONDS)) ||
           explain(link, "AT+UFTPER");
}

static bool by_http(struct host_link *link, const struct host_url *url)
{
    char text[300];

    if (!host_link_command(link, "AT+UHTTP=0", 5, NULL, NULL) ||
        !say_server(link, "UHTTP=0,", url) || !say_number(link, "UHTTP=0,", 5, url->port) ||
        !say_number(link, "UHTTP=0,", 6, strcmp(url->scheme, "https") == 0))
        return host_fail("the module does not take the HTTP server");
    (void)snprintf(text, sizeof text, "AT+UHTTPC=0,100,\"%s\"", url->path);
    return (host_link_command(link, text, COMMAND_SECONDS, NULL, NULL) &&
               await_result(link, "+UUHTTPCR: 0,100,1", "+UUHTTPCR: 0,100,0", DOWNLOAD_SECONDS)) ||
           explain(link, "AT+UHTTPER=0");
}

bool host_fetch(struct host_link *link, const char *text)
{
    struct host_url url;

    if (!host_url_split(text, &url))
        return host_fail("the package's address is not SCHEME://HOST/PATH");
    if (!host_link_await_network(link, "AT+CEREG?"))
        return host_fail("the module finds no network");
    return strcmp(url.scheme, "ftp") == 0 ? by_ftp(link, &url) : by_http(link, &url);
}
