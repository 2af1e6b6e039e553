#include "hostio/host_file.h"
#include "sim/device/machine_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

bool fwd_machine_path(const char *folder, const char *name, char path[FWD_MACHINE_PATH])
{
    int length = snprintf(path, FWD_MACHINE_PATH, "%s/%s", folder, name);

    return length > 0 && (unsigned)length < FWD_MACHINE_PATH;
}

struct fwd_machine *fwd_machine_allocate(void)
{
    struct fwd_machine *machine = calloc(1, sizeof *machine);

    if (machine != NULL) {
        machine->lock = -1;
        fwd_nvm_init(&machine->nvm);
    }
    return machine;
}

void fwd_machine_close(struct fwd_machine *machine)
{
    if (machine == NULL)
        return;
    fwd_nor_free(machine->nor);
    fwd_trust_free(&machine->trust);
    fwd_crypto_port_free(&machine->crypto);
    fwd_description_free(machine->description);
    free(machine->device.memory);
    free(machine->keyring_config.memory);
    fwd_bytes_free(&machine->built_in);
    free(machine->folder);
    if (machine->lock >= 0)
        close(machine->lock);
    free(machine);
}

/* ---- opening a folder ------------------------------------------------------------------------ */

static enum fwd_fail lock_folder(
    struct fwd_machine *machine, const char *folder, struct fwd_error *err)
{
    machine->folder = strdup(folder);
    if (machine->folder == NULL)
        return fwd_error_memory(err, folder);
    machine->lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (machine->lock < 0) {
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
            "%s: a device folder is expected, but it cannot be opened: %s; 'fwdelta device create' "
            "makes one",
            folder, fwd_error_cause(errno));
    }
    if (flock(machine->lock, LOCK_EX | LOCK_NB) == 0)
        return FWD_FAIL_NONE;
    if (errno == EWOULDBLOCK) {
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
            "%s: another process uses this device; wait until it has ended", folder);
    }
    return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: the device cannot be locked: %s", folder,
        fwd_error_cause(errno));
}

/* A device whose flash cannot be opened still starts, and says so. */
static enum fwd_fail open_flash(
    struct fwd_machine *machine, const char *image, const char *state, struct fwd_error *err)
{
    struct fwd_nor_setup setup = fwd_description_setup(machine->description);
    enum fwd_fail fail =
        fwd_nor_open(&setup, image, state, false, &machine->nor, &machine->flash_error);

    if (fail == FWD_FAIL_NONE)
        return fail;
    machine->flash_lost = true;
    fail = fwd_nor_new(&setup, &machine->nor, err);
    if (fail == FWD_FAIL_NONE)
        fwd_nor_power_off(machine->nor);
    return fail;
}

static enum fwd_fail open_parts(
    struct fwd_machine *machine, const char *folder, struct fwd_error *err)
{
    char image[FWD_MACHINE_PATH], state[FWD_MACHINE_PATH], path[FWD_MACHINE_PATH];
    enum fwd_fail fail;

    if (!fwd_machine_path(folder, "description.json", path) ||
        !fwd_machine_path(folder, "flash.img", image) ||
        !fwd_machine_path(folder, "flash.state", state))
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: the name is too long", folder);
    if (access(path, F_OK) != 0 && errno == ENOENT)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
            "%s: is no device: a folder that 'fwdelta device create' has made is expected, and "
            "this "
            "one has no description.json",
            folder);
    fail = fwd_description_load(path, &machine->description, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    (void)fwd_machine_path(folder, "nvm.json", path);
    fail = fwd_nvm_load(path, machine->description, &machine->nvm, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    (void)fwd_machine_path(folder, "trust", path);
    fail = fwd_trust_load(&machine->trust, path, FWD_TRUST_KEEP_INVALID, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_machine_load_pins(machine, folder, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_machine_load_built_in(machine, folder, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    return open_flash(machine, image, state, err);
}

enum fwd_fail fwd_machine_open(const char *folder, const struct fwd_codec *const *codecs,
    uint8_t codec_count, struct fwd_machine **out, struct fwd_error *err)
{
    struct fwd_machine *machine = fwd_machine_allocate();
    enum fwd_fail fail;

    *out = NULL;
    if (machine == NULL)
        return fwd_error_memory(err, folder);
    fail = lock_folder(machine, folder, err);
    if (fail == FWD_FAIL_NONE)
        fail = open_parts(machine, folder, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_machine_connect(machine, codecs, codec_count, err);
    if (fail != FWD_FAIL_NONE) {
        fwd_machine_close(machine);
        return fail;
    }
    *out = machine;
    return fail;
}

/* ---- use ------------------------------------------------------------------------------------- */

void fwd_machine_apply_faults(struct fwd_machine *machine)
{
    fwd_nor_fault_clear(machine->nor);
    for (uint32_t i = 0; i < machine->nvm.fault_count; i++)
        (void)fwd_nor_fault_add(machine->nor, &machine->nvm.faults[i]);
}

enum fwd_fail fwd_machine_save(struct fwd_machine *machine, struct fwd_error *err)
{
    char path[FWD_MACHINE_PATH];

    fwd_machine_apply_faults(machine);
    if (machine->folder == NULL)
        return FWD_FAIL_NONE;
    if (!fwd_machine_path(machine->folder, "nvm.json", path))
        return fwd_error_fail(
            err, FWD_FAIL_ENVIRONMENT, "%s: the name is too long", machine->folder);
    enum fwd_fail fail = fwd_nvm_save(path, machine->description, &machine->nvm, err);
    return fail == FWD_FAIL_NONE ? fwd_machine_save_pins(machine, machine->folder, err) : fail;
}

void fwd_machine_power_cycle(struct fwd_machine *machine)
{
    fwd_nor_power_off(machine->nor);
    if (!machine->flash_lost)
        fwd_nor_power_on(machine->nor);
    fwd_watchdog_start(&machine->watchdog);
    fwd_machine_open_keyring(machine);
}

bool fwd_machine_read_slot(const struct fwd_machine *machine, uint8_t component, uint8_t slot,
    uint8_t *bytes, uint32_t size)
{
    if (component >= machine->description->place_count || slot > 1)
        return false;
    return fwd_nor_peek(machine->nor, FWD_AREA_SLOT(component, slot), 0, bytes, size);
}

uint8_t fwd_machine_component(const struct fwd_machine *machine, const char *name)
{
    const struct fwd_device_description *d = machine->description;

    for (uint8_t i = 0; i < d->place_count; i++) {
        if (strcmp(d->place_names[i], name) == 0)
            return i;
    }
    return FWD_COMPONENTS_MAX;
}
