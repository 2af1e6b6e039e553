/* +UFWINSTALL that does not go well: what is wrong with the module or its flash, what is wrong with
 * the package; the code says which, and the old firmware runs (R1, R6, R20..R39, R43..R45, R60,
 * R108, R109). */
#include "sim/device/system.h"
#include "tests/module/module_rig.h"

#include <stdio.h>
#include <string.h>

#define START "AT+UFWINSTALL=1,115200"

/* ---- before the package is read -------------------------------------------------------------- */

static void damage(struct module_rig *rig, enum fwd_system_table table)
{
    static const uint8_t junk[16] = {1, 2, 3};

    ck_assert(fwd_nor_poke(rig->machine->nor, FWD_AREA_SYSTEM,
        fwd_system_offset(rig->machine->description, table), junk, sizeof junk));
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

/* ---- the package ----------------------------------------------------------------------------- */

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

static void hook(struct module_rig *rig, enum fwd_point point, enum fwd_reason reason)
{
    rig->machine->nvm.hooks[rig->machine->nvm.hook_count++] = (struct fwd_nvm_hook){point, reason};
}

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

int main(void)
{
    return module_rig_main("module install refused",
        (const struct module_rig_test[]){
            {codes_before_the_configuration_go_to_the_primary_uart, 6},
            {a_refused_package_leaves_the_old_firmware, (int)(sizeof refusals / sizeof *refusals)},
            {sara_r4_refuses_without_a_word, 1},
            {a_length_that_is_not_the_packages_is_180, 2},
            {a_failure_before_the_first_write_ends_it, 2},
            {a_flash_that_fails_ends_in_update_mode, 1},
            {NULL, 0},
        });
}
