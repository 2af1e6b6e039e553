/* What a build command was asked for: images, versions, options, keys, devices. Shared by gen and
 * import-bsdiff40. */
#ifndef FWD_CLI_BUILD_BUILD_SPEC_H
#define FWD_CLI_BUILD_BUILD_SPEC_H

#include "cli/common/args.h"
#include "cli/common/image_file.h"
#include "cli/sign/key_option.h"
#include "format/dependency.h"
#include "gen/package/builder.h"
#include "keys/keypair.h"
#include "sim/device/description.h"

#define FWD_BUILD_DEVICES_MAX      16u
#define FWD_BUILD_DEPENDENCIES_MAX 16u

/* Options that both commands have. */
#define FWD_BUILD_SPEC_OPTIONS                                                                     \
    {"output", 'o', "PKG", false, "the package; default: SRC_DST.upd from the versions"},          \
        {"key", 'k', "KEY", true, "sign with this private key, a file or pkcs11: URI; up to 4"},   \
        FWD_KEY_OPTIONS,                                                                           \
        {"unsigned", 0, NULL, false, "no signature yet: see tbs, attach and sign"},                \
        {"device", 'd', "FILE", true, "must install on this device; certify what it costs there"}, \
        {"no-certificate", 0, NULL, false,                                                         \
            "do not certify what the devices' flash will go through"},                             \
        {"product", 'p', "NAME", true, "only for this product; default: any"},                     \
        {"hardware", 0, "MIN-MAX", false, "only for these hardware revisions"},                    \
        {"name", 'n', "COMPONENT", false, "name of the component; default: firmware"},             \
        {"role", 0, "ROLE", false, "firmware, carrier-profile, boot, rot or data"},                \
        {"from-version", 0, "VERSION", false, "version of the old image"},                         \
        {"to-version", 0, "VERSION", false, "version of the new image"},                           \
        {"label", 0, "TEXT", false, "version of the package as a whole"},                          \
        {"counter", 0, "N", false, "security counter, against going back to older versions"},      \
        {"release", 0, "N", true, "release number; NAME=N when there are several components"},     \
        {"requires", 0, "NAME>=N", true,                                                           \
            "only where component NAME has release number N or a higher one"},                     \
        {"not-after", 0, "TIME", false,                                                            \
            "not to be installed later, as 2027-01-31 (devices that know the time)"},              \
        {"ram", 0, "BYTES", false, "memory for the decoder, as 64K; default: what devices have"},  \
        {"timestamp", 0, NULL, false, "note the time (or SOURCE_DATE_EPOCH)"},                     \
        {"force-delta", 0, NULL, false, "keep a delta that is larger than the full image"},        \
        {"jobs", 0, "N", false, "threads; the result does not depend on it"},                      \
        {"sbom", 0, "FILE", false, "write a bill of materials (CycloneDX), too"},                  \
        {"provenance", 0, "FILE", false, "write how it was made (in-toto), for reproduce, too"},   \
        {"force", 'f', NULL, false, "replace existing files"}, FWD_IMAGE_FILE_OPTIONS,             \
    {                                                                                              \
        "json", 'j', NULL, false, "report as JSON"                                                 \
    }

/* One component as asked for. */
struct fwd_build_part {
    char name[FWD_NAME_MAX + 1];
    char from[FWD_VERSION_MAX + 1]; /* "": not stated */
    char to[FWD_VERSION_MAX + 1];
    int role;             /* FWD_ROLE_*, or -1: by name and device */
    uint16_t codec;       /* FWD_CODEC_* or FWD_BUILD_AUTO */
    const char *old_path; /* NULL: none */
    const char *new_path; /* NULL: bytes are given */
    char *paths;          /* owned; what the two point into, or NULL */
    struct fwd_bytes source, target;
    struct fwd_segments source_segments, target_segments; /* as far as the files name them */
    bool has_counter; /* the new image states a security counter, and --counter is not given */
    uint32_t counter;
    uint32_t release;                /* 0: not stated */
    const struct fwd_tuples *tuples; /* NULL: to be found */
};

struct fwd_build_spec {
    struct fwd_build_part parts[FWD_COMPONENTS_MAX];
    size_t part_count;
    const char *products[FWD_PRODUCTS_MAX];
    size_t product_count;
    bool has_hardware;
    uint32_t hardware_min, hardware_max;
    bool has_counter;
    uint32_t counter;
    struct fwd_dependency dependencies[FWD_BUILD_DEPENDENCIES_MAX]; /* point into the arguments */
    size_t dependency_count;
    bool expires;
    uint64_t not_after; /* seconds since 1970, as is timestamp */
    bool has_timestamp;
    uint64_t timestamp;
    uint32_t ram; /* 0: by the devices */
    uint32_t jobs;
    uint64_t memory; /* 0: as much as helps */
    enum fwd_effort effort;
    struct fwd_hints hints;
    struct fwd_keypair keys[FWD_SIGNATURES_MAX];
    const char *key_files[FWD_SIGNATURES_MAX]; /* as they were given; owned by the arguments */
    size_t key_count;
    struct fwd_device_description *devices[FWD_BUILD_DEVICES_MAX];
    size_t device_count;
    char output[4096];
};

/* Everything but the components' images. *spec is freed by the caller, also after a failure. */
enum fwd_fail fwd_build_spec_read(
    const struct fwd_args *args, struct fwd_build_spec *spec, struct fwd_error *err);

/* Reads the images of all parts, and decides on the name of the output. */
enum fwd_fail fwd_build_spec_images(
    const struct fwd_args *args, struct fwd_build_spec *spec, struct fwd_error *err);

/* FWD_FAIL_USAGE: the output is one of the components' images. */
enum fwd_fail fwd_build_spec_check_output(
    const struct fwd_build_spec *spec, const char *output, struct fwd_error *err);

void fwd_build_spec_free(struct fwd_build_spec *spec);

#endif
