/* fwdelta trust: sets of keys that change in the field. */
#include "cli/common/args.h"
#include "cli/common/json_out.h"
#include "cli/common/output_check.h"
#include "cli/sign/key_option.h"
#include "cli/trust/trust_chain.h"
#include "cli/trust/trust_export.h"
#include "keys/signing/signed_package.h"
#include "keys/trust_package.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct fwd_option options[] = {
    {"trust", 't', "PUB", true,
        "create, update: a key of the new set (PEM), a folder of them, or a trust package"},
    {"threshold", 0, "N", false,
        "create, update: so many keys must sign; default: 1, or as before"},
    {"product", 'p', "NAME", true,
        "create, update: only for these devices; default: any, or as before"},
    {"set-version", 0, "N", false, "create: of the set, default 1; update: default one more"},
    {"key", 'k', "KEY", true, "update: private key to sign with: a file, or a pkcs11: URI"},
    FWD_KEY_OPTIONS,
    {"built-in", 0, "FILE", false,
        "show: the trust package that devices have built in; default: the oldest set"},
    {"symbol", 0, "NAME", false, "export: what the names in C begin with; default: trust_set"},
    {"output", 'o', "FILE", false, "create, update, export: where it goes"},
    {"force", 'f', NULL, false, "replace an existing file"},
    {"json", 'j', NULL, false, "report as JSON"},
    {0},
};

/* A new set, and what it follows. */
struct job {
    const struct fwd_args *args;
    struct fwd_trust trust;
    struct fwd_bytes previous, out;
    const char *products[FWD_PRODUCTS_MAX];
    char kept[FWD_PRODUCTS_MAX][FWD_PRODUCT_MAX + 1];
    struct fwd_trust_package_options options;
    struct fwd_trust_chain chain;
};

static enum fwd_fail read_keys(struct job *job, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;
    const char *path;
    size_t at = 0, count = 0;

    for (; fail == FWD_FAIL_NONE && (path = fwd_args_next(job->args, "trust", &at)) != NULL;
         count++)
        fail = fwd_trust_load(&job->trust, path, FWD_TRUST_STRICT, err);
    if (fail == FWD_FAIL_NONE && job->trust.count == 0)
        fail = fwd_error_fail(err, FWD_FAIL_USAGE,
            count == 0 ? "--trust PUB is missing: the public keys of the new set"
                       : "--trust: there is no public key; a folder needs files named *.pem");
    return fail;
}

static enum fwd_fail read_products(struct job *job, struct fwd_error *err)
{
    size_t count = fwd_args_count(job->args, "product"), at = 0;

    if (count > FWD_PRODUCTS_MAX)
        return fwd_error_fail(
            err, FWD_FAIL_USAGE, "--product: at most %u are possible", FWD_PRODUCTS_MAX);
    for (size_t i = 0; i < count; i++)
        job->products[i] = fwd_args_next(job->args, "product", &at);
    if (count > 0)
        job->options.product_count = count;
    job->options.products = job->products;
    return FWD_FAIL_NONE;
}

static enum fwd_fail write_out(struct job *job, struct fwd_error *err)
{
    const char *output = fwd_args_text(job->args, "output");
    enum fwd_fail fail =
        fwd_output_write(job->args, output, job->out.data, job->out.size, 0666, err);

    if (fail == FWD_FAIL_NONE)
        fail = fwd_trust_chain_read(output, &job->out, NULL, &job->chain, err);
    return fail == FWD_FAIL_NONE
               ? fwd_trust_chain_show(output, &job->chain, fwd_args_has(job->args, "json"), err)
               : fail;
}

static enum fwd_fail check_output(const struct fwd_args *args, struct fwd_error *err)
{
    const char *output = fwd_args_text(args, "output");

    if (output == NULL)
        return fwd_error_fail(err, FWD_FAIL_USAGE, "-o FILE is missing: say where the result goes");
    return fwd_file_may_write(output, fwd_args_has(args, "force"), err);
}

static enum fwd_fail create(struct job *job, struct fwd_error *err)
{
    uint32_t threshold = 1;
    enum fwd_fail fail = check_output(job->args, err);

    job->options.version = 1;
    if (fail == FWD_FAIL_NONE && job->args->operand_count != 1)
        fail = fwd_error_fail(err, FWD_FAIL_USAGE, "keys are given with --trust PUB");
    if (fail == FWD_FAIL_NONE && fwd_args_has(job->args, "key"))
        fail = fwd_error_fail(
            err, FWD_FAIL_USAGE, "--key has no effect: the first set is built in, nobody signs it");
    if (fail == FWD_FAIL_NONE)
        fail = fwd_args_u32(job->args, "threshold", 1, FWD_SIGNATURES_MAX, &threshold, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_args_u32(
            job->args, "set-version", 1, FWD_TRUST_VERSION_MAX, &job->options.version, err);
    job->options.threshold = (uint8_t)threshold;
    if (fail == FWD_FAIL_NONE)
        fail = read_keys(job, err);
    if (fail == FWD_FAIL_NONE)
        fail = read_products(job, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_trust_package_make(&job->trust, &job->options, &job->out, err);
    return fail == FWD_FAIL_NONE ? write_out(job, err) : fail;
}

/* What the new set has of the one before, unless it is said otherwise. */
static void keep(struct job *job, const struct fwd_trust_link *before)
{
    job->options.previous = &job->previous;
    job->options.version = before->set.version + 1;
    job->options.threshold = before->set.threshold;
    job->options.product_count = before->manifest.product_count;
    for (uint8_t i = 0; i < before->manifest.product_count; i++) {
        memcpy(job->kept[i], before->manifest.products[i].bytes, before->manifest.products[i].size);
        job->products[i] = job->kept[i];
    }
}

/* Is its signature one that devices count? */
static bool counts(const struct job *job, const uint8_t *id)
{
    const struct fwd_trust_link *before = &job->chain.links[0];

    for (uint8_t i = 0; i < before->set.key_count; i++) {
        if (memcmp(before->ids[i], id, FWD_KEY_ID_SIZE) == 0)
            return true;
    }
    for (size_t i = 0; i < job->trust.count; i++) {
        if (memcmp(job->trust.entries[i]->key.id, id, FWD_KEY_ID_SIZE) == 0)
            return true;
    }
    return false;
}

static enum fwd_fail sign(struct job *job, const char *key_path, struct fwd_error *err)
{
    struct fwd_signed_package package;
    struct fwd_keypair key = {0};
    struct fwd_bytes out = {NULL, 0};
    enum fwd_fail fail = fwd_signed_package_open(
        fwd_args_text(job->args, "output"), job->out.data, job->out.size, &package, err);

    if (fail == FWD_FAIL_NONE)
        fail = fwd_key_option_read(job->args, key_path, &key, err);
    if (fail == FWD_FAIL_NONE && !counts(job, key.id))
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: is a key neither of %s nor of the new set, so no device counts its signature",
            key_path, job->args->operands[1]);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_signed_package_sign(&package, &key, &out, err);
    fwd_keypair_free(&key);
    if (fail != FWD_FAIL_NONE)
        return fail;
    fwd_bytes_free(&job->out);
    job->out = out;
    return FWD_FAIL_NONE;
}

/* The package that the new one follows, and whether one may. */
static enum fwd_fail read_previous(struct job *job, const char *path, struct fwd_error *err)
{
    enum fwd_fail fail =
        fwd_file_read_as("a trust package", path, FWD_TRUST_PACKAGE_MAX, &job->previous, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_trust_chain_read(path, &job->previous, NULL, &job->chain, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    if (job->chain.reason != FWD_OK)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: lacks signatures, so what follows it would be refused; sign it with 'fwdelta "
            "sign' first",
            path);
    if (job->chain.links[0].set.version == FWD_TRUST_VERSION_MAX)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: its set has version %" PRIu32 ", and no higher one exists, so no set can follow "
            "it; build a set with a lower version into a new boot loader",
            path, FWD_TRUST_VERSION_MAX);
    if (job->chain.count == FWD_TRUST_CHAIN_MAX)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: holds %u sets already, the most that a package can; build the newest one into a "
            "new boot loader",
            path, FWD_TRUST_CHAIN_MAX);
    keep(job, &job->chain.links[0]);
    return FWD_FAIL_NONE;
}

static enum fwd_fail read_numbers(struct job *job, struct fwd_error *err)
{
    uint32_t threshold = job->options.threshold, least = job->options.version;
    enum fwd_fail fail =
        fwd_args_u32(job->args, "threshold", 1, FWD_SIGNATURES_MAX, &threshold, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_args_u32(
            job->args, "set-version", 1, FWD_TRUST_VERSION_MAX, &job->options.version, err);
    if (fail == FWD_FAIL_NONE && job->options.version < least)
        fail = fwd_error_fail(err, FWD_FAIL_USAGE,
            "--set-version: must be above %" PRIu32 ", the version of the set before", least - 1);
    job->options.threshold = (uint8_t)threshold;
    return fail;
}

static enum fwd_fail update(struct job *job, struct fwd_error *err)
{
    enum fwd_fail fail = check_output(job->args, err);
    const char *key;
    size_t at = 0;

    if (fail == FWD_FAIL_NONE && job->args->operand_count != 2)
        fail = fwd_error_fail(
            err, FWD_FAIL_USAGE, "expected OLD, the trust package that the new one follows");
    if (fail == FWD_FAIL_NONE)
        fail = read_previous(job, job->args->operands[1], err);
    if (fail == FWD_FAIL_NONE)
        fail = read_numbers(job, err);
    if (fail == FWD_FAIL_NONE)
        fail = read_keys(job, err);
    if (fail == FWD_FAIL_NONE)
        fail = read_products(job, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_trust_package_make(&job->trust, &job->options, &job->out, err);
    while (fail == FWD_FAIL_NONE && (key = fwd_args_next(job->args, "key", &at)) != NULL)
        fail = sign(job, key, err);
    return fail == FWD_FAIL_NONE ? write_out(job, err) : fail;
}

static enum fwd_fail show(struct job *job, struct fwd_error *err)
{
    if (job->args->operand_count != 2)
        return fwd_error_fail(err, FWD_FAIL_USAGE, "expected FILE, a trust package");
    return fwd_trust_chain_verify(job->args->operands[1], fwd_args_text(job->args, "built-in"),
        fwd_args_has(job->args, "json"), err);
}

static enum fwd_fail export_set(struct job *job, struct fwd_error *err)
{
    const char *symbol = fwd_args_text(job->args, "symbol");
    enum fwd_fail fail = check_output(job->args, err);

    if (fail == FWD_FAIL_NONE && job->args->operand_count != 2)
        fail = fwd_error_fail(err, FWD_FAIL_USAGE, "expected FILE, a trust package");
    if (fail == FWD_FAIL_NONE)
        fail = fwd_file_read_as(
            "a trust package", job->args->operands[1], FWD_TRUST_PACKAGE_MAX, &job->previous, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_trust_export(job->args->operands[1], &job->previous,
            symbol != NULL ? symbol : "trust_set", &job->out, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_output_write(
            job->args, fwd_args_text(job->args, "output"), job->out.data, job->out.size, 0666, err);
    if (fail == FWD_FAIL_NONE && fwd_args_has(job->args, "json"))
        fail = fwd_json_out_file("trust-set", fwd_args_text(job->args, "output"), &job->out, err);
    else if (fail == FWD_FAIL_NONE)
        printf(
            "trust set  %s (%zu bytes of C)\n", fwd_args_text(job->args, "output"), job->out.size);
    return fail;
}

static const struct {
    const char *name;
    enum fwd_fail (*run)(struct job *job, struct fwd_error *err);
} actions[] = {{"create", create}, {"update", update}, {"show", show}, {"export", export_set}};

static const char *action(const struct fwd_args *args)
{
    for (size_t i = 0; args->operand_count > 0 && i < sizeof actions / sizeof actions[0]; i++) {
        if (strcmp(args->operands[0], actions[i].name) == 0)
            return actions[i].name;
    }
    return NULL;
}

static int run(const struct fwd_args *args, struct fwd_error *err)
{
    struct job *job = calloc(1, sizeof *job);
    enum fwd_fail fail = FWD_FAIL_USAGE;

    if (job == NULL)
        return (int)fwd_error_memory(err, "the trust set");
    job->args = args;
    if (action(args) == NULL)
        fail = fwd_error_fail(err, FWD_FAIL_USAGE,
            "expected create, update, show or export, found '%s'", args->operands[0]);
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (strcmp(args->operands[0], actions[i].name) == 0)
            fail = actions[i].run(job, err);
    }
    fwd_trust_free(&job->trust);
    fwd_bytes_free(&job->previous);
    fwd_bytes_free(&job->out);
    free(job);
    return (int)fail;
}

const struct fwd_subcommand fwd_command_trust = {
    .name = "trust",
    .operands = "create|update|show|export [FILE]",
    .operands_min = 1,
    .operands_max = 2,
    .summary = "sets of keys that change in the field",
    .about =
        "trust create --trust PUB... [--threshold N] -o FILE\n"
        "    the first set of keys, which boot loaders have built in\n"
        "trust update OLD --trust PUB... --key KEY... -o FILE\n"
        "    the set that follows OLD: exactly the keys that are given. It must be signed by as\n"
        "    many keys of OLD as OLD wants, and of the new set as that wants\n"
        "trust show FILE [--built-in FILE]\n"
        "    each set of a trust package, who signed it, and whether devices accept it\n"
        "trust export FILE -o FILE.h\n"
        "    the newest set as C, to be built into a boot loader\n"
        "'fwdelta device trust DIR FILE' gives it to a simulated device.",
    .options = options,
    .action = action,
    .run = run,
};
