/* One start of the device: what boot loader and application do from power-on on, and whether what
 * runs then is a firmware that somebody signed. */
#include "sim/torture/torture_internal.h"

#include <string.h>

/* More rounds of one start without an end are a loop; a generation more takes some of its own. */
#define ROUNDS                6u
#define ROUNDS_PER_GENERATION 4u

/* As many starts in a row end in RECOVERY, or refuse the update, before that counts as the end: a
 * device may need its policy.max_starts to give up what was pending. */
#define WAITS    4u
#define REFUSALS 12u

#define CODE_WORN 160u

enum next { AGAIN, NEXT_START, ENDED };

static uint16_t code_of(const struct fwd_torture_power_cycle *cycle)
{
    return fwd_profile_code(cycle->torture->machine->profile, cycle->reason, false);
}

void fwd_torture_start_fail(struct fwd_torture_power_cycle *cycle, const char *what)
{
    const struct fwd_reason_info *info = fwd_reason_info(cycle->reason);

    cycle->end = FWD_END_BADLY;
    snprintf(cycle->what, sizeof cycle->what, "%s (code %u, %s)", what, (unsigned)code_of(cycle),
        info != NULL ? info->name : "?");
}

static enum next lost(struct fwd_torture_power_cycle *cycle, const char *what)
{
    fwd_torture_start_fail(cycle, what);
    return ENDED;
}

static void note(struct fwd_torture_power_cycle *cycle, enum fwd_reason reason)
{
    cycle->reason = reason;
    cycle->told_worn = cycle->told_worn || code_of(cycle) == CODE_WORN;
}

static const struct fwd_torture_variant *variant_of(const struct fwd_torture_power_cycle *cycle)
{
    return &cycle->torture->variant;
}

/* ---- packages -------------------------------------------------------------------------------- */

static enum fwd_reason download(
    struct fwd_torture_power_cycle *cycle, const uint8_t *package, uint32_t size)
{
    enum fwd_reason reason = fwd_download_begin(&cycle->update, 0);

    if (reason == FWD_OK)
        reason = fwd_download_write(&cycle->update, package, size);
    return reason == FWD_OK ? fwd_download_end(&cycle->update) : reason;
}

enum fwd_reason fwd_torture_start_install(
    struct fwd_torture_power_cycle *cycle, const uint8_t *package, uint32_t size)
{
    enum fwd_reason reason = download(cycle, package, size);

    if (reason == FWD_OK)
        reason = fwd_update_install(&cycle->update, FWD_COMMAND_ANY);
    note(cycle, reason);
    return reason;
}

/* What an application does that rehearses in slices: goes on with what was cut, or with a new
 * package, and resets when it is staged. */
static enum fwd_reason rehearse(
    struct fwd_torture_power_cycle *cycle, const uint8_t *package, uint32_t size)
{
    enum fwd_reason reason = FWD_OK;
    struct fwd_status status;

    fwd_update_status(&cycle->update, &status);
    if (status.state != FWD_STATUS_REHEARSING)
        reason = download(cycle, package, size);
    if (reason == FWD_OK)
        reason = fwd_machine_rehearse(
            &cycle->update, FWD_COMMAND_ANY, cycle->torture->machine->description->rehearse_slice);
    fwd_update_status(&cycle->update, &status);
    note(cycle, reason);
    if (reason != FWD_OK || status.state != FWD_STATUS_STAGED)
        return reason;
    uint64_t decoded = cycle->update.decoded;
    memset(cycle->device.memory, 0xA5, fwd_update_memory(&cycle->device));
    reason = fwd_update_init(&cycle->update, &cycle->device);
    cycle->update.decoded = decoded;
    return reason;
}

static enum fwd_reason ask_application(
    struct fwd_torture_power_cycle *cycle, const uint8_t *package, uint32_t size)
{
    return cycle->device.slices != NULL ? rehearse(cycle, package, size)
                                        : fwd_torture_start_install(cycle, package, size);
}

/* The update that leads on from a generation. */
static enum fwd_reason install_after(struct fwd_torture_power_cycle *cycle, uint32_t generation)
{
    const struct fwd_torture_options *options = cycle->torture->options;

    if (generation >= options->past_count && cycle->torture->changes_keys) {
        note(cycle, fwd_torture_keyring_install(cycle, options->package, options->package_size));
        return cycle->reason;
    }
    if (generation >= options->past_count)
        return ask_application(cycle, options->package, options->package_size);
    const struct fwd_bytes *package = &options->past[generation];
    return ask_application(cycle, package->data, (uint32_t)package->size);
}

/* The way out: the new firmware as a full package. */
static bool install_full(struct fwd_torture_power_cycle *cycle)
{
    const struct fwd_bytes *full = cycle->torture->options->full;

    if (full == NULL)
        return false;
    cycle->full_sent = true;
    if (fwd_torture_start_install(cycle, full->data, (uint32_t)full->size) != FWD_OK)
        return false;
    cycle->torture->tally->rescued++;
    return true;
}

/* ---- it runs something ----------------------------------------------------------------------- */

static const char *const unnamed = "the version record does not name what is installed";

static enum next end_well(
    struct fwd_torture_power_cycle *cycle, const uint8_t *slots, uint32_t generation)
{
    struct fwd_torture *torture = cycle->torture;
    const char *differs = fwd_torture_image_differ(torture, cycle, slots, generation);

    if (differs == NULL && !fwd_torture_image_named(torture, cycle, generation)) {
        /* a torn record that read well a moment ago: the next start reads it again */
        if (cycle->tolerant)
            return NEXT_START;
        differs = unnamed;
    }
    cycle->reason = fwd_update_reported(&cycle->update);
    if (cycle->reason != FWD_OK && !cycle->tolerant)
        differs = "the result could not be recorded as reported";
    /* flash that lies about an erase is programmed as if it were erased */
    if (fwd_nor_violations(torture->machine->nor) > 0 && !cycle->tolerant)
        differs = fwd_nor_violation_text(torture->machine->nor);
    if (differs != NULL)
        return lost(cycle, differs);
    cycle->end = FWD_END_WELL;
    return ENDED;
}

/* What a worn block may cost at most: with others to go to, updates go on. A journal needs two. */
static bool may_refuse(const struct fwd_torture_power_cycle *cycle)
{
    const struct fwd_torture_variant *variant = variant_of(cycle);
    uint32_t blocks = fwd_nor_block_count(cycle->torture->machine->nor, variant->worn.area);

    if (variant->kind != FWD_TORTURE_WORN)
        return false;
    if (variant->worn.area == FWD_AREA_VERSION || variant->worn.area == FWD_AREA_SCRATCH)
        return blocks < 2;
    return variant->worn.area != FWD_AREA_JOURNAL || blocks < 3;
}

static const char *refusal(const struct fwd_torture_power_cycle *cycle)
{
    bool worn = variant_of(cycle)->kind == FWD_TORTURE_WORN;

    if (cycle->torture->changes_keys)
        return worn ? "the set of keys is not taken although another block is good"
                    : "the set of keys is refused although nothing is wrong any more";
    return worn ? "no update succeeds although another block is good"
                : "the update is refused although nothing is wrong any more";
}

/* The old firmware runs and the update was refused. */
static enum next refused(struct fwd_torture_power_cycle *cycle)
{
    if (!cycle->tolerant)
        return cycle->depth == 0 ? lost(cycle, "it is refused") : AGAIN;
    if (install_full(cycle))
        return AGAIN;
    bool may = may_refuse(cycle);
    if (++cycle->refusals < (may ? WAITS : REFUSALS))
        return NEXT_START;
    if (!may)
        return lost(cycle, refusal(cycle));
    cycle->torture->tally->refused++;
    cycle->end = FWD_END_WELL;
    return ENDED;
}

/* What runs is confirmed; but with `unconfirmed` the new firmware is not, and is started until the
 * device goes back. AGAIN: nothing is on trial. */
static enum next try_out(
    struct fwd_torture_power_cycle *cycle, const struct fwd_boot_choice *choice, int generation)
{
    int last = (int)fwd_torture_generation_max(cycle->torture) - 1;
    struct fwd_status status;

    fwd_update_status(&cycle->update, &status);
    if (cycle->torture->options->unconfirmed && status.state == FWD_STATUS_TRIAL &&
        generation == last)
        return NEXT_START;
    note(cycle, fwd_update_confirm(&cycle->update));
    if (!cycle->torture->options->unconfirmed || status.reason != FWD_E_TRIAL_FAILED ||
        generation != last - 1)
        return AGAIN;
    return end_well(cycle, choice->slot, (uint32_t)generation);
}

/* The old keys are in force, or the new ones; AGAIN: not yet those, in both banks. */
static enum next look_at_keys(struct fwd_torture_power_cycle *cycle)
{
    enum fwd_torture_keys keys = fwd_torture_keyring_state(cycle);

    if (!cycle->torture->changes_keys || keys == FWD_TORTURE_NEW_KEYS)
        return ENDED;
    if (keys == FWD_TORTURE_OTHER_KEYS)
        return lost(cycle, "neither the old nor the new set of keys is in force");
    if (keys == FWD_TORTURE_NO_KEYS && !cycle->tolerant)
        return lost(cycle, "no set of keys is in force");
    return keys == FWD_TORTURE_NO_KEYS ? NEXT_START : AGAIN;
}

static enum next run(struct fwd_torture_power_cycle *cycle, const struct fwd_boot_choice *choice)
{
    struct fwd_torture *torture = cycle->torture;
    int last = (int)fwd_torture_generation_max(torture) - 1;
    int generation = fwd_torture_image_generation(torture, choice->slot, true);

    /* a torn block that read well when it was hashed: the next start hashes it again, and in the
     * end somebody sends a full package */
    if (generation < 0 && cycle->tolerant &&
        fwd_torture_image_generation(torture, choice->slot, false) >= 0)
        return ++cycle->waits > WAITS && install_full(cycle) ? AGAIN : NEXT_START;
    if (generation < 0)
        return lost(cycle, "the device is lost: it runs what nobody signed");
    cycle->waits = 0;
    enum next next = try_out(cycle, choice, generation);
    if (next != AGAIN)
        return next;
    next = look_at_keys(cycle);
    if (cycle->end == FWD_END_BADLY || next == NEXT_START)
        return next;
    if (next == AGAIN)
        generation = last - 1; /* the firmware stays what it was */
    if (torture->options->unconfirmed && !cycle->tolerant && generation == last)
        return lost(cycle, "it stays with what nobody has confirmed");
    if (generation == last && fwd_torture_image_named(torture, cycle, (uint32_t)last))
        return end_well(cycle, choice->slot, (uint32_t)last);
    if (generation == last && !cycle->tolerant)
        return lost(cycle, unnamed);
    if (!cycle->tolerant && (uint32_t)generation < variant_of(cycle)->from)
        return lost(cycle, "it went back to an older firmware");
    if (!cycle->tolerant) {
        const char *differs =
            fwd_torture_image_differ(torture, cycle, choice->slot, (uint32_t)generation);
        if (differs == NULL && !fwd_torture_image_named(torture, cycle, (uint32_t)generation))
            differs = unnamed;
        if (differs != NULL)
            return lost(cycle, differs);
    }
    if (variant_of(cycle)->kind != FWD_TORTURE_PLAIN && choice->outcome_pending)
        note(cycle, fwd_update_reported(&cycle->update));
    cycle->old_kept = cycle->depth > 0;
    return install_after(cycle, (uint32_t)generation) == FWD_OK ? AGAIN : refused(cycle);
}

/* ---- it runs nothing ------------------------------------------------------------------------- */

/* RECOVERY is the end that a worn block of firmware may have. */
static bool may_wait(const struct fwd_torture_power_cycle *cycle)
{
    return variant_of(cycle)->kind == FWD_TORTURE_WORN &&
           variant_of(cycle)->worn.area >= FWD_AREA_SLOTS && cycle->told_worn;
}

static enum next wait(struct fwd_torture_power_cycle *cycle, const struct fwd_boot_choice *choice)
{
    bool wrong = fwd_torture_variant_key(cycle) != 0;
    /* somebody who hurries sends one; once it was admitted it is the only way on */
    bool send = cycle->full_sent || (wrong && (cycle->point.cut.operation + cycle->start) % 2 == 0);

    note(cycle, choice->outcome);
    if (!cycle->tolerant)
        return lost(cycle, "the device is lost: it runs nothing and waits for a full package");
    if (send && install_full(cycle))
        return AGAIN;
    if (++cycle->waits < WAITS)
        return NEXT_START;
    if (!may_wait(cycle))
        return lost(cycle, wrong
                               ? "the device is lost: it takes no full package"
                               : "it waits for a full package although nothing is wrong any more");
    cycle->torture->tally->waiting++;
    cycle->end = FWD_END_WELL;
    return ENDED;
}

static enum next resume(struct fwd_torture_power_cycle *cycle)
{
    note(cycle, fwd_update_resume(&cycle->update));
    return AGAIN;
}

/* ---- one start ------------------------------------------------------------------------------- */

static enum next one_round(struct fwd_torture_power_cycle *cycle)
{
    struct fwd_boot_choice choice;

    if (fwd_boot_decide(&cycle->update, &choice) != FWD_OK || choice.action == FWD_BOOT_RECOVERY)
        return wait(cycle, &choice);
    if (choice.action == FWD_BOOT_RESUME)
        return resume(cycle);
    fwd_torture_keyring_settle(cycle);
    return run(cycle, &choice);
}

bool fwd_torture_start(struct fwd_torture_power_cycle *cycle)
{
    unsigned rounds = ROUNDS + ROUNDS_PER_GENERATION * cycle->torture->options->past_count;
    enum next next = AGAIN;

    cycle->reason = fwd_update_init(&cycle->update, &cycle->device);
    if (cycle->reason == FWD_OK)
        cycle->reason = fwd_torture_keyring_open(cycle);
    if (cycle->reason != FWD_OK && !cycle->tolerant)
        next = lost(cycle, "the device does not start");
    if (cycle->reason != FWD_OK)
        return next == ENDED;
    for (unsigned round = 0; round < rounds && next == AGAIN; round++)
        next = one_round(cycle);
    if (next == AGAIN && !cycle->tolerant)
        next = lost(cycle, cycle->torture->changes_keys ? "the change of keys never ends"
                                                        : "the update never ends");
    return next == ENDED;
}
