/* fwdelta module: a simulated device as a module that speaks AT on pseudo-terminals. */
#include "cli/device/cmd_log_check.h"
#include "cli/common/option_check.h"
#include "cli/device/session.h"
#include "module/process/module_loop.h"

#include <stdio.h>
#include <string.h>

static const struct fwd_option options[] = {
    {"pty", 0, "LINK", false, "link to the primary UART; others LINK.aux, LINK.usb (DIR/tty)"},
    {"profile", 'p', "NAME", false, "module family (that of the device)"},
    {"time-scale", 's', "F", false, "virtual seconds in a real one, 1 (default) to 1000000"},
    {"log", 'l', "FILE", false, "write events as JSON lines; an existing file is continued"},
    {"cut", 0, "N", false, "cut power at flash operation N, or at a replay id"},
    {"ca", 0, "FILE", false, "certificates (PEM) to trust for HTTPS, in place of the system's"},
    {"json", 'j', NULL, false, "log-check: report as JSON"},
    {"strict-speed", 0, NULL, false, "at different speeds both sides see noise"},
    {"spelling", 0, "KIND", false, "of installation lines: canonical (default), one-u, two-u"},
    {"umbrella", 0, NULL, false, "every failed validation is 247"},
    {"ok-after-error1", 0, NULL, false, "an Xmodem time-out ends with OK, too"},
    {"legacy-boot-window", 0, NULL, false, "a cut while boot code is written kills the module"},
    {0},
};

/* In one piece: whoever started it may read the first line only. */
static void ready(const struct fwd_module_terminal *terminals, size_t count)
{
    for (size_t i = 0; i < count; i++)
        printf("%-10s %s -> %s\n", fwd_port_name(terminals[i].port), terminals[i].link,
            terminals[i].terminal);
    fflush(stdout);
}

static enum fwd_fail read_profile(const struct fwd_args *args, const struct fwd_machine *machine,
    const struct fwd_profile **profile, struct fwd_error *err)
{
    const char *name = fwd_args_text(args, "profile");
    char names[256];

    *profile = name != NULL ? fwd_profile_find(name) : machine->profile;
    if (*profile != NULL && (*profile)->traits.model != NULL)
        return FWD_FAIL_NONE;
    fwd_profile_names(true, names, sizeof names);
    return fwd_error_fail(err, FWD_FAIL_USAGE,
        "--profile: '%s' is not a module family%s; there are %s",
        *profile != NULL ? (*profile)->name : name,
        *profile != NULL ? " that speaks AT here ('fwdelta install' shows what it prints)" : "",
        names);
}

static enum fwd_fail read_spelling(
    const struct fwd_args *args, enum fwd_line_spelling *spelling, struct fwd_error *err)
{
    static const char *const words[] = {"canonical", "one-u", "two-u"};
    const char *text = fwd_args_text(args, "spelling");

    *spelling = FWD_LINES_CANONICAL;
    for (int i = 0; text != NULL && i < 3; i++) {
        *spelling = (enum fwd_line_spelling)i;
        if (strcmp(words[i], text) == 0)
            return FWD_FAIL_NONE;
    }
    return text == NULL ? FWD_FAIL_NONE
                        : fwd_error_fail(err, FWD_FAIL_USAGE,
                              "--spelling: expected canonical, one-u or two-u, found '%s'", text);
}

static enum fwd_fail read_options(const struct fwd_args *args, const struct fwd_machine *machine,
    struct fwd_module_loop_options *o, struct fwd_error *err)
{
    o->scale = 1;
    o->log = fwd_args_text(args, "log");
    o->ca_file = fwd_args_text(args, "ca");
    o->strict_speed = fwd_args_has(args, "strict-speed");
    o->config.umbrella = fwd_args_has(args, "umbrella");
    o->config.ok_after_error1 = fwd_args_has(args, "ok-after-error1");
    o->config.legacy_boot_window = fwd_args_has(args, "legacy-boot-window");
    enum fwd_fail fail = read_profile(args, machine, &o->profile, err);
    if (fail == FWD_FAIL_NONE)
        fail = read_spelling(args, &o->config.spelling, err);
    return fail == FWD_FAIL_NONE ? fwd_args_u32(args, "time-scale", 1, 1000000, &o->scale, err)
                                 : fail;
}

static int tell_end(enum fwd_modem_power end, const struct fwd_nor_cut *cut, const char *folder,
    struct fwd_error *err)
{
    char id[FWD_NOR_CUT_TEXT] = "";

    if (end != FWD_MODEM_CUT || cut == NULL)
        return FWD_EXIT_DONE;
    fwd_nor_cut_print(cut, id);
    fwd_error_set(err, "power was cut (%s); 'fwdelta module %s' switches it on again", id, folder);
    return FWD_EXIT_CUT;
}

static int run_module(
    struct fwd_machine *machine, const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_module_loop_options o = {0};
    enum fwd_modem_power end = FWD_MODEM_OFF;
    struct fwd_nor_cut cut;
    bool given = false;
    char link[4096];
    const char *folder = args->operands[0];

    enum fwd_fail fail = read_options(args, machine, &o, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_session_cut(args, &given, &cut, err);
    if (fail != FWD_FAIL_NONE)
        return (int)fail;
    o.cut = given ? &cut : NULL;
    o.link = fwd_args_text(args, "pty");
    if (o.link == NULL) {
        snprintf(link, sizeof link, "%.4000s/tty", folder);
        o.link = link;
    }
    fail = fwd_module_loop(machine, &o, ready, &end, err);
    return fail == FWD_FAIL_NONE ? tell_end(end, o.cut, folder, err) : (int)fail;
}

static const char *action(const struct fwd_args *args)
{
    return args->operand_count > 0 && strcmp(args->operands[0], "log-check") == 0 ? "log-check"
                                                                                  : NULL;
}

static int run(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_machine *machine = NULL;

    if (action(args) != NULL) {
        enum fwd_fail only = fwd_option_check_without(args,
            " pty time-scale log cut ca strict-speed spelling umbrella ok-after-error1 "
            "legacy-boot-window ",
            "log-check", err);
        return only == FWD_FAIL_NONE ? fwd_log_check_run(args, err) : (int)only;
    }
    if (fwd_option_check_without(args, " json ", "a running module", err) != FWD_FAIL_NONE)
        return FWD_FAIL_USAGE;
    if (args->operand_count != 1)
        return (int)fwd_error_fail(
            err, FWD_FAIL_USAGE, "expected DIR: a device that 'fwdelta device create' has made");
    enum fwd_fail fail = fwd_machine_open(
        args->operands[0], fwd_session_codecs, fwd_session_codec_count, &machine, err);
    int status = fail == FWD_FAIL_NONE ? run_module(machine, args, err) : (int)fail;
    fwd_machine_close(machine);
    return status;
}

const struct fwd_subcommand fwd_command_module = {
    .name = "module",
    .operands = "DIR | log-check LOG",
    .operands_min = 1,
    .operands_max = 2,
    .summary = "a simulated device as a module that speaks AT",
    .about =
        "Switches a simulated device on as a u-blox module: its AT interface is at\n"
        "pseudo-terminals, which are printed. It takes packages by Xmodem, +UDWNFILE, FTP and\n"
        "HTTP, and updates itself with the library that devices use. It runs until SIGINT or\n"
        "SIGTERM, which switch it off. SIGKILL is a power cut; starting it again is power on.\n"
        "\n"
        "log-check applies to a log (of --log, or a plain AT log) the rules that the modules'\n"
        "documents have for host applications, and says which the host application broke.",
    .options = options,
    .action = action,
    .run = run,
};
