/* +UFWINSTALL: what starts it, what it prints and where, what a power cut does to it (R22..R32,
 * R49, R51..R60, R108..R122). */
#include "sim/device/system.h"
#include "tests/hostio/scratch_folder.h"
#include "tests/module/module_rig.h"

#include <stdio.h>
#include <string.h>

#define START "AT+UFWINSTALL=1,115200"

static const char *const laras[] = {
    "lara-r6-00b", "lara-r6-01b", "lara-r6001d-00b", "lara-r6004d-00b", "lara-l6"};

/* R18, R25, R26, R29, R32, R56: lines rise from 0 to 100 and from 1 to 100, then 128; then the
 * module starts by itself, once before and once after. */
START_TEST(lines_rise_and_the_module_starts_twice)
{
    struct module_rig *rig = module_rig_alloc();
    const char *profile = _i < 5 ? laras[_i] : "sara-r5";
    long last = -1;
    bool installing = false, found = false;
    const struct module_item *item;

    module_rig_new(rig, _i % 2 == 0 ? "inplace-4k" : "dual-slot", profile);
    module_rig_download(rig, MODULE_DELTA);
    unsigned starts = module_rig_events(rig, "phase", "restarting");
    module_rig_expect(rig, START, "OK");
    while (!found && (item = module_rig_next(rig, FWD_PORT_UART)) != NULL) {
        long value = -1;
        ck_assert(item->line);
        if (sscanf(item->text, "+UFWPREVAL: %ld", &value) == 1) {
            ck_assert(!installing && rig->profile->validation != NULL); /* R20 */
            ck_assert(last >= 0 || value == 0);
        } else {
            ck_assert_int_eq(sscanf(item->text, "+UUFWINSTALL: %ld", &value), 1); /* R121 */
            ck_assert(installing || value == 1);
            last = installing ? last : 0;
            installing = true;
        }
        ck_assert_int_gt(value, last);
        last = value;
        found = value == 128;
    }
    ck_assert(found);
    module_rig_silent(rig, FWD_PORT_UART);
    ck_assert_uint_eq(module_rig_events(rig, "phase", "restarting"), starts + 2);
    ck_assert_str_eq(module_rig_version(rig), "1.1.0");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R31, R51, R115: SARA-R4 prints nothing; pins tell it; it takes the time that the flash takes. */
START_TEST(sara_r4_is_silent)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "inplace-4k", "sara-r4");
    module_rig_download(rig, MODULE_DELTA);
    module_rig_expect(rig, "AT+UFWINSTALL=?", "OK");
    uint64_t before = rig->now;
    module_rig_expect(rig, "AT+UFWINSTALL", "OK");
    module_rig_silent(rig, FWD_PORT_UART);
    ck_assert_uint_gt(rig->now - before, 2 * FWD_BOOT_MS);
    ck_assert_uint_lt(rig->now - before, 20 * 60000);
    ck_assert_str_eq(module_rig_version(rig), "1.1.0");
    ck_assert_uint_ge(module_rig_events(rig, "pin", "gpio"), 4);
    ck_assert_uint_ge(module_rig_events(rig, "pin", "rx"), 4);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R54, R55: no port takes a command, no call can be made, an emergency call neither. */
START_TEST(an_installation_cannot_be_cancelled)
{
    static const char *const lines[] = {"AT", "ATD112;", "ATD+43123;", "AT+CFUN=16"};
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", _i == 0 ? "lara-r6-01b" : _i == 1 ? "sara-r5" : "lara-l6");
    module_rig_download(rig, MODULE_DELTA);
    ck_assert(_i == 1 || rig->usb);
    module_rig_expect(rig, START, "OK");
    ck_assert(!rig->usb);
    size_t from = rig->count;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        for (int port = 0; port < FWD_PORTS; port++)
            module_rig_command(rig, (enum fwd_port)port, lines[i]);
    }
    (void)module_rig_until(rig, FWD_PORT_UART, "+UUFWINSTALL: 128");
    for (size_t i = from; i < rig->count; i++)
        ck_assert_msg(rig->items[i].text[0] == '+' || !rig->items[i].line, "%s is answered",
            rig->items[i].text);
    module_rig_silent(rig, FWD_PORT_UART);
    ck_assert(_i == 1 || rig->usb);
    ck_assert_str_eq(module_rig_version(rig), "1.1.0");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* ---- where the lines go ---------------------------------------------------------------------- */

/* R108, R116: port and speed of the command. */
START_TEST(lines_go_to_the_port_and_speed_given)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", _i == 0 ? "lara-r6-01b" : "sara-r5");
    module_rig_download(rig, MODULE_DELTA);
    module_rig_expect(rig, "AT+UFWINSTALL=2,921600", "OK");
    module_rig_line(rig, FWD_PORT_AUX, "+UFWPREVAL: 0");
    (void)module_rig_until(rig, FWD_PORT_AUX, "+UUFWINSTALL: 1");
    ck_assert_uint_eq(rig->modem->ports[FWD_PORT_AUX].baud, 921600);
    for (size_t i = 0; i < rig->count; i++)
        ck_assert(rig->items[i].port == FWD_PORT_AUX);
    (void)module_rig_until(rig, FWD_PORT_AUX, "+UUFWINSTALL: 128");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

static void damage(struct module_rig *rig, enum fwd_system_table table)
{
    static const uint8_t junk[16] = {1, 2, 3};

    ck_assert(fwd_nor_poke(rig->machine->nor, FWD_AREA_SYSTEM,
        fwd_system_offset(rig->machine->description, table), junk, sizeof junk));
}

static void hook(struct module_rig *rig, enum fwd_point point, enum fwd_reason reason)
{
    rig->machine->nvm.hooks[rig->machine->nvm.hook_count++] = (struct fwd_nvm_hook){point, reason};
}

/* What is wrong when the module starts, after OK; the code, and whether it goes where the command
 * said (R43..R45, R108, R109). */
static const struct {
    const char *name;
    int what;
    const char *line;
    bool configured;
} troubles[] = {
    {"flash", 0, "+UUFWINSTALL: 130", false}, {"partition table", 1, "+UUFWINSTALL: 132", false},
    {"workspace", 2, "+UUFWINSTALL: 131", false}, {"bad-block table", 3, "+UUFWINSTALL: 134", true},
    {"file store", 4, "+UUFWINSTALL: 145", true}, {"channel", 5, "+UFWPREVAL: 0", false}, /* R109 */
};

static void cause(struct module_rig *rig, int what)
{
    if (what == 0)
        rig->machine->flash_lost = true;
    else if (what == 1)
        damage(rig, FWD_SYSTEM_PARTITIONS);
    else if (what == 2)
        rig->machine->device.memory_size = 1000;
    else if (what == 3)
        damage(rig, FWD_SYSTEM_BAD_BLOCKS);
    else if (what == 4)
        damage(rig, FWD_SYSTEM_FILE_STORE);
    else
        rig->machine->nvm.channel_readable = false;
}

START_TEST(codes_before_the_configuration_go_to_the_primary_uart)
{
    struct module_rig *rig = module_rig_alloc();
    enum fwd_port port = troubles[_i].configured ? FWD_PORT_AUX : FWD_PORT_UART;

    module_rig_new(rig, "dual-slot", "lara-r6-01b");
    module_rig_download(rig, MODULE_DELTA);
    module_rig_expect(rig, "AT+UFWINSTALL=2,921600", "OK");
    cause(rig, troubles[_i].what);
    module_rig_line(rig, port, troubles[_i].line);
    ck_assert_uint_eq(rig->modem->ports[port].baud, troubles[_i].configured ? 921600 : 115200);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* ---- refused, failed ------------------------------------------------------------------------- */

/* R22, R23, R27: the code comes by the line of the installation, and the old firmware runs; the
 * package is used up. */
static const struct {
    enum module_package package;
    const char *profile, *line;
    bool lines; /* of validation */
} refusals[] = {
    {MODULE_OTHER, "lara-r6-01b", "+UUFWINSTALL: 168", true}, /* R35 */
    {MODULE_OTHER, "sara-r5", "+UUFWINSTALL: 168", true},
    {MODULE_FULL, "lara-l6", "+UUFWINSTALL: 158", true}, /* R6, R38 */
    {MODULE_FLIPPED, "lara-r6-00b", "+UUFWINSTALL: 158", true},
    {MODULE_FULL, "lara-r6001d-00b", "+UUFWINSTALL: 158", false}, /* R20 */
    /* R1, R36: the signature is checked by every one of them, with a phase for it or without */
    {MODULE_FORGED, "lara-r6-00b", "+UUFWINSTALL: 173", true},
    {MODULE_FORGED, "lara-r6-01b", "+UUFWINSTALL: 173", true},
    {MODULE_FORGED, "lara-r6001d-00b", "+UUFWINSTALL: 173", false},
    {MODULE_FORGED, "lara-r6004d-00b", "+UUFWINSTALL: 173", true},
    {MODULE_FORGED, "lara-l6", "+UUFWINSTALL: 173", true},
    {MODULE_FORGED, "sara-r5", "+UUFWINSTALL: 173", true},
};

START_TEST(a_refused_package_leaves_the_old_firmware)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "inplace-4k", refusals[_i].profile);
    module_rig_download(rig, refusals[_i].package);
    uint64_t writes = module_rig_slot_writes(rig);
    module_rig_expect(rig, START, "OK");
    if (refusals[_i].lines)
        module_rig_line(rig, FWD_PORT_UART, "+UFWPREVAL: 0");
    ck_assert_str_eq(module_rig_until(rig, FWD_PORT_UART, "+UUFWINSTALL"), refusals[_i].line);
    module_rig_silent(rig, FWD_PORT_UART);
    ck_assert_str_eq(module_rig_version(rig), "1.0.0");
    ck_assert_uint_eq(module_rig_slot_writes(rig), writes);
    module_rig_expect(rig, START, "+CME ERROR: operation not allowed");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R1, R27, R31 */
START_TEST(sara_r4_refuses_without_a_word)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "inplace-4k", "sara-r4");
    module_rig_download(rig, MODULE_FORGED);
    uint64_t writes = module_rig_slot_writes(rig);
    module_rig_expect(rig, "AT+UFWINSTALL", "OK");
    module_rig_silent(rig, FWD_PORT_UART);
    ck_assert_uint_eq(module_rig_events(rig, "reason", "bad-signature"), 1);
    ck_assert_str_eq(module_rig_version(rig), "1.0.0");
    ck_assert_uint_eq(module_rig_slot_writes(rig), writes);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* A transfer that was cut short, or announced longer than the package is: 180 (R39). */
START_TEST(a_length_that_is_not_the_packages_is_180)
{
    struct module_rig *rig = module_rig_alloc();
    const struct fwd_bytes *file;
    char command[80];

    module_rig_new(rig, "dual-slot", "lara-r6-01b");
    file = module_rig_package(MODULE_DELTA);
    size_t size = _i == 0 ? file->size - 1 : file->size + 1;
    snprintf(command, sizeof command, "AT+UDWNFILE=x,%zu,\"FOAT\"", size);
    module_rig_command(rig, FWD_PORT_UART, command);
    module_rig_line(rig, FWD_PORT_UART, ">");
    module_rig_send(rig, FWD_PORT_UART, file->data, _i == 0 ? size : file->size);
    if (_i == 1)
        module_rig_send(rig, FWD_PORT_UART, "x", 1);
    module_rig_line(rig, FWD_PORT_UART, "OK");
    module_rig_expect(rig, START, "OK");
    ck_assert_str_eq(module_rig_until(rig, FWD_PORT_UART, "+UUFWINSTALL"), "+UUFWINSTALL: 180");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R60: a failure before the first write ends it. */
START_TEST(a_failure_before_the_first_write_ends_it)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "inplace-4k", _i == 0 ? "lara-r6-01b" : "sara-r5");
    module_rig_download(rig, MODULE_DELTA);
    uint64_t writes = module_rig_slot_writes(rig);
    hook(rig, FWD_POINT_INSTALLATION, FWD_E_INTERNAL);
    module_rig_expect(rig, START, "OK");
    ck_assert_str_eq(module_rig_until(rig, FWD_PORT_UART, "+UUFWINSTALL"), "+UUFWINSTALL: 129");
    rig->machine->nvm.hook_count = 0;
    module_rig_silent(rig, FWD_PORT_UART);
    ck_assert_uint_eq(module_rig_slot_writes(rig), writes);
    ck_assert_str_eq(module_rig_version(rig), "1.0.0");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* A flash that goes on failing: the module tries again by itself, then gives the code, and takes a
 * full image (R43). */
START_TEST(a_flash_that_fails_ends_in_update_mode)
{
    struct module_rig *rig = module_rig_alloc();
    struct fwd_nor_fault bad = {.operation = FWD_NOR_PROGRAM,
        .effect = FWD_NOR_FAIL,
        .area = FWD_AREA_SLOT(0, 0),
        .skip = 20};

    module_rig_new(rig, "inplace-4k", "lara-r6-01b");
    module_rig_download(rig, MODULE_DELTA);
    rig->machine->nvm.faults[rig->machine->nvm.fault_count++] = bad;
    module_rig_expect(rig, START, "OK");
    const char *line;
    do
        line = module_rig_until(rig, FWD_PORT_UART, "+UUFWINSTALL: 1");
    while (strlen(line) != strlen("+UUFWINSTALL: 160") || strcmp(line, "+UUFWINSTALL: 100") == 0);
    ck_assert_str_eq(line, "+UUFWINSTALL: 160");
    /* each start tries again first, without a word */
    while (!rig->modem->xmodem_on)
        ck_assert(module_rig_step(rig));
    rig->machine->nvm.fault_count = 0;
    fwd_nor_fault_clear(rig->machine->nor);
    module_rig_xmodem(rig, FWD_PORT_UART, MODULE_FULL, 1024);
    (void)module_rig_until(rig, FWD_PORT_UART, "+UFWUPD: 128");
    module_rig_silent(rig, FWD_PORT_UART);
    ck_assert_str_eq(module_rig_version(rig), "1.1.0");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* ---- power ----------------------------------------------------------------------------------- */

/* R58, R59: power is cut at line after line; the installation goes on until it has ended. */
START_TEST(power_cuts_only_delay_it)
{
    static const char *const profiles[] = {"lara-r6-01b", "sara-r5", "sara-r4"};
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, _i % 2 == 0 ? "inplace-4k" : "dual-slot", profiles[_i / 2]);
    module_rig_download(rig, MODULE_DELTA);
    module_rig_expect(rig, _i / 2 == 2 ? "AT+UFWINSTALL" : START, "OK");
    for (int i = 0; i < 12; i++) {
        struct fwd_nor_cut cut = {.operation = (uint64_t)(5 + 9 * i), .tear = FWD_NOR_HALF};
        fwd_nor_arm(rig->machine->nor, &cut);
        while (fwd_modem_power(rig->modem) == FWD_MODEM_ON && module_rig_step(rig))
            ;
        if (fwd_modem_power(rig->modem) == FWD_MODEM_ON)
            break;
        module_rig_power_cycle(rig);
    }
    fwd_nor_arm(rig->machine->nor, NULL);
    while (module_rig_step(rig))
        ;
    ck_assert_uint_ge(module_rig_events(rig, "reason", "ok"), 1);
    rig->taken = rig->count;
    ck_assert_str_eq(module_rig_version(rig), "1.1.0");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* A cut between OK and the installation: what was asked for is not forgotten. */
START_TEST(an_installation_that_was_asked_for_is_carried_out)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", "lara-r6-01b");
    module_rig_download(rig, MODULE_DELTA);
    module_rig_expect(rig, START, "OK");
    module_rig_power_cycle(rig);
    (void)module_rig_until(rig, FWD_PORT_UART, "+UUFWINSTALL: 128");
    module_rig_silent(rig, FWD_PORT_UART);
    /* and a package that nobody installed is still there */
    module_rig_download(rig, MODULE_INSTALLED);
    module_rig_power_cycle(rig);
    module_rig_pass(rig, 10000);
    module_rig_expect(rig, "AT+ULSTFILE=0,\"FOAT\"", "+ULSTFILE: \"updatePackage.bin\"");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* ---- packages of the server ------------------------------------------------------------------ */

/* R119: not by +UFWINSTALL; R120: but in download-only mode. */
START_TEST(the_servers_package_is_the_servers)
{
    static const char *const profiles[] = {"sara-r4", "lara-r6-00b", "sara-r5", "lara-r6-01b"};
    const char *start = _i == 2 ? START : "AT+UFWINSTALL";
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", profiles[_i]);
    module_rig_from_server(rig, MODULE_DELTA);
    module_rig_expect(rig, start, "+CME ERROR: operation not allowed");
    if (_i == 3) {
        module_rig_expect(rig, "AT+UFOTACONFIG=721,1,255", "OK");
        module_rig_from_server(rig, MODULE_DELTA);
        module_rig_expect(rig, "AT+UFWINSTALL=1,115200,,1", "OK");
        module_rig_expect(rig, start, "OK");
        (void)module_rig_until(rig, FWD_PORT_UART, "+UUFWINSTALL: 128");
    }
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R57: on SARA-R4 a reset is enough. */
START_TEST(a_reset_installs_the_servers_package_on_sara_r4)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", "sara-r4");
    module_rig_from_server(rig, MODULE_DELTA);
    if (_i == 0)
        module_rig_expect(rig, "AT+CFUN=15", "OK");
    else
        module_rig_power_cycle(rig);
    rig->taken = rig->count;
    module_rig_silent(rig, FWD_PORT_UART);
    ck_assert_str_eq(module_rig_version(rig), "1.1.0");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R117: an update by the server speaks only when the host has asked for it. */
START_TEST(an_update_by_the_server_speaks_when_asked_to)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", "lara-r6-01b");
    if (_i == 1)
        module_rig_expect(rig, "AT+UFWINSTALL=1,115200,, 1", "OK");
    module_rig_from_server(rig, MODULE_DELTA);
    module_rig_execute(rig);
    if (_i == 1)
        (void)module_rig_until(rig, FWD_PORT_UART, "+UUFWINSTALL: 128");
    module_rig_silent(rig, FWD_PORT_UART);
    ck_assert_str_eq(module_rig_version(rig), "1.1.0");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R121, R122: names as some documents print them; 247 for everything. */
START_TEST(other_spellings_can_be_asked_for)
{
    static const char *const lines[][2] = {{"+UFWPREVAL: 0", "+UUFWINSTALL: 1"},
        {"+UFWPREVAL: 0", "+UFWINSTALL: 1"}, {"+UUFWPREVAL: 0", "+UUFWINSTALL: 1"}};
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", "lara-r6-01b");
    rig->modem->config.spelling = (enum fwd_line_spelling)_i;
    module_rig_download(rig, MODULE_DELTA);
    module_rig_expect(rig, START, "OK");
    module_rig_line(rig, FWD_PORT_UART, lines[_i][0]);
    (void)module_rig_until(rig, FWD_PORT_UART, lines[_i][1]);
    module_rig_pass(rig, 60000);
    rig->taken = rig->count;
    rig->modem->config.umbrella = true;
    module_rig_download(rig, MODULE_INSTALLED);
    module_rig_expect(rig, START, "OK");
    (void)module_rig_until(rig, FWD_PORT_UART, _i == 1 ? "+UFWINSTALL: 247" : "+UUFWINSTALL: 247");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* ---- time ------------------------------------------------------------------------------------ */

/* Virtual milliseconds from the command to the result, as the flash takes them. */
static uint64_t time_of(struct module_rig *rig, enum module_package package, bool full)
{
    module_rig_command(rig, FWD_PORT_UART, "AT+CMEE=2");
    module_rig_line(rig, FWD_PORT_UART, "OK");
    if (full) {
        module_rig_command(rig, FWD_PORT_UART, "AT+UFWUPD=3");
        module_rig_line(rig, FWD_PORT_UART, "+UFWUPD: ONGOING");
        module_rig_xmodem(rig, FWD_PORT_UART, package, 1024);
        module_rig_line(rig, FWD_PORT_UART, "OK");
    } else {
        module_rig_download(rig, package);
        module_rig_expect(rig, START, "OK");
    }
    uint64_t before = rig->now;
    (void)module_rig_until(rig, FWD_PORT_UART, full ? "+UFWUPD: 128" : "+UUFWINSTALL: 128");
    return rig->now - before;
}

/* R50..R53: within the documented times; that of a delta follows from the difference, that of a
 * full image does not: it is the same on another firmware, and longer. */
START_TEST(the_time_of_an_installation_is_that_of_its_flash)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", "lara-r6-01b");
    uint64_t full = time_of(rig, MODULE_FULL, true);
    ck_assert_uint_gt(full, 1000);
    ck_assert_uint_lt(full, rig->profile->update_minutes * 60000);
    module_rig_free(rig);
    module_rig_new(rig, "inplace-4k", "lara-r6-01b");
    uint64_t delta = time_of(rig, MODULE_DELTA, false);
    ck_assert_uint_lt(delta, rig->profile->install_minutes * 60000);
    module_rig_free(rig);
    module_rig_new(rig, "inplace-4k", "lara-r6-01b");
    uint64_t nothing = time_of(rig, MODULE_INSTALLED, false);
    ck_assert_uint_lt(nothing, delta);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

int main(void)
{
    return module_rig_main("module install",
        (const struct module_rig_test[]){
            {lines_rise_and_the_module_starts_twice, 6},
            {sara_r4_is_silent, 1},
            {an_installation_cannot_be_cancelled, 3},
            {lines_go_to_the_port_and_speed_given, 2},
            {codes_before_the_configuration_go_to_the_primary_uart, 6},
            {a_refused_package_leaves_the_old_firmware, (int)(sizeof refusals / sizeof *refusals)},
            {sara_r4_refuses_without_a_word, 1},
            {a_length_that_is_not_the_packages_is_180, 2},
            {a_failure_before_the_first_write_ends_it, 2},
            {a_flash_that_fails_ends_in_update_mode, 1},
            {power_cuts_only_delay_it, 6},
            {an_installation_that_was_asked_for_is_carried_out, 1},
            {the_servers_package_is_the_servers, 4},
            {a_reset_installs_the_servers_package_on_sara_r4, 2},
            {an_update_by_the_server_speaks_when_asked_to, 2},
            {other_spellings_can_be_asked_for, 3},
            {the_time_of_an_installation_is_that_of_its_flash, 1},
            {NULL, 0},
        });
}
