/* A host application for a Telit module with Premium FOTA Management: registers the module with its
 * update server, agrees when it is asked, enters the PIN, sets up again what the update loses. It
 * keeps the host rules that `fwdelta module log-check` checks. */
#include "host_link.h"

#include <string.h>
#include <unistd.h>

#define REGISTER_SECONDS 120
#define UPDATE_SECONDS   3600 /* until the server is told; nobody switches the module off before */

struct job {
    const char *tty, *version, *log;
    const char *number; /* of the server; NULL: by TCP */
    const char *host, *port;
    const char *pin; /* NULL: the SIM has none */
    bool ask;        /* this host begins the update, by #OTAIPUPD */
};

static bool fail(const char *what)
{
    fprintf(stderr, "ota_host: %s\n", what);
    return false;
}

static bool command(struct host_link *link, const char *text)
{
    return host_link_command(link, text, 10, NULL, NULL) || fail(text);
}

static void take_version(void *ctx, const char *line)
{
    if (strncmp(line, "AT", 2) != 0)
        (void)snprintf(ctx, 64, "%s", line);
}

/* What the update does not keep. The speed is kept, and has to be fixed: with automatic speed the
 * module says nothing after its restart. */
static bool set_up(struct host_link *link)
{
    return host_link_wait(link, 120) == HOST_LINK_ANSWERS && command(link, "ATE0") &&
           command(link, "AT+CMEE=2") && command(link, "AT+CNMI=2,1");
}

static bool await_event(struct host_link *link, const char *event, int seconds)
{
    while (host_link_line(link, seconds)) {
        if (strncmp(link->line, "#OTAEV: ", 8) == 0)
            printf("%s\n", link->line + 8);
        if (strstr(link->line, event) != NULL)
            return true;
        if (strstr(link->line, "OTA FW Upgrade Failed") != NULL)
            return fail("the update failed");
    }
    return fail(event);
}

/* Until the module has a network it refuses to register with a server by TCP. */
static bool await_network(struct host_link *link)
{
    return host_link_await_network(link, "AT+CREG?") || fail("the module finds no network");
}

static bool register_module(struct host_link *link, const struct job *job)
{
    char text[300];

    if (job->number != NULL)
        (void)snprintf(text, sizeof text, "AT#OTASNAP=\"%s\"", job->number);
    else
        (void)snprintf(text, sizeof text, "AT#OTASNAPIP=%s,\"%s\"", job->port, job->host);
    return await_network(link) && command(link, text) &&
           await_event(link, "Registered", REGISTER_SECONDS);
}

/* The server's question, or the host's own wish. */
static bool begin(struct host_link *link, const struct job *job)
{
    if (job->ask)
        return command(link, "AT#OTAIPUPD");
    return await_event(link, "Do you want to upgrade the firmware?", UPDATE_SECONDS) &&
           command(link, "AT#OTASUAN=1");
}

/* The registration with the network, and so the report, needs the PIN. */
static bool enter_pin(struct host_link *link, const struct job *job)
{
    char text[32];

    (void)snprintf(text, sizeof text, "AT+CPIN=%s", job->pin != NULL ? job->pin : "");
    return job->pin == NULL || command(link, text);
}

static bool update(struct host_link *link, const struct job *job)
{
    char version[64] = "";

    if (!set_up(link) || !command(link, "AT+IPR=115200") || !register_module(link, job) ||
        !begin(link, job) || !await_event(link, "Module Upgraded To New FW", UPDATE_SECONDS) ||
        !enter_pin(link, job) || !await_event(link, "Server notified", UPDATE_SECONDS) ||
        !set_up(link) || !host_link_command(link, "AT+CGMR", 10, take_version, version))
        return false;
    printf("the module now runs %s\n", version);
    return strcmp(version, job->version) == 0 || fail("this is not the version that was expected");
}

static int usage(void)
{
    fprintf(stderr,
        "usage: ota_host [-p PIN] -n NUMBER TTY VERSION LOG-FILE\n"
        "       ota_host [-p PIN] [-a] -s HOST PORT TTY VERSION LOG-FILE\n"
        "Registers the Telit module at TTY with its update server, by SMS to NUMBER or by TCP,\n"
        "and sees an update to VERSION through. What is said is appended to LOG-FILE.\n"
        "  -a  the host asks for the update itself\n");
    return 2;
}

int main(int argc, char **argv)
{
    struct job job = {0};
    struct host_link link;
    int option;

    while ((option = getopt(argc, argv, "p:n:s:a")) != -1) {
        if (option == 'p')
            job.pin = optarg;
        else if (option == 'n')
            job.number = optarg;
        else if (option == 's')
            job.host = optarg;
        else if (option == 'a')
            job.ask = true;
        else
            return usage();
    }
    argv += optind;
    if ((job.number == NULL) == (job.host == NULL) || argc - optind != (job.host != NULL ? 4 : 3) ||
        (job.ask && job.host == NULL))
        return usage();
    if (job.host != NULL)
        job.port = *argv++;
    job.tty = argv[0];
    job.version = argv[1];
    job.log = argv[2];
    (void)setvbuf(stdout, NULL, _IOLBF, 0); /* whoever watches sees each event */
    FILE *log = fopen(job.log, "a");
    if (log == NULL || !host_link_open(&link, job.tty, log)) {
        perror(log == NULL ? job.log : job.tty);
        return 3;
    }
    bool good = update(&link, &job);
    host_link_close(&link);
    return fclose(log) == 0 && good ? 0 : 1;
}
