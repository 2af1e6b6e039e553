/* fwdelta detach: takes signatures off a package. */
#include "cli/common/package_file.h"
#include "cli/sign/signature_out.h"
#include "keys/keyfile.h"

#include <stdio.h>
#include <string.h>

static const struct fwd_option options[] = {
    {"key-id", 0, "ID", true, "the signature of this key, by its id (16 hex digits)"},
    {"pub", 'p', "FILE", true, "the signature of this key, by its public key"},
    {"all", 0, NULL, false, "all signatures"},
    {"sig", 's', "FILE", false, "write the signature there; 'fwdelta attach' takes it again"},
    {"output", 'o', "FILE", false, "write the package there; default: change PKG itself"},
    {"force", 'f', NULL, false, "replace existing output files"},
    {"json", 'j', NULL, false, "report as JSON"},
    {0},
};

/* Marks the signature of a key; the bit of signature n is n. */
static enum fwd_fail mark(const struct fwd_signed_package *package,
    const uint8_t id[FWD_KEY_ID_SIZE], const char *name, uint32_t *remove, struct fwd_error *err)
{
    for (uint8_t i = 0; i < package->block.count; i++) {
        if (memcmp(package->block.signatures[i].key_id, id, FWD_KEY_ID_SIZE) == 0) {
            *remove |= 1u << i;
            return FWD_FAIL_NONE;
        }
    }
    return fwd_error_fail(
        err, FWD_FAIL_REFUSED, "%s: is not signed with key %s", package->name, name);
}

static enum fwd_fail mark_ids(const struct fwd_args *args, const struct fwd_signed_package *package,
    uint32_t *remove, struct fwd_error *err)
{
    uint8_t id[FWD_KEY_ID_SIZE];
    const char *text;
    size_t at = 0;
    enum fwd_fail fail = FWD_FAIL_NONE;
    while (fail == FWD_FAIL_NONE && (text = fwd_args_next(args, "key-id", &at)) != NULL) {
        if (!fwd_keyid_parse(text, id))
            return fwd_error_fail(err, FWD_FAIL_USAGE,
                "--key-id: expected %u hex digits, as 'fwdelta inspect' prints them, found '%s'",
                2 * FWD_KEY_ID_SIZE, text);
        fail = mark(package, id, text, remove, err);
    }
    return fail;
}

static enum fwd_fail mark_keys(const struct fwd_args *args,
    const struct fwd_signed_package *package, uint32_t *remove, struct fwd_error *err)
{
    const char *path;
    size_t at = 0;
    enum fwd_fail fail = FWD_FAIL_NONE;
    while (fail == FWD_FAIL_NONE && (path = fwd_args_next(args, "pub", &at)) != NULL) {
        struct fwd_keypair key = {0};
        fail = fwd_keyfile_read_public(path, &key, err);
        if (fail == FWD_FAIL_NONE)
            fail = mark(package, key.id, path, remove, err);
        fwd_keypair_free(&key);
    }
    return fail;
}

static enum fwd_fail choose(const struct fwd_args *args, const struct fwd_signed_package *package,
    uint32_t *remove, struct fwd_error *err)
{
    uint8_t count = package->block.count;
    *remove = 0;
    if (count == 0)
        return fwd_error_fail(err, FWD_FAIL_REFUSED, "%s: is not signed", package->name);
    if (fwd_args_has(args, "all"))
        *remove = (1u << count) - 1;
    enum fwd_fail fail = mark_ids(args, package, remove, err);
    if (fail == FWD_FAIL_NONE)
        fail = mark_keys(args, package, remove, err);
    if (fail != FWD_FAIL_NONE || *remove != 0)
        return fail;
    if (count > 1)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "%s: has %u signatures; name one with --key-id or --pub, or take --all", package->name,
            count);
    *remove = 1;
    return FWD_FAIL_NONE;
}

/* One signature as a file: what 'fwdelta attach --sig' takes. */
static enum fwd_fail save(const struct fwd_args *args, const struct fwd_signed_package *package,
    uint32_t remove, struct fwd_file_set *set, struct fwd_error *err)
{
    const char *path = fwd_args_text(args, "sig");
    if (path == NULL)
        return FWD_FAIL_NONE;
    uint8_t index = 0;
    while ((remove >> index & 1u) == 0)
        index++;
    if (remove != 1u << index)
        return fwd_error_fail(
            err, FWD_FAIL_USAGE, "--sig: a file holds one signature; take off one at a time");
    const struct fwd_signature *signature = &package->block.signatures[index];
    return fwd_file_set_add(
        set, path, signature->bytes, signature->size, 0666, fwd_args_has(args, "force"), err);
}

static int run(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_bytes bytes = {NULL, 0};
    struct fwd_bytes out = {NULL, 0};
    struct fwd_signed_package package;
    struct fwd_file_set set = {0};
    uint32_t remove = 0;
    const char *path = args->operands[0];
    const char *output = fwd_args_text(args, "output");
    enum fwd_fail fail = fwd_package_file_open(path, &bytes, &package, err);
    if (fail == FWD_FAIL_NONE)
        fail = choose(args, &package, &remove, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_signed_package_remove(&package, remove, &out, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_package_file_update(args, path, &out, &set, err);
    if (fail == FWD_FAIL_NONE)
        fail = save(args, &package, remove, &set, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_file_set_keep(&set, err);
    if (fail == FWD_FAIL_NONE) {
        struct fwd_signature_out said = {.package = &out, .path = output != NULL ? output : path};
        for (; remove != 0; remove &= remove - 1)
            said.removed++;
        fail = fwd_signature_out(args, &said, err);
    }
    fwd_file_set_free(&set);
    fwd_bytes_free(&out);
    fwd_bytes_free(&bytes);
    return (int)fail;
}

const struct fwd_subcommand fwd_command_detach = {
    .name = "detach",
    .operands = "PKG",
    .operands_min = 1,
    .operands_max = 1,
    .summary = "take signatures off a package",
    .about = "Takes the signature off a package, or those that are named. What is signed stays as\n"
             "it is, so others stay valid. Nothing is verified.",
    .options = options,
    .run = run,
};
