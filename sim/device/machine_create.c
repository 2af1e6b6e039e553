/* Making a device: in memory, or in a new folder that appears only when it is complete. */
#include "hostio/host_file.h"
#include "hostio/host_signal.h"
#include "sim/device/json.h"
#include "sim/device/machine_internal.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum fwd_fail load_trust(
    struct fwd_machine *machine, const struct fwd_machine_recipe *recipe, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;

    for (size_t i = 0; i < recipe->trust_count && fail == FWD_FAIL_NONE; i++) {
        bool taken = false;
        fail = fwd_trust_load(&machine->trust, recipe->trust[i], FWD_TRUST_STRICT, err);
        if (fail == FWD_FAIL_NONE)
            fail = fwd_machine_take_built_in(machine, recipe->trust[i], &taken, err);
        if (fail == FWD_FAIL_NONE && taken && recipe->trust_count > 1)
            fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
                "%s: a trust package is all that a device trusts; leave out the other keys",
                recipe->trust[i]);
    }
    for (unsigned i = 0; i < recipe->simulated_keys && fail == FWD_FAIL_NONE; i++) {
        struct fwd_keypair key;
        fail = fwd_keypair_simulated(i, &key, err);
        if (fail == FWD_FAIL_NONE)
            fail = fwd_trust_add(&machine->trust, &key, "the key of the simulation", NULL, err);
    }
    return fail;
}

/* ---- in memory ------------------------------------------------------------------------------- */

/* A machine owns its description: one that is in memory already is copied. */
static enum fwd_fail load_description(
    struct fwd_machine *machine, const struct fwd_machine_recipe *recipe, struct fwd_error *err)
{
    if (recipe->described == NULL)
        return fwd_description_load(recipe->description, &machine->description, err);
    char *text = fwd_description_dump(recipe->described);
    if (text == NULL)
        return fwd_error_memory(err, recipe->description);
    enum fwd_fail fail =
        fwd_description_parse(recipe->description, text, strlen(text), &machine->description, err);
    free(text);
    return fail;
}

static enum fwd_fail make_in_memory(
    struct fwd_machine *machine, const struct fwd_machine_recipe *recipe, struct fwd_error *err)
{
    enum fwd_fail fail = load_description(machine, recipe, err);

    if (fail != FWD_FAIL_NONE)
        return fail;
    struct fwd_nor_setup setup = fwd_description_setup(machine->description);
    fail = fwd_nor_new(&setup, &machine->nor, err);
    if (fail == FWD_FAIL_NONE)
        fail = load_trust(machine, recipe, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_machine_factory(machine, recipe, err);
    return fail;
}

enum fwd_fail fwd_machine_new(const struct fwd_machine_recipe *recipe,
    const struct fwd_codec *const *codecs, uint8_t codec_count, struct fwd_machine **out,
    struct fwd_error *err)
{
    struct fwd_machine *machine = fwd_machine_allocate();
    enum fwd_fail fail;

    *out = NULL;
    if (machine == NULL)
        return fwd_error_memory(err, recipe->description);
    fail = make_in_memory(machine, recipe, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_machine_connect(machine, codecs, codec_count, err);
    /* nothing says of which release the images are */
    machine->device.releases = &fwd_releases_met;
    if (fail != FWD_FAIL_NONE) {
        fwd_machine_close(machine);
        return fail;
    }
    *out = machine;
    return fail;
}

/* ---- in a folder ----------------------------------------------------------------------------- */

static enum fwd_fail make_flash(
    struct fwd_machine *machine, const char *folder, struct fwd_error *err)
{
    struct fwd_nor_setup setup = fwd_description_setup(machine->description);
    char image[FWD_MACHINE_PATH], state[FWD_MACHINE_PATH];

    if (!fwd_machine_path(folder, "flash.img", image) ||
        !fwd_machine_path(folder, "flash.state", state))
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: the name is too long", folder);
    return fwd_nor_open(&setup, image, state, true, &machine->nor, err);
}

static enum fwd_fail copy_description(
    const struct fwd_machine_recipe *recipe, const char *folder, struct fwd_error *err)
{
    struct fwd_bytes text = {NULL, 0};
    char path[FWD_MACHINE_PATH];
    enum fwd_fail fail;

    if (!fwd_machine_path(folder, "description.json", path))
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: the name is too long", folder);
    fail = fwd_file_read_as(
        "a device description (JSON)", recipe->description, FWD_JSON_FILE_MAX, &text, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_file_write_atomic(path, text.data, text.size, 0644, false, err);
    fwd_bytes_free(&text);
    return fail;
}

static enum fwd_fail make_trust(
    const struct fwd_machine *machine, const char *folder, struct fwd_error *err)
{
    char path[FWD_MACHINE_PATH];

    if (!fwd_machine_path(folder, "trust", path) || mkdir(path, 0755) != 0)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s/trust: the folder cannot be made: %s",
            folder, fwd_error_cause(errno));
    return fwd_trust_save(&machine->trust, path, err);
}

static enum fwd_fail fill_folder(struct fwd_machine *machine,
    const struct fwd_machine_recipe *recipe, const char *folder, struct fwd_error *err)
{
    char path[FWD_MACHINE_PATH];
    enum fwd_fail fail = copy_description(recipe, folder, err);

    if (fail == FWD_FAIL_NONE)
        fail = fwd_description_load(recipe->description, &machine->description, err);
    if (fail == FWD_FAIL_NONE)
        fail = load_trust(machine, recipe, err);
    if (fail == FWD_FAIL_NONE)
        fail = make_trust(machine, folder, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_machine_save_built_in(machine, folder, err);
    if (fail == FWD_FAIL_NONE)
        fail = make_flash(machine, folder, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_machine_factory(machine, recipe, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_machine_save_pins(machine, folder, err);
    if (fail == FWD_FAIL_NONE && fwd_machine_path(folder, "nvm.json", path))
        fail = fwd_nvm_save(path, machine->description, &machine->nvm, err);
    return fail;
}

/* Removes the files of a folder and the folder: two levels, all that a device has. */
static void remove_folder(const char *folder, int levels)
{
    char path[FWD_MACHINE_PATH];
    const struct dirent *entry;
    DIR *dir = opendir(folder);

    if (dir == NULL)
        return;
    while ((entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
            !fwd_machine_path(folder, entry->d_name, path))
            continue;
        if (unlink(path) != 0 && levels > 1)
            remove_folder(path, levels - 1);
    }
    closedir(dir);
    rmdir(folder);
}

/* "DIR.XXXXXX" for mkdtemp(); "DIR/" is taken as "DIR". */
static bool temporary_name(const char *folder, char path[FWD_MACHINE_PATH])
{
    size_t length = strlen(folder);

    while (length > 1 && folder[length - 1] == '/')
        length--;
    int size = snprintf(path, FWD_MACHINE_PATH, "%.*s.XXXXXX", (int)length, folder);
    return size > 0 && (unsigned)size < FWD_MACHINE_PATH - 64;
}

static enum fwd_fail make_temporary(
    const char *folder, char path[FWD_MACHINE_PATH], struct fwd_error *err)
{
    struct stat st;

    if (lstat(folder, &st) == 0) {
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: a new folder is expected, but this exists already; give another name", folder);
    }
    if (!temporary_name(folder, path))
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: the name is too long", folder);
    if (mkdtemp(path) == NULL || chmod(path, 0755) != 0) {
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: the folder cannot be made: %s",
            folder, fwd_error_cause(errno));
    }
    return FWD_FAIL_NONE;
}

/* The folder's name until it is complete means nothing to the user: sentences get the final one. */
static void rename_in_sentence(struct fwd_error *err, const char *temporary, const char *folder)
{
    struct fwd_error whole;
    char *at = err != NULL ? strstr(err->text, temporary) : NULL;

    if (at == NULL)
        return;
    *at = 0;
    (void)snprintf(
        whole.text, sizeof whole.text, "%s%s%s", err->text, folder, at + strlen(temporary));
    *err = whole;
}

/* Gives the filled folder its name. A signal ends it as a failure does. */
static enum fwd_fail give_name(const char *path, const char *folder, struct fwd_error *err)
{
    if (fwd_signal_seen())
        return fwd_error_fail(err, FWD_FAIL_REFUSED, "%s: interrupted", folder);
    if (rename(path, folder) != 0)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: the folder cannot be made: %s",
            folder, fwd_error_cause(errno));
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_machine_new_folder(const char *folder,
    enum fwd_fail (*fill)(void *ctx, const char *path, struct fwd_error *err), void *ctx,
    struct fwd_error *err)
{
    char path[FWD_MACHINE_PATH];

    fwd_signal_hold();
    enum fwd_fail fail = make_temporary(folder, path, err);
    if (fail == FWD_FAIL_NONE) {
        fail = fill(ctx, path, err);
        rename_in_sentence(err, path, folder);
        if (fail == FWD_FAIL_NONE)
            fail = give_name(path, folder, err);
        if (fail != FWD_FAIL_NONE)
            remove_folder(path, 2);
    }
    fwd_signal_release();
    return fail;
}

struct creation {
    struct fwd_machine *machine;
    const struct fwd_machine_recipe *recipe;
};

static enum fwd_fail fill_device(void *ctx, const char *path, struct fwd_error *err)
{
    const struct creation *creation = ctx;

    return fill_folder(creation->machine, creation->recipe, path, err);
}

enum fwd_fail fwd_machine_create(
    const char *folder, const struct fwd_machine_recipe *recipe, struct fwd_error *err)
{
    struct creation creation = {fwd_machine_allocate(), recipe};

    if (creation.machine == NULL)
        return fwd_error_memory(err, folder);
    enum fwd_fail fail = fwd_machine_new_folder(folder, fill_device, &creation, err);
    fwd_machine_close(creation.machine);
    return fail;
}
