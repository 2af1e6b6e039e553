/* The chain of a trust package, verified as a device does it. */
#ifndef FWD_CLI_TRUST_TRUST_CHAIN_H
#define FWD_CLI_TRUST_TRUST_CHAIN_H

#include "hostio/host_file.h"
#include "verify/keyring/keyring.h"

/* A set of the chain. */
struct fwd_trust_link {
    struct fwd_trust_set set; /* points into the package */
    struct fwd_manifest manifest;
    uint8_t signers[FWD_SIGNATURES_MAX][FWD_KEY_ID_SIZE];
    uint8_t signer_count;
    uint8_t ids[FWD_TRUST_KEYS_MAX][FWD_KEY_ID_SIZE];
};

struct fwd_trust_chain {
    struct fwd_trust_link links[FWD_TRUST_CHAIN_MAX]; /* the newest first */
    size_t count;
    size_t root;            /* the link that counts as built in */
    enum fwd_reason reason; /* what a device says that has it built in */
};

/* Reads a trust package and verifies it from the oldest set on, or from the newest one of
 * `built_in`, another trust package (NULL: the oldest). FWD_FAIL_NONE also when a signature is
 * missing: see chain->reason. FWD_FAIL_REFUSED: it cannot be read. */
enum fwd_fail fwd_trust_chain_read(const char *name, const struct fwd_bytes *package,
    const struct fwd_bytes *built_in, struct fwd_trust_chain *chain, struct fwd_error *err);

/* Prints it for people, or as JSON. */
enum fwd_fail fwd_trust_chain_show(
    const char *name, const struct fwd_trust_chain *chain, bool json, struct fwd_error *err);

/* FWD_FAIL_REFUSED: the devices that chain->reason speaks for refuse it. */
enum fwd_fail fwd_trust_chain_accepted(
    const char *name, const struct fwd_trust_chain *chain, struct fwd_error *err);

/* Reads a file, without a word: FWD_FAIL_REFUSED also if devices that have its oldest set refuse
 * it. */
enum fwd_fail fwd_trust_chain_check(const char *path, struct fwd_error *err);

/* Both for a file, then FWD_FAIL_REFUSED if the newest set would not be accepted. built_in_path:
 * NULL for the oldest set. */
enum fwd_fail fwd_trust_chain_verify(
    const char *path, const char *built_in_path, bool json, struct fwd_error *err);

#endif
