/* fwdelta attach: adds a signature that was made elsewhere. */
#include "cli/common/package_file.h"
#include "cli/sign/signature_out.h"
#include "keys/keyfile.h"
#include "keys/signing/signature_form.h"

static const struct fwd_option options[] = {
    {"sig", 's', "FILE", false, "the signature: binary or base64, for ECDSA as DER or r || s"},
    {"pub", 'p', "FILE", false, "the public key (PEM or DER) that it is checked with"},
    {"output", 'o', "FILE", false, "write the signed package there; default: change PKG itself"},
    {"force", 'f', NULL, false, "replace an existing output file"},
    {"json", 'j', NULL, false, "report as JSON"},
    {0},
};

static int run(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_bytes bytes = {NULL, 0};
    struct fwd_bytes signature = {NULL, 0};
    struct fwd_bytes out = {NULL, 0};
    struct fwd_signed_package package;
    struct fwd_keypair key = {0};
    const char *path = args->operands[0];
    const char *sig_path = fwd_args_text(args, "sig");
    const char *key_path = fwd_args_text(args, "pub");
    if (sig_path == NULL || key_path == NULL)
        return (int)fwd_error_fail(err, FWD_FAIL_USAGE,
            "--sig FILE and --pub KEY are needed: the signature and the public key to check it "
            "with");
    enum fwd_fail fail = fwd_package_file_open(path, &bytes, &package, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_file_read_as("a signature", sig_path, FWD_SIGNATURE_FORM_MAX, &signature, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_signature_form_decode(sig_path, &signature, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_keyfile_read_public(key_path, &key, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_signed_package_attach(
            &package, sig_path, signature.data, signature.size, &key, &out, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_package_file_update(args, path, &out, NULL, err);
    if (fail == FWD_FAIL_NONE) {
        const char *output = fwd_args_text(args, "output");
        const struct fwd_signature_out said = {.did = "attached the signature of",
            .key = &key,
            .package = &out,
            .path = output != NULL ? output : path};
        fail = fwd_signature_out(args, &said, err);
    }
    fwd_keypair_free(&key);
    fwd_bytes_free(&out);
    fwd_bytes_free(&signature);
    fwd_bytes_free(&bytes);
    return (int)fail;
}

const struct fwd_subcommand fwd_command_attach = {
    .name = "attach",
    .operands = "PKG --sig FILE --pub KEY",
    .operands_min = 1,
    .operands_max = 1,
    .summary = "add a signature that was made elsewhere",
    .about =
        "Checks a signature over the bytes that 'fwdelta tbs' writes, and adds it. Signatures\n"
        "can be attached in any order; those that are there stay valid.",
    .options = options,
    .run = run,
};
