/* The host rules: for each one logs of a host that keeps it, and logs of one that breaks it, with
 * the line where. Logs are plain AT logs; ours are JSON lines, see the end. */
#include "module/logcheck/logcheck_rules.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EDRX_OFF "1 > AT+CEDRXS=0\n1 < OK\n"
#define LWM2M_ON "1 > AT+ULWM2MSTAT=1,7\n1 < OK\n"
#define FOTA_ON  "1 > AT+UFOTASTAT=1\n1 < OK\n"
#define LINES_ON "1 > AT+UFWINSTALL=1,115200,, 1\n1 < OK\n"
#define ALL_ON   EDRX_OFF LWM2M_ON FOTA_ON LINES_ON /* 8 lines */
#define BEGIN    "10 < +UFOTASTAT: 1,0,0\n"
#define COMPLETE "20 < +UFOTASTAT: 2,2,100\n"
#define SUCCESS  "30 < +UFWPREVAL: 0\n40 < +UUFWINSTALL: 1\n50 < +UUFWINSTALL: 128\n"
#define AGAIN                                                                                      \
    "60 > AT\n60 < OK\n60 > AT+ULWM2MSTAT=1,7\n60 < OK\n60 > AT+UFOTASTAT=1\n60 < OK\n"            \
    "60 > AT+CGDCONT=1,\"IP\",\"apn\"\n60 < OK\n60 > AT+CEDRXS=1\n60 < OK\n"
#define GOOD_SERVER ALL_ON BEGIN COMPLETE SUCCESS AGAIN

#define R4_ON   "1 > AT+CEDRXS=0\n1 < OK\n1 > AT+ULWM2MSTAT=1\n1 < OK\n" /* 4 lines */
#define R4_DONE R4_ON "10 < +ULWM2MSTAT: 0,0\n15 < +ULWM2MSTAT: 1,5\n20 < +ULWM2MSTAT: 2,100\n"

#define RAW_BEGIN "1 > AT+UDWNFILE=\"x\",10,\"FOAT\"\n1 < >\n"
#define RAW       RAW_BEGIN "2 < OK\n" /* 3 lines */
#define INSTALL   "3 > AT+UFWINSTALL=1,115200\n3 < OK\n"
#define FTP       "2 > AT+UFTPC=100,\"/x\"\n3 < OK\n"
#define VERIZON   ALL_ON "2 > AT+UMNOPROF=3\n2 < OK\n" BEGIN /* 11 lines */
#define TELIT     "1 > AT+IPR=115200\n1 < OK\n2 < #OTAEV: Start Fw Download\n"
#define UPGRADED  "3 < #OTAEV: Fw Download Complete\n9 < #OTAEV: Module Upgraded To New FW\n"

#define KEPT   FWD_LOGCHECK_KEPT
#define BROKEN FWD_LOGCHECK_BROKEN
#define NONE   FWD_HOST_NO_OCCASION
#define OTHER  FWD_HOST_OTHER_FAMILY

static const struct {
    const char *name;
    const char *profile;
    int rule; /* its number */
    enum fwd_logcheck_status status;
    unsigned line; /* of the first break */
    const char *log;
} cases[] = {
    {"all on", "lara-r6-01b", 1, KEPT, 0, GOOD_SERVER},
    {"R5", "sara-r5", 1, KEPT, 0, GOOD_SERVER},
    {"URC off", "lara-r6-01b", 1, BROKEN, 7, EDRX_OFF LWM2M_ON LINES_ON BEGIN},
    {"switch refused", "lara-r6-01b", 1, BROKEN, 9,
        EDRX_OFF LWM2M_ON LINES_ON "1 > AT+UFOTASTAT=1\n1 < ERROR\n" BEGIN},
    {"no install lines", "lara-r6-01b", 1, BROKEN, 7, EDRX_OFF LWM2M_ON FOTA_ON BEGIN},
    {"switched off again", "sara-r5", 1, BROKEN, 11, ALL_ON "2 > AT+UFOTASTAT=0\n2 < OK\n" BEGIN},
    {"R4, by the factory", "sara-r4", 1, KEPT, 0, "10 < +ULWM2MSTAT: 0,0\n"},
    {"R4, off", "sara-r4", 1, BROKEN, 3, "1 > AT+ULWM2MSTAT=0\n1 < OK\n10 < +ULWM2MSTAT: 0,0\n"},
    {"no server", "lara-r6-01b", 1, NONE, 0, RAW},

    {"on again", "lara-r6-01b", 2, KEPT, 0, GOOD_SERVER},
    {"not again", "lara-r6-01b", 2, BROKEN, 13, ALL_ON BEGIN COMPLETE SUCCESS},
    {"half of it", "sara-r5", 2, BROKEN, 13, ALL_ON BEGIN COMPLETE SUCCESS FOTA_ON},
    {"R4", "sara-r4", 2, OTHER, 0, R4_DONE},

    {"no socket", "lara-r6-01b", 3, KEPT, 0, ALL_ON BEGIN COMPLETE},
    {"closed by the host", "lara-r6-01b", 3, KEPT, 0,
        "1 > AT+USOCR=6\n1 < +USOCR: 2\n1 < OK\n" BEGIN "11 > AT+USOCL=2\n11 < OK\n" COMPLETE},
    {"closed by the network", "sara-r5", 3, KEPT, 0,
        "1 > AT+USOCR=6\n1 < +USOCR: 2\n1 < OK\n" BEGIN "11 < +UUSOCL: 2\n" COMPLETE},
    {"open", "lara-r6-01b", 3, BROKEN, 5, "1 > AT+USOCR=6\n1 < +USOCR: 2\n1 < OK\n" BEGIN COMPLETE},
    {"open, R4", "sara-r4", 3, BROKEN, 7,
        "1 > AT+USOCR=6\n1 < +USOCR: 0\n1 < OK\n1 > AT+USOCR=6\n1 < ERROR\n"
        "10 < +ULWM2MSTAT: 0,0\n20 < +ULWM2MSTAT: 2,100\n"},

    {"one at a time", "lara-r6-01b", 4, KEPT, 0, FTP "4 > AT\n4 < OK\n9 < +UUFTPCR: 100,1\n" RAW},
    {"cancel of FTP", "sara-r4", 4, KEPT, 0, FTP "4 > AT+UFTPC=100,\"/x\",0\n4 < OK\n"},
    {"FTP and HTTP", "lara-r6-01b", 4, BROKEN, 3, FTP "4 > AT+UHTTPC=0,100,\"/x\"\n"},
    {"FTP and Xmodem", "lara-r6-00b", 4, BROKEN, 3, FTP "4 > AT+UFWUPD=3\n"},
    {"FTP and raw", "sara-r5", 4, BROKEN, 4,
        FTP "4 < +UUFTPCR: 100, 1 / 9\n5 > AT+UDWNFILE=\"x\","
            "10,\"FOAT\"\n"},
    {"FTP and a file, LARA", "lara-r6-01b", 4, KEPT, 0, FTP "4 > AT+UDWNFILE=\"x\",10\n"},
    {"FTP and a file, R4", "sara-r4", 4, BROKEN, 3, FTP "4 > AT+UDWNFILE=\"x\",10\n"},
    {"FTP and login, R4", "sara-r4", 4, BROKEN, 3, FTP "4 > AT+UFTPC=1\n"},
    {"FTP and reading, R4", "sara-r4", 4, BROKEN, 3, FTP "4 > AT+URDFILE=\"x\"\n"},
    {"server and link, R4", "sara-r4", 4, BROKEN, 2, "10 < +ULWM2MSTAT: 1,5\n11 > AT+USODL=0\n"},
    {"server and link, LARA", "lara-r6-01b", 4, KEPT, 0, BEGIN "11 > AT+USODL=0\n"},
    {"HTTP and FTP", "sara-r5", 4, BROKEN, 3,
        "1 > AT+UHTTPC=0,100,\"/x\"\n1 < OK\n2 > AT+UFTPC=100,\"/x\"\n"},
    {"Telit", "telit-pfm", 4, BROKEN, 4, TELIT "3 > AT+CGATT=0\n"},
    {"Telit reads", "telit-pfm", 4, KEPT, 0, TELIT "3 > AT+CGATT?\n"},

    {"cancel in time", "lara-r6-01b", 5, KEPT, 0, BEGIN "11 > AT+UFOTA=0\n11 < OK\n"},
    {"cancel too late", "lara-r6-01b", 5, BROKEN, 3, BEGIN COMPLETE "21 > AT+UFOTA=0\n"},
    {"cancel too late, R4", "sara-r4", 5, BROKEN, 8, R4_DONE "21 > AT+ULWM2M=0\n"},
    {"cancel of the installation", "sara-r5", 5, BROKEN, 4,
        BEGIN COMPLETE "30 < +UUFWINSTALL: 1\n31 > AT+UFOTA=0\n"},

    {"no reset", "lara-r6-01b", 6, KEPT, 0, BEGIN COMPLETE SUCCESS "60 > AT+CFUN=16\n"},
    {"reset before", "lara-r6-01b", 6, NONE, 0, BEGIN "11 > AT+CFUN=16\n"},
    {"reset", "lara-r6-01b", 6, BROKEN, 3, BEGIN COMPLETE "21 > AT+CFUN=16\n"},
    {"off", "sara-r5", 6, BROKEN, 6, RAW INSTALL "9 > AT+CPWROFF\n"},
    {"CFUN=1,1", "lara-r6-01b", 6, BROKEN, 6, RAW INSTALL "9 > AT+CFUN=1,1\n"},
    {"CFUN=1", "lara-r6-01b", 6, KEPT, 0, RAW INSTALL "9 > AT+CFUN=1\n"},
    {"R4, too early", "sara-r4", 6, BROKEN, 8, R4_DONE "199 > AT+CFUN=15\n"},
    {"R4, after 180 s", "sara-r4", 6, KEPT, 0, R4_DONE "200 > AT+CFUN=15\n"},
    {"after the longest time", "lara-r6-01b", 6, KEPT, 0, RAW INSTALL "1203 > AT+CFUN=16\n"},

    {"R4 says so", "sara-r4", 7, FWD_LOGCHECK_NOT_VISIBLE, 0, R4_DONE},

    {"polls", "lara-r6-01b", 8, KEPT, 0, RAW INSTALL SUCCESS "60 > AT\n"},
    {"waits only", "lara-r6-01b", 8, BROKEN, 5, RAW INSTALL SUCCESS},
    {"waits only, R4", "sara-r4", 8, BROKEN, 7, R4_DONE},

    {"waits", "lara-r6-01b", 9, KEPT, 0, RAW INSTALL SUCCESS},
    {"gives up", "lara-r6-01b", 9, BROKEN, 6, RAW INSTALL "1202 > AT\n"},
    {"gives up late enough", "lara-r6-01b", 9, KEPT, 0, RAW INSTALL "1203 > AT\n"},
    {"tries again", "sara-r5", 9, BROKEN, 6, RAW INSTALL "1502 > AT+UFWINSTALL=1,115200\n"},
    {"tries again late", "sara-r5", 9, KEPT, 0, RAW INSTALL "1503 > AT+UFWINSTALL=1,115200\n"},
    {"full, 00B", "lara-r6-00b", 9, BROKEN, 4,
        "1 > AT+UFWUPD=3\n6 < +UFWUPD: ONGOING\n10 < OK\n3909 > AT\n"},
    {"full, 00B, long enough", "lara-r6-00b", 9, KEPT, 0,
        "1 > AT+UFWUPD=3\n6 < +UFWUPD: ONGOING\n10 < OK\n3910 > AT\n"},
    {"full, 01B", "lara-r6-01b", 9, KEPT, 0,
        "1 > AT+UFWUPD=3\n6 < +UFWUPD: ONGOING\n10 < OK\n190 > AT\n"},
    {"R4", "sara-r4", 9, BROKEN, 6, RAW INSTALL "1202 > AT\n"},

    {"asked", "sara-r4", 10, KEPT, 0, RAW INSTALL "400 > AT\n400 < OK\n401 > ATI\n401 < OK\n"},
    {"asked with CGMR", "sara-r4", 10, KEPT, 0, RAW INSTALL "400 > AT+CGMR\n400 < 1\n400 < OK\n"},
    {"not asked", "sara-r4", 10, BROKEN, 7, RAW INSTALL "400 > AT\n400 < OK\n"},
    {"not asked, by a server", "sara-r4", 10, BROKEN, 10, R4_DONE "21 > AT\n80 > AT\n80 < OK\n"},
    {"asked before", "sara-r4", 10, BROKEN, 9,
        "0 > ATI\n0 < OK\n" RAW INSTALL "400 > AT\n400 < OK\n"},

    {"set again", "lara-r6-01b", 11, KEPT, 0, GOOD_SERVER},
    {"APN only", "lara-l6", 11, BROKEN, 8,
        RAW INSTALL SUCCESS "60 > AT+CGDCONT=1,\"IP\",\"apn\"\n60 < OK\n"},
    {"asked only", "lara-r6-01b", 11, BROKEN, 8,
        RAW INSTALL SUCCESS "60 > AT+CGDCONT?\n60 < OK\n60 > AT+CEDRXS?\n60 < OK\n"},
    {"no update", "lara-r6-01b", 11, NONE, 0, RAW INSTALL "30 < +UUFWINSTALL: 173\n"},

    {"off before", "lara-r6-01b", 12, KEPT, 0, EDRX_OFF FTP},
    {"3 is off, too", "sara-r4", 12, KEPT, 0, "1 > AT+CEDRXS=3\n1 < OK\n" FTP},
    {"on", "lara-r6-01b", 12, BROKEN, 2, FTP},
    {"refused", "lara-r6-01b", 12, BROKEN, 4, "1 > AT+CEDRXS=0\n1 < ERROR\n" FTP},
    {"on during", "sara-r4", 12, BROKEN, 5, EDRX_OFF FTP "4 > AT+CEDRXS=1\n4 < OK\n"},
    {"no radio", "lara-r6-01b", 12, NONE, 0, RAW},
    {"R5", "sara-r5", 12, OTHER, 0, FTP},

    {"address of u-blox", "sara-r5", 13, KEPT, 0,
        VERIZON COMPLETE "21 > AT+ULWM2MREAD=\"/5/0/1/\"\n21 < +ULWM2MREAD: {\"bn\":\"/5/0/1/\","
                         "\"sv\":\"https://x.services.u-blox.com\"}\n21 < OK\n" SUCCESS},
    {"operator's, registered", "sara-r5", 13, KEPT, 0,
        VERIZON COMPLETE "21 > AT+ULWM2MREAD=\"/5/0/1/\"\n21 < +ULWM2MREAD: {\"bn\":\"/5/0/1/\"}\n"
                         "21 < OK\n22 > AT+ULWM2MREG=102\n22 < OK\n52 > AT+ULWM2MREG=102\n"
                         "52 < OK\n53 < +UUFWINSTALL: 1\n"},
    {"not read", "sara-r5", 13, BROKEN, 13, VERIZON COMPLETE SUCCESS},
    {"not registered", "sara-r5", 13, BROKEN, 16,
        VERIZON COMPLETE "21 > AT+ULWM2MREAD=\"/5/0/1/\"\n21 < +ULWM2MREAD: {\"bn\":\"/5/0/1/\"}\n"
                         "21 < OK\n" SUCCESS},
    {"registered too seldom", "sara-r5", 13, BROKEN, 18,
        VERIZON COMPLETE "21 > AT+ULWM2MREAD=\"/5/0/1/\"\n21 < +ULWM2MREAD: {\"bn\":\"/5/0/1/\"}\n"
                         "21 < OK\n22 > AT+ULWM2MREG=102\n22 < OK\n122 > AT+ULWM2MREG=102\n"},
    {"registered every 30 s", "sara-r5", 13, KEPT, 0,
        VERIZON COMPLETE "21 > AT+ULWM2MREAD=\"/5/0/1/\"\n21 < +ULWM2MREAD: {\"bn\":\"/5/0/1/\"}\n"
                         "21 < OK\n22 > AT+ULWM2MREG=102\n22 < OK\n53 > AT+ULWM2MREG=102\n"
                         "53 < OK\n80 < +UUFWINSTALL: 1\n"},
    {"registered once in ten minutes", "sara-r5", 13, BROKEN, 18,
        VERIZON COMPLETE "21 > AT+ULWM2MREAD=\"/5/0/1/\"\n21 < +ULWM2MREAD: {\"bn\":\"/5/0/1/\"}\n"
                         "21 < OK\n22 > AT+ULWM2MREG=102\n22 < OK\n622 < +UUFWINSTALL: 1\n"},
    {"registered once, and left", "sara-r5", 13, BROKEN, 19,
        VERIZON COMPLETE "21 > AT+ULWM2MREAD=\"/5/0/1/\"\n21 < +ULWM2MREAD: {\"bn\":\"/5/0/1/\"}\n"
                         "21 < OK\n22 > AT+ULWM2MREG=102\n22 < OK\n622 > AT\n622 < OK\n"},
    {"registered after the failure", "sara-r5", 13, BROKEN, 13,
        VERIZON "12 < +UFOTASTAT: 2,3,102\n13 > AT+ULWM2MREG=102\n"},
    {"another operator", "sara-r5", 13, NONE, 0, ALL_ON BEGIN COMPLETE SUCCESS},

    {"time stamps", "lara-r6-01b", 14, KEPT, 0, GOOD_SERVER},
    {"clock", "sara-r5", 14, KEPT, 0, "[2026-01-31T23:59:59.5] > AT\n[2026-02-01T00:00:01] < OK\n"},
    {"midnight", "sara-r5", 14, KEPT, 0, "23:59:59 TX: AT\n00:00:00 RX: OK\n"},
    {"none", "lara-r6-01b", 14, BROKEN, 2, "1 > AT\n< OK\n2 > AT\n"},
    {"backwards", "lara-r6-01b", 14, BROKEN, 3, "1 > AT\n2 < OK\n1.5 > AT\n"},

    {"no resume", "lara-r6-01b", 15, KEPT, 0,
        BEGIN "11 < +UFOTASTAT: 2,3,100\n99 < +UFOTASTAT: "
              "1,0,0\n"},
    {"resume of a cancelled one", "lara-r6-01b", 15, BROKEN, 3,
        BEGIN "11 < +UFOTASTAT: 2,3,100\n12 > AT+UFOTA=2\n"},
    {"resume of a cancelled FTP", "sara-r4", 15, BROKEN, 6,
        FTP
        "4 > AT+UFTPC=100,\"/x\",0\n4 < OK\n30 < +UUFTPCR: 100,0\n31 > AT+UFTPC=100,\"/x\",1\n"},
    {"anew", "sara-r4", 15, KEPT, 0,
        FTP "4 > AT+UFTPC=100,\"/x\",0\n4 < OK\n30 < +UUFTPCR: 100, 0\n31 > AT+UFTPC=100,\"/x\"\n"},

    {"waits for the end", "sara-r4", 16, KEPT, 0,
        FTP "4 > AT+UFTPC=100,\"/x\",0\n4 < OK\n30 < +UUFTPCR: 100,0\n31 > AT+UFTPC=1\n"},
    {"does not wait", "lara-r6-01b", 16, BROKEN, 5,
        FTP "4 > AT+UFTPC=100,\"/x\",0\n4 < OK\n10 > AT+UFTPC=100,\"/x\"\n"},

    {"fixed speed", "telit-pfm", 17, KEPT, 0, TELIT UPGRADED},
    {"autobauding", "telit-pfm", 17, BROKEN, 1, "2 < #OTAEV: Start Fw Download\n"},
    {"PIN again", "telit-pfm", 17, KEPT, 0,
        "0 > AT+CPIN=1234\n0 < OK\n" TELIT UPGRADED "10 > AT+CPIN=1234\n10 < OK\n"},
    {"no PIN again", "telit-pfm", 17, BROKEN, 7, "0 > AT+CPIN=1234\n0 < OK\n" TELIT UPGRADED},
    {"settings again", "telit-pfm", 17, KEPT, 0,
        "0 > AT+CMEE=2\n0 < OK\n0 > AT+CGDCONT=1\n0 < OK\n" TELIT UPGRADED
        "10 > at+cmee=2\n10 < OK\n"},
    {"settings lost", "telit-pfm", 17, BROKEN, 7, "0 > AT+CMEE=2\n0 < OK\n" TELIT UPGRADED},
    {"u-blox", "sara-r4", 17, OTHER, 0, RAW},

    {"power stays", "telit-pfm", 18, KEPT, 0, TELIT UPGRADED "10 > AT#REBOOT\n"},
    {"power off", "telit-pfm", 18, BROKEN, 4, TELIT "3 > AT#SHDN\n"},
    {"reset, RYZ", "ryz014", 18, BROKEN, 2, "1 < +SQNFOTA: 5,3,10\n2 > AT^RESET\n"},
    {"reset, RYZ, by its state alone", "ryz014", 18, BROKEN, 2,
        "1 < +SQNFOTA: 7\n2 > AT+SQNSSHDN\n"},
    {"reset, RYZ, by its text alone", "ryz014", 18, BROKEN, 2,
        "1 < +SQNFOTA: \"install\"\n2 > AT+SQNSSHDN\n"},
    {"reset, RYZ, after a failure without its number", "ryz014", 18, KEPT, 0,
        "1 < +SQNFOTA: 6\n2 < +SQNFOTA: 7\n3 < +SQNFOTA: 3\n4 > AT^RESET\n"},
    {"reset, RYZ, its own upgrade", "ryz014", 18, BROKEN, 2,
        "1 < +SQNSUPGRADE: \"installing\"\n2 > AT^RESET\n"},
    {"reset, RYZ, after its own upgrade", "ryz014", 18, KEPT, 0,
        "1 < +SQNSUPGRADE: \"downloading\",0\n2 < +SQNSUPGRADE: \"succeed\"\n3 > AT^RESET\n"},
};

static void check(const char *log_text, const char *profile, struct fwd_logcheck_report *report)
{
    struct fwd_error err = {""};
    struct fwd_logcheck_log log;

    ck_assert_msg(
        fwd_logcheck_log_parse(&log, "log", log_text, strlen(log_text), &err) == FWD_FAIL_NONE,
        "%s", err.text);
    ck_assert_msg(fwd_logcheck_check(&log, profile, report, &err) == FWD_FAIL_NONE, "%s", err.text);
    fwd_logcheck_log_free(&log);
}

static void check_case(size_t n)
{
    struct fwd_logcheck_report report;
    const struct fwd_logcheck_verdict *verdict = &report.verdicts[cases[n].rule - 1];

    check(cases[n].log, cases[n].profile, &report);
    ck_assert_msg(verdict->status == cases[n].status, "H%d %s: status %d: %s", cases[n].rule,
        cases[n].name, (int)verdict->status, verdict->first[0].text);
    if (verdict->status != BROKEN)
        return;
    ck_assert_msg(verdict->first[0].line == cases[n].line, "H%d %s: line %u: %s", cases[n].rule,
        cases[n].name, verdict->first[0].line, verdict->first[0].text);
    ck_assert_uint_gt(strlen(verdict->first[0].text), 20);
    ck_assert_uint_ge(report.broken, 1);
}

/* One test per rule: a process for each of the cases would take longer than all of them. */
START_TEST(a_rule_is_found_kept_or_broken)
{
    size_t count = 0;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (cases[i].rule == _i) {
            check_case(i);
            count++;
        }
    }
    ck_assert_uint_gt(count, 0);
}
END_TEST

/* Every rule of the table has both. */
START_TEST(every_rule_has_a_good_and_a_breaking_log)
{
    for (int rule = 1; rule <= (int)FWD_LOGCHECK_RULES; rule++) {
        bool kept = rule == 7, broken = rule == 7; /* no log can show it */

        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            kept = kept || (cases[i].rule == rule && cases[i].status == KEPT);
            broken = broken || (cases[i].rule == rule && cases[i].status == BROKEN);
        }
        ck_assert_msg(kept && broken, "H%d", rule);
    }
}
END_TEST

/* A host that does all of it breaks nothing, with a server and without. */
START_TEST(a_good_host_breaks_nothing)
{
    static const struct {
        const char *profile, *log;
    } good[] = {
        {"lara-r6-01b", GOOD_SERVER},
        {"sara-r5", GOOD_SERVER},
        {"lara-l6", RAW INSTALL SUCCESS "60 > AT+CGDCONT=1,\"IP\",\"apn\"\n60 < OK\n60 > "
                                        "AT+CEDRXS=1\n60 < OK\n"},
        {"sara-r4", RAW "3 > AT+UFWINSTALL\n3 < OK\n4 > AT\n70 > AT\n70 < OK\n71 > ATI\n71 < OK\n"},
        {"sara-r4", R4_DONE "21 > AT\n70 > AT\n70 < OK\n71 > AT+CGMR\n71 < 2\n71 < OK\n"},
        {"telit-pfm", TELIT UPGRADED},
        {NULL, GOOD_SERVER},
    };
    struct fwd_logcheck_report report;

    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        check(good[i].log, good[i].profile, &report);
        for (size_t rule = 0; rule < FWD_LOGCHECK_RULES; rule++)
            ck_assert_msg(report.verdicts[rule].status != BROKEN, "%zu: %s line %u: %s", i,
                fwd_logcheck_rule_id(rule), report.verdicts[rule].first[0].line,
                report.verdicts[rule].first[0].text);
        ck_assert_uint_eq(report.broken, 0);
    }
}
END_TEST

START_TEST(the_log_says_which_module_it_is)
{
    static const struct {
        const char *log, *family;
    } logs[] = {
        {"1 > ATI\n1 < Model: SARA-R410M-02B\n", "SARA-R4"},
        {"1 < LARA-R6001-01B\n", "LARA-R6"},
        {"1 < Model: LARA-L6004-00B\n", "LARA-L6"},
        {"1 < SARA-R510S-01B\n", "SARA-R5"},
        {"1 < #OTAEV: Registered\n", "Telit"},
        {"1 < +SQNFOTA: 1\n", "RYZ014"},
        {"1 > AT\n", "unknown"},
        {"{\"t\":0,\"event\":\"power\",\"state\":\"on\",\"profile\":\"lara-l6\"}\n", "LARA-L6"},
    };
    struct fwd_logcheck_report report;

    for (size_t i = 0; i < sizeof logs / sizeof *logs; i++) {
        check(logs[i].log, NULL, &report);
        ck_assert_str_eq(report.family, logs[i].family);
    }
}
END_TEST

/* ---- the module's own logs ------------------------------------------------------------------- */

#define ON(t)         "{\"t\":" t ",\"event\":\"power\",\"state\":\"on\",\"profile\":\"sara-r5\"}\n"
#define OFF(t, how)   "{\"t\":" t ",\"event\":\"power\",\"state\":\"" how "\"}\n"
#define IN(t, text)   "{\"t\":" t ",\"event\":\"in\",\"port\":\"uart\",\"line\":\"" text "\"}\n"
#define SAYS(t, text) "{\"t\":" t ",\"event\":\"out\",\"port\":\"uart\",\"line\":\"" text "\"}\n"
#define END(t, code)                                                                               \
    "{\"t\":" t ",\"event\":\"result\",\"command\":\"+UFWINSTALL\",\"code\":" code "}\n"
#define OTHER_EVENT "{\"t\":1,\"event\":\"pin\",\"pin\":\"cts\",\"level\":1}\n"
#define J_INSTALL   IN("1", "AT+UFWINSTALL=1,115200") SAYS("1", "OK")

static const struct {
    const char *name;
    int rule;
    enum fwd_logcheck_status status;
    unsigned line;
    const char *log;
} json_cases[] = {
    {"whole", 6, KEPT, 0, ON("0") J_INSTALL OTHER_EVENT END("60", "128") OFF("61", "off")},
    {"switched off", 6, BROKEN, 4, ON("0") J_INSTALL OFF("2", "off")},
    {"cut", 6, BROKEN, 4, ON("0") J_INSTALL OFF("2", "cut") ON("3")},
    {"killed", 6, BROKEN, 4, ON("0") J_INSTALL ON("2") END("60", "128")},
    {"off in peace", 6, NONE, 0, ON("0") OFF("1", "off") ON("2")},
    {"two ports", 4, BROKEN, 5,
        ON("0") IN("1", "AT+UFTPC=100,\\\"/x\\\"") SAYS("2",
            "OK") "{\"t\":3,\"event\":\"in\",\"port\":\"aux\",\"line\":\"AT\"}\n"
                  "{\"t\":3,\"event\":\"in\",\"port\":\"aux\",\"line\":\"AT+UFWUPD=1,115200\"}\n"},
    {"end of a silent update", 9, KEPT, 0, ON("0") J_INSTALL END("60", "128")},
};

START_TEST(the_log_of_a_module_is_read)
{
    struct fwd_logcheck_report report;
    const struct fwd_logcheck_verdict *verdict = &report.verdicts[json_cases[_i].rule - 1];

    check(json_cases[_i].log, NULL, &report);
    ck_assert_str_eq(report.family, "SARA-R5");
    ck_assert_msg(verdict->status == json_cases[_i].status, "%s: %d %s", json_cases[_i].name,
        (int)verdict->status, verdict->first[0].text);
    ck_assert_uint_eq(verdict->first[0].line, json_cases[_i].line);
}
END_TEST

static const struct {
    const char *name, *text;
    size_t size; /* 0: all of it */
    enum fwd_fail fail;
    const char *says;
} files[] = {
    {"cut off JSON", ON("0") "{\"t\":1,\"eve", 0, FWD_FAIL_NONE, NULL},
    {"cut off text", "1 > AT\n2", 0, FWD_FAIL_NONE, NULL},
    {"comments", "# host\n\n1 > AT\n", 0, FWD_FAIL_NONE, NULL},
    {"broken JSON", ON("0") "{\"t\":1,\n" ON("2"), 0, FWD_FAIL_REFUSED, "line 2"},
    {"an array", ON("0") "[1]\n", 0, FWD_FAIL_REFUSED, "line 2"},
    {"no log", "hello\nworld\n", 0, FWD_FAIL_REFUSED, "line 1"},
    {"nothing said", "{\"t\":1,\"event\":\"pin\"}\n", 0, FWD_FAIL_REFUSED, "not one line"},
    {"wrong types", "{\"t\":\"x\",\"event\":7,\"port\":{}}\n" IN("1", "AT"), 0, FWD_FAIL_NONE,
        NULL},
    {"zero bytes", "1 > AT\n\0", 8, FWD_FAIL_REFUSED, "zero bytes"},
};

START_TEST(a_file_that_is_no_log_is_refused)
{
    struct fwd_error err = {""};
    struct fwd_logcheck_log log;
    size_t size = files[_i].size != 0 ? files[_i].size : strlen(files[_i].text);

    ck_assert_msg(
        fwd_logcheck_log_parse(&log, "some.log", files[_i].text, size, &err) == files[_i].fail,
        "%s: %s", files[_i].name, err.text);
    if (files[_i].says != NULL) {
        ck_assert_ptr_nonnull(strstr(err.text, files[_i].says));
        ck_assert_ptr_nonnull(strstr(err.text, "some.log"));
    }
    fwd_logcheck_log_free(&log);
}
END_TEST

START_TEST(an_unknown_profile_is_misuse)
{
    struct fwd_error err = {""};
    struct fwd_logcheck_log log;
    struct fwd_logcheck_report report;

    ck_assert_int_eq(fwd_logcheck_log_parse(&log, "log", "1 > AT\n", 7, &err), FWD_FAIL_NONE);
    ck_assert_int_eq(fwd_logcheck_check(&log, "sara", &report, &err), FWD_FAIL_USAGE);
    fwd_logcheck_log_free(&log);
}
END_TEST

#define COUNT(table) (int)(sizeof table / sizeof *(table))

int main(void)
{
    Suite *suite = suite_create("host rules");
    TCase *tests = tcase_create("rules");

    tcase_add_loop_test(tests, a_rule_is_found_kept_or_broken, 1, (int)FWD_LOGCHECK_RULES + 1);
    tcase_add_test(tests, every_rule_has_a_good_and_a_breaking_log);
    tcase_add_test(tests, a_good_host_breaks_nothing);
    tcase_add_test(tests, the_log_says_which_module_it_is);
    tcase_add_loop_test(tests, the_log_of_a_module_is_read, 0, COUNT(json_cases));
    tcase_add_loop_test(tests, a_file_that_is_no_log_is_refused, 0, COUNT(files));
    tcase_add_test(tests, an_unknown_profile_is_misuse);
    suite_add_tcase(suite, tests);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
