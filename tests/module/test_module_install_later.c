/* Installations that go on or begin without the command: after a power cut, and of the server's
 * package (R57..R59, R117, R119, R120). */
#include "tests/module/module_rig.h"

#define START "AT+UFWINSTALL=1,115200"

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

int main(void)
{
    return module_rig_main(
        "module install later", (const struct module_rig_test[]){
                                    {power_cuts_only_delay_it, 6},
                                    {an_installation_that_was_asked_for_is_carried_out, 1},
                                    {the_servers_package_is_the_servers, 4},
                                    {a_reset_installs_the_servers_package_on_sara_r4, 2},
                                    {an_update_by_the_server_speaks_when_asked_to, 2},
                                    {NULL, 0},
                                });
}
