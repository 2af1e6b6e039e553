/* When an update of a Telit module fails: both sides are told, and the old version runs. */
#include "tests/module/telit/telit_rig.h"

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
    module_rig_answer(rig, "sms", TELIT_SMS_UPDATE);
    (void)module_rig_message(rig, "sms", "CMD-ACK");
    telit_ends_with(module_rig_message(rig, "sms", "FINAL"), cases[_i].final);
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

    module_rig_expect(rig, TELIT_SERVER, "OK");
    module_rig_expect(rig, "AT#OTAIPUPD", "OK");
    telit_ends_with(module_rig_message(rig, "tcp", "HELLO"), "for=update");
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
    module_rig_answer(rig, "sms", TELIT_SMS_UPDATE);
    (void)module_rig_message(rig, "sms", "CMD-ACK");
    (void)module_rig_message(rig, "sms", "PROG");
    telit_ends_with(module_rig_message(rig, "sms", "FINAL"), cases[_i].final);
    (void)module_rig_until(rig, FWD_PORT_UART, "#OTAEV: OTA FW Upgrade Failed");
    ck_assert_str_eq(module_rig_version(rig), "1.0.0");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

START_TEST(power_lost_in_the_download_is_a_failure)
{
    struct module_rig *rig = module_rig_telit("dual-slot");

    module_rig_answer(rig, "sms", TELIT_SMS_UPDATE);
    (void)module_rig_message(rig, "sms", "CMD-ACK");
    (void)module_rig_until(rig, FWD_PORT_UART, "#OTAEV: Start Fw Download");
    telit_cycle(rig);
    module_rig_event(rig, "OTA FW Upgrade Failed");
    telit_ends_with(module_rig_message(rig, "sms", "FINAL"), "result=180 sw=1.0.0");
    telit_cycle(rig);
    module_rig_no_message(rig);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* The result is sent until somebody takes it. */
START_TEST(a_result_waits_for_its_server)
{
    struct module_rig *rig = module_rig_telit("dual-slot");

    module_rig_expect(rig, TELIT_SERVER, "OK");
    module_rig_expect(rig, "AT#OTAIPUPD", "OK");
    (void)module_rig_message(rig, "tcp", "HELLO");
    module_rig_answer(rig, "tcp", TELIT_PROGRESS);
    (void)module_rig_message(rig, "tcp", "PROG-ACK");
    rig->ota_deaf = true;
    (void)module_rig_until(rig, FWD_PORT_UART, "#OTAEV: Module Upgraded To New FW");
    module_rig_pass(rig, 70000);
    telit_cycle(rig);
    module_rig_no_message(rig);
    rig->ota_deaf = false;
    (void)module_rig_message(rig, "tcp", "HELLO");
    telit_ends_with(module_rig_message(rig, "tcp", "FINAL"), "result=128 sw=1.1.0");
    (void)module_rig_until(
        rig, FWD_PORT_UART, "#OTAEV: Server notified about successfull FW Upgrade");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

int main(void)
{
    return module_rig_main("telit failures", (const struct module_rig_test[]){
                                                 {a_failed_download_is_told_to_both, 4},
                                                 {a_silent_server_ends_the_update, 1},
                                                 {a_wrong_package_is_told_to_both, 3},
                                                 {power_lost_in_the_download_is_a_failure, 1},
                                                 {a_result_waits_for_its_server, 1},
                                                 {NULL, 0},
                                             });
}
