#include "host_module.h"

#include "host_xmodem.h"

#include <stdlib.h>
#include <string.h>

#define PROMPT_SECONDS   60   /* a SARA-R4 takes about 16 */
#define TRANSFER_SECONDS 600  /* after the last byte */
#define INSTALL_SECONDS  3900 /* the longest documented time: LARA-R6 "00B", full package */
#define POLL_SECONDS     5

bool host_fail(const char *what)
{
    fprintf(stderr, "update_host: %s\n", what);
    return false;
}

bool host_module_is_r4(const struct host_module *module)
{
    return strncmp(module->model, "SARA-R4", 7) == 0 || strncmp(module->model, "SARA-N4", 7) == 0;
}

bool host_module_is_lara(const struct host_module *module)
{
    return strncmp(module->model, "LARA", 4) == 0;
}

static void take_identity(void *ctx, const char *line)
{
    struct host_module *module = ctx;

    if (strncmp(line, "Model: ", 7) == 0)
        (void)snprintf(module->model, sizeof module->model, "%s", line + 7);
    if (strncmp(line, "Revision: ", 10) == 0)
        (void)snprintf(module->version, sizeof module->version, "%s", line + 10);
}

bool host_module_identify(struct host_link *link, struct host_module *module, bool *wants_file)
{
    enum host_link_state state = host_link_wait(link, 120);

    memset(module, 0, sizeof *module);
    *wants_file = state == HOST_LINK_WANTS_FILE;
    return *wants_file ||
           (state == HOST_LINK_ANSWERS && host_link_command(link, "ATE0", 5, NULL, NULL) &&
               host_link_command(link, "AT+CMEE=2", 5, NULL, NULL) &&
               host_link_command(link, "ATI", 5, take_identity, module)) ||
           host_fail("the module does not answer");
}

/* ---- a package on its way in ----------------------------------------------------------------- */

/* Waits for a line; false: an error or nothing came. */
static bool await_line(struct host_link *link, const char *expected, int seconds)
{
    while (host_link_line(link, seconds) && strstr(link->line, "ERROR") == NULL) {
        if (strcmp(link->line, expected) == 0)
            return true;
    }
    return false;
}

static long size_of(FILE *file)
{
    long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;

    rewind(file);
    return size;
}

static bool send_bytes(struct host_link *link, FILE *file)
{
    char block[1024];
    size_t n;

    while ((n = fread(block, 1, sizeof block, file)) > 0) {
        if (!host_link_send_bytes(link, block, n))
            return false;
    }
    return !ferror(file);
}

/* Exactly the announced number of bytes, nothing before the prompt. */
bool host_module_bring_raw(struct host_link *link, FILE *package)
{
    char command[96];
    long size = size_of(package);

    if (size <= 0)
        return host_fail("the package is empty or cannot be read");
    (void)snprintf(command, sizeof command, "AT+UDWNFILE=\"update\",%ld,\"FOAT\"", size);
    if (!host_link_send(link, command) || !await_line(link, ">", PROMPT_SECONDS))
        return host_fail("the module does not take a package now");
    return (send_bytes(link, package) && await_line(link, "OK", TRANSFER_SECONDS)) ||
           host_fail("the module did not store the package");
}

bool host_module_bring_xmodem(struct host_link *link, const struct host_module *module,
    FILE *package, size_t block, bool asked)
{
    bool by_number = host_module_is_r4(module) || host_module_is_lara(module);
    const char *command = by_number ? "AT+UFWUPD=3" : "AT+UFWUPD=1,115200";

    if (!asked &&
        (!host_link_send(link, command) || !await_line(link, "+UFWUPD: ONGOING", PROMPT_SECONDS)))
        return host_fail("the module does not take a package now");
    if (!host_xmodem_send(link, package, block))
        return host_fail("the package did not reach the module");
    if (host_module_is_r4(module)) /* says nothing at the end, but takes commands again */
        return host_link_wait(link, 120) == HOST_LINK_ANSWERS ||
               host_fail("the module does not answer after the transfer");
    return !host_module_is_lara(module) || await_line(link, "OK", TRANSFER_SECONDS) ||
           host_fail("the module did not store the package");
}

/* ---- the installation ------------------------------------------------------------------------ */

int host_module_install_number(const char *line)
{
    static const char *const names[] = {
        "+UUFWINSTALL: ", "+UFWINSTALL: ", "+UFWUPD: ", "+UFWPREVAL: ", "+UUFWPREVAL: "};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t size = strlen(names[i]);

        if (strncmp(line, names[i], size) == 0)
            return atoi(line + size);
    }
    return -1;
}

/* Lines come, or, on a SARA-R4, none: then AT is answered again when it is over. Gives the result
 * code; 0: the module answers and has not reported one; -1: the time is up. */
static int result_code(struct host_link *link)
{
    for (int waited = 0; waited < INSTALL_SECONDS; waited += POLL_SECONDS) {
        while (host_link_line(link, POLL_SECONDS)) {
            int number = host_module_install_number(link->line);

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

bool host_module_tell_result(int code)
{
    if (code != 128)
        fprintf(stderr,
            "update_host: the module reports %d; 'fwdelta explain %d' says what it means\n", code,
            code);
    return code == 128;
}

bool host_module_await_end(struct host_link *link)
{
    int code = result_code(link);

    if (code < 0)
        return host_fail("the installation did not end in the documented time");
    return code == 0 || host_module_tell_result(code);
}

bool host_module_install(struct host_link *link, const struct host_module *module)
{
    const char *command = host_module_is_r4(module) ? "AT+UFWINSTALL" : "AT+UFWINSTALL=1,115200";

    return host_link_command(link, command, 60, NULL, NULL)
               ? host_module_await_end(link)
               : host_fail("the module has no package that it can install");
}

bool host_module_no_edrx(struct host_link *link)
{
    return host_link_command(link, "AT+CEDRXS=0", 5, NULL, NULL) ||
           host_fail("eDRX cannot be switched off");
}

bool host_module_set_up_again(struct host_link *link, const char *apn)
{
    char command[128];

    (void)snprintf(command, sizeof command, "AT+CGDCONT=1,\"IP\",\"%s\"", apn);
    return (host_link_command(link, command, 5, NULL, NULL) &&
               host_link_command(link, "AT+CEDRXS=1", 5, NULL, NULL)) ||
           host_fail("APN and eDRX could not be set again");
}
