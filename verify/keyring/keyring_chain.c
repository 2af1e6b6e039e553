#include "verify/keyring/keyring_chain.h"

#include "format/cursor.h"
#include "format/header.h"
#include "verify/flash/area.h"
#include "verify/flash/hash.h"
#include "verify/trust/authenticate.h"
#include "verify/trust/parse.h"
#include "verify/trust/plan.h"

#include <string.h>

void fwd_chain_use(struct fwd_keyring *keyring, const struct fwd_keyring_set *set)
{
    keyring->used = set;
    keyring->threshold = set->set.threshold;
}

static enum fwd_reason read_bank(void *ctx, uint32_t offset, void *buf, uint32_t size)
{
    const struct fwd_chain_bank *bank = ctx;

    return fwd_flash_read(&bank->flash, bank->offset + offset, buf, size);
}

struct fwd_input fwd_chain_bank_input(struct fwd_chain_bank *bank, uint32_t size)
{
    return (struct fwd_input){bank, read_bank, size};
}

/* ---- sets ------------------------------------------------------------------------------------ */

enum fwd_reason fwd_chain_decode(const struct fwd_keyring *keyring, const uint8_t *bytes,
    uint32_t size, struct fwd_keyring_set *set)
{
    if (!fwd_trust_set_decode(bytes, size, &set->set))
        return FWD_E_TRUST_SET;
    for (uint8_t i = 0; i < set->set.key_count; i++) {
        const struct fwd_trust_key *key = &set->set.keys[i];
        enum fwd_reason reason = fwd_hash_bytes(keyring->config->device->ports, FWD_HASH_STEP,
            key->der, key->der_size, set->ids[i], FWD_KEY_ID_SIZE);
        if (reason != FWD_OK)
            return reason;
        for (uint8_t j = 0; j < i; j++) {
            if (memcmp(set->ids[i], set->ids[j], FWD_KEY_ID_SIZE) == 0)
                return FWD_E_TRUST_SET;
        }
    }
    return FWD_OK;
}

enum fwd_reason fwd_chain_built_in(
    const struct fwd_keyring *keyring, struct fwd_trusted *trusted, struct fwd_keyring_set *set)
{
    const struct fwd_keyring_config *config = keyring->config;
    struct fwd_header header;

    memset(set, 0, sizeof *set);
    if (fwd_header_decode(config->built_in, config->built_in_size, &header) != FWD_OK ||
        config->built_in_size != FWD_HEADER_SIZE + (uint32_t)header.manifest_size ||
        fwd_manifest_decode(config->built_in + FWD_HEADER_SIZE, header.manifest_size,
            header.payload_size, &trusted->manifest) != FWD_OK ||
        trusted->manifest.trust == NULL)
        return FWD_E_TRUST_SET;
    return fwd_chain_decode(keyring, trusted->manifest.trust, trusted->manifest.trust_size, set);
}

/* ---- links ----------------------------------------------------------------------------------- */

/* What the header at an offset says; nothing of it is trusted. */
struct link {
    uint32_t size; /* header, manifest and signature block */
    uint32_t rest; /* bytes after it */
};

static enum fwd_reason link_at(const struct fwd_input *input, uint32_t at, struct link *link)
{
    uint8_t bytes[FWD_HEADER_SIZE];
    struct fwd_header header;
    uint32_t block_size;

    if (at > input->size || input->size - at < FWD_HEADER_SIZE + FWD_SIGBLOCK_HEAD)
        return FWD_E_TRUST_SET;
    enum fwd_reason reason = fwd_input_read(input, at, bytes, sizeof bytes);
    if (reason != FWD_OK)
        return reason;
    if (fwd_header_decode(bytes, sizeof bytes, &header) != FWD_OK || header.kind != FWD_KIND_TRUST)
        return FWD_E_TRUST_SET;
    uint32_t signed_size = FWD_HEADER_SIZE + (uint32_t)header.manifest_size;
    if (input->size - at < signed_size + FWD_SIGBLOCK_HEAD)
        return FWD_E_TRUST_SET;
    reason = fwd_input_read(input, at + signed_size, bytes, FWD_SIGBLOCK_HEAD);
    if (reason != FWD_OK)
        return reason;
    if (fwd_sigblock_head(bytes, FWD_SIGBLOCK_HEAD, &block_size) != FWD_OK)
        return FWD_E_TRUST_SET;
    *link = (struct link){signed_size + block_size, header.payload_size};
    return FWD_OK;
}

enum fwd_reason fwd_chain_size(const struct fwd_input *input, uint32_t most, uint32_t *size)
{
    struct link link;
    enum fwd_reason reason = link_at(input, 0, &link);

    if (reason != FWD_OK)
        return reason;
    if (link.size > most || link.rest > most - link.size)
        return FWD_E_TRUST_SET;
    *size = link.size + link.rest;
    return FWD_OK;
}

static enum fwd_reason find_links(
    const struct fwd_keyring *keyring, const struct fwd_input *input, struct fwd_chain *chain)
{
    struct link link = {0, 1};
    uint32_t at = 0;

    for (chain->count = 0; link.rest > 0; chain->count++) {
        if (chain->count == FWD_TRUST_CHAIN_MAX)
            return FWD_E_TRUST_SET;
        enum fwd_reason reason = link_at(input, at, &link);
        if (reason != FWD_OK)
            return reason;
        /* hostile sizes: a link fits its buffer, and the rest is exactly what follows */
        if (link.size > keyring->config->link_max || link.size > input->size - at ||
            link.rest != input->size - at - link.size)
            return FWD_E_TRUST_SET;
        chain->offsets[chain->count] = at;
        at += link.size;
    }
    return FWD_OK;
}

static uint8_t *buffer(const struct fwd_keyring *keyring, uint8_t link)
{
    return keyring->config->memory + keyring->config->link_max * (1u + (link & 1u));
}

/* Reads a link into its buffer, which is not that of its neighbours. */
static enum fwd_reason load_link(const struct fwd_keyring *keyring, const struct fwd_input *input,
    const struct fwd_chain *chain, uint8_t index, struct fwd_unverified *package)
{
    uint32_t end = index + 1u < chain->count ? chain->offsets[index + 1] : input->size;
    uint32_t size = end - chain->offsets[index];
    uint8_t *bytes = buffer(keyring, index);
    struct fwd_header header;
    enum fwd_reason reason = fwd_input_read(input, chain->offsets[index], bytes, size);

    if (reason != FWD_OK)
        return reason;
    if (fwd_header_decode(bytes, size, &header) != FWD_OK || header.kind != FWD_KIND_TRUST ||
        FWD_HEADER_SIZE + (uint32_t)header.manifest_size + FWD_SIGBLOCK_HEAD > size)
        return FWD_E_TRUST_SET;
    uint32_t signed_size = FWD_HEADER_SIZE + (uint32_t)header.manifest_size;
    return fwd_parse_stored(bytes, signed_size, size - signed_size, package);
}

static bool is_built_in(const struct fwd_keyring *keyring, const struct fwd_unverified *package)
{
    const struct fwd_keyring_config *config = keyring->config;

    return package->signed_size == config->built_in_size &&
           memcmp(package->signed_bytes, config->built_in, config->built_in_size) == 0;
}

enum fwd_reason fwd_chain_authenticate(struct fwd_keyring *keyring,
    const struct fwd_keyring_set *set, const struct fwd_unverified *package,
    struct fwd_trusted *trusted)
{
    struct fwd_ports ports = *keyring->config->device->ports;

    ports.keys = &keyring->port;
    fwd_chain_use(keyring, set);
    enum fwd_reason reason = fwd_authenticate(package, &ports, 0, trusted);
    fwd_chain_use(keyring, &keyring->newest);
    fwd_alive(&ports);
    return reason;
}

/* Signed by as many keys of keyring->other as it wants, each of which may sign trust sets? */
static enum fwd_reason authenticate(
    struct fwd_keyring *keyring, const struct fwd_unverified *package, struct fwd_trusted *trusted)
{
    const struct fwd_component trust_set = {.role = FWD_ROLE_TRUST};
    enum fwd_reason reason = fwd_chain_authenticate(keyring, &keyring->other, package, trusted);

    return reason == FWD_OK ? fwd_authenticate_authority(trusted, &trust_set, false) : reason;
}

/* From keyring->other to the set of this package. */
static enum fwd_reason follow(
    struct fwd_keyring *keyring, const struct fwd_unverified *package, struct fwd_trusted *trusted)
{
    uint32_t before = keyring->other.set.version;
    enum fwd_reason reason = authenticate(keyring, package, trusted);

    if (reason == FWD_OK)
        reason = fwd_plan_product(keyring->config->device, &trusted->manifest);
    if (reason == FWD_OK && trusted->manifest.trust == NULL)
        reason = FWD_E_TRUST_SET;
    if (reason == FWD_OK)
        reason = fwd_chain_decode(
            keyring, trusted->manifest.trust, trusted->manifest.trust_size, &keyring->other);
    if (reason == FWD_OK && keyring->other.set.version <= before)
        reason = FWD_E_TRUST_OLD;
    /* Also by its own: keys that nobody has do not come into force. */
    if (reason == FWD_OK)
        reason = authenticate(keyring, package, trusted);
    memcpy(keyring->other.session, trusted->session, FWD_SESSION_SIZE);
    return reason;
}

/* From the oldest link on: those before the built-in set lead nowhere. */
enum fwd_reason fwd_chain_walk(struct fwd_keyring *keyring, const struct fwd_input *input,
    uint8_t target, struct fwd_trusted *trusted, struct fwd_chain *chain)
{
    struct fwd_unverified package;
    bool rooted = false;
    enum fwd_reason reason = find_links(keyring, input, chain);

    chain->size = input->size;
    chain->contains = keyring->size == 0;
    for (uint8_t i = chain->count; reason == FWD_OK && i-- > target;) {
        reason = load_link(keyring, input, chain, i, &package);
        if (reason == FWD_OK && rooted) {
            reason = follow(keyring, &package, trusted);
            if (fwd_digest_equal(keyring->other.session, keyring->newest.session, FWD_SESSION_SIZE))
                chain->contains = true;
        } else if (reason == FWD_OK && is_built_in(keyring, &package)) {
            rooted = true;
            chain->root = i;
            reason = fwd_chain_built_in(keyring, trusted, &keyring->other);
        }
    }
    return reason == FWD_OK && !rooted ? FWD_E_TRUST_CHAIN : reason;
}
