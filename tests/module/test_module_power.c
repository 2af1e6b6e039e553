/* Sleep and pins: when a module may save power, and what a host can see without the AT interface
 * (R219, R237..R239, R245). */
#include "module/ufota/sequans.h"
#include "module/ufota/ufota.h"
#include "tests/hostio/scratch_folder.h"
#include "tests/module/module_rig.h"

#include <stdio.h>
#include <string.h>

/* T3324 of ten seconds. */
#define PSM "AT+CPSMS=1,,,\"00000001\",\"00000101\""

/* ---- sleep ----------------------------------------------------------------------------------- */

START_TEST(an_idle_module_sleeps_until_it_is_spoken_to)
{
    static const char *const profiles[] = {"sara-r4", "sara-r5"};
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", profiles[_i]);
    module_rig_pass(rig, 100000);
    ck_assert_uint_eq(module_rig_events(rig, "state", "entered"), 0); /* off by factory */
    module_rig_expect(rig, PSM, "OK");
    module_rig_pass(rig, 9000);
    ck_assert_uint_eq(module_rig_events(rig, "state", "entered"), 0);
    module_rig_pass(rig, 2000);
    ck_assert_uint_eq(module_rig_events(rig, "state", "entered"), 1);
    module_rig_expect(rig, "AT", "OK");
    ck_assert_uint_eq(module_rig_events(rig, "state", "left"), 1);
    module_rig_expect(rig, "AT+CPSMS=0", "OK");
    module_rig_pass(rig, 100000);
    ck_assert_uint_eq(module_rig_events(rig, "state", "entered"), 1);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R245: by the server, by FTP, by hand; allowed again after success, failure and cancel. */
START_TEST(a_download_holds_sleep_off)
{
    struct module_rig *rig = module_rig_alloc();
    bool server = _i == 0;

    module_rig_new(rig, "dual-slot", "sara-r4");
    module_rig_expect(rig, PSM, "OK");
    rig->server.size = 1000000; /* a minute and more */
    if (server) {
        module_rig_uri(rig, MODULE_NOTHING);
    } else {
        module_rig_expect(rig, "AT+UFTP=1,\"h\"", "OK");
        module_rig_expect(rig, "AT+UFTPC=1", "OK");
        (void)module_rig_until(rig, FWD_PORT_UART, "+UUFTPCR: 1,1");
        module_rig_command(rig, FWD_PORT_UART, "AT+UFTPC=100,\"/x\"");
        (void)module_rig_until(rig, FWD_PORT_UART, "OK");
    }
    module_rig_pass(rig, 40000);
    ck_assert_uint_ge(module_rig_events(rig, "state", "held off"), 2);
    ck_assert_uint_eq(module_rig_events(rig, "state", "entered"), 0);
    if (_i == 1) { /* the other way: it fails */
        rig->server.fail = FWD_TRANSFER_LOST;
        module_rig_pass(rig, 1000);
    } else if (_i == 2) {
        module_rig_command(rig, FWD_PORT_UART, "AT+UFTPC=100,\"/x\",0");
        module_rig_pass(rig, 60000);
    } else {
        module_rig_command(rig, FWD_PORT_UART, "AT+ULWM2M=0");
        (void)module_rig_until(rig, FWD_PORT_UART, "OK");
    }
    module_rig_pass(rig, 30000);
    ck_assert_uint_ge(module_rig_events(rig, "state", "entered"), 1);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R219: the FOTA timer wakes a RYZ014; a package keeps it awake. */
START_TEST(the_fota_timer_wakes)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", "ryz014");
    module_rig_expect(rig, "AT+SQNAUTOCONNECT=1", "OK");
    module_rig_expect(rig, "AT+CFUN=5", "OK");
    module_rig_expect(rig, "AT+SQNDMCFG=\"standard\",\"server\",100,60,\"coap://127.0.0.1\"", "OK");
    module_rig_expect(rig, "AT+SQNFOTACFG=\"standard\",0,2,10,60", "OK");
    module_rig_expect(rig, PSM, "OK");
    module_rig_expect(rig, "AT^RESET", "OK");
    module_rig_pass(rig, 10000);
    fwd_ufota_registered(rig->modem, 100);
    module_rig_pass(rig, 40000);
    ck_assert_uint_eq(module_rig_events(rig, "state", "entered"), 1);
    ck_assert_uint_eq(module_rig_events(rig, "state", "left"), 0);
    module_rig_pass(rig, 30000);
    ck_assert_uint_eq(module_rig_events(rig, "state", "left"), 1);
    ck_assert_uint_eq(module_rig_events(rig, "state", "entered"), 2); /* active, idle */
    rig->server.size = 1000000;
    module_rig_uri(rig, MODULE_NOTHING);
    module_rig_pass(rig, 30000);
    ck_assert_uint_eq(module_rig_events(rig, "state", "entered"), 2);
    ck_assert_uint_ge(module_rig_events(rig, "state", "held off"), 1);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* ---- pins ------------------------------------------------------------------------------------ */

/* The levels of a pin, in order: "10" is high, then low. */
static void levels(const struct module_rig *rig, const char *pin, char text[16])
{
    size_t index, used = 0;
    const json_t *event;

    json_array_foreach (rig->events, index, event) {
        const char *name = json_string_value(json_object_get(event, "pin"));
        if (name != NULL && strcmp(name, pin) == 0 && used < 15)
            text[used++] = (char)('0' + json_integer_value(json_object_get(event, "level")));
    }
    text[used] = '\0';
}

/* R239: high while it is installed and starts, low when it is ready; R238: RX is the other way. */
START_TEST(pins_tell_when_the_module_is_ready)
{
    struct module_rig *rig = module_rig_alloc();
    char cts[16], rx[16];

    module_rig_new(rig, "dual-slot", "sara-r5");
    levels(rig, "cts", cts);
    ck_assert_str_eq(cts, "10"); /* it has started */
    module_rig_download(rig, MODULE_DELTA);
    module_rig_expect(rig, "AT+UFWINSTALL=1,115200", "OK");
    (void)module_rig_until(rig, FWD_PORT_UART, "+UUFWINSTALL: 128");
    levels(rig, "cts", cts);
    ck_assert_str_eq(cts + strlen(cts) - 2, "11");
    module_rig_pass(rig, 10000);
    levels(rig, "cts", cts);
    levels(rig, "rx", rx);
    ck_assert_str_eq(cts, "10110");
    ck_assert_str_eq(rx, "01001");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

int main(void)
{
    return module_rig_main("power", (const struct module_rig_test[]){
                                        {an_idle_module_sleeps_until_it_is_spoken_to, 2},
                                        {a_download_holds_sleep_off, 3},
                                        {the_fota_timer_wakes, 1},
                                        {pins_tell_when_the_module_is_ready, 1},
                                        {NULL, 0},
                                    });
}
