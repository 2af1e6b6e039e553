/* Private keys in PKCS#11 tokens (smart cards, HSMs), named by URIs of RFC 7512. They are found
 * through p11-kit; what they sign is hashed here, and the private key stays where it is. */
#ifndef FWD_KEYS_TOKEN_PKCS11_H
#define FWD_KEYS_TOKEN_PKCS11_H

#include "keys/keypair.h"
#include "keys/passphrase.h"

#include <stddef.h>
#include <stdint.h>

struct fwd_pkcs11_options {
    const char *module; /* path of the PKCS#11 library; NULL: of the URI, else those of p11-kit */
    /* For the PIN when the URI has neither pin-value nor pin-source; asked only by tokens that want
     * one. */
    struct fwd_passphrase_source pin;
};

/* Does this text begin with "pkcs11:"? */
bool fwd_pkcs11_is_uri(const char *text);

/* A name of the key for sentences: the URI without its query, where a PIN may be. */
void fwd_pkcs11_name(const char *uri, char *name, size_t size);

/* Opens the token and finds the one private key that the URI names, and its public key. *out: freed
 * by the caller, which ends the session with the token.
 * FWD_FAIL_USAGE: not a URI, or of an unknown attribute. FWD_FAIL_ENVIRONMENT: no such library or
 * token. FWD_FAIL_REFUSED: no key or several, a wrong PIN, a type that packages are not signed
 * with.
 */
enum fwd_fail fwd_pkcs11_open(const char *uri, const struct fwd_pkcs11_options *options,
    struct fwd_keypair *out, struct fwd_error *err);

#endif
