/* An update of a Telit module: the bearer that it needs, what it closes and halts (R149, R204,
 * R234, R240, R262, R265). */
#include "tests/module/telit/telit_rig.h"

#include <stdio.h>
#include <string.h>

/* ---- bearers --------------------------------------------------------------------------------- */

START_TEST(a_bearer_needs_its_class)
{
    static const struct {
        const char *provision, *command;
        bool works;
    } cases[] = {
        {"apn=ibox.tim.it", "AT+CGCLASS=\"B\"", true},
        {"apn=ibox.tim.it", "AT+CGCLASS=\"CG\"", true},
        {"apn=ibox.tim.it", "AT+CGCLASS=\"CC\"", false},
        {"apn=ibox.tim.it", "AT#AUTOATT=0", false},
        {"csd=+39333", "AT+CGCLASS=\"CC\"", true},
        {"csd=+39333", "AT#AUTOATT=0", true},
        {"csd=+39333", "AT+CGCLASS=\"CG\"", false},
    };
    struct module_rig *rig = module_rig_telit("dual-slot");
    char text[80];

    snprintf(text, sizeof text, "FWOTA1 4 PROV %s", cases[_i].provision);
    module_rig_answer(rig, "sms", text);
    (void)module_rig_message(rig, "sms", "PROV-ACK");
    module_rig_expect(rig, "AT#AUTOATT?", "#AUTOATT: 1"); /* from the factory */
    module_rig_expect(rig, cases[_i].command, "OK");
    module_rig_answer(rig, "sms", TELIT_SMS_UPDATE);
    module_rig_event(rig, "Automatic Fw Upgrade Requested");
    (void)module_rig_message(rig, "sms", "CMD-ACK");
    module_rig_event(rig, cases[_i].works ? "Start Fw Download" : "OTA FW Upgrade Failed");
    if (cases[_i].works) {
        (void)module_rig_until(rig, FWD_PORT_UART, "#OTAEV: Server notified");
        module_rig_command(rig, FWD_PORT_UART, "ATE0"); /* not kept, nor is what was set here */
        (void)module_rig_until(rig, FWD_PORT_UART, "OK");
        module_rig_expect(rig, "AT#AUTOATT?", "#AUTOATT: 1");
        module_rig_expect(rig, "AT+CGCLASS?", "+CGCLASS: \"B\"");
    } else {
        telit_ends_with(module_rig_message(rig, "sms", "FINAL"), "result=129 sw=1.0.0");
    }
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* What the server has sent is what the FTP server sees. */
START_TEST(the_package_comes_from_where_the_server_says)
{
    struct module_rig *rig = module_rig_telit("dual-slot");

    module_rig_answer(rig, "sms", TELIT_SMS_UPDATE " port=2121 user=me pass=a%20b");
    module_rig_event(rig, "Automatic Fw Upgrade Requested");
    module_rig_event(rig, "Start Fw Download");
    ck_assert_str_eq(rig->server.host, "ftp.example.com");
    ck_assert_str_eq(rig->server.path, "fw/delta.upd");
    ck_assert_uint_eq(rig->server.request.port, 2121);
    ck_assert_str_eq(rig->server.request.user, "me");
    ck_assert_str_eq(rig->server.request.password, "a b");
    ck_assert_int_eq(rig->server.request.scheme, FWD_TRANSFER_FTP);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* ---- what it closes -------------------------------------------------------------------------- */

static void occupy(struct module_rig *rig)
{
    module_rig_expect(rig, "AT#SGACT=1,1", "#SGACT: 10.64.1.2");
    module_rig_expect(rig, "AT#SD=1,0,80,\"example.com\"", "OK");
    module_rig_expect(rig, "AT#FTPOPEN=\"ftp.example.com\",\"me\",\"secret\",0", "OK");
    module_rig_expect(rig, "ATD123;", "OK");
    module_rig_expect(rig, "AT#GPRS=1", "+IP: 10.64.1.2");
}

static void nothing_is_open(struct module_rig *rig)
{
    module_rig_expect(rig, "AT+CLCC", "OK");
    module_rig_expect(rig, "AT#GPRS?", "#GPRS: 0");
    module_rig_expect(rig, "AT#FTPCLOSE", "+CME ERROR: operation not allowed");
    module_rig_command(rig, FWD_PORT_UART, "AT#SGACT?");
    module_rig_line(rig, FWD_PORT_UART, "#SGACT: 1,0");
    (void)module_rig_until(rig, FWD_PORT_UART, "OK");
    module_rig_command(rig, FWD_PORT_UART, "AT#SS");
    module_rig_line(rig, FWD_PORT_UART, "#SS: 1,0");
    (void)module_rig_until(rig, FWD_PORT_UART, "OK");
}

/* R149: before the download; R265: before the connection. */
START_TEST(contexts_sockets_and_calls_end_before_an_update)
{
    struct module_rig *rig = module_rig_telit("dual-slot");

    occupy(rig);
    if (_i == 0) {
        module_rig_answer(rig, "sms", TELIT_SMS_UPDATE);
        module_rig_event(rig, "Automatic Fw Upgrade Requested");
    } else {
        module_rig_command(rig, FWD_PORT_UART, "AT#OTASNAPIP=4242,\"ota.example.com\"");
    }
    module_rig_line(rig, FWD_PORT_UART, "NO CARRIER");
    module_rig_line(rig, FWD_PORT_UART, _i == 0 ? "#OTAEV: Start Fw Download" : "OK");
    ck_assert(!rig->ota_open);
    nothing_is_open(rig);
    if (_i == 1)
        (void)module_rig_message(rig, "tcp", "HELLO");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* By SMS the host has its commands until flash is written; by TCP it has none from the start on. */
START_TEST(the_at_interface_stands_still)
{
    struct module_rig *rig = module_rig_telit("dual-slot");
    bool tcp = _i == 1;

    module_rig_answer(rig, "sms", tcp ? TELIT_TCP_UPDATE : TELIT_SMS_UPDATE);
    module_rig_event(rig, "Automatic Fw Upgrade Requested");
    if (tcp) {
        (void)module_rig_message(rig, "tcp", "HELLO");
        (void)module_rig_message(rig, "tcp", "CMD-ACK");
        module_rig_command(rig, FWD_PORT_UART, "AT");
        module_rig_answer(rig, "tcp", TELIT_PROGRESS);
    } else {
        module_rig_command(rig, FWD_PORT_UART, "AT");
        module_rig_line(rig, FWD_PORT_UART, "OK");
    }
    module_rig_event(rig, "Start Fw Download");
    module_rig_event(rig, "Fw Download Complete");
    module_rig_command(rig, FWD_PORT_UART, "AT");
    module_rig_event(rig, "Module Upgraded To New FW");
    ck_assert_str_eq(module_rig_version(rig), "1.1.0");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

static unsigned count_pin(const struct module_rig *rig, const char *pin, int level)
{
    unsigned count = 0;
    size_t index;
    const json_t *event;

    json_array_foreach (rig->events, index, event) {
        const char *name = json_string_value(json_object_get(event, "pin"));
        count += name != NULL && strcmp(name, pin) == 0 &&
                 json_integer_value(json_object_get(event, "level")) == level;
    }
    return count;
}

/* R234: halted for the whole upgrade by TCP, for the installation by SMS; R240: what the pins do.
 */
START_TEST(the_script_is_halted_and_the_pins_tell)
{
    struct module_rig *rig = module_rig_telit("dual-slot");
    bool tcp = _i == 1;

    module_rig_expect(rig, "AT#ESCRIPT=\"main.py\"", "OK");
    module_rig_expect(rig, "AT#EXECSCR", "OK");
    module_rig_expect(rig, "AT#STARTMODESCR=1,10", "OK");
    ck_assert_uint_eq(module_rig_events(rig, "state", "running"), 1);
    module_rig_answer(rig, "sms", tcp ? TELIT_TCP_UPDATE : TELIT_SMS_UPDATE);
    module_rig_event(rig, "Automatic Fw Upgrade Requested");
    if (tcp) {
        (void)module_rig_message(rig, "tcp", "HELLO");
        (void)module_rig_message(rig, "tcp", "CMD-ACK");
        module_rig_answer(rig, "tcp", TELIT_PROGRESS);
    }
    module_rig_event(rig, "Start Fw Download");
    ck_assert_uint_eq(module_rig_events(rig, "state", "halted"), tcp ? 1 : 0);
    unsigned low = count_pin(rig, "dsr", 0), rts = count_pin(rig, "rts", 0);
    module_rig_event(rig, "Fw Download Complete");
    module_rig_event(rig, "Module Upgraded To New FW");
    ck_assert_uint_eq(module_rig_events(rig, "state", "halted"), 1);
    ck_assert_uint_eq(module_rig_events(rig, "state", "running"), 2);
    ck_assert_uint_eq(count_pin(rig, "dsr", 0), low + 1);
    ck_assert_uint_eq(count_pin(rig, "rts", 0), rts + 1);
    ck_assert_uint_ge(count_pin(rig, "dcd", 1), 1);
    ck_assert_uint_ge(count_pin(rig, "dcd", 0), 1);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

int main(void)
{
    return module_rig_main("telit update", (const struct module_rig_test[]){
                                               {a_bearer_needs_its_class, 7},
                                               {the_package_comes_from_where_the_server_says, 1},
                                               {contexts_sockets_and_calls_end_before_an_update, 2},
                                               {the_at_interface_stands_still, 2},
                                               {the_script_is_halted_and_the_pins_tell, 2},
                                               {NULL, 0},
                                           });
}
