#include "keys/md5.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

struct fwd_md5 {
    EVP_MD *algorithm;
    EVP_MD_CTX *ctx;
};

struct fwd_md5 *fwd_md5_new(struct fwd_error *err)
{
    struct fwd_md5 *md5 = calloc(1, sizeof *md5);

    if (md5 == NULL) {
        (void)fwd_error_memory(err, "MD5");
        return NULL;
    }
    md5->algorithm = EVP_MD_fetch(NULL, "MD5", NULL);
    md5->ctx = EVP_MD_CTX_new();
    if (md5->algorithm == NULL || md5->ctx == NULL ||
        EVP_DigestInit_ex2(md5->ctx, md5->algorithm, NULL) != 1) {
        fwd_error_set(err, "OpenSSL on this computer offers no MD5, which the module's download "
                           "results need; it may be set to FIPS mode");
        fwd_md5_free(md5);
        return NULL;
    }
    return md5;
}

void fwd_md5_free(struct fwd_md5 *md5)
{
    if (md5 == NULL)
        return;
    EVP_MD_CTX_free(md5->ctx);
    EVP_MD_free(md5->algorithm);
    free(md5);
}

bool fwd_md5_add(struct fwd_md5 *md5, const void *bytes, size_t size)
{
    return EVP_DigestUpdate(md5->ctx, bytes, size) == 1;
}

bool fwd_md5_text(const struct fwd_md5 *md5, char text[FWD_MD5_TEXT])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_MD_CTX *copy = EVP_MD_CTX_new();
    bool good = copy != NULL && EVP_MD_CTX_copy_ex(copy, md5->ctx) == 1 &&
                EVP_DigestFinal_ex(copy, digest, &size) == 1 && size == 16;

    EVP_MD_CTX_free(copy);
    text[0] = 0;
    for (unsigned i = 0; good && i < size; i++)
        (void)snprintf(text + 2 * i, 3, "%02x", digest[i]);
    return good;
}
