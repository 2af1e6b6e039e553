/* Making and checking one signature over a message (SPEC.md section 5). */
#ifndef FWD_KEYS_SIGNATURE_H
#define FWD_KEYS_SIGNATURE_H

#include "keys/keypair.h"
#include "verify/ports.h"

#include <stddef.h>
#include <stdint.h>

/* the largest signature that any of the known algorithms makes */
#define FWD_SIGNATURE_ROOM 512u

/* Signs size bytes with a private key. signature: FWD_SIGNATURE_ROOM bytes; *signature_size: bytes
 * written. FWD_FAIL_REFUSED: the key has no private part or OpenSSL refuses it. */
enum fwd_fail fwd_signature_make(const struct fwd_keypair *key, const uint8_t *message, size_t size,
    uint8_t *signature, size_t *signature_size, struct fwd_error *err);

/* Checks a signature in the form that packages store. algorithm: what the signature claims; a key
 * of another type returns FWD_SIGNATURE_KEY_UNUSABLE. */
enum fwd_verdict fwd_signature_check(const struct fwd_keypair *key, uint16_t algorithm,
    const uint8_t *message, size_t size, const uint8_t *signature, size_t signature_size);

#endif
