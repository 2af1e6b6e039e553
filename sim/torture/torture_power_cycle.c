/* One life of the device: what boot loader and application do from power-on on. */
#include "sim/device/flash_cost.h"
#include "sim/torture/torture_internal.h"

#include <stdlib.h>
#include <string.h>

/* More starts without an end are a loop. */
#define ROUNDS 6

/* ---- crypto of its own ----------------------------------------------------------------------- */

static bool hash_begin(void *ctx, enum fwd_hash_slot slot)
{
    struct fwd_torture_power_cycle *cycle = ctx;

    return cycle->crypto.port.hash_begin(cycle->crypto.port.ctx, slot);
}

static bool hash_update(void *ctx, enum fwd_hash_slot slot, const void *bytes, size_t size)
{
    struct fwd_torture_power_cycle *cycle = ctx;

    return cycle->crypto.port.hash_update(cycle->crypto.port.ctx, slot, bytes, size);
}

static bool hash_end(void *ctx, enum fwd_hash_slot slot, uint8_t digest[FWD_DIGEST_SIZE])
{
    struct fwd_torture_power_cycle *cycle = ctx;

    return cycle->crypto.port.hash_end(cycle->crypto.port.ctx, slot, digest);
}

/* A signature that was right is right again: what takes longest in most recoveries. */
static enum fwd_verdict verify(void *ctx, const struct fwd_key *key, const uint8_t *message,
    size_t message_size, const uint8_t *signature, size_t signature_size)
{
    struct fwd_torture_power_cycle *cycle = ctx;
    struct fwd_torture_memo *right = &cycle->torture->signatures;
    struct fwd_nor_hash what = {1, 2};

    what = fwd_torture_memo_stir(what, &key->handle, sizeof key->handle);
    what = fwd_torture_memo_stir(what, message, message_size);
    what = fwd_torture_memo_stir(what, signature, signature_size);
    if (fwd_torture_memo_find(right, what) != NULL)
        return FWD_SIGNATURE_VALID;
    enum fwd_verdict verdict = cycle->crypto.port.verify(
        cycle->crypto.port.ctx, key, message, message_size, signature, signature_size);
    if (verdict == FWD_SIGNATURE_VALID)
        fwd_torture_memo_add(right, what, (struct fwd_torture_cost){0});
    return verdict;
}

/* ---- making one ------------------------------------------------------------------------------ */

static enum fwd_fail fill(struct fwd_torture_power_cycle *cycle, struct fwd_error *err)
{
    struct fwd_machine *machine = cycle->torture->machine;
    enum fwd_fail fail = fwd_crypto_port_init(&cycle->crypto, err);

    if (fail != FWD_FAIL_NONE)
        return fail;
    cycle->memo_crypto = (struct fwd_crypto_port){cycle, hash_begin, hash_update, hash_end, verify};
    cycle->flash = fwd_torture_flash(cycle);
    cycle->ports = machine->ports;
    cycle->ports.flash = &cycle->flash;
    cycle->ports.crypto = &cycle->memo_crypto;
    cycle->device = machine->device;
    cycle->device.ports = &cycle->ports;
    cycle->device.memory = malloc(machine->device.memory_size);
    cycle->snapshot = fwd_nor_snapshot_new(machine->nor);
    if (cycle->device.memory == NULL || cycle->snapshot == NULL)
        return fwd_error_memory(err, "a simulated power cycle");
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_torture_power_cycle_new(struct fwd_torture *torture, unsigned depth,
    struct fwd_torture_power_cycle **out, struct fwd_error *err)
{
    struct fwd_torture_power_cycle *cycle = calloc(1, sizeof *cycle);

    *out = cycle;
    if (cycle == NULL)
        return fwd_error_memory(err, "a simulated power cycle");
    cycle->torture = torture;
    cycle->depth = depth;
    return fill(cycle, err);
}

void fwd_torture_power_cycle_free(struct fwd_torture_power_cycle *cycle)
{
    if (cycle == NULL)
        return;
    fwd_crypto_port_free(&cycle->crypto);
    fwd_nor_snapshot_free(cycle->snapshot);
    free(cycle->device.memory);
    free(cycle->marks);
    free(cycle);
}

/* ---- living it ------------------------------------------------------------------------------- */

_Noreturn void fwd_torture_power_cycle_leave(
    struct fwd_torture_power_cycle *cycle, enum fwd_torture_end end, const char *what)
{
    cycle->end = end;
    snprintf(cycle->what, sizeof cycle->what, "%s", what);
    longjmp(cycle->leave, 1);
}

static void fail(struct fwd_torture_power_cycle *cycle, const char *what)
{
    const struct fwd_reason_info *info = fwd_reason_info(cycle->reason);

    cycle->end = FWD_END_BADLY;
    snprintf(cycle->what, sizeof cycle->what, "%s (code %u, %s)", what,
        (unsigned)fwd_profile_code(cycle->torture->machine->profile, cycle->reason, false),
        info != NULL ? info->name : "?");
}

static enum fwd_reason download_and_install(struct fwd_torture_power_cycle *cycle)
{
    const struct fwd_torture_options *options = cycle->torture->options;
    enum fwd_reason reason = fwd_download_begin(&cycle->update, 0);

    if (reason == FWD_OK)
        reason = fwd_download_write(&cycle->update, options->package, options->package_size);
    if (reason == FWD_OK)
        reason = fwd_download_end(&cycle->update);
    return reason == FWD_OK ? fwd_update_install(&cycle->update, FWD_COMMAND_ANY) : reason;
}

/* The firmware that the device would start is the old one: is it whole? Then the update begins
 * again, as whoever sent it would do. */
static bool begin_again(struct fwd_torture_power_cycle *cycle, const struct fwd_boot_choice *choice)
{
    struct fwd_torture *torture = cycle->torture;
    const char *differs = fwd_torture_image_differ(torture, cycle, choice->slot, torture->old);

    if (differs != NULL) {
        fail(cycle, differs);
        return false;
    }
    cycle->old_kept = cycle->depth > 0;
    cycle->reason = download_and_install(cycle);
    if (cycle->reason != FWD_OK && cycle->depth == 0) {
        fail(cycle, "it is refused");
        return false;
    }
    return true;
}

static void end_well(struct fwd_torture_power_cycle *cycle, const struct fwd_boot_choice *choice)
{
    struct fwd_torture *torture = cycle->torture;
    const char *differs = NULL;

    if (!torture->new_known)
        torture->new_known = fwd_torture_image_take(torture, cycle, choice->slot, torture->new);
    else
        differs = fwd_torture_image_differ(torture, cycle, choice->slot, torture->new);
    cycle->reason = fwd_update_reported(&cycle->update);
    if (cycle->reason != FWD_OK && !cycle->faulty)
        differs = "the result could not be recorded as reported";
    /* flash that lies about an erase is programmed as if it were erased */
    if (fwd_nor_violations(torture->machine->nor) > 0 && !cycle->faulty)
        differs = fwd_nor_violation_text(torture->machine->nor);
    if (differs != NULL)
        fail(cycle, differs);
    else
        cycle->end = FWD_END_WELL;
}

/* True when the life goes on. */
static bool boot(struct fwd_torture_power_cycle *cycle)
{
    struct fwd_boot_choice choice;

    if (fwd_boot_decide(&cycle->update, &choice) != FWD_OK || choice.action == FWD_BOOT_RECOVERY) {
        cycle->reason = choice.outcome;
        fail(cycle, "the device is lost: it runs nothing and waits for a full package");
        return false;
    }
    if (choice.action == FWD_BOOT_RESUME) {
        cycle->reason = fwd_update_resume(&cycle->update);
        return true;
    }
    if (fwd_torture_image_installed(cycle->torture, cycle)) {
        end_well(cycle, &choice);
        return false;
    }
    return begin_again(cycle, &choice);
}

static void live(struct fwd_torture_power_cycle *cycle)
{
    /* What was in memory is gone; the decoder's part of it is of no use to anybody else. */
    memset(cycle->device.memory, 0xA5, fwd_update_memory(&cycle->device));
    for (int round = 0; round < ROUNDS; round++) {
        /* a device with flash that fails is started again, with nothing in memory */
        if (round == 0 || cycle->faulty) {
            fwd_machine_power_cycle(cycle->torture->machine);
            cycle->reason = fwd_update_init(&cycle->update, &cycle->device);
        }
        if (cycle->reason != FWD_OK && round == 0 && !cycle->faulty) {
            fail(cycle, "the device does not start");
            return;
        }
        if ((cycle->reason == FWD_OK || !cycle->faulty) && !boot(cycle))
            return;
    }
    fail(cycle, "the update never ends");
}

static uint64_t device_clock(const struct fwd_torture_power_cycle *cycle)
{
    const struct fwd_machine *machine = cycle->torture->machine;

    return fwd_nor_counts(machine->nor).nanoseconds +
           fwd_flash_cost_hash_ns(machine->description, cycle->crypto.hashed) +
           fwd_flash_cost_decode_ns(machine->description, cycle->update.decoded);
}

void fwd_torture_power_cycle_clock(struct fwd_torture_power_cycle *cycle)
{
    cycle->cost.nanoseconds = device_clock(cycle) - cycle->began_ns;
}

void fwd_torture_power_cycle_run(struct fwd_torture_power_cycle *cycle)
{
    cycle->cost = (struct fwd_torture_cost){0};
    cycle->update.decoded = 0;
    cycle->began_ns = device_clock(cycle);
    cycle->mark_count = 0;
    cycle->journal_written = cycle->old_kept = false;
    cycle->end = FWD_END_NONE;
    cycle->reason = FWD_OK;
    cycle->what[0] = '\0';
    if (setjmp(cycle->leave) == 0) {
        live(cycle);
        fwd_torture_power_cycle_clock(cycle);
    }
}
