/* A host application that updates a u-blox module: brings it a delta package by +UDWNFILE, has it
 * installed by +UFWINSTALL, waits for the end and looks at the version. It keeps the host rules
 * that `fwdelta module log-check` checks. */
#include "host_link.h"

#include <stdlib.h>
#include <string.h>

#define PROMPT_SECONDS   60   /* a SARA-R4 takes about 16 */
#define TRANSFER_SECONDS 600  /* after the last byte */
#define INSTALL_SECONDS  1500 /* the longest documented time: SARA-R5 */
#define POLL_SECONDS     5

struct module {
    char model[64];
    char version[64];
};

struct job {
    const char *tty, *package, *version, *apn, *state, *log;
};

static bool is_r4(const struct module *module)
{
    return strncmp(module->model, "SARA-R4", 7) == 0 || strncmp(module->model, "SARA-N4", 7) == 0;
}

static bool is_lara(const struct module *module)
{
    return strncmp(module->model, "LARA", 4) == 0;
}

static bool fail(const char *what)
{
    fprintf(stderr, "update_host: %s\n", what);
    return false;
}

/* ---- what a power cut of the host must not lose -------------------------------------------------
 */

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
        return fail("the state file cannot be written");
    bool good = fprintf(file, "%s\n", job->version) > 0;
    good = fclose(file) == 0 && good;
    return good || fail("the state file cannot be written");
}

/* ---- steps --------------------------------------------------------------------------------------
 */

static void take_identity(void *ctx, const char *line)
{
    struct module *module = ctx;

    if (strncmp(line, "Model: ", 7) == 0)
        (void)snprintf(module->model, sizeof module->model, "%s", line + 7);
    if (strncmp(line, "Revision: ", 10) == 0)
        (void)snprintf(module->version, sizeof module->version, "%s", line + 10);
}

static bool identify(struct host_link *link, struct module *module)
{
    memset(module, 0, sizeof *module);
    return (host_link_wait(link, 120) && host_link_command(link, "ATE0", 5, NULL, NULL) &&
               host_link_command(link, "AT+CMEE=2", 5, NULL, NULL) &&
               host_link_command(link, "ATI", 5, take_identity, module)) ||
           fail("the module does not answer");
}

static long size_of(FILE *file)
{
    return fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
}

/* Exactly the announced number of bytes, nothing before the prompt. */
static bool send_package(struct host_link *link, FILE *file)
{
    char block[1024];
    char command[96];
    size_t n;
    long size = size_of(file);

    if (size <= 0)
        return fail("the package is empty or cannot be read");
    rewind(file);
    (void)snprintf(command, sizeof command, "AT+UDWNFILE=\"update\",%ld,\"FOAT\"", size);
    if (!host_link_send(link, command))
        return fail("the line is gone");
    do {
        if (!host_link_line(link, PROMPT_SECONDS) || strstr(link->line, "ERROR") != NULL)
            return fail("the module does not take a package now");
    } while (strcmp(link->line, ">") != 0);
    while ((n = fread(block, 1, sizeof block, file)) > 0) {
        if (!host_link_send_bytes(link, block, n))
            return fail("the line is gone");
    }
    while (host_link_line(link, TRANSFER_SECONDS)) {
        if (strcmp(link->line, "OK") == 0)
            return true;
        if (strstr(link->line, "ERROR") != NULL)
            break;
    }
    return fail("the module did not store the package");
}

static bool download(struct host_link *link, const struct job *job)
{
    FILE *file = fopen(job->package, "rb");
    bool good;

    if (file == NULL)
        return fail("the package cannot be opened");
    good = send_package(link, file);
    (void)fclose(file);
    return good && remember_downloaded(job);
}

/* The number of a progress or result line; -1: it is neither. */
static int install_number(const char *line)
{
    static const char *const names[] = {
        "+UUFWINSTALL: ", "+UFWINSTALL: ", "+UFWPREVAL: ", "+UUFWPREVAL: "};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t size = strlen(names[i]);

        if (strncmp(line, names[i], size) == 0)
            return atoi(line + size);
    }
    return -1;
}

/* Lines come, or, on a SARA-R4, none: then AT is answered again when it is over. Gives the result
 * code; 0: the module answers and has not told one; -1: the time is up. */
static int await_end(struct host_link *link)
{
    for (int waited = 0; waited < INSTALL_SECONDS; waited += POLL_SECONDS) {
        while (host_link_line(link, POLL_SECONDS)) {
            int number = install_number(link->line);

            if (number > 100)
                return number;
            if (strcmp(link->line, "OK") == 0)
                return 0;
        }
        if (!host_link_send(link, "AT"))
            return -1;
    }
    return -1;
}

static bool install(struct host_link *link, const struct module *module)
{
    const char *command = is_r4(module) ? "AT+UFWINSTALL" : "AT+UFWINSTALL=1,115200";

    if (!host_link_command(link, command, 60, NULL, NULL))
        return fail("the module has no package that it can install");
    int code = await_end(link);
    if (code < 0)
        return fail("the installation did not end in the documented time");
    if (code != 0 && code != 128)
        fprintf(stderr, "update_host: result %d; 'fwdelta explain %d' says what it means\n", code,
            code);
    return code == 0 || code == 128;
}

/* An update of a LARA loses these. */
static bool set_up_again(struct host_link *link, const struct job *job)
{
    char command[128];

    (void)snprintf(command, sizeof command, "AT+CGDCONT=1,\"IP\",\"%s\"", job->apn);
    return (host_link_command(link, command, 5, NULL, NULL) &&
               host_link_command(link, "AT+CEDRXS=1", 5, NULL, NULL)) ||
           fail("APN and eDRX could not be set again");
}

static bool check_version(struct host_link *link, const struct job *job, struct module *module)
{
    if (!identify(link, module))
        return false;
    printf("%s now runs %s\n", module->model, module->version);
    if (strcmp(module->version, job->version) != 0)
        return fail("this is not the version that was to be installed");
    (void)remove(job->state);
    return !is_lara(module) || set_up_again(link, job);
}

static bool update(struct host_link *link, const struct job *job)
{
    struct module module;

    if (!identify(link, &module))
        return false;
    printf("%s runs %s\n", module.model, module.version);
    if (strcmp(module.version, job->version) == 0)
        return check_version(link, job, &module);
    if (!is_downloaded(job) && !download(link, job))
        return false;
    if (install(link, &module))
        return check_version(link, job, &module);
    (void)remove(job->state); /* this package will not do it: the next attempt brings one again */
    return false;
}

/* ---- the program --------------------------------------------------------------------------------
 */

static int usage(void)
{
    fprintf(stderr, "usage: update_host TTY PACKAGE VERSION STATE-FILE LOG-FILE [APN]\n"
                    "Brings the module at TTY to VERSION by PACKAGE, a delta for what it runs.\n"
                    "STATE-FILE remembers that the package is in the module; what is said is\n"
                    "appended to LOG-FILE.\n");
    return 2;
}

int main(int argc, char **argv)
{
    struct host_link link;

    if (argc < 6 || argc > 7)
        return usage();
    struct job job = {argv[1], argv[2], argv[3], argc > 6 ? argv[6] : "internet", argv[4], argv[5]};
    FILE *log = fopen(job.log, "a");
    if (log == NULL || !host_link_open(&link, job.tty, log)) {
        perror(log == NULL ? job.log : job.tty);
        return 3;
    }
    bool good = update(&link, &job);
    host_link_close(&link);
    return fclose(log) == 0 && good ? 0 : 1;
}
