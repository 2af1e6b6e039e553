/* The module as a process: pseudo-terminals, signals, a log, several at once, how fast it is. */
#include "module/process/pin_file.h"
#include "tests/hostio/scratch_folder.h"
#include "tests/module/module_rig.h"
#include "tests/module/process/module_process.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/* R111, R116: the whole way, switched off by a signal, which is no failure. */
START_TEST(a_host_updates_a_module)
{
    struct module_process p;

    module_process_device(&p, "plain", "dual-slot", MODULE_PROCESS_IMAGE);
    module_process_start(&p);
    ck_assert(module_process_update(&p, module_rig_package(MODULE_DELTA)));
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

    module_process_device(&p, "pins", "dual-slot", MODULE_PROCESS_IMAGE);
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

    module_process_device(&p, "pace", "dual-slot", MODULE_PROCESS_IMAGE);
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
        module_process_device(&p[i], i == 0 ? "left" : "right", "dual-slot", MODULE_PROCESS_IMAGE);
        module_process_start(&p[i]);
    }
    ck_assert(module_process_update(&p[1], module_rig_package(MODULE_DELTA)));
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

    module_process_device(&p, "speed", "dual-slot", MODULE_PROCESS_IMAGE);
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
    double start = module_process_seconds();
    module_process_start(&p);
    ck_assert(module_process_ready(&p));
    module_process_command(&p, "ATE0");
    ck_assert_int_eq(module_process_wait(&p, "OK\r\n", NULL), 1);
    ck_assert(module_process_download(&p, &package));
    module_process_command(&p, "AT+UFWINSTALL=1,115200");
    ck_assert_int_eq(module_process_wait(&p, "+UUFWINSTALL: 128\r\n", NULL), 1);
    ck_assert(module_process_ready(&p));
    printf("an image of 500 KB, package of %zu bytes, time scale 1000: %.1f s\n", package.size,
        module_process_seconds() - start);
    (void)module_process_stop(&p, SIGTERM);
    fwd_bytes_free(&package);
}
END_TEST

int main(void)
{
    return module_rig_run("module process",
        (const struct module_rig_test[]){
            {a_host_updates_a_module, 1},
            {a_file_has_the_levels_of_the_pins, 1},
            {bytes_are_not_faster_than_the_line, 1},
            {two_modules_work_side_by_side, 1},
            {a_host_at_another_speed_gets_noise, 1},
            {an_update_of_500_kb_is_timed, 1},
            {NULL, 0},
        },
        3000);
}
