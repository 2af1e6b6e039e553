/* What is to be released: products with their versions, devices, keys. Read from a JSON file
 * (*: may be absent):
 *
 *     name: of the release
 *     devices: list of {name, description: a file as `fwdelta gen --device` takes it}
 *     products: list of {name, to: {version, image}, from: list of {version, image},
 *         *via: list of {from, to}: two versions of `from`, for updates in two steps,
 *         *devices: names, default those for this product, *full: make a full package, too; default
 * true} keys: list of private keys as `fwdelta gen --key` takes them, by reference trust: list of
 * public keys, files or folders *gen: list of further arguments of `fwdelta gen` *torture: list of
 * further arguments of `fwdelta torture`; absent: no torture *package: "shared" (default): one
 * package for all devices of a product; "device": one each *limits: {*package_bytes,
 * *milliseconds}: of one update
 *
 * Names of products, versions and devices are parts of file names: what these cannot hold counts as
 * "-" there, and two names must still differ.
 *
 * Names of files count from the folder of the file. */
#ifndef FWD_MATRIX_PLAN_RELEASE_FILE_H
#define FWD_MATRIX_PLAN_RELEASE_FILE_H

#include "hostio/host_error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FWD_MATRIX_NAME     64u
#define FWD_MATRIX_PRODUCTS 1000u
#define FWD_MATRIX_DEVICES  1000u
#define FWD_MATRIX_VERSIONS 5000u /* of a product */
#define FWD_MATRIX_KEYS     4u
#define FWD_MATRIX_TRUST    16u
#define FWD_MATRIX_WORDS    32u
#define FWD_MATRIX_WORD     256u

struct fwd_matrix_version {
    char version[FWD_MATRIX_NAME];
    char *image; /* owned; path */
};

struct fwd_matrix_step {
    size_t from, to; /* indices of versions */
};

struct fwd_matrix_product {
    char name[FWD_MATRIX_NAME];
    struct fwd_matrix_version *versions; /* owned; the last is what is released */
    size_t version_count;
    struct fwd_matrix_step *via; /* owned */
    size_t via_count;
    bool on[FWD_MATRIX_DEVICES]; /* by index of the device */
    bool any;                    /* no list of devices is given */
    bool full;
};

struct fwd_matrix_device {
    char name[FWD_MATRIX_NAME];
    char *description; /* owned; path */
};

struct fwd_release_file {
    char *path; /* owned; absolute */
    char name[FWD_MATRIX_NAME];
    struct fwd_matrix_device devices[FWD_MATRIX_DEVICES];
    size_t device_count;
    struct fwd_matrix_product *products; /* owned */
    size_t product_count;
    char *keys[FWD_MATRIX_KEYS], *trust[FWD_MATRIX_TRUST]; /* owned */
    size_t key_count, trust_count;
    char gen[FWD_MATRIX_WORDS][FWD_MATRIX_WORD], torture[FWD_MATRIX_WORDS][FWD_MATRIX_WORD];
    size_t gen_count, torture_count;
    bool tortures;
    bool per_device;
    uint32_t package_bytes, milliseconds; /* limits; 0: none */
};

/* *out: freed by fwd_release_file_free(). FWD_FAIL_REFUSED: not such a file; the sentence names the
 * member. FWD_FAIL_ENVIRONMENT: it cannot be read. Files that it names are not looked at. */
enum fwd_fail fwd_release_file_load(
    const char *path, struct fwd_release_file **out, struct fwd_error *err);

/* A character of a name in the name of a file: itself, or "-". */
char fwd_release_file_character(char c);

void fwd_release_file_free(struct fwd_release_file *release); /* NULL-safe */

#endif
