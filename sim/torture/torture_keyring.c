/* Keys that change: the keyring of a power cycle, and the change of keys that is proven. */
#include "format/header.h"
#include "sim/torture/torture_internal.h"

#include <stdlib.h>
#include <string.h>

/* Each power cycle has its own, as it has its own memory: only the flash is shared. */
enum fwd_fail fwd_torture_keyring_fill(struct fwd_torture_power_cycle *cycle, struct fwd_error *err)
{
    const struct fwd_machine *machine = cycle->torture->machine;

    if (!machine->has_keyring)
        return FWD_FAIL_NONE;
    cycle->keyring_config = machine->keyring_config;
    cycle->keyring_config.device = &cycle->device;
    cycle->keyring_config.memory = malloc(3 * (size_t)cycle->keyring_config.link_max);
    if (cycle->keyring_config.memory == NULL)
        return fwd_error_memory(err, "the keys");
    fwd_crypto_port_trust_keys(&cycle->crypto);
    return FWD_FAIL_NONE;
}

void fwd_torture_keyring_free(struct fwd_torture_power_cycle *cycle)
{
    free(cycle->keyring_config.memory);
}

enum fwd_reason fwd_torture_keyring_open(struct fwd_torture_power_cycle *cycle)
{
    return cycle->torture->machine->has_keyring
               ? fwd_keyring_open(&cycle->keyring, &cycle->keyring_config, &cycle->update)
               : FWD_OK;
}

void fwd_torture_keyring_settle(struct fwd_torture_power_cycle *cycle)
{
    if (cycle->torture->machine->has_keyring)
        fwd_keyring_settle(&cycle->keyring, &cycle->update);
}

/* ---- the change of keys ---------------------------------------------------------------------- */

static enum fwd_reason read_bytes(void *ctx, uint32_t offset, void *buf, uint32_t size)
{
    const struct fwd_bytes *bytes = ctx;

    memcpy(buf, bytes->data + offset, size);
    return FWD_OK;
}

enum fwd_reason fwd_torture_keyring_install(
    struct fwd_torture_power_cycle *cycle, const uint8_t *package, uint32_t size)
{
    struct fwd_bytes bytes = {(uint8_t *)(uintptr_t)package, size};
    const struct fwd_input input = {&bytes, read_bytes, size};

    return fwd_keyring_install(&cycle->keyring, &cycle->update, &input);
}

enum fwd_torture_keys fwd_torture_keyring_state(const struct fwd_torture_power_cycle *cycle)
{
    const struct fwd_torture *torture = cycle->torture;
    const struct fwd_keyring *keyring = &cycle->keyring;
    uint32_t version = keyring->newest.set.version;

    if (keyring->lost || keyring->doubt)
        return FWD_TORTURE_NO_KEYS;
    if (version == torture->key_versions[1])
        return keyring->settled ? FWD_TORTURE_NEW_KEYS : FWD_TORTURE_NEW_KEYS_ONCE;
    return version == torture->key_versions[0] ? FWD_TORTURE_OLD_KEYS : FWD_TORTURE_OTHER_KEYS;
}

/* ---- the device's counters ------------------------------------------------------------------- */

void fwd_torture_counters_take(
    const struct fwd_torture *torture, struct fwd_torture_counters *counters)
{
    const struct fwd_nvm *nvm = &torture->machine->nvm;

    memcpy(counters->components, nvm->counters, sizeof counters->components);
    memcpy(counters->trust, nvm->trust, sizeof counters->trust);
}

void fwd_torture_counters_put(
    struct fwd_torture *torture, const struct fwd_torture_counters *counters)
{
    struct fwd_nvm *nvm = &torture->machine->nvm;

    memcpy(nvm->counters, counters->components, sizeof counters->components);
    memcpy(nvm->trust, counters->trust, sizeof counters->trust);
}
