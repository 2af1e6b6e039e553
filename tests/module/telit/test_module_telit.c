/* What a Telit module does beyond the conversations of tests/at/telit.txt: registration and SIMs,
 * protocols, what an update closes, keeps and loses, and what becomes of it when things fail
 * (R86, R148..R149, R190..R206, R234, R240, R262..R265). */
#include "module/at/at_hooks.h"
#include "module/modem/user_files.h"
#include "tests/hostio/scratch_folder.h"
#include "tests/module/module_rig.h"

#include <stdio.h>
#include <string.h>

#define SMS_UPDATE "FWOTA1 7 CMD op=update mode=auto via=sms host=ftp.example.com path=fw/delta.upd"
#define TCP_UPDATE "FWOTA1 7 CMD op=update mode=auto via=tcp host=ota.example.com port=4242"
#define PROGRESS   "FWOTA1 7 PROG host=ftp.example.com path=fw/delta.upd user=me pass=secret"
#define SERVER_    "AT#OTAIPCFG=4242,\"ota.example.com\""

static void cycle(struct module_rig *rig)
{
    module_rig_power_cycle(rig);
    module_rig_pass(rig, 10000);
}

static void ends_with(const char *text, const char *end)
{
    ck_assert_msg(
        strlen(text) >= strlen(end) && strcmp(text + strlen(text) - strlen(end), end) == 0,
        "'%s' does not end with '%s'", text, end);
}

/* ---- registration ---------------------------------------------------------------------------- */

START_TEST(a_registration_says_who_the_module_is)
{
    struct module_rig *rig = module_rig_telit("dual-slot");
    char text[300];

    module_rig_expect(rig, "AT#OTASNAP=\"+390001\"", "OK");
    snprintf(text, sizeof text,
        "FWOTA1 0 REG imei=%s num=+15550100 model=GE910-QUAD imsi=001010123456789 plmn=00101 "
        "sw=1.0.0",
        rig->modem->store.imei);
    ck_assert_str_eq(module_rig_message(rig, "sms", "REG"), text);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* Again after each start, until it is acknowledged; then never. */
START_TEST(a_registration_is_sent_until_it_is_acknowledged)
{
    struct module_rig *rig = module_rig_telit("dual-slot");
    bool tcp = _i == 1;

    if (tcp)
        module_rig_expect(rig, "AT#OTASNAPIP=4242,\"ota.example.com\",\"+39335475718\"", "OK");
    else
        module_rig_expect(rig, "AT#OTASNAP=\"+390001\"", "OK");
    for (int i = 0; i < 3; i++) {
        if (tcp)
            (void)module_rig_message(rig, "tcp", "HELLO");
        (void)module_rig_message(rig, tcp ? "tcp" : "sms", "REG");
        cycle(rig);
    }
    if (tcp)
        (void)module_rig_message(rig, "tcp", "HELLO");
    (void)module_rig_message(rig, tcp ? "tcp" : "sms", "REG");
    module_rig_answer(rig, tcp ? "tcp" : "sms", "FWOTA1 0 REG-ACK sms=+390001");
    module_rig_event(rig, "Registered");
    cycle(rig);
    module_rig_no_message(rig);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

static void insert_sim(struct module_rig *rig, const char *imsi)
{
    snprintf(rig->modem->store.imsi, sizeof rig->modem->store.imsi, "%s", imsi);
    fwd_modem_save(rig->modem);
    cycle(rig);
}

/* By SMS also when it was registered by TCP; not after #OTASNAP="". */
START_TEST(another_sim_registers_by_itself)
{
    struct module_rig *rig = module_rig_telit("dual-slot");

    module_rig_expect(rig, "AT#OTASNAPIP=4242,\"ota.example.com\"", "OK");
    (void)module_rig_message(rig, "tcp", "HELLO");
    (void)module_rig_message(rig, "tcp", "REG");
    module_rig_answer(rig, "tcp", "FWOTA1 0 REG-ACK sms=+390001");
    module_rig_event(rig, "Registered");
    insert_sim(rig, "222015602005678");
    (void)module_rig_message(rig, "sms", "REG");
    module_rig_answer(rig, "sms", "FWOTA1 0 REG-ACK");
    module_rig_expect(rig, "AT#OTASNAP=\"\"", "#OTAEV: Registered");
    insert_sim(rig, "222015602009999");
    module_rig_no_message(rig);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* ---- requests -------------------------------------------------------------------------------- */

START_TEST(the_host_says_yes_or_no_within_a_minute)
{
    static const struct {
        uint32_t after_ms;
        const char *command, *answer, *ack;
    } cases[] = {
        {59000, "AT#OTASUAN=1", "OK", "answer=accepted"},
        {1000, "AT#OTASUAN=0", "OK", "answer=rejected"},
        {61000, "AT#OTASUAN=1", "+CME ERROR: operation not allowed", "answer=timeout"},
    };
    struct module_rig *rig = module_rig_telit("dual-slot");

    module_rig_answer(
        rig, "sms", "FWOTA1 7 CMD op=update mode=manual via=sms host=ftp.example.com path=x");
    module_rig_event(rig, "Do you want to upgrade the firmware?");
    module_rig_pass(rig, cases[_i].after_ms);
    module_rig_expect(rig, cases[_i].command, cases[_i].answer);
    ends_with(module_rig_message(rig, "sms", "CMD-ACK"), cases[_i].ack);
    if (_i > 0)
        module_rig_silent(rig, FWD_PORT_UART);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

START_TEST(one_request_at_a_time)
{
    struct module_rig *rig = module_rig_telit("dual-slot");

    module_rig_answer(
        rig, "sms", "FWOTA1 7 CMD op=update mode=manual via=sms host=ftp.example.com path=x");
    module_rig_answer(rig, "sms", "FWOTA1 8 CMD op=update mode=auto via=sms host=b path=x");
    ends_with(module_rig_message(rig, "sms", "CMD-ACK"), "answer=busy");
    module_rig_answer(rig, "sms", "FWOTA1 9 CMD op=explode");
    ends_with(module_rig_message(rig, "sms", "CMD-ACK"), "answer=unsupported");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R197: every message, no package. */
START_TEST(a_test_exchanges_the_messages_and_updates_nothing)
{
    struct module_rig *rig = module_rig_telit("dual-slot");
    bool tcp = _i == 1;
    const char *way = tcp ? "tcp" : "sms";

    module_rig_answer(rig, "sms",
        tcp ? "FWOTA1 7 CMD op=test via=tcp host=ota.example.com port=4242"
            : "FWOTA1 7 CMD op=test via=sms");
    if (tcp)
        (void)module_rig_message(rig, way, "HELLO");
    (void)module_rig_message(rig, way, "CMD-ACK");
    if (tcp)
        module_rig_answer(rig, way, PROGRESS);
    (void)module_rig_message(rig, way, tcp ? "PROG-ACK" : "PROG");
    ends_with(module_rig_message(rig, way, "FINAL"), "result=128 sw=1.0.0");
    module_rig_silent(rig, FWD_PORT_UART);
    ck_assert_uint_eq(rig->server.starts, 0);
    module_rig_expect(rig, "AT+CGMR", "1.0.0");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

START_TEST(a_query_is_answered_and_told)
{
    struct module_rig *rig = module_rig_telit("dual-slot");

    module_rig_answer(rig, "sms", "FWOTA1 5 CMD op=query");
    ck_assert_ptr_nonnull(strstr(module_rig_message(rig, "sms", "INFO"), "imsi=001010123456789"));
    module_rig_event(rig, "Notified");
    module_rig_expect(rig, "AT+CIMI", "001010123456789");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

START_TEST(a_version_has_its_protocols)
{
    static const struct {
        const char *version;
        bool combined, tcp;
    } cases[] = {
        {"10.00.002", false, false}, {"10.00.003", true, false}, {"10.00.004", true, true},
        {"13.00.001", false, false}, {"13.00.002", true, true}, {"12.00.002", true, true},
        {"16.00.002", false, false}, {"1.0.0", true, true}, /* says nothing */
    };
    char device[32];
    snprintf(device, sizeof device, "dual-slot@%s", cases[_i].version);
    struct module_rig *rig = module_rig_telit(device);

    module_rig_expect(rig, "AT+CGMR", cases[_i].version);
    module_rig_expect(rig, SERVER_, "OK");
    module_rig_expect(
        rig, "AT#OTAIPUPD", cases[_i].tcp ? "OK" : "+CME ERROR: operation not allowed");
    if (cases[_i].tcp) {
        (void)module_rig_message(rig, "tcp", "HELLO");
        module_rig_answer(rig, "tcp", "closes");
        module_rig_event(rig, "OTA FW Upgrade Failed");
        (void)module_rig_message(rig, "tcp", "HELLO");
        (void)module_rig_message(rig, "tcp", "FINAL");
    }
    module_rig_answer(rig, "sms", TCP_UPDATE);
    if (cases[_i].combined)
        (void)module_rig_message(rig, "tcp", "HELLO");
    else
        ends_with(module_rig_message(rig, "sms", "CMD-ACK"), "answer=unsupported");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R201: which short messages are the server's, and which are the host's. */
START_TEST(the_servers_messages_do_not_reach_the_host)
{
    static const struct {
        const char *coding, *text;
        bool host;
    } cases[] = {
        {"7", "FWOTA1 5 CMD op=nothing", false},
        {"8.0", "FWOTA1 5 CMD op=nothing", false},
        {"7", "FWOTA2 5 CMD op=nothing", false}, /* another version: for nobody */
        {"7", "FWOTA1 5 CMD op=\x07", false},
        {"7.1", "FWOTA1 5 CMD op=nothing", true},
        {"8", "FWOTA1 5 CMD op=nothing", true},
        {"7", "FW says hello", true},
    };
    struct module_rig *rig = module_rig_telit("dual-slot");

    fwd_at_hooks_sms(rig->modem, "+390001", cases[_i].coding, cases[_i].text);
    if (cases[_i].host)
        module_rig_line(rig, FWD_PORT_UART, "+CMTI: \"SM\",1");
    module_rig_command(rig, FWD_PORT_UART, "AT+CMGL");
    if (cases[_i].host) {
        module_rig_line(rig, FWD_PORT_UART, "+CMGL: 1,\"REC READ\",\"+390001\",,");
        module_rig_line(rig, FWD_PORT_UART, cases[_i].text);
    }
    module_rig_line(rig, FWD_PORT_UART, "OK");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

START_TEST(events_can_be_held_back)
{
    struct module_rig *rig = module_rig_telit("dual-slot");

    module_rig_expect(rig, "AT#OTASUAN=,0", "OK");
    module_rig_expect(rig, "AT#OTASUAN?", "#OTASUAN: ,0,0");
    module_rig_expect(rig, "AT#OTASUAN=1,2", "+CME ERROR: operation not allowed"); /* not asked */
    module_rig_expect(rig, "AT#OTASUAN?", "#OTASUAN: ,0,0");
    module_rig_answer(rig, "sms", "FWOTA1 5 CMD op=query");
    module_rig_silent(rig, FWD_PORT_UART);
    module_rig_expect(rig, "AT#OTASUAN=,2,1", "#OTAEV: Notified"); /* what was held back */
    module_rig_expect(rig, "AT#OTASUAN=,0", "OK");
    module_rig_answer(rig, "sms", "FWOTA1 6 CMD op=query");
    module_rig_expect(rig, "AT#OTASUAN=,1,0", "OK"); /* forgotten */
    module_rig_silent(rig, FWD_PORT_UART);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

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
    module_rig_answer(rig, "sms", SMS_UPDATE);
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
        ends_with(module_rig_message(rig, "sms", "FINAL"), "result=129 sw=1.0.0");
    }
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* What the server has sent is what the FTP server sees. */
START_TEST(the_package_comes_from_where_the_server_says)
{
    struct module_rig *rig = module_rig_telit("dual-slot");

    module_rig_answer(rig, "sms", SMS_UPDATE " port=2121 user=me pass=a%20b");
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
        module_rig_answer(rig, "sms", SMS_UPDATE);
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

    module_rig_answer(rig, "sms", tcp ? TCP_UPDATE : SMS_UPDATE);
    module_rig_event(rig, "Automatic Fw Upgrade Requested");
    if (tcp) {
        (void)module_rig_message(rig, "tcp", "HELLO");
        (void)module_rig_message(rig, "tcp", "CMD-ACK");
        module_rig_command(rig, FWD_PORT_UART, "AT");
        module_rig_answer(rig, "tcp", PROGRESS);
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
    module_rig_answer(rig, "sms", tcp ? TCP_UPDATE : SMS_UPDATE);
    module_rig_event(rig, "Automatic Fw Upgrade Requested");
    if (tcp) {
        (void)module_rig_message(rig, "tcp", "HELLO");
        (void)module_rig_message(rig, "tcp", "CMD-ACK");
        module_rig_answer(rig, "tcp", PROGRESS);
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

/* ---- failures -------------------------------------------------------------------------------- */

START_TEST(a_failed_download_is_told_to_both)
{
    static const struct {
        enum fwd_transfer_state fail;
        enum module_package package;
        const char *final;
    } cases[] = {
        {FWD_TRANSFER_NO_FILE, MODULE_DELTA, "result=144 sw=1.0.0"},
        {FWD_TRANSFER_LOGIN, MODULE_DELTA, "result=129 sw=1.0.0"},
        {FWD_TRANSFER_LOST, MODULE_DELTA, "result=129 sw=1.0.0"},
        {FWD_TRANSFER_TOO_LARGE, MODULE_DELTA, "result=180 sw=1.0.0"},
    };
    struct module_rig *rig = module_rig_telit("dual-slot");

    rig->server.fail = cases[_i].fail;
    rig->server.package = cases[_i].package;
    module_rig_answer(rig, "sms", SMS_UPDATE);
    (void)module_rig_message(rig, "sms", "CMD-ACK");
    ends_with(module_rig_message(rig, "sms", "FINAL"), cases[_i].final);
    (void)module_rig_until(rig, FWD_PORT_UART, "#OTAEV: OTA FW Upgrade Failed");
    ck_assert_str_eq(module_rig_version(rig), "1.0.0");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* The server has nothing: the host gets its module back after a minute. */
START_TEST(a_silent_server_ends_the_update)
{
    struct module_rig *rig = module_rig_telit("dual-slot");

    module_rig_expect(rig, SERVER_, "OK");
    module_rig_expect(rig, "AT#OTAIPUPD", "OK");
    ends_with(module_rig_message(rig, "tcp", "HELLO"), "for=update");
    uint64_t from = rig->now;
    module_rig_event(rig, "OTA FW Upgrade Failed");
    ck_assert_uint_eq(rig->now - from, 60000);
    module_rig_expect(rig, "AT", "OK");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* A package for another version, or another source: found when it is installed. */
START_TEST(a_wrong_package_is_told_to_both)
{
    static const struct {
        enum module_package package;
        const char *final;
    } cases[] = {
        {MODULE_OTHER, "result=168 sw=1.0.0"},
        {MODULE_FULL, "result=158 sw=1.0.0"},
        {MODULE_FORGED, "result=173 sw=1.0.0"},
    };
    struct module_rig *rig = module_rig_telit("dual-slot");

    rig->server.package = cases[_i].package;
    module_rig_answer(rig, "sms", SMS_UPDATE);
    (void)module_rig_message(rig, "sms", "CMD-ACK");
    (void)module_rig_message(rig, "sms", "PROG");
    ends_with(module_rig_message(rig, "sms", "FINAL"), cases[_i].final);
    (void)module_rig_until(rig, FWD_PORT_UART, "#OTAEV: OTA FW Upgrade Failed");
    ck_assert_str_eq(module_rig_version(rig), "1.0.0");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

START_TEST(power_lost_in_the_download_is_a_failure)
{
    struct module_rig *rig = module_rig_telit("dual-slot");

    module_rig_answer(rig, "sms", SMS_UPDATE);
    (void)module_rig_message(rig, "sms", "CMD-ACK");
    (void)module_rig_until(rig, FWD_PORT_UART, "#OTAEV: Start Fw Download");
    cycle(rig);
    module_rig_event(rig, "OTA FW Upgrade Failed");
    ends_with(module_rig_message(rig, "sms", "FINAL"), "result=180 sw=1.0.0");
    cycle(rig);
    module_rig_no_message(rig);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* The result is sent until somebody takes it. */
START_TEST(a_result_waits_for_its_server)
{
    struct module_rig *rig = module_rig_telit("dual-slot");

    module_rig_expect(rig, SERVER_, "OK");
    module_rig_expect(rig, "AT#OTAIPUPD", "OK");
    (void)module_rig_message(rig, "tcp", "HELLO");
    module_rig_answer(rig, "tcp", PROGRESS);
    (void)module_rig_message(rig, "tcp", "PROG-ACK");
    rig->ota_deaf = true;
    (void)module_rig_until(rig, FWD_PORT_UART, "#OTAEV: Module Upgraded To New FW");
    module_rig_pass(rig, 70000);
    cycle(rig);
    module_rig_no_message(rig);
    rig->ota_deaf = false;
    (void)module_rig_message(rig, "tcp", "HELLO");
    ends_with(module_rig_message(rig, "tcp", "FINAL"), "result=128 sw=1.1.0");
    (void)module_rig_until(
        rig, FWD_PORT_UART, "#OTAEV: Server notified about successfull FW Upgrade");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

int main(void)
{
    return module_rig_main("telit", (const struct module_rig_test[]){
                                        {a_registration_says_who_the_module_is, 1},
                                        {a_registration_is_sent_until_it_is_acknowledged, 2},
                                        {another_sim_registers_by_itself, 1},
                                        {the_host_says_yes_or_no_within_a_minute, 3},
                                        {one_request_at_a_time, 1},
                                        {a_test_exchanges_the_messages_and_updates_nothing, 2},
                                        {a_query_is_answered_and_told, 1},
                                        {a_version_has_its_protocols, 8},
                                        {the_servers_messages_do_not_reach_the_host, 7},
                                        {events_can_be_held_back, 1},
                                        {a_bearer_needs_its_class, 7},
                                        {the_package_comes_from_where_the_server_says, 1},
                                        {contexts_sockets_and_calls_end_before_an_update, 2},
                                        {the_at_interface_stands_still, 2},
                                        {the_script_is_halted_and_the_pins_tell, 2},
                                        {a_failed_download_is_told_to_both, 4},
                                        {a_wrong_package_is_told_to_both, 3},
                                        {a_silent_server_ends_the_update, 1},
                                        {power_lost_in_the_download_is_a_failure, 1},
                                        {a_result_waits_for_its_server, 1},
                                        {NULL, 0},
                                    });
}
