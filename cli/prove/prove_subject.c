#include "cli/prove/prove_subject.h"

#include "cli/common/json_out.h"
#include "cli/common/print.h"
#include "cli/device/device_trust.h"
#include "format/trust_set.h"
#include "keys/crypto_port.h"
#include "keys/trust_package.h"
#include "sim/device/json.h"

#include <string.h>

/* ---- reading --------------------------------------------------------------------------------- */

/* Of a device that takes it: the keys of any other never change. */
static enum fwd_fail read_set(struct fwd_prove_subject *s, struct fwd_error *err)
{
    const char *path = s->args->operands[0];
    uint8_t digest[FWD_DIGEST_SIZE];
    struct fwd_trust_set set;
    s->changes_keys = s->divided.header.kind == FWD_KIND_TRUST;
    if (!s->changes_keys)
        return FWD_FAIL_NONE;
    if (s->manifest.trust == NULL ||
        !fwd_trust_set_decode(s->manifest.trust, s->manifest.trust_size, &set))
        return fwd_error_fail(err, FWD_FAIL_REFUSED, "%s: %s (%s)", path,
            fwd_reason_info(FWD_E_TRUST_SET)->meaning, fwd_reason_info(FWD_E_TRUST_SET)->name);
    if (!fwd_trust_package_is_file(s->recipe.recipe.trust[0]))
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "%s: is a trust package; --trust FILE names the trust package that the device has "
            "built in",
            path);
    s->set_version = set.version;
    if (!fwd_crypto_port_sha256(s->divided.signed_bytes, s->divided.signed_size, digest))
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "SHA-256 cannot be computed");
    memcpy(s->set_session, digest, sizeof s->set_session);
    return FWD_FAIL_NONE;
}

static enum fwd_fail divide(struct fwd_prove_subject *s, struct fwd_error *err)
{
    const char *path = s->args->operands[0];
    enum fwd_fail fail =
        fwd_signed_package_open(path, s->package.data, s->package.size, &s->divided, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    enum fwd_reason reason = fwd_manifest_decode(s->divided.signed_bytes + FWD_HEADER_SIZE,
        s->divided.signed_size - FWD_HEADER_SIZE, s->divided.header.payload_size, &s->manifest);
    if (reason == FWD_OK)
        return read_set(s, err);
    return fwd_error_fail(err, FWD_FAIL_REFUSED, "%s: %s (%s)", path,
        fwd_reason_info(reason)->meaning, fwd_reason_info(reason)->name);
}

enum fwd_fail fwd_prove_subject_read(
    const struct fwd_args *args, struct fwd_prove_subject *subject, struct fwd_error *err)
{
    const char *device = fwd_args_text(args, "device");
    size_t trusted;
    memset(subject, 0, sizeof *subject);
    subject->args = args;
    if (device == NULL)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "--device FILE is missing: what the device is, as samples/devices/*.json");
    if (!fwd_args_has(args, "trust"))
        return fwd_error_fail(
            err, FWD_FAIL_USAGE, "--trust PUB is missing: a public key that the device trusts");
    enum fwd_fail fail = fwd_recipe_option_read(args, device, &subject->recipe, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_device_check_trust(&subject->recipe.recipe, &trusted, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_description_load(device, &subject->description, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_file_read_as(
            "a package", args->operands[0], FWD_DEVICE_FLASH_MAX, &subject->package, err);
    return fail == FWD_FAIL_NONE ? divide(subject, err) : fail;
}

void fwd_prove_subject_free(struct fwd_prove_subject *subject)
{
    fwd_recipe_option_free(&subject->recipe);
    fwd_description_free(subject->description);
    fwd_bytes_free(&subject->package);
}

/* ---- telling --------------------------------------------------------------------------------- */

json_t *fwd_prove_sha256(const void *bytes, size_t size)
{
    uint8_t digest[FWD_DIGEST_SIZE];
    return fwd_crypto_port_sha256(bytes, size, digest) ? fwd_json_out_hex(digest, sizeof digest)
                                                       : NULL;
}

json_t *fwd_prove_file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return fwd_json_out_string(slash != NULL ? slash + 1 : path);
}

static json_t *images_json(const struct fwd_prove_subject *s)
{
    const struct fwd_machine_recipe *recipe = &s->recipe.recipe;
    json_t *list = json_array();
    for (size_t i = 0; i < recipe->image_count; i++) {
        const struct fwd_machine_image *image = &recipe->images[i];
        json_array_append_new(list,
            json_pack("{s:o, s:o, s:I, s:o}", "component", fwd_json_out_string(image->component),
                "version", fwd_json_out_string(image->version), "size", (json_int_t)image->size,
                "sha256", fwd_prove_sha256(image->bytes, image->size)));
    }
    return list;
}

static enum fwd_fail trust_json(
    const struct fwd_prove_subject *s, json_t *list, struct fwd_error *err)
{
    const struct fwd_machine_recipe *recipe = &s->recipe.recipe;
    struct fwd_trust trust = {0};
    enum fwd_fail fail = FWD_FAIL_NONE;
    for (size_t i = 0; i < recipe->trust_count && fail == FWD_FAIL_NONE; i++)
        fail = fwd_trust_load(&trust, recipe->trust[i], FWD_TRUST_STRICT, err);
    for (size_t i = 0; i < trust.count; i++)
        json_array_append_new(list, fwd_json_out_hex(trust.entries[i]->key.id, FWD_KEY_ID_SIZE));
    fwd_trust_free(&trust);
    return fail;
}

static json_t *all_json(
    const struct fwd_prove_subject *s, const struct fwd_bytes *description, json_t *keys)
{
    return json_pack("{s:{s:o, s:s, s:I, s:o}, s:{s:o, s:o, s:o}, s:o, s:O}", "package", "file",
        fwd_prove_file_name(s->args->operands[0]), "kind", fwd_print_kind(s->divided.header.kind),
        "size", (json_int_t)s->package.size, "sha256",
        fwd_prove_sha256(s->package.data, s->package.size), "device", "file",
        fwd_prove_file_name(s->recipe.recipe.description), "name",
        fwd_json_out_string(s->description->name), "sha256",
        fwd_prove_sha256(description->data, description->size), "images", images_json(s),
        "trusted_keys", keys);
}

enum fwd_fail fwd_prove_subject_json(
    const struct fwd_prove_subject *subject, json_t **out, struct fwd_error *err)
{
    struct fwd_bytes text = {NULL, 0};
    json_t *keys = json_array();
    *out = NULL;
    enum fwd_fail fail =
        fwd_file_read(subject->recipe.recipe.description, FWD_JSON_FILE_MAX, &text, err);
    if (fail == FWD_FAIL_NONE)
        fail = trust_json(subject, keys, err);
    if (fail == FWD_FAIL_NONE) {
        *out = all_json(subject, &text, keys);
        fail = *out != NULL ? fail : fwd_error_memory(err, "the proof");
    }
    json_decref(keys);
    fwd_bytes_free(&text);
    return fail;
}
