#include "keys/ecdsa_der.h"

#include <limits.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <string.h>

bool fwd_ecdsa_der_check(const uint8_t *bytes, size_t size)
{
    const unsigned char *at = bytes;
    unsigned char *again = NULL;
    if (size == 0 || size > LONG_MAX)
        return false;
    ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &at, (long)size);
    int length = signature != NULL ? i2d_ECDSA_SIG(signature, &again) : -1;
    /* d2i accepts some BER: only what encodes to the same bytes is DER */
    bool same = length > 0 && (size_t)length == size && memcmp(again, bytes, size) == 0;
    OPENSSL_free(again);
    ECDSA_SIG_free(signature);
    ERR_clear_error();
    return same;
}

size_t fwd_ecdsa_der_from_raw(const uint8_t *raw, size_t size, uint8_t *out, size_t out_size)
{
    size_t written = 0;
    int half = (int)(size / 2);
    ECDSA_SIG *signature = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(raw, half, NULL);
    BIGNUM *s = BN_bin2bn(raw + half, half, NULL);
    if (signature == NULL || r == NULL || s == NULL || BN_is_zero(r) || BN_is_zero(s))
        goto out;
    if (ECDSA_SIG_set0(signature, r, s) != 1)
        goto out;
    r = s = NULL; /* owned by the signature now */
    int length = i2d_ECDSA_SIG(signature, NULL);
    if (length > 0 && (size_t)length <= out_size) {
        unsigned char *at = out;
        written = (size_t)i2d_ECDSA_SIG(signature, &at);
    }
out:
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(signature);
    return written;
}
