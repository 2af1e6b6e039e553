/* fwdelta module: what fwdelta itself knows of it; the rest is a program of its own. */
#include "cli/common/args.h"

#include <string.h>

static const struct fwd_option options[] = {
    {"pty", 0, "LINK", false, "link to the primary UART; others LINK.aux, LINK.usb (DIR/tty)"},
    {"tcp", 0, "PORT", false, "primary UART also at this TCP port of 127.0.0.1"},
    {"profile", 'p', "NAME", false, "module family (that of the device)"},
    {"time-scale", 's', "F", false, "virtual seconds in a real one, 1 (default) to 1000000"},
    {"log", 'l', "FILE", false, "write events as JSON lines; an existing file is continued"},
    {"cut", 0, "N", false, "cut power at flash operation N, or at a replay id"},
    {"ca", 0, "FILE", false, "certificates (PEM) to trust for HTTPS, in place of the system's"},
    {"lwm2m", 0, "URI", false, "LwM2M server: coap://HOST[:PORT] or coaps://HOST[:PORT]"},
    {"bootstrap", 0, "URI", false, "LwM2M bootstrap server, which says where the server is"},
    {"endpoint", 0, "NAME", false, "what the server knows it as (urn:imei:<IMEI>)"},
    {"psk", 0, "FILE", false, "pre-shared key for coaps://, hexadecimal digits or bytes"},
    {"psk-identity", 0, "ID", false, "what the server knows the key as (the endpoint)"},
    {"lwm2m-version", 0, "V", false, "1.0 (default) or 1.1"},
    {"sms-center", 0, "HOST:PORT", false, "Telit: where its short messages go"},
    {"sim", 0, "IMSI[,NUMBER]", false, "Telit: the SIM (the one that was there before)"},
    {"listen", 0, "PORT", false, "sms-center: TCP port of 127.0.0.1"},
    {"address", 0, "HOST", false, "sms-center: where modules reach it (127.0.0.1)"},
    {"number", 0, "NUMBER", false, "sms-center: its telephone number (+390001)"},
    {"json", 'j', NULL, false, "print as JSON where the ports are; log-check: report as JSON"},
    {"strict-speed", 0, NULL, false, "at different speeds both sides see noise"},
    {"strict-ranges", 0, NULL, false, "RYZ014: +SQNFOTACFG takes certificates 11 to 19 only"},
    {"spelling", 0, "KIND", false, "of installation lines: canonical (default), one-u, two-u"},
    {"cancel-as-printed", 0, NULL, false, "SARA-R5: a cancelled download is +UFOTASTAT: 3,3,100"},
    {"umbrella", 0, NULL, false, "every failed validation is 247"},
    {"ok-after-error1", 0, NULL, false, "an Xmodem time-out ends with OK, too"},
    {"legacy-boot-window", 0, NULL, false, "a cut while boot code is written kills the module"},
    {0},
};

static const char *action(const struct fwd_args *args)
{
    static const char *const actions[] = {"log-check", "sms-center"};

    for (size_t i = 0; i < sizeof actions / sizeof *actions && args->operand_count > 0; i++) {
        if (strcmp(args->operands[0], actions[i]) == 0)
            return actions[i];
    }
    return NULL;
}

const struct fwd_subcommand fwd_command_module = {
    .name = "module",
    .operands = "DIR | log-check LOG | sms-center STATE",
    .operands_min = 1,
    .operands_max = 2,
    .summary = "a simulated device as a module that speaks AT",
    .about =
        "Switches a simulated device on as a u-blox module: its AT interface is at\n"
        "pseudo-terminals, which are printed. It takes packages by Xmodem, +UDWNFILE, FTP and\n"
        "HTTP, or from a LwM2M server, and updates itself with the library that devices use.\n"
        "It runs until SIGINT or SIGTERM, which switch it off. SIGKILL is a power cut; starting\n"
        "it again is power on.\n"
        "\n"
        "log-check applies to a log (of --log, or a plain AT log) the rules that the modules'\n"
        "documents have for host applications, and says which the host application broke.\n"
        "\n"
        "sms-center is an update server for Telit modules, which they reach by short messages\n"
        "and by TCP. STATE is a file, made when it is not there. Orders are read from standard\n"
        "input, a line each; 'help' lists them.",
    .options = options,
    .action = action,
    .program = "fwdelta-module",
};
