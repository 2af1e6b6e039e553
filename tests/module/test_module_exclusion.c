/* One download at a time: every method against every command, in every family (R141..R147). */
#include "manage/coap/coap.h"
#include "module/ufota/ufota.h"
#include "tests/hostio/scratch_folder.h"
#include "tests/module/module_rig.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#define IN_USE "+CME ERROR: FOTA memory is in use"

/* What a host may try on the primary UART, with a letter for the tables below. */
static const struct {
    char letter;
    const char *command;
    const char *r5; /* where SARA-R5 writes it otherwise */
} attempts[] = {
    {'F', "AT+UFTPC=100,\"/x\"", NULL},
    {'O', "AT+UFTPC=0", NULL},
    {'6', "AT+UFTPC=6,\"/x\"", NULL},
    {'7', "AT+UFTPC=7,\"/x\"", NULL},
    {'H', "AT+UHTTPC=0,100,\"/x\"", NULL},
    {'X', "AT+UFWUPD=3", "AT+UFWUPD=1,115200"},
    {'R', "AT+UDWNFILE=\"a\",10,\"FOAT\"", NULL},
    {'D', "AT+UDWNFILE=\"a\",10", NULL},
    {'G', "AT+URDFILE=\"a\"", NULL},
    {'L', "AT+USODL=0", NULL},
};
#define ATTEMPTS (sizeof attempts / sizeof *attempts)

/* The documented tables: which letters are refused while a method runs. */
static const struct {
    const char *profile;
    enum fwd_method running;
    const char *refused;
} cases[] = {
    {"sara-r4", FWD_METHOD_SERVER, "FXRL67"},   /* R141 */
    {"sara-r4", FWD_METHOD_FTP, "FXRDGLO67"},   /* R142 */
    {"sara-r4", FWD_METHOD_XMODEM, "FXRDGL67"}, /* R143; one at a time: R147 */
    {"sara-r4", FWD_METHOD_RAW, "FXRDGL67"},    /* R144 */
    {"lara-r6-00b", FWD_METHOD_SERVER, "FXRH"}, /* R145 */
    {"lara-r6-01b", FWD_METHOD_FTP, "FXRH"},
    {"lara-r6001d-00b", FWD_METHOD_XMODEM, "FXRH"},
    {"lara-r6004d-00b", FWD_METHOD_RAW, "FXRH"},
    {"lara-r6-01b", FWD_METHOD_HTTP, "FXRH"},
    {"lara-l6", FWD_METHOD_SERVER, "XR"},
    {"lara-l6", FWD_METHOD_XMODEM, "XR"},
    {"lara-l6", FWD_METHOD_RAW, "XR"},
    {"sara-r5", FWD_METHOD_SERVER, "FXRHL67"}, /* R146 */
    {"sara-r5", FWD_METHOD_FTP, "FXRHL67"},
    {"sara-r5", FWD_METHOD_RAW, "FXRHL67"},
    {"sara-r5", FWD_METHOD_HTTP, "FXRHL67"},
};
#define CASES ((int)(sizeof cases / sizeof *cases))

static void begin(struct module_rig *rig, enum fwd_method method)
{
    enum fwd_port other = rig->usb ? FWD_PORT_USB : FWD_PORT_AUX;

    rig->server.size = 100000;
    switch (method) {
    case FWD_METHOD_SERVER:
        module_rig_uri(rig, MODULE_NOTHING);
        module_rig_pass(rig, 1200);
        break;
    case FWD_METHOD_FTP:
        module_rig_expect(rig, "AT+UFTP=1,\"host\"", "OK");
        module_rig_expect(rig, "AT+UFTPC=1", "OK");
        module_rig_line(rig, FWD_PORT_UART, "+UUFTPCR: 1,1");
        module_rig_command(rig, other, "AT+UFTPC=100,\"/running\"");
        break;
    case FWD_METHOD_HTTP:
        module_rig_expect(rig, "AT+UHTTP=0,1,\"host\"", "OK");
        module_rig_command(rig, other, "AT+UHTTPC=0,100,\"/running\"");
        break;
    case FWD_METHOD_XMODEM:
        module_rig_command(rig, other, "AT+UFWUPD=3");
        break;
    default:
        module_rig_command(rig, other, "AT+UDWNFILE=\"running\",1000,\"FOAT\"");
        break;
    }
    ck_assert_int_eq(rig->modem->running, method);
    rig->taken = rig->count;
}

/* What the module says at once. */
static bool refused(struct module_rig *rig, const char *command)
{
    bool found = false;

    module_rig_command(rig, FWD_PORT_UART, command);
    for (; rig->taken < rig->count; rig->taken++)
        found = found || strcmp(rig->items[rig->taken].text, IN_USE) == 0;
    return found;
}

/* A command that is not refused begins something: then the module is made anew. */
START_TEST(a_running_download_refuses_what_its_table_says)
{
    struct module_rig *rig = module_rig_alloc();
    bool fresh = false;

    for (size_t i = 0; i < ATTEMPTS; i++) {
        bool r5 = strcmp(cases[_i].profile, "sara-r5") == 0 && attempts[i].r5 != NULL;
        const char *command = r5 ? attempts[i].r5 : attempts[i].command;
        bool expected = strchr(cases[_i].refused, attempts[i].letter) != NULL;
        if (!fresh) {
            module_rig_new(rig, "dual-slot", cases[_i].profile);
            begin(rig, cases[_i].running);
            if (cases[_i].running != FWD_METHOD_SERVER) /* R142..R144 */
                ck_assert_uint_eq(
                    fwd_ufota_write_uri(rig->modem, "http://h/x"), FWD_COAP_UNAVAILABLE);
        }
        fresh = refused(rig, command);
        ck_assert_msg(fresh == expected, "%s, %s runs: %s is %s", cases[_i].profile,
            fwd_method_name(cases[_i].running), command, expected ? "not refused" : "refused");
        if (!fresh)
            module_rig_free(rig);
    }
    if (fresh)
        module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R147: no method besides a running one, in any family; none of them refuses anything when it does
 * not run. */
START_TEST(one_method_at_a_time)
{
    static const enum fwd_use methods[] = {
        FWD_USE_SERVER, FWD_USE_FTP, FWD_USE_HTTP, FWD_USE_XMODEM, FWD_USE_RAW};

    const struct fwd_profile *p;

    for (size_t f = 0; (p = fwd_profile_at(f)) != NULL; f++) {
        for (int running = 1; running < FWD_METHODS; running++) {
            bool ryz = p->traits.family == FWD_FAMILY_RYZ;     /* its server, and +SQNSUPGRADE */
            bool telit = p->traits.family == FWD_FAMILY_TELIT; /* its server */
            bool lacks = (telit && running != FWD_METHOD_SERVER) ||
                         (ryz && running != FWD_METHOD_SERVER && running != FWD_METHOD_HTTP) ||
                         (running == FWD_METHOD_HTTP && p->traits.family == FWD_FAMILY_R4);
            for (size_t u = 0; u < 5; u++)
                ck_assert_msg(
                    fwd_exclusion_refuses(p, (enum fwd_method)running, methods[u]) == !lacks,
                    "%s: %s", p->name, fwd_method_name((enum fwd_method)running));
        }
        for (unsigned use = 1; use <= FWD_USE_READ; use *= 2)
            ck_assert(!fwd_exclusion_refuses(p, FWD_METHOD_NONE, (enum fwd_use)use));
    }
}
END_TEST

/* Of a family that is not known, only what every family refuses is said to be refused: a file
 * beside an Xmodem transfer is LARA's right, not SARA-R4's. */
START_TEST(an_unknown_family_has_nobodys_rules)
{
    ck_assert(fwd_exclusion_refused_by_all(FWD_METHOD_FTP, FWD_USE_XMODEM));
    ck_assert(fwd_exclusion_refused_by_all(FWD_METHOD_HTTP, FWD_USE_RAW));
    ck_assert(!fwd_exclusion_refused_by_all(FWD_METHOD_XMODEM, FWD_USE_FILE));
    ck_assert(!fwd_exclusion_refused_by_all(FWD_METHOD_SERVER, FWD_USE_LINK));
    ck_assert(!fwd_exclusion_refused_by_all(FWD_METHOD_NONE, FWD_USE_RAW));
}
END_TEST

/* R144: an ordinary file does not disturb the server's download, nor the other way round. */
START_TEST(an_ordinary_file_disturbs_nothing)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", "sara-r4");
    rig->server.size = 600000;
    module_rig_uri(rig, MODULE_NOTHING);
    module_rig_line(rig, FWD_PORT_UART, "+ULWM2MSTAT: 0,0");
    module_rig_command(rig, FWD_PORT_UART, "AT+UDWNFILE=\"a\",10");
    (void)module_rig_until(rig, FWD_PORT_UART, ">");
    module_rig_send(rig, FWD_PORT_UART, "0123456789", 10);
    (void)module_rig_until(rig, FWD_PORT_UART, "OK");
    (void)module_rig_until(rig, FWD_PORT_UART, "+ULWM2MSTAT: 2,100");
    module_rig_expect(rig, "AT+URDFILE=\"a\"", "+URDFILE: \"a\",10,\"0123456789\"");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

int main(void)
{
    return module_rig_main(
        "module exclusion", (const struct module_rig_test[]){
                                {a_running_download_refuses_what_its_table_says, CASES},
                                {one_method_at_a_time, 1},
                                {an_unknown_family_has_nobodys_rules, 1},
                                {an_ordinary_file_disturbs_nothing, 1},
                                {NULL, 0},
                            });
}
