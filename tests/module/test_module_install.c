/* +UFWINSTALL: what starts it, what it prints, where and how long it takes (R18..R32, R49..R56,
 * R108..R122). */
#include "tests/module/module_rig.h"

#include <stdio.h>

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
    return module_rig_main(
        "module install", (const struct module_rig_test[]){
                              {lines_rise_and_the_module_starts_twice, 6},
                              {sara_r4_is_silent, 1},
                              {an_installation_cannot_be_cancelled, 3},
                              {lines_go_to_the_port_and_speed_given, 2},
                              {other_spellings_can_be_asked_for, 3},
                              {the_time_of_an_installation_is_that_of_its_flash, 1},
                              {NULL, 0},
                          });
}
