/* How a Telit module registers at its server, with another SIM again (R190..R192, R264). */
#include "tests/module/telit/telit_rig.h"

#include <stdio.h>

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
        telit_cycle(rig);
    }
    if (tcp)
        (void)module_rig_message(rig, "tcp", "HELLO");
    (void)module_rig_message(rig, tcp ? "tcp" : "sms", "REG");
    module_rig_answer(rig, tcp ? "tcp" : "sms", "FWOTA1 0 REG-ACK sms=+390001");
    module_rig_event(rig, "Registered");
    telit_cycle(rig);
    module_rig_no_message(rig);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

static void insert_sim(struct module_rig *rig, const char *imsi)
{
    snprintf(rig->modem->store.imsi, sizeof rig->modem->store.imsi, "%s", imsi);
    fwd_modem_save(rig->modem);
    telit_cycle(rig);
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

int main(void)
{
    return module_rig_main(
        "telit registration", (const struct module_rig_test[]){
                                  {a_registration_says_who_the_module_is, 1},
                                  {a_registration_is_sent_until_it_is_acknowledged, 2},
                                  {another_sim_registers_by_itself, 1},
                                  {NULL, 0},
                              });
}
