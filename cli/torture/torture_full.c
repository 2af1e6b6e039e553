#include "cli/torture/torture_full.h"

#include "cli/common/option_check.h"
#include "keys/signing/signed_package.h"
#include "keys/trust_package.h"
#include "sim/device/description.h"

#include <stdlib.h>
#include <string.h>

static enum fwd_fail decode(const char *path, const struct fwd_bytes *bytes, uint8_t *kind,
    struct fwd_manifest *manifest, struct fwd_error *err)
{
    struct fwd_signed_package divided;
    enum fwd_fail fail = fwd_signed_package_open(path, bytes->data, bytes->size, &divided, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    *kind = divided.header.kind;
    enum fwd_reason reason = fwd_manifest_decode(divided.signed_bytes + FWD_HEADER_SIZE,
        divided.signed_size - FWD_HEADER_SIZE, divided.header.payload_size, manifest);
    if (reason == FWD_OK)
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_REFUSED, "%s: %s (%s)", path,
        fwd_reason_info(reason)->meaning, fwd_reason_info(reason)->name);
}

static const struct fwd_component *find(const struct fwd_manifest *manifest, struct fwd_text name)
{
    for (uint8_t i = 0; i < manifest->component_count; i++) {
        if (fwd_text_equal(manifest->components[i].name, name))
            return &manifest->components[i];
    }
    return NULL;
}

/* What runs in the end is compared with what the update leads to. */
static enum fwd_fail compare(const char *path, const char *update_path,
    const struct fwd_manifest *update, const struct fwd_manifest *full, struct fwd_error *err)
{
    for (uint8_t i = 0; i < update->component_count; i++) {
        const struct fwd_component *c = &update->components[i], *same = find(full, c->name);
        if (same == NULL || same->target.size != c->target.size ||
            memcmp(same->target.digest, c->target.digest, FWD_DIGEST_SIZE) != 0 ||
            !fwd_text_equal(same->target.version, c->target.version))
            return fwd_error_fail(err, FWD_FAIL_REFUSED,
                "%s: does not lead to the same %.*s as %s; build it of the same new image and "
                "version with 'fwdelta gen --full'",
                path, (int)c->name.size, c->name.bytes, update_path);
    }
    return FWD_FAIL_NONE;
}

static enum fwd_fail check(const struct fwd_args *args, const char *path,
    const struct fwd_bytes *package, const struct fwd_bytes *full, struct fwd_manifest manifests[2],
    struct fwd_error *err)
{
    uint8_t kinds[2];
    enum fwd_fail fail = decode(args->operands[0], package, &kinds[0], &manifests[0], err);
    if (fail == FWD_FAIL_NONE)
        fail = decode(path, full, &kinds[1], &manifests[1], err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    if (kinds[0] == FWD_KIND_TRUST)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "--full has no effect with a trust package, %s; leave it out", args->operands[0]);
    if (kinds[1] != FWD_KIND_FULL)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: a full package is expected; make one with 'fwdelta gen --full'", path);
    return compare(path, args->operands[0], &manifests[0], &manifests[1], err);
}

enum fwd_fail fwd_torture_full_read(const struct fwd_args *args, const char *path,
    const struct fwd_bytes *package, struct fwd_bytes *full, struct fwd_error *err)
{
    struct fwd_manifest *manifests = calloc(2, sizeof *manifests);
    enum fwd_fail fail = fwd_option_check_needs(args, " full ", " start-faults worn ", err);
    if (fail == FWD_FAIL_NONE && fwd_args_has(args, "generations"))
        fail = fwd_error_fail(err, FWD_FAIL_USAGE,
            "--full and --generations exclude each other: a past is signed with keys of the "
            "simulation");
    if (fail == FWD_FAIL_NONE)
        fail = fwd_file_read_as("a full package", path, FWD_DEVICE_FLASH_MAX, full, err);
    if (fail == FWD_FAIL_NONE && manifests == NULL)
        fail = fwd_error_memory(err, path);
    if (fail == FWD_FAIL_NONE)
        fail = check(args, path, package, full, manifests, err);
    free(manifests);
    return fail;
}

static bool has_signed(const struct fwd_signed_package *package, const uint8_t *key_id)
{
    for (uint8_t i = 0; i < package->block.count; i++) {
        if (memcmp(package->block.signatures[i].key_id, key_id, FWD_KEY_ID_SIZE) == 0)
            return true;
    }
    return false;
}

enum fwd_fail fwd_torture_full_check_keys(const char *update_path, const struct fwd_bytes *update,
    const struct fwd_bytes *full, struct fwd_error *err)
{
    struct fwd_signed_package removed, sent;
    enum fwd_fail fail =
        fwd_signed_package_open(update_path, update->data, update->size, &removed, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_signed_package_open("--full", full->data, full->size, &sent, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    for (uint8_t i = 0; i < sent.block.count; i++) {
        if (!has_signed(&removed, sent.block.signatures[i].key_id))
            return FWD_FAIL_NONE;
    }
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "--full: only keys of %s have signed it, and --start-faults removes these from the device; "
        "sign it with another key that the device trusts, or leave --full out, and one that is "
        "signed with a key of the simulation is sent",
        update_path);
}
