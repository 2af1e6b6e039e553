#include "hostio/host_file_set.h"
#include "keys/keyfile.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* scrypt at 16 MiB: what `openssl pkcs8 -scrypt` uses, so stock openssl reads our files */
#define SCRYPT_N 16384u
#define SCRYPT_R 8u
#define SCRYPT_P 1u

#define PRIVATE_MODE 0600u
#define PUBLIC_MODE  0644u

enum fwd_fail fwd_keyfile_public_path(
    const char *private_path, char *path, size_t size, struct fwd_error *err)
{
    static const char ending[] = ".pem";
    size_t length = strlen(private_path);
    size_t cut = length;
    if (length > strlen(ending) && strcmp(private_path + length - strlen(ending), ending) == 0)
        cut = length - strlen(ending);
    int written = cut < size ? snprintf(path, size, "%.*s.pub.pem", (int)cut, private_path) : -1;
    if (written >= 0 && (size_t)written < size)
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
        "%s: the name of its public key would be too long", private_path);
}

static bool write_encrypted(BIO *out, EVP_PKEY *pkey, const struct fwd_passphrase *passphrase)
{
    X509_SIG *encrypted = NULL;
    PKCS8_PRIV_KEY_INFO *plain = EVP_PKEY2PKCS8(pkey);
    X509_ALGOR *scheme =
        PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), NULL, 0, NULL, SCRYPT_N, SCRYPT_R, SCRYPT_P);
    if (plain != NULL && scheme != NULL)
        encrypted = PKCS8_set0_pbe(passphrase->text, (int)passphrase->size, plain, scheme);
    if (encrypted != NULL)
        scheme = NULL; /* owned by the result now */
    bool written = encrypted != NULL && PEM_write_bio_PKCS8(out, encrypted) == 1;
    X509_ALGOR_free(scheme);
    X509_SIG_free(encrypted);
    PKCS8_PRIV_KEY_INFO_free(plain);
    return written;
}

static bool write_plain(BIO *out, EVP_PKEY *pkey)
{
    return PEM_write_bio_PKCS8PrivateKey(out, pkey, NULL, NULL, 0, NULL, NULL) == 1;
}

static enum fwd_fail save(struct fwd_file_set *set, const char *path, BIO *text, unsigned mode,
    bool force, struct fwd_error *err)
{
    char *data = NULL;
    long size = BIO_get_mem_data(text, &data);
    return fwd_file_set_add(set, path, data, (size_t)size, mode, force, err);
}

/* A pair is new as a whole or not at all. */
static enum fwd_fail save_pair(const char *private_path, BIO *private_text, BIO *public_text,
    bool force, struct fwd_error *err)
{
    char public_path[4096];
    struct fwd_file_set set = {0};
    enum fwd_fail fail =
        fwd_keyfile_public_path(private_path, public_path, sizeof public_path, err);
    if (fail == FWD_FAIL_NONE)
        fail = save(&set, private_path, private_text, PRIVATE_MODE, force, err);
    if (fail == FWD_FAIL_NONE)
        fail = save(&set, public_path, public_text, PUBLIC_MODE, force, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_file_set_keep(&set, err);
    fwd_file_set_free(&set);
    return fail;
}

enum fwd_fail fwd_keyfile_write(const struct fwd_keypair *key, const char *private_path,
    const struct fwd_passphrase *passphrase, bool force, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;
    BIO *private_text = BIO_new(BIO_s_secmem()); /* wiped when freed */
    BIO *public_text = BIO_new(BIO_s_mem());
    if (private_text == NULL || public_text == NULL) {
        fail = fwd_error_memory(err, private_path);
        goto out;
    }
    bool written = passphrase != NULL ? write_encrypted(private_text, key->pkey, passphrase)
                                      : write_plain(private_text, key->pkey);
    if (!written || PEM_write_bio_PUBKEY(public_text, key->pkey) != 1) {
        fail = fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
            "%s: cannot be written: OpenSSL cannot encode the key", private_path);
        goto out;
    }
    fail = save_pair(private_path, private_text, public_text, force, err);
out:
    BIO_free(private_text);
    BIO_free(public_text);
    ERR_clear_error();
    return fail;
}

enum fwd_fail fwd_keyfile_encode_public(
    const struct fwd_keypair *key, bool pem, struct fwd_bytes *out, struct fwd_error *err)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *data = NULL;
    bool encoded = bio != NULL && (pem ? PEM_write_bio_PUBKEY(bio, key->pkey) == 1
                                       : i2d_PUBKEY_bio(bio, key->pkey) == 1);
    long size = encoded ? BIO_get_mem_data(bio, &data) : 0;

    *out = (struct fwd_bytes){NULL, 0};
    if (size > 0)
        out->data = malloc((size_t)size + 1);
    if (out->data != NULL) {
        memcpy(out->data, data, (size_t)size);
        out->data[size] = 0;
        out->size = (size_t)size;
    }
    BIO_free(bio);
    ERR_clear_error();
    return out->data != NULL ? FWD_FAIL_NONE : fwd_error_memory(err, "the public key");
}
