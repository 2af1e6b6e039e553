#include "verify/trust/authenticate.h"

#include "format/cursor.h"
#include "verify/flash/area.h"
#include "verify/flash/hash.h"

#include <string.h>

static bool same_key_twice(const struct fwd_sigblock *block, uint8_t index)
{
    for (uint8_t i = 0; FWD_CONFIG_SIGNATURES > 1 && i < index; i++) {
        if (memcmp(block->signatures[i].key_id, block->signatures[index].key_id, FWD_KEY_ID_SIZE) ==
            0)
            return true;
    }
    return false;
}

/* One entry: FWD_OK and a signer more, or FWD_E_UNKNOWN_SIGNER / FWD_E_KEY_INVALID (does not
 * count), or the reason to refuse the package. */
static enum fwd_reason check_entry(const struct fwd_unverified *package,
    const struct fwd_ports *ports, uint8_t index, struct fwd_trusted *trusted)
{
    const struct fwd_signature *signature = &package->sigblock.signatures[index];
    uint8_t signer = FWD_CONFIG_SIGNATURES == 1 ? 0 : trusted->signer_count;
    struct fwd_key *key = &trusted->signers[signer];
    enum fwd_reason reason = ports->keys->find(ports->keys->ctx, signature->key_id, key);

    if (reason != FWD_OK)
        return reason;
    if (same_key_twice(&package->sigblock, index))
        return FWD_E_DUPLICATE_SIGNER;
    if (key->algorithm != signature->algorithm)
        return FWD_E_UNKNOWN_SIGNER; /* the same key under another algorithm is not known to us */
    /* volatile: what was returned is looked at twice, in two ways */
    volatile enum fwd_verdict verdict = ports->crypto->verify(ports->crypto->ctx, key,
        package->signed_bytes, package->signed_size, signature->bytes, signature->size);
    switch (verdict) {
    case FWD_SIGNATURE_VALID:
        trusted->vouched += (uint32_t)verdict;
        trusted->counted[signer] = index;
        trusted->signer_count++;
        return FWD_OK;
    case FWD_SIGNATURE_KEY_UNUSABLE:
        return FWD_E_KEY_INVALID;
    case FWD_SIGNATURE_INVALID:
        break;
    }
    return FWD_E_BAD_SIGNATURE;
}

static enum fwd_reason check_signatures(const struct fwd_unverified *package,
    const struct fwd_ports *ports, uint8_t threshold, struct fwd_trusted *trusted)
{
    enum fwd_reason unusable = FWD_E_UNKNOWN_SIGNER;

    if (package->sigblock.count == 0)
        return FWD_E_UNSIGNED;
    if (ports->keys->count(ports->keys->ctx) == 0)
        return FWD_E_NO_KEYS;
    for (uint8_t i = 0; i < FWD_SIGNATURES(package->sigblock.count); i++) {
        enum fwd_reason reason = check_entry(package, ports, i, trusted);
        if (reason == FWD_E_KEY_INVALID)
            unusable = reason;
        else if (reason != FWD_OK && reason != FWD_E_UNKNOWN_SIGNER)
            return reason;
    }
    if (trusted->signer_count == 0)
        return unusable;
    return trusted->signer_count < threshold ? FWD_E_TOO_FEW_SIGNATURES : FWD_OK;
}

/* Of a staged copy nobody has compared it with what is stored: a sum beyond 32 bits stays huge. */
static uint32_t package_size(const struct fwd_unverified *package)
{
    uint32_t payload = package->header.payload_size;

    return payload < UINT32_MAX - package->payload_offset ? package->payload_offset + payload
                                                          : UINT32_MAX;
}

enum fwd_reason fwd_authenticate(const struct fwd_unverified *package,
    const struct fwd_ports *ports, uint8_t threshold, struct fwd_trusted *trusted)
{
    enum fwd_reason reason;

    memset(trusted, 0, sizeof *trusted);
    if (ports->keys->threshold != NULL)
        threshold = *ports->keys->threshold;
    trusted->threshold = threshold > 0 ? threshold : 1;
    reason = check_signatures(package, ports, trusted->threshold, trusted);
    if (reason != FWD_OK)
        return reason;
    trusted->kind = package->header.kind;
    trusted->minor = package->header.minor;
    trusted->signed_size = package->signed_size;
    trusted->sigblock_size = package->sigblock.block_size;
    trusted->payload_offset = package->payload_offset;
    trusted->payload_size = package->header.payload_size;
    trusted->payload_digest = package->header.payload_digest;
    trusted->package_size = package_size(package);
    reason = fwd_hash_bytes(ports, FWD_HASH_PAYLOAD, package->signed_bytes, package->signed_size,
        trusted->session, FWD_SESSION_SIZE);
    if (reason != FWD_OK)
        return reason;
    return fwd_manifest_decode(package->signed_bytes + FWD_HEADER_SIZE,
        package->header.manifest_size, trusted->payload_size, &trusted->manifest);
}

enum fwd_reason fwd_authenticate_started(const struct fwd_unverified *package,
    const struct fwd_device *device, struct fwd_trusted *trusted)
{
    const struct fwd_keys_port *keys = device->ports->keys;

    return keys->started != NULL
               ? keys->started(keys->ctx, package, trusted)
               : fwd_authenticate(package, device->ports, device->policy.threshold, trusted);
}

enum fwd_reason fwd_authenticate_payload(const struct fwd_trusted *trusted,
    const struct fwd_input *package, const struct fwd_ports *ports, uint8_t *buf, uint32_t room)
{
    uint8_t digest[FWD_DIGEST_SIZE];
    enum fwd_reason reason = fwd_hash_begin(ports, FWD_HASH_PAYLOAD);

    for (uint32_t done = 0; done < trusted->payload_size && reason == FWD_OK;) {
        uint32_t left = trusted->payload_size - done;
        uint32_t piece = left < room ? left : room;
        reason = fwd_input_read(package, trusted->payload_offset + done, buf, piece);
        if (reason == FWD_OK)
            reason = fwd_hash_add(ports, FWD_HASH_PAYLOAD, buf, piece);
        fwd_alive(ports);
        done += piece;
    }
    if (reason == FWD_OK)
        reason = fwd_hash_end(ports, FWD_HASH_PAYLOAD, digest);
    if (reason != FWD_OK)
        return reason;
    return fwd_digest_equal(digest, trusted->payload_digest, FWD_DIGEST_SIZE)
               ? FWD_OK
               : FWD_E_PAYLOAD_DIGEST;
}

static bool key_covers_product(const struct fwd_key *key, struct fwd_text product)
{
    for (uint8_t i = 0; i < key->product_count; i++) {
        if (fwd_text_equal(key->products[i], product))
            return true;
    }
    return key->product_count == 0;
}

bool fwd_authenticate_covers(const struct fwd_trusted *trusted, uint8_t signer,
    const struct fwd_component *component, bool raises)
{
    const struct fwd_key *key = &trusted->signers[FWD_CONFIG_SIGNATURES == 1 ? 0 : signer];
    const struct fwd_manifest *manifest = &trusted->manifest;

    if ((key->roles >> component->role & 1) == 0 || (raises && !key->may_raise_counter))
        return false;
    for (uint8_t i = 0; i < manifest->product_count; i++) {
        if (!key_covers_product(key, manifest->products[i]))
            return false;
    }
    /* A package for any product needs a key for any product. */
    return manifest->product_count > 0 || key->product_count == 0;
}

enum fwd_reason fwd_authenticate_authority(
    const struct fwd_trusted *trusted, const struct fwd_component *component, bool raises)
{
    uint8_t count = 0;

    for (uint8_t i = 0; i < FWD_SIGNATURES(trusted->signer_count); i++) {
        if (fwd_authenticate_covers(trusted, i, component, raises))
            count++;
    }
    return count >= trusted->threshold ? FWD_OK : FWD_E_NOT_AUTHORISED;
}
