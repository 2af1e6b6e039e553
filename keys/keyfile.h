/* Key files: PKCS#8 private keys (release.pem, mode 0600, optionally encrypted) and
 * SubjectPublicKeyInfo public keys (release.pub.pem), written as PEM, read as PEM or DER. */
#ifndef FWD_KEYS_KEYFILE_H
#define FWD_KEYS_KEYFILE_H

#include "hostio/host_file.h"
#include "keys/keypair.h"
#include "keys/passphrase.h"

#include <openssl/bio.h>

#define FWD_KEYFILE_MAX 1048576u

/* The name of the public key that belongs to a private one: "x.pem" becomes "x.pub.pem", any other
 * name gets ".pub.pem" appended. FWD_FAIL_ENVIRONMENT: longer than size. */
enum fwd_fail fwd_keyfile_public_path(
    const char *private_path, char *path, size_t size, struct fwd_error *err);

/* Writes private_path (mode 0600) and its public key (mode 0644), each in one move. passphrase:
 * NULL: not encrypted; otherwise PBES2 with scrypt and AES-256-CBC. force: existing files may be
 * replaced. When either name is taken and force is false, neither is written. */
enum fwd_fail fwd_keyfile_write(const struct fwd_keypair *key, const char *private_path,
    const struct fwd_passphrase *passphrase, bool force, struct fwd_error *err);

/* Reads a private key. passphrases: asked only when the file is encrypted; NULL: an encrypted file
 * is refused. warning: NULL, or gets a sentence when other users can read the file, else "".
 * *out is freed by the caller.
 * FWD_FAIL_REFUSED: not a private key, an unsupported type, or a wrong passphrase. */
enum fwd_fail fwd_keyfile_read_private(const char *path,
    const struct fwd_passphrase_source *passphrases, struct fwd_keypair *out,
    struct fwd_error *warning, struct fwd_error *err);

/* Reads a file with exactly one public key. A private key is refused. *out is freed by the caller.
 */
enum fwd_fail fwd_keyfile_read_public(
    const char *path, struct fwd_keypair *out, struct fwd_error *err);

/* The public part of a key as SubjectPublicKeyInfo: PEM or DER. *out: freed by the caller. */
enum fwd_fail fwd_keyfile_encode_public(
    const struct fwd_keypair *key, bool pem, struct fwd_bytes *out, struct fwd_error *err);

/* Does this file hold a private key, whatever else is wrong with it? */
bool fwd_keyfile_is_private(const char *path);

/* Makes PEM text of a key in DER, and takes off a byte order mark; other files stay as they are.
 * The bytes end with a zero byte that does not count in size, before and after. Readers of this
 * header do it themselves. */
enum fwd_fail fwd_keyfile_to_text(const char *path, struct fwd_bytes *file, struct fwd_error *err);

/* Is this the text of public keys and of no private one? The sentence says what it is instead. */
enum fwd_fail fwd_keyfile_check_public(
    const char *path, const struct fwd_bytes *file, struct fwd_error *err);

/* Takes the next public key out of PEM text. path: for sentences. *end: true when there is none
 * left; *out is then empty. Anything that is not a public key is refused. */
enum fwd_fail fwd_keyfile_next_public(
    const char *path, BIO *text, struct fwd_keypair *out, bool *end, struct fwd_error *err);

#endif
