/* The ports of a power cycle, besides its flash. */
#include "sim/torture/torture_internal.h"

#include <string.h>

static const struct fwd_ports *under(const struct fwd_torture_power_cycle *cycle)
{
    return &cycle->torture->machine->ports;
}

/* The store of keys before anything is wrong with it. */
static const struct fwd_keys_port *keys_under(const struct fwd_torture_power_cycle *cycle)
{
    return cycle->torture->machine->has_keyring ? &cycle->keyring.port : under(cycle)->keys;
}

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

/* The keys of a keyring lie where other keys lay before. */
static struct fwd_nor_hash stir_key(const struct fwd_torture_power_cycle *cycle,
    struct fwd_nor_hash what, const struct fwd_key *key)
{
    const struct fwd_trust_key *bytes = key->handle;

    return cycle->torture->machine->has_keyring
               ? fwd_torture_memo_stir(what, bytes->der, bytes->der_size)
               : fwd_torture_memo_stir(what, &key->handle, sizeof key->handle);
}

/* A signature that was right is right again: what takes longest in most recoveries. */
static enum fwd_verdict verify(void *ctx, const struct fwd_key *key, const uint8_t *message,
    size_t message_size, const uint8_t *signature, size_t signature_size)
{
    struct fwd_torture_power_cycle *cycle = ctx;
    struct fwd_torture_memo *right = &cycle->torture->signatures;
    struct fwd_nor_hash what = {1, 2};

    what = stir_key(cycle, what, key);
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

/* ---- a key store that may be blind ----------------------------------------------------------- */

static uint32_t count_keys(void *ctx)
{
    const struct fwd_torture_power_cycle *cycle = ctx;
    const struct fwd_keys_port *keys = keys_under(cycle);

    if (fwd_torture_variant_blinds(cycle, FWD_TORTURE_KEYS) && cycle->blind.how == FWD_BLIND_BLANK)
        return 0;
    return keys->count(keys->ctx);
}

static bool is_signer(const struct fwd_torture *torture, const uint8_t *key_id, unsigned from)
{
    for (unsigned i = from; i < torture->signer_count; i++) {
        if (memcmp(torture->signers[i], key_id, FWD_KEY_ID_SIZE) == 0)
            return true;
    }
    return false;
}

/* The undisturbed updates: whose keys are asked for. Those before the update that is proven are not
 * among those that are removed. */
static void note_signer(struct fwd_torture *torture, const uint8_t *key_id)
{
    if (torture->exploring || is_signer(torture, key_id, 0) ||
        torture->signer_count == FWD_TORTURE_SIGNERS)
        return;
    memcpy(torture->signers[torture->signer_count++], key_id, FWD_KEY_ID_SIZE);
    if (torture->generation_count <= torture->options->past_count)
        torture->signer_first = torture->signer_count;
}

static enum fwd_reason find_key(
    void *ctx, const uint8_t key_id[FWD_KEY_ID_SIZE], struct fwd_key *key)
{
    const struct fwd_torture_power_cycle *cycle = ctx;
    struct fwd_torture *torture = cycle->torture;
    const struct fwd_keys_port *keys = keys_under(cycle);
    enum fwd_torture_blindness how =
        fwd_torture_variant_blinds(cycle, FWD_TORTURE_KEYS) ? cycle->blind.how : FWD_BLIND_NOT;

    if (how == FWD_BLIND_BLANK ||
        (how == FWD_BLIND_REMOVED && is_signer(torture, key_id, torture->signer_first)))
        return FWD_E_UNKNOWN_SIGNER;
    if (how == FWD_BLIND_FAILS)
        return FWD_E_KEY_INVALID;
    note_signer(torture, key_id);
    return keys->find(keys->ctx, key_id, key);
}

static bool pinned(void *ctx, uint8_t place, struct fwd_image *image, uint32_t *counter)
{
    const struct fwd_torture_power_cycle *cycle = ctx;
    const struct fwd_keys_port *keys = keys_under(cycle);

    return !fwd_torture_variant_blinds(cycle, FWD_TORTURE_KEYS) && keys->pinned != NULL &&
           keys->pinned(keys->ctx, place, image, counter);
}

static enum fwd_reason started(
    void *ctx, const struct fwd_unverified *package, struct fwd_trusted *trusted)
{
    const struct fwd_torture_power_cycle *cycle = ctx;
    const struct fwd_keys_port *keys = keys_under(cycle);

    if (fwd_torture_variant_blinds(cycle, FWD_TORTURE_KEYS))
        return cycle->blind.how == FWD_BLIND_FAILS ? FWD_E_KEY_INVALID : FWD_E_NO_KEYS;
    return keys->started(keys->ctx, package, trusted);
}

/* ---- counters that may be blind, and whose rise power may interrupt -------------------------- */

static bool read_counter(void *ctx, uint8_t component, uint32_t *value)
{
    const struct fwd_torture_power_cycle *cycle = ctx;
    const struct fwd_counter_port *counter = under(cycle)->counter;

    if (!fwd_torture_variant_blinds(cycle, FWD_TORTURE_COUNTER))
        return counter->read(counter->ctx, component, value);
    *value = 0;
    return cycle->blind.how == FWD_BLIND_BLANK;
}

static bool advance_counter(void *ctx, uint8_t component, uint32_t at_least)
{
    struct fwd_torture_power_cycle *cycle = ctx;
    const struct fwd_counter_port *counter = under(cycle)->counter;
    uint32_t value = 0;

    if (fwd_torture_variant_blinds(cycle, FWD_TORTURE_COUNTER))
        return false;
    if (counter->read(counter->ctx, component, &value) && value >= at_least)
        return counter->advance(counter->ctx, component, at_least);
    cycle->rises++;
    fwd_torture_cut_counter(cycle, false);
    bool done = counter->advance(counter->ctx, component, at_least);
    if (done)
        fwd_torture_cut_counter(cycle, true);
    return done;
}

/* ---- all of them ----------------------------------------------------------------------------- */

/* The next start of the power cycle begins. */
static void reset(void *ctx)
{
    struct fwd_torture_power_cycle *cycle = ctx;

    longjmp(cycle->restart, 1);
}

enum fwd_fail fwd_torture_ports_fill(struct fwd_torture_power_cycle *cycle, struct fwd_error *err)
{
    struct fwd_machine *machine = cycle->torture->machine;
    enum fwd_fail fail = fwd_crypto_port_init(&cycle->crypto, err);

    if (fail != FWD_FAIL_NONE)
        return fail;
    cycle->memo_crypto = (struct fwd_crypto_port){cycle, hash_begin, hash_update, hash_end, verify};
    cycle->keys = (struct fwd_keys_port){
        .ctx = cycle, .count = count_keys, .find = find_key, .pinned = pinned};
    if (machine->has_keyring) {
        cycle->keys.started = started;
        cycle->keys.threshold = &cycle->keyring.threshold;
    }
    cycle->counter = (struct fwd_counter_port){cycle, read_counter, advance_counter};
    cycle->flash = fwd_torture_flash(cycle);
    cycle->ports = machine->ports;
    cycle->ports.flash = &cycle->flash;
    cycle->ports.crypto = &cycle->memo_crypto;
    cycle->ports.keys = &cycle->keys;
    cycle->ports.counter = &cycle->counter;
    cycle->watchdog = (struct fwd_watchdog){
        .limit = machine->description->watchdog_bytes, .expired = reset, .ctx = cycle};
    fwd_watchdog_wrap(&cycle->watchdog, &cycle->ports);
    return FWD_FAIL_NONE;
}
