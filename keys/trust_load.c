#include "keys/keyfile.h"
#include "keys/trust.h"
#include "keys/trust_limits.h"
#include "keys/trust_package.h"

#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static enum fwd_fail add_all(struct fwd_trust *trust, const char *path, BIO *text,
    const struct fwd_trust_limits *limits, struct fwd_error *err)
{
    bool end = false;
    for (;;) {
        struct fwd_keypair key;
        enum fwd_fail fail = fwd_keyfile_next_public(path, text, &key, &end, err);
        if (fail == FWD_FAIL_NONE && !end)
            fail = fwd_trust_add(trust, &key, path, limits, err);
        if (fail != FWD_FAIL_NONE || end)
            return fail;
    }
}

static enum fwd_fail move_all(
    struct fwd_trust *trust, struct fwd_trust *from, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;
    for (size_t i = 0; i < from->count && fail == FWD_FAIL_NONE; i++) {
        struct fwd_trust_entry *entry = from->entries[i];
        fail = fwd_trust_add(trust, &entry->key, entry->file, &entry->limits, err);
    }
    if (trust->threshold < from->threshold)
        trust->threshold = from->threshold;
    return fail;
}

/* The keys of one file into an empty store. lost: limits of some key of the folder have lost it. */
static enum fwd_fail read_keys(
    struct fwd_trust *keys, const char *path, bool lost, struct fwd_error *err)
{
    struct fwd_bytes file;
    struct fwd_trust_limits limits;
    bool limited = false;
    enum fwd_fail fail = fwd_file_read_as("a public key (PEM)", path, FWD_KEYFILE_MAX, &file, err);
    if (fail == FWD_FAIL_NONE && fwd_trust_package_is(file.data, file.size)) {
        fail = fwd_trust_package_keys(path, file.data, file.size, keys, NULL, err);
        fwd_bytes_free(&file);
        return fail;
    }
    if (fail == FWD_FAIL_NONE)
        fail = fwd_keyfile_to_text(path, &file, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_keyfile_check_public(path, &file, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_trust_limits_read(path, &limits, &limited, err);
    if (fail == FWD_FAIL_NONE && lost && !limited)
        fail = fwd_error_fail(
            err, FWD_FAIL_REFUSED, "%s: may be the key whose limits are left in its folder", path);
    if (fail == FWD_FAIL_NONE) {
        BIO *text = BIO_new_mem_buf(file.data, (int)file.size);
        fail = text != NULL ? add_all(keys, path, text, &limits, err) : fwd_error_memory(err, path);
        BIO_free(text);
    }
    fwd_bytes_wipe(&file);
    return fail;
}

/* Through a store of its own, so that a file with one bad key adds none. */
static enum fwd_fail load_file(struct fwd_trust *trust, const char *path, enum fwd_trust_mode mode,
    bool lost, struct fwd_error *err)
{
    struct fwd_trust keys = {0};
    enum fwd_fail fail = read_keys(&keys, path, lost, err);
    if (fail == FWD_FAIL_NONE)
        fail = move_all(trust, &keys, err);
    else if (fail == FWD_FAIL_REFUSED && mode == FWD_TRUST_KEEP_INVALID)
        fail = fwd_trust_add_invalid(trust, path, err);
    fwd_trust_free(&keys);
    return fail;
}

static int is_pem(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return entry->d_name[0] != '.' && length > 4 && strcmp(entry->d_name + length - 4, ".pem") == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name); /* not by the locale */
}

static enum fwd_fail load_folder(struct fwd_trust *trust, const char *folder,
    enum fwd_trust_mode mode, bool lost, struct fwd_error *err)
{
    struct dirent **names = NULL;
    enum fwd_fail fail = FWD_FAIL_NONE;
    int count = scandir(folder, &names, is_pem, by_name);
    if (count < 0)
        return fwd_error_fail(
            err, FWD_FAIL_ENVIRONMENT, "%s: cannot be read: %s", folder, fwd_error_cause(errno));
    for (int i = 0; i < count; i++) {
        char path[4096];
        int length = snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
        if (fail == FWD_FAIL_NONE && (length < 0 || (size_t)length >= sizeof path))
            fail = fwd_error_fail(
                err, FWD_FAIL_ENVIRONMENT, "%s: cannot be read: the name is too long", folder);
        if (fail == FWD_FAIL_NONE)
            fail = load_file(trust, path, mode, lost, err);
        free(names[i]);
    }
    free(names);
    return fail;
}

static enum fwd_fail check_folder_of(const char *path, struct fwd_error *err)
{
    char *copy = strdup(path);
    enum fwd_fail fail = copy != NULL ? fwd_trust_limits_check_keys(dirname(copy), err)
                                      : fwd_error_memory(err, path);
    free(copy);
    return fail;
}

enum fwd_fail fwd_trust_load(
    struct fwd_trust *trust, const char *path, enum fwd_trust_mode mode, struct fwd_error *err)
{
    struct stat info;
    bool folder = stat(path, &info) == 0 && S_ISDIR(info.st_mode);
    enum fwd_fail fail =
        folder ? fwd_trust_limits_check_keys(path, err) : check_folder_of(path, err);
    if (fail != FWD_FAIL_NONE && (fail != FWD_FAIL_REFUSED || mode != FWD_TRUST_KEEP_INVALID))
        return fail;
    bool lost = fail != FWD_FAIL_NONE;
    return folder ? load_folder(trust, path, mode, lost, err)
                  : load_file(trust, path, mode, lost, err);
}

static enum fwd_fail save_key(const char *path, EVP_PKEY *pkey, struct fwd_error *err)
{
    char *data = NULL;
    BIO *text = BIO_new(BIO_s_mem());
    enum fwd_fail fail = FWD_FAIL_NONE;
    if (text == NULL || PEM_write_bio_PUBKEY(text, pkey) != 1) {
        fail = fwd_error_memory(err, path);
    } else {
        long size = BIO_get_mem_data(text, &data);
        fail = fwd_file_write_atomic(path, data, (size_t)size, 0644, true, err);
    }
    BIO_free(text);
    return fail;
}

enum fwd_fail fwd_trust_save(
    const struct fwd_trust *trust, const char *folder, struct fwd_error *err)
{
    for (size_t i = 0; i < trust->count; i++) {
        const struct fwd_trust_entry *entry = trust->entries[i];
        char id[FWD_KEYID_TEXT_SIZE];
        char path[4096];
        if (entry->key.pkey == NULL)
            continue;
        fwd_keyid_text(entry->key.id, id);
        (void)snprintf(path, sizeof path, "%s/%s.pem", folder, id);
        enum fwd_fail fail = save_key(path, entry->key.pkey, err);
        (void)snprintf(path, sizeof path, "%s/%s.json", folder, id);
        if (fail == FWD_FAIL_NONE)
            fail = fwd_trust_limits_write(path, &entry->limits, err);
        if (fail != FWD_FAIL_NONE)
            return fail;
    }
    return FWD_FAIL_NONE;
}
