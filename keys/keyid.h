/* Key ids: the SHA-256 over the DER SubjectPublicKeyInfo is the full id; its first 8 bytes are the
 * key id of the signature block. `openssl pkey -pubin -outform DER | sha256sum` prints the same. */
#ifndef FWD_KEYS_KEYID_H
#define FWD_KEYS_KEYID_H

#include "format/limits.h"

#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>

#define FWD_KEYID_FULL_SIZE 32u
/* text of a key id, with the final zero byte */
#define FWD_KEYID_TEXT_SIZE (2u * FWD_KEY_ID_SIZE + 1u)

/* The full id of a public or private key. false: OpenSSL cannot encode the key. */
bool fwd_keyid_of(EVP_PKEY *pkey, uint8_t full[FWD_KEYID_FULL_SIZE]);

/* Key id as 16 lower-case hex digits. */
void fwd_keyid_text(const uint8_t key_id[FWD_KEY_ID_SIZE], char text[FWD_KEYID_TEXT_SIZE]);

/* The reverse; upper case is accepted. false: not exactly 16 hex digits. */
bool fwd_keyid_parse(const char *text, uint8_t key_id[FWD_KEY_ID_SIZE]);

#endif
