/* RYZ014: what +SQNDMST tells, who initiates a check, what a start is needed for. */
#include "module/ufota/ufota.h"
#include "tests/module/module_rig.h"

#include <check.h>
#include <stdio.h>

static struct module_rig *rig;

/* A profile with a server, in force, registered; timer: of +SQNFOTACFG, or "". */
static void configure(const char *timer)
{
    char text[80];

    rig = module_rig_alloc();
    module_rig_new(rig, "dual-slot", "ryz014");
    module_rig_expect(rig, "AT+SQNAUTOCONNECT=1", "OK");
    module_rig_expect(rig, "AT+CFUN=5", "OK");
    module_rig_expect(rig, "AT+SQNDMCFG=\"standard\",\"service\",1", "OK");
    module_rig_expect(
        rig, "AT+SQNDMCFG=\"standard\",\"server\",101,7200,\"coap://127.0.0.1:5683\"", "OK");
    module_rig_expect(
        rig, "AT+SQNDMCFG=\"standard\",\"server\",100,10,\"coap://127.0.0.1:5684\",1,\"bs\"", "OK");
    (void)snprintf(text, sizeof text, "AT+SQNFOTACFG=\"standard\",0,2,0%s%s",
        timer[0] != '\0' ? "," : "", timer);
    module_rig_expect(rig, text, "OK");
    module_rig_command(rig, FWD_PORT_UART, "AT^RESET");
    (void)module_rig_until(rig, FWD_PORT_UART, "+CEREG: 1");
    fwd_ufota_accounts(rig->modem, NULL, NULL); /* as the client does when it starts */
    (void)module_rig_until(rig, FWD_PORT_UART, "+SQNFOTA: 2");
}

static void end(void)
{
    module_rig_free(rig);
    module_rig_release(rig);
}

/* ---- +SQNDMST -------------------------------------------------------------------------------- */

/* In the order of the document's five snapshots. due: milliseconds from now. */
static const struct {
    enum fwd_lwm2m_standing bootstrap, server;
    uint64_t bootstrap_due, server_due;
    const char *bs, *dm;
} states[] = {
    {FWD_LWM2M_HOLDING, FWD_LWM2M_APART, 6500, 0, "+SQNDMST: \"bs\",100,\"BS_HOLD_OFF\",10,7",
        "+SQNDMST: \"dm\",101,\"DEREGISTERED\",7200,7197"},
    {FWD_LWM2M_TRYING, FWD_LWM2M_APART, 0, 0, "+SQNDMST: \"bs\",100,\"BS_INITIATED\",10,-1",
        "+SQNDMST: \"dm\",101,\"DEREGISTERED\",7200,7197"},
    {FWD_LWM2M_APART, FWD_LWM2M_HOLDING, 0, 21001, "+SQNDMST: \"bs\",100,\"BS_FINISHED\",10,-1",
        "+SQNDMST: \"dm\",101,\"DEREGISTERED\",7200,22"},
    {FWD_LWM2M_APART, FWD_LWM2M_TRYING, 0, 0, "+SQNDMST: \"bs\",100,\"BS_FINISHED\",10,-1",
        "+SQNDMST: \"dm\",101,\"REG_PENDING\",7200,-1"},
    {FWD_LWM2M_APART, FWD_LWM2M_TOGETHER, 0, 7100000, "+SQNDMST: \"bs\",100,\"BS_FINISHED\",10,-1",
        "+SQNDMST: \"dm\",101,\"REGISTERED\",7200,7100"},
};
#define STATES ((int)(sizeof states / sizeof *states))

START_TEST(the_state_of_each_server_is_told)
{
    configure("");
    module_rig_pass(rig, 3000);
    rig->lwm2m_other = true;
    rig->lwm2m_bootstrap =
        (struct fwd_lwm2m_status){states[_i].bootstrap, rig->now + states[_i].bootstrap_due};
    rig->lwm2m_server =
        (struct fwd_lwm2m_status){states[_i].server, rig->now + states[_i].server_due};
    module_rig_command(rig, FWD_PORT_UART, "AT+SQNDMST");
    module_rig_line(rig, FWD_PORT_UART, states[_i].bs);
    module_rig_line(rig, FWD_PORT_UART, states[_i].dm);
    module_rig_line(rig, FWD_PORT_UART, "OK");
    end();
}
END_TEST

/* ---- checks ---------------------------------------------------------------------------------- */

static void expect_check(void)
{
    module_rig_line(rig, FWD_PORT_UART, "+SQNFOTA: 4");
    module_rig_line(rig, FWD_PORT_UART, "+SQNFOTA: 3");
}

/* R267. The host's way is +SQNSUPGRADE, which needs no server. */
START_TEST(the_network_the_timer_and_the_host_initiate)
{
    configure("600");
    fwd_ufota_registered(rig->modem, 101);
    module_rig_line(rig, FWD_PORT_UART, "+SQNFOTA: 3");
    fwd_ufota_asked(rig->modem); /* it has executed 1/101/8 */
    expect_check();
    ck_assert_uint_eq(rig->lwm2m_updates, 0); /* the client's own answers it */
    module_rig_pass(rig, 601000);
    expect_check();
    ck_assert_uint_eq(rig->lwm2m_updates, 1);
    rig->server.package = MODULE_DELTA;
    module_rig_expect(rig, "AT+SQNSUPGRADE=\"http://server.com/fw/delta\",1", "OK");
    module_rig_line(rig, FWD_PORT_UART, "+SQNSUPGRADE: \"downloaded\"");
    end();
}
END_TEST

/* With a package on its way, stored or being installed the module is not idle, and does not say so;
 * its registration is kept up all the same. */
START_TEST(a_check_says_nothing_of_a_module_that_is_not_idle)
{
    configure("60");
    fwd_ufota_registered(rig->modem, 101);
    module_rig_line(rig, FWD_PORT_UART, "+SQNFOTA: 3");
    module_rig_from_server(rig, MODULE_DELTA);
    unsigned updates = rig->lwm2m_updates;
    module_rig_pass(rig, 61000);
    ck_assert_uint_eq(rig->lwm2m_updates, updates + 1);
    fwd_ufota_asked(rig->modem);
    module_rig_execute(rig);
    module_rig_line(rig, FWD_PORT_UART, "+SQNFOTA: 7");
    module_rig_line(rig, FWD_PORT_UART, "+SQNFOTA: \"install\"");
    fwd_ufota_asked(rig->modem);
    module_rig_line(rig, FWD_PORT_UART, "+SYSSTART");
    end();
}
END_TEST

/* The timer is the server's value when the host gives none; and the server may change it. */
START_TEST(the_server_has_its_say_about_the_timer)
{
    const char *const own[] = {"", "600"};

    configure(own[_i]);
    fwd_ufota_registered(rig->modem, 101);
    module_rig_line(rig, FWD_PORT_UART, "+SQNFOTA: 3");
    module_rig_expect(rig, "AT+SQNFOTACFG?",
        _i == 0 ? "+SQNFOTACFG: \"standard\",0,2,0,,7200,,"
                : "+SQNFOTACFG: \"standard\",0,2,0,600,600,,");
    ck_assert(fwd_ufota_set_lifetime(rig->modem, 3600));
    module_rig_expect(rig, "AT+SQNFOTACFG?",
        _i == 0 ? "+SQNFOTACFG: \"standard\",0,2,0,,3600,,"
                : "+SQNFOTACFG: \"standard\",0,2,0,600,3600,,");
    end();
}
END_TEST

/* ---- configuration --------------------------------------------------------------------------- */

/* R268 */
START_TEST(what_is_configured_needs_its_profile_and_a_start)
{
    configure("600");
    module_rig_expect(rig, "AT+CMEE=0", "OK");
    module_rig_expect(rig, "AT+SQNFOTACFG=\"other\",0", "ERROR");
    module_rig_expect(rig, "AT+SQNFOTACFG=\"standard\",0,2,0,900", "OK");
    module_rig_expect(rig, "AT+SQNFOTACFG?", "+SQNFOTACFG: \"standard\",0,2,0,900,600,,");
    ck_assert(rig->lwm2m_on);
    module_rig_expect(rig, "AT+SQNDMST=\"deregister\"", "OK");
    ck_assert(!rig->lwm2m_on);
    module_rig_expect(rig, "AT+SQNDMST=\"other\"", "ERROR");
    module_rig_command(rig, FWD_PORT_UART, "AT+CFUN=0");
    (void)module_rig_until(rig, FWD_PORT_UART, "OK");
    module_rig_expect(rig, "AT+SQNDMST", "ERROR"); /* R211: not attached */
    end();
}
END_TEST

/* ---- +SQNSUPGRADE ---------------------------------------------------------------------------- */

/* RFC 3986: signs that mean something in a URL are written as %XX. NULL: refused. */
static const struct {
    const char *login, *user, *password;
} logins[] = {
    {"", NULL, NULL},
    {"m%40e:se%40cret@", "m@e", "se@cret"},
    {"me%40:%40@", "me@", "@"},
    {"%4De:%2f%2F%25%3a@", "Me", "//%:"},
    {"m%40e@", "m@e", ""},
    {"me:a@b:c@", "me", "a@b:c"},
    {"m%4@", NULL, NULL},
    {"me:50%@", NULL, NULL},
    {"me:%zz@", NULL, NULL},
    {"m%00e:secret@", NULL, NULL},
};
#define LOGINS ((int)(sizeof logins / sizeof *logins))

START_TEST(a_login_reaches_the_server_as_it_is_meant)
{
    const char *schemes[] = {"ftp", "http", "https"};
    const struct fwd_transfer_request *request;
    bool fine = logins[_i].user != NULL || logins[_i].login[0] == '\0';
    char text[128];

    rig = module_rig_alloc();
    module_rig_new(rig, "dual-slot", "ryz014");
    request = &rig->server.request;
    module_rig_expect(rig, "AT+CMEE=0", "OK");
    module_rig_expect(rig, "AT+CFUN=1", "OK");
    (void)module_rig_until(rig, FWD_PORT_UART, "+CEREG: 1");
    (void)snprintf(text, sizeof text, "AT+SQNSUPGRADE=\"%s://%sserver.com/fw/m%%40e\",1",
        schemes[_i % 3], logins[_i].login);
    module_rig_expect(rig, text, fine ? "OK" : "ERROR");
    ck_assert(rig->server.running == fine);
    if (fine) {
        ck_assert_str_eq(rig->server.host, "server.com");
        ck_assert_pstr_eq(request->user, logins[_i].user);
        ck_assert_pstr_eq(request->password, logins[_i].password);
    }
    end();
}
END_TEST

/* ---- ranges ---------------------------------------------------------------------------------- */

/* An example passes 60, which the documented range does not have. */
START_TEST(a_certificate_out_of_its_range_is_refused_when_that_is_asked_for)
{
    configure("600");
    module_rig_expect(rig, "AT+CMEE=0", "OK");
    module_rig_expect(rig, "AT+SQNFOTACFG=\"standard\",0,2,10,60,,60", "OK");
    rig->modem->config.strict_ranges = true;
    module_rig_expect(rig, "AT+SQNFOTACFG=\"standard\",0,2,10,60,,60", "ERROR");
    module_rig_expect(rig, "AT+SQNFOTACFG=\"standard\",0,2,10,60,,19", "OK");
    module_rig_expect(rig, "AT+SQNFOTACFG=\"standard\",0,2,10,60", "OK");
    end();
}
END_TEST

/* A key has 32 bytes; another is taken, and the log has it. No profile without end, either. */
START_TEST(a_short_key_is_warned_of)
{
    char text[80];

    configure("600");
    module_rig_expect(rig, "AT+CMEE=0", "OK");
    module_rig_command(rig, FWD_PORT_UART, "AT+CFUN=5");
    (void)module_rig_until(rig, FWD_PORT_UART, "OK");
    module_rig_expect(rig, "AT+SQNDMCFG=\"standard\",\"psk\",101,\"me\",\"0011\"", "OK");
    ck_assert_uint_eq(module_rig_events(rig, "event", "warning"), 1);
    module_rig_expect(rig,
        "AT+SQNDMCFG=\"standard\",\"psk\",102,\"me\","
        "\"000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f\"",
        "OK");
    ck_assert_uint_eq(module_rig_events(rig, "event", "warning"), 1);
    for (int i = 0; i < 8; i++) {
        (void)snprintf(text, sizeof text, "AT+SQNDMCFG=\"p%d\",\"service\",1", i);
        module_rig_expect(rig, text, i < 7 ? "OK" : "ERROR");
    }
    end();
}
END_TEST

int main(void)
{
    return module_rig_main(
        "module sequans", (const struct module_rig_test[]){
                              {the_state_of_each_server_is_told, STATES},
                              {the_network_the_timer_and_the_host_initiate, 1},
                              {a_check_says_nothing_of_a_module_that_is_not_idle, 1},
                              {the_server_has_its_say_about_the_timer, 2},
                              {what_is_configured_needs_its_profile_and_a_start, 1},
                              {a_certificate_out_of_its_range_is_refused_when_that_is_asked_for, 1},
                              {a_login_reaches_the_server_as_it_is_meant, LOGINS},
                              {a_short_key_is_warned_of, 1},
                              {NULL, 0},
                          });
}
