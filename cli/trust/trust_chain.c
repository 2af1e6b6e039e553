#include "cli/trust/trust_chain.h"

#include "format/header.h"
#include "keys/crypto_port.h"
#include "keys/signing/signed_package.h"
#include "keys/trust_package.h"
#include "verify/keyring/keyring_chain.h"
#include "verify/trust/authenticate.h"

#include <stdlib.h>
#include <string.h>

static enum fwd_fail read_link(const char *name, const uint8_t *bytes, size_t size,
    struct fwd_trust_link *link, struct fwd_signed_package *package, struct fwd_error *err)
{
    enum fwd_fail fail = fwd_signed_package_open(name, bytes, size, package, err);

    if (fail != FWD_FAIL_NONE)
        return fail;
    if (package->header.kind != FWD_KIND_TRUST ||
        fwd_manifest_decode(package->signed_bytes + FWD_HEADER_SIZE, package->header.manifest_size,
            package->header.payload_size, &link->manifest) != FWD_OK ||
        link->manifest.trust == NULL ||
        !fwd_trust_set_decode(link->manifest.trust, link->manifest.trust_size, &link->set))
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: a trust package is expected, found something else; 'fwdelta trust create' makes "
            "one",
            name);
    for (uint8_t i = 0; i < package->block.count; i++)
        memcpy(link->signers[link->signer_count++], package->block.signatures[i].key_id,
            FWD_KEY_ID_SIZE);
    for (uint8_t i = 0; i < link->set.key_count; i++) {
        uint8_t digest[FWD_DIGEST_SIZE] = {0};
        (void)fwd_crypto_port_sha256(link->set.keys[i].der, link->set.keys[i].der_size, digest);
        memcpy(link->ids[i], digest, FWD_KEY_ID_SIZE);
    }
    return FWD_FAIL_NONE;
}

static enum fwd_reason read_bytes(void *ctx, uint32_t offset, void *buf, uint32_t size)
{
    const struct fwd_bytes *bytes = ctx;

    memcpy(buf, bytes->data + offset, size);
    return FWD_OK;
}

/* What a device says whose boot loader has these signed bytes. */
static enum fwd_reason walk(struct fwd_keyring *keyring, struct fwd_update *update,
    struct fwd_bytes *package, struct fwd_trust_chain *out)
{
    struct fwd_input input = {package, read_bytes, (uint32_t)package->size};
    struct fwd_chain chain = {.root = 0};
    uint8_t buf[512];
    enum fwd_reason reason = fwd_keyring_open(keyring, keyring->config, update);

    if (reason == FWD_OK)
        reason = fwd_chain_walk(keyring, &input, 0, &update->trusted, &chain);
    out->root = chain.root;
    if (reason == FWD_OK && chain.root > 0)
        reason = fwd_authenticate_payload(
            &update->trusted, &input, update->device->ports, buf, sizeof buf);
    return reason;
}

static enum fwd_fail check(struct fwd_trust_chain *chain, struct fwd_bytes *package,
    const struct fwd_signed_package *root, struct fwd_error *err)
{
    struct fwd_host_crypto crypto;
    struct fwd_keyring *keyring = calloc(1, sizeof *keyring);
    struct fwd_update *update = calloc(1, sizeof *update);
    uint8_t *memory = malloc((size_t)3 * FWD_SIGBLOCK_MAX);
    struct fwd_ports ports = {.keys = keyring != NULL ? &keyring->port : NULL};
    struct fwd_device device = {
        .ports = &ports, .hardware_revision = chain->links[0].manifest.hardware_min};
    struct fwd_keyring_config config = {.device = &device,
        .built_in = root->signed_bytes,
        .built_in_size = (uint32_t)root->signed_size,
        .link_max = FWD_SIGBLOCK_MAX,
        .memory = memory};
    enum fwd_fail fail = fwd_crypto_port_init(&crypto, err);

    if (fail == FWD_FAIL_NONE && (keyring == NULL || update == NULL || memory == NULL))
        fail = fwd_error_memory(err, "the trust package");
    if (fail == FWD_FAIL_NONE) {
        fwd_crypto_port_trust_keys(&crypto);
        ports.crypto = &crypto.port;
        update->device = &device;
        keyring->config = &config;
        chain->reason = walk(keyring, update, package, chain);
    }
    fwd_crypto_port_free(&crypto);
    free(memory);
    free(update);
    free(keyring);
    return fail;
}

enum fwd_fail fwd_trust_chain_read(const char *name, const struct fwd_bytes *package,
    const struct fwd_bytes *built_in, struct fwd_trust_chain *chain, struct fwd_error *err)
{
    struct fwd_bytes bytes = *package;
    struct fwd_signed_package one, root;
    size_t left = package->size;

    memset(chain, 0, sizeof *chain);
    do {
        if (chain->count == FWD_TRUST_CHAIN_MAX)
            return fwd_error_fail(
                err, FWD_FAIL_REFUSED, "%s: holds more than %u sets", name, FWD_TRUST_CHAIN_MAX);
        enum fwd_fail fail = read_link(name, package->data + (package->size - left), left,
            &chain->links[chain->count++], &one, err);
        if (fail != FWD_FAIL_NONE)
            return fail;
        left = one.payload_size;
    } while (left > 0);
    root = one;
    if (built_in != NULL) {
        enum fwd_fail fail = fwd_signed_package_open(
            "the built-in trust set", built_in->data, built_in->size, &root, err);
        if (fail != FWD_FAIL_NONE)
            return fail;
    }
    return check(chain, &bytes, &root, err);
}

enum fwd_fail fwd_trust_chain_accepted(
    const char *path, const struct fwd_trust_chain *chain, struct fwd_error *err)
{
    const struct fwd_reason_info *info = fwd_reason_info(chain->reason);

    if (chain->reason == FWD_OK)
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: devices refuse it with code %u: %s (%s); what to do: %s", path, info->code,
        info->meaning, info->name, info->advice);
}

enum fwd_fail fwd_trust_chain_check(const char *path, struct fwd_error *err)
{
    struct fwd_bytes package = {NULL, 0};
    struct fwd_trust_chain *chain = malloc(sizeof *chain);
    enum fwd_fail fail = chain != NULL ? FWD_FAIL_NONE : fwd_error_memory(err, path);

    if (fail == FWD_FAIL_NONE)
        fail = fwd_file_read_as("a trust package", path, FWD_TRUST_PACKAGE_MAX, &package, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_trust_chain_read(path, &package, NULL, chain, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_trust_chain_accepted(path, chain, err);
    fwd_bytes_free(&package);
    free(chain);
    return fail;
}

enum fwd_fail fwd_trust_chain_verify(
    const char *path, const char *built_in_path, bool json, struct fwd_error *err)
{
    struct fwd_bytes package = {NULL, 0}, built_in = {NULL, 0};
    struct fwd_trust_chain *chain = malloc(sizeof *chain);
    enum fwd_fail fail = chain != NULL ? FWD_FAIL_NONE : fwd_error_memory(err, path);

    if (fail == FWD_FAIL_NONE)
        fail = fwd_file_read_as("a trust package", path, FWD_TRUST_PACKAGE_MAX, &package, err);
    if (fail == FWD_FAIL_NONE && built_in_path != NULL)
        fail = fwd_file_read_as(
            "a trust package", built_in_path, FWD_TRUST_PACKAGE_MAX, &built_in, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_trust_chain_read(
            path, &package, built_in_path != NULL ? &built_in : NULL, chain, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_trust_chain_show(path, chain, json, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_trust_chain_accepted(path, chain, err);
    fwd_bytes_free(&built_in);
    fwd_bytes_free(&package);
    free(chain);
    return fail;
}
