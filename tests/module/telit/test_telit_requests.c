/* What a Telit module answers its server, and what the host hears of it (R193, R197..R202). */
#include "module/at/at_hooks.h"
#include "tests/module/telit/telit_rig.h"

#include <stdio.h>
#include <string.h>

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
    telit_ends_with(module_rig_message(rig, "sms", "CMD-ACK"), cases[_i].ack);
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
    telit_ends_with(module_rig_message(rig, "sms", "CMD-ACK"), "answer=busy");
    module_rig_answer(rig, "sms", "FWOTA1 9 CMD op=explode");
    telit_ends_with(module_rig_message(rig, "sms", "CMD-ACK"), "answer=unsupported");
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
        module_rig_answer(rig, way, TELIT_PROGRESS);
    (void)module_rig_message(rig, way, tcp ? "PROG-ACK" : "PROG");
    telit_ends_with(module_rig_message(rig, way, "FINAL"), "result=128 sw=1.0.0");
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
    module_rig_expect(rig, TELIT_SERVER, "OK");
    module_rig_expect(
        rig, "AT#OTAIPUPD", cases[_i].tcp ? "OK" : "+CME ERROR: operation not allowed");
    if (cases[_i].tcp) {
        (void)module_rig_message(rig, "tcp", "HELLO");
        module_rig_answer(rig, "tcp", "closes");
        module_rig_event(rig, "OTA FW Upgrade Failed");
        (void)module_rig_message(rig, "tcp", "HELLO");
        (void)module_rig_message(rig, "tcp", "FINAL");
    }
    module_rig_answer(rig, "sms", TELIT_TCP_UPDATE);
    if (cases[_i].combined)
        (void)module_rig_message(rig, "tcp", "HELLO");
    else
        telit_ends_with(module_rig_message(rig, "sms", "CMD-ACK"), "answer=unsupported");
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

int main(void)
{
    return module_rig_main(
        "telit requests", (const struct module_rig_test[]){
                              {the_host_says_yes_or_no_within_a_minute, 3},
                              {one_request_at_a_time, 1},
                              {a_test_exchanges_the_messages_and_updates_nothing, 2},
                              {a_query_is_answered_and_told, 1},
                              {a_version_has_its_protocols, 8},
                              {the_servers_messages_do_not_reach_the_host, 7},
                              {events_can_be_held_back, 1},
                              {NULL, 0},
                          });
}
