#include "cli/sign/key_option.h"

#include "keys/token/pkcs11.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static enum fwd_fail check_passphrase(const struct fwd_args *args, struct fwd_error *err)
{
    static const char *const names[] = {"passphrase-file", "passphrase-fd", "passphrase-env"};
    const char *file = fwd_args_text(args, "passphrase-file");
    const char *first = NULL;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!fwd_args_has(args, names[i]))
            continue;
        if (first != NULL)
            return fwd_error_fail(
                err, FWD_FAIL_USAGE, "--%s and --%s exclude each other", first, names[i]);
        first = names[i];
    }
    /* also when no key turns out to be encrypted: a wrong name is a mistake in any case */
    if (file != NULL && access(file, R_OK) != 0)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
            "--passphrase-file: %s: cannot be read: %s; check the path", file,
            fwd_error_cause(errno));
    return FWD_FAIL_NONE;
}

static struct fwd_passphrase_source given_source(const struct fwd_args *args)
{
    const char *file = fwd_args_text(args, "passphrase-file");
    const char *descriptor = fwd_args_text(args, "passphrase-fd");
    const char *variable = fwd_args_text(args, "passphrase-env");
    if (file != NULL)
        return fwd_passphrase_from_file(file);
    if (descriptor != NULL)
        return fwd_passphrase_from_descriptor(descriptor);
    if (variable != NULL)
        return fwd_passphrase_from_environment(variable);
    return (struct fwd_passphrase_source){NULL, NULL};
}

struct fwd_passphrase_source fwd_key_option_passphrase(const struct fwd_args *args)
{
    const struct fwd_passphrase_source source = given_source(args);
    return source.get != NULL ? source : fwd_passphrase_from_terminal();
}

enum fwd_fail fwd_key_option_read(
    const struct fwd_args *args, const char *path, struct fwd_keypair *key, struct fwd_error *err)
{
    struct fwd_error warning = {""};
    *key = (struct fwd_keypair){0};
    enum fwd_fail fail = check_passphrase(args, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    if (fwd_pkcs11_is_uri(path)) {
        const struct fwd_pkcs11_options options = {
            fwd_args_text(args, "pkcs11-module"), given_source(args)};
        return fwd_pkcs11_open(path, &options, key, err);
    }
    const struct fwd_passphrase_source source = fwd_key_option_passphrase(args);
    fail = fwd_keyfile_read_private(path, &source, key, &warning, err);
    if (fail == FWD_FAIL_NONE && warning.text[0] != 0)
        fprintf(stderr, "fwdelta %s: warning: %s\n", args->command->name, warning.text);
    return fail;
}
