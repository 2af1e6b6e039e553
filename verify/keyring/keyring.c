#include "verify/keyring/keyring.h"

#include "verify/flash/states.h"
#include "verify/flash/version.h"
#include "verify/install/trial.h"
#include "verify/keyring/keyring_store.h"
#include "verify/rehearse/session_record.h"
#include "verify/trust/authenticate.h"
#include "verify/trust/parse.h"
#include "verify/trust/start_test.h"

#include <string.h>

/* What is assumed of a counter that cannot be read. */
#define UNKNOWN UINT32_MAX

/* ---- the port -------------------------------------------------------------------------------- */

static uint32_t count(void *ctx)
{
    const struct fwd_keyring *keyring = ctx;

    return keyring->lost && keyring->used == &keyring->newest ? 0 : keyring->used->set.key_count;
}

/* May the newest set do what it is asked for? What nobody may take back, firmware of its keys, does
 * not rest on what may have been in flight, nor on one start at which a counter is hidden. */
static enum fwd_reason usable(const struct fwd_keyring *keyring)
{
    bool known = keyring->floor != UNKNOWN;

    if (keyring->starting)
        return known || !keyring->doubt ? FWD_OK : FWD_E_COUNTER;
    if (keyring->doubt || !known)
        return FWD_E_COUNTER;
    return keyring->size == 0 || keyring->marks[keyring->bank] == keyring->newest.set.version
               ? FWD_OK
               : FWD_E_TRUST_IO;
}

static enum fwd_reason find(void *ctx, const uint8_t key_id[FWD_KEY_ID_SIZE], struct fwd_key *key)
{
    const struct fwd_keyring *keyring = ctx;
    const struct fwd_keyring_set *set = keyring->used;

    enum fwd_reason reason = set == &keyring->newest ? usable(keyring) : FWD_OK;
    if (reason != FWD_OK)
        return reason;
    for (uint32_t i = 0; i < count(ctx); i++) {
        const struct fwd_trust_key *k = &set->set.keys[i];
        if (memcmp(set->ids[i], key_id, FWD_KEY_ID_SIZE) != 0)
            continue;
        *key = (struct fwd_key){.algorithm = k->algorithm,
            .handle = k,
            .roles = k->roles,
            .may_raise_counter = k->may_raise_counter,
            .products = set->set.products + k->product_first,
            .product_count = k->product_count};
        return FWD_OK;
    }
    return FWD_E_UNKNOWN_SIGNER;
}

/* May the signers do all that the package does? */
static enum fwd_reason authority(const struct fwd_trusted *trusted, bool raises)
{
    enum fwd_reason reason = FWD_OK;

    for (uint8_t i = 0; i < trusted->manifest.component_count && reason == FWD_OK; i++) {
        const struct fwd_component *component = &trusted->manifest.components[i];
        reason = fwd_authenticate_authority(trusted, component, raises && component->has_counter);
    }
    return reason;
}

static enum fwd_reason by_set(struct fwd_keyring *keyring, const struct fwd_keyring_set *set,
    const struct fwd_unverified *package, bool raises, struct fwd_trusted *trusted)
{
    enum fwd_reason reason = fwd_chain_authenticate(keyring, set, package, trusted);

    return reason == FWD_OK ? authority(trusted, raises) : reason;
}

/* keyring->other is what a bank holds, verified; it is newer than what is in force. */
static bool bank_is_newer(struct fwd_keyring *keyring, uint8_t bank, struct fwd_trusted *trusted)
{
    struct fwd_chain chain;

    return fwd_keyring_store_walk(keyring, bank, 0, trusted, &chain) == FWD_OK &&
           keyring->other.set.version > keyring->newest.set.version &&
           keyring->other.set.version >= keyring->least;
}

/* A newer set that is not in force, its mark was in flight, has installed something perhaps. */
static bool by_newer(struct fwd_keyring *keyring, const struct fwd_unverified *package, bool raises,
    struct fwd_trusted *trusted)
{
    bool all = keyring->size == 0; /* the built-in set needs no bank, and is settled without */

    for (uint8_t i = 0; i < FWD_KEYRING_BANKS && (all || !keyring->settled); i++) {
        if ((all || i != keyring->bank) && bank_is_newer(keyring, i, trusted) &&
            by_set(keyring, &keyring->other, package, raises, trusted) == FWD_OK)
            return true;
    }
    return false;
}

/* By the newest set, or by one of those before it that may still start something. */
static enum fwd_reason by_any(struct fwd_keyring *keyring, const struct fwd_unverified *package,
    bool raises, struct fwd_trusted *trusted)
{
    struct fwd_chain chain;
    enum fwd_reason first = by_set(keyring, &keyring->newest, package, raises, trusted);

    /* A walk is many signatures: none for what nobody signed, or where no older set counts. */
    if (first == FWD_OK || first == FWD_E_UNSIGNED || keyring->strict || keyring->floor == UNKNOWN)
        return first;
    if (by_newer(keyring, package, raises, trusted))
        return FWD_OK;
    if (keyring->size == 0 || keyring->newest.set.version <= keyring->floor)
        return first;
    for (uint8_t age = 1; age < keyring->links; age++) {
        if (fwd_keyring_store_walk(keyring, keyring->bank, age, trusted, &chain) != FWD_OK ||
            keyring->other.set.version < keyring->floor)
            break;
        if (by_set(keyring, &keyring->other, package, raises, trusted) == FWD_OK)
            return FWD_OK;
    }
    return first;
}

static bool pinned(void *ctx, uint8_t place, struct fwd_image *image, uint32_t *counter)
{
    const struct fwd_keyring *keyring = ctx;
    const struct fwd_keys_port *factory = keyring->config->factory;

    return factory != NULL && factory->pinned != NULL &&
           factory->pinned(factory->ctx, place, image, counter);
}

/* With the oldest version that starts something it is known what starts, whatever the newest is. */
static enum fwd_reason started(
    void *ctx, const struct fwd_unverified *package, struct fwd_trusted *trusted)
{
    struct fwd_keyring *keyring = ctx;

    keyring->starting = true;
    enum fwd_reason reason = by_any(keyring, package, true, trusted);
    if (reason == FWD_E_NOT_AUTHORISED)
        reason = by_any(keyring, package, false, trusted);
    keyring->starting = false;
    return reason;
}

/* ---- opening --------------------------------------------------------------------------------- */

/* Asked twice: that no key counts is not said because of one reading. Without a port 0. */
static bool read_counter(const struct fwd_keyring *keyring, uint8_t number, uint32_t *value)
{
    const struct fwd_counter_port *counter = keyring->config->device->ports->counter;

    *value = 0;
    if (counter == NULL || counter->read(counter->ctx, number, value) ||
        counter->read(counter->ctx, number, value))
        return true;
    *value = UNKNOWN;
    return false;
}

/* The versions below which no set is the newest one, and starts nothing. Of a counter that cannot
 * be read it is assumed that it is at its end; but what starts is never older than the oldest set
 * that starts something, and that much of the newest one is known. */
static void read_counters(struct fwd_keyring *keyring)
{
    const struct fwd_keyring_config *config = keyring->config;

    (void)read_counter(keyring, config->starts_counter, &keyring->floor);
    keyring->doubt = !read_counter(keyring, config->newest_counter, &keyring->least);
    if (keyring->doubt)
        keyring->least = keyring->floor;
}

/* Makes what a walk has verified the newest set. */
static enum fwd_reason take(struct fwd_keyring *keyring, const struct fwd_trusted *trusted)
{
    const struct fwd_keyring_config *config = keyring->config;
    /* link 0 of a chain is in the second part of the memory, its set somewhere within */
    const uint8_t *bytes = config->memory + config->link_max;
    uint32_t at = (uint32_t)(trusted->manifest.trust - bytes);

    memcpy(config->memory, bytes, config->link_max);
    memcpy(keyring->newest.session, keyring->other.session, FWD_SESSION_SIZE);
    return fwd_chain_decode(
        keyring, config->memory + at, trusted->manifest.trust_size, &keyring->newest);
}

static bool open_bank(struct fwd_keyring *keyring, uint8_t bank, struct fwd_trusted *trusted)
{
    struct fwd_chain chain;

    /* What has no mark counts only where nothing would be left without it. */
    if ((keyring->marks[bank] == 0 && keyring->least <= keyring->built_in) ||
        fwd_keyring_store_walk(keyring, bank, 0, trusted, &chain) != FWD_OK || chain.root == 0 ||
        keyring->other.set.version < keyring->least || take(keyring, trusted) != FWD_OK)
        return false;
    keyring->bank = bank;
    keyring->size = chain.size;
    keyring->links = (uint8_t)(chain.root + 1);
    return true;
}

enum fwd_reason fwd_keyring_open(
    struct fwd_keyring *keyring, const struct fwd_keyring_config *config, struct fwd_update *update)
{
    memset(keyring, 0, sizeof *keyring);
    update->slicing = 0; /* update->trusted is not the package's any more */
    keyring->config = config;
    keyring->port = (struct fwd_keys_port){.ctx = keyring,
        .count = count,
        .find = find,
        .pinned = pinned,
        .started = started,
        .threshold = &keyring->threshold};
    keyring->links = 1;
    if (config->area.size > 0 && !fwd_area_sound(&config->area))
        return FWD_E_AREA_LAYOUT;
    read_counters(keyring);
    enum fwd_reason reason = fwd_chain_built_in(keyring, &update->trusted, &keyring->newest);
    fwd_chain_use(keyring, &keyring->newest);
    if (reason != FWD_OK)
        return reason;
    keyring->built_in = keyring->newest.set.version;
    for (uint8_t i = 0; i < FWD_KEYRING_BANKS; i++)
        keyring->marks[i] = fwd_keyring_store_mark(keyring, i);
    uint8_t first = keyring->marks[1] > keyring->marks[0] ? 1 : 0;
    if (!open_bank(keyring, first, &update->trusted) &&
        !open_bank(keyring, 1 - first, &update->trusted)) {
        reason = fwd_chain_built_in(keyring, &update->trusted, &keyring->newest);
        keyring->lost =
            keyring->least > keyring->built_in && !(keyring->doubt && keyring->least == UNKNOWN);
    }
    fwd_chain_use(keyring, &keyring->newest);
    uint32_t version = keyring->newest.set.version;
    keyring->settled = keyring->size == 0
                           ? !keyring->lost
                           : keyring->marks[0] == version && keyring->marks[1] == version;
    return reason;
}

/* ---- a new set ------------------------------------------------------------------------------- */

static enum fwd_reason may_change(const struct fwd_update *update)
{
    const struct fwd_record *record = &update->journal.record;

    if (fwd_trial_runs(update) && !update->stranded)
        return FWD_E_TRIAL_PENDING;
    if (update->journal.lost || !fwd_states_in_progress(record->state))
        return FWD_OK;
    /* only a package leads on: it may be signed with keys that this device does not know */
    return update->resume_ended && fwd_session_ends_by_package(update) ? FWD_OK
                                                                       : FWD_E_UPDATE_PENDING;
}

/* keyring->other is the set of the package. */
static enum fwd_reason check_order(const struct fwd_keyring *keyring, const struct fwd_chain *chain)
{
    uint32_t version = keyring->other.set.version, least;

    if (!read_counter(keyring, keyring->config->newest_counter, &least))
        return FWD_E_COUNTER;
    if (version < least || (!keyring->lost && version < keyring->newest.set.version))
        return FWD_E_TRUST_OLD;
    if (!keyring->lost && !chain->contains)
        return FWD_E_TRUST_CHAIN;
    return FWD_OK;
}

/* The second bank, then the counter: from then on no older set counts. */
static void complete(struct fwd_keyring *keyring, struct fwd_update *update)
{
    const struct fwd_counter_port *counter = update->device->ports->counter;
    uint32_t version = keyring->newest.set.version, held;
    struct fwd_chain_bank at;
    struct fwd_input input;

    if (keyring->size == 0 || keyring->doubt)
        return;
    /* A bank without its mark is all that there is, or may be what was in flight when power failed:
     * the other one, even if it cannot be read at this start, is not given up for it. Nor is one
     * whose mark is of a newer set, which may be read again at the next start, nor a newer set that
     * has lost its mark. */
    if (!keyring->settled && !keyring->tried && keyring->marks[keyring->bank] == version &&
        keyring->marks[1 - keyring->bank] <= version &&
        !bank_is_newer(keyring, 1 - keyring->bank, &update->trusted) &&
        fwd_keyring_store_open(keyring, keyring->bank, &at, &input)) {
        keyring->tried = true;
        keyring->settled =
            fwd_keyring_store_write(keyring, update, 1 - keyring->bank, &input) == FWD_OK;
    }
    if (!keyring->settled || counter == NULL ||
        !read_counter(keyring, keyring->config->newest_counter, &held) || held >= version)
        return;
    bool advanced = counter->advance(counter->ctx, keyring->config->newest_counter, version);
    (void)advanced; /* tried again at the next start */
}

/* Into a bank, unless what it holds, verified, is newer: firmware may rest on it. */
static enum fwd_reason write_bank(struct fwd_keyring *keyring, struct fwd_update *update,
    uint8_t bank, uint32_t version, const struct fwd_input *package)
{
    return bank_is_newer(keyring, bank, &update->trusted) && keyring->other.set.version > version
               ? FWD_E_TRUST_OLD
               : fwd_keyring_store_write(keyring, update, bank, package);
}

enum fwd_reason fwd_keyring_install(
    struct fwd_keyring *keyring, struct fwd_update *update, const struct fwd_input *package)
{
    struct fwd_chain chain;
    enum fwd_reason reason = may_change(update);

    update->slicing = 0;
    if (reason == FWD_OK && keyring->doubt)
        reason = FWD_E_COUNTER;
    if (reason == FWD_OK)
        reason = fwd_chain_walk(keyring, package, 0, &update->trusted, &chain);
    if (reason == FWD_OK)
        reason = check_order(keyring, &chain);
    if (reason != FWD_OK)
        return reason;
    uint32_t version = keyring->other.set.version;
    if (keyring->settled && version == keyring->newest.set.version)
        return FWD_OK; /* it contains the newest, which is itself */
    reason = fwd_authenticate_payload(
        &update->trusted, package, update->device->ports, update->work.io, update->work.io_size);
    if (reason != FWD_OK)
        return reason;
    uint8_t bank = keyring->size > 0 ? (uint8_t)(1 - keyring->bank) : 0;
    reason = write_bank(keyring, update, bank, version, package);
    if (reason == FWD_E_TRUST_IO && keyring->size == 0) /* worn: the other one holds nothing */
        reason = write_bank(keyring, update, (uint8_t)(1 - bank), version, package);
    if (reason != FWD_OK)
        return reason;
    reason = fwd_keyring_open(keyring, keyring->config, update);
    if (reason == FWD_OK)
        complete(keyring, update);
    return reason;
}

/* ---- at a start ------------------------------------------------------------------------------ */

/* What runs: the record that the journal names, hashed, and not on trial. It starts by the newest
 * set alone: those before it are not needed any more. */
static void revoke(struct fwd_keyring *keyring, struct fwd_update *update)
{
    const struct fwd_counter_port *counter = update->device->ports->counter;
    uint32_t version = keyring->newest.set.version, held;
    struct fwd_version_table table;
    struct fwd_start start;

    if (counter == NULL || keyring->floor >= version || fwd_trial_unconfirmed(update) ||
        fwd_states_in_progress(update->journal.record.state) ||
        !read_counter(keyring, keyring->config->newest_counter, &held) || held < version)
        return;
    memset(&start, 0, sizeof start);
    fwd_version_load(update, &table);
    keyring->strict = true;
    bool passes = table.found && table.named &&
                  fwd_start_test_record(update, &table, false, FWD_START_HASHED, &start) == FWD_OK;
    keyring->strict = false;
    if (passes && counter->advance(counter->ctx, keyring->config->starts_counter, version))
        keyring->floor = version;
}

void fwd_keyring_settle(struct fwd_keyring *keyring, struct fwd_update *update)
{
    update->slicing = 0;
    if (keyring->size == 0 || keyring->lost || keyring->doubt)
        return;
    complete(keyring, update);
    revoke(keyring, update);
}
