#include "keys/trust_package.h"

#include "format/header.h"
#include "format/sigblock.h"
#include "format/trust_set.h"
#include "keys/crypto_port.h"
#include "keys/keyfile.h"

#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- making ---------------------------------------------------------------------------------- */

static enum fwd_fail add_key(struct fwd_trust_set *set, const struct fwd_trust_entry *entry,
    struct fwd_bytes *der, struct fwd_error *err)
{
    struct fwd_trust_key *key = &set->keys[set->key_count];
    enum fwd_fail fail = fwd_keyfile_encode_public(&entry->key, false, der, err);

    if (fail != FWD_FAIL_NONE)
        return fail;
    if (der->size > FWD_TRUST_DER_MAX)
        return fwd_error_fail(
            err, FWD_FAIL_REFUSED, "%s: the key is too large for a trust set", entry->file);
    if (entry->limits.product_count > FWD_TRUST_PRODUCTS_MAX - set->product_count)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: the keys of a trust set are limited to at most %u products together", entry->file,
            FWD_TRUST_PRODUCTS_MAX);
    *key = (struct fwd_trust_key){.algorithm = entry->key.algorithm->id,
        .may_raise_counter = entry->limits.may_raise_counter,
        .product_first = set->product_count,
        .product_count = entry->limits.product_count,
        .der_size = (uint16_t)der->size,
        .der = der->data,
        .roles = entry->limits.roles};
    for (uint8_t i = 0; i < entry->limits.product_count; i++)
        set->products[set->product_count++] = entry->products[i];
    set->key_count++;
    return FWD_FAIL_NONE;
}

static unsigned signers_of(const struct fwd_trust_set *set, uint32_t role)
{
    unsigned count = 0;

    for (uint8_t i = 0; i < set->key_count; i++)
        count += set->keys[i].roles >> role & 1u;
    return count;
}

static enum fwd_fail explain(const struct fwd_trust_set *set, struct fwd_error *err)
{
    if (signers_of(set, FWD_ROLE_TRUST) < set->threshold)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "--threshold: %u of the keys must sign, and only %u may sign the next trust set (role "
            "\"trust\"); add a key, or lower it",
            set->threshold, signers_of(set, FWD_ROLE_TRUST));
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "--threshold: %u of the keys must sign, and there is no role that as many of the %u may "
        "sign; add a key, or lower it",
        set->threshold, set->key_count);
}

static enum fwd_fail encode_set(const struct fwd_trust *trust,
    const struct fwd_trust_package_options *options, uint8_t bytes[FWD_SIGNED_MAX], size_t *size,
    struct fwd_error *err)
{
    struct fwd_trust_set set = {.version = options->version, .threshold = options->threshold};
    struct fwd_bytes der[FWD_TRUST_KEYS_MAX] = {{NULL, 0}};
    enum fwd_fail fail = FWD_FAIL_NONE;

    if (trust->count > FWD_TRUST_KEYS_MAX)
        return fwd_error_fail(err, FWD_FAIL_REFUSED, "a trust set has at most %u keys, found %zu",
            FWD_TRUST_KEYS_MAX, trust->count);
    for (size_t i = 0; i < trust->count && fail == FWD_FAIL_NONE; i++)
        fail = add_key(&set, trust->entries[i], &der[i], err);
    if (fail == FWD_FAIL_NONE) {
        *size = fwd_trust_set_encode(&set, bytes, FWD_SIGNED_MAX);
        fail = *size > 0 ? FWD_FAIL_NONE : explain(&set, err);
    }
    for (size_t i = 0; i < FWD_TRUST_KEYS_MAX; i++)
        fwd_bytes_free(&der[i]);
    return fail;
}

static size_t encode_manifest(const struct fwd_trust_package_options *options, const uint8_t *set,
    size_t set_size, uint8_t *out)
{
    struct fwd_manifest manifest = {.label = fwd_text_of(options->label)};

    manifest.trust = set;
    manifest.trust_size = (uint16_t)set_size;
    if (options->product_count > FWD_PRODUCTS_MAX)
        return 0;
    for (size_t i = 0; i < options->product_count; i++)
        manifest.products[manifest.product_count++] = fwd_text_of(options->products[i]);
    return fwd_manifest_encode(&manifest, out, FWD_SIGNED_MAX - FWD_HEADER_SIZE);
}

enum fwd_fail fwd_trust_package_make(const struct fwd_trust *trust,
    const struct fwd_trust_package_options *options, struct fwd_bytes *out, struct fwd_error *err)
{
    static const struct fwd_bytes nothing = {NULL, 0};
    const struct fwd_bytes *payload = options->previous != NULL ? options->previous : &nothing;
    uint8_t set[FWD_SIGNED_MAX], digest[FWD_DIGEST_SIZE];
    struct fwd_header header = {.kind = FWD_KIND_TRUST, .major = FWD_FORMAT_MAJOR};
    size_t set_size = 0;
    enum fwd_fail fail = encode_set(trust, options, set, &set_size, err);

    if (fail != FWD_FAIL_NONE)
        return fail;
    out->data = malloc(FWD_SIGNED_MAX + FWD_SIGBLOCK_HEAD + payload->size);
    if (out->data == NULL)
        return fwd_error_memory(err, "the trust package");
    header.manifest_size =
        (uint16_t)encode_manifest(options, set, set_size, out->data + FWD_HEADER_SIZE);
    if (header.manifest_size == 0 ||
        !fwd_crypto_port_sha256(payload->data, payload->size, digest)) {
        fwd_bytes_free(out);
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "the trust set does not fit: at most %u bytes, at most %u products, each of 1 to %u "
            "printable ASCII characters",
            FWD_SIGNED_MAX, FWD_PRODUCTS_MAX, FWD_PRODUCT_MAX);
    }
    header.payload_size = (uint32_t)payload->size;
    header.payload_digest = digest;
    fwd_header_encode(&header, out->data);
    out->size = FWD_HEADER_SIZE + (size_t)header.manifest_size;
    (void)fwd_sigblock_encode(NULL, 0, out->data + out->size, FWD_SIGBLOCK_HEAD);
    out->size += FWD_SIGBLOCK_HEAD;
    if (payload->size > 0)
        memcpy(out->data + out->size, payload->data, payload->size);
    out->size += payload->size;
    return FWD_FAIL_NONE;
}

/* ---- reading --------------------------------------------------------------------------------- */

bool fwd_trust_package_is(const uint8_t *bytes, size_t size)
{
    return size >= 4 && memcmp(bytes, "FWD", 3) == 0 && bytes[3] == FWD_KIND_TRUST;
}

bool fwd_trust_package_is_file(const char *path)
{
    struct stat info;
    uint8_t bytes[4];

    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return false;
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    size_t got = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    return fwd_trust_package_is(bytes, got);
}

static void take_limits(const struct fwd_trust_set *set, const struct fwd_trust_key *key,
    struct fwd_trust_limits *limits)
{
    *limits = (struct fwd_trust_limits){.roles = key->roles,
        .may_raise_counter = key->may_raise_counter,
        .product_count = key->product_count};
    for (uint8_t i = 0; i < key->product_count; i++) {
        const struct fwd_text *product = &set->products[key->product_first + i];
        memcpy(limits->products[i], product->bytes, product->size);
    }
}

static enum fwd_fail take_key(const char *name, const struct fwd_trust_set *set,
    const struct fwd_trust_key *key, struct fwd_trust *trust, struct fwd_error *err)
{
    struct fwd_trust_limits limits;
    struct fwd_keypair pair;
    const uint8_t *der = key->der;
    EVP_PKEY *pkey = d2i_PUBKEY(NULL, &der, key->der_size);

    if (pkey == NULL)
        return fwd_error_fail(
            err, FWD_FAIL_REFUSED, "%s: a key of the trust set cannot be read", name);
    enum fwd_fail fail = fwd_keypair_adopt(name, pkey, &pair, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    if (pair.algorithm->id != key->algorithm) {
        fwd_keypair_free(&pair);
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: a key of the trust set is of another type than the set says", name);
    }
    take_limits(set, key, &limits);
    return fwd_trust_add(trust, &pair, name, &limits, err);
}

enum fwd_fail fwd_trust_package_keys(const char *name, const uint8_t *bytes, size_t size,
    struct fwd_trust *trust, uint8_t *threshold, struct fwd_error *err)
{
    struct fwd_header header;
    struct fwd_manifest manifest;
    struct fwd_trust_set set;

    if (fwd_header_decode(bytes, size, &header) != FWD_OK || header.kind != FWD_KIND_TRUST ||
        header.manifest_size > size - FWD_HEADER_SIZE ||
        fwd_manifest_decode(bytes + FWD_HEADER_SIZE, header.manifest_size, header.payload_size,
            &manifest) != FWD_OK ||
        manifest.trust == NULL || !fwd_trust_set_decode(manifest.trust, manifest.trust_size, &set))
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: a trust package is expected, but it is damaged; make it again with 'fwdelta "
            "trust'",
            name);
    if (threshold != NULL)
        *threshold = set.threshold;
    if (trust->threshold < set.threshold)
        trust->threshold = set.threshold;
    enum fwd_fail fail = FWD_FAIL_NONE;
    for (uint8_t i = 0; i < set.key_count && fail == FWD_FAIL_NONE; i++)
        fail = take_key(name, &set, &set.keys[i], trust, err);
    return fail;
}
