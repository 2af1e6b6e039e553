/* fwdelta module: a simulated device as a module that speaks AT on pseudo-terminals. */
#include "cli/module/module_run.h"

#include "cli/common/json_out.h"
#include "cli/common/option_check.h"
#include "cli/device/cut_option.h"
#include "cli/module/cmd_log_check.h"
#include "cli/module/cmd_sms_center.h"
#include "gen/package/decoders.h"
#include "hostio/host_file.h"
#include "module/process/module_loop.h"

#include <stdio.h>
#include <string.h>

#define CERTIFICATES_MAX 16777216u

static void ready_json(const char *tcp, const struct fwd_module_terminal *terminals, size_t count)
{
    struct fwd_error err = {""};
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(
            list, json_pack("{s:s, s:o, s:s}", "port", fwd_port_name(terminals[i].port), "link",
                      fwd_json_out_string(terminals[i].link), "terminal", terminals[i].terminal));
    (void)fwd_json_out("module",
        json_pack(
            "{s:o, s:o}", "terminals", list, "tcp", tcp[0] != 0 ? json_string(tcp) : json_null()),
        &err);
}

/* In one piece: whoever started it may read the first line only. */
static void ready(void *ctx, const struct fwd_module_terminal *terminals, size_t count)
{
    const struct fwd_args *args = ctx;
    uint32_t port = 0;
    char tcp[32] = "";
    struct fwd_error err = {""};
    if (fwd_args_u32(args, "tcp", 1, 65535, &port, &err) == FWD_FAIL_NONE && port > 0)
        (void)snprintf(tcp, sizeof tcp, "127.0.0.1:%u", (unsigned)port);
    if (fwd_args_has(args, "json")) {
        ready_json(tcp, terminals, count);
        return;
    }
    for (size_t i = 0; i < count; i++)
        printf("%-10s %s -> %s\n", fwd_port_name(terminals[i].port), terminals[i].link,
            terminals[i].terminal);
    if (tcp[0] != 0)
        printf("%-10s TCP %s\n", fwd_port_name(FWD_PORT_UART), tcp);
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

/* Nothing else speaks to such a server. */
static enum fwd_fail check_telit(
    const struct fwd_args *args, const struct fwd_profile *profile, struct fwd_error *err)
{
    const char *option = fwd_args_has(args, "sms-center") ? "sms-center"
                         : fwd_args_has(args, "sim")      ? "sim"
                                                          : NULL;

    if (option == NULL || profile->traits.family == FWD_FAMILY_TELIT)
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_USAGE,
        "--%s: only a Telit module has it (--profile telit-pfm); this one is a %s", option,
        profile->title);
}

/* Otherwise the first transfer by HTTPS would be what finds it out. */
static enum fwd_fail check_certificates(const char *path, struct fwd_error *err)
{
    struct fwd_bytes file = {NULL, 0};

    if (path == NULL)
        return FWD_FAIL_NONE;
    enum fwd_fail fail = fwd_file_read_as("certificates (PEM)", path, CERTIFICATES_MAX, &file, err);
    if (fail == FWD_FAIL_NONE &&
        strstr((const char *)file.data, "-----BEGIN CERTIFICATE-----") == NULL &&
        strstr((const char *)file.data, "-----BEGIN TRUSTED CERTIFICATE-----") == NULL)
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: holds no certificate; a file with -----BEGIN CERTIFICATE----- (PEM) is expected",
            path);
    fwd_bytes_free(&file);
    return fail;
}

static enum fwd_fail read_options(const struct fwd_args *args, const struct fwd_machine *machine,
    struct fwd_module_loop_options *o, struct fwd_error *err)
{
    o->scale = 1;
    o->log = fwd_args_text(args, "log");
    o->ca_file = fwd_args_text(args, "ca");
    o->strict_speed = fwd_args_has(args, "strict-speed");
    o->config.cancel_as_printed = fwd_args_has(args, "cancel-as-printed");
    o->config.strict_ranges = fwd_args_has(args, "strict-ranges");
    o->config.umbrella = fwd_args_has(args, "umbrella");
    o->config.ok_after_error1 = fwd_args_has(args, "ok-after-error1");
    o->config.legacy_boot_window = fwd_args_has(args, "legacy-boot-window");
    o->ota.centre = fwd_args_text(args, "sms-center");
    o->ota.sim = fwd_args_text(args, "sim");
    enum fwd_fail fail = read_profile(args, machine, &o->profile, err);
    if (fail == FWD_FAIL_NONE)
        fail = check_telit(args, o->profile, err);
    if (fail == FWD_FAIL_NONE)
        fail = check_certificates(o->ca_file, err);
    if (fail == FWD_FAIL_NONE)
        fail = read_spelling(args, &o->config.spelling, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_args_u32(args, "tcp", 1, 65535, &o->tcp, err);
    return fail == FWD_FAIL_NONE ? fwd_args_u32(args, "time-scale", 1, 1000000, &o->scale, err)
                                 : fail;
}

static int digit(uint8_t c)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    const char *found = c != 0 ? strchr(digits, c) : NULL;
    int value = found != NULL ? (int)(found - digits) : -1;

    return value >= 16 ? value - 6 : value;
}

/* In place. False: other than pairs of hexadecimal digits, and a line end. */
static bool from_hex(struct fwd_bytes *key)
{
    size_t size = key->size;

    while (size > 0 && (key->data[size - 1] == '\n' || key->data[size - 1] == '\r'))
        size--;
    if (size == 0 || size % 2 != 0)
        return false;
    for (size_t i = 0; i < size; i++) {
        if (digit(key->data[i]) < 0)
            return false;
    }
    for (size_t i = 0; i < size / 2; i++)
        key->data[i] = (uint8_t)(digit(key->data[2 * i]) << 4 | digit(key->data[2 * i + 1]));
    key->size = size / 2;
    return true;
}

static enum fwd_fail read_key(const char *path, struct fwd_bytes *key, struct fwd_error *err)
{
    enum fwd_fail fail = fwd_file_read(path, 1024, key, err);

    if (fail == FWD_FAIL_NONE && !from_hex(key) && key->size == 0)
        fail = fwd_error_fail(err, FWD_FAIL_USAGE, "--psk: %s is empty", path);
    return fail;
}

static enum fwd_fail read_lwm2m(const struct fwd_args *args, struct fwd_module_lwm2m_options *o,
    struct fwd_bytes *key, struct fwd_error *err)
{
    const char *version = fwd_args_text(args, "lwm2m-version");
    const char *psk = fwd_args_text(args, "psk");

    o->server = fwd_args_text(args, "lwm2m");
    o->bootstrap = fwd_args_text(args, "bootstrap");
    o->endpoint = fwd_args_text(args, "endpoint");
    o->identity = fwd_args_text(args, "psk-identity");
    o->version_11 = version != NULL && strcmp(version, "1.1") == 0;
    if (version != NULL && !o->version_11 && strcmp(version, "1.0") != 0)
        return fwd_error_fail(
            err, FWD_FAIL_USAGE, "--lwm2m-version: expected 1.0 or 1.1, found '%s'", version);
    enum fwd_fail fail = psk != NULL ? read_key(psk, key, err) : FWD_FAIL_NONE;
    o->key = psk != NULL ? key->data : NULL;
    o->key_size = key->size;
    return fail;
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
    struct fwd_bytes key = {NULL, 0};
    struct fwd_nor_cut cut;
    bool given = false;
    char link[4096];
    const char *folder = args->operands[0];

    enum fwd_fail fail = read_options(args, machine, &o, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_cut_option_read(args, &given, &cut, err);
    if (fail == FWD_FAIL_NONE)
        fail = read_lwm2m(args, &o.lwm2m, &key, err);
    if (fail != FWD_FAIL_NONE) {
        fwd_bytes_free(&key);
        return (int)fail;
    }
    o.cut = given ? &cut : NULL;
    o.link = fwd_args_text(args, "pty");
    if (o.link == NULL) {
        snprintf(link, sizeof link, "%.4000s/tty", folder);
        o.link = link;
    }
    fail = fwd_module_loop(machine, &o, ready, (void *)(uintptr_t)args, &end, err);
    fwd_bytes_free(&key);
    return fail == FWD_FAIL_NONE ? tell_end(end, o.cut, folder, err) : (int)fail;
}

int fwd_module_run(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_machine *machine = NULL;

    const char *action = fwd_command_module.action(args);
    if (action != NULL) {
        enum fwd_fail only = fwd_option_check_without(args,
            " pty tcp time-scale log cut ca lwm2m bootstrap endpoint psk psk-identity "
            "lwm2m-version strict-speed strict-ranges spelling cancel-as-printed umbrella "
            "ok-after-error1 "
            "legacy-boot-window sms-center sim ",
            action, err);
        bool check = strcmp(action, "log-check") == 0;
        if (only == FWD_FAIL_NONE)
            only = fwd_option_check_without(
                args, check ? " listen address number " : " profile json ", action, err);
        return only != FWD_FAIL_NONE ? (int)only
               : check               ? fwd_log_check_run(args, err)
                                     : fwd_sms_center_run(args, err);
    }
    enum fwd_fail mine = fwd_option_check_without(args, " listen address number ", "a device", err);
    if (mine != FWD_FAIL_NONE)
        return (int)mine;
    if (args->operand_count != 1)
        return (int)fwd_error_fail(
            err, FWD_FAIL_USAGE, "expected DIR: a device that 'fwdelta device create' has made");
    enum fwd_fail fail =
        fwd_machine_open(args->operands[0], fwd_decoders, fwd_decoders_count, &machine, err);
    int status = fail == FWD_FAIL_NONE ? run_module(machine, args, err) : (int)fail;
    fwd_machine_close(machine);
    return status;
}
