/* fwdelta keygen: a new signing key and its public key. */
#include "cli/common/json_out.h"
#include "cli/common/output_check.h"
#include "cli/sign/key_option.h"

#include <stdio.h>
#include <string.h>

static const struct fwd_option options[] = {
    {"output", 'o', "FILE", false, "private key (PEM, mode 0600); FILE.pub.pem is its public key"},
    {"alg", 'a', "NAME", false, "ed25519 (default), ecdsa-p256, ecdsa-p384, rsa3072-pss"},
    {"encrypt", 0, NULL, false, "encrypt the private key; asks for a passphrase"},
    FWD_KEY_PASSPHRASE_OPTIONS,
    {"force", 'f', NULL, false, "replace existing files"},
    {"json", 'j', NULL, false, "report as JSON"},
    {0},
};

static enum fwd_fail choose_algorithm(
    const struct fwd_args *args, const struct fwd_algorithm **algorithm, struct fwd_error *err)
{
    const char *name = fwd_args_text(args, "alg");
    *algorithm = name != NULL ? fwd_algorithm_by_name(name) : fwd_algorithm_at(0);
    if (*algorithm != NULL)
        return FWD_FAIL_NONE;
    return fwd_error_fail(
        err, FWD_FAIL_USAGE, "--alg: expected one of %s, found '%s'", fwd_algorithm_names(), name);
}

static bool is_public_name(const char *path)
{
    static const char ending[] = ".pub.pem";
    size_t length = strlen(path);
    return length >= strlen(ending) && strcmp(path + length - strlen(ending), ending) == 0;
}

static enum fwd_fail check_outputs(
    const struct fwd_args *args, const char *path, const char *public_path, struct fwd_error *err)
{
    bool force = fwd_args_has(args, "force");
    if (is_public_name(path))
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "%s: is the name of a public key; give the name of the private key, as in -o "
            "release.pem, and the public key is written beside it",
            path);
    enum fwd_fail fail = fwd_output_check(args, path, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_output_check(args, public_path, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_file_may_write(path, force, err);
    return fail == FWD_FAIL_NONE ? fwd_file_may_write(public_path, force, err) : fail;
}

static bool encrypts(const struct fwd_args *args)
{
    return fwd_args_has(args, "encrypt") || fwd_args_has(args, "passphrase-file") ||
           fwd_args_has(args, "passphrase-fd") || fwd_args_has(args, "passphrase-env");
}

static enum fwd_fail write_keys(const struct fwd_args *args, const struct fwd_keypair *key,
    const char *path, struct fwd_error *err)
{
    struct fwd_passphrase passphrase;
    bool force = fwd_args_has(args, "force");
    if (!encrypts(args))
        return fwd_keyfile_write(key, path, NULL, force, err);
    const struct fwd_passphrase_source source = fwd_key_option_passphrase(args);
    enum fwd_fail fail = source.get(source.ctx, path, true, &passphrase, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_keyfile_write(key, path, &passphrase, force, err);
    fwd_passphrase_wipe(&passphrase);
    return fail;
}

static enum fwd_fail report(const struct fwd_args *args, const struct fwd_keypair *key,
    const char *path, const char *public_path, struct fwd_error *err)
{
    char id[FWD_KEYID_TEXT_SIZE];
    if (fwd_args_has(args, "json"))
        return fwd_json_out("keygen",
            json_pack("{s:o, s:o, s:s, s:o, s:o}", "private_key", fwd_json_out_string(path),
                "public_key", fwd_json_out_string(public_path), "algorithm", key->algorithm->name,
                "key_id", fwd_json_out_hex(key->id, FWD_KEY_ID_SIZE), "fingerprint_sha256",
                fwd_json_out_hex(key->id, FWD_KEYID_FULL_SIZE)),
            err);
    fwd_keyid_text(key->id, id);
    printf("private key  %s (%s)\npublic key   %s\nkey id       %s\n", path, key->algorithm->title,
        public_path, id);
    return FWD_FAIL_NONE;
}

static int run(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_keypair key = {0};
    const struct fwd_algorithm *algorithm = NULL;
    char public_path[4096];
    const char *path = fwd_args_text(args, "output");
    if (path == NULL)
        return (int)fwd_error_fail(err, FWD_FAIL_USAGE,
            "-o FILE is missing: say where the private key is to be written, as in -o release.pem");
    enum fwd_fail fail = choose_algorithm(args, &algorithm, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_keyfile_public_path(path, public_path, sizeof public_path, err);
    if (fail == FWD_FAIL_NONE)
        fail = check_outputs(args, path, public_path, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_keypair_generate(algorithm, &key, err);
    if (fail == FWD_FAIL_NONE)
        fail = write_keys(args, &key, path, err);
    if (fail == FWD_FAIL_NONE)
        fail = report(args, &key, path, public_path, err);
    if (fail == FWD_FAIL_NONE && !encrypts(args))
        fprintf(stderr,
            "fwdelta keygen: note: %s is not encrypted: whoever reads it signs for you; --encrypt "
            "asks for a passphrase\n",
            path);
    fwd_keypair_free(&key);
    return (int)fail;
}

const struct fwd_subcommand fwd_command_keygen = {
    .name = "keygen",
    .operands = "-o FILE",
    .summary = "make a signing key and its public key",
    .about =
        "Makes a private key to sign packages with, and beside it the public key that devices\n"
        "check them with: release.pem and release.pub.pem.",
    .options = options,
    .run = run,
};
