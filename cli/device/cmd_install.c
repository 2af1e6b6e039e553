/* fwdelta install: downloads a package to a simulated device and installs it there. */
#include "cli/device/device_install.h"
#include "hostio/host_file.h"

#include <stdlib.h>
#include <string.h>

#define XMODEM_FILL 0x1A

static const struct fwd_option options[] = {
    {"device", 'd', "DIR", false, "the device, as 'fwdelta device create' made it"},
    {"command", 0, "KIND", false, "the command takes delta (default), full or any packages"},
    {"transport", 't', "NAME", false, "raw (default), xmodem or xmodem-1k, which pad the file"},
    {"cut", 0, "N", false, "cut power at flash operation N, or at a replay id"},
    {"cost", 0, NULL, false, "print what it cost the flash"},
    {"json", 'j', NULL, false, "report as JSON"},
    {0},
};

static const struct {
    const char *name;
    uint32_t block;
} transports[] = {{"raw", 1}, {"xmodem", 128}, {"xmodem-1k", 1024}};

static enum fwd_fail read_command(
    const struct fwd_args *args, enum fwd_command *command, struct fwd_error *err)
{
    const char *text = fwd_args_text(args, "command");
    *command = FWD_COMMAND_DELTA;
    if (text == NULL || strcmp(text, "delta") == 0)
        return FWD_FAIL_NONE;
    *command = FWD_COMMAND_FULL;
    if (strcmp(text, "full") == 0)
        return FWD_FAIL_NONE;
    *command = FWD_COMMAND_ANY;
    if (strcmp(text, "any") == 0)
        return FWD_FAIL_NONE;
    return fwd_error_fail(
        err, FWD_FAIL_USAGE, "--command: expected delta, full or any, found '%s'", text);
}

static enum fwd_fail pad(struct fwd_device_install *in, const char *name, struct fwd_error *err)
{
    uint32_t block = 0;
    for (size_t i = 0; i < sizeof transports / sizeof transports[0]; i++) {
        if (name == NULL ? i == 0 : strcmp(transports[i].name, name) == 0)
            block = transports[i].block;
    }
    if (block == 0)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "--transport: expected raw, xmodem or xmodem-1k, found '%s'", name);
    in->padding = block - 1;
    size_t size = (in->package.size + block - 1) / block * block;
    uint8_t *padded = realloc(in->package.data, size);
    if (padded == NULL)
        return fwd_error_memory(err, "the package");
    memset(padded + in->package.size, XMODEM_FILL, size - in->package.size);
    in->package = (struct fwd_bytes){padded, size};
    return FWD_FAIL_NONE;
}

static int install(struct fwd_device_install *in, const char *path, struct fwd_error *err)
{
    const struct fwd_args *args = in->session.args;
    /* what is larger than the package area by far is not even read */
    uint64_t max = (uint64_t)in->session.machine->device.package.size + 65536;
    enum fwd_fail fail = fwd_file_read_as("a package", path, max, &in->package, err);
    if (fail == FWD_FAIL_NONE)
        fail = pad(in, fwd_args_text(args, "transport"), err);
    if (fail != FWD_FAIL_NONE)
        return (int)fail;
    return fwd_device_install_run(in, path, err);
}

static int run(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_device_install in = {0};
    const char *folder = fwd_args_text(args, "device");
    if (folder == NULL)
        return (int)fwd_error_fail(err, FWD_FAIL_USAGE,
            "--device DIR is missing: a device that 'fwdelta device create' has made");
    int status = (int)read_command(args, &in.command, err);
    if (status != FWD_EXIT_DONE)
        return status;
    status = (int)fwd_session_open(&in.session, args, folder, err);
    if (status == FWD_EXIT_DONE)
        status = install(&in, args->operands[0], err);
    fwd_session_close(&in.session);
    fwd_bytes_free(&in.package);
    return status;
}

const struct fwd_subcommand fwd_command_install = {
    .name = "install",
    .operands = "PKG --device DIR",
    .operands_min = 1,
    .operands_max = 1,
    .summary = "install a package on a simulated device",
    .about = "Downloads PKG, which may be any file, to a simulated device and installs it there,\n"
             "with the library that devices use. Prints the lines that the module would print.\n"
             "--cut plays a power failure; 'fwdelta boot' then goes on.",
    .options = options,
    .run = run,
};
