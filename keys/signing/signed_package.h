/* Signatures of a package in memory: where the signed bytes are, who signed, adding one more. The
 * signed bytes (header and manifest) never change. */
#ifndef FWD_KEYS_SIGNING_SIGNED_PACKAGE_H
#define FWD_KEYS_SIGNING_SIGNED_PACKAGE_H

#include "format/header.h"
#include "format/sigblock.h"
#include "hostio/host_file.h"
#include "keys/keypair.h"

/* A package divided; points into its bytes, owns nothing. */
struct fwd_signed_package {
    const char *name; /* of the file, for sentences */
    struct fwd_header header;
    const uint8_t *signed_bytes; /* header and manifest: exactly what is signed */
    size_t signed_size;
    struct fwd_sigblock block;
    const uint8_t *payload;
    size_t payload_size;
};

/* Divides the bytes of a package; checks sizes only, no signature. FWD_OK, or the reason why it is
 * none: those of fwd_header_decode(), fwd_sigblock_decode(), FWD_E_STORED_LENGTH. */
FWD_MUST_USE enum fwd_reason fwd_signed_package_divide(
    const char *name, const uint8_t *bytes, size_t size, struct fwd_signed_package *package);

/* The same with a sentence; FWD_FAIL_REFUSED. */
enum fwd_fail fwd_signed_package_open(const char *name, const uint8_t *bytes, size_t size,
    struct fwd_signed_package *package, struct fwd_error *err);

/* Has this key signed, whatever its signature is worth? */
bool fwd_signed_package_has(
    const struct fwd_signed_package *package, const struct fwd_keypair *key);

/* Signs with a private key and appends the signature. *out: the new package, freed by the caller.
 * FWD_FAIL_REFUSED: signed with this key already, or FWD_SIGNATURES_MAX signatures are there. */
enum fwd_fail fwd_signed_package_sign(const struct fwd_signed_package *package,
    const struct fwd_keypair *key, struct fwd_bytes *out, struct fwd_error *err);

/* Appends a signature made elsewhere over the signed bytes, after checking it. sig_name: of its
 * file. ECDSA signatures may be DER or raw r || s; they are stored as DER.
 * FWD_FAIL_REFUSED as above, or: not a signature of the key's algorithm, or not over these bytes.
 */
enum fwd_fail fwd_signed_package_attach(const struct fwd_signed_package *package,
    const char *sig_name, const uint8_t *signature, size_t signature_size,
    const struct fwd_keypair *key, struct fwd_bytes *out, struct fwd_error *err);

/* The package without some of its signatures. remove: bit n is signature n of the block. *out:
 * freed by the caller. */
enum fwd_fail fwd_signed_package_remove(const struct fwd_signed_package *package, uint32_t remove,
    struct fwd_bytes *out, struct fwd_error *err);

#endif
