/* A module whose process is killed at any moment of an update goes on when it is started again.
 * FWD_KILLS: how often it is killed. */
#include "module/transport/xmodem.h"
#include "tests/module/module_rig.h"
#include "tests/module/process/module_process.h"
#include "tests/module/transport/xmodem_sender.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned times(unsigned few)
{
    const char *text = getenv("FWD_KILLS");

    return text != NULL ? (unsigned)atoi(text) : few;
}

/* Kills the process after so long, from another process. */
static pid_t executioner(pid_t victim, double after)
{
    pid_t pid = fork();

    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        usleep((useconds_t)(after * 1e6));
        (void)kill(victim, SIGKILL);
        _exit(0);
    }
    return pid;
}

/* Spread over the session, differently each time, always the same. */
static double moment(unsigned i, double length)
{
    return length * (double)(i * 618u % 1000u) / 1000.0;
}

/* R58, R59: whenever the power goes, the update ends with 128 and the new version. */
START_TEST(a_killed_module_goes_on)
{
    unsigned killed = 0;
    double length = 0;
    struct module_process p;

    for (unsigned i = 0; i <= times(6); i++) {
        module_process_device(
            &p, "killed", i % 2 == 0 ? "inplace-4k" : "dual-slot", MODULE_PROCESS_IMAGE);
        double start = module_process_seconds();
        module_process_start(&p);
        pid_t killer = i > 0 ? executioner(p.pid, moment(i, length)) : 0;
        bool done = module_process_update(&p, module_rig_package(MODULE_DELTA));
        if (i == 0)
            length = module_process_seconds() - start;
        if (killer > 0)
            ck_assert_int_eq(waitpid(killer, NULL, 0), killer);
        int status = module_process_stop(&p, SIGKILL);
        killed += killer > 0 && WIFSIGNALED(status) && !done ? 1 : 0;
        module_process_start(&p);
        ck_assert_msg(
            module_process_update(&p, module_rig_package(MODULE_DELTA)), "run %u: not updated", i);
        (void)module_process_stop(&p, SIGTERM);
        ck_assert_msg(module_process_logged(&p, "\"code\":128") >= 1, "run %u: no 128", i);
    }
    printf("%u sessions, %u killed before their end, none lost\n", times(6), killed);
    if (times(6) >= 50) /* of a few all may come too late on a busy machine */
        ck_assert_uint_gt(killed, 0);
}
END_TEST

/* ---- +UFWUPD of SARA-R5 ---------------------------------------------------------------------- */

/* Sends the full package to a module that says C. */
static bool send_file(struct module_process *p)
{
    const struct fwd_bytes *file = module_rig_package(MODULE_FULL);
    uint8_t frame[SENDER_FRAME];

    for (size_t at = 0; at < file->size; at += 1024) {
        module_process_send(p, frame, sender_part(frame, file, at, 1024, true));
        if (module_process_wait(p, "\x06", NULL) != 1)
            return false;
    }
    frame[0] = FWD_XMODEM_EOT;
    module_process_send(p, frame, 1);
    return module_process_wait(p, "\x06", NULL) == 1 &&
           module_process_wait(p, "+UFWUPD: 128\r\n", NULL) == 1;
}

/* A host that knows firmware update mode: a lone C asks for the file. */
static bool update_by_xmodem(struct module_process *p)
{
    for (int i = 0; i < 2000 && !p->gone; i++) {
        module_process_command(p, "AT");
        int found = module_process_look(p, "OK\r\n", "C");
        if (found == 2)
            return send_file(p);
        if (found == 1)
            break;
    }
    if (p->gone || !module_process_ready(p))
        return false;
    if (module_process_version(p, "1.1.0") || p->gone)
        return !p->gone;
    module_process_command(p, "AT+UFWUPD=1,115200");
    if (module_process_wait(p, "ONGOING\r\n", NULL) != 1 || module_process_wait(p, "C", NULL) != 1)
        return false;
    return send_file(p);
}

/* R62: a module whose image was lost asks for it, and takes it. */
START_TEST(a_killed_sara_r5_asks_for_its_image)
{
    double length = 0;
    struct module_process p;
    unsigned asked = 0;

    for (unsigned i = 0; i <= times(3); i++) {
        module_process_device(&p, "r5", "inplace-4k", MODULE_PROCESS_IMAGE);
        snprintf(p.profile, sizeof p.profile, "sara-r5");
        double start = module_process_seconds();
        module_process_start(&p);
        pid_t killer = i > 0 ? executioner(p.pid, moment(i, length)) : 0;
        (void)update_by_xmodem(&p);
        if (i == 0)
            length = module_process_seconds() - start;
        if (killer > 0)
            ck_assert_int_eq(waitpid(killer, NULL, 0), killer);
        (void)module_process_stop(&p, SIGKILL);
        module_process_start(&p);
        ck_assert_msg(update_by_xmodem(&p), "run %u: not updated", i);
        (void)module_process_ready(&p);
        ck_assert_msg(module_process_version(&p, "1.1.0"), "run %u: not the new version", i);
        (void)module_process_stop(&p, SIGTERM);
        ck_assert_uint_ge(module_process_logged(&p, "\"code\":128"), 1);
        asked += module_process_logged(&p, "\"by\":\"interrupted +UFWUPD\"") > 0 ? 1 : 0;
    }
    printf("%u sessions, %u asked for the image again\n", times(3), asked);
    if (times(3) >= 50)
        ck_assert_uint_gt(asked, 0);
}
END_TEST

int main(void)
{
    return module_rig_run("module killed",
        (const struct module_rig_test[]){
            {a_killed_module_goes_on, 1},
            {a_killed_sara_r5_asks_for_its_image, 1},
            {NULL, 0},
        },
        3000);
}
