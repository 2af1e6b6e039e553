/* What a module keeps over a start and what it forgets: speed, settings, operator profiles, files.
 */
#include "tests/module/module_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALLOWED "+CME ERROR: operation not allowed"

/* R105: OK comes at the old speed; the new one is that of every port, and stays after a start. */
START_TEST(the_speed_changes_after_ok_and_is_kept)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", "lara-r6-01b");
    module_rig_expect(rig, "AT+IPR=921600", "OK");
    ck_assert_uint_eq(rig->modem->ports[FWD_PORT_UART].baud, 921600);
    ck_assert_uint_eq(rig->modem->ports[FWD_PORT_USB].baud, 921600);
    module_rig_power_cycle(rig);
    module_rig_pass(rig, 10000);
    module_rig_expect(rig, "AT+IPR?", "+IPR: 921600");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R123, R136: +UFTP and +UHTTP are forgotten; files, operator profile and switches are not. */
START_TEST(a_reset_forgets_what_is_volatile)
{
    static const char *const resets[] = {"AT+CFUN=16", "AT+CFUN=15", "AT+CFUN=1,1"};
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", "lara-r6-01b");
    module_rig_expect(rig, "AT+UHTTP=0,1,\"server.com\"", "OK");
    module_rig_expect(rig, "AT+UFTP=1,\"server.com\"", "OK");
    module_rig_expect(rig, "AT+UMNOPROF=2", "OK");
    module_rig_expect(rig, "AT+UFOTASTAT=1", "OK");
    module_rig_expect(rig, resets[_i], "OK");
    module_rig_command(rig, FWD_PORT_UART, "AT"); /* nobody listens */
    module_rig_line(rig, FWD_PORT_UART, "+UFOTASTAT: 3,1,0");
    module_rig_silent(rig, FWD_PORT_UART);
    module_rig_expect(rig, "AT+UHTTP=0,1", "+UHTTP: 0,1,\"\"");
    module_rig_expect(rig, "AT+UMNOPROF?", "+UMNOPROF: 2");
    module_rig_expect(rig, "AT+UFOTASTAT?", "+UFOTASTAT: 1");
    module_rig_expect(rig, "AT+UFTPC=1", ALLOWED);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R223 */
START_TEST(operator_profiles_are_listed_with_versions)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", "sara-r4");
    module_rig_expect(rig, "AT+UMNOPROF=, 1", "OK");
    module_rig_command(rig, FWD_PORT_UART, "AT+UMNOPROF=?");
    module_rig_line(rig, FWD_PORT_UART, "+UMNOPROF: 0: SW default");
    module_rig_line(rig, FWD_PORT_UART, "1: SIM ICCID select");
    module_rig_line(rig, FWD_PORT_UART, "6: CT 5.0");
    (void)module_rig_until(rig, FWD_PORT_UART, "2: ATT 5.0");
    (void)module_rig_until(rig, FWD_PORT_UART, "OK");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* R123: a parameter that is left out is the factory's again; the password is never shown. */
START_TEST(ftp_settings_are_listed_and_reset)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", "sara-r4");
    module_rig_expect(rig, "AT+UFTP=0,\"192.168.1.0\"", "OK");
    module_rig_expect(rig, "AT+UFTP=1,\"ftp.server.com\"", "OK"); /* in place of the address */
    module_rig_expect(rig, "AT+UFTP=3,\"secret\"", "OK");
    module_rig_expect(rig, "AT+UFTP=4,\"FOTA-account\"", "OK");
    module_rig_expect(rig, "AT+UFTP=7,2121", "OK");
    module_rig_expect(rig, "AT+UFTP=7", "OK");
    module_rig_command(rig, FWD_PORT_UART, "AT+UFTP?");
    module_rig_line(rig, FWD_PORT_UART, "+UFTP: 0,\"\"");
    module_rig_line(rig, FWD_PORT_UART, "+UFTP: 1,\"ftp.server.com\"");
    module_rig_line(rig, FWD_PORT_UART, "+UFTP: 2,\"\"");
    module_rig_line(rig, FWD_PORT_UART, "+UFTP: 4,\"FOTA-account\"");
    module_rig_line(rig, FWD_PORT_UART, "+UFTP: 5,180");
    module_rig_line(rig, FWD_PORT_UART, "+UFTP: 6,0");
    module_rig_line(rig, FWD_PORT_UART, "+UFTP: 7,21");
    module_rig_line(rig, FWD_PORT_UART, "OK");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

/* Files come, are listed, read and deleted; another port sees the same. */
START_TEST(files_are_kept)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", "sara-r5");
    module_rig_command(rig, FWD_PORT_AUX, "AT+UDWNFILE=\"b\",3,\"USER\"");
    module_rig_until(rig, FWD_PORT_AUX, ">");
    module_rig_send(rig, FWD_PORT_AUX, "xyzAT\r", 6); /* a command follows at once */
    module_rig_line(rig, FWD_PORT_AUX, "OK");
    module_rig_until(rig, FWD_PORT_AUX, "OK");
    module_rig_power_cycle(rig);
    module_rig_pass(rig, 10000);
    module_rig_expect(rig, "AT+ULSTFILE=0", "+ULSTFILE: \"b\"");
    module_rig_expect(rig, "AT+ULSTFILE=2,\"b\"", "+ULSTFILE: 3");
    module_rig_expect(rig, "AT+URDFILE=\"b\"", "+URDFILE: \"b\",3,\"xyz\"");
    module_rig_expect(rig, "AT+UDELFILE=\"b\"", "OK");
    module_rig_expect(rig, "AT+ULSTFILE=0", "+ULSTFILE:");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

static void send_profile(struct module_rig *rig, const void *bytes, size_t size, const char *answer)
{
    char line[80];

    snprintf(line, sizeof line, "AT+UDWNFILE=\"PROFILE\",%zu,\"PROFILE\"", size);
    module_rig_command(rig, FWD_PORT_UART, line);
    module_rig_line(rig, FWD_PORT_UART, ">");
    module_rig_send(rig, FWD_PORT_UART, bytes, size);
    module_rig_line(rig, FWD_PORT_UART, answer);
}

/* R17: an operator profile installs by itself, and shows its version; garbage, a package of
 * firmware, and one that was changed are refused. */
START_TEST(an_operator_profile_installs_by_itself)
{
    struct module_rig *rig = module_rig_alloc();
    const struct fwd_bytes *profile = module_rig_package(MODULE_PROFILE);
    struct fwd_bytes changed = {malloc(profile->size), profile->size};

    ck_assert_ptr_nonnull(changed.data);
    memcpy(changed.data, profile->data, changed.size);
    changed.data[changed.size - 1] ^= 1;
    module_rig_new(rig, "dual-slot", _i == 0 ? "sara-r4" : "lara-r6-00b");
    send_profile(rig, "mbn!", 4, ALLOWED);
    send_profile(
        rig, module_rig_package(MODULE_FULL)->data, module_rig_package(MODULE_FULL)->size, ALLOWED);
    send_profile(rig, changed.data, changed.size, ALLOWED);
    module_rig_expect(rig, "AT+ULSTFILE=0,\"MNO\"", "+ULSTFILE:");
    send_profile(rig, profile->data, profile->size, "OK");
    module_rig_expect(rig, "AT+ULSTFILE=0,\"MNO\"", "+ULSTFILE: \"PROFILE\"");
    if (_i == 0) {
        module_rig_command(rig, FWD_PORT_UART, "AT+UMNOPROF=?");
        (void)module_rig_until(rig, FWD_PORT_UART, "3: Verizon");
        ck_assert_str_eq(module_rig_until(rig, FWD_PORT_UART, "2: ATT"), "2: ATT");
        module_rig_line(rig, FWD_PORT_UART, "90: Global");
        module_rig_line(rig, FWD_PORT_UART, "OK");
        module_rig_expect(rig, "AT+UMNOPROF=,1", "OK");
    }
    module_rig_command(rig, FWD_PORT_UART, "AT+UMNOPROF=?");
    ck_assert_str_eq(module_rig_until(rig, FWD_PORT_UART, "2: ATT"), "2: ATT 7.2");
    (void)module_rig_until(rig, FWD_PORT_UART, "OK");
    module_rig_expect(rig, "AT+UFWINSTALL", ALLOWED); /* nothing waits for it */
    free(changed.data);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

int main(void)
{
    return module_rig_main("module kept", (const struct module_rig_test[]){
                                              {the_speed_changes_after_ok_and_is_kept, 1},
                                              {a_reset_forgets_what_is_volatile, 3},
                                              {operator_profiles_are_listed_with_versions, 1},
                                              {ftp_settings_are_listed_and_reset, 1},
                                              {files_are_kept, 1},
                                              {an_operator_profile_installs_by_itself, 2},
                                              {NULL, 0},
                                          });
}
