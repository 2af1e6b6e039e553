#include "keys/signing/signed_package.h"

#include "keys/ecdsa_der.h"
#include "keys/signature.h"
#include "keys/signing/signature_form.h"

#include <stdlib.h>
#include <string.h>

enum fwd_reason fwd_signed_package_divide(
    const char *name, const uint8_t *bytes, size_t size, struct fwd_signed_package *package)
{
    uint32_t block_size = 0;
    *package = (struct fwd_signed_package){.name = name};
    enum fwd_reason reason = fwd_header_decode(bytes, size, &package->header);
    if (reason != FWD_OK)
        return reason;
    package->signed_bytes = bytes;
    package->signed_size = (size_t)FWD_HEADER_SIZE + package->header.manifest_size;
    if (package->signed_size > size)
        return FWD_E_MANIFEST_SIZE;
    const uint8_t *block = bytes + package->signed_size;
    size_t left = size - package->signed_size;
    reason = fwd_sigblock_head(block, left, &block_size);
    if (reason != FWD_OK)
        return reason;
    if (block_size > left)
        return FWD_E_SIGBLOCK_SIZE;
    uint64_t sum =
        (uint64_t)package->signed_size + block_size + (uint64_t)package->header.payload_size;
    if (sum != size)
        return FWD_E_STORED_LENGTH;
    package->payload = block + block_size;
    package->payload_size = package->header.payload_size;
    return fwd_sigblock_decode(block, block_size, &package->block);
}

enum fwd_fail fwd_signed_package_open(const char *name, const uint8_t *bytes, size_t size,
    struct fwd_signed_package *package, struct fwd_error *err)
{
    enum fwd_reason reason = fwd_signed_package_divide(name, bytes, size, package);
    if (reason == FWD_OK)
        return FWD_FAIL_NONE;
    const struct fwd_reason_info *info = fwd_reason_info(reason);
    return fwd_error_fail(err, FWD_FAIL_REFUSED, "%s: is not a whole package: %s (%s); %s", name,
        info->meaning, info->name, info->advice);
}

bool fwd_signed_package_has(const struct fwd_signed_package *package, const struct fwd_keypair *key)
{
    for (uint8_t i = 0; i < package->block.count; i++) {
        if (memcmp(package->block.signatures[i].key_id, key->id, FWD_KEY_ID_SIZE) == 0)
            return true;
    }
    return false;
}

static enum fwd_fail check_room(
    const struct fwd_signed_package *package, const struct fwd_keypair *key, struct fwd_error *err)
{
    char id[FWD_KEYID_TEXT_SIZE];
    if (fwd_signed_package_has(package, key)) {
        fwd_keyid_text(key->id, id);
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: is signed with key %s already; a key signs once", package->name, id);
    }
    if (package->block.count >= FWD_SIGNATURES_MAX)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: has %u signatures already, and a package holds no more", package->name,
            FWD_SIGNATURES_MAX);
    return FWD_FAIL_NONE;
}

/* The package again with one signature more, after those that are there. */
static enum fwd_fail append(const struct fwd_signed_package *package,
    const struct fwd_signature *signature, struct fwd_bytes *out, struct fwd_error *err)
{
    struct fwd_signature all[FWD_SIGNATURES_MAX];
    uint8_t count = package->block.count;
    memcpy(all, package->block.signatures, sizeof all);
    all[count++] = *signature;
    size_t block = fwd_sigblock_size(all, count);
    uint64_t body = (uint64_t)package->signed_size + package->payload_size;
    if (block > FWD_SIGBLOCK_MAX || body + block > UINT32_MAX)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: there is no room for another signature: the signature block may have %u bytes and "
            "the package 4 GiB - 1",
            package->name, FWD_SIGBLOCK_MAX);
    out->size = (size_t)body + block;
    out->data = malloc(out->size);
    if (out->data == NULL) {
        out->size = 0;
        return fwd_error_memory(err, package->name);
    }
    memcpy(out->data, package->signed_bytes, package->signed_size);
    memcpy(out->data + package->signed_size + block, package->payload, package->payload_size);
    if (fwd_sigblock_encode(all, count, out->data + package->signed_size, block))
        return FWD_FAIL_NONE;
    fwd_bytes_free(out);
    return fwd_error_fail(
        err, FWD_FAIL_REFUSED, "%s: the signature does not fit the format", package->name);
}

/* Checks before it appends: what does not verify never gets into a package. */
static enum fwd_fail append_checked(const struct fwd_signed_package *package,
    const struct fwd_keypair *key, const uint8_t *bytes, size_t size, const char *sig_name,
    struct fwd_bytes *out, struct fwd_error *err)
{
    struct fwd_signature signature = {
        .algorithm = key->algorithm->id, .key_id = key->id, .bytes = bytes, .size = (uint32_t)size};
    if (fwd_signature_check(key, key->algorithm->id, package->signed_bytes, package->signed_size,
            bytes, size) == FWD_SIGNATURE_VALID)
        return append(package, &signature, out, err);
    const char *why =
        fwd_signature_form_explain(key, package->signed_bytes, package->signed_size, bytes, size);
    if (why != NULL)
        return fwd_error_fail(
            err, FWD_FAIL_REFUSED, "%s: is not a signature as packages have it: %s", sig_name, why);
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: is not a signature of this %s key over the signed bytes of %s; sign exactly what "
        "`fwdelta tbs` writes, with the private key that belongs to this public key",
        sig_name, key->algorithm->title, package->name);
}

enum fwd_fail fwd_signed_package_sign(const struct fwd_signed_package *package,
    const struct fwd_keypair *key, struct fwd_bytes *out, struct fwd_error *err)
{
    uint8_t signature[FWD_SIGNATURE_ROOM];
    size_t size = 0;
    *out = (struct fwd_bytes){NULL, 0};
    enum fwd_fail fail = check_room(package, key, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_signature_make(
            key, package->signed_bytes, package->signed_size, signature, &size, err);
    if (fail == FWD_FAIL_NONE)
        fail = append_checked(package, key, signature, size, "the new signature", out, err);
    return fail;
}

static enum fwd_fail fail_shape(
    const char *sig_name, size_t size, const struct fwd_algorithm *algorithm, struct fwd_error *err)
{
    if (algorithm->raw_size != 0)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: is neither a DER signature nor raw r and s of %zu bytes, as the key's algorithm "
            "(%s) needs; found %zu bytes",
            sig_name, algorithm->raw_size, algorithm->title, size);
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: a signature of the key's algorithm (%s) is %zu binary bytes; found %zu: give the file "
        "that "
        "the signing made",
        sig_name, algorithm->title, algorithm->signature_max, size);
}

enum fwd_fail fwd_signed_package_attach(const struct fwd_signed_package *package,
    const char *sig_name, const uint8_t *signature, size_t signature_size,
    const struct fwd_keypair *key, struct fwd_bytes *out, struct fwd_error *err)
{
    uint8_t der[FWD_SIGNATURE_ROOM];
    const struct fwd_algorithm *algorithm = key->algorithm;
    *out = (struct fwd_bytes){NULL, 0};
    enum fwd_fail fail = check_room(package, key, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    bool fits = algorithm->raw_size != 0 ? fwd_ecdsa_der_check(signature, signature_size)
                                         : signature_size == algorithm->signature_max;
    /* DER first: a DER signature can have the length of a raw one, a raw one is hardly ever DER */
    if (!fits && algorithm->raw_size != 0 && signature_size == algorithm->raw_size) {
        size_t der_size = fwd_ecdsa_der_from_raw(signature, signature_size, der, sizeof der);
        if (der_size != 0) {
            signature = der;
            signature_size = der_size;
            fits = true;
        }
    }
    if (!fits)
        return fail_shape(sig_name, signature_size, algorithm, err);
    return append_checked(package, key, signature, signature_size, sig_name, out, err);
}
