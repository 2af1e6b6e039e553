/* What an update keeps and what it erases, per family and way of updating (R74..R88). */
#include "tests/hostio/scratch_folder.h"
#include "tests/module/module_rig.h"

#include <stdio.h>
#include <string.h>

enum way { BY_SERVER, BY_INSTALL, BY_UPDATE };

/* y: still there afterwards. Columns: USER files, LwM2M files, operator list, certificates, SMS,
 * user settings; then the operator profile (2 before), backups, starts after the power came. */
static const struct {
    const char *profile;
    enum way way;
    const char *kept;
    unsigned mno, backups;
    bool second_start;
} cases[] = {
    /* R74..R78, R88 */
    {"lara-r6-00b", BY_SERVER, "yyyyny", 2, 1, false},
    {"lara-r6-01b", BY_INSTALL, "yyyyny", 2, 1, false},
    {"lara-r6-01b", BY_UPDATE, "yyyyny", 2, 0, false},
    {"lara-l6", BY_INSTALL, "yyyyny", 2, 1, false},
    {"lara-l6", BY_UPDATE, "yyyyny", 2, 0, false},
    /* R79..R83, R85 */
    {"sara-r5", BY_SERVER, "yynynn", 2, 0, true},
    {"sara-r5", BY_INSTALL, "yynynn", 90, 0, false},
    {"sara-r5", BY_UPDATE, "nnnynn", 90, 0, false},
    {"sara-r4", BY_INSTALL, "yyyyny", 2, 0, false},
    {"sara-r4", BY_SERVER, "yyyyny", 2, 0, false},
};
#define CASES ((int)(sizeof cases / sizeof *cases))

/* ---- what a host leaves behind, and finds again ---------------------------------------------- */

static void give(struct module_rig *rig, const char *command, const void *bytes, size_t size)
{
    module_rig_command(rig, FWD_PORT_UART, command);
    module_rig_line(rig, FWD_PORT_UART, ">");
    module_rig_send(rig, FWD_PORT_UART, bytes, size);
}

static void give_profile(struct module_rig *rig)
{
    const struct fwd_bytes *profile = module_rig_package(MODULE_PROFILE);
    char line[80];

    snprintf(line, sizeof line, "AT+UDWNFILE=\"PROFILE\",%zu,\"PROFILE\"", profile->size);
    give(rig, line, profile->data, profile->size);
    module_rig_line(rig, FWD_PORT_UART, "OK");
}

static void furnish(struct module_rig *rig)
{
    give(rig, "AT+UDWNFILE=\"one\",3,\"USER\"", "abc", 3);
    module_rig_line(rig, FWD_PORT_UART, "OK");
    give(rig, "AT+UDWNFILE=\"one\",2,\"LWM2M\"", "de", 2);
    module_rig_line(rig, FWD_PORT_UART, "OK");
    give_profile(rig);
    give(rig, "AT+USECMNG=0,0,\"ca\",4", "cert", 4);
    module_rig_line(
        rig, FWD_PORT_UART, "+USECMNG: 0,0,\"ca\",\"b6ba9fa6ea18201bf39ea635ecca9f13\"");
    module_rig_line(rig, FWD_PORT_UART, "OK");
    give(rig, "AT+USECMNG=0,2,\"key\",3", "key", 3);
    (void)module_rig_until(rig, FWD_PORT_UART, "OK");
    give(rig, "AT+CMGW=\"+43123\"", "hello\x1a", 6);
    module_rig_line(rig, FWD_PORT_UART, "+CMGW: 1");
    module_rig_line(rig, FWD_PORT_UART, "OK");
    module_rig_expect(rig, "AT+CGDCONT=1,\"IP\",\"apn\"", "OK");
    module_rig_expect(rig, "AT+UMNOPROF=2", "OK");
    module_rig_expect(rig, "AT+CLCK=\"SC\",1,\"1234\"", "OK");
    module_rig_expect(rig, "AT+CPIN?", "+CPIN: READY");
    if (rig->modem->traits->family != FWD_FAMILY_R4)
        module_rig_expect(rig, "AT+UFOTASTAT=1", "OK");
}

static void expect_or_refusal(
    struct module_rig *rig, const char *command, const char *answer, bool there)
{
    module_rig_expect(rig, command, there ? answer : "+CME ERROR: operation not allowed");
}

/* As a host sees it: y in kept. */
static void check_found(struct module_rig *rig, const char *kept)
{
    bool r4 = rig->modem->traits->family == FWD_FAMILY_R4;

    expect_or_refusal(rig, "AT+ULSTFILE=2,\"one\",\"USER\"", "+ULSTFILE: 3", kept[0] == 'y');
    expect_or_refusal(rig, "AT+ULSTFILE=2,\"one\",\"LWM2M\"", "+ULSTFILE: 2", kept[1] == 'y');
    if (r4) /* R223: versions are shown on request */
        module_rig_expect(rig, "AT+UMNOPROF=,1", "OK");
    module_rig_command(rig, FWD_PORT_UART, "AT+UMNOPROF=?");
    const char *line = module_rig_until(rig, FWD_PORT_UART, "2: ATT");
    ck_assert_msg((strcmp(line, "2: ATT 7.2") == 0) == (kept[2] == 'y'), "%s", line);
    (void)module_rig_until(rig, FWD_PORT_UART, "OK");
    expect_or_refusal(rig, "AT+USECMNG=4,0,\"ca\"",
        "+USECMNG: 4,0,\"ca\",\"b6ba9fa6ea18201bf39ea635ecca9f13\"", kept[3] == 'y');
    expect_or_refusal(rig, "AT+USECMNG=4,2,\"key\"",
        "+USECMNG: 4,2,\"key\",\"3c6e0b8a9c15224a8228b9a98ca1531d\"", kept[3] == 'y');
    module_rig_command(rig, FWD_PORT_UART, "AT+CMGL");
    if (kept[4] == 'y') {
        module_rig_line(rig, FWD_PORT_UART, "+CMGL: 1,\"STO UNSENT\",\"+43123\",,");
        module_rig_line(rig, FWD_PORT_UART, "hello");
    }
    module_rig_line(rig, FWD_PORT_UART, "OK");
}

/* ---- updates --------------------------------------------------------------------------------- */

static void by_server(struct module_rig *rig)
{
    module_rig_from_server(rig, MODULE_DELTA);
    module_rig_execute(rig);
}

static void update(struct module_rig *rig, enum way way)
{
    bool r4 = rig->modem->traits->family == FWD_FAMILY_R4;
    bool r5 = rig->modem->traits->family == FWD_FAMILY_R5;

    if (way == BY_SERVER) {
        by_server(rig);
    } else if (way == BY_INSTALL) {
        module_rig_download(rig, MODULE_DELTA);
        module_rig_expect(rig, r4 ? "AT+UFWINSTALL" : "AT+UFWINSTALL=1,115200", "OK");
    } else {
        module_rig_command(rig, FWD_PORT_UART, r5 ? "AT+UFWUPD=1,115200" : "AT+UFWUPD=3");
        module_rig_line(rig, FWD_PORT_UART, "+UFWUPD: ONGOING");
        module_rig_xmodem(rig, FWD_PORT_UART, MODULE_FULL, 1024);
    }
    while (module_rig_step(rig))
        ;
    rig->taken = rig->count;
}

/* R84: the SIM wants its PIN again. Echo is on again where settings are the factory's. */
START_TEST(an_update_keeps_and_erases_what_its_table_says)
{
    struct module_rig *rig = module_rig_alloc();
    char line[80];

    module_rig_new(rig, "dual-slot", cases[_i].profile);
    furnish(rig);
    update(rig, cases[_i].way);
    ck_assert(rig->modem->echo == (cases[_i].kept[5] == 'n'));
    rig->modem->echo = false;
    check_found(rig, cases[_i].kept);
    ck_assert_uint_eq(rig->modem->store.mno, cases[_i].mno);
    snprintf(line, sizeof line, "+UBKUPDATA: 0,0,%u,0,0,0,\"\"", cases[_i].backups);
    if (rig->modem->traits->family & FWD_FAMILY_LARA) /* R88, R224 */
        module_rig_expect(rig, "AT+UBKUPDATA?", line);
    ck_assert_uint_eq(module_rig_events(rig, "by", "operator profile restored"),
        cases[_i].second_start ? 1 : 0); /* R85 */
    ck_assert_str_eq(fwd_modem_store_get(&rig->modem->store, "+CGDCONT", ""),
        cases[_i].kept[5] == 'y' ? "\"IP\",\"apn\"" : "");
    module_rig_expect(rig, "AT+CPIN?", "+CPIN: SIM PIN");
    snprintf(line, sizeof line, "+UMNOPROF: %u", cases[_i].mno);
    module_rig_expect(rig, "AT+UMNOPROF?", line);
    if (rig->modem->traits->keeps_urcs_nowhere)
        module_rig_expect(rig, "AT+UFOTASTAT?", "+UFOTASTAT: 0"); /* off after an update */
    ck_assert_str_eq(module_rig_version(rig), "1.1.0");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* Nothing is erased by an update that does not take place. */
START_TEST(a_refused_update_erases_nothing)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", _i == 0 ? "sara-r5" : "lara-r6-01b");
    furnish(rig);
    module_rig_download(rig, _i == 0 ? MODULE_OTHER : MODULE_INSTALLED);
    module_rig_expect(rig, "AT+UFWINSTALL=1,115200", "OK");
    while (module_rig_step(rig))
        ;
    rig->taken = rig->count;
    check_found(rig, "yyyyy");
    ck_assert_uint_eq(rig->modem->store.mno, 2);
    ck_assert_uint_eq(rig->modem->store.backups, 0);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R244: as 'fwdelta device flash' leaves it in module.json. */
START_TEST(easyflash_arms_a_backup)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", "lara-l6");
    module_rig_expect(rig, "AT+UBKUPDATA?", "+UBKUPDATA: 0,0,0,0,0,0,\"\"");
    rig->modem->store.armed_backup = rig->modem->store.needs_cpms = true;
    fwd_modem_save(rig->modem);
    for (int start = 0; start < 2; start++) { /* once */
        module_rig_power_cycle(rig);
        module_rig_pass(rig, 10000);
        module_rig_expect(rig, "AT+UBKUPDATA?", "+UBKUPDATA: 0,0,1,0,0,0,\"\"");
    }
    module_rig_expect(rig, "AT+CMGW=\"+391\"", "+CME ERROR: operation not allowed");
    module_rig_expect(rig, "AT+CPMS=\"ME\",\"ME\",\"ME\"", "+CPMS: 0,23,0,23,0,23");
    module_rig_command(rig, FWD_PORT_UART, "AT+CMGW=\"+391\"");
    module_rig_line(rig, FWD_PORT_UART, ">");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

int main(void)
{
    return module_rig_main(
        "module kept", (const struct module_rig_test[]){
                           {an_update_keeps_and_erases_what_its_table_says, CASES},
                           {a_refused_update_erases_nothing, 2},
                           {easyflash_arms_a_backup, 1},
                           {NULL, 0},
                       });
}
