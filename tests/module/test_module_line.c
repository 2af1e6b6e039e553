/* The command line itself: forms of errors, echo, editing, how long a line may be. */
#include "tests/module/module_rig.h"

#include <string.h>

#define WRONG "+CME ERROR: Incorrect parameters"

START_TEST(errors_take_the_form_that_is_asked_for)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", "lara-r6-01b");
    module_rig_expect(rig, "AT+CMEE=1", "OK");
    module_rig_expect(rig, "AT+UFWINSTALL=1,115200", "+CME ERROR: 3");
    module_rig_expect(rig, "AT+NONSENSE", "+CME ERROR: 4");
    module_rig_expect(rig, "AT+CMEE=0", "OK");
    module_rig_expect(rig, "AT+UFWINSTALL=1,115200", "ERROR");
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

START_TEST(characters_are_echoed_until_echo_is_off)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, "dual-slot", "lara-r6-01b");
    module_rig_expect(rig, "ATE1", "OK");
    module_rig_command(rig, FWD_PORT_UART, "ATE0");
    for (const char *c = "ATE0\r"; *c != '\0'; c++) {
        const struct module_item *item = module_rig_next(rig, FWD_PORT_UART);
        ck_assert(item != NULL && !item->line && item->byte == (uint8_t)*c);
    }
    module_rig_line(rig, FWD_PORT_UART, "OK");
    module_rig_silent(rig, FWD_PORT_UART);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

START_TEST(a_line_is_edited_and_bounded)
{
    struct module_rig *rig = module_rig_alloc();
    static char long_line[5000];

    module_rig_new(rig, "dual-slot", "lara-r6-01b");
    module_rig_expect(rig, "ATX\b+CGMMX\b", "LARA-R6001-01B");
    module_rig_expect(rig, "\n\nAT\n", "OK");
    memset(long_line, 'A', sizeof long_line - 1);
    memcpy(long_line, "AT", 2);
    module_rig_expect(rig, long_line, WRONG);
    module_rig_expect(rig, "AT", "OK");
    /* V.250: a line begins with AT; noise before it is no part of it, and alone it has no answer */
    module_rig_expect(rig, "\x04\x15\xff~~AT", "OK");
    module_rig_expect(rig, "AAT+CGMM", "LARA-R6001-01B");
    module_rig_expect(rig, "Aha at+cgmm", "LARA-R6001-01B");
    module_rig_command(rig, FWD_PORT_UART, "hello");
    module_rig_command(rig, FWD_PORT_UART, "");
    module_rig_silent(rig, FWD_PORT_UART);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

int main(void)
{
    return module_rig_main("module line", (const struct module_rig_test[]){
                                              {errors_take_the_form_that_is_asked_for, 1},
                                              {characters_are_echoed_until_echo_is_off, 1},
                                              {a_line_is_edited_and_bounded, 1},
                                              {NULL, 0},
                                          });
}
