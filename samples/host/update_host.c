/* A host application that updates a u-blox module: brings it a package by +UDWNFILE or by Xmodem,
 * has it fetched by FTP or HTTP, or lets a LwM2M server do it; has it installed, waits for the end
 * and looks at the version. It keeps the host rules that `fwdelta module log-check` checks. */
#include "host_fetch.h"
#include "host_module.h"
#include "host_server.h"
#include "host_url.h"

#include <string.h>
#include <unistd.h>

struct job {
    const char *tty, *package, *version, *state, *log, *apn;
    bool server;  /* a LwM2M server brings the package and has it installed */
    size_t block; /* of Xmodem; 0: not by it */
};

/* ---- what a power cut of the host must not lose ---------------------------------------------- */

/* The file holds the version whose package the module has, until it runs it. */
static bool is_downloaded(const struct job *job)
{
    char text[64] = "";
    FILE *file = fopen(job->state, "r");

    if (file == NULL)
        return false;
    if (fgets(text, sizeof text, file) != NULL)
        text[strcspn(text, "\n")] = 0;
    (void)fclose(file);
    return strcmp(text, job->version) == 0;
}

static bool remember_downloaded(const struct job *job)
{
    FILE *file = fopen(job->state, "w");

    if (file == NULL)
        return host_fail("the state file cannot be written");
    bool good = fprintf(file, "%s\n", job->version) > 0;
    good = fclose(file) == 0 && good;
    return good || host_fail("the state file cannot be written");
}

/* ---- the update ------------------------------------------------------------------------------ */

static bool bring_file(
    struct host_link *link, const struct job *job, const struct host_module *module, bool asked)
{
    FILE *package = fopen(job->package, "rb");

    if (package == NULL)
        return host_fail("the package cannot be opened");
    bool good = job->block == 0
                    ? host_module_bring_raw(link, package)
                    : host_module_bring_xmodem(link, module, package, job->block, asked);
    (void)fclose(package);
    return good;
}

static bool bring(
    struct host_link *link, const struct job *job, const struct host_module *module, bool asked)
{
    if (!host_url_is(job->package))
        return bring_file(link, job, module, asked);
    return host_module_no_edrx(link) && host_fetch(link, job->package);
}

/* By Xmodem all but a SARA-R4 install at once. */
static bool bring_and_install(
    struct host_link *link, const struct job *job, const struct host_module *module, bool asked)
{
    if (job->block > 0 && !host_module_is_r4(module))
        return bring(link, job, module, asked) && host_module_await_end(link);
    if (!is_downloaded(job) && !(bring(link, job, module, false) && remember_downloaded(job)))
        return false;
    if (host_module_install(link, module))
        return true;
    (void)remove(job->state); /* this package will not do it: the next attempt brings one again */
    return false;
}

static bool let_server(
    struct host_link *link, const struct job *job, const struct host_module *module)
{
    if (!is_downloaded(job) &&
        !(host_module_no_edrx(link) && host_server_listen(link, module) &&
            host_server_await_package(link, module) && remember_downloaded(job)))
        return false;
    if (host_server_await_end(link, module, job->version))
        return true;
    (void)remove(job->state);
    return false;
}

static bool set_up_again(
    struct host_link *link, const struct job *job, const struct host_module *module)
{
    return (!host_module_is_lara(module) || host_module_set_up_again(link, job->apn)) &&
           (!job->server || host_server_listen(link, module));
}

static bool check_version(struct host_link *link, const struct job *job)
{
    struct host_module module;
    bool wants_file;

    if (!host_module_identify(link, &module, &wants_file))
        return false;
    printf("%s now runs %s\n", module.model, module.version);
    if (strcmp(module.version, job->version) != 0)
        return host_fail("this is not the version that was to be installed");
    (void)remove(job->state);
    return set_up_again(link, job, &module);
}

static bool update(struct host_link *link, const struct job *job)
{
    struct host_module module;
    bool wants_file;

    if (!host_module_identify(link, &module, &wants_file))
        return false;
    if (wants_file)
        printf("the module wants its firmware\n");
    else
        printf("%s runs %s\n", module.model, module.version);
    if (wants_file && job->block == 0)
        return host_fail("the module takes nothing but a full package by Xmodem: -x or -k");
    if (strcmp(module.version, job->version) == 0)
        return check_version(link, job);
    return (job->server ? let_server(link, job, &module)
                        : bring_and_install(link, job, &module, wants_file)) &&
           check_version(link, job);
}

/* ---- the program ----------------------------------------------------------------------------- */

static int usage(void)
{
    fprintf(stderr,
        "usage: update_host [-x | -k] TTY PACKAGE VERSION STATE-FILE LOG-FILE [APN]\n"
        "       update_host TTY URL VERSION STATE-FILE LOG-FILE [APN]\n"
        "       update_host -s TTY VERSION STATE-FILE LOG-FILE [APN]\n"
        "Brings the module at TTY to VERSION: by PACKAGE, a delta for what it runs, by one\n"
        "that it fetches itself, or by what its LwM2M server sends.\n"
        "URL is ftp://, http:// or https://[USER:PASSWORD@]HOST[:PORT]/PATH.\n"
        "STATE-FILE remembers that the package is in the module; what is said is\n"
        "appended to LOG-FILE.\n"
        "  -x  by Xmodem (all but SARA-R4 take a full package then)\n"
        "  -k  by Xmodem with blocks of 1024 bytes\n"
        "  -s  the server does it: wait for its package, at most a day\n");
    return 2;
}

/* False: misuse. */
static bool read_options(int argc, char **argv, struct job *job)
{
    int option;

    while ((option = getopt(argc, argv, "xks")) != -1) {
        if (option == '?')
            return false;
        job->server = job->server || option == 's';
        if (option != 's')
            job->block = option == 'k' ? 1024 : 128;
    }
    argv += optind;
    argc -= optind;
    int least = job->server ? 4 : 5;
    if (argc < least || argc > least + 1 || (job->server && job->block > 0))
        return false;
    job->tty = *argv++;
    job->package = job->server ? "" : *argv++;
    job->version = argv[0];
    job->state = argv[1];
    job->log = argv[2];
    job->apn = argc > least ? argv[3] : "internet";
    return job->block == 0 || !host_url_is(job->package);
}

int main(int argc, char **argv)
{
    struct job job = {0};
    struct host_link link;

    if (!read_options(argc, argv, &job))
        return usage();
    FILE *log = fopen(job.log, "a");
    if (log == NULL || !host_link_open(&link, job.tty, log)) {
        perror(log == NULL ? job.log : job.tty);
        return 3;
    }
    bool good = update(&link, &job);
    host_link_close(&link);
    return fclose(log) == 0 && good ? 0 : 1;
}
