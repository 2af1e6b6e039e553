#include "cli/common/key_option.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

struct fwd_passphrase_source fwd_key_option_passphrase(const struct fwd_args *args)
{
    const char *file = fwd_args_text(args, "passphrase-file");
    return file != NULL ? fwd_passphrase_from_file(file) : fwd_passphrase_from_terminal();
}

enum fwd_fail fwd_key_option_read(
    const struct fwd_args *args, const char *path, struct fwd_keypair *key, struct fwd_error *err)
{
    struct fwd_error warning = {""};
    const char *passphrase = fwd_args_text(args, "passphrase-file");
    /* also when no key turns out to be encrypted: a wrong name is a mistake in any case */
    if (passphrase != NULL && access(passphrase, R_OK) != 0)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
            "--passphrase-file: %s: cannot be read: %s; check the path", passphrase,
            fwd_error_cause(errno));
    const struct fwd_passphrase_source source = fwd_key_option_passphrase(args);
    enum fwd_fail fail = fwd_keyfile_read_private(path, &source, key, &warning, err);
    if (fail == FWD_FAIL_NONE && warning.text[0] != 0)
        fprintf(stderr, "fwdelta %s: warning: %s\n", args->command->name, warning.text);
    return fail;
}
