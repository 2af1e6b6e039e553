#include "tests/keys/keys_sample.h"

#include "keys/keyfile.h"
#include "tests/hostio/scratch_folder.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fwd_keypair sample_key(int algorithm)
{
    struct fwd_keypair key;
    struct fwd_error err = {""};
    enum fwd_fail fail = fwd_keypair_generate(fwd_algorithm_at((size_t)algorithm), &key, &err);
    ck_assert_msg(fail == FWD_FAIL_NONE, "%s", err.text);
    return key;
}

struct fwd_keypair sample_key_files(int algorithm, const char *name)
{
    char file[64];
    struct fwd_error err = {""};
    struct fwd_keypair key = sample_key(algorithm);
    (void)snprintf(file, sizeof file, "%s.pem", name);
    enum fwd_fail fail = fwd_keyfile_write(&key, scratch_path(file), NULL, false, &err);
    ck_assert_msg(fail == FWD_FAIL_NONE, "%s", err.text);
    return key;
}

struct fwd_bytes sample_package(void)
{
    static const uint8_t digest[FWD_DIGEST_SIZE] = {1, 2, 3};
    const struct fwd_header header = {.kind = FWD_KIND_FULL,
        .major = FWD_FORMAT_MAJOR,
        .minor = FWD_FORMAT_MINOR,
        .manifest_size = SAMPLE_MANIFEST,
        .payload_size = SAMPLE_PAYLOAD,
        .payload_digest = digest};
    size_t head = FWD_HEADER_SIZE + SAMPLE_MANIFEST;
    size_t block = fwd_sigblock_size(NULL, 0);
    struct fwd_bytes package = {NULL, head + block + SAMPLE_PAYLOAD};
    package.data = malloc(package.size);
    ck_assert_ptr_nonnull(package.data);
    for (size_t i = 0; i < package.size; i++)
        package.data[i] = (uint8_t)(i * 7 + 3);
    fwd_header_encode(&header, package.data);
    ck_assert(fwd_sigblock_encode(NULL, 0, package.data + head, block));
    return package;
}

struct fwd_signed_package sample_open(const struct fwd_bytes *package)
{
    struct fwd_signed_package opened;
    struct fwd_error err = {""};
    enum fwd_fail fail =
        fwd_signed_package_open("update.upd", package->data, package->size, &opened, &err);
    ck_assert_msg(fail == FWD_FAIL_NONE, "%s", err.text);
    return opened;
}

void sample_sign(struct fwd_bytes *package, const struct fwd_keypair *key)
{
    struct fwd_signed_package opened = sample_open(package);
    struct fwd_bytes signed_one;
    struct fwd_error err = {""};
    enum fwd_fail fail = fwd_signed_package_sign(&opened, key, &signed_one, &err);
    ck_assert_msg(fail == FWD_FAIL_NONE, "%s", err.text);
    fwd_bytes_free(package);
    *package = signed_one;
}
