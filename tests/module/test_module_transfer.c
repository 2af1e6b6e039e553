/* Downloads as the module sees them: login, status, results, cancel, resume (R67, R125..R139). The
 * server is made up; real ones are met by other tests. */
#include "tests/hostio/scratch_folder.h"
#include "tests/module/module_rig.h"

#include <stdio.h>
#include <string.h>

#define DOWNLOAD "AT+UFTPC=100,\"/fw/delta\""

static void log_in(struct module_rig *rig)
{
    module_rig_expect(rig, "AT+UFTP=0,\"192.168.1.0\"", "OK");
    module_rig_expect(rig, "AT+UFTP=2,\"user\"", "OK");
    module_rig_expect(rig, "AT+UFTP=3,\"pass\"", "OK");
    module_rig_expect(rig, "AT+UFTP=6,1", "OK");
    module_rig_expect(rig, "AT+UFTPC=1", "OK");
    module_rig_line(rig, FWD_PORT_UART, "+UUFTPCR: 1,1");
}

/* R124, R125: what is configured reaches the server; a download needs the login. */
START_TEST(the_server_is_asked_as_configured)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", "sara-r5");
    rig->server.package = MODULE_DELTA;
    module_rig_expect(rig, "AT+UFTPC=1", "+CME ERROR: operation not allowed"); /* no server */
    module_rig_expect(rig, DOWNLOAD, "+CME ERROR: operation not allowed");
    log_in(rig);
    ck_assert(rig->server.request.login_only);
    ck_assert(!rig->server.request.active);
    ck_assert_str_eq(rig->server.host, "192.168.1.0");
    ck_assert_uint_eq(rig->server.request.port, 21);
    module_rig_expect(rig, DOWNLOAD, "OK");
    (void)module_rig_until(rig, FWD_PORT_UART, "+UUFTPCR: 100,1,\""); /* R133 */
    ck_assert_str_eq(rig->server.path, "/fw/delta");
    ck_assert_uint_gt(rig->server.request.max_size, 100000);
    module_rig_expect(rig, "AT+UFTPER", "+UFTPER: 0,0");
    module_rig_command(rig, FWD_PORT_UART, "AT+UFTPC=0");
    module_rig_line(rig, FWD_PORT_UART, "OK");
    module_rig_line(rig, FWD_PORT_UART, "+UUFTPCR: 0,1");
    module_rig_expect(rig, DOWNLOAD, "+CME ERROR: operation not allowed");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R126, R138: a package that came from a server installs. */
START_TEST(a_downloaded_package_installs)
{
    static const char *const profiles[] = {"lara-r6-00b", "sara-r5", "sara-r4"};
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", profiles[_i / 2]);
    rig->server.package = MODULE_DELTA;
    if (_i % 2 == 0 || _i / 2 == 2) {
        log_in(rig);
        module_rig_expect(rig, DOWNLOAD, "OK");
        (void)module_rig_until(rig, FWD_PORT_UART, "+UUFTPCR: 100,1");
    } else {
        module_rig_expect(rig, "AT+UHTTP=2,1,\"server.com\"", "OK");
        module_rig_expect(rig, "AT+UHTTP=2,6,1", "OK");
        module_rig_expect(rig, "AT+UHTTPC=2,100,\"/fw/delta\"", "OK");
        ck_assert_int_eq(rig->server.request.scheme, FWD_TRANSFER_HTTPS);
        (void)module_rig_until(rig, FWD_PORT_UART, "+UUHTTPCR: 2,100,1,200,\"");
    }
    module_rig_expect(rig, "AT+ULSTFILE=0,\"FOAT\"", "+ULSTFILE: \"updatePackage.bin\"");
    module_rig_expect(rig, _i / 2 == 2 ? "AT+UFWINSTALL" : "AT+UFWINSTALL=1,115200", "OK");
    while (module_rig_step(rig))
        ;
    rig->taken = rig->count;
    rig->modem->echo = false;
    ck_assert_str_eq(module_rig_version(rig), "1.1.0");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R128, R130, R131, R134: a cancel needs the same name, tells 100,0 when it is done, and cannot be
 * resumed. Until then the download counts as running. */
START_TEST(a_cancel_is_final)
{
    struct module_rig *rig = module_rig_alloc();
    bool r4 = _i == 0;

    module_rig_new(rig, "dual-slot", r4 ? "sara-r4" : "lara-r6-00b");
    rig->server.size = 500000;
    log_in(rig);
    module_rig_command(rig, FWD_PORT_UART, DOWNLOAD);
    uint64_t asked = rig->now;
    module_rig_line(rig, FWD_PORT_UART, "OK");
    ck_assert_uint_eq(rig->now - asked, r4 ? 16000 : 0); /* R127 */
    module_rig_pass(rig, 1000);
    rig->taken = rig->count;
    module_rig_expect(rig, "AT+UFTPC=100,\"/fw/Delta\",0", "+CME ERROR: operation not allowed");
    module_rig_expect(rig, DOWNLOAD ",0", "OK");
    asked = rig->now;
    module_rig_expect(rig, DOWNLOAD, "+CME ERROR: FOTA memory is in use");
    module_rig_line(rig, FWD_PORT_UART, "+UUFTPCR: 100,0");
    ck_assert_uint_ge(rig->now - asked, 20000);
    ck_assert_uint_le(rig->now - asked, 50000);
    module_rig_expect(rig, "AT+UFTPER", "+UFTPER: 8,40");
    module_rig_expect(rig, DOWNLOAD ",1", "+CME ERROR: operation not allowed");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R67, R128..R130: what broke off goes on at a page, also after a power cut, under the same name
 * only. */
START_TEST(a_download_is_resumed_after_a_power_cut)
{
    struct module_rig *rig = module_rig_alloc();
    bool cut = _i % 2 == 1;

    module_rig_new(rig, "dual-slot", _i / 2 == 0 ? "sara-r4" : "lara-r6-01b");
    rig->server.package = MODULE_FULL;
    log_in(rig);
    module_rig_expect(rig, DOWNLOAD, "OK");
    rig->server.stop_at = 5000;
    while (rig->server.running && (!cut || rig->server.at < 5000))
        ck_assert(module_rig_step(rig));
    if (cut) {
        module_rig_power_cycle(rig);
        module_rig_pass(rig, 10000);
        rig->taken = rig->count;
        log_in(rig);
    } else {
        (void)module_rig_until(rig, FWD_PORT_UART, "+UUFTPCR: 100,0");
    }
    rig->server.stop_at = 0;
    rig->taken = rig->count;
    module_rig_expect(rig, "AT+UFTPC=100,\"/fw/DELTA\",1", "+CME ERROR: operation not allowed");
    module_rig_expect(rig, DOWNLOAD ",1", "OK");
    ck_assert_uint_gt(rig->server.request.offset, 0);
    ck_assert_uint_eq(rig->server.request.offset % 2048, 0);
    ck_assert_uint_le(rig->server.request.offset, 6144);
    (void)module_rig_until(rig, FWD_PORT_UART, "+UUFTPCR: 100,1");
    ck_assert_uint_eq(
        rig->modem->update.journal.record.stored, module_rig_package(MODULE_FULL)->size);
    module_rig_expect(rig, DOWNLOAD ",1", "+CME ERROR: operation not allowed");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R132: pages, and the size of the whole file; only SARA-R4 tells them. */
START_TEST(status_counts_pages)
{
    struct module_rig *rig = module_rig_alloc();
    unsigned stored, total, last = 0, lines = 0;
    const struct module_item *item;

    module_rig_new(rig, "dual-slot", _i == 0 ? "sara-r4" : "lara-r6-00b");
    rig->server.size = 250001;
    log_in(rig);
    module_rig_expect(rig, DOWNLOAD, "OK");
    while ((item = module_rig_next(rig, FWD_PORT_UART)) != NULL &&
           sscanf(item->text, "+UUFTPCR: 100, %u / %u", &stored, &total) == 2) {
        ck_assert_uint_eq(stored % 2048, 0);
        ck_assert_uint_gt(stored, last);
        ck_assert_uint_eq(total, 250001);
        last = stored;
        lines++;
    }
    ck_assert_ptr_nonnull(item);
    ck_assert_uint_eq(lines, _i == 0 ? 3 : 0);
    ck_assert_uint_eq(strlen(item->text), strlen("+UUFTPCR: 100,1") + (_i == 0 ? 0 : 35));
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R134, R138, R139: what went wrong, and that nothing was stored. */
static const struct {
    const char *profile;
    bool http;
    enum fwd_transfer_state fail;
    const char *line, *error;
} failures[] = {
    {"sara-r4", false, FWD_TRANSFER_CONNECT, "+UUFTPCR: 100,0", "+UFTPER: 8,12"},
    {"lara-r6-00b", false, FWD_TRANSFER_CONNECT, "+UUFTPCR: 100,0", "+UFTPER: 8,12"},
    {"sara-r5", false, FWD_TRANSFER_TOO_LARGE, "+UUFTPCR: 100,0", NULL},
    {"lara-r6-01b", true, FWD_TRANSFER_NAME, "+UUHTTPCR: 1,100,0,0", "+UHTTPER: 1,3,23"},
    {"sara-r5", true, FWD_TRANSFER_NAME, "+UUHTTPCR: 1,100,0", "+UHTTPER: 1,3,23"},
    {"sara-r5", true, FWD_TRANSFER_TOO_LARGE, "+UUHTTPCR: 1,100,0", NULL},
};

START_TEST(a_failure_is_told_and_explained)
{
    struct module_rig *rig = module_rig_alloc();
    bool too_large = failures[_i].fail == FWD_TRANSFER_TOO_LARGE;

    module_rig_new(rig, "dual-slot", failures[_i].profile);
    rig->server.size = 99999999; /* larger than any package area */
    log_in(rig);
    module_rig_expect(rig, "AT+UHTTP=1,1,\"server.com\"",
        strcmp(failures[_i].profile, "sara-r4") == 0 ? "+CME ERROR: operation not supported"
                                                     : "OK");
    if (!too_large)
        rig->server.fail = failures[_i].fail;
    module_rig_expect(rig, failures[_i].http ? "AT+UHTTPC=1,100,\"/fw/delta\"" : DOWNLOAD, "OK");
    module_rig_line(rig, FWD_PORT_UART, failures[_i].line);
    if (failures[_i].error != NULL)
        module_rig_expect(
            rig, failures[_i].http ? "AT+UHTTPER=1" : "AT+UFTPER", failures[_i].error);
    module_rig_expect(rig, "AT+ULSTFILE=0,\"FOAT\"", "+ULSTFILE:");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R125: a login that is refused. */
START_TEST(a_refused_login_is_told)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", "lara-r6-01b");
    rig->server.fail = FWD_TRANSFER_LOGIN;
    module_rig_expect(rig, "AT+UFTP=0,\"192.168.1.0\"", "OK");
    module_rig_expect(rig, "AT+UFTPC=1", "OK");
    module_rig_line(rig, FWD_PORT_UART, "+UUFTPCR: 1,0");
    module_rig_expect(rig, DOWNLOAD, "+CME ERROR: operation not allowed");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R134: 8,12 is no data connection; a server is not asked then. */
START_TEST(without_a_network_nothing_is_fetched)
{
    struct module_rig *rig = module_rig_alloc();
    bool http = _i == 2;

    module_rig_new(rig, "dual-slot", "sara-r5");
    module_rig_expect(rig, "AT+UHTTP=1,1,\"server.com\"", "OK");
    module_rig_expect(rig, "AT+UFTP=0,\"192.168.1.0\"", "OK");
    module_rig_expect(rig, _i == 0 ? "AT+COPS=2" : "AT+CFUN=4", "OK");
    unsigned asked = rig->server.starts;
    module_rig_expect(rig, http ? "AT+UHTTPC=1,100,\"/fw/delta\"" : "AT+UFTPC=1", "OK");
    module_rig_line(rig, FWD_PORT_UART, http ? "+UUHTTPCR: 1,100,0" : "+UUFTPCR: 1,0");
    module_rig_expect(
        rig, http ? "AT+UHTTPER=1" : "AT+UFTPER", http ? "+UHTTPER: 1,3,1003" : "+UFTPER: 8,12");
    ck_assert_uint_eq(rig->server.starts, asked);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R112: nobody sends after the prompt. */
START_TEST(a_prompt_does_not_wait_for_ever)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", _i == 0 ? "sara-r4" : "lara-r6-01b");
    module_rig_command(rig, FWD_PORT_UART, "AT+UDWNFILE=,100,\"FOAT\"");
    uint64_t asked = rig->now;
    module_rig_line(rig, FWD_PORT_UART, ">");
    ck_assert_uint_eq(rig->now - asked, _i == 0 ? 16000 : 5000);
    module_rig_send(rig, FWD_PORT_UART, "half", 4);
    if (_i == 0)
        module_rig_line(rig, FWD_PORT_UART, "CCC");
    module_rig_line(rig, FWD_PORT_UART, "ERROR");
    module_rig_expect(rig, "AT", "OK");
    module_rig_expect(rig, "AT+ULSTFILE=0,\"FOAT\"", "+ULSTFILE:");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

int main(void)
{
    return module_rig_main("module transfer", (const struct module_rig_test[]){
                                                  {the_server_is_asked_as_configured, 1},
                                                  {a_downloaded_package_installs, 6},
                                                  {a_cancel_is_final, 2},
                                                  {a_download_is_resumed_after_a_power_cut, 4},
                                                  {status_counts_pages, 2},
                                                  {a_failure_is_told_and_explained, 6},
                                                  {a_refused_login_is_told, 1},
                                                  {without_a_network_nothing_is_fetched, 3},
                                                  {a_prompt_does_not_wait_for_ever, 2},
                                                  {NULL, 0},
                                              });
}
