/* The module as a process: pseudo-terminals, signals, a log, a killed process that goes on. */
#include "module/process/pin_file.h"
#include "module/transport/xmodem.h"
#include "tests/hostio/scratch_folder.h"
#include "tests/module/module_rig.h"
#include "tests/module/process/module_process.h"
#include "tests/module/transport/xmodem_sender.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define OLD_IMAGE FWD_SOURCE_DIR "/samples/images/demo-1.0.0.bin"

static double seconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static bool download(struct module_process *p, const struct fwd_bytes *package)
{
    char line[64];

    snprintf(line, sizeof line, "AT+UDWNFILE=\"x\",%zu,\"FOAT\"", package->size);
    module_process_command(p, line);
    if (module_process_wait(p, ">", NULL) != 1)
        return false;
    module_process_send(p, package->data, package->size);
    return module_process_wait(p, "OK\r\n", NULL) == 1;
}

/* One session of a host: brings the module to version 1.1.0. False: it was killed meanwhile. */
static bool update(struct module_process *p)
{
    if (!module_process_ready(p))
        return false;
    module_process_command(p, "ATE0");
    if (module_process_wait(p, "OK\r\n", NULL) != 1)
        return false;
    if (module_process_version(p, "1.1.0"))
        return !p->gone;
    if (p->gone || !download(p, module_rig_package(MODULE_DELTA)))
        return false;
    module_process_command(p, "AT+UFWINSTALL=1,115200");
    if (module_process_wait(p, "OK\r\n", NULL) != 1 ||
        module_process_wait(p, "+UUFWINSTALL: 128\r\n", NULL) != 1 || !module_process_ready(p))
        return false;
    module_process_command(p, "ATE0");
    return module_process_wait(p, "OK\r\n", NULL) == 1 && module_process_version(p, "1.1.0");
}

/* R111, R116: the whole way, switched off by a signal, which is no failure. */
START_TEST(a_host_updates_a_module)
{
    struct module_process p;

    module_process_device(&p, "plain", "dual-slot", OLD_IMAGE);
    module_process_start(&p);
    ck_assert(update(&p));
    int status = module_process_stop(&p, SIGTERM);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 0);
    ck_assert_uint_eq(module_process_logged(&p, "\"code\":128"), 1);
    ck_assert_uint_eq(module_process_logged(&p, "\"state\":\"off\""), 1);
}
END_TEST

static void expect_levels(const struct module_process *p, const char *text)
{
    char path[400];
    struct fwd_bytes bytes;
    struct fwd_error err;

    (void)snprintf(path, sizeof path, "%s/pins", p->folder);
    ck_assert_msg(fwd_file_read(path, 100, &bytes, &err) == FWD_FAIL_NONE, "%s", err.text);
    ck_assert_uint_eq(bytes.size, strlen(text));
    ck_assert_mem_eq(bytes.data, text, bytes.size);
    fwd_bytes_free(&bytes);
}

static void take_level(struct fwd_pin_file *file, const char *kind, const char *pin, int level)
{
    json_t *event = json_pack("{s:s, s:s, s:i}", "event", kind, "pin", pin, "level", level);

    fwd_pin_file_event(file, event);
    json_decref(event);
}

/* R237 to R239, for programs that cannot measure: now, and as they change. */
START_TEST(a_file_has_the_levels_of_the_pins)
{
    struct module_process p;
    struct fwd_pin_file file;
    char path[400];

    module_process_device(&p, "pins", "dual-slot", OLD_IMAGE);
    strcpy(p.profile, "sara-r5");
    module_process_start(&p);
    ck_assert(module_process_ready(&p));
    expect_levels(&p, "rx 1\ncts 0\n");
    (void)module_process_stop(&p, SIGTERM);
    (void)snprintf(path, sizeof path, "%s/pins", p.folder);
    ck_assert_int_ne(access(path, F_OK), 0);

    fwd_pin_file_open(&file, p.folder);
    take_level(&file, "pin", "rx", 1);
    take_level(&file, "pin", "cts", 0);
    take_level(&file, "port", "cts", 1);
    take_level(&file, "pin", "a name that is no pin's", 1);
    expect_levels(&p, "rx 1\ncts 0\n");
    take_level(&file, "pin", "rx", 0);
    expect_levels(&p, "rx 0\ncts 0\n");
    fwd_pin_file_close(&file);
    ck_assert_int_ne(access(path, F_OK), 0);
    take_level(&file, "pin", "rx", 1); /* it is closed */
    fwd_pin_file_open(&file, "/nonexistent");
    take_level(&file, "pin", "rx", 1); /* the log has it all the same */
    fwd_pin_file_close(&file);
}
END_TEST

/* Virtual time of the transfer's event in the log, seconds; -1: there is none. */
static double transfer_time(const struct module_process *p, const char *state)
{
    char line[1024];
    FILE *log = fopen(p->log, "r");
    double t = -1;

    ck_assert_ptr_nonnull(log);
    while (fgets(line, sizeof line, log) != NULL) {
        json_t *event = json_loads(line, 0, NULL);
        const char *found = json_string_value(json_object_get(event, "state"));
        if (strstr(line, "\"transfer\"") != NULL && found != NULL && strcmp(found, state) == 0)
            t = json_number_value(json_object_get(event, "t"));
        json_decref(event);
    }
    (void)fclose(log);
    return t;
}

/* Bytes take their time on the line: 62645 at 115200 bit/s, ten bits each. */
START_TEST(bytes_are_not_faster_than_the_line)
{
    static uint8_t bytes[62645];
    struct module_process p;

    module_process_device(&p, "pace", "dual-slot", OLD_IMAGE);
    memcpy(p.scale, "10", 3);
    module_process_start(&p);
    ck_assert(module_process_ready(&p));
    module_process_command(&p, "AT+UDWNFILE=\"x\",62645,\"FOAT\"");
    ck_assert_int_eq(module_process_wait(&p, ">", NULL), 1);
    module_process_send(&p, bytes, sizeof bytes);
    ck_assert_int_eq(module_process_wait(&p, "OK\r\n", NULL), 1);
    (void)module_process_stop(&p, SIGTERM);
    ck_assert(transfer_time(&p, "complete") - transfer_time(&p, "begin") >= 5.4);
}
END_TEST

START_TEST(two_modules_work_side_by_side)
{
    struct module_process p[2];

    for (int i = 0; i < 2; i++) {
        module_process_device(&p[i], i == 0 ? "left" : "right", "dual-slot", OLD_IMAGE);
        module_process_start(&p[i]);
    }
    ck_assert(update(&p[1]));
    ck_assert(module_process_ready(&p[0]));
    ck_assert(module_process_version(&p[0], "1.0.0"));
    /* a device folder has one user at a time */
    ck_assert(!scratch_run("'%s' module '%s' >/dev/null 2>&1", FWD_PROGRAM, p[0].folder));
    for (int i = 0; i < 2; i++)
        (void)module_process_stop(&p[i], SIGTERM);
}
END_TEST

static void set_speed(const struct module_process *p, speed_t speed)
{
    struct termios settings;

    ck_assert_int_eq(tcgetattr(p->uart, &settings), 0);
    (void)cfsetospeed(&settings, speed);
    (void)cfsetispeed(&settings, speed);
    ck_assert_int_eq(tcsetattr(p->uart, TCSANOW, &settings), 0);
}

/* R97, R105, with --strict-speed: a host at the wrong speed gets noise, at the right one an answer.
 */
START_TEST(a_host_at_another_speed_gets_noise)
{
    struct module_process p;

    module_process_device(&p, "speed", "dual-slot", OLD_IMAGE);
    p.option = "--strict-speed";
    module_process_start(&p);
    ck_assert(module_process_ready(&p));
    module_process_command(&p, "ATE0");
    ck_assert_int_eq(module_process_wait(&p, "OK\r\n", NULL), 1);
    module_process_command(&p, "AT+IPR=460800");
    ck_assert_int_eq(module_process_wait(&p, "OK\r\n", NULL), 1);
    module_process_command(&p, "AT+CGMM"); /* not seen as a command */
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(module_process_look(&p, "LARA", "ERROR"), 0);
    set_speed(&p, B460800);
    ck_assert(module_process_ready(&p));
    (void)module_process_stop(&p, SIGTERM);
    ck_assert_uint_ge(module_process_logged(&p, "\"baud\":460800"), 1);
}
END_TEST

/* ---- killed ---------------------------------------------------------------------------------- */

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
        module_process_device(&p, "killed", i % 2 == 0 ? "inplace-4k" : "dual-slot", OLD_IMAGE);
        double start = seconds();
        module_process_start(&p);
        pid_t killer = i > 0 ? executioner(p.pid, moment(i, length)) : 0;
        bool done = update(&p);
        if (i == 0)
            length = seconds() - start;
        if (killer > 0)
            ck_assert_int_eq(waitpid(killer, NULL, 0), killer);
        int status = module_process_stop(&p, SIGKILL);
        killed += killer > 0 && WIFSIGNALED(status) && !done ? 1 : 0;
        module_process_start(&p);
        ck_assert_msg(update(&p), "run %u: not updated", i);
        (void)module_process_stop(&p, SIGTERM);
        ck_assert_msg(module_process_logged(&p, "\"code\":128") >= 1, "run %u: no 128", i);
    }
    printf("%u sessions, %u killed before their end, none lost\n", times(6), killed);
    if (times(6) >= 50) /* of a few all may come too late on a busy machine */
        ck_assert_uint_gt(killed, 0);
}
END_TEST

/* ---- killed, +UFWUPD of SARA-R5 -------------------------------------------------------------- */

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
        module_process_device(&p, "r5", "inplace-4k", OLD_IMAGE);
        snprintf(p.profile, sizeof p.profile, "sara-r5");
        double start = seconds();
        module_process_start(&p);
        pid_t killer = i > 0 ? executioner(p.pid, moment(i, length)) : 0;
        (void)update_by_xmodem(&p);
        if (i == 0)
            length = seconds() - start;
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

/* ---- the boot-code window -------------------------------------------------------------------- */

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

/* ---- how long it takes ----------------------------------------------------------------------- */

/* Printed, not judged. */
START_TEST(an_update_of_500_kb_is_timed)
{
    struct module_process p;

    ck_assert(scratch_run("for i in 1 2 3 4 5; do cat '%s/samples/images/demo-1.0.0.bin'; done "
                          ">big-old.bin; for i in 1 2 3 4 5; do cat "
                          "'%s/samples/images/demo-1.0.1.bin'; done >big-new.bin",
        FWD_SOURCE_DIR, FWD_SOURCE_DIR));
    ck_assert(scratch_run("'%s' gen big-old.bin big-new.bin --key key.pem --from-version 1.0.0 "
                          "--to-version 1.1.0 -o big.upd >/dev/null",
        FWD_PROGRAM));
    struct fwd_bytes package = {NULL, 0};
    ck_assert_int_eq(
        fwd_file_read(scratch_path("big.upd"), 1u << 22, &package, NULL), FWD_FAIL_NONE);
    module_process_device(&p, "big", "inplace-4k", "big-old.bin");
    double start = seconds();
    module_process_start(&p);
    ck_assert(module_process_ready(&p));
    module_process_command(&p, "ATE0");
    ck_assert_int_eq(module_process_wait(&p, "OK\r\n", NULL), 1);
    ck_assert(download(&p, &package));
    module_process_command(&p, "AT+UFWINSTALL=1,115200");
    ck_assert_int_eq(module_process_wait(&p, "+UUFWINSTALL: 128\r\n", NULL), 1);
    ck_assert(module_process_ready(&p));
    printf("an image of 500 KB, package of %zu bytes, time scale 1000: %.1f s\n", package.size,
        seconds() - start);
    (void)module_process_stop(&p, SIGTERM);
    fwd_bytes_free(&package);
}
END_TEST

static void setup(void)
{
    scratch_setup();
    module_rig_packages();
}

static void teardown(void)
{
    module_rig_packages_free();
    scratch_teardown();
}

int main(void)
{
    Suite *suite = suite_create("module process");
    TCase *tcase = tcase_create("processes");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tcase, 3000);
    tcase_add_unchecked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, a_host_updates_a_module);
    tcase_add_test(tcase, a_file_has_the_levels_of_the_pins);
    tcase_add_test(tcase, bytes_are_not_faster_than_the_line);
    tcase_add_test(tcase, two_modules_work_side_by_side);
    tcase_add_test(tcase, a_host_at_another_speed_gets_noise);
    tcase_add_test(tcase, a_killed_module_goes_on);
    tcase_add_test(tcase, a_killed_sara_r5_asks_for_its_image);
    tcase_add_test(tcase, the_boot_code_window_kills_only_when_asked_to);
    tcase_add_test(tcase, an_update_of_500_kb_is_timed);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
