/* Keys as DER, as HSMs and build systems hand them over: put into the PEM text that the readers
 * know. */
#include "keys/keyfile.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

/* One ASN.1 sequence that is as long as the file. */
static bool is_der(const struct fwd_bytes *file)
{
    const uint8_t *d = file->data;

    if (file->size < 16 || d[0] != 0x30)
        return false;
    if (d[1] < 0x80)
        return d[1] + 2u == file->size;
    if (d[1] == 0x81)
        return d[2] + 3u == file->size;
    return d[1] == 0x82 && 256u * d[2] + d[3] + 4u == file->size;
}

/* Is this, to its last byte, what d2i() reads? */
#define PARSES(type, d2i, file)                                                                    \
    static bool parses_##type(const struct fwd_bytes *file)                                        \
    {                                                                                              \
        const unsigned char *at = (file)->data;                                                    \
        type *parsed = d2i(NULL, &at, (long)(file)->size);                                         \
        bool whole = parsed != NULL && at == (file)->data + (file)->size;                          \
        type##_free(parsed);                                                                       \
        return whole;                                                                              \
    }

PARSES(X509, d2i_X509, file)
PARSES(X509_PUBKEY, d2i_X509_PUBKEY, file)
PARSES(X509_SIG, d2i_X509_SIG, file)
PARSES(PKCS8_PRIV_KEY_INFO, d2i_PKCS8_PRIV_KEY_INFO, file)
PARSES(PKCS7, d2i_PKCS7, file)

/* Forms of their own that RSA and EC keys had before PKCS#8. */
static const char *old_label(const struct fwd_bytes *file)
{
    const unsigned char *at = file->data;
    EVP_PKEY *pkey = d2i_AutoPrivateKey(NULL, &at, (long)file->size);
    const char *label = NULL;

    if (pkey != NULL && at == file->data + file->size)
        label = EVP_PKEY_is_a(pkey, "RSA") == 1  ? "RSA PRIVATE KEY"
                : EVP_PKEY_is_a(pkey, "EC") == 1 ? "EC PRIVATE KEY"
                                                 : NULL;
    EVP_PKEY_free(pkey);
    return label;
}

/* NULL: none that is known. A key comes before what merely has the same outline. */
static const char *label_of(const struct fwd_bytes *file)
{
    if (parses_PKCS8_PRIV_KEY_INFO(file))
        return "PRIVATE KEY";
    if (old_label(file) != NULL)
        return old_label(file);
    if (parses_X509(file))
        return "CERTIFICATE";
    if (parses_X509_PUBKEY(file))
        return "PUBLIC KEY";
    if (parses_PKCS7(file))
        return "PKCS7";
    return parses_X509_SIG(file) ? "ENCRYPTED PRIVATE KEY" : NULL;
}

static bool wrap(struct fwd_bytes *file, const char *label)
{
    BIO *text = BIO_new(BIO_s_secmem());
    char *data = NULL;
    bool done = text != NULL && PEM_write_bio(text, label, "", file->data, (long)file->size) > 0;
    long size = done ? BIO_get_mem_data(text, &data) : 0;
    uint8_t *copy = size > 0 ? malloc((size_t)size + 1) : NULL;

    if (copy != NULL) {
        memcpy(copy, data, (size_t)size);
        copy[size] = 0;
        fwd_bytes_wipe(file);
        *file = (struct fwd_bytes){copy, (size_t)size};
    }
    BIO_free(text);
    return copy != NULL;
}

enum fwd_fail fwd_keyfile_to_text(const char *path, struct fwd_bytes *file, struct fwd_error *err)
{
    const char *label = is_der(file) ? label_of(file) : NULL;
    size_t mark = fwd_bytes_mark(file);

    ERR_clear_error();
    if (mark > 0) { /* PEM is looked for at the beginning of a line */
        memmove(file->data, file->data + mark, file->size - mark + 1);
        file->size -= mark;
    }
    return label == NULL || wrap(file, label) ? FWD_FAIL_NONE : fwd_error_memory(err, path);
}
