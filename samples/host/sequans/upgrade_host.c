/* A host application for a RYZ014 (Sequans): has it fetch and install a package (+SQNSUPGRADE), or
 * sets up its LwM2M client once and sees through what the server does (+SQNFOTA). It reads every
 * line, so that nobody switches the module off while it installs, and keeps the host rules that
 * `fwdelta module log-check` checks. */
#include "host_link.h"

#include <string.h>
#include <unistd.h>

#define START_SECONDS  120
#define UPDATE_SECONDS 86400 /* between two lines: a server may be in no hurry */
#define PROFILE        "standard"

struct job {
    const char *tty, *version, *log;
    const char *url;               /* of the package; NULL: a server sends it */
    const char *server;            /* coap:// or coaps:// */
    const char *identity, *secret; /* of its key; NULL: none */
};

static bool fail(const char *what)
{
    fprintf(stderr, "upgrade_host: %s\n", what);
    return false;
}

static bool command(struct host_link *link, const char *text)
{
    return host_link_command(link, text, 10, NULL, NULL) || fail(text);
}

/* Until a line begins so; one of an end without success is a failure. */
static bool await_line(struct host_link *link, const char *begin, int seconds)
{
    while (host_link_line(link, seconds)) {
        if (link->line[0] == '+')
            printf("%s\n", link->line);
        if (strncmp(link->line, begin, strlen(begin)) == 0)
            return true;
        if (strncmp(link->line, "+SQNFOTA: 3,", 12) == 0 ||
            strcmp(link->line, "+SQNSUPGRADE: \"failed\"") == 0)
            return fail("the update failed");
    }
    return fail(begin);
}

/* ATI1 says "UE..." and "LR...": the second is the firmware. */
static void take_version(void *ctx, const char *line)
{
    if (strncmp(line, "LR", 2) == 0)
        (void)snprintf(ctx, 64, "%s", line + 2);
}

static bool ask_version(struct host_link *link, char version[64])
{
    version[0] = 0;
    return host_link_wait(link, START_SECONDS) == HOST_LINK_ANSWERS && command(link, "ATE0") &&
           command(link, "AT+CMEE=2") &&
           host_link_command(link, "ATI1", 10, take_version, version) && version[0] != 0;
}

/* ---- the host asks --------------------------------------------------------------------------- */

static bool await_network(struct host_link *link)
{
    return host_link_await_network(link, "AT+CEREG?") || fail("the module finds no network");
}

static bool upgrade(struct host_link *link, const struct job *job)
{
    char text[320];

    (void)snprintf(text, sizeof text, "AT+SQNSUPGRADE=\"%s\",1,10", job->url);
    return command(link, "AT+CFUN=1") && await_network(link) && command(link, text) &&
           await_line(link, "+SQNSUPGRADE: \"succeed\"", UPDATE_SECONDS);
}

/* ---- a server asks --------------------------------------------------------------------------- */

/* Profiles of servers are written in manufacturing mode, and used from the next start on. */
static bool provision(struct host_link *link, const struct job *job)
{
    char server[400], key[400];

    (void)snprintf(server, sizeof server,
        "AT+SQNDMCFG=\"" PROFILE "\",\"server\",123,86400,\"%s\",1,\"dm\"", job->server);
    (void)snprintf(key, sizeof key, "AT+SQNDMCFG=\"" PROFILE "\",\"psk\",123,\"%s\",\"%s\"",
        job->identity != NULL ? job->identity : "", job->secret != NULL ? job->secret : "");
    return command(link, "AT+SQNAUTOCONNECT=1") && command(link, "AT+CFUN=5") &&
           command(link, "AT+SQNDMCFG=\"" PROFILE "\",\"service\",1") && command(link, server) &&
           (job->identity == NULL || command(link, key)) &&
           command(link, "AT+SQNFOTACFG=\"" PROFILE "\",0,2,10") && command(link, "AT^RESET") &&
           await_line(link, "+SYSSTART", START_SECONDS);
}

static bool let_server(struct host_link *link, const struct job *job)
{
    return provision(link, job) && await_line(link, "+SQNFOTA: \"installed\"", UPDATE_SECONDS);
}

/* ---- the program ----------------------------------------------------------------------------- */

static bool update(struct host_link *link, const struct job *job)
{
    char version[64];

    if (!ask_version(link, version))
        return fail("the module does not answer");
    printf("the module runs %s\n", version);
    if (strcmp(version, job->version) == 0)
        return true;
    if (!(job->url != NULL ? upgrade(link, job) : let_server(link, job)) ||
        !ask_version(link, version))
        return false;
    printf("the module now runs %s\n", version);
    return strcmp(version, job->version) == 0 || fail("this is not the version that was expected");
}

static int usage(void)
{
    fprintf(stderr,
        "usage: upgrade_host URL TTY VERSION LOG-FILE\n"
        "       upgrade_host -s SERVER [-i IDENTITY -k SECRET] TTY VERSION LOG-FILE\n"
        "Brings the RYZ014 at TTY to VERSION: by a package at URL (ftp, http, https), or by what "
        "the\n"
        "LwM2M server sends (coap://HOST:PORT; coaps:// with the identity and the hexadecimal "
        "digits\n"
        "of a key). VERSION is without the letters LR. What is said is appended to LOG-FILE.\n");
    return 2;
}

/* False: misuse. */
static bool read_options(int argc, char **argv, struct job *job)
{
    int option;

    while ((option = getopt(argc, argv, "s:i:k:")) != -1) {
        if (option == 's')
            job->server = optarg;
        else if (option == 'i')
            job->identity = optarg;
        else if (option == 'k')
            job->secret = optarg;
        else
            return false;
    }
    argv += optind;
    argc -= optind;
    if (argc != (job->server != NULL ? 3 : 4) || (job->identity == NULL) != (job->secret == NULL) ||
        (job->identity != NULL && job->server == NULL))
        return false;
    job->url = job->server == NULL ? *argv++ : NULL;
    job->tty = argv[0];
    job->version = argv[1];
    job->log = argv[2];
    return true;
}

int main(int argc, char **argv)
{
    struct job job = {0};
    struct host_link link;

    if (!read_options(argc, argv, &job))
        return usage();
    (void)setvbuf(stdout, NULL, _IOLBF, 0); /* whoever watches sees each line */
    FILE *log = fopen(job.log, "a");
    if (log == NULL || !host_link_open(&link, job.tty, log)) {
        perror(log == NULL ? job.log : job.tty);
        return 3;
    }
    bool good = update(&link, &job);
    host_link_close(&link);
    return fclose(log) == 0 && good ? 0 : 1;
}
