/* A signed statement as a file: a DSSE envelope (Dead Simple Signing Envelope, version 1.0) with
 * one signature. What is signed is the pre-authentication encoding
 *
 *     DSSEv1 SP size(type) SP type SP size(payload) SP payload
 *
 * in the form of signature that packages store (SPEC.md section 5). */
#ifndef FWD_KEYS_SIGNING_ENVELOPE_H
#define FWD_KEYS_SIGNING_ENVELOPE_H

#include "hostio/host_file.h"
#include "keys/keypair.h"
#include "keys/trust.h"

#define FWD_ENVELOPE_MAX 8388608u /* bytes of a file */

/* The envelope of a payload as JSON. *out: freed by the caller. */
enum fwd_fail fwd_envelope_make(const char *type, const struct fwd_bytes *payload,
    const struct fwd_keypair *key, struct fwd_bytes *out, struct fwd_error *err);

/* Opens an envelope that a key of `trust` has signed. It must be exactly the bytes that
 * fwd_envelope_make() wrote. name: of the file. *payload: freed by the caller; id: of the key.
 * FWD_FAIL_REFUSED: anything else. */
enum fwd_fail fwd_envelope_open(const char *name, const struct fwd_bytes *file, const char *type,
    const struct fwd_trust *trust, struct fwd_bytes *payload, uint8_t id[FWD_KEY_ID_SIZE],
    struct fwd_error *err);

#endif
