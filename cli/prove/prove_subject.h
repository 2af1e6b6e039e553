/* What is proven: a package, the device that it is for, and what is on it before. */
#ifndef FWD_CLI_PROVE_PROVE_SUBJECT_H
#define FWD_CLI_PROVE_PROVE_SUBJECT_H

#include "cli/common/recipe_option.h"
#include "keys/signing/signed_package.h"

#include <jansson.h>

struct fwd_prove_subject {
    const struct fwd_args *args;
    struct fwd_recipe_option recipe;            /* must not move */
    struct fwd_device_description *description; /* as in its file */
    struct fwd_bytes package;
    struct fwd_signed_package divided; /* points into it */
    struct fwd_manifest manifest;      /* points into it */
    /* Of a trust package: what changes is the set of keys; the images are the firmware that stays.
     */
    bool changes_keys;
    uint32_t set_version;
    uint8_t set_session[FWD_SESSION_SIZE]; /* of its signed bytes */
};

/* Reads everything that the command line names. *subject: must not move; freed by the caller, also
 * after a failure. */
enum fwd_fail fwd_prove_subject_read(
    const struct fwd_args *args, struct fwd_prove_subject *subject, struct fwd_error *err);
void fwd_prove_subject_free(struct fwd_prove_subject *subject);

/* The digests of all of it. *out: freed by the caller; NULL after a failure. */
enum fwd_fail fwd_prove_subject_json(
    const struct fwd_prove_subject *subject, json_t **out, struct fwd_error *err);

/* The SHA-256 of bytes as text. */
json_t *fwd_prove_sha256(const void *bytes, size_t size);

/* The name of a file without its folders, as the proof has it. */
json_t *fwd_prove_file_name(const char *path);

#endif
