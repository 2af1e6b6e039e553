/* fwdelta device: simulated devices, each a folder. */
#include "cli/common/image_file.h"
#include "cli/common/json_out.h"
#include "cli/common/option_check.h"
#include "cli/common/recipe_option.h"
#include "cli/device/device_factory.h"
#include "cli/device/device_fault.h"
#include "cli/device/device_flash.h"
#include "cli/device/device_show.h"
#include "cli/device/device_trust.h"
#include "cli/device/factory_files.h"
#include "cli/device/session.h"
#include "hostio/host_file.h"
#include "verify/flash/version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_SIZE 4096

static const struct fwd_option options[] = {
    {"description", 0, "FILE", false, "create, factory: what the device is (JSON)"},
    {"image", 'i', "NAME=FILE", true, "create: what is in a component"},
    {"version", 'v', "VERSION", true, "create: of the image; NAME=VERSION for one of several"},
    {"trust", 't', "PUB", true,
        "create, factory: public key (PEM), a folder of them, or a trust package"},
    {"package", 0, "FILE", false, "factory: signed full package with what the device runs first"},
    {"factory", 0, "DIR", false, "create: as 'device factory' made it, instead of all of these"},
    {"output", 'o', "FILE", false,
        "dump: where the image goes; flash: folder for archive and logs"},
    {"restore", 0, "FILE", false, "flash: this archive, in place of one that is made now"},
    {"force", 'f', NULL, false, "dump: replace an existing file, dump unfinished firmware"},
    {"cut", 0, "N", false, "trust, flash: cut power at flash operation N, or at a replay id"},
    {"json", 'j', NULL, false, "report as JSON"},
    FWD_IMAGE_FILE_OPTIONS,
    FWD_DEVICE_FAULT_OPTIONS,
    {0},
};

struct program_paths {
    char description[PATH_SIZE], trust[FWD_FACTORY_PATH];
};

/* From what 'device factory' wrote: keys and description are in its folder. */
static enum fwd_fail read_program(const struct fwd_args *args, struct program_paths *paths,
    struct fwd_recipe_option *r, struct fwd_error *err)
{
    const char *program = fwd_args_text(args, "factory");
    enum fwd_fail fail = fwd_option_check_without(
        args, " description image version trust " FWD_IMAGE_FILE_NAMES, "--factory", err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    if (strlen(program) >= sizeof paths->description - 32)
        return fwd_error_fail(err, FWD_FAIL_USAGE, "--factory: the name is too long");
    fail = fwd_factory_files_keys(program, paths->trust, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    snprintf(paths->description, sizeof paths->description, "%s/description.json", program);
    fail = fwd_recipe_option_read(args, paths->description, r, err);
    r->trust[0] = paths->trust;
    r->recipe.trust_count = 1;
    r->recipe.fill = fwd_factory_files_load;
    r->recipe.fill_ctx = program;
    return fail;
}

static enum fwd_fail read_recipe(const struct fwd_args *args, struct program_paths *paths,
    struct fwd_recipe_option *r, struct fwd_error *err)
{
    const char *description = fwd_args_text(args, "description");
    if (fwd_args_has(args, "factory"))
        return read_program(args, paths, r, err);
    if (description == NULL)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "--description FILE is missing: what the device is, as samples/devices/*.json");
    enum fwd_fail fail = fwd_option_check_needs(args, FWD_IMAGE_FILE_NAMES, " image ", err);
    return fail == FWD_FAIL_NONE ? fwd_recipe_option_read(args, description, r, err) : fail;
}

static int create(const struct fwd_args *args, const char *folder, struct fwd_error *err)
{
    struct program_paths paths;
    struct fwd_recipe_option r;
    size_t keys = 0;
    memset(&r, 0, sizeof r);
    enum fwd_fail fail = read_recipe(args, &paths, &r, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_device_check_trust(&r.recipe, &keys, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_machine_create(folder, &r.recipe, err);
    if (fail == FWD_FAIL_NONE && fwd_args_has(args, "json"))
        fail = fwd_json_out("device-create",
            json_pack("{s:o, s:o, s:I, s:I}", "device", fwd_json_out_string(folder), "description",
                fwd_json_out_string(r.recipe.description), "images",
                (json_int_t)r.recipe.image_count, "trusted_keys", (json_int_t)keys),
            err);
    else if (fail == FWD_FAIL_NONE && r.recipe.fill != NULL)
        printf("device     %s (as %s, trusted keys: %zu)\n", folder, fwd_args_text(args, "factory"),
            keys);
    else if (fail == FWD_FAIL_NONE)
        printf(
            "device     %s (images: %zu, trusted keys: %zu)\n", folder, r.recipe.image_count, keys);
    fwd_recipe_option_free(&r);
    return (int)fail;
}

static enum fwd_fail open_device(
    const char *folder, struct fwd_machine **machine, struct fwd_error *err)
{
    enum fwd_fail fail = fwd_machine_open(folder, fwd_decoders, fwd_decoders_count, machine, err);
    if (fail == FWD_FAIL_NONE)
        fwd_machine_power_cycle(*machine);
    return fail;
}

static int show(const struct fwd_args *args, const char *folder, struct fwd_error *err)
{
    struct fwd_machine *machine = NULL;
    struct fwd_update update;
    enum fwd_fail fail = open_device(folder, &machine, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_device_show(machine, &update, fwd_args_has(args, "json"), err);
    fwd_machine_close(machine);
    return (int)fail;
}

static int confirm(const struct fwd_args *args, const char *folder, struct fwd_error *err)
{
    struct fwd_machine *machine = NULL;
    enum fwd_fail fail = open_device(folder, &machine, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_device_confirm(machine, fwd_args_has(args, "json"), err);
    fwd_machine_close(machine);
    return (int)fail;
}

/* While firmware is being written a slot holds no image. */
static enum fwd_fail check_finished(
    struct fwd_update *update, const char *folder, struct fwd_error *err)
{
    struct fwd_boot_choice choice;
    enum fwd_reason reason = fwd_boot_decide(update, &choice);
    if (reason == FWD_OK && choice.action == FWD_BOOT_RUN)
        return FWD_FAIL_NONE;
    if (reason == FWD_OK && choice.action == FWD_BOOT_RESUME)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: an interrupted update is pending, so the image may be unfinished; finish it with "
            "'fwdelta boot %s', or dump what is there with --force",
            folder, folder);
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: the firmware is incomplete; install a full package first, or dump what is there with "
        "--force",
        folder);
}

/* Reads the image that the version record names for a component. */
static enum fwd_fail read_image(struct fwd_machine *machine, const char *folder, const char *name,
    bool force, struct fwd_bytes *image, struct fwd_error *err)
{
    struct fwd_update update;
    struct fwd_version_table versions;
    uint8_t index = fwd_machine_component(machine, name);
    if (index == FWD_COMPONENTS_MAX)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: the device has no component '%s'; 'fwdelta device show %s' lists them", folder,
            name, folder);
    enum fwd_reason reason = fwd_update_init(&update, &machine->device);
    if (reason != FWD_OK)
        return fwd_device_not_started(machine, reason, err);
    enum fwd_fail fail = force ? FWD_FAIL_NONE : check_finished(&update, folder, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    fwd_version_load(&update, &versions);
    const struct fwd_version_entry *entry = fwd_version_find(&versions, name);
    if (entry == NULL || entry->size == 0)
        return fwd_error_fail(err, FWD_FAIL_REFUSED, "%s: component %s is empty", folder, name);
    image->data = malloc(entry->size);
    if (image->data == NULL)
        return fwd_error_memory(err, folder);
    image->size = entry->size;
    if (!fwd_machine_read_slot(machine, index, entry->slot, image->data, entry->size))
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
            "%s: the flash is smaller than the image of component %s", folder, name);
    return FWD_FAIL_NONE;
}

static int dump(const struct fwd_args *args, const char *folder, struct fwd_error *err)
{
    struct fwd_machine *machine = NULL;
    struct fwd_bytes image = {NULL, 0};
    const char *output = fwd_args_text(args, "output");
    if (args->operand_count != 3 || output == NULL)
        return (int)fwd_error_fail(err, FWD_FAIL_USAGE, "expected DIR COMPONENT -o FILE");
    bool force = fwd_args_has(args, "force");
    enum fwd_fail fail = fwd_file_may_write(output, force, err);
    if (fail == FWD_FAIL_NONE)
        fail = open_device(folder, &machine, err);
    if (fail == FWD_FAIL_NONE)
        fail = read_image(machine, folder, args->operands[2], force, &image, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_file_write_atomic(output, image.data, image.size, 0666, force, err);
    if (fail == FWD_FAIL_NONE && fwd_args_has(args, "json"))
        fail = fwd_json_out_file("image", output, &image, err);
    else if (fail == FWD_FAIL_NONE)
        printf("image      %s (%zu bytes)\n", output, image.size);
    fwd_bytes_free(&image);
    fwd_machine_close(machine);
    return (int)fail;
}

static const struct {
    const char *name;
    unsigned operands;
    const char *options; /* those that it takes, each between spaces */
    int (*run)(const struct fwd_args *args, const char *folder, struct fwd_error *err);
} actions[] = {
    {"create", 2, " description image version trust factory json " FWD_IMAGE_FILE_NAMES, create},
    {"factory", 2, " description package trust json ", fwd_device_factory},
    {"show", 2, " json ", show},
    {"confirm", 2, " json ", confirm},
    {"trust", 3, " cut json ", fwd_device_trust},
    {"dump", 3, " output force json ", dump},
    {"flash", 3, " output restore cut ", fwd_device_flash},
    {"fault", 2, " json " FWD_DEVICE_FAULT_NAMES, fwd_device_fault},
};

static enum fwd_fail check_options(
    const struct fwd_args *args, const char *allowed, struct fwd_error *err)
{
    char word[40];
    for (size_t i = 0; i < args->given_count; i++) {
        snprintf(word, sizeof word, " %s ", args->given[i].name);
        if (strstr(allowed, word) == NULL)
            return fwd_error_fail(
                err, FWD_FAIL_USAGE, "it has no option --%s", args->given[i].name);
    }
    return FWD_FAIL_NONE;
}

static const char *action(const struct fwd_args *args)
{
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (args->operand_count > 0 && strcmp(actions[i].name, args->operands[0]) == 0)
            return actions[i].name;
    }
    return NULL;
}

static int run(const struct fwd_args *args, struct fwd_error *err)
{
    if (args->operand_count == 0)
        return (int)fwd_error_fail(err, FWD_FAIL_USAGE,
            "say what to do, and with which device: 'fwdelta device create DIR', 'factory DIR', "
            "'show DIR', 'confirm DIR', 'trust DIR FILE', 'dump DIR COMPONENT', 'flash DIR "
            "PACKAGE' or "
            "'fault DIR'; 'fwdelta device --help' explains them");
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (strcmp(actions[i].name, args->operands[0]) != 0)
            continue;
        enum fwd_fail fail = check_options(args, actions[i].options, err);
        if (fail == FWD_FAIL_NONE && args->operand_count != actions[i].operands)
            fail = fwd_error_fail(err, FWD_FAIL_USAGE, "expected DIR%s",
                actions[i].run == fwd_device_trust   ? " FILE, a trust package"
                : actions[i].run == dump             ? " COMPONENT -o FILE"
                : actions[i].run == fwd_device_flash ? " PACKAGE, a device and a full package"
                                                     : ", the folder of the device");
        return fail == FWD_FAIL_NONE ? actions[i].run(args, args->operands[1], err) : (int)fail;
    }
    return (int)fwd_error_fail(err, FWD_FAIL_USAGE,
        "expected create, factory, show, confirm, trust, dump, flash or fault, found '%s'",
        args->operands[0]);
}

const struct fwd_subcommand fwd_command_device = {
    .name = "device",
    .operands = "create|factory|show|confirm|trust|dump|flash|fault DIR [COMPONENT|FILE]",
    .operands_min = 0,
    .operands_max = 3,
    .summary = "make and look at simulated devices",
    .about =
        "device create DIR --description FILE --image NAME=FILE --version V --trust PUB\n"
        "    makes a device as it leaves the factory, with simulated flash, in a new folder\n"
        "device factory DIR --description FILE --package FILE --trust PUB\n"
        "    what a factory programs into a device: a file for each area, in a new folder\n"
        "device show DIR\n"
        "    versions, journal, keys, wear\n"
        "device confirm DIR\n"
        "    says for the application that firmware on trial is well: the device stays with it\n"
        "device trust DIR FILE\n"
        "    installs a trust package ('fwdelta trust'): the device has other keys from now on\n"
        "device dump DIR COMPONENT -o FILE\n"
        "    the image that a component holds\n"
        "device flash DIR PACKAGE\n"
        "    what EasyFlash does with a .dof file: full firmware from a computer, for a module "
        "that is\n"
        "    switched off; files, settings and operator profiles become those of the factory\n"
        "device fault DIR --hook POINT=REASON --fault SPEC --flip AREA:OFFSET ...\n"
        "    breaks the device on purpose, to see the code that it then gives",
    .options = options,
    .action = action,
    .run = run,
};
