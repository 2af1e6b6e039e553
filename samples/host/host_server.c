#include "host_server.h"

#include <string.h>

#define PACKAGE_SECONDS  86400 /* a server may be in no hurry */
#define PATIENCE_SECONDS 180   /* of a SARA-R4 whose server does not say when */
#define INSTALL_SECONDS  3900
#define POLL_SECONDS     5

bool host_server_listen(struct host_link *link, const struct host_module *module)
{
    const char *lines = host_module_is_lara(module) ? "AT+ULWM2MSTAT=1,7" : "AT+ULWM2MSTAT=1";

    if (!host_link_command(link, lines, 5, NULL, NULL))
        return host_fail("the module does not tell what its server does");
    return host_module_is_r4(module) ||
           (host_link_command(link, "AT+UFOTASTAT=1", 5, NULL, NULL) &&
               host_link_command(link, "AT+UFWINSTALL=1,115200,,1", 5, NULL, NULL)) ||
           host_fail("the lines about a server's update cannot be switched on");
}

/* The package is complete; or it will not come: cancelled, failed. */
static bool is_complete(const struct host_module *module, const char *line)
{
    return strcmp(line, host_module_is_r4(module) ? "+ULWM2MSTAT: 2,100" : "+UFOTASTAT: 2,2,100") ==
           0;
}

static bool is_over(const struct host_module *module, const char *line)
{
    if (host_module_is_r4(module))
        return strcmp(line, "+ULWM2MSTAT: 3,100") == 0;
    return strncmp(line, "+UFOTASTAT: 2,3,", 16) == 0 || strncmp(line, "+UFOTASTAT: 3,3,", 16) == 0;
}

bool host_server_await_package(struct host_link *link, const struct host_module *module)
{
    while (host_link_line(link, PACKAGE_SECONDS)) {
        if (is_complete(module, link->line))
            return true;
        if (is_over(module, link->line))
            return host_fail("the server's package did not arrive");
    }
    return host_fail("the server sent no package");
}

static void take_version(void *ctx, const char *line)
{
    if (strncmp(line, "Revision: ", 10) == 0)
        (void)snprintf(ctx, 64, "%s", line + 10);
}

/* A module that answers may not have begun yet: the version tells. */
static bool runs(struct host_link *link, const char *version)
{
    char found[64] = "";

    return host_link_command(link, "AT", POLL_SECONDS, NULL, NULL) &&
           host_link_command(link, "ATI", POLL_SECONDS, take_version, found) &&
           strcmp(found, version) == 0;
}

/* Lines of the installation, for so long; the result code, or 0. */
static int result_of_lines(struct host_link *link)
{
    int code = 0;

    while (code <= 100 && host_link_line(link, POLL_SECONDS))
        code = host_module_install_number(link->line);
    return code > 100 ? code : 0;
}

bool host_server_await_end(
    struct host_link *link, const struct host_module *module, const char *version)
{
    bool reset = false;

    for (int waited = 0; waited < INSTALL_SECONDS; waited += POLL_SECONDS) {
        int code = result_of_lines(link);

        if (code > 0)
            return host_module_tell_result(code);
        if (runs(link, version))
            return true;
        if (host_module_is_r4(module) && waited >= PATIENCE_SECONDS && !reset) {
            (void)host_link_command(link, "AT+CFUN=16", POLL_SECONDS, NULL, NULL);
            reset = true; /* with a package there, it begins now */
        }
    }
    return host_fail("the server's package was not installed in the documented time");
}
