/* The window of a boot code's update in which a power cut kills older modules (R64, R248). */
#include "tests/hostio/scratch_folder.h"
#include "tests/module/module_rig.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#define OLD_IMAGE FWD_SOURCE_DIR "/samples/images/demo-1.0.0.bin"

static void make_boot_device(void)
{
    ck_assert(scratch_run("sed -e 's/\"resumer\": \"boot\"/\"resumer\": \"immutable\"/' "
                          "-e 's/\"layout\": \"ab\"/\"layout\": \"in-place\"/' "
                          "-e '/\"count\": 32}\\]},$/d' '%s/samples/devices/two-component.json' "
                          ">b.json",
        FWD_SOURCE_DIR));
    ck_assert(scratch_run("'%s' gen '%s/samples/images/demo-1.0.0.bin' "
                          "'%s/samples/images/demo-1.0.1.bin' --component "
                          "boot,role=boot,from=1,to=2='%s/samples/images/boot-1.bin:"
                          "%s/samples/images/boot-2.bin' --from-version 1.0.0 --to-version 1.1.0 "
                          "--key key.pem -o boot.upd >/dev/null",
        FWD_PROGRAM, FWD_SOURCE_DIR, FWD_SOURCE_DIR, FWD_SOURCE_DIR, FWD_SOURCE_DIR));
    ck_assert(scratch_run("'%s' device create boot-device --description b.json --image "
                          "firmware='%s' --version firmware=1.0.0 --image "
                          "boot='%s/samples/images/boot-1.bin' --version boot=1 --trust "
                          "key.pub.pem >/dev/null",
        FWD_PROGRAM, OLD_IMAGE, FWD_SOURCE_DIR));
}

/* What the module is after a power cut at a flash operation of the installation. */
static enum fwd_modem_phase after_cut(struct module_rig *rig, unsigned operation, bool legacy)
{
    ck_assert(scratch_run("rm -rf cut && cp -r boot-device cut && "
                          "! '%s' install boot.upd --device cut --cut %u >/dev/null 2>&1",
        FWD_PROGRAM, operation));
    module_rig_open(rig, scratch_path("cut"), "lara-r6-01b");
    rig->modem->config.legacy_boot_window = legacy;
    while (module_rig_step(rig))
        ;
    return rig->modem->phase;
}

/* R64, only as an option: the small window in which older modules are lost. Ours goes on. */
START_TEST(the_boot_code_window_kills_only_when_asked_to)
{
    struct module_rig *rig = module_rig_alloc();
    unsigned dead = 0, total = 0;
    char count[32];

    make_boot_device();
    ck_assert(scratch_run("cp -r boot-device whole && '%s' install boot.upd --device whole | "
                          "sed -n 's/^flash: [0-9]* erases, \\([0-9]*\\) programs.*/\\1/p' >count",
        FWD_PROGRAM));
    FILE *file = fopen(scratch_path("count"), "r");
    ck_assert(file != NULL && fgets(count, sizeof count, file) != NULL);
    fclose(file);
    total = (unsigned)atoi(count);
    for (unsigned at = total; at > total / 2 && dead == 0; at -= 5) {
        enum fwd_modem_phase phase = after_cut(rig, at, true);
        module_rig_free(rig);
        if (phase != FWD_MODEM_PHASE_DEAD)
            continue;
        dead++;
        ck_assert_int_eq(after_cut(rig, at, false), FWD_MODEM_PHASE_NORMAL);
        ck_assert_uint_eq(module_rig_events(rig, "reason", "ok"), 1);
        module_rig_free(rig);
    }
    ck_assert_uint_eq(dead, 1);
    module_rig_release(rig);
}
END_TEST

int main(void)
{
    return module_rig_main(
        "boot window", (const struct module_rig_test[]){
                           {the_boot_code_window_kills_only_when_asked_to, 1}, {NULL, 0}});
}
