/* The host's crypto port (verify/ports.h) over OpenSSL. */
#ifndef FWD_KEYS_CRYPTO_PORT_H
#define FWD_KEYS_CRYPTO_PORT_H

#include "hostio/host_error.h"
#include "verify/ports.h"

#include <openssl/evp.h>

/* Everything is allocated by init: the simulator may leave the library in the middle of a call (a
 * power cut), and nothing is lost then. */
struct fwd_host_crypto {
    EVP_MD *sha256;
    EVP_MD_CTX *slots[FWD_HASH_SLOTS];
    uint64_t hashed;             /* bytes, since init */
    struct fwd_crypto_port port; /* ctx is this struct: it must not move */
};

enum fwd_fail fwd_crypto_port_init(struct fwd_host_crypto *crypto, struct fwd_error *err);

/* From now on keys are those of trust sets: key->handle is a struct fwd_trust_key. */
void fwd_crypto_port_trust_keys(struct fwd_host_crypto *crypto);

/* Frees and clears; NULL-safe. */
void fwd_crypto_port_free(struct fwd_host_crypto *crypto);

#define FWD_DIGEST_LARGEST 64u

/* A digest that OpenSSL knows by this name. Returns its size; 0: it is not known, or OpenSSL
 * failed. */
size_t fwd_crypto_port_digest(
    const char *name, const void *bytes, size_t size, uint8_t digest[FWD_DIGEST_LARGEST]);

/* SHA-256 of bytes in memory. false: OpenSSL failed. */
bool fwd_crypto_port_sha256(const void *bytes, size_t size, uint8_t digest[FWD_DIGEST_SIZE]);

#endif
