/* fwdelta sign: adds a signature made with a private key. */
#include "cli/common/package_file.h"
#include "cli/sign/key_option.h"
#include "cli/sign/signature_out.h"

static const struct fwd_option options[] = {
    {"key", 'k', "KEY", false, "private key: a file, or a pkcs11: URI"},
    FWD_KEY_OPTIONS,
    {"replace", 0, NULL, false, "the new signature takes the place of all that are there"},
    {"output", 'o', "FILE", false, "write the signed package there; default: change PKG itself"},
    {"force", 'f', NULL, false, "replace an existing output file"},
    {"json", 'j', NULL, false, "report as JSON"},
    {0},
};

/* With --replace what is signed is the package without its signatures. */
static enum fwd_fail make(const struct fwd_args *args, const struct fwd_signed_package *package,
    const struct fwd_keypair *key, struct fwd_bytes *out, struct fwd_error *err)
{
    struct fwd_bytes bare = {NULL, 0};
    struct fwd_signed_package stripped;
    if (!fwd_args_has(args, "replace"))
        return fwd_signed_package_sign(package, key, out, err);
    enum fwd_fail fail = fwd_signed_package_remove(package, UINT32_MAX, &bare, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_signed_package_open(package->name, bare.data, bare.size, &stripped, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_signed_package_sign(&stripped, key, out, err);
    fwd_bytes_free(&bare);
    return fail;
}

static int run(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_bytes bytes = {NULL, 0};
    struct fwd_bytes out = {NULL, 0};
    struct fwd_signed_package package;
    struct fwd_keypair key = {0};
    const char *path = args->operands[0];
    const char *key_path = fwd_args_text(args, "key");
    if (key_path == NULL)
        return (int)fwd_error_fail(err, FWD_FAIL_USAGE,
            "--key KEY is missing: the private key to sign with, a file or a pkcs11: URI");
    enum fwd_fail fail = fwd_package_file_open(path, &bytes, &package, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_key_option_read(args, key_path, &key, err);
    if (fail == FWD_FAIL_NONE)
        fail = make(args, &package, &key, &out, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_package_file_update(args, path, &out, NULL, err);
    if (fail == FWD_FAIL_NONE) {
        const char *output = fwd_args_text(args, "output");
        const struct fwd_signature_out said = {.did = "signed with",
            .key = &key,
            .removed = fwd_args_has(args, "replace") ? package.block.count : 0,
            .package = &out,
            .path = output != NULL ? output : path};
        fail = fwd_signature_out(args, &said, err);
    }
    fwd_keypair_free(&key);
    fwd_bytes_free(&out);
    fwd_bytes_free(&bytes);
    return (int)fail;
}

const struct fwd_subcommand fwd_command_sign = {
    .name = "sign",
    .operands = "PKG --key KEY",
    .operands_min = 1,
    .operands_max = 1,
    .summary = "add a signature to a package",
    .about =
        "Adds a signature to a package. Signatures that are there stay valid; up to 4 fit. The\n"
        "key is a file, or in a PKCS#11 token: 'pkcs11:token=release;object=firmware'.",
    .options = options,
    .run = run,
};
