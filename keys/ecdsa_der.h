/* The two forms of an ECDSA signature: DER, as stored in packages, and raw r || s, as HSMs and
 * JOSE tools write it. */
#ifndef FWD_KEYS_ECDSA_DER_H
#define FWD_KEYS_ECDSA_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Are these bytes exactly one DER SEQUENCE of two INTEGERs, with nothing after it? */
bool fwd_ecdsa_der_check(const uint8_t *bytes, size_t size);

/* Converts r || s (big-endian halves, size even) to DER. Returns the bytes written, or 0 when r or
 * s is zero, or out is too small. */
size_t fwd_ecdsa_der_from_raw(const uint8_t *raw, size_t size, uint8_t *out, size_t out_size);

#endif
