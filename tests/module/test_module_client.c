/* When the server's client starts at all, the one line that is printed in two ways, and a server
 * that changes its mind. */
#include "manage/coap/coap.h"
#include "module/ufota/ufota.h"
#include "tests/hostio/scratch_folder.h"
#include "tests/module/module_rig.h"

#include <string.h>

/* R170..R172: which operators' profiles have no client. */
static const struct {
    const char *profile, *operator_choice;
    bool starts;
} cases[] = {
    {"sara-r4", "AT+UMNOPROF=0", true},
    {"sara-r5", "AT+UMNOPROF=90", true},
    {"sara-r5", "AT+UMNOPROF=3", true},
    {"sara-r5", "AT+UMNOPROF=0", false},
    {"sara-r5", "AT+UMNOPROF=201", false},
    {"lara-r6-01b", "AT+UMNOPROF=90", true},
    {"lara-r6-01b", "AT+UMNOPROF=100", false},
    {"lara-l6", "AT+UMNOPROF=0", false},
};
#define CASES ((int)(sizeof cases / sizeof *cases))

START_TEST(the_operators_profile_decides_whether_the_client_starts)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", cases[_i].profile);
    module_rig_expect(rig, cases[_i].operator_choice, "OK");
    if (rig->modem->traits->family != FWD_FAMILY_R4)
        module_rig_expect(rig, "AT+UFOTASTAT=1", "OK");
    rig->lwm2m_on = false;
    module_rig_expect(rig, "AT+CFUN=16", "OK");
    module_rig_pass(rig, 20000);
    ck_assert(rig->lwm2m_on == cases[_i].starts);
    if (rig->modem->traits->family != FWD_FAMILY_R4 && cases[_i].starts)
        module_rig_line(rig, FWD_PORT_UART, "+UFOTASTAT: 3,1,0");
    module_rig_silent(rig, FWD_PORT_UART);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R172: nothing was said to it, and it waits for the network. */
START_TEST(the_client_starts_at_the_first_power_up_once_attached)
{
    const char *const profiles[] = {"sara-r4", "sara-r410m-02b-00", "lara-r6-01b", "sara-r5"};
    struct module_rig *rig = module_rig_alloc();
    char folder[sizeof rig->folder];

    module_rig_new(rig, "dual-slot", profiles[_i]);
    memcpy(folder, rig->folder, sizeof folder);
    module_rig_free(rig);
    ck_assert(scratch_run("rm -f '%s/module.json'", folder)); /* as from the factory */
    module_rig_open(rig, folder, profiles[_i]);
    while (!fwd_modem_online(rig->modem)) {
        ck_assert(!rig->lwm2m_on);
        ck_assert(module_rig_step(rig));
    }
    ck_assert(rig->lwm2m_on);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R156: its document prints 3,3,100 for SARA-R5; taken for a misprint unless it is asked for. */
START_TEST(a_cancel_can_be_told_as_printed)
{
    struct module_rig *rig = module_rig_alloc();
    bool r5 = _i < 2;

    module_rig_new(rig, "dual-slot", r5 ? "sara-r5" : "lara-r6-01b");
    rig->modem->config.cancel_as_printed = _i > 0;
    module_rig_expect(rig, "AT+UFOTASTAT=1", "OK");
    rig->server.size = 600000;
    module_rig_uri(rig, MODULE_NOTHING);
    (void)module_rig_until(rig, FWD_PORT_UART, "+UFOTASTAT: 0,1,0");
    module_rig_command(rig, FWD_PORT_UART, "AT+UFOTA=0");
    (void)module_rig_until(rig, FWD_PORT_UART, "OK");
    module_rig_line(rig, FWD_PORT_UART, _i == 1 ? "+UFOTASTAT: 3,3,100" : "+UFOTASTAT: 2,3,100");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

static void lost_network(struct module_rig *rig)
{
    rig->modem->detached = true;
    fwd_modem_network(rig->modem);
    rig->modem->detached = false;
    fwd_modem_network(rig->modem);
}

/* The server writes another URI, or pushes another package, when one is stored. Whatever
 * interrupts the second, the first is not taken for it. */
START_TEST(a_second_package_replaces_the_first)
{
    struct module_rig *rig = module_rig_alloc();
    static const uint8_t byte[64];
    bool pushed = _i % 2 != 0;

    module_rig_new(rig, "dual-slot", _i < 4 ? "lara-r6-01b" : "sara-r4");
    module_rig_from_server(rig, MODULE_DELTA);
    rig->server.size = 600000;
    if (pushed)
        ck_assert_uint_eq(
            fwd_ufota_push(rig->modem, 0, byte, sizeof byte, false), FWD_COAP_CHANGED);
    else
        module_rig_uri(rig, MODULE_NOTHING);
    while (!pushed && !rig->server.running)
        ck_assert(module_rig_step(rig));
    if ((_i & 2) != 0)
        module_rig_power_cycle(rig);
    else
        lost_network(rig);
    while (!fwd_modem_online(rig->modem))
        ck_assert(module_rig_step(rig));
    ck_assert_int_eq(
        rig->modem->store.ufota.state, pushed ? FWD_UFOTA_IDLE : FWD_UFOTA_DOWNLOADING);
    ck_assert(!fwd_modem_has_package(rig->modem));
    ck_assert_uint_ne(fwd_ufota_execute(rig->modem), FWD_COAP_CHANGED);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

int main(void)
{
    return module_rig_main(
        "module client", (const struct module_rig_test[]){
                             {the_operators_profile_decides_whether_the_client_starts, CASES},
                             {the_client_starts_at_the_first_power_up_once_attached, 4},
                             {a_cancel_can_be_told_as_printed, 3},
                             {a_second_package_replaces_the_first, 8},
                             {NULL, 0},
                         });
}
