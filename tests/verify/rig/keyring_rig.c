#include "tests/verify/rig/keyring_rig.h"

#include "gen/package/builder.h"
#include "keys/signing/signed_package.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct keyring_shape keyring_shapes[KEYRING_SHAPES] = {
    {"one block a bank", 4096, 2, 256, false},
    {"two blocks a bank, two slots", 2048, 4, 16, true},
    {"unit 1", 4096, 2, 1, false},
    {"unit 1024", 4096, 3, 1024, true},
};

static const struct fwd_codec *const codecs[] = {&fwd_codec_stored};

static void describe(const struct keyring_shape *shape, char *text, size_t size)
{
    snprintf(text, size,
        "{\"name\": \"keys\", \"product\": \"demo\", \"hardware_revision\": 1, \"profile\": "
        "\"lara-r6-01b\", \"ram_budget\": 262144, \"resumer\": \"immutable\", \"codecs\": "
        "[\"stored\"], \"chips\": [{\"name\": \"flash\", \"program_unit\": %u, \"timing\": "
        "{\"erase_us_per_block\": []}}], \"areas\": {\"package\": {\"blocks\": [{\"size\": 4096, "
        "\"count\": 4}]}, \"staging\": {\"blocks\": [{\"size\": 4096, \"count\": 4}]}, "
        "\"scratch\": "
        "{\"blocks\": [{\"size\": 4096, \"count\": 2}]}, \"journal\": {\"blocks\": [{\"size\": %u, "
        "\"count\": 3}]}, \"version\": {\"blocks\": [{\"size\": 4096, \"count\": 3}]}, \"trust\": "
        "{\"blocks\": [{\"size\": %u, \"count\": %u}]}}, \"components\": [{\"name\": \"firmware\", "
        "\"role\": \"firmware\", \"layout\": \"%s\", \"slots\": [{\"blocks\": [{\"size\": 4096, "
        "\"count\": 2}]}%s]}]}",
        shape->unit, shape->unit > 256 ? 16384 : 4096, shape->block, shape->count,
        shape->two_slots ? "ab" : "in-place",
        shape->two_slots ? ", {\"blocks\": [{\"size\": 4096, \"count\": 2}]}" : "");
}

static void write_file(char path[KEYRING_PATH], const void *bytes, size_t size)
{
    strcpy(path, "/tmp/keyring-XXXXXX");

    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, bytes, size), (ssize_t)size);
    close(fd);
}

/* ---- signatures that were checked before ----------------------------------------------------- */

/* A sweep checks the same few signatures again and again. */
static struct memo {
    uint64_t key;
    enum fwd_verdict verdict;
} memo[1024];

static uint64_t fold(uint64_t hash, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ bytes[i]) * 1099511628211u;
    return hash;
}

static enum fwd_verdict (*checked)(void *ctx, const struct fwd_key *key, const uint8_t *message,
    size_t message_size, const uint8_t *signature, size_t signature_size);

static enum fwd_verdict remembered(void *ctx, const struct fwd_key *key, const uint8_t *message,
    size_t message_size, const uint8_t *signature, size_t signature_size)
{
    const struct fwd_trust_key *bytes = key->handle;
    uint64_t hash = fold(1469598103934665603u, bytes->der, bytes->der_size);

    hash = fold(fold(hash, message, message_size), signature, signature_size);
    struct memo *at = &memo[hash % 1024];
    if (at->key != hash) {
        at->verdict = checked(ctx, key, message, message_size, signature, signature_size);
        at->key = hash;
    }
    return at->verdict;
}

void keyring_files_make(struct keyring_files *files, const struct keyring_shape *shape,
    const struct fwd_bytes *built_in)
{
    char text[2048];

    memset(files, 0, sizeof *files);
    memset(files->image, 0x11, sizeof files->image);
    describe(shape, text, sizeof text);
    write_file(files->description, text, strlen(text));
    write_file(files->trust, built_in->data, built_in->size);
    files->paths[0] = files->trust;
    files->first = (struct fwd_machine_image){.component = "firmware",
        .bytes = files->image,
        .size = sizeof files->image,
        .version = "1.0"};
    files->recipe = (struct fwd_machine_recipe){.description = files->description,
        .images = &files->first,
        .image_count = 1,
        .trust = files->paths,
        .trust_count = 1};
}

void keyring_files_remove(const struct keyring_files *files)
{
    unlink(files->description);
    unlink(files->trust);
}

void keyring_device_open(struct keyring_device *device, const struct keyring_shape *shape)
{
    struct keyring_files files;
    struct fwd_error err = {""};

    memset(device, 0, sizeof *device);
    device->built_in =
        keyring_set(NULL, (struct keyring_recipe){.version = 1, .threshold = 2, .keys = "012"});
    keyring_files_make(&files, shape, &device->built_in);
    ck_assert_msg(
        fwd_machine_new(&files.recipe, codecs, 1, &device->machine, &err) == FWD_FAIL_NONE, "%s",
        err.text);
    ck_assert(device->machine->has_keyring);
    checked = device->machine->crypto.port.verify;
    device->machine->crypto.port.verify = remembered;
    keyring_files_remove(&files);
    ck_assert_int_eq(keyring_start(device), FWD_BOOT_RUN);
}

void keyring_device_close(struct keyring_device *device)
{
    ck_assert_msg(fwd_nor_violations(device->machine->nor) == 0, "%s",
        fwd_nor_violation_text(device->machine->nor));
    fwd_machine_close(device->machine);
    fwd_bytes_free(&device->built_in);
}

/* ---- packages -------------------------------------------------------------------------------- */

static struct fwd_keypair key_of(char number)
{
    struct fwd_keypair key;

    ck_assert_int_eq(fwd_keypair_simulated((unsigned)(number - '0'), &key, NULL), FWD_FAIL_NONE);
    return key;
}

static void sign_all(struct fwd_bytes *package, const char *signers)
{
    for (const char *at = signers; at != NULL && *at != 0; at++) {
        struct fwd_signed_package divided;
        struct fwd_bytes out = {NULL, 0};
        struct fwd_keypair key = key_of(*at);
        ck_assert_int_eq(
            fwd_signed_package_divide("package", package->data, package->size, &divided), FWD_OK);
        ck_assert_int_eq(fwd_signed_package_sign(&divided, &key, &out, NULL), FWD_FAIL_NONE);
        fwd_keypair_free(&key);
        fwd_bytes_free(package);
        *package = out;
    }
}

struct fwd_bytes keyring_set(const struct fwd_bytes *previous, struct keyring_recipe recipe)
{
    struct fwd_trust trust = {0};
    struct fwd_bytes out = {NULL, 0};
    struct fwd_trust_package_options options = {.version = recipe.version,
        .threshold = recipe.threshold,
        .products = &recipe.product,
        .product_count = recipe.product != NULL ? 1 : 0,
        .previous = previous};
    struct fwd_error err = {""};

    for (const char *at = recipe.keys; *at != 0; at++) {
        struct fwd_keypair key = key_of(*at);
        struct fwd_trust_limits limits = {
            .roles = recipe.roles != 0 ? recipe.roles : FWD_TRUST_ANY_ROLE,
            .may_raise_counter = true};
        ck_assert_int_eq(fwd_trust_add(&trust, &key, "key", &limits, NULL), FWD_FAIL_NONE);
    }
    ck_assert_msg(
        fwd_trust_package_make(&trust, &options, &out, &err) == FWD_FAIL_NONE, "%s", err.text);
    fwd_trust_free(&trust);
    sign_all(&out, recipe.signers);
    return out;
}

struct fwd_bytes keyring_firmware(uint8_t fill, uint32_t counter, const char *signers)
{
    uint8_t image[KEYRING_FIRMWARE];
    struct fwd_host_crypto crypto;
    struct fwd_build build;
    struct fwd_error err = {""};

    memset(image, fill, sizeof image);
    ck_assert_int_eq(fwd_crypto_port_init(&crypto, NULL), FWD_FAIL_NONE);
    struct fwd_build_component component = {.name = "firmware",
        .role = FWD_ROLE_FIRMWARE,
        .pair = {.target = image, .target_size = sizeof image},
        .target_version = "2.0",
        .codec = FWD_CODEC_STORED,
        .full = true,
        .has_counter = true,
        .counter = counter};
    struct fwd_build_options options = {
        .components = &component, .component_count = 1, .full = true, .crypto = &crypto.port};
    ck_assert_msg(fwd_builder_make(&options, &build, &err) == FWD_FAIL_NONE, "%s", err.text);
    struct fwd_bytes package = build.package;
    build.package = (struct fwd_bytes){NULL, 0};
    fwd_builder_free(&build);
    fwd_crypto_port_free(&crypto);
    sign_all(&package, signers);
    return package;
}

/* ---- the device ------------------------------------------------------------------------------ */

enum fwd_boot_action keyring_start(struct keyring_device *device)
{
    fwd_machine_power_cycle(device->machine);
    ck_assert_int_eq(fwd_update_init(&device->update, &device->machine->device), FWD_OK);
    ck_assert_int_eq(fwd_boot_decide(&device->update, &device->choice), FWD_OK);
    if (device->choice.action == FWD_BOOT_RESUME) {
        enum fwd_reason reason = fwd_update_resume(&device->update);
        (void)reason;
        ck_assert_int_eq(fwd_boot_decide(&device->update, &device->choice), FWD_OK);
    }
    if (device->choice.action == FWD_BOOT_RUN)
        fwd_machine_started(device->machine, &device->update);
    return device->choice.action;
}

static enum fwd_reason read_bytes(void *ctx, uint32_t offset, void *buf, uint32_t size)
{
    const struct fwd_bytes *bytes = ctx;

    memcpy(buf, bytes->data + offset, size);
    return FWD_OK;
}

enum fwd_reason keyring_give(struct keyring_device *device, const struct fwd_bytes *package)
{
    struct fwd_bytes copy = *package;
    const struct fwd_input input = {&copy, read_bytes, (uint32_t)package->size};

    return fwd_keyring_install(&device->machine->keyring, &device->update, &input);
}

enum fwd_reason keyring_update(struct keyring_device *device, const struct fwd_bytes *package)
{
    enum fwd_reason reason = fwd_download_begin(&device->update, 0);

    if (reason == FWD_OK)
        reason = fwd_download_write(&device->update, package->data, (uint32_t)package->size);
    if (reason == FWD_OK)
        reason = fwd_download_end(&device->update);
    return reason == FWD_OK ? fwd_update_install(&device->update, FWD_COMMAND_FULL) : reason;
}

uint8_t keyring_runs(const struct keyring_device *device)
{
    uint8_t bytes[KEYRING_FIRMWARE];

    ck_assert_int_eq(device->choice.action, FWD_BOOT_RUN);
    ck_assert(
        fwd_machine_read_slot(device->machine, 0, device->choice.slot[0], bytes, sizeof bytes));
    return bytes[0] == bytes[KEYRING_FIRMWARE - 1] ? bytes[0] : 0;
}

uint32_t keyring_version(const struct keyring_device *device)
{
    return device->machine->keyring.lost ? 0 : device->machine->keyring.newest.set.version;
}
