/* Packages for the tests of the installer, built and signed in memory. What a builder would never
 * write is made by editing the draft before it is signed. */
#ifndef FWD_TESTS_VERIFY_RIG_INSTALL_PACKAGE_H
#define FWD_TESTS_VERIFY_RIG_INSTALL_PACKAGE_H

#include "format/header.h"
#include "hostio/host_file.h"
#include "keys/keypair.h"
#include "tests/verify/rig/install_images.h"

#define LAB_PARTS_MAX 4

/* Keys of the tests, made when first used: 0..2 are in the device's store, 3 is foreign. */
#define LAB_KEYS      4
#define LAB_KNOWN     3
#define LAB_KEY_OTHER 3
const struct fwd_keypair *lab_key(int index);
void lab_keys_free(void);

/* One component of a package. */
struct lab_part {
    const char *name;
    uint8_t role;
    bool delta; /* from source by pattern; otherwise the target is stored */
    bool descending;
    const struct lab_pattern *pattern;
    const struct lab_image *source, *target;
    const char *source_version, *target_version;
    bool has_counter;
    uint32_t counter;
};

/* What is about to be signed. */
struct lab_draft {
    struct fwd_header header;
    struct fwd_manifest manifest;
    uint8_t payload[LAB_PARTS_MAX * LAB_SECTION_MAX];
    uint32_t payload_size;
    uint8_t payload_digest[FWD_DIGEST_SIZE];
    uint8_t manifest_bytes[FWD_SIGNED_MAX];
    size_t manifest_size;
};

struct lab_recipe {
    struct lab_part parts[LAB_PARTS_MAX];
    uint8_t part_count;
    uint8_t kind;                    /* 0: delta when a part is one */
    int signers[FWD_SIGNATURES_MAX]; /* key numbers */
    uint8_t signer_count;            /* 0: key 0 alone */
    bool unsigned_package;
    /* Changes fields before the payload digest is computed and the manifest is encoded. */
    void (*edit)(struct lab_draft *draft);
    /* Changes bytes of the encoded manifest, or of the header. */
    void (*edit_bytes)(struct lab_draft *draft);
};

/* The caller frees it. */
struct fwd_bytes lab_package(const struct lab_recipe *recipe);

#endif
