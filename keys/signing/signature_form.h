/* Signatures as other tools write them. */
#ifndef FWD_KEYS_SIGNING_SIGNATURE_FORM_H
#define FWD_KEYS_SIGNING_SIGNATURE_FORM_H

#include "hostio/host_file.h"
#include "keys/keypair.h"

#define FWD_SIGNATURE_FORM_MAX 65536u /* bytes of a file */

/* Turns the base64 text of a signature into its bytes; binary ones stay as they are. name: of the
 * file. FWD_FAIL_REFUSED: it is a signature in a form of another tool; the sentence says which. */
enum fwd_fail fwd_signature_form_decode(
    const char *name, struct fwd_bytes *signature, struct fwd_error *err);

/* Why a signature of the right size is not valid, as far as it can be found out: a phrase for a
 * sentence, or NULL. */
const char *fwd_signature_form_explain(const struct fwd_keypair *key, const uint8_t *message,
    size_t size, const uint8_t *signature, size_t signature_size);

#endif
