/* The packages of the rig: made and signed once. */
#include "gen/package/builder.h"
#include "tests/keys/keys_sample.h"
#include "tests/module/module_rig.h"
#include "verify/codec.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IMAGES FWD_SOURCE_DIR "/samples/images/demo-"

static struct fwd_bytes packages[MODULE_PACKAGES];

static struct fwd_bytes image(const char *version)
{
    struct fwd_bytes bytes = {NULL, 0};
    char path[512];

    snprintf(path, sizeof path, IMAGES "%s.bin", version);
    ck_assert_int_eq(fwd_file_read(path, 1u << 22, &bytes, NULL), FWD_FAIL_NONE);
    return bytes;
}

static struct fwd_bytes build(
    const struct fwd_build_component *component, bool full, const struct fwd_keypair *key)
{
    struct fwd_bytes out;
    struct fwd_host_crypto crypto;
    struct fwd_build built;
    struct fwd_error err = {""};
    struct fwd_signed_package opened;

    ck_assert_int_eq(fwd_crypto_port_init(&crypto, &err), FWD_FAIL_NONE);
    struct fwd_build_options options = {
        .components = component, .component_count = 1, .full = full, .crypto = &crypto.port};
    ck_assert_msg(fwd_builder_make(&options, &built, &err) == FWD_FAIL_NONE, "%s", err.text);
    ck_assert_int_eq(fwd_signed_package_open(
                         "update.upd", built.package.data, built.package.size, &opened, NULL),
        FWD_FAIL_NONE);
    ck_assert_int_eq(fwd_signed_package_sign(&opened, key, &out, NULL), FWD_FAIL_NONE);
    fwd_builder_free(&built);
    fwd_crypto_port_free(&crypto);
    return out;
}

/* from NULL: a full package. One key signs all: it is made with the first. */
static struct fwd_bytes make(const char *from, const char *to, const struct fwd_keypair *key)
{
    struct fwd_bytes source = from != NULL ? image(from) : (struct fwd_bytes){NULL, 0};
    struct fwd_bytes target = image(to);
    struct fwd_build_component component = {.name = "firmware",
        .role = FWD_ROLE_FIRMWARE,
        .pair = {.source = source.data,
            .source_size = (uint32_t)source.size,
            .target = target.data,
            .target_size = (uint32_t)target.size},
        .source_version = from,
        .target_version = to,
        .codec = FWD_BUILD_AUTO,
        .force_delta = from != NULL};
    struct fwd_bytes out = build(&component, from == NULL, key);

    fwd_bytes_free(&source);
    fwd_bytes_free(&target);
    return out;
}

/* An operator profile is a package like any other. */
static struct fwd_bytes make_profile(const struct fwd_keypair *key)
{
    static const uint8_t content[] = "what an operator wants to be different";
    struct fwd_build_component component = {.name = "mno-2",
        .role = FWD_ROLE_CARRIER_PROFILE,
        .pair = {.target = content, .target_size = sizeof content},
        .target_version = "7.2",
        .codec = FWD_BUILD_AUTO};

    return build(&component, true, key);
}

/* Says 9.1.0 where it said 1.1.0: well-formed, but not what was signed. */
static void forge(struct fwd_bytes *package)
{
    size_t at = 0;

    while (memcmp(package->data + at, "1.1.0", 5) != 0)
        ck_assert_uint_lt(++at + 5, package->size);
    package->data[at] = '9';
}

void module_rig_packages(void)
{
    struct fwd_keypair key = sample_key_files(0, "key");

    packages[MODULE_DELTA] = make("1.0.0", "1.1.0", &key);
    packages[MODULE_FULL] = make(NULL, "1.1.0", &key);
    packages[MODULE_OTHER] = make("1.0.1", "1.1.0", &key);
    packages[MODULE_INSTALLED] = make("1.0.1", "1.0.0", &key);
    packages[MODULE_FLIPPED] = make(NULL, "1.1.0", &key);
    packages[MODULE_FLIPPED].data[packages[MODULE_FLIPPED].size / 2] ^= 1;
    packages[MODULE_FORGED] = make("1.0.0", "1.1.0", &key);
    forge(&packages[MODULE_FORGED]);
    packages[MODULE_PROFILE] = make_profile(&key);
    fwd_keypair_free(&key);
}

void module_rig_packages_free(void)
{
    for (int i = 0; i < MODULE_PACKAGES; i++)
        fwd_bytes_free(&packages[i]);
}

const struct fwd_bytes *module_rig_package(enum module_package which)
{
    return &packages[which];
}
