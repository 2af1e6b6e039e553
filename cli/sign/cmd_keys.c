/* fwdelta keys: what a key is, and its public part in the forms that others take. */
#include "cli/common/json_out.h"
#include "cli/common/option_check.h"
#include "cli/common/output_check.h"
#include "cli/common/print.h"
#include "cli/sign/key_export.h"
#include "cli/sign/key_option.h"
#include "keys/token/pkcs11.h"

#include <stdio.h>
#include <string.h>

static const struct fwd_option options[] = {
    FWD_KEY_OPTIONS,
    {"format", 0, "NAME", false, "export: c (a header for a boot loader), der or pem"},
    {"symbol", 0, "NAME", false,
        "export: what the names in C begin with; default: " FWD_KEY_SYMBOL},
    {"output", 'o', "FILE", false, "export: where it goes; '-': standard output"},
    {"force", 'f', NULL, false, "export: replace an existing file"},
    {"json", 'j', NULL, false, "report as JSON"},
    {0},
};

/* A public key, or a private one with its passphrase or PIN. */
static enum fwd_fail open_key(
    const struct fwd_args *args, const char *path, struct fwd_keypair *key, struct fwd_error *err)
{
    struct fwd_error why = {""};
    if (fwd_pkcs11_is_uri(path))
        return fwd_key_option_read(args, path, key, err);
    enum fwd_fail fail = fwd_keyfile_read_public(path, key, &why);
    if (fail == FWD_FAIL_REFUSED && fwd_keyfile_is_private(path))
        return fwd_key_option_read(args, path, key, err);
    if (fail != FWD_FAIL_NONE && err != NULL)
        *err = why;
    return fail;
}

static json_t *key_json(const char *path, const struct fwd_keypair *key)
{
    char name[4096];
    fwd_pkcs11_name(path, name, sizeof name);
    return json_pack("{s:o, s:o, s:s, s:s, s:o, s:b}", "key",
        fwd_json_out_string(fwd_pkcs11_is_uri(path) ? name : path), "key_id",
        fwd_json_out_hex(key->id, FWD_KEY_ID_SIZE), "algorithm", key->algorithm->name, "title",
        key->algorithm->title, "fingerprint_sha256", fwd_json_out_hex(key->id, FWD_KEYID_FULL_SIZE),
        "in_token", key->token != NULL);
}

static void print_key(const char *path, const struct fwd_keypair *key)
{
    char name[4096];
    char id[FWD_KEYID_TEXT_SIZE];
    char full[2 * FWD_KEYID_FULL_SIZE + 1];
    fwd_pkcs11_name(path, name, sizeof name);
    fwd_keyid_text(key->id, id);
    fwd_print_hex(key->id, FWD_KEYID_FULL_SIZE, full);
    printf("key          %s\nid           %s\nalgorithm    %s (%s)\nfingerprint  SHA-256 %s\n",
        fwd_pkcs11_is_uri(path) ? name : path, id, key->algorithm->name, key->algorithm->title,
        full);
}

static enum fwd_fail show(const struct fwd_args *args, struct fwd_error *err)
{
    enum fwd_fail fail = fwd_option_check_without(
        args, " format symbol output force ", "show, which writes no file", err);
    json_t *list = json_array();
    for (unsigned i = 1; i < args->operand_count && fail == FWD_FAIL_NONE; i++) {
        struct fwd_keypair key = {0};
        fail = open_key(args, args->operands[i], &key, err);
        if (fail == FWD_FAIL_NONE)
            json_array_append_new(list, key_json(args->operands[i], &key));
        if (fail == FWD_FAIL_NONE && !fwd_args_has(args, "json"))
            print_key(args->operands[i], &key);
        fwd_keypair_free(&key);
    }
    if (fail == FWD_FAIL_NONE && fwd_args_has(args, "json"))
        return fwd_json_out("keys", json_pack("{s:o}", "keys", list), err);
    json_decref(list);
    return fail;
}

static enum fwd_fail check_export(const struct fwd_args *args, struct fwd_error *err)
{
    const char *output = fwd_args_text(args, "output");
    const char *format = fwd_args_text(args, "format");
    if (format == NULL || output == NULL || args->operand_count != 2)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "expected KEY --format c|der|pem -o FILE, where FILE may be - for standard output");
    if (fwd_args_has(args, "symbol") && strcmp(format, "c") != 0)
        return fwd_error_fail(
            err, FWD_FAIL_USAGE, "--symbol has no effect without --format c; leave it out");
    if (strcmp(output, "-") == 0 && fwd_args_has(args, "json"))
        return fwd_error_fail(
            err, FWD_FAIL_USAGE, "--json and -o - exclude each other: both go to standard output");
    if (strcmp(output, "-") == 0)
        return FWD_FAIL_NONE;
    return fwd_file_may_write(output, fwd_args_has(args, "force"), err);
}

static enum fwd_fail report_export(
    const struct fwd_args *args, const struct fwd_bytes *out, struct fwd_error *err)
{
    const char *output = fwd_args_text(args, "output");
    if (fwd_args_has(args, "json"))
        return fwd_json_out_file("public-key", output, out, err);
    if (strcmp(output, "-") != 0)
        printf(
            "public key   %s (%s, %zu bytes)\n", output, fwd_args_text(args, "format"), out->size);
    return FWD_FAIL_NONE;
}

static enum fwd_fail export_public(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_keypair key = {0};
    struct fwd_bytes out = {NULL, 0};
    const char *output = fwd_args_text(args, "output");
    const char *format = fwd_args_text(args, "format");
    const char *symbol = fwd_args_text(args, "symbol");
    enum fwd_fail fail = check_export(args, err);
    if (fail == FWD_FAIL_NONE)
        fail = open_key(args, args->operands[1], &key, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_key_export(&key, format, symbol != NULL ? symbol : FWD_KEY_SYMBOL, &out, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_output_write(args, output, out.data, out.size, 0644, err);
    if (fail == FWD_FAIL_NONE)
        fail = report_export(args, &out, err);
    fwd_bytes_free(&out);
    fwd_keypair_free(&key);
    return fail;
}

static const char *action(const struct fwd_args *args)
{
    static const char *const names[] = {"show", "export"};
    for (size_t i = 0; args->operand_count > 0 && i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(args->operands[0], names[i]) == 0)
            return names[i];
    }
    return NULL;
}

static int run(const struct fwd_args *args, struct fwd_error *err)
{
    const char *name = action(args);
    if (name == NULL)
        return (int)fwd_error_fail(
            err, FWD_FAIL_USAGE, "expected show or export, found '%s'", args->operands[0]);
    if (args->operand_count < 2)
        return (int)fwd_error_fail(err, FWD_FAIL_USAGE,
            "expected KEY: the file of a public or private key, or a pkcs11: URI");
    return (int)(strcmp(name, "show") == 0 ? show(args, err) : export_public(args, err));
}

const struct fwd_subcommand fwd_command_keys = {
    .name = "keys",
    .operands = "show|export KEY",
    .operands_min = 1,
    .operands_max = 32,
    .summary = "show what a key is, export its public part",
    .about = "keys show KEY...\n"
             "    key id, algorithm and fingerprint of public or private keys\n"
             "keys export KEY --format c|der|pem -o FILE\n"
             "    the public key: as C for a boot loader, as DER or as PEM\n"
             "KEY is a file (PEM or DER), or a pkcs11: URI.",
    .options = options,
    .action = action,
    .run = run,
};
