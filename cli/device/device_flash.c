#include "cli/device/device_flash.h"

#include "cli/device/device_install.h"
#include "cli/device/flash_archive.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct flash {
    const struct fwd_args *args;
    const char *package;
    char folder[FWD_FLASH_ARCHIVE_PATH]; /* of archive and logs */
    FILE *trace;                         /* of this attempt */
    struct fwd_flash_archive archive;
    struct fwd_device_install in;
};

/* Told and traced. */
__attribute__((format(printf, 2, 3))) static void step(struct flash *f, const char *format, ...)
{
    char text[FWD_FLASH_ARCHIVE_PATH + 100];
    va_list list;

    va_start(list, format);
    (void)vsnprintf(text, sizeof text, format, list);
    va_end(list);
    printf("%s\n", text);
    fflush(stdout);
    if (f->trace != NULL)
        (void)fprintf(f->trace, "%s\n", text);
}

/* ---- the folder and its logs ----------------------------------------------------------------- */

static enum fwd_fail make_folder(struct flash *f, const char *device, struct fwd_error *err)
{
    const char *output = fwd_args_text(f->args, "output");

    (void)snprintf(f->folder, sizeof f->folder, "%.4000s%s", output != NULL ? output : device,
        output != NULL ? "" : "/easyflash");
    struct stat status;
    if (mkdir(f->folder, 0777) == 0)
        return FWD_FAIL_NONE;
    int number = errno;
    if (number == EEXIST && stat(f->folder, &status) == 0 && S_ISDIR(status.st_mode))
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
        "%s: the folder for archive and logs cannot be made: %s; -o names another one", f->folder,
        fwd_error_cause(number == EEXIST ? ENOTDIR : number));
}

/* R257: one for each attempt. */
static enum fwd_fail open_trace(struct flash *f, struct fwd_error *err)
{
    char path[FWD_FLASH_ARCHIVE_PATH + 40];
    int number = EEXIST;

    for (unsigned n = 1; n < 10000; n++) {
        (void)snprintf(path, sizeof path, "%s/trace-%u.log", f->folder, n);
        f->trace = fopen(path, "wx");
        if (f->trace != NULL)
            return FWD_FAIL_NONE;
        number = errno;
        if (number != EEXIST)
            break;
    }
    return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: the trace log cannot be written: %s",
        path, fwd_error_cause(number));
}

/* ---- what it is done with -------------------------------------------------------------------- */

static enum fwd_family family_of(const struct flash *f)
{
    return f->in.session.machine->profile->traits.family;
}

static enum fwd_fail check_family(struct flash *f, struct fwd_error *err)
{
    if ((family_of(f) & FWD_FAMILY_ALL) == 0)
        return fwd_error_fail(err, FWD_FAIL_REFUSED, "%s: a %s is not flashed by EasyFlash",
            f->archive.device, f->in.session.machine->profile->title);
    step(f, "Port: %s", family_of(f) == FWD_FAMILY_R5 ? "primary UART, 3000000 baud" : "USB");
    return FWD_FAIL_NONE;
}

/* Signature, key and format are told in EasyFlash's words, too. */
static bool is_load_failure(enum fwd_reason reason)
{
    uint16_t code = fwd_reason_info(reason)->code;

    return code == 158 || code == 173 || code == 174 || code == 227;
}

/* A device that lost power, or did not begin, has no result. */
static void trace_result(const struct flash *f, int status)
{
    const struct fwd_session *session = &f->in.session;

    if (status == FWD_EXIT_CUT)
        (void)fprintf(f->trace, "Result: none, power failed\n");
    else if (status != FWD_EXIT_DONE && session->reason == FWD_OK)
        (void)fprintf(f->trace, "Result: none, nothing was installed\n");
    else
        (void)fprintf(f->trace, "Result: %u %s\n", (unsigned)session->code,
            fwd_reason_info(session->reason)->name);
}

static void add_flash_again(struct fwd_error *err)
{
    struct fwd_error before = *err;

    fwd_error_set(err,
        "%s; run 'fwdelta device flash' again afterwards, which puts the calibration back",
        before.text);
}

static int install(struct flash *f, struct fwd_error *err)
{
    struct fwd_session *session = &f->in.session;
    struct fwd_error ignored = {""};
    f->in.command = FWD_COMMAND_FULL;
    int status = fwd_device_install_run(&f->in, f->package, err);
    trace_result(f, status);
    if (status != FWD_EXIT_DONE && is_load_failure(session->reason))
        step(f, "LoadFlashProg failed! (Maybe wrong dof signature?)");
    if (status == FWD_EXIT_CUT)
        add_flash_again(err);
    if (status == (int)FWD_FAIL_REFUSED) /* nothing was written */
        (void)fwd_flash_archive_restore(&f->archive, false, &ignored);
    return status;
}

static enum fwd_fail read_package(struct flash *f, struct fwd_error *err)
{
    uint64_t max = (uint64_t)f->in.session.machine->device.package.size + 65536;

    return fwd_file_read_as("a full package", f->package, max, &f->in.package, err);
}

static int flash(struct flash *f, struct fwd_error *err)
{
    const char *given = fwd_args_text(f->args, "restore");
    bool lara = (family_of(f) & FWD_FAMILY_LARA) != 0;
    enum fwd_fail fail = fwd_flash_archive_identify(&f->archive, err);

    if (fail == FWD_FAIL_REFUSED)
        step(f, "Error occurred! Device IMEI is not valid! Upgrade cannot be performed");
    if (fail == FWD_FAIL_NONE)
        fail = read_package(f, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_flash_archive_take(&f->archive, given, err);
    if (fail != FWD_FAIL_NONE)
        return (int)fail;
    step(f, "Archive: %s", f->archive.path);
    int status = install(f, err);
    if (status != FWD_EXIT_DONE)
        return status;
    fail = fwd_flash_archive_erase(f->archive.device, lara, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_flash_archive_restore(&f->archive, lara && given == NULL, err);
    if (fail == FWD_FAIL_NONE)
        step(f, "Restored: calibration of IMEI %s", f->archive.imei);
    if (fail == FWD_FAIL_NONE)
        step(f, "Reset");
    return (int)fail;
}

int fwd_device_flash(const struct fwd_args *args, const char *folder, struct fwd_error *err)
{
    struct flash f = {.args = args, .package = args->operands[2]};

    f.archive.device = folder;
    f.archive.folder = f.folder;
    struct stat status;
    if (stat(folder, &status) != 0)
        printf("Please TURN ON the device ...\n"); /* it stays the last word: there is none */
    int result = (int)fwd_session_open(&f.in.session, args, folder, err);
    if (result == FWD_EXIT_DONE)
        result = (int)make_folder(&f, folder, err);
    if (result == FWD_EXIT_DONE)
        result = (int)open_trace(&f, err);
    if (result == FWD_EXIT_DONE)
        step(&f, "Please TURN ON the device ...");
    if (result == FWD_EXIT_DONE)
        result = (int)check_family(&f, err);
    if (result == FWD_EXIT_DONE)
        result = flash(&f, err);
    if (f.trace != NULL && fclose(f.trace) != 0 && result == FWD_EXIT_DONE)
        result = (int)fwd_error_fail(
            err, FWD_FAIL_ENVIRONMENT, "%s: the trace log could not be written", f.folder);
    fwd_session_close(&f.in.session);
    fwd_bytes_free(&f.in.package);
    return result;
}
