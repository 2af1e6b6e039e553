/* fwdelta sign: adds a signature made with a private key file. */
#include "cli/common/key_option.h"
#include "cli/common/package_file.h"

#include <stdio.h>

static const struct fwd_option options[] = {
    {"key", 'k', "FILE", false, "private key (PEM)"},
    {"passphrase-file", 0, "FILE", false, "its passphrase is the first line of FILE"},
    {"output", 'o', "FILE", false, "write the signed package there; default: change PKG itself"},
    {"force", 'f', NULL, false, "replace an existing output file"},
    {0},
};

static int run(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_bytes bytes = {NULL, 0};
    struct fwd_bytes out = {NULL, 0};
    struct fwd_signed_package package;
    struct fwd_keypair key = {0};
    char id[FWD_KEYID_TEXT_SIZE];
    const char *path = args->operands[0];
    const char *key_path = fwd_args_text(args, "key");
    if (key_path == NULL)
        return (int)fwd_error_fail(
            err, FWD_FAIL_USAGE, "--key FILE is missing: the private key to sign with");
    enum fwd_fail fail = fwd_package_file_check_output(args, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_package_file_open(path, &bytes, &package, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_key_option_read(args, key_path, &key, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_signed_package_sign(&package, &key, &out, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_package_file_update(args, path, &out, err);
    if (fail == FWD_FAIL_NONE) {
        fwd_keyid_text(key.id, id);
        printf("signed with key %s (%s); signatures now: %u\n", id, key.algorithm->title,
            package.block.count + 1u);
    }
    fwd_keypair_free(&key);
    fwd_bytes_free(&out);
    fwd_bytes_free(&bytes);
    return (int)fail;
}

const struct fwd_subcommand fwd_command_sign = {
    .name = "sign",
    .operands = "PKG --key FILE",
    .operands_min = 1,
    .operands_max = 1,
    .summary = "add a signature to a package",
    .about = "Adds a signature to a package. Signatures that are there stay valid; up to 4 fit.",
    .options = options,
    .run = run,
};
