/* The ports that a simulated device supplies to the library. */
#include "hostio/host_time.h"
#include "sim/device/machine_internal.h"
#include "sim/device/system.h"

#include <stdlib.h>

/* ---- environment ----------------------------------------------------------------------------- */

static enum fwd_reason check_flash(const struct fwd_machine *machine)
{
    return machine->flash_lost || !fwd_nor_powered(machine->nor) ? FWD_E_FLASH_OPEN : FWD_OK;
}

/* What the device finds out by looking. */
static enum fwd_reason look(const struct fwd_machine *machine, enum fwd_point point)
{
    switch (point) {
    case FWD_POINT_FLASH:
        return check_flash(machine);
    case FWD_POINT_PARTITIONS:
        return fwd_system_check(machine->description, &machine->flash_port, FWD_SYSTEM_PARTITIONS);
    case FWD_POINT_BAD_BLOCKS:
        return fwd_system_check(machine->description, &machine->flash_port, FWD_SYSTEM_BAD_BLOCKS);
    case FWD_POINT_FILE_SYSTEM:
        return fwd_system_check(machine->description, &machine->flash_port, FWD_SYSTEM_FILE_STORE);
    default:
        return FWD_OK;
    }
}

static enum fwd_reason ready(void *ctx, enum fwd_point point)
{
    const struct fwd_machine *machine = ctx;

    if (machine->reached != NULL)
        machine->reached(machine->progress_ctx, point);
    for (uint32_t i = 0; i < machine->nvm.hook_count; i++) {
        if (machine->nvm.hooks[i].point == point)
            return machine->nvm.hooks[i].reason;
    }
    return look(machine, point);
}

static void progress(void *ctx, enum fwd_progress phase, uint32_t percent)
{
    const struct fwd_machine *machine = ctx;

    if (machine->progress != NULL)
        machine->progress(machine->progress_ctx, phase, percent);
}

/* A simulated device only ever loses its power; a harness that has a watchdog says otherwise. */
static enum fwd_reset reset_cause(void *ctx)
{
    const struct fwd_machine *machine = ctx;

    return machine->reset_cause == FWD_RESET_UNKNOWN ? FWD_RESET_POWER : machine->reset_cause;
}

/* ---- the time -------------------------------------------------------------------------------- */

static bool now(void *ctx, uint64_t *seconds)
{
    const struct fwd_device_description *d = ((const struct fwd_machine *)ctx)->description;

    *seconds = d->clock == FWD_DEVICE_CLOCK_HOST ? fwd_host_time_now() : d->clock_time;
    return d->clock == FWD_DEVICE_CLOCK_HOST || d->clock == FWD_DEVICE_CLOCK_STANDS;
}

/* ---- monotonic counter ----------------------------------------------------------------------- */

/* NULL: the device has no such counter. */
static uint32_t *counter_of(
    const struct fwd_machine *machine, struct fwd_nvm *nvm, uint8_t component)
{
    if (component < machine->description->place_count)
        return &nvm->counters[component];
    if (component == FWD_MACHINE_TRUST_NEWEST || component == FWD_MACHINE_TRUST_STARTS)
        return &nvm->trust[component - FWD_MACHINE_TRUST_NEWEST];
    return NULL;
}

static bool read_counter(void *ctx, uint8_t component, uint32_t *value)
{
    struct fwd_machine *machine = ctx;
    const uint32_t *counter = counter_of(machine, &machine->nvm, component);

    if (counter == NULL)
        return false;
    *value = *counter;
    return true;
}

/* In the file when it returns: the file is replaced in one move. */
static bool advance_counter(void *ctx, uint8_t component, uint32_t at_least)
{
    struct fwd_machine *machine = ctx;
    struct fwd_nvm changed = machine->nvm;
    char path[FWD_MACHINE_PATH];

    uint32_t *counter = counter_of(machine, &changed, component);
    if (counter == NULL)
        return false;
    if (*counter >= at_least)
        return true;
    *counter = at_least;
    if (machine->folder != NULL &&
        (!fwd_machine_path(machine->folder, "nvm.json", path) ||
            fwd_nvm_save(path, machine->description, &changed, NULL) != FWD_FAIL_NONE))
        return false;
    machine->nvm = changed;
    return true;
}

/* ---- watchdog -------------------------------------------------------------------------------- */

static void reset(void *ctx)
{
    struct fwd_machine *machine = ctx;

    machine->resets++;
    machine->reset_cause = FWD_RESET_OTHER;
    fwd_nor_reset(machine->nor);
}

/* ---- all of them ----------------------------------------------------------------------------- */

void fwd_machine_run_application(struct fwd_machine *machine)
{
    const struct fwd_device_description *d = machine->description;

    machine->device.codecs = machine->application_codecs;
    machine->device.codec_count = machine->application_codec_count;
    machine->device.memory_size = fwd_description_memory(d, &d->application);
    machine->device.expiry = d->expiry ? &fwd_expiry : NULL;
}

void fwd_machine_run_boot_loader(struct fwd_machine *machine)
{
    const struct fwd_device_description *d = machine->description;

    machine->device.codecs = machine->boot_codecs;
    machine->device.codec_count = machine->boot_codec_count;
    machine->device.memory_size = fwd_description_memory(d, &d->boot);
    machine->device.expiry = NULL; /* that is the application's */
}

enum fwd_fail fwd_machine_connect(struct fwd_machine *machine,
    const struct fwd_codec *const *codecs, uint8_t codec_count, struct fwd_error *err)
{
    const struct fwd_device_description *d = machine->description;
    enum fwd_fail fail = fwd_crypto_port_init(&machine->crypto, err);

    if (fail != FWD_FAIL_NONE)
        return fail;
    machine->profile = fwd_profile_find(d->profile);
    machine->flash_port = fwd_nor_port(machine->nor);
    machine->keys_port = fwd_trust_port(&machine->trust);
    machine->counter_port = (struct fwd_counter_port){machine, read_counter, advance_counter};
    machine->host_port = (struct fwd_host_port){
        .ctx = machine, .ready = ready, .progress = progress, .reset_cause = reset_cause};
    machine->clock_port = (struct fwd_clock_port){machine, now};
    machine->ports = (struct fwd_ports){.flash = &machine->flash_port,
        .crypto = &machine->crypto.port,
        .keys = &machine->keys_port,
        .counter = &machine->counter_port,
        .host = &machine->host_port,
        .clock = d->clock != FWD_DEVICE_CLOCK_NONE ? &machine->clock_port : NULL};
    machine->watchdog =
        (struct fwd_watchdog){.limit = d->watchdog_bytes, .expired = reset, .ctx = machine};
    fwd_watchdog_wrap(&machine->watchdog, &machine->ports);
    fwd_description_device(d, &machine->device);
    machine->device.ports = &machine->watchdog.ports;
    machine->application_codec_count =
        fwd_decoder_list(&d->application, codecs, codec_count, machine->application_codecs);
    machine->boot_codec_count =
        fwd_decoder_list(&d->boot, codecs, codec_count, machine->boot_codecs);
    machine->device.memory = malloc(d->ram_budget);
    fwd_machine_run_application(machine);
    if (machine->device.memory == NULL)
        return fwd_error_memory(err, "the device's RAM");
    fwd_machine_apply_faults(machine);
    return fwd_machine_connect_keyring(machine, err);
}
