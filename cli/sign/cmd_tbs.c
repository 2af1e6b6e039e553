/* fwdelta tbs: exactly the bytes that are to be signed. */
#include "cli/common/json_out.h"
#include "cli/common/output_check.h"
#include "cli/common/package_file.h"
#include "cli/common/print.h"
#include "keys/crypto_port.h"

#include <stdio.h>
#include <string.h>

static const struct fwd_option options[] = {
    {"output", 'o', "FILE", false, "where the bytes go; '-': standard output"},
    {"digest", 0, "NAME", false, "instead of the bytes their sha256 or sha384, for RSA and ECDSA"},
    {"force", 'f', NULL, false, "replace an existing file"},
    {"json", 'j', NULL, false, "report as JSON; the bytes are needed in a file then"},
    {0},
};

/* What is written: the signed bytes, or their digest. */
struct content {
    const uint8_t *bytes;
    size_t size;
    uint8_t digest[FWD_DIGEST_LARGEST];
};

static enum fwd_fail choose(const struct fwd_args *args, const struct fwd_signed_package *package,
    struct content *content, struct fwd_error *err)
{
    const char *name = fwd_args_text(args, "digest");
    content->bytes = package->signed_bytes;
    content->size = package->signed_size;
    if (name == NULL)
        return FWD_FAIL_NONE;
    if (strcmp(name, "sha256") != 0 && strcmp(name, "sha384") != 0)
        return fwd_error_fail(
            err, FWD_FAIL_USAGE, "--digest: expected sha256 or sha384, found '%s'", name);
    content->bytes = content->digest;
    content->size =
        fwd_crypto_port_digest(name, package->signed_bytes, package->signed_size, content->digest);
    return content->size > 0
               ? FWD_FAIL_NONE
               : fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s cannot be computed", name);
}

static enum fwd_fail report(const struct fwd_args *args, const char *output,
    const struct fwd_signed_package *package, const struct content *content, struct fwd_error *err)
{
    const char *name = fwd_args_text(args, "digest");
    char hex[2 * FWD_DIGEST_LARGEST + 1] = "";
    uint8_t digest[FWD_DIGEST_SIZE];
    if (!fwd_crypto_port_sha256(package->signed_bytes, package->signed_size, digest))
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "SHA-256 cannot be computed");
    if (fwd_args_has(args, "json"))
        return fwd_json_out("tbs",
            json_pack("{s:o, s:o, s:I, s:o, s:o}", "file", fwd_json_out_string(package->name),
                "output", fwd_json_out_string(output), "size", (json_int_t)content->size, "digest",
                fwd_json_out_string(name), "sha256_of_signed_bytes",
                fwd_json_out_hex(digest, sizeof digest)),
            err);
    if (name != NULL)
        fwd_print_hex(content->bytes, content->size, hex);
    printf("to be signed  %s (%zu bytes%s%s%s%s)\n", output, content->size,
        name != NULL ? ", " : "", name != NULL ? name : "", name != NULL ? " " : "", hex);
    return FWD_FAIL_NONE;
}

static int run(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_bytes bytes = {NULL, 0};
    struct fwd_signed_package package;
    struct content content;
    const char *output = fwd_args_text(args, "output");
    if (output == NULL)
        return (int)fwd_error_fail(
            err, FWD_FAIL_USAGE, "-o FILE is missing: say where the bytes to be signed go");
    bool out = strcmp(output, "-") == 0;
    if (out && fwd_args_has(args, "json"))
        return (int)fwd_error_fail(
            err, FWD_FAIL_USAGE, "--json and -o - exclude each other: both go to standard output");
    enum fwd_fail fail =
        out ? FWD_FAIL_NONE : fwd_file_may_write(output, fwd_args_has(args, "force"), err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_package_file_open(args->operands[0], &bytes, &package, err);
    if (fail == FWD_FAIL_NONE)
        fail = choose(args, &package, &content, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_output_write(args, output, content.bytes, content.size, 0666, err);
    if (fail == FWD_FAIL_NONE && !out)
        fail = report(args, output, &package, &content, err);
    fwd_bytes_free(&bytes);
    return (int)fail;
}

const struct fwd_subcommand fwd_command_tbs = {
    .name = "tbs",
    .operands = "PKG -o FILE",
    .operands_min = 1,
    .operands_max = 1,
    .summary = "write the bytes to be signed, for a key kept elsewhere",
    .about = "Writes header and manifest of a package: exactly what every signature covers. Sign\n"
             "them where the key is (an HSM, another computer), then use 'fwdelta attach'. With\n"
             "--digest it writes their digest, for signers that take nothing else.",
    .options = options,
    .run = run,
};
