/* +UFWUPD: the handshake, the file, what follows (R91..R110). */
#include "tests/hostio/scratch_folder.h"
#include "tests/module/module_rig.h"

#include <stdio.h>
#include <string.h>

static const char *const laras[] = {
    "lara-r6-00b", "lara-r6-01b", "lara-r6001d-00b", "lara-r6004d-00b", "lara-l6"};

/* R94, R95, R99, R102 (time-out: test vectors), R107: over USB at another speed; the lines come on
 * the primary UART at 115200, never on USB; the module starts twice. */
START_TEST(lara_installs_by_itself_and_tells_it_on_the_primary_uart)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", laras[_i]);
    module_rig_expect(rig, "AT+IPR=921600", "OK");
    module_rig_command(rig, FWD_PORT_USB, "AT+UFWUPD=3");
    uint64_t asked = rig->now;
    module_rig_line(rig, FWD_PORT_USB, "+UFWUPD: ONGOING");
    ck_assert_uint_eq(rig->now - asked, 5000);
    module_rig_xmodem(rig, FWD_PORT_USB, MODULE_FULL, 128);
    module_rig_line(rig, FWD_PORT_USB, "OK");
    if (rig->profile->validation != NULL)
        (void)module_rig_until(rig, FWD_PORT_UART, "+UFWPREVAL: 0");
    (void)module_rig_until(rig, FWD_PORT_UART, "+UFWUPD: 1");
    ck_assert_uint_eq(rig->modem->ports[FWD_PORT_UART].baud, 115200);
    (void)module_rig_until(rig, FWD_PORT_UART, "+UFWUPD: 128");
    for (size_t i = rig->taken; i < rig->count; i++)
        ck_assert(rig->items[i].port != FWD_PORT_USB);
    module_rig_silent(rig, FWD_PORT_UART);
    ck_assert_str_eq(module_rig_version(rig), "1.1.0");
    ck_assert_uint_eq(rig->modem->ports[FWD_PORT_UART].baud, 921600); /* +IPR's again */
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R91..R93: 16 seconds; nothing at the end; +UFWINSTALL is needed. */
START_TEST(sara_r4_stores_the_package_and_waits)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", "sara-r4");
    module_rig_expect(rig, "AT+UFWUPD=?", "+UFWUPD: (3)");
    module_rig_command(rig, FWD_PORT_UART, "AT+UFWUPD=3");
    uint64_t asked = rig->now;
    module_rig_line(rig, FWD_PORT_UART, "+UFWUPD: ONGOING");
    ck_assert_uint_eq(rig->now - asked, 16000);
    module_rig_xmodem(rig, FWD_PORT_UART, MODULE_DELTA, 1024);
    module_rig_silent(rig, FWD_PORT_UART);
    ck_assert_str_eq(module_rig_version(rig), "1.0.0");
    module_rig_expect(rig, "AT+UFWINSTALL", "OK");
    module_rig_silent(rig, FWD_PORT_UART); /* R31 */
    ck_assert_str_eq(module_rig_version(rig), "1.1.0");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R96, R98, R110: port and speed are those of the command, for everything. */
static const struct {
    const char *command;
    enum fwd_port port;
    uint32_t baud;
} r5_ports[] = {
    {"AT+UFWUPD=1,460800", FWD_PORT_UART, 460800},
    {"AT+UFWUPD=2,921600", FWD_PORT_AUX, 921600},
    {"AT+UFWUPD=1,3000000", FWD_PORT_UART, 3000000},
};

START_TEST(sara_r5_updates_where_it_is_told_to)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "inplace-4k", "sara-r5");
    module_rig_command(rig, FWD_PORT_UART, r5_ports[_i].command);
    module_rig_line(rig, r5_ports[_i].port, "+UFWUPD: ONGOING");
    ck_assert_uint_eq(rig->modem->ports[r5_ports[_i].port].baud, r5_ports[_i].baud);
    module_rig_xmodem(rig, r5_ports[_i].port, MODULE_FULL, 1024);
    module_rig_line(rig, r5_ports[_i].port, "+UFWPREVAL: 0");
    (void)module_rig_until(rig, r5_ports[_i].port, "+UFWUPD: 128");
    module_rig_silent(rig, r5_ports[_i].port);
    ck_assert_uint_eq(rig->modem->ports[r5_ports[_i].port].baud, 115200);
    ck_assert_str_eq(module_rig_version(rig), "1.1.0");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R97: a wrong command is answered where and as fast as it came, and nothing starts. */
START_TEST(sara_r5_answers_a_wrong_command_at_the_old_speed)
{
    static const char *const wrong[] = {"AT+UFWUPD=1,abc", "AT+UFWUPD=3", "AT+UFWUPD=3,115200",
        "AT+UFWUPD=1,115201", "AT+UFWUPD=1", "AT+UFWUPD=,115200"};
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", "sara-r5");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        module_rig_expect(rig, wrong[i], "+CME ERROR: Incorrect parameters");
    ck_assert_uint_eq(rig->modem->ports[FWD_PORT_UART].baud, 115200);
    ck_assert_int_eq(rig->modem->phase, FWD_MODEM_PHASE_NORMAL);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* Its ACK is lost, so the sender repeats its EOT: acknowledged again, before and after the module
 * has started anew, and no command line is spoiled by it. */
START_TEST(a_repeated_eot_is_acknowledged_again)
{
    static const char *const profiles[] = {"sara-r4", "lara-r6-01b"};
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "inplace-4k", profiles[_i]);
    module_rig_command(rig, FWD_PORT_UART, "AT+UFWUPD=3");
    module_rig_line(rig, FWD_PORT_UART, "+UFWUPD: ONGOING");
    module_rig_xmodem(rig, FWD_PORT_UART, _i == 0 ? MODULE_DELTA : MODULE_FULL, 128);
    if (_i == 1)
        module_rig_line(rig, FWD_PORT_UART, "OK");
    for (int i = 0; i < 2; i++) {
        module_rig_send(rig, FWD_PORT_UART, "\x04", 1);
        const struct module_item *item = module_rig_next(rig, FWD_PORT_UART);
        ck_assert(item != NULL && !item->line && item->byte == FWD_XMODEM_ACK);
    }
    if (_i == 1)
        (void)module_rig_until(rig, FWD_PORT_UART, "+UFWUPD: 128");
    while (rig->modem->ports[FWD_PORT_UART].mode != FWD_PORT_MODE_COMMAND)
        ck_assert(module_rig_step(rig));
    module_rig_send(rig, FWD_PORT_UART,
        "\x04"
        "AT+CGMI\r\x04"
        "AT\r",
        13);
    (void)module_rig_until(rig, FWD_PORT_UART, "u-blox");
    module_rig_line(rig, FWD_PORT_UART, "OK");
    module_rig_line(rig, FWD_PORT_UART, "OK");
    module_rig_silent(rig, FWD_PORT_UART); /* an EOT later on is noise */
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R55: a call is there until the module installs, and none can be made then. */
START_TEST(calls_end_with_an_installation)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", _i == 0 ? "lara-l6" : "sara-r5");
    module_rig_download(rig, MODULE_DELTA);
    module_rig_expect(rig, "ATD112;", "OK");
    module_rig_expect(rig, "ATD112;", "+CME ERROR: operation not allowed");
    module_rig_expect(rig, "AT+CLCC", "+CLCC: 1,0,0,0,0,\"112\",129");
    module_rig_command(rig, FWD_PORT_UART, "AT+UFWINSTALL=1,115200");
    module_rig_line(rig, FWD_PORT_UART, "OK");
    module_rig_line(rig, FWD_PORT_UART, "NO CARRIER");
    module_rig_command(rig, FWD_PORT_UART, "ATD112;"); /* nobody listens */
    module_rig_line(rig, FWD_PORT_UART, "+UFWPREVAL: 0");
    module_rig_command(rig, FWD_PORT_UART, "ATD112;");
    (void)module_rig_until(rig, FWD_PORT_UART, "+UUFWINSTALL: 128");
    module_rig_silent(rig, FWD_PORT_UART);
    rig->modem->echo = false; /* on again where settings are the factory's */
    module_rig_expect(rig, "AT+CLCC", "OK");
    module_rig_expect(rig, "ATD112;", "OK");
    module_rig_expect(rig, "ATH", "OK");
    module_rig_expect(rig, "ATD112", "NO CARRIER"); /* data: there is no such service */
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R106: 3000000 bit/s is not for the UARTs of two products; USB and other speeds are. */
START_TEST(the_fastest_speed_is_not_for_every_uart)
{
    static const bool able[] = {true, true, true, false, false};
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", laras[_i]);
    module_rig_expect(rig, "AT+IPR=3000000", "OK");
    module_rig_command(rig, FWD_PORT_UART, "AT+UFWUPD=3");
    module_rig_line(
        rig, FWD_PORT_UART, able[_i] ? "+UFWUPD: ONGOING" : "+CME ERROR: operation not allowed");
    module_rig_free(rig);
    module_rig_new(rig, "dual-slot", laras[_i]);
    module_rig_expect(rig, "AT+IPR=3000000", "OK");
    module_rig_command(rig, FWD_PORT_USB, "AT+UFWUPD=3");
    module_rig_line(rig, FWD_PORT_USB, "+UFWUPD: ONGOING");
    module_rig_free(rig);
    module_rig_new(rig, "dual-slot", laras[_i]);
    module_rig_expect(rig, "AT+IPR=921600", "OK");
    module_rig_command(rig, FWD_PORT_UART, "AT+UFWUPD=3");
    module_rig_line(rig, FWD_PORT_UART, "+UFWUPD: ONGOING");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R101, R102: blocks of 128 and 1024 bytes; the filling of the last one is not part of the package,
 * so 180 does not come. R100: CRC while C is sent, the checksum afterwards. */
START_TEST(both_block_sizes_and_both_checks_are_taken)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", "lara-r6-01b");
    module_rig_command(rig, FWD_PORT_UART, "AT+UFWUPD=3");
    module_rig_line(rig, FWD_PORT_UART, "+UFWUPD: ONGOING");
    if (_i / 2 == 1)
        module_rig_pass(rig, 20000); /* two NAKs */
    module_rig_xmodem(rig, FWD_PORT_UART, MODULE_FULL, _i % 2 == 0 ? 128 : 1024);
    ck_assert(rig->modem->xmodem.crc == (_i / 2 == 0));
    (void)module_rig_until(rig, FWD_PORT_UART, "+UFWUPD: 128");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R7, R8, R24: a delta is not what +UFWUPD takes, and the answer has its name. */
START_TEST(a_delta_is_refused_with_247)
{
    struct module_rig *rig = module_rig_alloc();
    static const char *const profiles[] = {"lara-r6-01b", "sara-r5", "lara-r6001d-00b"};
    static const char *const codes[] = {"+UFWUPD: 247", "+UFWUPD: 247", "+UFWUPD: 129"};

    module_rig_new(rig, "dual-slot", profiles[_i]);
    module_rig_command(rig, FWD_PORT_UART, _i == 1 ? "AT+UFWUPD=1,115200" : "AT+UFWUPD=3");
    module_rig_line(rig, FWD_PORT_UART, "+UFWUPD: ONGOING");
    module_rig_xmodem(rig, FWD_PORT_UART, MODULE_DELTA, 128);
    ck_assert_str_eq(module_rig_until(rig, FWD_PORT_UART, codes[_i]), codes[_i]);
    module_rig_silent(rig, FWD_PORT_UART);
    ck_assert_str_eq(module_rig_version(rig), "1.0.0"); /* R22, R27 */
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* A module that was held up counts what waited for it as on time: no NAK crosses the next block. */
START_TEST(bytes_that_waited_are_on_time)
{
    struct module_rig *rig = module_rig_alloc();
    uint8_t frame[3 + 128 + 2] = {FWD_XMODEM_SOH, 1, 254};

    module_rig_new(rig, "dual-slot", "lara-r6-01b");
    module_rig_command(rig, FWD_PORT_UART, "AT+UFWUPD=3");
    module_rig_line(rig, FWD_PORT_UART, "+UFWUPD: ONGOING");
    rig->taken = rig->count;
    for (int block = 1; block <= 3; block++) {
        frame[1] = (uint8_t)block;
        frame[2] = (uint8_t)~block;
        rig->now += 60000; /* nothing ticks meanwhile */
        module_rig_send(rig, FWD_PORT_UART, frame, sizeof frame);
        ck_assert_uint_eq(rig->count, rig->taken + 1);
        ck_assert_uint_eq(rig->items[rig->taken++].byte, FWD_XMODEM_ACK);
        fwd_modem_tick(rig->modem);
        ck_assert_uint_eq(rig->count, rig->taken);
    }
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* ---- it does not come ------------------------------------------------------------------------ */

static void cancel(struct module_rig *rig)
{
    static const uint8_t can[] = {FWD_XMODEM_CAN, FWD_XMODEM_CAN};

    module_rig_pass(rig, 100);
    module_rig_send(rig, FWD_PORT_UART, can, sizeof can);
}

/* R27, R102, R103: what was not received changes nothing. */
START_TEST(a_sender_that_cancels_changes_nothing)
{
    static const char *const profiles[] = {"sara-r4", "lara-r6-01b", "sara-r5"};
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", profiles[_i]);
    module_rig_command(rig, FWD_PORT_UART, _i == 2 ? "AT+UFWUPD=1,115200" : "AT+UFWUPD=3");
    module_rig_line(rig, FWD_PORT_UART, "+UFWUPD: ONGOING");
    cancel(rig);
    (void)module_rig_until(rig, FWD_PORT_UART, "ERROR1");
    module_rig_silent(rig, FWD_PORT_UART);
    ck_assert_str_eq(module_rig_version(rig), "1.0.0");
    module_rig_expect(rig, "AT+ULSTFILE=0,\"FOAT\"", "+ULSTFILE:");
    ck_assert_uint_eq(module_rig_events(rig, "state", "cancelled"), 1);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R65, R66, R104: power goes while the file comes: the next start is a normal one, and the file has
 * to be sent from its beginning. */
START_TEST(a_power_cut_in_the_transfer_is_forgotten)
{
    static const char *const profiles[] = {"lara-r6-01b", "sara-r5"};
    struct module_rig *rig = module_rig_alloc();
    const char *command = _i == 1 ? "AT+UFWUPD=1,115200" : "AT+UFWUPD=3";
    static const uint8_t half[] = {FWD_XMODEM_SOH, 1, 254, 'h', 'a', 'l', 'f'};

    module_rig_new(rig, "inplace-4k", profiles[_i]);
    module_rig_command(rig, FWD_PORT_UART, command);
    module_rig_line(rig, FWD_PORT_UART, "+UFWUPD: ONGOING");
    module_rig_send(rig, FWD_PORT_UART, half, sizeof half);
    module_rig_power_cycle(rig);
    rig->taken = rig->count;
    module_rig_silent(rig, FWD_PORT_UART);
    ck_assert_str_eq(module_rig_version(rig), "1.0.0");
    module_rig_command(rig, FWD_PORT_UART, command);
    module_rig_line(rig, FWD_PORT_UART, "+UFWUPD: ONGOING");
    module_rig_xmodem(rig, FWD_PORT_UART, MODULE_FULL, 1024);
    (void)module_rig_until(rig, FWD_PORT_UART, "+UFWUPD: 128");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R62: SARA-R5 without its image waits for a new one, through time-outs and starts, and takes it.
 */
START_TEST(sara_r5_waits_for_its_image_as_long_as_it_takes)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "inplace-4k", "sara-r5");
    module_rig_command(rig, FWD_PORT_UART, "AT+UFWUPD=1,460800");
    module_rig_line(rig, FWD_PORT_UART, "+UFWUPD: ONGOING");
    rig->cut_on = "+UFWUPD: ";
    rig->cut_skip = 20;
    module_rig_xmodem(rig, FWD_PORT_UART, MODULE_FULL, 1024);
    ck_assert_int_eq(fwd_modem_power(rig->modem), FWD_MODEM_CUT);
    for (int i = 0; i < 2; i++) {
        module_rig_power_cycle(rig);
        rig->taken = rig->count;
        (void)module_rig_until(rig, FWD_PORT_UART, "Timeout");
        ck_assert_uint_eq(rig->modem->ports[FWD_PORT_UART].baud, 460800);
    }
    module_rig_xmodem(rig, FWD_PORT_UART, MODULE_FULL, 1024);
    (void)module_rig_until(rig, FWD_PORT_UART, "+UFWUPD: 128");
    module_rig_silent(rig, FWD_PORT_UART);
    ck_assert_str_eq(module_rig_version(rig), "1.1.0");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R58: LARA goes on by itself after a power cut in the installation, and still tells it. */
START_TEST(lara_finishes_an_interrupted_update)
{
    struct module_rig *rig = module_rig_alloc();
    const char *device = _i == 0 ? "inplace-4k" : "dual-slot";

    module_rig_new(rig, device, "lara-r6-00b");
    module_rig_command(rig, FWD_PORT_UART, "AT+UFWUPD=3");
    module_rig_line(rig, FWD_PORT_UART, "+UFWUPD: ONGOING");
    module_rig_xmodem(rig, FWD_PORT_UART, MODULE_FULL, 1024);
    rig->cut_on = _i == 0 ? "+UFWUPD: " : "+UFWPREVAL: ";
    rig->cut_skip = 10;
    while (fwd_modem_power(rig->modem) == FWD_MODEM_ON)
        ck_assert(module_rig_step(rig));
    ck_assert_int_eq(fwd_modem_power(rig->modem), FWD_MODEM_CUT);
    module_rig_power_cycle(rig);
    rig->taken = rig->count;
    module_rig_send(rig, FWD_PORT_UART, "AT\r", 3); /* nobody listens */
    (void)module_rig_until(rig, FWD_PORT_UART, "+UFWUPD: 128");
    module_rig_silent(rig, FWD_PORT_UART);
    ck_assert_str_eq(module_rig_version(rig), "1.1.0");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

int main(void)
{
    return module_rig_main(
        "module update", (const struct module_rig_test[]){
                             {lara_installs_by_itself_and_tells_it_on_the_primary_uart, 5},
                             {sara_r4_stores_the_package_and_waits, 1},
                             {sara_r5_updates_where_it_is_told_to, 3},
                             {sara_r5_answers_a_wrong_command_at_the_old_speed, 1},
                             {a_repeated_eot_is_acknowledged_again, 2},
                             {calls_end_with_an_installation, 2},
                             {the_fastest_speed_is_not_for_every_uart, 5},
                             {both_block_sizes_and_both_checks_are_taken, 4},
                             {bytes_that_waited_are_on_time, 1},
                             {a_delta_is_refused_with_247, 3},
                             {a_sender_that_cancels_changes_nothing, 3},
                             {a_power_cut_in_the_transfer_is_forgotten, 2},
                             {sara_r5_waits_for_its_image_as_long_as_it_takes, 1},
                             {lara_finishes_an_interrupted_update, 2},
                             {NULL, 0},
                         });
}
