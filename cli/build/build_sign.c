#include "cli/build/build_sign.h"

#include "keys/signing/signed_package.h"

#include <stdlib.h>
#include <string.h>

/* The rarest length of an ECDSA signature that is worth waiting for is one in some hundreds. */
#define TRIES 20000u
/* The middle one of so many lengths is mostly the most frequent. */
#define SAMPLES 15u

enum fwd_fail fwd_build_sign_keys(
    struct fwd_build_spec *spec, struct fwd_trust *trust, struct fwd_error *err)
{
    struct fwd_keypair throw_away = {0};
    enum fwd_fail fail = FWD_FAIL_NONE;
    for (size_t i = 0; i < spec->key_count && fail == FWD_FAIL_NONE; i++)
        fail = fwd_trust_add(trust, &spec->keys[i], spec->key_files[i], NULL, err);
    if (fail != FWD_FAIL_NONE || spec->key_count > 0)
        return fail;
    fail = fwd_keypair_generate(fwd_algorithm_at(0), &throw_away, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_trust_add(trust, &throw_away, "throw-away", NULL, err);
    fwd_keypair_free(&throw_away);
    return fail;
}

enum fwd_fail fwd_build_sign_trial_keys(
    const struct fwd_trust *trust, struct fwd_trust *trial, struct fwd_error *err)
{
    struct fwd_keypair key = {0};
    enum fwd_fail fail = FWD_FAIL_NONE;
    bool has_token = false;
    for (size_t i = 0; i < trust->count; i++)
        has_token = has_token || trust->entries[i]->key.token != NULL;
    for (size_t i = 0; has_token && i < trust->count && fail == FWD_FAIL_NONE; i++) {
        fail = fwd_keypair_generate(trust->entries[i]->key.algorithm, &key, err);
        if (fail == FWD_FAIL_NONE)
            fail = fwd_trust_add(trial, &key, "trial", NULL, err);
    }
    return fail;
}

static enum fwd_fail copy_bytes(
    const struct fwd_bytes *from, struct fwd_bytes *to, struct fwd_error *err)
{
    to->data = malloc(from->size);
    if (to->data == NULL)
        return fwd_error_memory(err, "the package");
    memcpy(to->data, from->data, from->size);
    to->size = from->size;
    return FWD_FAIL_NONE;
}

/* *bytes: replaced by the same package with one signature more. */
static enum fwd_fail sign(
    const char *name, const struct fwd_keypair *key, struct fwd_bytes *bytes, struct fwd_error *err)
{
    struct fwd_signed_package package;
    struct fwd_bytes out = {NULL, 0};
    enum fwd_fail fail = fwd_signed_package_open(name, bytes->data, bytes->size, &package, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_signed_package_sign(&package, key, &out, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    fwd_bytes_free(bytes);
    *bytes = out;
    return FWD_FAIL_NONE;
}

static enum fwd_fail sign_once(const struct fwd_trust *trust, const char *name,
    const struct fwd_bytes *package, struct fwd_bytes *out, struct fwd_error *err)
{
    enum fwd_fail fail = copy_bytes(package, out, err);
    for (size_t i = 0; i < trust->count && fail == FWD_FAIL_NONE; i++)
        fail = sign(name, &trust->entries[i]->key, out, err);
    return fail;
}

enum fwd_fail fwd_build_sign_usual_size(const struct fwd_trust *trust, const char *name,
    const struct fwd_bytes *package, size_t *size, struct fwd_error *err)
{
    size_t sizes[SAMPLES] = {0};
    enum fwd_fail fail = FWD_FAIL_NONE;
    for (size_t i = 0; i < SAMPLES && fail == FWD_FAIL_NONE; i++) {
        struct fwd_bytes out = {NULL, 0};
        fail = sign_once(trust, name, package, &out, err);
        size_t at = i;
        for (; at > 0 && sizes[at - 1] > out.size; at--)
            sizes[at] = sizes[at - 1];
        sizes[at] = out.size;
        fwd_bytes_free(&out);
    }
    *size = fail == FWD_FAIL_NONE ? sizes[SAMPLES / 2] : 0;
    return fail;
}

enum fwd_fail fwd_build_sign_copy(const struct fwd_trust *trust, const char *name,
    const struct fwd_bytes *package, size_t size, struct fwd_bytes *out, struct fwd_error *err)
{
    for (unsigned i = 0; i < TRIES; i++) {
        *out = (struct fwd_bytes){NULL, 0};
        enum fwd_fail fail = sign_once(trust, name, package, out, err);
        if (fail == FWD_FAIL_NONE && (size == 0 || out->size == size))
            return FWD_FAIL_NONE;
        fwd_bytes_free(out);
        if (fail != FWD_FAIL_NONE)
            return fail;
    }
    return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
        "%s: no signature of the length that its certificate states; try again", name);
}
