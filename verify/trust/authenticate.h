/* Second step: only this makes a trusted manifest out of an unverified package. */
#ifndef FWD_VERIFY_TRUST_AUTHENTICATE_H
#define FWD_VERIFY_TRUST_AUTHENTICATE_H

#include "verify/trust/parse.h"

/* V4 and V5 without the payload: keys, signatures, threshold; then the manifest.
 * threshold: the device's, unless the store of keys has its own.
 * Every entry whose key is known must verify, even when the threshold is met.
 * FWD_OK; FWD_E_NO_KEYS, _COUNTER, _UNSIGNED, _UNKNOWN_SIGNER, _KEY_INVALID, _BAD_SIGNATURE,
 * _DUPLICATE_SIGNER, _TOO_FEW_SIGNATURES, _MANIFEST_SYNTAX, _MANIFEST_VALUE, _UNKNOWN_CRITICAL,
 * _INTERNAL. *trusted points into the bytes of `package`. */
FWD_MUST_USE enum fwd_reason fwd_authenticate(const struct fwd_unverified *package,
    const struct fwd_ports *ports, uint8_t threshold, struct fwd_trusted *trusted);

/* The same for what is installed already: a key that installs nothing any more may still start what
 * it signed (fwd_keys_port.started). */
FWD_MUST_USE enum fwd_reason fwd_authenticate_started(const struct fwd_unverified *package,
    const struct fwd_device *device, struct fwd_trusted *trusted);

/* The rest of V5: one pass over the stored payload against the digest that was signed.
 * buf: room bytes for reading. FWD_OK, FWD_E_PAYLOAD_DIGEST, or what reading returns. */
FWD_MUST_USE enum fwd_reason fwd_authenticate_payload(const struct fwd_trusted *trusted,
    const struct fwd_input *package, const struct fwd_ports *ports, uint8_t *buf, uint32_t room);

/* Whether the key of a signer, alone, may sign for this component's role and the package's products
 * (and may raise a counter, when `raises`). */
bool fwd_authenticate_covers(const struct fwd_trusted *trusted, uint8_t signer,
    const struct fwd_component *component, bool raises);

/* Whether as many of the signers as the threshold may sign for this component's role and the
 * package's products (and may raise a counter, when `raises`). FWD_OK or FWD_E_NOT_AUTHORISED. */
FWD_MUST_USE enum fwd_reason fwd_authenticate_authority(
    const struct fwd_trusted *trusted, const struct fwd_component *component, bool raises);

#endif
