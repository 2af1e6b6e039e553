/* What an update of a Telit module keeps and loses, and what a power cut does to it (R61, R86,
 * R205). */
#include "module/at/at_hooks.h"
#include "module/modem/user_files.h"
#include "tests/hostio/scratch_folder.h"
#include "tests/module/telit/telit_rig.h"

#include <stdio.h>
#include <string.h>

START_TEST(an_update_keeps_the_listed_parameters)
{
    static const char *const kept[] = {"#ESCRIPT=\"main.py\"", "#STARTMODESCR=0", "#CMUXSCR=0",
        "#BND=1", "#AUTOBND=1", "#ENS=1", "#SMSMODE=1", "#SELINT=2", "#COPSMODE=1", "#ENHSIM=1",
        "#SMSATRUNCFG=1,2,3", "#SMSATWL=0,1,\"x\"",
        "#TCPATRUNCFG=1,1,1024,1024,\"example.com\",1,5,1,3,60", "#TCPATRUNFRWL=1,\"10.0.0.1\"",
        "#TCPATRUNAUTH=1,\"me\",\"secret\"", "#GSMCONT=0,\"CSD\",\"+39\"", "#DNS=1,\"10.0.0.1\"",
        "#SGACTCFG=1,3", "#SKTSAV=1", "#SKTRST=1", "#SCFG=1,1,300,90,600,50", "#SCFGEXT=1,0,0,0",
        "#STIA=1", "#PORTCFG=1", "+WS46=12", "#ENAEVMONI=1", "#ENAEVMONICFG=1", "#EVMONI=\"x\",1"};
    static const char *const lost[] = {"#USERID=\"me\"", "#PASSW=\"x\"", "+CNMI=2,1"};
    struct module_rig *rig = module_rig_telit("dual-slot");
    char line[100], answer[100];

    for (size_t i = 0; i < sizeof kept / sizeof *kept + sizeof lost / sizeof *lost; i++) {
        bool last = i >= sizeof kept / sizeof *kept;
        snprintf(line, sizeof line, "AT%s", last ? lost[i - sizeof kept / sizeof *kept] : kept[i]);
        module_rig_expect(rig, line, "OK");
    }
    module_rig_expect(rig, "AT+CGDCONT=2,\"IP\",\"own\"", "OK");
    module_rig_expect(rig, "AT+COPS=1,2,\"00101\"", "OK");
    ck_assert(fwd_user_files_write(rig->machine->folder, "USER", "one", (const uint8_t *)"x", 1));
    module_rig_answer(rig, "sms", TELIT_SMS_UPDATE);
    (void)module_rig_until(rig, FWD_PORT_UART, "#OTAEV: Server notified");
    module_rig_command(rig, FWD_PORT_UART, "ATE0"); /* echo, too, is the factory's */
    (void)module_rig_until(rig, FWD_PORT_UART, "OK");
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        size_t name = strcspn(kept[i], "=");
        snprintf(line, sizeof line, "AT%.*s?", (int)name, kept[i]);
        snprintf(answer, sizeof answer, "%.*s: %s", (int)name, kept[i], kept[i] + name + 1);
        module_rig_expect(rig, line, answer);
    }
    for (size_t i = 0; i < sizeof lost / sizeof *lost; i++) {
        snprintf(line, sizeof line, "AT%.*s?", (int)strcspn(lost[i], "="), lost[i]);
        module_rig_expect(rig, line, "OK");
    }
    module_rig_expect(rig, "AT+IPR?", "+IPR: 115200");
    module_rig_expect(rig, "AT+CGDCONT?", "+CGDCONT: 2,\"IP\",\"own\",\"\",0,0,0,0");
    module_rig_expect(rig, "AT+COPS?", "+COPS: 1,0,\"fwdelta\",7");
    struct fwd_bytes bytes;
    ck_assert(fwd_user_files_read(rig->machine->folder, "USER", "one", &bytes));
    fwd_bytes_free(&bytes);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R205: with automatic speed, lines after a start are lost until the host has spoken. */
START_TEST(automatic_speed_loses_lines)
{
    struct module_rig *rig = module_rig_telit("dual-slot");
    bool fixed = _i == 0;

    module_rig_expect(rig, fixed ? "AT+IPR=115200" : "AT+IPR=0", "OK");
    module_rig_expect(rig, "AT+IPR?", fixed ? "+IPR: 115200" : "+IPR: 0");
    module_rig_answer(rig, "sms", TELIT_SMS_UPDATE);
    (void)module_rig_until(rig, FWD_PORT_UART, "#OTAEV: Fw Download Complete");
    if (fixed) {
        module_rig_event(rig, "Module Upgraded To New FW");
        module_rig_event(rig, "Server notified about successfull FW Upgrade");
    }
    module_rig_silent(rig, FWD_PORT_UART);
    ck_assert_str_eq(module_rig_version(rig), "1.1.0");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R61: what was written before the cut is not written again. */
START_TEST(an_interrupted_update_goes_on_where_it_was)
{
    uint64_t writes[2], before_cut = 0;

    for (int cut = 0; cut < 2; cut++) {
        static const struct fwd_nor_cut later = {.operation = 300, .tear = FWD_NOR_BEFORE};
        struct module_rig *rig = module_rig_telit("inplace-4k");
        module_rig_answer(rig, "sms", TELIT_SMS_UPDATE);
        (void)module_rig_until(rig, FWD_PORT_UART, "#OTAEV: Fw Download Complete");
        if (cut == 1) {
            fwd_nor_arm(rig->machine->nor, &later);
            while (fwd_modem_power(rig->modem) == FWD_MODEM_ON && module_rig_step(rig))
                ;
            ck_assert_int_eq(fwd_modem_power(rig->modem), FWD_MODEM_CUT);
            before_cut = module_rig_slot_writes(rig);
            module_rig_power_cycle(rig);
            rig->taken = rig->count;
        }
        (void)module_rig_until(rig, FWD_PORT_UART, "#OTAEV: Module Upgraded To New FW");
        writes[cut] = module_rig_slot_writes(rig);
        ck_assert_str_eq(module_rig_version(rig), "1.1.0");
        module_rig_free(rig);
        module_rig_release(rig);
    }
    /* one block is written again; all that came before would be a third more */
    ck_assert_uint_gt(before_cut, writes[0] / 4);
    ck_assert_msg(writes[1] <= writes[0] + 32, "%u writes, %u with a cut after %u",
        (unsigned)writes[0], (unsigned)writes[1], (unsigned)before_cut);
}
END_TEST

int main(void)
{
    return module_rig_main("telit kept", (const struct module_rig_test[]){
                                             {an_update_keeps_the_listed_parameters, 1},
                                             {automatic_speed_loses_lines, 2},
                                             {an_interrupted_update_goes_on_where_it_was, 1},
                                             {NULL, 0},
                                         });
}
