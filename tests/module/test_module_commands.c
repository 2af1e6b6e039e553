/* The command tables: syntax, ranges, factory values, errors; in every family that has the command
 * and in none that has it not. */
#include "tests/module/module_rig.h"

#include <stdio.h>
#include <string.h>

#define ALLOWED     "+CME ERROR: operation not allowed"
#define UNSUPPORTED "+CME ERROR: operation not supported"
#define WRONG       "+CME ERROR: Incorrect parameters"
#define FULL        "+CME ERROR: memory full"

/* On LARA-R6 01B, each on a module of its own only where @ says so. */
static const struct {
    const char *command, *answer;
} answers[] = {
    {"AT", "OK"},
    {"at", "OK"},
    {"AT+CMEE?", "+CMEE: 2"},
    {"AT+CMEE=?", "+CMEE: (0-2)"},
    {"AT+CMEE=3", WRONG},
    {"AT+CMEE", UNSUPPORTED},
    {"AT+IPR?", "+IPR: 115200"}, /* R105: factory value */
    {"AT+IPR=12345", WRONG},
    {"AT+IPR=abc", WRONG},
    {"AT+IPR=-9600", WRONG},
    {"AT+CFUN?", "+CFUN: 1"},
    {"AT+CFUN=4", "OK"},
    {"AT+CFUN?", "+CFUN: 4"},
    {"AT+CFUN=2", WRONG},
    {"AT+CFUN=1,2", WRONG},
    {"AT+CFUN=0;+CFUN?", "+CFUN: 0"},
    {"AT+CEREG?", "+CEREG: 0,0"}, /* R72: without the radio there is no network */
    {"AT+COPS?", "+COPS: 0"},
    {"AT+UFTPC=1", ALLOWED},
    {"AT+CFUN=1", "OK"},
    {"~", ""}, /* 5 s pass */
    {"AT+CGMI", "u-blox"},
    {"AT+CGMM", "LARA-R6001-01B"},
    {"AT+CGMR", "1.0.0"}, /* R222 */
    {"AT+NONSENSE", UNSUPPORTED},
    {"AT+CGMR?", UNSUPPORTED},
    {"AT+UFWINSTALL", ALLOWED},
    {"AT+UFWINSTALL=1,115200", ALLOWED}, /* R118 */
    {"AT+UFWINSTALL=3,115200", WRONG},
    {"AT+UFWINSTALL=1,115201", WRONG},
    {"AT+UFWINSTALL=1,115200,5", WRONG},
    {"AT+UFWINSTALL=1,115200,,0", WRONG}, /* it can only switch on */
    {"AT+UFWINSTALL=1,115200,, 1", "OK"}, /* R117 */
    {"AT+UFWINSTALL=?", "OK"},
    {"AT+UFWUPD=?", "+UFWUPD: (3)"},
    {"AT+UFWUPD=2", WRONG},
    {"AT+UFWUPD=1,115200", WRONG},
    {"AT+UFWUPD", UNSUPPORTED},
    {"AT+UDWNFILE=\"a\"", WRONG},
    {"AT+UDWNFILE=\"a\",0", WRONG},
    {"AT+UDWNFILE=\"a/b\",10", WRONG},
    {"AT+UDWNFILE=\"a\",10,\"../x\"", WRONG},
    {"AT+UDWNFILE=\"a\",1048577", FULL},
    {"AT+UDWNFILE=\"a\",99999999,\"FOAT\"", FULL},
    {"AT+UDWNFILE=\"a,10", WRONG},
    {"AT+ULSTFILE=0", "+ULSTFILE:"},
    {"AT+ULSTFILE=0,\"FOAT\"", "+ULSTFILE:"},
    {"AT+ULSTFILE=1", "+ULSTFILE: 1048576"},
    {"AT+ULSTFILE=2,\"none\"", ALLOWED},
    {"AT+ULSTFILE=3", WRONG},
    {"AT+URDFILE=\"none\"", ALLOWED},
    {"AT+UDELFILE=\"none\"", ALLOWED},
    {"AT+UDELFILE=\"updatePackage.bin\",\"FOAT\"", ALLOWED},
    {"AT+UFTP=1,\"ftp.server.com\"", "OK"}, /* R123, R124 */
    {"AT+UFTP=6,1", "OK"},
    {"AT+UFTP=6,2", WRONG},
    {"AT+UFTP=7,21", "OK"},
    {"AT+UFTP=7,65536", WRONG},
    {"AT+UFTP=1,21", WRONG},
    {"AT+UFTP=9", WRONG},
    {"AT+UFTP=4,\"account\"", WRONG}, /* SARA-R4 only */
    {"AT+UFTP=?", "+UFTP: (0-7)"},
    {"AT+UFTPER", "+UFTPER: 0,0"},
    {"AT+UFTPC=100,\"/x\"", ALLOWED}, /* R125: not logged in */
    {"AT+UFTPC=100", WRONG},
    {"AT+UFTPC=100,\"/x\",2", WRONG},
    {"AT+UFTPC=100,\"/x\",1", ALLOWED},
    {"AT+UFTPC=100,\"/x\",0", ALLOWED},
    {"AT+UFTPC=5,\"/x\"", UNSUPPORTED},
    {"AT+UFTPC=0", ALLOWED},
    {"AT+UHTTP=0,1,\"server.com\"", "OK"}, /* R136 */
    {"AT+UHTTP=0,1", "+UHTTP: 0,1,\"server.com\""},
    {"AT+UHTTP=1,1", "+UHTTP: 1,1,\"\""},
    {"AT+UHTTP=0,3,\"password\"", "OK"},
    {"AT+UHTTP=0,3", "+UHTTP: 0,3,\"\""},
    {"AT+UHTTP=0,5", "+UHTTP: 0,5,80"},
    {"AT+UHTTP=0,6,1", "OK"},
    {"AT+UHTTP=0,5", "+UHTTP: 0,5,443"},
    {"AT+UHTTP=0", "OK"},
    {"AT+UHTTP=0,1", "+UHTTP: 0,1,\"\""},
    {"AT+UHTTP=4", WRONG},
    {"AT+UHTTP=0,7", WRONG},
    {"AT+UHTTPC=0,100,\"/x\"", ALLOWED}, /* no server */
    {"AT+UHTTPC=100", WRONG},
    {"AT+UHTTPC=0,1,\"/x\"", UNSUPPORTED},
    {"AT+UHTTPER=0", "+UHTTPER: 0,0,0"},
    {"AT+UMNOPROF?", "+UMNOPROF: 90"},
    {"AT+UMNOPROF=, 1", "OK"}, /* R223 */
    {"AT+UMNOPROF=77", WRONG},
    {"AT+UBKUPDATA?", "+UBKUPDATA: 0,0,0,0,0,0,\"\""}, /* R224 */
    {"AT+UBKUPDATA", UNSUPPORTED},
    {"AT+CPIN?", "+CPIN: READY"},
    {"AT+USODL=0", ALLOWED},
    {"AT+CGDCONT=1,\"IP\",\"apn\"", "OK"},
    {"AT+CGDCONT?", "+CGDCONT: 1,\"IP\",\"apn\",\"10.64.1.2\",0,0,0,0"},
    {"AT+CGPADDR=1", "+CGPADDR: 1,10.64.1.2"},
    {"AT+CEREG?", "+CEREG: 0,1"},
    {"AT+CEREG=2;+CEREG?", "+CEREG: 2,1,\"0001\",\"01A2D001\",7"},
    {"AT+CEREG=0", "OK"},
    {"AT+CGREG?", "+CGREG: 0,1"},
    {"AT+COPS?", "+COPS: 0,0,\"fwdelta\",7"},
    {"AT+COPS=3,2;+COPS?", "+COPS: 0,2,\"00101\",7"},
    {"AT+COPS=3", WRONG},
    {"AT+CGATT?", "+CGATT: 1"},
    {"AT+CSQ", "+CSQ: 20,99"},
    {"AT+COPS=2;+COPS?", "+COPS: 2"},
    {"AT+CEREG?", "+CEREG: 0,0"},
    {"AT+CGDCONT?", "+CGDCONT: 1,\"IP\",\"apn\",\"\",0,0,0,0"},
    {"ATD112;", "NO CARRIER"},
    {"AT+COPS=0;+CEREG?", "+CEREG: 0,2"}, /* it takes its time */
    {"AT+CEDRXS?", "OK"},
    {"AT+CEDRXS=2,4,\"0101\"", "OK"},
    {"AT+CEDRXS?", "+CEDRXS: 4,\"0101\""},
    {"AT+CEDRXS=7", WRONG},
    {"AT+CPSMS?", "+CPSMS: 0,,,\"01100000\",\"00000000\""},
    {"AT+CPSMS=1;+CPSMS?", "+CPSMS: 1"},
    {"AT+UPSV?", "+UPSV: 0"},
    {"AT+CPMS?", "+CPMS: \"ME\",0,23,\"ME\",0,23,\"ME\",0,23"},
    {"AT+CPMS=\"ME\",\"ME\",\"ME\"", "+CPMS: 0,23,0,23,0,23"},
    {"AT+URAT?", "+URAT: 7,8"},
    {"AT+UFOTASTAT=1", "OK"},
    {"AT+UFOTASTAT?", "+UFOTASTAT: 1"},
    {"AT+ULWM2MSTAT=1,7", "OK"},
    {"AT+UFOTACONFIG=721,1,255", "OK"},
    {"AT+UFOTACONFIG=720,1,255", WRONG},
    {"AT?", WRONG},
    {"AT+", WRONG},
    {"AT+AVERYLONGCOMMANDNAME", WRONG},
    {"AT+CGMR=1,2,3,4,5,6,7,8,9", WRONG},
};
#define ANSWERS (sizeof answers / sizeof *answers)

START_TEST(commands_answer_as_their_table_says)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", "lara-r6-01b");
    for (size_t i = 0; i < ANSWERS; i++) {
        if (answers[i].command[0] == '~')
            module_rig_pass(rig, 5000);
        else
            module_rig_expect(rig, answers[i].command, answers[i].answer);
    }
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* ---- families -------------------------------------------------------------------------------- */

static const char *const profiles[] = {"sara-r4", "lara-r6-00b", "lara-r6-01b", "lara-r6001d-00b",
    "lara-r6004d-00b", "lara-l6", "sara-r5"};

/* A letter for each family in the order above: y answers, n "operation not supported". */
static const struct {
    const char *command, *has;
} families[] = {
    {"AT+UFTPER", "yyyyyny"},                             /* R135: not on LARA-L6 */
    {"AT+UFTP?", "yyyyyny"}, {"AT+UHTTPER=0", "nyyyyny"}, /* R135, R140: not on SARA-R4, LARA-L6 */
    {"AT+UHTTP=0", "nyyyyny"},                            /* R137: as on LARA-R6 */
    {"AT+UBKUPDATA?", "nyyyyyn"}, {"AT+UFWINSTALL", "yyyyyyn"}, /* SARA-R5 wants port and speed */
    {"AT+UFWINSTALL=1,115200", "nyyyyyy"}, {"AT+UFOTACONFIG=721,0,255", "nnynnnn"},
    {"AT+UFOTACONFIG=?", "nnynnnn"}, {"AT+UFOTAACK=?", "nnynnnn"}, {"AT+UFOTACONF=?", "ynnnnnn"},
    {"AT+UFOTASTAT=1", "yyyyyyy"}, {"AT+ULSTFILE=0,\"FOAT\"", "yyyyyyy"},
    {"AT+UMNOPROF?", "yyyyyyy"}, {"AT+CGMR", "yyyyyyy"}, /* R221, R222 */
};
#define FAMILIES (sizeof families / sizeof *families)

START_TEST(a_family_has_its_commands_and_no_others)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", profiles[_i]);
    for (size_t i = 0; i < FAMILIES; i++) {
        module_rig_command(rig, FWD_PORT_UART, families[i].command);
        const struct module_item *item = module_rig_next(rig, FWD_PORT_UART);
        ck_assert_ptr_nonnull(item);
        ck_assert_msg((strcmp(item->text, UNSUPPORTED) != 0) == (families[i].has[_i] == 'y'),
            "%s: %s: %s", profiles[_i], families[i].command, item->text);
        rig->taken = rig->count;
    }
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* Who it is; the ports that it has. */
START_TEST(ati_tells_the_model_and_the_version)
{
    static const char *const models[] = {"SARA-R410M-02B", "LARA-R6001-00B", "LARA-R6001-01B",
        "LARA-R6001D-00B", "LARA-R6004D-00B", "LARA-L6004-00B", "SARA-R510S-00B"};
    struct module_rig *rig = module_rig_alloc();
    char line[80];
    unsigned sum = 0;

    module_rig_new(rig, "dual-slot", profiles[_i]);
    module_rig_command(rig, FWD_PORT_UART, "ATI");
    module_rig_line(rig, FWD_PORT_UART, "Manufacturer: u-blox");
    snprintf(line, sizeof line, "Model: %s", models[_i]);
    module_rig_line(rig, FWD_PORT_UART, line);
    module_rig_line(rig, FWD_PORT_UART, "Revision: 1.0.0");
    module_rig_line(rig, FWD_PORT_UART, "SVN: 02");
    const char *imei = module_rig_until(rig, FWD_PORT_UART, "IMEI: ") + 6;
    ck_assert_uint_eq(strlen(imei), 15);
    for (size_t i = 0; i < 15; i++) {
        unsigned digit = (unsigned)(imei[i] - '0') * (i % 2 == 1 ? 2 : 1);
        sum += digit > 9 ? digit - 9 : digit;
    }
    ck_assert_uint_eq(sum % 10, 0);
    module_rig_line(rig, FWD_PORT_UART, "OK");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

START_TEST(a_family_has_its_ports)
{
    /* SARA-R4: UART and USB; LARA: all; SARA-R5: UARTs */
    static const bool has[7][FWD_PORTS] = {{true, false, true}, {true, true, true},
        {true, true, true}, {true, true, true}, {true, true, true}, {true, true, true},
        {true, true, false}};
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", profiles[_i]);
    for (int port = 0; port < FWD_PORTS; port++) {
        rig->taken = rig->count;
        module_rig_command(rig, (enum fwd_port)port, "AT");
        ck_assert(has[_i][port] == (rig->count > rig->taken));
    }
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

int main(void)
{
    return module_rig_main("module commands", (const struct module_rig_test[]){
                                                  {commands_answer_as_their_table_says, 1},
                                                  {a_family_has_its_commands_and_no_others, 7},
                                                  {ati_tells_the_model_and_the_version, 7},
                                                  {a_family_has_its_ports, 7},
                                                  {NULL, 0},
                                              });
}
