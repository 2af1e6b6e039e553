#include "cli/sign/signature_out.h"

#include "cli/common/json_out.h"
#include "keys/crypto_port.h"
#include "keys/signing/signed_package.h"

#include <stdio.h>

static json_t *signers_json(const struct fwd_signed_package *package)
{
    json_t *list = json_array();
    for (uint8_t i = 0; i < package->block.count; i++) {
        const struct fwd_signature *signature = &package->block.signatures[i];
        const struct fwd_algorithm *algorithm = fwd_algorithm_by_id(signature->algorithm);
        json_array_append_new(
            list, json_pack("{s:o, s:o}", "algorithm",
                      fwd_json_out_string(algorithm != NULL ? algorithm->name : NULL), "key_id",
                      fwd_json_out_hex(signature->key_id, FWD_KEY_ID_SIZE)));
    }
    return list;
}

enum fwd_fail fwd_signature_out(
    const struct fwd_args *args, const struct fwd_signature_out *out, struct fwd_error *err)
{
    struct fwd_signed_package package;
    uint8_t digest[FWD_DIGEST_SIZE];
    char id[FWD_KEYID_TEXT_SIZE];
    enum fwd_fail fail =
        fwd_signed_package_open(out->path, out->package->data, out->package->size, &package, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    if (fwd_args_has(args, "json")) {
        if (!fwd_crypto_port_sha256(out->package->data, out->package->size, digest))
            return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "SHA-256 cannot be computed");
        return fwd_json_out("signatures",
            json_pack("{s:o, s:I, s:o, s:i, s:o}", "file", fwd_json_out_string(out->path), "size",
                (json_int_t)out->package->size, "sha256", fwd_json_out_hex(digest, sizeof digest),
                "removed", (int)out->removed, "signers", signers_json(&package)),
            err);
    }
    if (out->removed > 0)
        printf("removed %u signature%s\n", out->removed, out->removed == 1 ? "" : "s");
    if (out->key != NULL) {
        fwd_keyid_text(out->key->id, id);
        printf("%s key %s (%s); ", out->did, id, out->key->algorithm->title);
    }
    printf("signatures now: %u\n", package.block.count);
    return FWD_FAIL_NONE;
}
