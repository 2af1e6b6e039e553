/* What an update keeps and what it erases, per family and way of updating (R74..R88). */
#include "module/modem/user_files.h"
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

static const char *const tags[] = {"USER", "LWM2M", "MNO", "CERT", "SMS"};

static void furnish(struct module_rig *rig)
{
    for (size_t i = 0; i < 5; i++)
        ck_assert(fwd_user_files_write(rig->folder, tags[i], "one", (const uint8_t *)"1", 1));
    module_rig_expect(rig, "AT+CGDCONT=1,\"IP\",\"apn\"", "OK");
    module_rig_expect(rig, "AT+UMNOPROF=2", "OK");
    (void)snprintf(rig->modem->store.pin, sizeof rig->modem->store.pin, "1234");
    module_rig_expect(rig, "AT+CPIN=\"1234\"", "OK");
    module_rig_expect(rig, "AT+CPIN?", "+CPIN: READY");
    if (rig->modem->traits->family != FWD_FAMILY_R4)
        module_rig_expect(rig, "AT+UFOTASTAT=1", "OK");
}

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

static void check_files(struct module_rig *rig, const char *kept)
{
    struct fwd_bytes bytes = {NULL, 0};

    for (size_t i = 0; i < 5; i++) {
        bool there = fwd_user_files_read(rig->folder, tags[i], "one", &bytes);
        ck_assert_msg(there == (kept[i] == 'y'), "%s: %s", tags[i], there ? "there" : "gone");
        fwd_bytes_free(&bytes);
    }
}

/* R84: the SIM wants its PIN again. Echo is on again where settings are the factory's. */
START_TEST(an_update_keeps_and_erases_what_its_table_says)
{
    struct module_rig *rig = module_rig_alloc();
    char line[80];

    module_rig_new(rig, "dual-slot", cases[_i].profile);
    furnish(rig);
    update(rig, cases[_i].way);
    check_files(rig, cases[_i].kept);
    ck_assert_uint_eq(rig->modem->store.mno, cases[_i].mno);
    ck_assert_uint_eq(rig->modem->store.backups, cases[_i].backups); /* R88, R224 */
    ck_assert_uint_eq(module_rig_events(rig, "by", "operator profile restored"),
        cases[_i].second_start ? 1 : 0); /* R85 */
    ck_assert_str_eq(fwd_modem_store_get(&rig->modem->store, "+CGDCONT", ""),
        cases[_i].kept[5] == 'y' ? "\"IP\",\"apn\"" : "");
    ck_assert(rig->modem->echo == (cases[_i].kept[5] == 'n'));
    rig->modem->echo = false;
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
    check_files(rig, "yyyyy");
    ck_assert_uint_eq(rig->modem->store.mno, 2);
    ck_assert_uint_eq(rig->modem->store.backups, 0);
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
                           {NULL, 0},
                       });
}
