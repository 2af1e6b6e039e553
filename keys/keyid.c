#include "keys/keyid.h"

#include <openssl/crypto.h>
#include <openssl/x509.h>
#include <string.h>

bool fwd_keyid_of(EVP_PKEY *pkey, uint8_t full[FWD_KEYID_FULL_SIZE])
{
    unsigned char *der = NULL;
    int size = i2d_PUBKEY(pkey, &der);
    bool done = size > 0 && EVP_Digest(der, (size_t)size, full, NULL, EVP_sha256(), NULL) == 1;
    OPENSSL_free(der);
    return done;
}

void fwd_keyid_text(const uint8_t key_id[FWD_KEY_ID_SIZE], char text[FWD_KEYID_TEXT_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < FWD_KEY_ID_SIZE; i++) {
        text[2 * i] = digits[key_id[i] >> 4];
        text[2 * i + 1] = digits[key_id[i] & 15];
    }
    text[2 * FWD_KEY_ID_SIZE] = 0;
}

static int nibble(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

bool fwd_keyid_parse(const char *text, uint8_t key_id[FWD_KEY_ID_SIZE])
{
    if (strlen(text) != 2 * FWD_KEY_ID_SIZE)
        return false;
    for (size_t i = 0; i < FWD_KEY_ID_SIZE; i++) {
        int high = nibble(text[2 * i]);
        int low = nibble(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        key_id[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}
