#include "keys/keyfile.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>
#include <sys/stat.h>

#define PRIVATE "PRIVATE KEY"
#define PUBLIC  "PUBLIC KEY"

/* What people hand over by mistake, by the first line of the PEM block. Longer words first. */
static const struct {
    const char *label;
    const char *wanted; /* what was asked for; NULL: either */
    const char *sentence;
} mistakes[] = {
    {"OPENSSH PRIVATE KEY", NULL,
        "is a private key in the form of OpenSSH, which fwdelta does not read; make a key with "
        "'fwdelta keygen'"},
    {PRIVATE, PUBLIC, "is a private key; give the public key that belongs to it (NAME.pub.pem)"},
    {"CERTIFICATE", PUBLIC,
        "is a certificate; take the public key out with `openssl x509 -pubkey -noout -in FILE`"},
    {"CERTIFICATE", PRIVATE,
        "is a certificate, but a private key is needed; give the private key that belongs to it"},
    {PUBLIC, PRIVATE, "is a public key; give the private key that belongs to it"},
};

/* The same by how a file begins. */
static const struct {
    const char *begin, *what;
} foreigners[] = {
    {"ssh-", "a public key in the form of OpenSSH"},
    {"ecdsa-sha2-", "a public key in the form of OpenSSH"},
    {"---- BEGIN SSH2", "a public key in the form of SSH2"},
    {"PuTTY-User-Key-File", "a key of PuTTY"},
    {"-----BEGIN PGP", "a key of PGP"},
    {"\x99\x01", "a key of PGP"},
    {"\x98\x33", "a key of PGP"},
    {"\x94\x58", "a key of PGP"},
    {"\xC6\x33", "a key of PGP"},
    {"untrusted comment:", "a key of minisign or signify"},
    {"AGE-SECRET-KEY-", "a key of age"},
    {"{", "JSON (perhaps a JWK)"},
    {"-----BEGIN PKCS7", "a PKCS#7 or CMS container"},
};

/* Blocks whose label ends with these words. ("EC PRIVATE KEY" is a "PRIVATE KEY".) */
static unsigned count_blocks(const char *text, const char *label)
{
    unsigned count = 0;
    for (const char *at = strstr(text, "-----BEGIN "); at != NULL;
         at = strstr(at + 1, "-----BEGIN ")) {
        const char *end = strstr(at + 11, "-----");
        size_t length = strlen(label);
        if (end != NULL && (size_t)(end - at) >= length && memcmp(end - length, label, length) == 0)
            count++;
    }
    return count;
}

static enum fwd_fail fail_kind(
    const char *path, const char *text, const char *wanted, struct fwd_error *err)
{
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        const char *only = mistakes[i].wanted;
        if ((only == NULL || strcmp(only, wanted) == 0) &&
            count_blocks(text, mistakes[i].label) > 0)
            return fwd_error_fail(err, FWD_FAIL_REFUSED, "%s: %s", path, mistakes[i].sentence);
    }
    for (size_t i = 0; i < sizeof foreigners / sizeof foreigners[0]; i++) {
        if (strncmp(text, foreigners[i].begin, strlen(foreigners[i].begin)) == 0)
            return fwd_error_fail(err, FWD_FAIL_REFUSED,
                "%s: is %s, which fwdelta does not read; make a key with 'fwdelta keygen'", path,
                foreigners[i].what);
    }
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: is not a key file: expected PEM text with the line -----BEGIN %s-----", path, wanted);
}

bool fwd_keyfile_is_private(const char *path)
{
    struct fwd_bytes file;
    if (fwd_file_read(path, FWD_KEYFILE_MAX, &file, NULL) != FWD_FAIL_NONE)
        return false;
    bool found = fwd_keyfile_to_text(path, &file, NULL) == FWD_FAIL_NONE &&
                 count_blocks((const char *)file.data, PRIVATE) > 0;
    fwd_bytes_wipe(&file);
    return found;
}

static int give_passphrase(char *buffer, int size, int writing, void *ctx)
{
    const struct fwd_passphrase *passphrase = ctx;
    (void)writing;
    if (passphrase->size == 0 || size < 0 || passphrase->size > (size_t)size)
        return -1;
    memcpy(buffer, passphrase->text, passphrase->size);
    return (int)passphrase->size;
}

static void warn_readable(const char *path, struct fwd_error *warning)
{
    struct stat info;
    if (warning == NULL)
        return;
    warning->text[0] = 0;
    if (stat(path, &info) == 0 && S_ISREG(info.st_mode) &&
        (info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        fwd_error_set(
            warning, "%s: other users can read this private key; run: chmod 600 %s", path, path);
}

static enum fwd_fail decode_private(const char *path, const struct fwd_bytes *file, bool encrypted,
    struct fwd_passphrase *passphrase, struct fwd_keypair *out, struct fwd_error *err)
{
    BIO *text = BIO_new_mem_buf(file->data, (int)file->size);
    EVP_PKEY *pkey =
        text != NULL ? PEM_read_bio_PrivateKey(text, NULL, give_passphrase, passphrase) : NULL;
    BIO_free(text);
    ERR_clear_error();
    if (pkey != NULL)
        return fwd_keypair_adopt(path, pkey, out, err);
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        encrypted ? "%s: the passphrase is wrong, or the file is damaged; give the one that it was "
                    "encrypted "
                    "with"
                  : "%s: holds a private key that OpenSSL cannot read; the file is damaged",
        path);
}

enum fwd_fail fwd_keyfile_read_private(const char *path,
    const struct fwd_passphrase_source *passphrases, struct fwd_keypair *out,
    struct fwd_error *warning, struct fwd_error *err)
{
    struct fwd_bytes file;
    struct fwd_passphrase passphrase = {{0}, 0};
    *out = (struct fwd_keypair){0};
    enum fwd_fail fail = fwd_file_read_as("a private key (PEM)", path, FWD_KEYFILE_MAX, &file, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_keyfile_to_text(path, &file, err);
    if (fail != FWD_FAIL_NONE) {
        fwd_bytes_wipe(&file);
        return fail;
    }
    const char *text = (const char *)file.data;
    bool encrypted = strstr(text, "ENCRYPTED") != NULL;
    warn_readable(path, warning);
    unsigned keys = count_blocks(text, PRIVATE);
    if (keys == 0 || count_blocks(text, "OPENSSH PRIVATE KEY") > 0)
        fail = fail_kind(path, text, PRIVATE, err);
    else if (keys > 1)
        fail = fwd_error_fail(
            err, FWD_FAIL_REFUSED, "%s: holds %u private keys where one is expected", path, keys);
    else if (encrypted && passphrases == NULL)
        fail = fwd_error_fail(
            err, FWD_FAIL_REFUSED, "%s: is encrypted; give a file with its passphrase", path);
    else if (encrypted)
        fail = passphrases->get(passphrases->ctx, path, false, &passphrase, err);
    if (fail == FWD_FAIL_NONE)
        fail = decode_private(path, &file, encrypted, &passphrase, out, err);
    fwd_passphrase_wipe(&passphrase);
    fwd_bytes_wipe(&file);
    return fail;
}

static enum fwd_fail adopt_der(const char *path, const unsigned char *der, long size,
    struct fwd_keypair *out, struct fwd_error *err)
{
    const unsigned char *at = der;
    EVP_PKEY *pkey = d2i_PUBKEY(NULL, &at, size);
    if (pkey != NULL && at == der + size)
        return fwd_keypair_adopt(path, pkey, out, err);
    EVP_PKEY_free(pkey);
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: holds a public key that OpenSSL cannot read; the file is damaged or its key type is "
        "unknown",
        path);
}

enum fwd_fail fwd_keyfile_check_public(
    const char *path, const struct fwd_bytes *file, struct fwd_error *err)
{
    const char *text = (const char *)file->data;
    if (count_blocks(text, PUBLIC) > 0 && count_blocks(text, PRIVATE) == 0)
        return FWD_FAIL_NONE;
    return fail_kind(path, text, PUBLIC, err);
}

/* The end of the text is the one failure that is none. */
static bool is_end(void)
{
    unsigned long code = ERR_peek_last_error();
    return ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
}

enum fwd_fail fwd_keyfile_next_public(
    const char *path, BIO *text, struct fwd_keypair *out, bool *end, struct fwd_error *err)
{
    char *name = NULL;
    char *head = NULL;
    unsigned char *der = NULL;
    long size = 0;
    enum fwd_fail fail = FWD_FAIL_NONE;
    *out = (struct fwd_keypair){0};
    *end = false;
    ERR_clear_error();
    if (PEM_read_bio(text, &name, &head, &der, &size) != 1) {
        *end = is_end();
        if (!*end)
            fail = fwd_error_fail(
                err, FWD_FAIL_REFUSED, "%s: the PEM text of a public key is damaged", path);
    } else if (strcmp(name, PUBLIC) != 0) {
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: holds a %s where only -----BEGIN PUBLIC KEY----- is expected", path, name);
    } else {
        fail = adopt_der(path, der, size, out, err);
    }
    OPENSSL_free(name);
    OPENSSL_free(head);
    OPENSSL_clear_free(der, size > 0 ? (size_t)size : 0);
    ERR_clear_error();
    return fail;
}

enum fwd_fail fwd_keyfile_read_public(
    const char *path, struct fwd_keypair *out, struct fwd_error *err)
{
    struct fwd_bytes file;
    struct fwd_keypair second = {0};
    BIO *text = NULL;
    bool end = false;
    *out = (struct fwd_keypair){0};
    enum fwd_fail fail = fwd_file_read_as("a public key (PEM)", path, FWD_KEYFILE_MAX, &file, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    fail = fwd_keyfile_to_text(path, &file, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_keyfile_check_public(path, &file, err);
    if (fail != FWD_FAIL_NONE)
        goto out;
    text = BIO_new_mem_buf(file.data, (int)file.size);
    if (text == NULL) {
        fail = fwd_error_memory(err, path);
        goto out;
    }
    fail = fwd_keyfile_next_public(path, text, out, &end, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_keyfile_next_public(path, text, &second, &end, err);
    if (fail == FWD_FAIL_NONE && !end)
        fail = fwd_error_fail(
            err, FWD_FAIL_REFUSED, "%s: holds several public keys where one is expected", path);
out:
    if (fail != FWD_FAIL_NONE)
        fwd_keypair_free(out);
    fwd_keypair_free(&second);
    BIO_free(text);
    fwd_bytes_wipe(&file);
    return fail;
}
