/* fwdelta prove: what was tried with a package on a device, as a signed statement to hand over. */
#include "cli/common/image_file.h"
#include "cli/common/json_out.h"
#include "cli/common/json_page.h"
#include "cli/common/option_check.h"
#include "cli/common/output_check.h"
#include "cli/prove/prove_page.h"
#include "cli/prove/prove_statement.h"
#include "cli/report/report_file.h"
#include "cli/sign/key_option.h"
#include "cli/torture/torture_option.h"
#include "keys/signing/envelope.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLE_USUAL 200u

static const struct fwd_option options[] = {
    {"device", 'd', "FILE", false, "what the device is (JSON)"},
    {"image", 'i', "NAME=FILE", true, "what is in a component before the update"},
    {"version", 'v', "VERSION", true, "of the image; NAME=VERSION for one of several"},
    {"trust", 't', "PUB", true,
        "public key that the device trusts (PEM), or a folder; or a trust package"},
    {"key", 'k', "KEY", false, "private key that signs the proof: a file, or a pkcs11: URI"},
    FWD_KEY_OPTIONS,
    {"output", 'o', "FILE", false, "the proof; default: PKG with .proof.json after it"},
    {"html", 0, "FILE", false, "and as a page with pictures"},
    {"check", 0, "FILE", false, "check this proof instead of making one"},
    {"signer", 0, "PUB", false, "check: public key of who signed the proof; default: --trust"},
    {"sample", 0, "N", false, "check: repeat N of the power cuts (default 200)"},
    {"all", 0, NULL, false, "check: repeat all of them"},
    FWD_TORTURE_OPTIONS,
    {"json", 'j', NULL, false, "print what is proven as JSON"},
    {"force", 'f', NULL, false, "replace existing files"},
    FWD_IMAGE_FILE_OPTIONS,
    {0},
};

/* A proof that is whole: made or read. */
struct proof {
    const char *path;
    struct fwd_bytes file;
    json_t *statement;
    char key[FWD_KEYID_TEXT_SIZE]; /* id of who signed */
};

/* ---- output ---------------------------------------------------------------------------------- */

static bool put_page(FILE *out, const void *ctx)
{
    const struct proof *proof = ctx;
    json_t *name = fwd_prove_file_name(proof->path);
    json_t *sha256 = fwd_prove_sha256(proof->file.data, proof->file.size);
    const struct fwd_prove_page page = {.statement = proof->statement,
        .file = json_string_value(name),
        .sha256 = json_string_value(sha256),
        .key = proof->key};
    if (name != NULL && sha256 != NULL)
        fwd_prove_page_put(out, &page);
    bool made = name != NULL && sha256 != NULL;
    json_decref(name);
    json_decref(sha256);
    return made;
}

/* The predicate, whose first member names its schema. */
static enum fwd_fail put_json(const struct proof *proof, struct fwd_error *err)
{
    json_t *json = json_copy(json_object_get(proof->statement, "predicate"));
    json_object_del(json, "schema");
    return fwd_json_out("proof", json, err);
}

static void print_summary(const struct proof *proof)
{
    const json_t *predicate = json_object_get(proof->statement, "predicate");
    const json_t *update = json_object_get(predicate, "update");
    const json_t *sets = json_object_get(update, "sets");
    const json_t *cuts = json_object_get(predicate, "power_cuts");
    const json_t *certificate = json_object_get(predicate, "certificate");
    const json_t *holds = json_object_get(certificate, "holds");
    const json_t *start = json_object_get(json_object_get(certificate, "measured"), "start");
    printf("power cuts  %" JSON_INTEGER_FORMAT " cases, no device was lost\n",
        fwd_json_page_number(cuts, "cases"));
    printf("inputs      %zu wrong ones, each answered with its code\n",
        json_array_size(json_object_get(predicate, "wrong_inputs")));
    printf("%-11s %" JSON_INTEGER_FORMAT " erases, %" JSON_INTEGER_FORMAT
           " bytes programmed, %.3f s on the device\n",
        sets != NULL ? "keys" : "update", fwd_json_page_number(update, "erases"),
        fwd_json_page_number(update, "bytes_programmed"),
        (double)fwd_json_page_number(update, "microseconds") / 1e6);
    if (sets != NULL) {
        printf("set         version %" JSON_INTEGER_FORMAT " was in force, and then version "
               "%" JSON_INTEGER_FORMAT "\n",
            fwd_json_page_number(sets, "before"), fwd_json_page_number(sets, "after"));
        printf("signed by   %s\n", proof->key);
        return;
    }
    json_int_t signatures = fwd_json_page_number(start, "signatures");
    printf("starts      %" JSON_INTEGER_FORMAT " signature%s checked, %" JSON_INTEGER_FORMAT
           " bytes hashed\n",
        signatures, signatures == 1 ? "" : "s", fwd_json_page_number(start, "bytes_hashed"));
    printf("certificate %s\n", json_is_true(holds)    ? "states what was measured"
                               : json_is_false(holds) ? "does not state what was measured"
                                                      : "none for this device");
    printf("signed by   %s\n", proof->key);
}

static void free_proof(struct proof *proof)
{
    fwd_bytes_free(&proof->file);
    json_decref(proof->statement);
}

/* ---- making ---------------------------------------------------------------------------------- */

static enum fwd_fail check_outputs(
    const struct fwd_args *args, const char *path, struct fwd_error *err)
{
    static const char *const files[] = {"output", "html", NULL};
    const char *page = fwd_args_text(args, "html");
    enum fwd_fail fail = fwd_report_file_check(args, files, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_output_check(args, path, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_file_may_write(path, fwd_args_has(args, "force"), err);
    if (fail == FWD_FAIL_NONE && page != NULL && fwd_file_same_place(page, path))
        fail = fwd_error_fail(err, FWD_FAIL_USAGE,
            "%s: is the proof and also the page of --html; give another name", path);
    return fail;
}

static enum fwd_fail sign(struct proof *proof, const struct fwd_keypair *key, struct fwd_error *err)
{
    char *text = json_dumps(proof->statement, JSON_INDENT(1));
    if (text == NULL)
        return fwd_error_memory(err, proof->path);
    const struct fwd_bytes payload = {(uint8_t *)text, strlen(text)};
    enum fwd_fail fail =
        fwd_envelope_make(FWD_PROVE_PAYLOAD_TYPE, &payload, key, &proof->file, err);
    fwd_keyid_text(key->id, proof->key);
    free(text);
    return fail;
}

/* The proof and its page: both, or none. */
static enum fwd_fail write_files(
    const struct fwd_args *args, const struct proof *proof, struct fwd_error *err)
{
    struct fwd_file_set set = {0};
    enum fwd_fail fail = fwd_file_set_add(&set, proof->path, proof->file.data, proof->file.size,
        0666, fwd_args_has(args, "force"), err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_report_file_write(&set, args, "html", put_page, proof, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_file_set_keep(&set, err);
    fwd_file_set_free(&set);
    return fail;
}

static enum fwd_fail make(
    const struct fwd_prove_subject *subject, struct proof *proof, struct fwd_error *err)
{
    const struct fwd_args *args = subject->args;
    struct fwd_keypair key = {0};
    enum fwd_fail fail = check_outputs(args, proof->path, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_key_option_read(args, fwd_args_text(args, "key"), &key, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_prove_statement_make(subject, &proof->statement, err);
    if (fail == FWD_FAIL_NONE)
        fail = sign(proof, &key, err);
    fwd_keypair_free(&key);
    if (fail == FWD_FAIL_NONE)
        fail = write_files(args, proof, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    if (fwd_args_has(args, "json"))
        return put_json(proof, err);
    print_summary(proof);
    printf("written     %s, %zu bytes\n", proof->path, proof->file.size);
    return fail;
}

/* ---- checking -------------------------------------------------------------------------------- */

static enum fwd_fail load_signers(
    const struct fwd_args *args, struct fwd_trust *trust, struct fwd_error *err)
{
    const char *path = fwd_args_text(args, "signer");
    size_t at = 0;
    if (path != NULL)
        return fwd_trust_load(trust, path, FWD_TRUST_STRICT, err);
    enum fwd_fail fail = FWD_FAIL_NONE;
    while (fail == FWD_FAIL_NONE && (path = fwd_args_next(args, "trust", &at)) != NULL)
        fail = fwd_trust_load(trust, path, FWD_TRUST_STRICT, err);
    return fail;
}

static enum fwd_fail open_proof(
    const struct fwd_args *args, struct proof *proof, struct fwd_error *err)
{
    struct fwd_trust trust = {0};
    struct fwd_bytes payload = {NULL, 0};
    uint8_t id[FWD_KEY_ID_SIZE] = {0};
    enum fwd_fail fail = load_signers(args, &trust, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_file_read_as("a proof", proof->path, FWD_ENVELOPE_MAX, &proof->file, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_envelope_open(
            proof->path, &proof->file, FWD_PROVE_PAYLOAD_TYPE, &trust, &payload, id, err);
    if (fail == FWD_FAIL_NONE) {
        proof->statement =
            json_loadb((const char *)payload.data, payload.size, JSON_REJECT_DUPLICATES, NULL);
        if (!fwd_prove_statement_is(proof->statement))
            fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
                "%s: is signed, but no proof that 'fwdelta prove' wrote", proof->path);
    }
    fwd_keyid_text(id, proof->key);
    fwd_bytes_free(&payload);
    fwd_trust_free(&trust);
    return fail;
}

static enum fwd_fail read_sample(
    const struct fwd_args *args, uint32_t *sample, struct fwd_error *err)
{
    *sample = SAMPLE_USUAL;
    if (fwd_args_has(args, "all") && fwd_args_has(args, "sample"))
        return fwd_error_fail(err, FWD_FAIL_USAGE, "--all and --sample exclude each other");
    enum fwd_fail fail = fwd_args_u32(args, "sample", 1, 10000000, sample, err);
    if (fwd_args_has(args, "all"))
        *sample = 0;
    return fail;
}

static enum fwd_fail check(
    const struct fwd_prove_subject *subject, struct proof *proof, struct fwd_error *err)
{
    static const char *const files[] = {"html", NULL};
    const struct fwd_args *args = subject->args;
    struct fwd_prove_checked checked;
    uint32_t sample;
    enum fwd_fail fail = read_sample(args, &sample, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_report_file_check(args, files, err);
    if (fail == FWD_FAIL_NONE)
        fail = open_proof(args, proof, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_prove_statement_check(
            proof->path, proof->statement, subject, sample, &checked, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_report_file_write(NULL, args, "html", put_page, proof, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    if (fwd_args_has(args, "json"))
        return put_json(proof, err);
    print_summary(proof);
    printf("repeated    %zu wrong inputs and %" PRIu64
           " cases of power cuts%s: all came out as the proof "
           "says\n",
        checked.inputs, checked.cuts, checked.all ? ", which are all of them" : "");
    return fail;
}

/* ---- the command ----------------------------------------------------------------------------- */

static enum fwd_fail check_options(const struct fwd_args *args, struct fwd_error *err)
{
    static const char *const others = " check ";
    enum fwd_fail fail = fwd_option_check_needs(args, FWD_IMAGE_FILE_NAMES, " image ", err);
    if (!fwd_args_has(args, "check") && !fwd_args_has(args, "key"))
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "--key KEY is missing: the private key that signs the proof, a file or a pkcs11: URI");
    if (fail == FWD_FAIL_NONE)
        fail = fwd_option_check_needs(args, " signer sample all ", others, err);
    if (fail == FWD_FAIL_NONE && fwd_args_has(args, "check"))
        fail = fwd_option_check_without(args,
            " key output" FWD_KEY_PASSPHRASE_NAMES "pkcs11-module" FWD_TORTURE_OPTION_NAMES,
            "--check: what was tried is in the proof", err);
    return fail;
}

static int run(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_prove_subject *subject = calloc(1, sizeof *subject);
    struct proof proof = {.path = fwd_args_text(args, "check")};
    char usual[4096];
    if (subject == NULL)
        return (int)fwd_error_memory(err, args->operands[0]);
    enum fwd_fail fail = check_options(args, err);
    bool checks = proof.path != NULL;
    (void)snprintf(usual, sizeof usual, "%.4000s.proof.json", args->operands[0]);
    if (!checks)
        proof.path = fwd_args_has(args, "output") ? fwd_args_text(args, "output") : usual;
    if (fail == FWD_FAIL_NONE)
        fail = fwd_prove_subject_read(args, subject, err);
    if (fail == FWD_FAIL_NONE)
        fail = checks ? check(subject, &proof, err) : make(subject, &proof, err);
    free_proof(&proof);
    fwd_prove_subject_free(subject);
    free(subject);
    return (int)fail;
}

const struct fwd_subcommand fwd_command_prove = {
    .name = "prove",
    .operands = "PKG --device FILE --image NAME=OLD --trust PUB --key KEY",
    .operands_min = 1,
    .operands_max = 1,
    .summary = "try everything, and sign what came out",
    .about =
        "Installs PKG on a simulated device, cuts power at every flash operation, sends it wrong\n"
        "packages, and writes what came out as a signed statement: costs, wear, power cuts, "
        "codes.\n"
        "With --check it verifies a proof and tries again: all but the power cuts, and a sample "
        "of\n"
        "these (--all: all of them). A trust package as PKG is proven on a device with the one\n"
        "before it as --trust. A proof is an in-toto statement in a DSSE envelope.\n"
        "Exit status 1: something does not hold; then no proof is written.",
    .options = options,
    .run = run,
};
