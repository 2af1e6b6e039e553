/* How long an installation takes, on devices whose flash is as slow as the documents say
 * (R50..R53): samples/devices/slow. */
#include "tests/hostio/scratch_folder.h"
#include "tests/module/module_rig.h"

#include <stdio.h>
#include <string.h>

/* From the command, or the end of the transfer, to the result line; where there is none, to the
 * module's next answer. */
static const struct {
    const char *device, *profile;
    bool full;
    unsigned least, most; /* seconds */
} cases[] = {
    {"slow-lara-delta-20min", "lara-r6-01b", false, 900, 1200},
    {"slow-lara-delta-20min", "lara-l6", false, 900, 1200},
    {"slow-lara-r6-00b-full-65min", "lara-r6-00b", true, 3000, 3900},
    {"slow-lara-full-3min", "lara-r6-01b", true, 120, 180},
    {"slow-lara-full-3min", "lara-l6", true, 120, 180},
    {"slow-sara-r5-delta-25min", "sara-r5", false, 1350, 1560},
    {"slow-sara-r5-full-140s", "sara-r5", true, 120, 150},
    {"slow-sara-r4-20min", "sara-r4", false, 900, 1200},
};
#define CASES ((int)(sizeof cases / sizeof *cases))

static uint64_t install_delta(struct module_rig *rig)
{
    module_rig_download(rig, MODULE_DELTA);
    bool silent = !rig->profile->reports;
    module_rig_expect(rig, silent ? "AT+UFWINSTALL" : "AT+UFWINSTALL=1,115200", "OK");
    uint64_t from = rig->now;
    if (!silent) {
        (void)module_rig_until(rig, FWD_PORT_UART, "+UUFWINSTALL: 128");
        return rig->now - from;
    }
    while (rig->modem->ports[0].mode != FWD_PORT_MODE_COMMAND ||
           module_rig_events(rig, "phase", "installing") == 0)
        ck_assert(module_rig_step(rig));
    return rig->now - from;
}

static uint64_t install_full(struct module_rig *rig)
{
    bool r5 = rig->profile->traits.family == FWD_FAMILY_R5;

    module_rig_command(rig, FWD_PORT_UART, r5 ? "AT+UFWUPD=1,921600" : "AT+UFWUPD=3");
    (void)module_rig_until(rig, FWD_PORT_UART, "+UFWUPD: ONGOING");
    uint64_t from = rig->now;
    module_rig_xmodem(rig, FWD_PORT_UART, MODULE_FULL, 1024);
    (void)module_rig_until(rig, FWD_PORT_UART, "+UFWUPD: 128");
    return rig->now - from;
}

START_TEST(an_installation_takes_its_documented_time)
{
    struct module_rig *rig = module_rig_alloc();

    module_rig_new(rig, cases[_i].device, cases[_i].profile);
    uint64_t ms = cases[_i].full ? install_full(rig) : install_delta(rig);
    module_rig_pass(rig, 10000);
    ck_assert_str_eq(module_rig_version(rig), "1.1.0");
    ck_assert_msg(ms >= cases[_i].least * 1000u && ms <= cases[_i].most * 1000u,
        "%s: %u s, not %u to %u s", cases[_i].device, (unsigned)(ms / 1000), cases[_i].least,
        cases[_i].most);
    module_rig_free(rig);
    module_rig_release(rig);
}
END_TEST

int main(void)
{
    return module_rig_main("times", (const struct module_rig_test[]){
                                        {an_installation_takes_its_documented_time, CASES},
                                        {NULL, 0},
                                    });
}
