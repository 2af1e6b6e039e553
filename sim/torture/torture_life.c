/* One life of the device: what boot loader and application do from power-on on. */
#include "sim/device/flash_cost.h"
#include "sim/torture/torture_internal.h"

#include <stdlib.h>
#include <string.h>

/* More starts without an end are a loop. */
#define ROUNDS 6

/* ---- crypto of its own ------------------------------------------------------------------------
 */

static bool hash_begin(void *ctx, enum fwd_hash_slot slot)
{
    struct fwd_torture_life *life = ctx;

    return life->crypto.port.hash_begin(life->crypto.port.ctx, slot);
}

static bool hash_update(void *ctx, enum fwd_hash_slot slot, const void *bytes, size_t size)
{
    struct fwd_torture_life *life = ctx;

    return life->crypto.port.hash_update(life->crypto.port.ctx, slot, bytes, size);
}

static bool hash_end(void *ctx, enum fwd_hash_slot slot, uint8_t digest[FWD_DIGEST_SIZE])
{
    struct fwd_torture_life *life = ctx;

    return life->crypto.port.hash_end(life->crypto.port.ctx, slot, digest);
}

/* A signature that was right is right again: what takes longest in most recoveries. */
static enum fwd_verdict verify(void *ctx, const struct fwd_key *key, const uint8_t *message,
    size_t message_size, const uint8_t *signature, size_t signature_size)
{
    struct fwd_torture_life *life = ctx;
    struct fwd_torture_memo *right = &life->torture->signatures;
    struct fwd_nor_hash what = {1, 2};

    what = fwd_torture_memo_stir(what, &key->handle, sizeof key->handle);
    what = fwd_torture_memo_stir(what, message, message_size);
    what = fwd_torture_memo_stir(what, signature, signature_size);
    if (fwd_torture_memo_find(right, what) != NULL)
        return FWD_SIGNATURE_VALID;
    enum fwd_verdict verdict = life->crypto.port.verify(
        life->crypto.port.ctx, key, message, message_size, signature, signature_size);
    if (verdict == FWD_SIGNATURE_VALID)
        fwd_torture_memo_add(right, what, (struct fwd_torture_cost){0});
    return verdict;
}

/* ---- making one -------------------------------------------------------------------------------
 */

static enum fwd_fail fill(struct fwd_torture_life *life, struct fwd_error *err)
{
    struct fwd_machine *machine = life->torture->machine;
    enum fwd_fail fail = fwd_crypto_port_init(&life->crypto, err);

    if (fail != FWD_FAIL_NONE)
        return fail;
    life->memo_crypto = (struct fwd_crypto_port){life, hash_begin, hash_update, hash_end, verify};
    life->flash = fwd_torture_flash(life);
    life->ports = machine->ports;
    life->ports.flash = &life->flash;
    life->ports.crypto = &life->memo_crypto;
    life->device = machine->device;
    life->device.ports = &life->ports;
    life->device.memory = malloc(machine->device.memory_size);
    life->snapshot = fwd_nor_snapshot_new(machine->nor);
    if (life->device.memory == NULL || life->snapshot == NULL)
        return fwd_error_memory(err, "a simulated power cycle");
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_torture_life_new(struct fwd_torture *torture, unsigned depth,
    struct fwd_torture_life **out, struct fwd_error *err)
{
    struct fwd_torture_life *life = calloc(1, sizeof *life);

    *out = life;
    if (life == NULL)
        return fwd_error_memory(err, "a simulated power cycle");
    life->torture = torture;
    life->depth = depth;
    return fill(life, err);
}

void fwd_torture_life_free(struct fwd_torture_life *life)
{
    if (life == NULL)
        return;
    fwd_crypto_port_free(&life->crypto);
    fwd_nor_snapshot_free(life->snapshot);
    free(life->device.memory);
    free(life->marks);
    free(life);
}

/* ---- living it --------------------------------------------------------------------------------
 */

_Noreturn void fwd_torture_life_leave(
    struct fwd_torture_life *life, enum fwd_torture_end end, const char *what)
{
    life->end = end;
    snprintf(life->what, sizeof life->what, "%s", what);
    longjmp(life->leave, 1);
}

static void fail(struct fwd_torture_life *life, const char *what)
{
    const struct fwd_reason_info *info = fwd_reason_info(life->reason);

    life->end = FWD_END_BADLY;
    snprintf(life->what, sizeof life->what, "%s (code %u, %s)", what,
        (unsigned)fwd_profile_code(life->torture->machine->profile, life->reason, false),
        info != NULL ? info->name : "?");
}

static enum fwd_reason download_and_install(struct fwd_torture_life *life)
{
    const struct fwd_torture_options *options = life->torture->options;
    enum fwd_reason reason = fwd_download_begin(&life->update, 0);

    if (reason == FWD_OK)
        reason = fwd_download_write(&life->update, options->package, options->package_size);
    if (reason == FWD_OK)
        reason = fwd_download_end(&life->update);
    return reason == FWD_OK ? fwd_update_install(&life->update, FWD_COMMAND_ANY) : reason;
}

/* The firmware that the device would start is the old one: is it whole? Then the update begins
 * again, as whoever sent it would do. */
static bool begin_again(struct fwd_torture_life *life, const struct fwd_boot_choice *choice)
{
    struct fwd_torture *torture = life->torture;
    const char *differs = fwd_torture_image_differ(torture, life, choice->slot, torture->old);

    if (differs != NULL) {
        fail(life, differs);
        return false;
    }
    life->old_kept = life->depth > 0;
    life->reason = download_and_install(life);
    if (life->reason != FWD_OK && life->depth == 0) {
        fail(life, "it is refused");
        return false;
    }
    return true;
}

static void end_well(struct fwd_torture_life *life, const struct fwd_boot_choice *choice)
{
    struct fwd_torture *torture = life->torture;
    const char *differs = NULL;

    if (!torture->new_known)
        torture->new_known = fwd_torture_image_take(torture, life, choice->slot, torture->new);
    else
        differs = fwd_torture_image_differ(torture, life, choice->slot, torture->new);
    life->reason = fwd_update_reported(&life->update);
    if (life->reason != FWD_OK && !life->faulty)
        differs = "the result could not be recorded as reported";
    /* flash that lies about an erase is programmed as if it were erased */
    if (fwd_nor_violations(torture->machine->nor) > 0 && !life->faulty)
        differs = fwd_nor_violation_text(torture->machine->nor);
    if (differs != NULL)
        fail(life, differs);
    else
        life->end = FWD_END_WELL;
}

/* True when the life goes on. */
static bool boot(struct fwd_torture_life *life)
{
    struct fwd_boot_choice choice;

    if (fwd_boot_decide(&life->update, &choice) != FWD_OK || choice.action == FWD_BOOT_RECOVERY) {
        life->reason = choice.outcome;
        fail(life, "the device is lost: it runs nothing and waits for a full package");
        return false;
    }
    if (choice.action == FWD_BOOT_RESUME) {
        life->reason = fwd_update_resume(&life->update);
        return true;
    }
    if (fwd_torture_image_installed(life->torture, life)) {
        end_well(life, &choice);
        return false;
    }
    return begin_again(life, &choice);
}

static void live(struct fwd_torture_life *life)
{
    /* What was in memory is gone; the decoder's part of it is of no use to anybody else. */
    memset(life->device.memory, 0xA5, fwd_update_memory(&life->device));
    for (int round = 0; round < ROUNDS; round++) {
        /* a device with flash that fails is started again, with nothing in memory */
        if (round == 0 || life->faulty) {
            fwd_machine_power_cycle(life->torture->machine);
            life->reason = fwd_update_init(&life->update, &life->device);
        }
        if (life->reason != FWD_OK && round == 0 && !life->faulty) {
            fail(life, "the device does not start");
            return;
        }
        if ((life->reason == FWD_OK || !life->faulty) && !boot(life))
            return;
    }
    fail(life, "the update never ends");
}

static uint64_t device_clock(const struct fwd_torture_life *life)
{
    const struct fwd_machine *machine = life->torture->machine;

    return fwd_nor_counts(machine->nor).nanoseconds +
           fwd_flash_cost_hash_ns(machine->description, life->crypto.hashed) +
           fwd_flash_cost_decode_ns(machine->description, life->update.decoded);
}

void fwd_torture_life_clock(struct fwd_torture_life *life)
{
    life->cost.nanoseconds = device_clock(life) - life->began_ns;
}

void fwd_torture_life_run(struct fwd_torture_life *life)
{
    life->cost = (struct fwd_torture_cost){0};
    life->update.decoded = 0;
    life->began_ns = device_clock(life);
    life->mark_count = 0;
    life->journal_written = life->old_kept = false;
    life->end = FWD_END_NONE;
    life->reason = FWD_OK;
    life->what[0] = '\0';
    if (setjmp(life->leave) == 0) {
        live(life);
        fwd_torture_life_clock(life);
    }
}
